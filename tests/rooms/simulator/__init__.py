"""Tests of the pretend Telegram and the pretend portal."""
