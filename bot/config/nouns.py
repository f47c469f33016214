"""The configuration as the rooms get it: one frozen part for each, with every default."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from bot.config import readers
from bot.model import Source


def setting(read: readers.SettingReader, default: object) -> Any:
    """A field of config.toml: how it is read, and what holds where it is absent."""
    return field(default=default, metadata={"read": read})


def needed(read: readers.SettingReader) -> Any:
    """A field of config.toml that has no default."""
    return field(metadata={"read": read})


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramConfig:
    """[telegram]; the token and the webhook's two come from the environment or .env only."""

    api_root: str = setting(readers.root_address, "https://api.telegram.org")
    mode: Literal["polling", "webhook"] = setting(readers.one_of("polling", "webhook"), "polling")
    admins: tuple[int, ...] = setting(readers.user_ids, ())
    messages_per_second: int = setting(readers.whole_number(1, 10_000), 28)
    paid_broadcast: bool = setting(readers.yes_or_no, False)
    ca_file: str = setting(readers.text, "")
    token: str = field(default="", repr=False)
    webhook_url: str = ""
    webhook_secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushConfig:
    """[push]."""

    collect_above: int = setting(readers.whole_number(1, 1000), 5)
    summary_length: int = setting(readers.whole_number(0, 3000), 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageConfig:
    """[storage]; the path in `url` is absolute."""

    url: str = setting(readers.database, "sqlite:///var/loa.db")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """[schedule]."""

    timezone: str = setting(readers.timezone, "Asia/Ho_Chi_Minh")
    portals: timedelta = setting(readers.interval, timedelta(hours=6))


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConfig:
    """[fetch]."""

    allow_private: bool = setting(readers.yes_or_no, False)
    timeout: timedelta = setting(readers.duration, timedelta(seconds=30))
    max_bytes: int = setting(readers.whole_number(1_000, 500_000_000), 5_000_000)
    robots: bool = setting(readers.yes_or_no, True)
    contact: str = setting(readers.contact, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebConfig:
    """[web]; `listen` is host and port, or None where the page is turned off."""

    listen: tuple[str, int] | None = setting(readers.listening, ("127.0.0.1", 8080))


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchConfig:
    """[watch]; `ping` is called every `every` while all is well, "" where nobody outside watches."""

    ping: str = setting(readers.maybe_address, "")
    every: timedelta = setting(readers.interval, timedelta(minutes=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One [[sources]] table, before it becomes a `Source`."""

    id: str = needed(readers.identifier)
    url: str = needed(readers.address)
    title: str = setting(readers.words, "")
    kind: Literal["auto", "feed", "page"] = setting(readers.one_of("auto", "feed", "page"), "auto")
    interval: timedelta = setting(readers.interval, timedelta(minutes=5))
    interval_max: timedelta | None = setting(readers.interval, None)
    timezone: str = setting(readers.timezone, "")
    hosts: tuple[str, ...] = setting(readers.host_names, ())
    was: str = setting(readers.former_identifier, "")
    urgent: bool = setting(readers.yes_or_no, False)
    profile: str = setting(readers.profile, "")
    ca_file: str = setting(readers.text, "")
    legacy_tls: bool = setting(readers.yes_or_no, False)
    merge: bool = setting(readers.yes_or_no, True)
    item: str = setting(readers.text, "")
    title_selector: str = setting(readers.text, "")
    link: str = setting(readers.text, "")
    date: str = setting(readers.text, "")
    summary: str = setting(readers.text, "")
    image: str = setting(readers.text, "")
    next: str = setting(readers.text, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the operator decided. `path` is the config.toml it came from."""

    path: Path
    telegram: TelegramConfig = TelegramConfig()
    push: PushConfig = PushConfig()
    storage: StorageConfig = StorageConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    fetch: FetchConfig = FetchConfig()
    web: WebConfig = WebConfig()
    watch: WatchConfig = WatchConfig()
    sources: tuple[Source, ...] = ()

    def source(self, source_id: str) -> Source | None:
        """The configured source of that id."""
        return next((source for source in self.sources if source.id == source_id), None)
