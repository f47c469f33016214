"""Groups, webhooks, and a simulator that lives in a process of its own."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import Any

import aiohttp
from aiohttp import web

from bot.simulator import PretendTelegram


async def test_a_webhook_gets_each_update_with_the_secret_and_again_after_a_failure() -> None:
    seen: list[tuple[str, str]] = []

    async def receive(request: web.Request) -> web.Response:
        update = await request.json()
        seen.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["message"]["text"]))
        return web.Response(status=500 if len(seen) == 1 else 200)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with PretendTelegram() as telegram, aiohttp.ClientSession() as session:
            address = f"{telegram.url}/bot{telegram.token}"
            hook = {"url": f"http://127.0.0.1:{port}/hook", "secret_token": "bí_mật"}
            async with session.post(f"{address}/setWebhook", json=hook) as answer:
                assert answer.status == 400
            async with session.post(f"{address}/setWebhook", json=hook | {"secret_token": "s3cret"}) as answer:
                assert answer.status == 200
            telegram.say(7, "một")
            telegram.say(7, "hai")
            await telegram.wait_until(lambda: telegram.stats()["updates_confirmed"] == 2)
            async with session.get(f"{address}/getUpdates") as answer:
                assert answer.status == 409
    finally:
        await runner.cleanup()
    assert seen == [("s3cret", "một"), ("s3cret", "một"), ("s3cret", "hai")]


async def test_an_anonymous_administrator_writes_as_the_group() -> None:
    async with PretendTelegram() as telegram:
        telegram.chat(-5, members={7: "administrator"})
        telegram.say_anonymously(-5, "/subscribe")
        message = telegram.messages(-5)[0]
    assert message["sender_chat"]["id"] == -5
    assert message["from"]["username"] == "GroupAnonymousBot"


async def test_a_bot_added_to_a_group_is_told_twice() -> None:
    async with PretendTelegram() as telegram:
        telegram.member(-5, "administrator", by=7)
        kinds = [(update.keys() - {"update_id"}).pop() for update in telegram.world.updates.queue]
        assert kinds == ["my_chat_member", "message"]
        chat = telegram.world.directory.chats[-5]
        assert telegram.world.directory.member(chat, telegram.world.bot["id"])["status"] == "administrator"


async def test_another_process_can_be_the_person() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.simulator", "telegram", "--token", "1:x", "--print-port"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    root = f"http://127.0.0.1:{int(await process.stdout.readline())}"
    async with aiohttp.ClientSession() as session:

        async def sim(verb: str, body: Any) -> Any:
            async with session.post(f"{root}/sim/{verb}", json=body) as answer:
                return answer.status, await answer.json()

        assert (await sim("crowd", {"first_id": 1, "count": 3}))[0] == 200
        assert await sim("say", [{"chat_id": 7, "text": "a"}, {"chat_id": 7, "text": "b"}]) == (200, {"result": [1, 2]})
        assert (await sim("limits", {"per_second": 5}))[1]["result"]["per_second"] == 5
        status, body = await sim("limits", {"per_minute": 5})
        assert (status, "no limit 'per_minute'" in body["error"]) == (400, True)
        await sim("fault", {"kind": "429", "retry_after": 7, "methods": ["sendMessage"]})
        async with session.post(f"{root}/bot1:x/sendMessage", json={"chat_id": 1, "text": "x"}) as answer:
            assert (await answer.json())["parameters"] == {"retry_after": 7}
        async with session.get(f"{root}/sim/log", params={"method": "sendMessage"}) as answer:
            (entry,) = (await answer.json())["result"]
        assert (entry["outcome"]["status"], entry["outcome"]["fault"]) == (429, "429")
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 5) == 0
