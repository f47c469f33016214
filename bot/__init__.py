"""Loa carries a portal's news to Telegram.

    the web -> sources/ -> Item -> core/match -> Note (storage/ outbox) -> chats/sender -> Telegram

Read `model.py` for the nouns, `jobs/poll.py` for the way in and `jobs/deliver.py` for the way out.
"""
