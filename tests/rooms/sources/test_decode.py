"""Bytes become the letters that the portal meant."""

import unicodedata

import pytest

from bot.sources.decode import decode
from bot.sources.decode_legacy import mend_all, undouble

TEXT = "Hội nghị tổng kết phong trào “Đường quê sạch đẹp” – Uỷ ban xã được thưởng"
XML = '<?xml version="1.0" encoding="{}"?><rss><title>' + TEXT + "</title></rss>"
TCVN3 = "Héi nghÞ tæng kÕt phong trµo vµ khen th\u00adëng ®\u00adêng quª s¹ch ®Ñp"
VNI = "Hoäi nghò toång keát phong traøo vaø khen thöôûng ñöôøng queâ saïch ñeïp"
BOTH = "Hội nghị tổng kết phong trào và khen thưởng đường quê sạch đẹp"


def as_cp1258(text: str) -> bytes:
    """Windows-1258 has vowels with their own mark and the five tones as signs that follow."""
    out = b""
    for letter in text:
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            signs = unicodedata.normalize("NFD", letter)
            tone = next(sign for sign in signs[1:] if sign in "\u0300\u0301\u0303\u0309\u0323")
            vowel = unicodedata.normalize("NFC", signs.replace(tone, ""))
            out += vowel.encode("cp1258") + tone.encode("cp1258")
    return out


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "ISO-8859-1"),
        ("utf-8", "windows-1258"),
        ("utf-8", "no-such-code"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", "utf-8"),
        ("utf-32", "utf-8"),
    ],
)
def test_unicode_is_seen_whatever_the_label_says(encoding: str, label: str) -> None:
    assert TEXT in decode(XML.format(label).encode(encoding)).text


@pytest.mark.parametrize("label", ["windows-1258", "utf-8", "ISO-8859-1", "x-user-defined"])
def test_windows_1258_is_seen_whatever_the_label_says(label: str) -> None:
    decoded = decode(as_cp1258(XML.format(label)), label)
    assert decoded.encoding == "cp1258"
    assert TEXT in decoded.text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Журналисты обсудили новости дня", "cp1251"),
        ("L'été à Genève, déjà très différent", "cp1252"),
        ("今日のニュース", "cp932"),
    ],
)
def test_a_label_is_believed_where_nothing_speaks_against_it(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), encoding).text == text
    assert decode(f'<?xml version="1.0" encoding="{encoding}"?><a>{text}</a>'.encode(encoding)).text.count(text) == 1


def test_a_page_names_its_encoding_in_a_meta_tag() -> None:
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head>Новости'
    assert decode(page.encode("cp1251")).text == page


def test_a_letter_cut_in_half_spoils_nothing_else() -> None:
    cut = XML.format("utf-8").encode()[: -len("ng</title></rss>") - 2]
    assert decode(cut).text.startswith(XML.format("utf-8")[:60])


@pytest.mark.parametrize("times", [1, 2])
def test_utf_8_that_was_decoded_once_too_often_is_turned_back(times: int) -> None:
    spoilt = TEXT
    for _ in range(times):
        spoilt = spoilt.encode().decode("latin-1")
    assert undouble(spoilt) == TEXT
    assert undouble(f"{TEXT}: {spoilt}") == f"{TEXT}: {TEXT}"


def test_good_letters_are_left_alone() -> None:
    for text in (TEXT, "«Là thế» – Ã đã 25°C, 5 m² ½", "Ärger über Größe", "plain"):
        assert undouble(text) == text
        assert mend_all([text])[0].text == text
        assert mend_all([text])[0].doubt == ""


@pytest.mark.parametrize("old", [TCVN3, VNI])
def test_texts_of_the_old_fonts_are_converted(old: str) -> None:
    assert mend_all([old])[0].text == BOTH
    assert decode(old.encode("cp1252")).text == old


def test_a_short_title_follows_the_font_of_its_neighbours() -> None:
    assert mend_all([TCVN3, "Th«ng 7"])[1].text == "Thông 7"
    assert mend_all(["Th«ng 7"])[0].text == "Th«ng 7"


@pytest.mark.parametrize(
    "spoilt",
    [
        "H?i ngh? t?ng k?t n?m",
        "H\ufffdi nghị",
        "Há»™i nghá»‹ tá»•ng",
        "Đá»ng bào",
        TCVN3[:24] + " xyzþ qñz",
    ],
)
def test_letters_that_are_lost_or_unsure_are_doubted(spoilt: str) -> None:
    assert mend_all([spoilt])[0].doubt == "mojibake"


def test_half_a_letter_at_the_very_end_is_cut_off_and_a_question_stays_a_question() -> None:
    assert mend_all(["Hội nghị tổng k\ufffd\ufffd"])[0].text == "Hội nghị tổng k"
    assert mend_all(["Ai đến? Ở đâu? http://x.vn/a?b=1&c?d"])[0].doubt == ""
