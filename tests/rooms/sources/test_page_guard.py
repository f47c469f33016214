"""The scan that refuses absurd markup before anything parses it."""

import pytest

from bot.sources.page_guard import MOST_DEPTH, MOST_TAGS, absurdity_of
from tests.rooms.sources.pages import PAGES

HOSTILE = {
    "nested": "<div>" * 200_000,
    "nested lists": "<ul><li>" * 5_000,
    "closed by wrong tags": "<div></b></i></span>" * 1_000,
    "foreign content": "<svg>" + "<td>" * 5_000,
    "attributes": "<a " + " ".join(f"b{n}" for n in range(5_000)) + ">x</a>",
    "open formats": "".join(f"<b id={n}><p>" for n in range(2_000)),
    "copied formats": "".join(f"<font size={n}>" for n in range(40)) + "<p>x" * 20_000,
    "copied by end tags": "".join(f"<font size={n}>" for n in range(40)) + "</p>x" * 20_000,
    "tags": "<br>" * (MOST_TAGS + 1),
    "hidden in an attribute": '<a title=">' + "<div>" * 10 + '">' + "<div>" * 1_000,
}
HARMLESS = {
    "a line of ten megabytes": "<p>" + "x" * 10_000_000,
    "an address of ten megabytes": '<a href="' + "x" * 10_000_000 + '">x</a>',
    "unfinished tags": "<a" * 1_000_000,
    "angle brackets": "<" * 1_000_000,
    "tags in a comment": "<!--" + "<div>" * 200_000,
    "tags in a script": "<script>" + "<div>" * 200_000 + "</script>",
    "a script that never ends": "<script>" + "<div>" * 200_000,
    "paragraphs left open": "<p>x" * 20_000,
    "rows left open": "<table>" + "<tr><td>x" * 20_000,
    "many attributes": "<a " + 'title="x y z" ' * 60 + ">x</a>",
    "properly closed": "<b><i>x</i></b>" * 5_000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_what_would_make_a_parser_run_away_is_refused(name: str) -> None:
    assert absurdity_of(HOSTILE[name])


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_only_big_or_sloppy_is_let_in(name: str) -> None:
    assert absurdity_of(HARMLESS[name]) is None


def test_every_page_of_ours_is_let_in() -> None:
    assert not [path.name for path in PAGES.rglob("*.html") if absurdity_of(path.read_text("utf-8"))]


def test_the_refusal_names_what_was_too_much() -> None:
    assert absurdity_of("<div>" * (MOST_DEPTH + 1)) == f"elements nested more than {MOST_DEPTH} deep"
    assert absurdity_of("<div>" * MOST_DEPTH) is None
