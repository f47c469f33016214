"""The wire: what left us and what did not, and what no error may say."""

from __future__ import annotations

import asyncio
import ssl
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import NetworkError
from telegram.request import RequestData

from bot.chats.transport import AiohttpRequest, NoAnswer, NotJson, NotSent
from bot.simulator import Fault, PretendTelegram
from bot.simulator.portal_pictures import landscape

TLS = Path(__file__).parents[2] / "fixtures" / "tls"
TOKEN = "4200000001:a-secret-that-nobody-may-read-in-a-log"


@asynccontextmanager
async def opened(**settings: float | str) -> AsyncIterator[AiohttpRequest]:
    request = AiohttpRequest(**settings)  # type: ignore[arg-type]
    await request.initialize()
    try:
        yield request
    finally:
        await request.shutdown()


@asynccontextmanager
async def a_server(answer: Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]) -> AsyncIterator[str]:
    """A server that does whatever *answer* does with a connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        result = answer(reader, writer)
        if asyncio.iscoroutine(result):
            await result
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot{TOKEN}"


async def failure_of(url: str, **settings: float | str) -> NetworkError:
    async with opened(**settings) as request:
        with pytest.raises(NetworkError) as caught:
            await request.post(f"{url}/sendMessage")
    error = caught.value
    told = "".join(traceback.format_exception(error))
    assert "a-secret" not in told
    return error


async def test_a_closed_port_got_no_byte() -> None:
    assert isinstance(await failure_of(f"http://127.0.0.1:1/bot{TOKEN}"), NotSent)


async def test_a_host_without_an_address_got_no_byte() -> None:
    assert isinstance(await failure_of(f"http://no-such-host.invalid/bot{TOKEN}"), NotSent)


async def test_an_address_that_is_none_got_no_byte() -> None:
    assert isinstance(await failure_of(f"http:///bot{TOKEN}"), NotSent)


async def test_a_closed_pool_sends_nothing() -> None:
    request = AiohttpRequest()
    with pytest.raises(NotSent):
        await request.post("http://127.0.0.1:1/")


async def test_a_connection_closed_without_an_answer_is_no_answer() -> None:
    async with a_server(lambda _reader, _writer: None) as url:
        assert isinstance(await failure_of(url), NoAnswer)


async def test_half_an_answer_is_no_answer() -> None:
    def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ok":')

    async with a_server(half) as url:
        assert isinstance(await failure_of(url), NoAnswer)


async def test_silence_ends_with_the_read_timeout() -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with a_server(silent) as url:
        assert isinstance(await failure_of(url, read_timeout=0.1), NoAnswer)


@pytest.mark.parametrize("body", [b"<html>Welcome</html>", b"[1, 2]", b'{"greeting": "hello"}', b"\xff\xfe", b""])
async def test_an_answer_that_is_not_the_bot_apis_is_named_so_and_not_quoted(body: bytes) -> None:
    def other(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    async with a_server(other) as url:
        error = await failure_of(url)
    assert isinstance(error, NotJson)
    assert "Welcome" not in str(error)


async def test_a_kept_connection_that_the_server_closed_is_not_taken_for_a_sent_request() -> None:
    async with PretendTelegram() as telegram, opened() as request:
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
        telegram.chat(1001)
        await bot.send_message(1001, "Một")
        port = telegram.port
        await telegram.stop()
        with pytest.raises(NotSent):
            await bot.send_message(1001, "Hai")
        async with PretendTelegram(port=port, token=telegram.token) as again:
            again.chat(1001)
            await bot.send_message(1001, "Ba")
            assert [message["text"] for message in again.sent(1001)] == ["Ba"]


async def test_an_album_is_uploaded(tmp_path: Path) -> None:
    async with PretendTelegram() as telegram, opened() as request:
        telegram.chat(1001)
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
        picture = landscape(1)
        file = tmp_path / "ảnh.png"
        file.write_bytes(picture)
        with file.open("rb") as handle:
            await bot.send_media_group(1001, [InputMediaPhoto(picture), InputMediaPhoto(handle, caption="Lễ hội")])
        assert len(telegram.sent(1001)) == 2
        assert telegram.sent(1001)[1]["caption"] == "Lễ hội"


async def test_a_private_certificate_is_trusted_when_it_is_named() -> None:
    certificate = TLS / "local.pem"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, TLS / "local-key.pem")
    async with PretendTelegram(ssl_context=context) as telegram:
        async with opened() as request:
            with pytest.raises(NotSent, match="certificate"):
                await request.post(f"{telegram.url}/bot{telegram.token}/getMe")
        async with opened(ca_file=str(certificate)) as request:
            me = await request.post(f"{telegram.url}/bot{telegram.token}/getMe", RequestData())
        assert isinstance(me, dict)
        assert me["is_bot"]


async def test_a_502_of_a_proxy_is_an_error_without_its_page() -> None:
    async with PretendTelegram(token=TOKEN) as telegram:
        telegram.fault(Fault(kind="error", code=502))
        error = await failure_of(f"{telegram.url}/bot{TOKEN}")
    assert not isinstance(error, NotSent)
    assert "Bad Gateway" in str(error)
