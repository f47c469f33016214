"""Sources in trouble, on the move and with a hub of their own: the operator and the subscriber see what they should."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web

from bot.simulator import PretendPortal, PretendTelegram
from tests.journeys.house import Loa

OPERATOR, PERSON = 1001, 5001


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


@pytest.fixture
async def portal() -> AsyncIterator[PretendPortal]:
    async with PretendPortal() as pretended:
        yield pretended


def house(folder: Path, telegram: PretendTelegram, *urls: str, **more: object) -> Loa:
    sources = [{"url": url} for url in urls]
    return Loa(folder=folder, api_root=telegram.url, token=telegram.token, sources=sources, **more)  # type: ignore[arg-type]


def says(telegram: PretendTelegram, chat_id: int) -> str:
    return "\n".join(message.get("text", "") for message in telegram.sent(chat_id))


async def until_said(telegram: PretendTelegram, chat_id: int, text: str, within: float = 25.0) -> None:
    await telegram.wait_until(lambda: text in says(telegram, chat_id), timeout=within, what=text)


async def until_logged(loa: Loa, text: str, times: int = 1) -> None:
    async with asyncio.timeout(25):
        while loa.log.count(text) < times:
            await asyncio.sleep(0.1)


async def subscribed(telegram: PretendTelegram, person: int = PERSON) -> None:
    await telegram.wait_listening()
    await telegram.ask(person, "/start")
    await telegram.ask(person, "/dangky")


async def test_operators_hear_once_of_a_trouble_and_once_of_its_end(
    tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal
) -> None:
    async with house(tmp_path, telegram, f"{portal.url}/rss") as loa:
        await telegram.wait_listening()
        await telegram.ask(OPERATOR, "/start")
        await telegram.ask(PERSON, "/start")
        await until_logged(loa, "poll.done")
        portal.break_with("500")
        await until_said(telegram, OPERATOR, "gặp sự cố")
        assert "the portal answered 500" in says(telegram, OPERATOR)
        portal.heal()
        loa_restarted = await loa.stop()
        assert loa_restarted == 0
        await loa.start()  # what was told outlives the process
        await until_said(telegram, OPERATOR, "đã đọc lại được", within=40)
        await asyncio.sleep(6)
        assert says(telegram, OPERATOR).count("gặp sự cố") == 1
        assert says(telegram, OPERATOR).count("đã đọc lại được") == 1
        assert "sự cố" not in says(telegram, PERSON)


async def test_a_portal_that_forbids_programs_is_left_alone_and_its_operator_told(
    tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal
) -> None:
    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        hits.append(request.path)
        return web.Response(text="User-agent: *\nDisallow: /rss")

    hits: list[str] = []
    async with serving(answer) as url, house(tmp_path, telegram, f"{url}/rss"):
        await telegram.wait_listening()
        await telegram.ask(OPERATOR, "/start")
        await until_said(telegram, OPERATOR, "robots.txt")
        assert set(hits) == {"/robots.txt"}


async def test_a_changed_configuration_is_taken_on_and_a_bad_one_changes_nothing(
    tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal
) -> None:
    async with house(tmp_path, telegram, f"{portal.url}/rss") as loa:
        await subscribed(telegram)
        await telegram.ask(OPERATOR, "/start")
        await until_logged(loa, "poll.done")
        loa.config.write_text(loa.config.read_text("utf-8") + "\n[nonsense]\n", encoding="utf-8")
        (refused,) = await telegram.ask(OPERATOR, "/reload")
        assert "[nonsense]" in refused["text"]
        assert loa.process is not None
        loa.process.send_signal(signal.SIGHUP)
        await until_logged(loa, "reload.refused", 2)
        portal.publish("Khai trương thư viện xã vùng cao")
        await until_said(telegram, PERSON, "Khai trương thư viện xã vùng cao")

        loa.sources = [{"url": f"{portal.url}/rss"}, {"url": f"{portal.url}/atom.xml", "title": "Tin Atom"}]
        loa.configure()
        (done,) = await telegram.ask(OPERATOR, "/reload")
        assert "2 nguồn" in done["text"]
        await until_logged(loa, "poll.done source=tin2")
        portal.publish("Cấp nước sạch cho ba thôn ven hồ")
        await until_said(telegram, PERSON, "Cấp nước sạch cho ba thôn ven hồ")
        assert "Tin Atom" in (await telegram.ask(PERSON, "/nguon"))[0]["text"]
        await asyncio.sleep(3)
        assert loa.log.count("reload.taken_on") == 1, "the question that Telegram brings again is not asked again"
        assert loa.log.count("Traceback") == 0
        assert await loa.stop() == 0


async def test_a_configuration_that_cannot_be_lived_by_is_left_again(
    tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal
) -> None:
    async with house(tmp_path, telegram, f"{portal.url}/rss") as loa:
        await subscribed(telegram)
        await until_logged(loa, "poll.done")
        loa.tables = {"storage": {"url": f"sqlite:///{portal_file(tmp_path)}"}}
        loa.configure()
        assert loa.process is not None
        loa.process.send_signal(signal.SIGHUP)
        await until_logged(loa, "reload.failed")
        portal.publish("Tin sau lần nạp hỏng")
        await until_said(telegram, PERSON, "Tin sau lần nạp hỏng")


def portal_file(folder: Path) -> Path:
    """A file that is no database."""
    (folder / "none.db").write_bytes(b"no database" * 99)
    return folder / "none.db"


async def test_a_source_that_moves_repeats_nothing_and_loses_nobody(
    tmp_path: Path, telegram: PretendTelegram, portal: PretendPortal
) -> None:
    async with house(tmp_path, telegram, f"{portal.url}/rss") as loa:
        await subscribed(telegram)
        await until_logged(loa, "poll.done")
        portal.publish("Tin ở địa chỉ cũ", "Tóm tắt một")
        await until_said(telegram, PERSON, "Tin ở địa chỉ cũ")
        for step, place in enumerate(["/feed.json", "/tin-tuc", "/atom.xml"], 1):
            loa.sources = [
                {"url": f"{portal.url}{place}", "id": f"tin-{step}", "was": f"tin-{step - 1}" if step > 1 else "tdkt"}
            ]
            loa.configure()
            assert loa.process is not None
            loa.process.send_signal(signal.SIGHUP)
            await until_logged(loa, "reload.taken_on", step)
            await until_logged(loa, f"poll.done source=tin-{step}")
            portal.publish(f"Tin mới thứ {step}", f"Tóm tắt thứ {step} của tin mới")
            await until_said(telegram, PERSON, f"Tin mới thứ {step}")
        await asyncio.sleep(3)
        said = says(telegram, PERSON)
        for title in ("Tin ở địa chỉ cũ", *(f"Tin mới thứ {step}" for step in (1, 2, 3))):
            assert said.count(title) == 1, title
        pushed = [
            message for message in telegram.sent(PERSON) if "reply_markup" in message and "Tin" in message["text"]
        ]
        assert len(pushed) <= 6


@dataclass
class Hub:
    """A WebSub hub with one subscriber."""

    asked: list[dict[str, str]] = field(default_factory=list)
    challenge_answered: str = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/robots.txt":
            return web.Response(status=404)
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        self.asked.append(form)
        asyncio.get_running_loop().create_task(self._verify(form))
        return web.Response(status=202)

    async def _verify(self, form: dict[str, str]) -> None:
        query = {
            "hub.mode": "subscribe",
            "hub.topic": form["hub.topic"],
            "hub.challenge": "thử-thách",
            "hub.lease_seconds": "3600",
        }
        async with aiohttp.ClientSession() as session:
            async with session.get(
                form["hub.callback"], params={**query, "hub.topic": "https://else.example"}
            ) as refused:
                assert refused.status == 404
            async with session.get(form["hub.callback"], params=query) as answer:
                self.challenge_answered = await answer.text()

    async def publish(self, body: bytes, secret: str | None = None) -> int:
        form = self.asked[-1]
        signature = hmac.new((secret or form["hub.secret"]).encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signature}"}
        callback = form["hub.callback"]
        async with aiohttp.ClientSession() as session, session.post(callback, data=body, headers=headers) as answer:
            return answer.status


async def test_a_hub_that_a_feed_names_brings_news_at_once(tmp_path: Path, telegram: PretendTelegram) -> None:
    hub, titles, hits = Hub(), ["Tin cũ"], []

    async def feed(request: web.BaseRequest) -> web.StreamResponse:
        hits.append(request.path)
        items = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in titles)
        links = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="{hub_url}/"/>'
        return web.Response(text=f'<rss version="2.0"><channel><title>Tin</title>{links}{items}</channel></rss>')

    async with serving(hub.answer) as hub_url, serving(feed) as url:
        loa = house(tmp_path, telegram, environment={})
        loa.sources = [{"url": f"{url}/rss", "interval": "1h"}]
        loa.environment = {"WEBHOOK_URL": f"http://{loa.web}"}
        loa.configure()
        async with loa:
            await subscribed(telegram)
            await until_logged(loa, "hub.agreed")
            assert hub.challenge_answered == "thử-thách"
            titles.insert(0, "Tin do hub báo")
            assert await hub.publish(b"anything", secret="wrong") == 202
            await until_logged(loa, "hub.unsigned")
            await asyncio.sleep(1.5)
            assert "Tin do hub báo" not in says(telegram, PERSON)
            assert await hub.publish(b"anything") == 202
            await until_said(telegram, PERSON, "Tin do hub báo")
            await telegram.ask(OPERATOR, "/start")
            assert "hub" in (await telegram.ask(OPERATOR, "/status"))[0]["text"]


async def test_a_monitor_is_called_while_all_is_well(tmp_path: Path, telegram: PretendTelegram) -> None:
    pinged: list[str] = []

    async def monitor(request: web.BaseRequest) -> web.StreamResponse:
        pinged.append(request.path)
        return web.Response()

    async with serving(monitor) as url:
        watch = {"ping": f"{url}/loa", "every": "1s"}
        async with house(tmp_path, telegram, tables={"watch": watch}) as loa:
            await telegram.wait_listening()
            async with asyncio.timeout(15):
                while len(pinged) < 2:
                    await asyncio.sleep(0.1)
            await telegram.stop()
            await until_logged(loa, "ping.withheld")


class serving:  # noqa: N801 - reads as a verb
    """A server on 127.0.0.1 while the block runs; gives its address."""

    def __init__(self, answer: object) -> None:
        self._runner = web.ServerRunner(web.Server(answer))  # type: ignore[arg-type]

    async def __aenter__(self) -> str:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
