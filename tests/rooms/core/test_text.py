"""Cleaning for display, plain text of markup, sentences, and folding."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.letters import fold_word, normalise, plain_of, words_of
from bot.core.text import clean, fold, plain_text, summarise, utf16_length


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Tổng kết &amp;amp; khen thưởng", "Tổng kết & khen thưởng"),
        ("<![CDATA[Ra quân &amp; hưởng ứng]]>", "Ra quân & hưởng ứng"),
        ("&lt;![CDATA[Lễ phát động]]&gt;", "Lễ phát động"),
        ("Th#225;ng hành động", "Tháng hành động"),
        ("C&amp;#244;ng b&#7889;", "Công bố"),
        ("Quyết định số #12; ngày", "Quyết định số #12; ngày"),
        ("Huy\u00a0động\u2003toàn   dân\n tham gia", "Huy động toàn dân tham gia"),
        ("Lũ\u200b quét\u202e ở\u00ad vùng\x00 cao\ufeff", "Lũ quét ở vùng cao"),
        ("<b>Mưa</b> lớn<br/>ở <i class='x'>mi</i>ền núi<!-- x -->", "Mưa lớn ở miền núi"),
        ("&lt;strong&gt;Bão&lt;/strong&gt; số 5", "Bão số 5"),
        ("<script>alert(1)</script>Tin mới", "Tin mới"),
        ("Nồng độ < 5 mg và > 2 mg", "Nồng độ < 5 mg và > 2 mg"),
        ("AT&T, R&D", "AT&T, R&D"),
        ("Gia đình 👨\u200d👩\u200d👧 văn\u200dhóa", "Gia đình 👨\u200d👩\u200d👧 vănhóa"),
        ("Lỗi \ud83d dở", "Lỗi dở"),
        ("", ""),
    ],
)
def test_a_title_is_fit_to_show(raw: str, shown: str) -> None:
    assert clean(raw) == shown


@pytest.mark.parametrize(
    "spelt", ["ưở", "ư\u01a1\u0309", "u\u031bo\u031b\u0309", "\u01b0o\u0309\u031b", "\u01b0o\u031b\u0309"]
)
def test_every_way_to_compose_letters_is_one(spelt: str) -> None:
    assert clean(f"khen th{spelt}ng") == "khen thưởng"


@pytest.mark.parametrize("spelt", ["o\u0301\u0302", "ó\u0302", "ô\u0301", "o\u0302\u0301", "\u00f4\u0341"])
def test_a_tone_written_before_the_quality_of_its_vowel_is_mended(spelt: str) -> None:
    assert clean(f"t{spelt}i") == "tối"


def test_markup_becomes_paragraphs_and_lines() -> None:
    markup = (
        "<div><p>Một&nbsp;hai<br>ba</p><style>p{}</style><p>Bốn <b>nă</b>m</p><ul><li>sáu</li><li>bảy</li></ul></div>"
    )
    assert plain_text(markup) == "Một hai\nba\n\nBốn năm\n\nsáu\n\nbảy"


def test_markup_that_was_escaped_is_read_as_markup() -> None:
    assert plain_text("&lt;p&gt;Dòng một&lt;/p&gt;&lt;p&gt;Hai &amp;amp; ba&lt;/p&gt;") == "Dòng một\n\nHai & ba"


def test_text_without_markup_keeps_its_paragraphs() -> None:
    assert plain_text("Đoạn một.\r\nVẫn  thế.\n\n\n\nĐoạn hai.") == "Đoạn một.\nVẫn thế.\n\nĐoạn hai."


def test_a_summary_is_cut_at_a_sentence() -> None:
    text = (
        "Sáng nay tại TP. Vinh khai mạc hội chợ. Có 120 gian hàng của PGS.TS. Hà và các hộ. Hội chợ kéo dài năm ngày."
    )
    assert summarise(text, 60) == "Sáng nay tại TP. Vinh khai mạc hội chợ."
    assert summarise(text, 90) == "Sáng nay tại TP. Vinh khai mạc hội chợ. Có 120 gian hàng của PGS.TS. Hà và các hộ."
    assert summarise(text, len(text)) == text


def test_a_first_sentence_that_is_too_long_is_cut_between_words() -> None:
    assert summarise("Ủy ban nhân dân tỉnh ban hành kế hoạch", 20) == "Ủy ban nhân dân…"
    assert summarise("Dàiquálàdàikhôngcóchỗnàođểcắt", 10) == "Dàiquálàd…"


@given(st.text(max_size=400), st.integers(0, 200))
def test_a_summary_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(summarise(text, most)) <= most


@given(st.text(max_size=200))
def test_cleaned_text_is_nfc_on_one_line_and_can_be_encoded(text: str) -> None:
    shown = clean(text)
    assert shown == unicodedata.normalize("NFC", shown)
    assert shown == " ".join(shown.split())
    shown.encode("utf-8")


@given(st.text(max_size=200))
def test_utf16_length_is_what_telegram_counts(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"), ("thuý", "thúy"), ("uỷ", "ủy"), ("khoẻ", "khỏe"), ("quý", "quí"), ("kỷ", "kỉ"), ("Mỹ", "mĩ"),
        ("LÝ", "lí"), ("Ðại", "đại"), ("ĐẢNG", "đảng"), ("03", "3"), ("ﬁle", "file"), ("ｈｏｉ", "hoi"), ("y", "i"),
        ("1.000", "1000"), ("12.345.678", "12345678"),
    ],
)  # fmt: skip
def test_spellings_that_never_matter_fold_to_one_key(one: str, other: str) -> None:
    assert fold_word(one) == fold_word(other)


def test_a_number_with_its_thousands_apart_is_one_word_and_dates_are_three() -> None:
    assert fold("thưởng 1.000 đồng, 2.500m2") == "thuong 1000 dong 2500m2"
    assert fold("12.03.2019 và 1.2.345.67 và 0912.345.678") == "12 3 2019 va 1 2 345 67 va 912 345 678"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cháy", "chạy"),
        ("bão", "báo"),
        ("quỹ", "quý"),
        ("đường", "dương"),
        ("thúy", "thúi"),
        ("tay", "tai"),
        ("kỷ", "kỹ"),
    ],
)
def test_words_that_differ_keep_different_toned_keys(one: str, other: str) -> None:
    assert fold_word(one).toned != fold_word(other).toned


def test_folding_drops_marks_case_and_punctuation() -> None:
    assert fold("Nghị định số 13/2023/NĐ-CP: “Kỷ luật”!") == "nghi dinh so 13 2023 nd cp ki luat"


@pytest.mark.parametrize(
    ("word", "plain"), [("Łódź", "lodz"), ("Ørsted", "orsted"), ("Œuvre", "oeuvre"), ("Æther", "aether"), ("đĐ", "dd")]
)
def test_a_letter_with_its_mark_inside_it_has_a_plain_key_as_any_other(word: str, plain: str) -> None:
    assert fold_word(word).plain == plain
    assert fold_word(word).is_marked


@given(st.text(max_size=100))
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0x1EFF), max_size=60))
def test_unicode_forms_fold_alike(text: str) -> None:
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(st.text(max_size=60))
def test_the_plain_key_follows_from_the_toned_one(text: str) -> None:
    for word in words_of(text):
        assert plain_of(word.toned) == word.plain
        assert " " not in word.toned
        assert word.toned.isalnum() or not word.toned.isascii()


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("mark", ["<![CDATA[", "<!--", "<script>", "<STYLE>", "&lt;!--", "<noscript>"])
def test_what_begins_a_hundred_thousand_times_and_never_ends_is_read_in_no_time(mark: str) -> None:
    assert clean(f"Tin <!-- ẩn --> một {mark * 100_000}").startswith("Tin một")
    assert clean(f"Tin <![CDATA[hai]]&gt; <script>3</SCRIPT > {mark * 100_000}").startswith("Tin hai")


def test_what_is_not_read_ends_with_its_own_mark() -> None:
    assert clean("a <script>x</style>y</script> b <style>z</style> c <!-- <b>d</b> --> e </script> f") == "a b c e f"
