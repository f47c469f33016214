"""Starting, ending and ailing: the process as its operator and supervisor see it."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.simulator import PretendPortal, PretendTelegram
from tests.journeys.house import Loa, free_port

PERSON = 5001


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


def house(folder: Path, telegram: PretendTelegram, **more: object) -> Loa:
    return Loa(folder=folder, api_root=telegram.url, token=telegram.token, **more)  # type: ignore[arg-type]


async def health(loa: Loa) -> tuple[int, str]:
    status, text = await loa.page("/health")
    return status, " / ".join(json.loads(text)["reasons"]) if status else text


async def until_health(loa: Loa, status: int, reason: str = "") -> str:
    """What /health says once it has that status and names that reason."""
    async with asyncio.timeout(25):
        while True:
            now, said = await health(loa)
            if now == status and reason in said:
                return said
            await asyncio.sleep(0.2)


async def ended(loa: Loa, within: float = 15) -> int:
    assert loa.process is not None
    return await asyncio.wait_for(loa.process.wait(), within)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_cleanly(tmp_path: Path, telegram: PretendTelegram, how: signal.Signals) -> None:
    async with house(tmp_path, telegram) as loa:
        await telegram.wait_listening()
        await telegram.ask(PERSON, "/start")
        assert await asyncio.wait_for(loa.stop(how), 10) == 0
        assert "process.stopped" in loa.log
        assert "Traceback" not in loa.log


async def test_it_starts_without_telegram_says_so_and_finds_it_later(tmp_path: Path) -> None:
    port = free_port()
    async with Loa(folder=tmp_path, api_root=f"http://127.0.0.1:{port}", token="1234567:not-yet-there") as loa:
        assert "Connection refused" in await until_health(loa, 503, "Telegram cannot be reached")
        async with PretendTelegram(port=port, token="1234567:not-yet-there") as telegram:
            await telegram.wait_listening()
            assert await telegram.ask(PERSON, "/start")
            await until_health(loa, 200)
        assert await loa.stop() == 0


async def test_a_refused_token_ends_it_with_1_and_one_line(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with Loa(folder=tmp_path, api_root=telegram.url, token="1234567:revoked-long-ago") as loa:
        assert await ended(loa) == 1
        assert "Telegram refuses the token (401)" in loa.log
        assert "revoked-long-ago" not in loa.log
        assert "Traceback" not in loa.log


async def test_a_token_that_is_revoked_later_ends_it_too(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with house(tmp_path, telegram) as loa:
        await telegram.wait_listening()
        telegram.api.token = "7654321:a-new-one"
        assert await ended(loa) == 1


async def test_a_database_that_goes_away_is_named(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with house(tmp_path, telegram) as loa:
        await telegram.wait_listening()
        await until_health(loa, 200)
        (tmp_path / "loa.db").unlink()
        await until_health(loa, 503, "the database is gone")


@pytest.mark.parametrize(
    ("content", "said"), [(b"no database at all" * 100, "is no SQLite database"), (None, "Is a directory")]
)
async def test_an_unreadable_database_is_one_line(
    tmp_path: Path, telegram: PretendTelegram, content: bytes | None, said: str
) -> None:
    loa = house(tmp_path, telegram)
    if content is None:
        (tmp_path / "loa.db").mkdir()
        said = "loa.db"
    else:
        (tmp_path / "loa.db").write_bytes(content)
    async with loa:
        assert await ended(loa) == 1
        assert said in loa.log.splitlines()[-1]
        assert "Traceback" not in loa.log


async def test_a_page_address_in_use_is_a_mistake_of_the_configuration(
    tmp_path: Path, telegram: PretendTelegram
) -> None:
    host, _, port = telegram.url.removeprefix("http://").partition(":")
    async with house(tmp_path, telegram, tables={"web": {"listen": f"{host}:{port}"}}) as loa:
        assert await ended(loa) == 2
        assert "web.listen" in loa.log.splitlines()[-1]
        assert "Traceback" not in loa.log


async def test_updates_come_by_webhook_with_the_secret_only(tmp_path: Path, telegram: PretendTelegram) -> None:
    port = free_port()
    environment = {"PORT": str(port), "WEBHOOK_URL": f"http://127.0.0.1:{port}", "WEBHOOK_SECRET": "open-sesame"}
    async with (
        house(tmp_path, telegram, tables={"telegram": {"mode": "webhook"}}, environment=environment) as loa,
        aiohttp.ClientSession() as stranger,
    ):
        loa.web = f"127.0.0.1:{port}"
        await telegram.wait_listening()
        assert "Xin chào" in (await telegram.ask(PERSON, "/start"))[0]["text"]
        address = str(telegram.calls("setWebhook")[0].parameters["url"])
        assert address.startswith(f"http://127.0.0.1:{port}/telegram/")
        assert telegram.token not in address
        forged = {"update_id": 1, "message": {}}
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "close-sesame"}):
            async with stranger.post(address, json=forged, headers=headers) as answer:
                assert answer.status == 403
        right = {"X-Telegram-Bot-Api-Secret-Token": "open-sesame"}
        async with stranger.post(address, data=b"x" * 1_100_000, headers=right) as answer:
            assert answer.status == 413
        async with stranger.post(address, data=b"[]", headers=right) as answer:
            assert answer.status == 400
        await until_health(loa, 200)
        assert await loa.stop() == 0


async def test_the_pages_tell_what_happened(tmp_path: Path, telegram: PretendTelegram) -> None:
    async with PretendPortal() as portal, house(tmp_path, telegram, sources=[{"url": f"{portal.url}/rss"}]) as loa:
        await telegram.wait_listening()
        subscribed = (await telegram.ask(PERSON, "/subscribe"))[0]
        while portal.hits["/rss"] < 2:
            await asyncio.sleep(0.05)
        portal.publish("Quyết định <số 12> & phụ lục", "Tóm tắt")
        await telegram.wait_sent(PERSON, after=subscribed["message_id"])
        _, dashboard = await loa.page("/")
        assert "Quyết định &lt;số 12&gt; &amp; phụ lục" in dashboard
        assert "Hoạt động tốt" in dashboard
        _, feed = await loa.page("/feed/tdkt.json")
        assert json.loads(feed)["items"][0]["title"] == "Quyết định <số 12> & phụ lục"
        status, _ = await loa.page("/feed/nothing.atom")
        assert status == 404
        _, figures = await loa.page("/metrics")
        assert 'loa_items_total{what="new"} 15.0' in figures
        families = {line.split()[2] for line in figures.splitlines() if line.startswith("# TYPE")}
        assert all(name.startswith("loa_") for name in families)
