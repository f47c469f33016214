"""The web page over a real store: what it answers, and with which headers."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import aiohttp
import pytest

from bot.errors import StoreUnavailable
from bot.model import ChatKind, Priority, Reading, Source, Trouble, TroubleKind
from bot.web.figures import Watchman
from bot.web.metrics import Metrics
from bot.web.site import Site, open_site
from bot.web.vitals import Vitals
from bot.web.webhook import SECRET_HEADER, LetterBox
from storage.store import Store
from tests.fakes import HandClock, notice
from tests.journeys.house import free_port

TDKT = Source(id="tdkt", title="Tin tức - Sự kiện", url="https://portal.example/rss")


class Window:
    """An open site, its knobs, and a browser before it."""

    def __init__(self, store: Store, clock: HandClock, browser: aiohttp.ClientSession) -> None:
        self.seconds = 0.0
        self.taken: list[dict[str, object]] = []
        self.store_is_full = False
        self.vitals = Vitals(started=0.0)
        self.tally: Counter[str] = Counter()
        self.browser = browser
        self.address = f"http://127.0.0.1:{free_port()}"
        watchman = Watchman(
            store=store, sources=(TDKT,), vitals=self.vitals, clock=clock, monotonic=lambda: self.seconds
        )
        self.metrics = Metrics(self.tally, store.search.latency)
        self.site = Site(
            watchman=watchman,
            metrics=self.metrics,
            version="1.2.3",
            timezone="Asia/Ho_Chi_Minh",
            letter_box=LetterBox(path="box", secret="open-sesame", take=self.take),
        )

    async def take(self, update: dict[str, object]) -> None:
        if self.store_is_full:
            raise StoreUnavailable("the disk is full")
        self.taken.append(update)

    async def get(self, path: str) -> tuple[int, str]:
        async with self.browser.get(self.address + path) as answer:
            return answer.status, await answer.text()

    async def post(self, path: str, body: bytes, secret: str = "open-sesame") -> int:
        async with self.browser.post(self.address + path, data=body, headers={SECRET_HEADER: secret}) as answer:
            return answer.status


@pytest.fixture
async def window(store: Store, clock: HandClock) -> AsyncIterator[Window]:
    await store.sources.ensure([TDKT])
    async with aiohttp.ClientSession() as browser:
        window = Window(store, clock, browser)
        host, _, port = window.address.removeprefix("http://").partition(":")
        runner = await open_site(window.site, (host, int(port)))
        yield window
        await runner.cleanup()


async def keep(store: Store, clock: HandClock, *titles: str) -> None:
    """News of a source that has its baseline."""
    async with store.poll("tdkt", clock()) as tx:
        await tx.keep(Reading(kind="feed"), (), baseline=True)
    items = [notice(title, number) for number, title in enumerate(titles, 1)]
    async with store.poll("tdkt", clock()) as tx:
        kept = await tx.keep(Reading(kind="feed", items=tuple(items)), items, baseline=False)
        await tx.owe_followers(kept.new, Priority.NORMAL)


async def test_every_answer_carries_the_headers_that_protect_a_browser(window: Window) -> None:
    for path in ("/", "/health", "/metrics", "/static/loa.css", "/nothing"):
        async with window.browser.get(window.address + path) as answer:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_health_is_200_and_a_portal_in_trouble_is_a_warning(
    window: Window, store: Store, clock: HandClock
) -> None:
    async with store.poll("tdkt", clock()) as tx:
        await tx.trouble(Trouble(kind=TroubleKind.HTTP, why="it answered 500"), clock())
    status, said = await window.get("/health")
    assert status == 200
    assert json.loads(said)["warnings"] == ["source tdkt: it answered 500"]


async def test_health_is_503_with_the_reason_when_telegram_is_out_of_reach(window: Window) -> None:
    window.vitals.telegram_fails(1.0, "Connection refused")
    window.seconds = 9.0
    status, said = await window.get("/health")
    assert status == 503
    assert json.loads(said)["reasons"] == ["Telegram cannot be reached for 8 s: Connection refused"]


async def test_health_is_503_when_the_database_is_gone_and_the_pages_still_answer(
    window: Window, tmp_path: Path
) -> None:
    (tmp_path / "loa.db").unlink()
    status, said = await window.get("/health")
    assert status == 503
    assert "the database is gone" in json.loads(said)["reasons"][0]
    assert (await window.get("/"))[0] == 200
    assert (await window.get("/metrics"))[0] == 200


async def test_health_answers_although_a_writer_holds_the_database(window: Window, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "loa.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert (await window.get("/health"))[0] == 200


async def test_metrics_count_what_delivery_counted(window: Window) -> None:
    window.tally["sent"] = 3
    _, said = await window.get("/metrics")
    assert 'loa_sends_total{verdict="sent"} 3.0' in said
    assert 'loa_sends_total{verdict="dead"} 0.0' in said
    assert "loa_outbox_due_notes 0.0" in said
    assert "loa_edits_due 0.0" in said


async def test_the_dashboard_escapes_what_portals_wrote(window: Window, store: Store, clock: HandClock) -> None:
    await keep(store, clock, "<script>alert(1)</script>")
    _, page = await window.get("/")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


async def test_feeds_hold_the_newest_items(window: Window, store: Store, clock: HandClock) -> None:
    await keep(store, clock, "Tin thứ nhất", "Tin thứ hai & ba")
    _, atom = await window.get("/feed/tdkt.atom")
    titles = [one.text for one in ElementTree.fromstring(atom).iter("{http://www.w3.org/2005/Atom}title")]
    assert {"Tin thứ nhất", "Tin thứ hai & ba"} <= set(titles)
    _, said = await window.get("/feed/tdkt.json")
    assert {one["title"] for one in json.loads(said)["items"]} == {"Tin thứ nhất", "Tin thứ hai & ba"}
    assert (await window.get("/feed/unknown.json"))[0] == 404


async def test_the_letter_box_takes_updates_that_show_the_secret(window: Window) -> None:
    assert await window.post("/telegram/box", b'{"update_id": 7}') == 200
    assert window.taken == [{"update_id": 7}]


@pytest.mark.parametrize(
    ("path", "body", "secret", "status"),
    [
        ("/telegram/box", b'{"update_id": 7}', "", 403),
        ("/telegram/box", b'{"update_id": 7}', "open-sesam\xe9", 403),
        ("/telegram/other", b'{"update_id": 7}', "open-sesame", 404),
        ("/telegram/box", b"no json", "open-sesame", 400),
        ("/telegram/box", b'{"update": 7}', "open-sesame", 400),
        ("/telegram/box", b"\xff" * ((1 << 20) + 1), "open-sesame", 413),
    ],
)
async def test_the_letter_box_refuses_the_rest(
    window: Window, path: str, body: bytes, secret: str, status: int
) -> None:
    assert await window.post(path, body, secret) == status
    assert window.taken == []


async def test_an_update_that_cannot_be_stored_is_asked_for_again(window: Window) -> None:
    window.store_is_full = True
    assert await window.post("/telegram/box", b'{"update_id": 7}') == 503
    window.store_is_full = False
    assert await window.post("/telegram/box", b'{"update_id": 7}') == 200


async def test_many_browsers_at_once_are_served(window: Window, store: Store, clock: HandClock) -> None:
    await keep(store, clock, "Tin")
    answers = await asyncio.gather(*(window.get("/") for _ in range(20)), *(window.get("/health") for _ in range(20)))
    assert {status for status, _ in answers} == {200}


async def test_the_dashboard_names_what_could_not_be_sent_for_long(
    window: Window, store: Store, clock: HandClock
) -> None:
    chat = await store.chats.meet(5001, ChatKind.PRIVATE, "", "vi", clock())
    await store.chats.follow(chat.id, 0, "tdkt", clock())
    await keep(store, clock, "Tin bị kẹt")
    assert "Chưa gửi được" not in (await window.get("/"))[1]
    clock.advance(timedelta(hours=1))
    _, page = await window.get("/")
    assert "Tin bị kẹt" in page.partition("Chưa gửi được")[2]
    _, said = await window.get("/health")
    assert json.loads(said)["warnings"] == ["1 notes are owed, the oldest for 60 min"]
    assert "5001" not in page + said


async def test_metrics_tell_how_long_searches_took(window: Window, store: Store, clock: HandClock) -> None:
    await store.search.search("tin", now=clock())
    await store.search.search('"khong dong', now=clock())
    _, said = await window.get("/metrics")
    assert "loa_search_seconds_count 2.0" in said
    assert 'loa_search_seconds_bucket{le="+Inf"} 2.0' in said
