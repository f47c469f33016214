"""The desk: how Loa speaks with people through Telegram."""
