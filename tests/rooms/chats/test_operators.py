"""What only the operators of config.toml may ask, and that nobody else learns of it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.retry import verdict
from bot.model import Slowed, Source, Trouble, TroubleKind
from tests.fakes import notice
from tests.owed import an_envelope
from tests.rooms.chats.scene import ADMIN, GROUP, OPERATOR, PERSON, Scene, buttons, opened

COMMANDS = ("/status", "/held", "/pause tdkt", "/resume tdkt")


@pytest.mark.parametrize("command", COMMANDS)
async def test_others_get_the_answer_to_an_unknown_command(desk: Scene, command: str) -> None:
    assert "chưa biết lệnh này" in await desk.ask(PERSON, command)
    desk.group()
    assert "chưa biết lệnh này" in await desk.ask(GROUP, command, user_id=ADMIN)
    assert not (await desk.store.sources.memory("tdkt")).paused


async def test_the_status_names_trouble_and_what_is_owed(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    assert await desk.owe(notice("Tin mới", 1)) == 1
    async with desk.store.poll("tdkt", desk.clock()) as tx:
        await tx.trouble(Trouble(kind=TroubleKind.HTTP, why="GET <rss>: 503", status=503), desk.clock())
    said = await desk.ask(OPERATOR, "/status")
    assert "Chờ gửi: 1" in said
    assert "còn chờ sửa: 0" in said
    assert "0/1 hoạt động tốt" in said
    assert "cổng báo lỗi HTTP 503 (1 lần" in said
    assert "GET <rss>: 503" in said
    assert "HTTP 503" in await desk.ask(PERSON, "/sources")
    desk.no_harm()


async def test_the_status_says_in_vietnamese_what_waits_and_why(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    await desk.owe(notice("Tin mới", 1))
    now, slowed = desk.clock(), Slowed(retry_after=timedelta(hours=2), scope="global")
    (note,) = await desk.store.outbox.claim(now, now + timedelta(minutes=1), "boot", 1, ())
    await desk.store.outbox.mark_sending([note.id], now)
    await desk.store.outbox.record([verdict(an_envelope(note), slowed, now, 0.0)], now)
    desk.clock.advance(timedelta(hours=2, minutes=11))
    assert "“Tin mới”: Telegram yêu cầu chờ" in await desk.ask(OPERATOR, "/status")
    desk.clock.advance(timedelta(hours=-1))
    said = await desk.ask(OPERATOR, "/status")
    assert "Telegram yêu cầu chờ (mọi nơi nhận) đến" in said
    assert "429" not in said


async def test_a_source_is_paused_and_resumed(desk: Scene) -> None:
    assert "Đã ngừng đọc" in await desk.ask(OPERATOR, "/pause tdkt")
    assert (await desk.store.sources.memory("tdkt")).paused
    assert "Tạm ngừng đọc" in await desk.ask(PERSON, "/sources")
    assert "tạm ngừng" in await desk.ask(OPERATOR, "/status")
    await desk.ask(OPERATOR, "/resume tdkt")
    assert not (await desk.store.sources.memory("tdkt")).paused
    assert "tdkt" in await desk.ask(OPERATOR, "/pause")
    assert "Không có nguồn nào" in await desk.ask(OPERATOR, "/pause xyz")


async def test_a_held_item_is_pushed_to_whoever_wants_it_or_dropped(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    await desk.ask(PERSON + 1, "/watch liên kết lạ")
    doubtful = [notice(f"Tin có liên kết lạ {number}", number, doubt="foreign_host") for number in (1, 2)]
    assert await desk.owe(*doubtful) == 0
    said = await desk.ask(OPERATOR, "/held")
    assert said.startswith("2 tin chờ duyệt")
    assert "liên kết dẫn đến một trang khác cổng" in said
    assert buttons(desk.last(OPERATOR)) == ["1. Gửi", "1. Bỏ", "2. Gửi", "2. Bỏ"]
    await desk.press(OPERATOR, "1. Gửi")
    assert "Đã gửi: 2 nơi nhận" in desk.last(OPERATOR)["text"]
    assert (await desk.store.outbox.depth(desk.clock())).due == 2
    assert "Không có tin nào chờ duyệt" in await desk.press(OPERATOR, "1. Bỏ")
    assert "Đã bỏ" in desk.last(OPERATOR)["text"]
    desk.no_harm()


async def test_an_item_that_was_decided_before_is_left_as_it_is(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    await desk.ask(PERSON, "/subscribe")
    (stored,) = await desk.publish(notice("Tin lạ", 1, doubt="broken_link"))
    await desk.ask(OPERATOR, "/held")
    message = desk.last(OPERATOR)["message_id"]
    for data in (f"h:push:{stored.id}", f"h:push:{stored.id}", f"h:drop:{stored.id}", "h:push:999", "h:zap:1"):
        desk.telegram.press_forged(OPERATOR, message, data)
        await desk.handle()
    assert (await desk.store.outbox.depth(desk.clock())).due == 1
    assert "từ trước" in desk.last(OPERATOR)["text"]


async def test_only_an_operator_decides_by_a_button(desk: Scene) -> None:
    await desk.publish(notice("Tin cũ", 0), baseline=True)
    (stored,) = await desk.publish(notice("Tin lạ", 1, doubt="mojibake"))
    await desk.ask(PERSON, "/start")
    desk.telegram.press_forged(PERSON, desk.last(PERSON)["message_id"], f"h:push:{stored.id}")
    await desk.handle()
    assert len(await desk.store.items.held()) == 1
    desk.no_harm()


async def test_much_trouble_and_many_held_items_still_fit_into_one_message(tmp_path: Path) -> None:
    many = [
        Source(id=f"nguon-{number:02}-{'x' * 40}", title="T" * 300, url="https://a.example") for number in range(30)
    ]
    async with opened(tmp_path, *many) as scene:
        for source in many:
            trouble = Trouble(kind=TroubleKind.BROKEN, why="<x> & " * 100)
            async with scene.store.poll(source.id, scene.clock()) as tx:
                await tx.trouble(trouble, scene.clock())
        held = [notice("Rất dài " * 90, n, source_id=many[0].id, doubt="foreign_host") for n in range(30)]
        await scene.publish(*held)
        for command in ("/status", "/held", "/sources", "/settings", "/subscribe", "/subscribe x", "/mydata"):
            assert len(await scene.answers(OPERATOR, command)) == 1, command
        await scene.press(OPERATOR, "10. Bỏ")
        assert len(await scene.store.items.held()) == 29
        scene.no_harm()


async def test_the_status_names_whose_certificates_and_protocols_are_not_the_usual_ones(tmp_path: Path) -> None:
    sources = (
        Source(id="rieng", title="Cổng A", url="https://a.example", ca_file="/etc/loa/so-tttt.pem"),
        Source(id="cu", title="Cổng B", url="https://b.example", legacy_tls=True),
        Source(id="thuong", title="Cổng C", url="https://c.example"),
    )
    troubled = [Source(id=f"a{number:02}", title="T", url="https://t.example") for number in range(20)]
    async with opened(tmp_path, *troubled, *sources) as scene:
        for source in troubled:
            async with scene.store.poll(source.id, scene.clock()) as tx:
                await tx.trouble(Trouble(kind=TroubleKind.BROKEN, why="<x>"), scene.clock())
        said = await scene.ask(OPERATOR, "/status")
        assert "rieng: tin thêm chứng chỉ riêng so-tttt.pem" in said
        assert "cu: chấp nhận TLS đời cũ" in said
        assert "thuong" not in said
        assert "/etc/loa" not in said
        assert "so-tttt.pem" not in await scene.ask(PERSON, "/sources")


async def test_the_help_for_operators_names_their_commands(desk: Scene) -> None:
    assert "/held" in await desk.ask(OPERATOR, "/help")
    assert "/held" not in await desk.ask(PERSON, "/help")
