"""What Loa remembers: one SQLite database, named statements, and a verb of the store for each of them.

    store.py -> sources, items, intake (the way in), chats, watches (who wants it), outbox (the way out), search

Verbs take and give the nouns of `bot.model`; instants become milliseconds in `instants.py` and nowhere else.
"""
