"""In groups and channels: only who administers them changes what they get, and the caller is who is asked about."""

from datetime import timedelta

from bot.simulator import Fault
from tests.rooms.chats.scene import ADMIN, GROUP, MEMBER, PERSON, Scene, buttons

FORUM = -1000000003002
CHANNEL = -1000000005001
CHANGES = ("/subscribe", "/dangky", "/unsubscribe", "/huy", "/stop", "/watch bão", "/quiet 22:00-06:00", "/forget")


async def test_an_administrator_subscribes_the_group(desk: Scene) -> None:
    desk.group()
    assert "Đã đăng ký" in await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    assert await desk.followed(GROUP) == [(0, "tdkt")]
    desk.no_harm()


async def test_a_member_changes_nothing_and_is_told_politely(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    for command in CHANGES:
        assert "chỉ quản trị viên" in await desk.ask(GROUP, command, user_id=MEMBER), command
    assert await desk.followed(GROUP) == [(0, "tdkt")]
    assert (await desk.chat(GROUP)).quiet is None


async def test_an_anonymous_administrator_counts(desk: Scene) -> None:
    desk.group()
    spoken = desk.telegram.say_anonymously(GROUP, "/subscribe")
    await desk.handle()
    assert "Đã đăng ký" in desk.telegram.sent(GROUP, after=spoken)[0]["text"]
    assert await desk.followed(GROUP) == [(0, "tdkt")]


async def test_a_channel_that_writes_into_the_group_is_no_administrator(desk: Scene) -> None:
    desk.group()
    channel = {"sender_chat": {"id": CHANNEL, "type": "channel", "title": "Kênh"}}
    assert "chỉ quản trị viên" in await desk.ask(GROUP, "/subscribe", user_id=ADMIN, extra=channel)
    assert await desk.followed(GROUP) == []


async def test_a_press_counts_by_who_presses_not_by_who_asked(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/start", user_id=ADMIN)
    await desk.press(GROUP, "Nhận tin mới", user_id=MEMBER)
    assert "Chỉ quản trị viên" in desk.toast
    assert await desk.followed(GROUP) == []
    await desk.press(GROUP, "Nhận tin mới", user_id=ADMIN)
    assert desk.toast == ""
    assert await desk.followed(GROUP) == [(0, "tdkt")]
    desk.no_harm()


async def test_telegram_is_asked_once_for_minutes_and_then_again(desk: Scene) -> None:
    desk.group()
    for _ in range(3):
        await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    assert len(desk.telegram.calls("getChatMember")) == 1
    desk.telegram.member(GROUP, "member", user_id=ADMIN)
    desk.clock.advance(timedelta(minutes=6))
    assert "chỉ quản trị viên" in await desk.ask(GROUP, "/stop", user_id=ADMIN)
    assert await desk.followed(GROUP) == [(0, "tdkt")]


async def test_somebody_just_promoted_need_not_wait_for_minutes(desk: Scene) -> None:
    desk.group()
    await desk.ask(GROUP, "/subscribe", user_id=MEMBER)
    desk.telegram.member(GROUP, "administrator", user_id=MEMBER)
    desk.clock.advance(timedelta(seconds=20))
    assert "Đã đăng ký" in await desk.ask(GROUP, "/subscribe", user_id=MEMBER)


async def test_when_telegram_cannot_be_asked_nothing_changes(desk: Scene) -> None:
    desk.group()
    desk.telegram.fault(Fault(kind="error", code=502, methods=("getChatMember",), count=1))
    assert "thử lại sau" in await desk.ask(GROUP, "/subscribe", user_id=ADMIN)
    assert await desk.followed(GROUP) == []


async def test_a_command_in_a_topic_is_about_that_topic(desk: Scene) -> None:
    desk.group(FORUM, is_forum=True, topics={7: "Tin tức", 8: "Khác"})
    answers = await desk.answers(FORUM, "/subscribe", user_id=ADMIN, thread_id=7)
    assert answers[0]["message_thread_id"] == 7
    assert await desk.followed(FORUM) == [(7, "tdkt")]
    assert "không có gì để hủy" in await desk.ask(FORUM, "/unsubscribe", user_id=ADMIN, thread_id=8)
    await desk.press(FORUM, "Thôi nhận", user_id=ADMIN)
    assert await desk.followed(FORUM) == []
    desk.no_harm()


async def test_a_button_of_a_lost_message_in_a_forum_subscribes_no_topic(desk: Scene) -> None:
    desk.group(FORUM, is_forum=True, topics={7: "Tin tức"})
    desk.telegram.press_forged(FORUM, 999, "s:tdkt", user_id=ADMIN)
    await desk.handle()
    assert await desk.followed(FORUM) == []
    desk.no_harm()


async def test_a_reply_outside_of_topics_is_about_the_whole_group(desk: Scene) -> None:
    desk.group()
    reply = {"message_thread_id": 55}
    await desk.ask(GROUP, "/subscribe", user_id=ADMIN, extra=reply)
    assert await desk.followed(GROUP) == [(0, "tdkt")]


async def test_a_channel_is_managed_from_its_administrators_private_chat(desk: Scene) -> None:
    desk.telegram.chat(
        CHANNEL, type="channel", username="kenh_tinh", title="Kênh tỉnh", members={PERSON: "administrator"}
    )
    assert "kênh Kênh tỉnh" in await desk.ask(PERSON, "/subscribe tdkt @kenh_tinh")
    assert await desk.followed(CHANNEL) == [(0, "tdkt")]
    assert await desk.followed(PERSON) == []
    await desk.ask(PERSON, "/unsubscribe @kenh_tinh")
    assert await desk.followed(CHANNEL) == []
    await desk.ask(PERSON, f"/subscribe {CHANNEL}")
    await desk.ask(PERSON, "/stop @kenh_tinh")
    assert await desk.followed(CHANNEL) == []
    desk.no_harm()


async def test_a_channel_needs_a_caller_and_a_bot_who_administer_it(desk: Scene) -> None:
    desk.telegram.chat(CHANNEL, type="channel", username="kenh_tinh", members={PERSON: "member"})
    assert "Chỉ quản trị viên của kênh" in await desk.ask(PERSON, "/subscribe tdkt @kenh_tinh")
    desk.clock.advance(timedelta(minutes=1))
    desk.telegram.chat(CHANNEL, members={PERSON: "creator"}, bot_status="member")
    assert "Loa chưa là quản trị viên" in await desk.ask(PERSON, "/subscribe tdkt @kenh_tinh")
    assert "không thấy kênh" in await desk.ask(PERSON, "/subscribe tdkt @khong_co_kenh")
    assert await desk.followed(CHANNEL) == []


async def test_a_channel_is_not_managed_from_a_group_nor_a_group_from_a_private_chat(desk: Scene) -> None:
    desk.group(username="nhom_tinh")
    desk.telegram.chat(CHANNEL, type="channel", username="kenh_tinh", members={ADMIN: "administrator"})
    assert "chat riêng" in await desk.ask(GROUP, "/subscribe tdkt @kenh_tinh", user_id=ADMIN)
    assert "không phải là một kênh" in await desk.ask(ADMIN, "/subscribe tdkt @nhom_tinh")
    assert await desk.followed(GROUP) == []


async def test_several_sources_and_a_channel_need_a_name(wide_desk: Scene) -> None:
    wide_desk.telegram.chat(CHANNEL, type="channel", username="kenh_tinh", members={PERSON: "administrator"})
    assert "tdkt, cchc" in await wide_desk.ask(PERSON, "/subscribe @kenh_tinh")
    assert buttons(wide_desk.last(PERSON)) == []
    assert "tất cả các nguồn" in await wide_desk.ask(PERSON, "/subscribe all @kenh_tinh")
    assert await wide_desk.followed(CHANNEL) == [(0, "*")]
