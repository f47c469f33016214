"""One true notice: corrections, withdrawals, what is published again, and one story of two sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from storage.store import RecallWay
from tests.newsroom import Newsroom

BRIDGE = "Khánh thành cầu Hoà Lộc bắc qua sông Mã"
LEAD = "Chiều 20/11, cầu Hoà Lộc bắc qua sông Mã được khánh thành sau hai năm thi công."


@pytest.fixture
def room() -> Iterator[Newsroom]:
    newsroom = Newsroom()
    yield newsroom
    newsroom.close()


def test_a_withdrawn_item_is_marked_where_it_was_sent(room: Newsroom) -> None:
    chat = room.subscriber(1)
    room.publish("Tin cũ hơn", published_at=room.clock() - timedelta(days=1))
    item = room.publish("Bổ nhiệm nhầm chức danh")
    room.poll()
    room.settle()
    room.portals["tinh"].withdraw(item.title)
    for _ in range(3):
        room.poll()
    room.settle()
    marked = next(text for text in room.texts(chat) if text.startswith(item.title))
    assert "Cổng đã gỡ tin này" in marked
    assert len(room.texts(chat)) == 2
    room.portals["tinh"].listed.insert(0, item)
    room.poll()
    room.settle()
    assert "Cổng đã gỡ" not in "".join(room.texts(chat))
    assert room.ledger() == ["sent", "sent", "edited", "edited"]


def test_an_item_published_again_under_a_new_id_is_one_push_with_its_new_address(room: Newsroom) -> None:
    chat = room.subscriber(1)
    item = room.publish("Kế hoạch tuyên truyền Đại hội thi đua yêu nước")
    room.poll()
    room.settle()
    room.portals["tinh"].withdraw(item.title)
    again = room.publish(item.title, published_at=item.published_at)
    room.poll()
    room.settle()
    assert len(room.texts(chat)) == 1
    (stored,) = room.run(room.store.items.newest(5, ("tinh",)))
    assert stored.item.url == again.url != item.url
    assert {*item.keys, *again.keys} <= set(stored.item.keys)
    assert room.ledger() == ["sent", "edited"]


def test_an_item_published_again_with_its_lead_under_another_title_is_one_push(room: Newsroom) -> None:
    chat = room.subscriber(1)
    item = room.publish("Cầu Hoà Lộc đã thông xe", summary=LEAD)
    room.poll()
    room.settle()
    room.portals["tinh"].withdraw(item.title)
    room.publish("Cầu Hoà Lộc chính thức thông xe", summary=LEAD)
    room.poll()
    room.settle()
    assert room.titles(chat) == ["Cầu Hoà Lộc chính thức thông xe"]


@pytest.mark.parametrize("title", ["Thông báo", "Kế hoạch tuyên truyền Đại hội thi đua yêu nước"])
def test_the_same_title_of_another_day_is_another_notice(room: Newsroom, title: str) -> None:
    chat = room.subscriber(1)
    item = room.publish(title)
    room.poll()
    room.settle()
    room.portals["tinh"].unlist(item.title)
    room.publish(title, published_at=room.clock() - timedelta(days=20))
    room.poll()
    room.settle()
    assert room.titles(chat) == [title, title]


def test_a_lead_that_a_portal_writes_under_many_titles_makes_no_two_of_them_one(room: Newsroom) -> None:
    chat = room.subscriber(1)
    everywhere = "Nội dung chi tiết đang được cập nhật, mời bạn đọc theo dõi trên cổng thông tin của tỉnh"
    titles = ["Hội nghị cán bộ toàn tỉnh", "Khen thưởng nông dân giỏi toàn tỉnh", "Đại hội phụ nữ cơ sở toàn tỉnh"]
    for title in titles:
        room.publish(title, summary=everywhere)
    room.poll()
    room.portals["tinh"].unlist(titles[0])
    room.publish("Cháy rừng lan rộng toàn tỉnh", summary=everywhere)
    room.poll()
    room.settle()
    assert sorted(room.titles(chat)) == sorted([*titles, "Cháy rừng lan rộng toàn tỉnh"])


@pytest.mark.parametrize(
    ("title", "days"), [("Lịch tiếp công dân định kỳ của lãnh đạo tỉnh", 30), ("Cháy rừng lan rộng ở miền tây", 0)]
)
def test_one_lead_in_another_month_or_under_a_title_with_nothing_in_common_is_another_notice(
    room: Newsroom, title: str, days: int
) -> None:
    chat = room.subscriber(1)
    lead = "Văn phòng thông báo lịch tiếp công dân định kỳ của lãnh đạo tỉnh tại trụ sở tiếp công dân"
    old = "Lịch tiếp công dân định kỳ của lãnh đạo tỉnh"
    room.publish(old, summary=lead, published_at=room.clock() - timedelta(days=days))
    room.poll()
    room.settle()
    room.portals["tinh"].unlist(old)
    room.publish(title, summary=lead)
    room.poll()
    room.settle()
    assert room.titles(chat) == [old, title]


@pytest.mark.parametrize("sent_between", [True, False])
def test_one_story_of_two_sources_is_one_message_that_names_both(room: Newsroom, *, sent_between: bool) -> None:
    both, first, second = room.subscriber(1, "tinh", "huyen"), room.subscriber(2), room.subscriber(3, "huyen")
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    if sent_between:
        room.settle()
    room.publish(BRIDGE.upper(), "huyen", summary=LEAD)
    room.poll("huyen")
    room.settle()
    (text,) = room.texts(both)
    assert "Cổng tinh · Cổng huyen" in text
    assert room.titles(first) == [BRIDGE]
    assert "Cổng huyen" not in room.texts(first)[0]
    assert room.titles(second) == [BRIDGE.upper()]
    assert room.ledger().count("joined") == 1
    assert room.ledger().count("edited") == (1 if sent_between else 0)


def test_two_stories_that_differ_in_a_number_are_two_messages(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    room.publish("Quyết định số 410/QĐ-UBND về việc thu hồi đất khu Đông Hải")
    room.poll()
    room.publish("Quyết định số 412/QĐ-UBND về việc thu hồi đất khu Đông Hải", "huyen")
    room.poll("huyen")
    room.settle()
    assert len(room.texts(chat)) == 2


def test_a_story_in_a_list_names_both_there(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    for number in range(7):
        room.publish(f"Tin thứ {number} của tỉnh về cải cách hành chính")
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    room.settle()
    room.publish(BRIDGE, "huyen", summary=LEAD)
    room.poll("huyen")
    room.settle()
    (text,) = room.texts(chat)
    assert text.startswith("8 tin mới")
    assert "Cổng tinh, Cổng huyen" in text


def test_where_the_first_teller_takes_it_down_the_second_one_speaks(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    room.publish("Tin cũ hơn của tỉnh", published_at=room.clock() - timedelta(days=1))
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    other = room.publish(f"{BRIDGE}, Thanh Hoá", "huyen", summary=LEAD)
    room.poll("huyen")
    room.settle()
    room.portals["tinh"].withdraw(BRIDGE)
    for _ in range(3):
        room.poll()
    room.settle()
    assert other.title in room.titles(chat)
    assert "Cổng đã gỡ" not in "".join(room.texts(chat))


def test_a_correction_of_the_second_teller_keeps_the_message_true(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    other = room.publish(BRIDGE, "huyen", summary=LEAD)
    room.poll("huyen")
    room.settle()
    room.correct(other, title=f"{BRIDGE} (cập nhật)")
    room.poll("huyen")
    room.settle()
    assert room.titles(chat) == [BRIDGE]
    assert room.run(room.store.edits.count()) == 0


def test_whoever_ends_the_first_source_still_gets_the_story_of_the_second(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    room.publish(BRIDGE, "huyen", summary=LEAD)
    room.poll("huyen")
    room.run(room.store.chats.unfollow(chat.id, 0, "tinh", room.clock()))
    room.settle()
    assert room.titles(chat) == [BRIDGE]


def test_after_a_restart_stories_are_still_known(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    room.settle()
    room.crash()
    room.publish(BRIDGE, "huyen", summary=LEAD)
    room.poll("huyen")
    room.settle()
    assert len(room.texts(chat)) == 1


@pytest.mark.parametrize(("how", "undeletable"), [("delete", False), ("delete", True), ("mark", False)])
def test_a_recalled_item_leaves_every_chat_or_says_so(room: Newsroom, how: RecallWay, *, undeletable: bool) -> None:
    chats = [room.subscriber(number) for number in range(3)]
    item = room.publish("Thông báo gửi nhầm")
    room.poll()
    room.settle()
    room.post.undeletable = undeletable
    (stored,) = room.run(room.store.items.newest(1))
    assert room.run(room.store.recalls.recall(stored, how, room.clock()))
    room.settle()
    for chat in chats:
        if how == "delete" and not undeletable:
            assert room.texts(chat) == []
        else:
            assert room.texts(chat) == ["Thông báo gửi nhầm\nQuản trị viên đã thu hồi tin này"]
    assert room.ledger().count("deleted" if not undeletable and how == "delete" else "edited") == 3
    room.correct(item, title="Thông báo gửi nhầm, sửa lại")
    room.poll()
    room.settle()
    assert "sửa lại" not in "".join(text for chat in chats for text in room.texts(chat))


def test_a_recalled_item_of_a_list_is_struck_out_there(room: Newsroom) -> None:
    chat = room.subscriber(1)
    for number in range(7):
        room.publish(f"Tin thứ {number}")
    room.poll()
    room.settle()
    stored = next(each for each in room.run(room.store.items.newest(10)) if each.item.title == "Tin thứ 3")
    room.run(room.store.recalls.recall(stored, "delete", room.clock()))
    room.settle()
    (text,) = room.texts(chat)
    assert "Tin thứ 3\nQuản trị viên đã thu hồi tin này" in text
    assert all(f"Tin thứ {number}\n" in text for number in range(7))


def test_a_recall_while_the_push_is_on_its_way_is_heeded(room: Newsroom) -> None:
    chat = room.subscriber(1)
    room.post.flight = lambda: 2.0
    room.publish("Thông báo gửi nhầm")
    room.poll()
    room.work(1.5)
    (stored,) = room.run(room.store.items.newest(1))
    room.run(room.store.recalls.recall(stored, "delete", room.clock()))
    room.settle()
    assert room.texts(chat) == []


def test_of_a_recalled_story_the_other_teller_is_still_owed(room: Newsroom) -> None:
    chat = room.subscriber(1, "tinh", "huyen")
    room.publish(BRIDGE, summary=LEAD)
    room.poll()
    room.publish(f"{BRIDGE}, Thanh Hoá", "huyen", summary=LEAD)
    room.poll("huyen")
    (stored,) = room.run(room.store.items.newest(1, ("tinh",)))
    room.run(room.store.recalls.recall(stored, "delete", room.clock()))
    room.settle()
    assert room.titles(chat) == [f"{BRIDGE}, Thanh Hoá"]


def test_a_source_that_stands_alone_joins_no_other() -> None:
    room = Newsroom(merge=False)
    try:
        chat = room.subscriber(1, "tinh", "huyen")
        room.publish(BRIDGE, summary=LEAD)
        room.poll()
        room.publish(BRIDGE, "huyen", summary=LEAD)
        room.poll("huyen")
        room.settle()
        assert room.titles(chat) == [BRIDGE, BRIDGE]
    finally:
        room.close()
