"""The first reading at a new address: known notices are recognised, old ones are no news."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.moving import adopted, is_later
from bot.model import Item, StoredItem
from tests.fakes import START, notice


def stored(number: int, title: str) -> StoredItem:
    return StoredItem(id=number, item=notice(title, number), first_seen_at=START)


def moved(title: str, number: int = 900) -> Item:
    return notice(title, number, guid=None, url=f"https://new.example/bai-{number}.html", summary="Tóm tắt khác")


def test_an_unknown_item_with_a_known_title_takes_the_known_one_s_keys_and_brings_no_other_words() -> None:
    known = stored(1, "Hội nghị thi đua")
    (item,) = adopted([moved("HỘI NGHỊ THI ĐUA")], [None], [known])
    assert set(known.item.keys) < set(item.keys)
    assert item.summary is None


def test_a_title_that_stands_twice_tells_nothing() -> None:
    items = [moved("Thông báo", 901), moved("Thông báo", 902)]
    assert adopted(items, [None, None], [stored(1, "Thông báo")]) == tuple(items)
    assert adopted(items[:1], [None], [stored(1, "Thông báo"), stored(2, "Thông báo")]) == tuple(items[:1])


def test_an_item_that_is_listed_under_its_own_keys_gives_them_to_no_other() -> None:
    items = [notice("Hội nghị", 1), moved("Hội nghị, phiên hai")]
    assert adopted(items, [1, None], [stored(1, "Hội nghị")]) == tuple(items)
    taken = replace(moved("Hội nghị"), title="Hội nghị")
    assert adopted([items[1], taken], [1, None], [stored(1, "Hội nghị")])[1] == taken


def test_only_what_is_dated_after_the_last_reading_is_news() -> None:
    def item(at: datetime | None, *, day: bool = False) -> Item:
        return notice("Tin", 1, published_at=at, date_only=day)

    assert is_later(item(START + timedelta(minutes=1)), START)
    assert not is_later(item(START - timedelta(minutes=1)), START)
    assert not is_later(item(None), START)
    assert is_later(item(START - timedelta(hours=9), day=True), START)
    assert not is_later(item(START - timedelta(hours=33), day=True), START)
