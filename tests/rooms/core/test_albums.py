"""Which sources are one portal, which album is which, and how an album looks."""

from __future__ import annotations

from dataclasses import replace

from bot.chats.words import words_for
from bot.core.albums import album_items, all_unheard_of, home_of, leaders, portals_of
from bot.core.html import link_of
from bot.core.render_album import MOST_PHOTOS, album, album_plain
from bot.core.style import Style
from bot.core.text import utf16_length
from bot.model import Album, AlbumPicture, Source
from tests.owed import a_stored

HOME = "https://tinh.example.gov.vn/"
STYLE = Style(words=words_for("vi"), sources={"tdkt": Source(id="tdkt", title="Tin tức", url=HOME)})


def an_album(title: str = "Mùa lúa chín", page: str = "thu-vien-anh", *names: str) -> Album:
    pictures = tuple(AlbumPicture(url=f"{HOME}anh/{name}.jpg") for name in names or ("1", "2"))
    return Album(title=title, url=HOME + page, pictures=pictures)


def is_known(later: Album, earlier: Album) -> bool:
    (one,), (other,) = album_items([earlier], "tdkt", HOME), album_items([later], "tdkt", HOME)
    return not set(one.keys).isdisjoint(other.keys)


def test_an_album_is_known_by_two_of_address_title_and_a_picture() -> None:
    album_ = an_album()
    assert is_known(replace(album_, title="Mùa lúa chín 2026"), album_)
    assert is_known(replace(album_, url=HOME + "khac"), album_)
    assert is_known(an_album("Mùa lúa chín", "thu-vien-anh", "8", "9"), album_)
    assert is_known(replace(album_, url=f"{HOME}thu-vien-anh;jsessionid=AB12CD34"), album_)


def test_another_album_on_the_same_gallery_page_is_another_one() -> None:
    assert not is_known(an_album("Tết trồng cây", "thu-vien-anh", "8"), an_album())
    assert not is_known(an_album("Mùa lúa chín", "khac", "8"), an_album())


def test_a_cover_that_all_albums_share_names_none() -> None:
    items = album_items([an_album("Một", "a", "bia"), an_album("Hai", "a", "bia")], "tdkt", HOME)
    assert set(items[0].keys).isdisjoint(items[1].keys)


def test_albums_without_pictures_and_albums_of_strangers_are_left_out() -> None:
    stranger = replace(an_album(), url="https://nha-cai.example/anh")
    assert album_items([stranger, Album(title="Rỗng", url=HOME + "a")], "tdkt", HOME) == ()


def test_a_list_that_knows_nothing_any_more_is_a_portal_made_anew() -> None:
    assert all_unheard_of([None, None, None])
    assert not all_unheard_of([None, None, 7])
    assert not all_unheard_of([None])


def test_the_first_source_of_a_portal_stands_for_it_unless_another_one_did_before() -> None:
    pages = [Source(id=name, title=name, url=f"https://www.tinh.example/{name}") for name in ("a", "b")]
    feed = Source(id="f", title="f", url="https://bao.example/rss", kind="feed")
    other = Source(id="c", title="c", url="https://tinh.example:8443/c")
    assert leaders(portals_of([*pages, feed, other]), frozenset()) == ("a", "c")
    assert leaders(portals_of([*pages, feed, other]), {"b"}) == ("b", "c")
    assert home_of(other.url) == "https://tinh.example:8443/"


def test_an_album_says_under_its_first_picture_what_it_is_and_why_it_came() -> None:
    pictures = tuple(AlbumPicture(url=f"{HOME}{number}.jpg", caption=f"Ảnh & {number}") for number in range(12))
    rendered = album(a_stored(1, title="Lễ hội <xuân>", url=HOME + "anh", pictures=pictures), STYLE)
    assert (len(rendered.photos), rendered.cost) == (MOST_PHOTOS, 10)
    assert [bool(photo.caption) for photo in rendered.photos] == [True] + [False] * 9
    assert "Lễ hội &lt;xuân&gt;" in rendered.photos[0].caption
    assert STYLE.words.say("push.why.albums") in rendered.photos[0].caption
    assert "và 2 ảnh nữa" in rendered.text
    assert rendered.text.count("<a href") == 11


def test_no_caption_is_too_long_and_pictures_that_telegram_could_not_open_are_left_out() -> None:
    pictures = (AlbumPicture(url="ftp://x/1.jpg"), AlbumPicture(url=HOME + "1.jpg", caption="Ảnh " * 500))
    stored = a_stored(1, title="Lễ hội " * 300, url=HOME, pictures=pictures)
    rendered = album(stored, STYLE)
    assert [photo.url for photo in rendered.photos] == [HOME + "1.jpg"]
    assert utf16_length(rendered.photos[0].caption) < 1024
    assert utf16_length(rendered.text) < 4096
    plain = album_plain(stored, STYLE)
    assert (plain.html, plain.photos, plain.buttons) == (False, (), ())
    assert link_of(HOME) in plain.text


def test_an_album_without_a_title_is_called_one() -> None:
    stored = a_stored(1, title="", pictures=(AlbumPicture(url=HOME + "1.jpg"),))
    assert STYLE.words.say("album.untitled") in album(stored, STYLE).text
