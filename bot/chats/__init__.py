"""The desk: how Loa speaks with people through Telegram."""

import os

# How python-telegram-bot 22 is told that its caller takes spans of time as spans, as its next version gives them; it
# looks there whenever Telegram says how long to wait (https://docs.python-telegram-bot.org/en/v22.8/telegram.error.html).
os.environ.setdefault("PTB_TIMEDELTA", "true")
