"""config.toml, .env and the environment: precedence, defaults, and every mistake at once with its mend."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.reading import fetch_rules
from bot.config import Config, load_config
from bot.config.nouns import FetchConfig, PushConfig, ScheduleConfig, SourceConfig, StorageConfig, TelegramConfig
from bot.errors import ConfigError

ROOT = Path(__file__).parents[3]
TOKEN = "123456789:AAE4cXw1-an_invented_token_of_tests"
SOURCE = '[[sources]]\nid = "tdkt"\nurl = "https://portal.example/rss"\n'


def load(folder: Path, text: str, **environ: str) -> Config:
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return load_config({"LOA_CONFIG": str(folder / "config.toml"), **environ})


def mistakes_of(folder: Path, text: str, **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    return caught.value.mistakes


def sample_of_the_manual() -> str:
    """The [[sources]] table that config.toml shows as a comment."""
    commented = (ROOT / "config.toml").read_text("utf-8").split("before you add it.\n#\n")[1]
    return "\n".join(line.removeprefix("# ") for line in commented.splitlines())


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, "")
    assert config.telegram.messages_per_second == 28
    assert config.push.collect_above == 5
    assert config.fetch.max_bytes == 5_000_000
    assert config.web.listen == ("127.0.0.1", 8080)
    assert config.sources == ()


def test_the_operators_manual_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    manual = (ROOT / "config.toml").read_text("utf-8")
    shown = tomllib.loads(manual)
    parts = {"telegram": TelegramConfig, "push": PushConfig, "fetch": FetchConfig, "schedule": ScheduleConfig}
    for name, part in {**parts, "storage": StorageConfig}.items():
        assert set(shown[name]) == {one.name for one in fields(part) if "read" in one.metadata}
    assert set(tomllib.loads(sample_of_the_manual())["sources"][0]) == {one.name for one in fields(SourceConfig)}
    by_file, by_default = load(tmp_path, manual), load(tmp_path, "")
    assert by_file == by_default


def test_the_sample_source_of_the_manual_is_one_that_can_be_used(tmp_path: Path) -> None:
    (source,) = load(tmp_path, sample_of_the_manual()).sources
    assert source.every == timedelta(minutes=5)
    assert source.every_most == timedelta(hours=1)


def test_the_environment_wins_over_dotenv_and_dotenv_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f'TELEGRAM_BOT_TOKEN="{TOKEN}"\nDATABASE_URL=sqlite:///a.db\nPORT=\n', "utf-8")
    config = load(tmp_path, '[storage]\nurl = "sqlite:///file.db"\n', DATABASE_URL="sqlite:////abs/b.db")
    assert config.telegram.token == TOKEN
    assert config.storage.url == "sqlite:////abs/b.db"
    assert load(tmp_path, "").storage.url == f"sqlite:///{tmp_path}/a.db"


def test_port_means_every_address(tmp_path: Path) -> None:
    assert load(tmp_path, '[web]\nlisten = ""\n', PORT="9000").web.listen == ("0.0.0.0", 9000)
    assert load(tmp_path, '[web]\nlisten = ""\n').web.listen is None


def test_relative_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("x")
    config = load(tmp_path, f'[telegram]\nca_file = "ca.pem"\n{SOURCE}ca_file = "ca.pem"\n')
    assert config.storage.url == f"sqlite:///{tmp_path}/var/loa.db"
    assert config.telegram.ca_file == str(tmp_path / "ca.pem")
    assert config.sources[0].ca_file == str(tmp_path / "ca.pem")


def test_all_mistakes_are_told_at_once_each_with_its_place_and_its_mend(tmp_path: Path) -> None:
    text = """
        [telegram]
        api_rot = "x"
        admins = ["me"]
        [puhs]
        [[sources]]
        id = "a"
        url = "https://a.example/"
        [[sources]]
        id = "B!"
        url = "ftp://a.example/"
        interval = "5"
    """
    assert mistakes_of(tmp_path, text, PORT="many") == (
        'config.toml: [puhs] - this table is not known; did you mean "push"?',
        'config.toml: telegram.api_rot - this setting is not known; did you mean "api_root"?',
        'config.toml: telegram.admins = ["me"] - give numeric user ids such as [1001, 1002] '
        "(a person learns theirs from @userinfobot)",
        'config.toml: sources[2].id = "B!" - give 1 to 62 of the characters a-z, 0-9, _ and -, such as "tin-tuc"',
        'config.toml: sources[2].url = "ftp://a.example/" - give an address such as "https://portal.example/rss"',
        'config.toml: sources[2].interval = "5" - give a duration such as "5m" (units: ms, s, m, h, d)',
        'environment: PORT = "many" - give a number from 1 to 65535',
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[telegram]\nmessages_per_second = 31\n", "telegram.messages_per_second = 31"),
        ("[telegram]\nmessages_per_second = true\n", "telegram.messages_per_second = true"),
        ('[telegram]\nca_file = "absent.pem"\n', "telegram.ca_file"),
        ('[telegram]\nmode = "webhook"\n', "WEBHOOK_URL is missing"),
        (f'[telegram]\ntoken = "{TOKEN}"\n', "telegram.token"),
        ('[storage]\nurl = "mysql://x"\n', "storage.url"),
        ('[web]\nlisten = "8080"\n', "web.listen"),
        ('[schedule]\ntimezone = "Asia/Hanoi"\n', "schedule.timezone"),
        ('[fetch]\ntimeout = "9999999999999999999999d"\n', "fetch.timeout"),
        ('[[sources]]\nurl = "https://a.example"\n', "sources[1].id is missing"),
        (SOURCE + SOURCE, "sources[2].id"),
        (SOURCE + 'interval = "999ms"\n', "sources[1].interval"),
        (SOURCE + 'interval = "5m"\ninterval_max = "1m"\n', "sources[1].interval_max"),
        (SOURCE + 'hosts = ["https://x"]\n', "sources[1].hosts"),
        (SOURCE + 'was = "tdkt"\n', "sources[1].was"),
        (SOURCE + 'profile = "unknown"\n', "drupal, liferay, nukeviet, sharepoint, websphere"),
        ('[fetch]\ncontact = "me) (you"\n', "fetch.contact"),
        ('[fetch]\ncontact = "https://a.example/(x)"\n', "fetch.contact"),
        ("sources = 3\n", "sources = 3"),
        ("telegram = 3\n", "telegram = 3"),
        ("[telegram\n", "line 1"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_setting(tmp_path: Path, text: str, named: str) -> None:
    (mistake,) = mistakes_of(tmp_path, text)
    assert named in mistake
    assert " - " in mistake
    assert "\n" not in mistake


@pytest.mark.parametrize("contact", ["news@example.org", "https://example.org/loa?a=1"])
def test_portals_are_told_who_asks_and_where_they_are_found(tmp_path: Path, contact: str) -> None:
    said = fetch_rules(load(tmp_path, f'[fetch]\ncontact = "{contact}"\n').fetch).user_agent
    assert re.fullmatch(rf"Loa/\S+ \(portal news to Telegram; \+{re.escape(contact)}\)", said)
    assert fetch_rules(load(tmp_path, "").fetch).user_agent.endswith("(portal news to Telegram)")


def test_a_profile_of_ours_is_taken(tmp_path: Path) -> None:
    assert load(tmp_path, SOURCE + 'profile = "websphere"\n').sources[0].profile == "websphere"


def test_a_wrong_token_is_named_but_never_shown(tmp_path: Path) -> None:
    (mistake,) = mistakes_of(tmp_path, "", TELEGRAM_BOT_TOKEN="no-token-at-all-9876")
    assert "TELEGRAM_BOT_TOKEN" in mistake
    assert "9876" not in mistake
    assert TOKEN not in repr(load(tmp_path, "", TELEGRAM_BOT_TOKEN=TOKEN))


def test_a_token_is_asked_for_where_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    with pytest.raises(ConfigError, match="TELEGRAM_BOT_TOKEN is missing"):
        load_config({}, path=tmp_path / "config.toml", needs=frozenset({"token"}))


def test_an_absent_file_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"there is none at {tmp_path}/config.toml"):
        load_config({}, path=tmp_path / "config.toml")


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes('[[sources]]\ntitle = "Tin tức"\n'.encode("utf-16"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config({}, path=tmp_path / "config.toml")
