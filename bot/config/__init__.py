"""Reads config.toml, .env and the environment once, and gives each room its frozen part."""

from bot.config.load import load_config
from bot.config.nouns import (
    Config,
    FetchConfig,
    PushConfig,
    ScheduleConfig,
    StorageConfig,
    TelegramConfig,
    WatchConfig,
    WebConfig,
)

__all__ = [
    "Config",
    "FetchConfig",
    "PushConfig",
    "ScheduleConfig",
    "StorageConfig",
    "TelegramConfig",
    "WatchConfig",
    "WebConfig",
    "load_config",
]
