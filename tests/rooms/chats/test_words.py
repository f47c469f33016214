"""The catalogs: both languages say the same things, everything that is said is there, and nothing else."""

import ast
import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.chats.words import words_for
from bot.chats.words.__main__ import HERE, compiled
from bot.model import ChatKind, Language, TroubleKind

CODE = HERE.parent.parent
LANGUAGES: tuple[Language, ...] = ("vi", "en")
PLAIN = ("button.", "toast.", "menu.", "trouble.", "doubt.", "why.", "date.", "push.", "list.", "collected.", "inline.")
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+|help|missed|settings|failed")


def catalog(language: str) -> Catalog:
    return read_po(BytesIO((HERE / f"{language}.po").read_bytes()), abort_invalid=True)


def sentences(language: str) -> dict[str, tuple[str, ...]]:
    def forms(message: Message) -> tuple[str, ...]:
        return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())

    def key(message: Message) -> str:
        return message.id if isinstance(message.id, str) else message.id[0]

    return {key(message): forms(message) for message in catalog(language) if message.id}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalog_is_that_of_its_source(language: Language) -> None:
    assert (HERE / f"{language}.mo").read_bytes() == compiled((HERE / f"{language}.po").read_bytes())


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(sentences("vi")) == list(sentences("en"))


def test_both_languages_fill_in_the_same_values() -> None:
    vietnamese, english = sentences("vi"), sentences("en")
    for key, forms in vietnamese.items():
        wanted = set().union(*map(places, forms))
        assert wanted == set().union(*map(places, english[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_empty_and_none_has_blanks_at_its_ends(language: Language) -> None:
    for key, forms in sentences(language).items():
        assert all(form and form == form.strip() for form in forms), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_markup_is_well_formed_in_messages_and_absent_from_what_telegram_shows_plain(language: Language) -> None:
    for key, forms in sentences(language).items():
        for form in forms:
            if key.startswith(PLAIN):
                assert not re.search("[<>&]", form), key
            else:
                assert _Tags(form).open == [], key


def test_a_button_and_a_toast_are_short_enough_for_telegram() -> None:
    for language in LANGUAGES:
        for key, forms in sentences(language).items():
            if key.startswith("toast."):
                assert all(len(form) <= 200 for form in forms), key
            if key.startswith("button."):
                assert all(len(form) <= 40 for form in forms), key
            if key.startswith("menu."):
                assert all(len(form) <= {"menu.description": 512, "menu.short": 120}.get(key, 256) for form in forms)


def test_everything_that_is_said_is_in_the_catalogs_and_nothing_else_is() -> None:
    known, said, beginnings = set(sentences("vi")), set[str](), set[str]()
    for path in sorted([*CODE.glob("chats/**/*.py"), *CODE.glob("core/**/*.py")]):
        for exact, beginning in keys_in(path, known):
            said |= exact
            beginnings |= beginning
    orphans = {key for key in known - said if not key.startswith(tuple(beginnings))}
    assert not said - known
    assert not orphans


def test_every_kind_of_trouble_and_of_chat_has_its_words() -> None:
    keys = sentences("vi")
    assert {f"trouble.{kind}" for kind in TroubleKind} == {key for key in keys if key.startswith("trouble.")}
    assert {f"mydata.kind.{kind}" for kind in ChatKind} == {key for key in keys if key.startswith("mydata.kind.")}


def test_english_counts_in_the_singular_and_the_plural() -> None:
    say = words_for("en").say
    assert "1 new item did" in say("missed", count=1)
    assert "2 new items did" in say("missed", count=2)
    assert "2 tin mới" in words_for("vi").say("missed", count=2)


def keys_in(path: Path, known: set[str]) -> Iterator[tuple[set[str], set[str]]]:
    """Keys that stand in a file: whole ones of a known family, and the beginnings of those that are put together."""
    families = {key.partition(".")[0] for key in known}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            beginning = str(node.values[0].value)
            if beginning.endswith(".") and beginning[:-1].partition(".")[0] in families:
                yield set(), {beginning}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
            key = node.value
            yield ({key} if key.partition(".")[0] in families and (key in known or "." in key) else set()), set()


class _Tags(HTMLParser):
    """What is left open after reading a text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag in {"b", "i", "code"}
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
