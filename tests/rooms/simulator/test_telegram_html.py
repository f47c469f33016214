"""HTML as Telegram parses it: what it keeps, what it refuses and in which words."""

from __future__ import annotations

import pytest

from bot.simulator.telegram_html import parse_html
from bot.simulator.telegram_wire import ApiError


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("Đ<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="http://x.vn>x</a>', "Unclosed start tag at byte offset 0"),
        ("<a href=http://x.vn>x</a>", "Unexpected end of name token at byte offset 8"),
        ('<span class="x">x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_broken_markup_is_refused_in_the_real_words(source: str, words: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {words}"


def test_only_four_named_references_are_decoded() -> None:
    assert parse_html("&lt;a&gt; &amp; &quot;b&quot; &#272;&#x111; &nbsp;&mdash;").text == '<a> & "b" Đđ &nbsp;&mdash;'


def test_offsets_count_utf16_units() -> None:
    parsed = parse_html("📣 <b>Tin <i>mới</i></b>")
    assert parsed.entities == (
        {"type": "bold", "offset": 3, "length": 7},
        {"type": "italic", "offset": 7, "length": 3},
    )


def test_a_link_that_is_no_web_address_becomes_plain_text() -> None:
    assert parse_html('<a href="http://[">x</a>').entities == ()
    parsed = parse_html('<a href="javascript:alert(1)">x</a><a href="https://a.vn/?q=1&amp;p=2">y</a>')
    assert parsed.text == "xy"
    assert parsed.entities == ({"type": "text_link", "offset": 1, "length": 1, "url": "https://a.vn/?q=1&p=2"},)


def test_quotes_and_code_keep_their_kind() -> None:
    parsed = parse_html('<blockquote expandable>a</blockquote><pre><code class="language-sql">b</code></pre>')
    kinds = [(entity["type"], entity.get("language")) for entity in parsed.entities]
    assert kinds == [("expandable_blockquote", None), ("pre", "sql")]
