"""The chat page, as a browser reads it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest_asyncio

from bot.simulator import PretendPortal, PretendTelegram
from bot.simulator.telegram_bubbles import preview_address, rich_text
from bot.simulator.telegram_html import parse_html


@pytest_asyncio.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as server:
        yield server


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as client:
        yield client


async def _event(stream: aiohttp.StreamReader) -> tuple[str, Any]:
    """The next server-sent event."""
    kind = (await stream.readline()).decode().removeprefix("event: ").strip()
    value = json.loads((await stream.readline()).decode().removeprefix("data: "))
    await stream.readline()
    return kind, value


async def test_what_happens_in_the_chat_flows_to_the_page(
    telegram: PretendTelegram, session: aiohttp.ClientSession
) -> None:
    first = telegram.say(1001, "/start")
    async with session.get(f"{telegram.url}/chat/1001/events") as answer:
        assert await _event(answer.content) == ("present", {"ids": [first]})
        assert (await _event(answer.content))[1]["id"] == first
        await session.post(
            f"{telegram.url}/bot{telegram.token}/sendMessage", json={"chat_id": 1001, "text": "<i>& xin chào"}
        )
        kind, told = await _event(answer.content)
    assert kind == "message"
    assert "&lt;i&gt;&amp; xin chào" in told["html"]
    assert 'data-from="bot"' in told["html"]


async def test_typing_and_pressing_reach_the_bot(telegram: PretendTelegram, session: aiohttp.ClientSession) -> None:
    telegram.chat(1001)
    keyboard = {"inline_keyboard": [[{"text": "Đăng ký", "callback_data": "sub"}]]}
    await session.post(
        f"{telegram.url}/bot{telegram.token}/sendMessage",
        json={"chat_id": 1001, "text": "Chào", "reply_markup": keyboard},
    )
    await session.post(f"{telegram.url}/chat/1001/say", json={"text": "/tim bão"})
    await session.post(f"{telegram.url}/chat/1001/press", json={"message_id": 1, "data": "sub"})
    async with session.post(f"{telegram.url}/chat/1001/press", json={"message_id": 1, "data": "khác"}) as answer:
        assert answer.status == 400
    async with session.get(f"{telegram.url}/bot{telegram.token}/getUpdates") as answer:
        said, pressed = (await answer.json())["result"]
    assert said["message"]["text"] == "/tim bão"
    assert pressed["callback_query"]["data"] == "sub"


async def test_another_site_cannot_speak_for_the_person(
    telegram: PretendTelegram, session: aiohttp.ClientSession
) -> None:
    telegram.chat(1001)
    address, headers = f"{telegram.url}/chat/1001/say", {"Origin": "https://elsewhere.example"}
    async with session.post(address, json={"text": "x"}, headers=headers) as answer:
        assert answer.status == 403
    assert telegram.messages(1001) == []


async def test_the_page_is_fenced_in_and_names_its_parts(
    telegram: PretendTelegram, session: aiohttp.ClientSession
) -> None:
    async with session.post(f"{telegram.url}/people") as answer:
        page = await answer.text()
        assert answer.url.path == "/chat/1001"
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for hook in ("messages", "composer", "text", "send", "toast", "start"):
        assert f'data-role="{hook}"' in page


async def test_a_link_shows_the_card_of_its_page(telegram: PretendTelegram, session: aiohttp.ClientSession) -> None:
    async with PretendPortal() as portal:
        item = portal.newest()[0]
        params = {"url": item.url(portal.url)}
        async with session.get(f"{telegram.url}/preview", params=params) as answer:
            card = await answer.json()
        assert (card["title"], card["image"]) == (item.title, portal.url + item.picture_path)


def test_entities_become_tags_and_text_is_escaped() -> None:
    parsed = parse_html('📣 <b>A &lt;b&gt; <i>c</i></b> <a href="https://a.vn/?x=1&amp;y=2">đọc</a> /tim https://b.vn.')
    assert rich_text(parsed.text, list(parsed.entities)) == (
        "📣 <b>A &lt;b&gt; <i>c</i></b> "
        '<a href="https://a.vn/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">đọc</a> '
        '<button type="button" class="command" data-command="/tim">/tim</button> '
        '<a href="https://b.vn" target="_blank" rel="noopener noreferrer">https://b.vn</a>.'
    )


def test_a_script_address_never_becomes_a_link() -> None:
    entity = {"type": "text_link", "offset": 0, "length": 1, "url": "javascript:alert(1)"}
    assert rich_text("x", [entity]) == "x"


def test_a_disabled_preview_shows_no_card() -> None:
    message = {"text": "https://a.vn/tin", "link_preview_options": {"is_disabled": True}}
    assert preview_address(message) == ""
    assert preview_address({"text": "xem https://a.vn/tin."}) == "https://a.vn/tin"
