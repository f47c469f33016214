"""A hub's callback: only what we asked for is confirmed, only what is signed is heard."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.web.websub import PATH, HubBox, HubKeys
from storage.store import Store
from tests.builders import a_reading, a_source, an_item
from tests.fakes import HandClock

KEYS = HubKeys(secret="geheim")
TOPIC = "https://portal.example/rss"


@pytest.fixture
async def place(store: Store, clock: HandClock) -> AsyncIterator[str]:
    """The address of the callback of a source whose feed names a hub."""
    await store.sources.ensure([a_source()])
    async with store.poll("tdkt", clock()) as tx:
        reading = replace(a_reading(an_item(1)), hub="https://hub.example/", topic=TOPIC)
        await tx.keep(reading, (an_item(1),), baseline=True)
        await tx.schedule(clock() + timedelta(hours=1))
    box = HubBox(store=store, keys=KEYS, clock=clock)
    app = web.Application()
    app.router.add_get(PATH, box.confirm)
    app.router.add_post(PATH, box.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def confirmed(url: str, **more: str) -> tuple[int, str]:
    asked = {"mode": "subscribe", "topic": TOPIC, "challenge": "c-1", "lease_seconds": "3600", **more}
    query = {f"hub.{name}": value for name, value in asked.items()}
    async with aiohttp.ClientSession() as session, session.get(url, params=query) as answer:
        return answer.status, await answer.text()


async def told(url: str, signature: str) -> int:
    headers = {"X-Hub-Signature": signature}
    async with aiohttp.ClientSession() as session, session.post(url, data=b"<rss/>", headers=headers) as answer:
        return answer.status


def signed(method: str, secret: str) -> str:
    return f"{method}={hmac.new(secret.encode(), b'<rss/>', getattr(hashlib, method)).hexdigest()}"


async def test_what_we_asked_for_is_confirmed_for_as_long_as_the_hub_says(
    store: Store, clock: HandClock, place: str
) -> None:
    assert await confirmed(place + KEYS.callback("tdkt")) == (200, "c-1")
    (lease,) = await store.hubs.leases(clock())
    assert lease.lease_until == clock() + timedelta(hours=1)
    assert await store.hubs.to_ask(clock() + timedelta(minutes=47)) == ()
    assert len(await store.hubs.to_ask(clock() + timedelta(minutes=49))) == 1


@pytest.mark.parametrize(
    "more", [{"topic": "https://else.example/"}, {"mode": "unsubscribe"}, {"mode": "publish"}, {"mode": ""}]
)
async def test_what_nobody_asked_for_is_not(store: Store, clock: HandClock, place: str, more: dict[str, str]) -> None:
    assert (await confirmed(place + KEYS.callback("tdkt"), **more))[0] == 404
    assert await store.hubs.leases(clock()) == ()


async def test_another_address_is_nobody_s(store: Store, clock: HandClock, place: str) -> None:
    for path in ("/websub/tdkt/0123456789abcdef", KEYS.callback("cchc"), KEYS.callback("cchc").replace("cchc", "tdkt")):
        assert (await confirmed(place + path))[0] == 404
    assert await told(place + KEYS.callback("cchc").replace("cchc", "tdkt"), "") == 404
    assert await store.hubs.leases(clock()) == ()


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha512"])
async def test_a_signed_message_makes_the_source_due(store: Store, clock: HandClock, place: str, method: str) -> None:
    assert await store.sources.due(clock(), most=1) == ()
    assert await told(place + KEYS.callback("tdkt"), signed(method, KEYS.signature("tdkt"))) == 202
    assert await store.sources.due(clock(), most=1) == ("tdkt",)


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=00", "md5=00", signed("sha256", "wrong"), "sha256=ế"])
async def test_a_message_without_the_right_signature_changes_nothing(
    store: Store, clock: HandClock, place: str, signature: str
) -> None:
    assert await told(place + KEYS.callback("tdkt"), signature) == 202
    assert await store.sources.due(clock(), most=1) == ()
