"""`loa demo`: the real bot between a pretend portal and a pretend Telegram, all in this process, afresh each time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from bot.app.running import live
from bot.config import Config, FetchConfig, StorageConfig, TelegramConfig, WebConfig
from bot.logs import set_up_logs
from bot.model import Source
from bot.simulator import PretendPortal, PretendTelegram

SUBSCRIBER = 1001
PATIENCE = 20.0
FIRST_NEWS = (
    "Cổng thông tin tỉnh mở kênh Loa: tin mới đến thẳng điện thoại người dân",
    "Từ hôm nay, mỗi tin đăng trên cổng được gửi ngay đến người đăng ký trên Telegram. "
    "Người dân có thể tìm lại tin cũ bằng cách gõ vài từ, có dấu hay không dấu đều được.",
)


async def play(*, port: int, browser: bool) -> None:
    """Show the whole way until SIGTERM or Ctrl-C; the last two lines printed are where to look."""
    set_up_logs(level=logging.WARNING, secrets=())
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop.set)
    with tempfile.TemporaryDirectory(prefix="loa-demo-") as folder:
        async with PretendPortal() as portal, PretendTelegram(port=port) as telegram:
            config = _config(Path(folder), telegram, portal)
            living = asyncio.create_task(live(config, stop))
            opening = asyncio.create_task(_open_scene(telegram, portal))
            await asyncio.wait({living, opening}, return_when=asyncio.FIRST_COMPLETED)
            if opening.done() and not stop.is_set():
                opening.result()
                _invite(config, f"{telegram.url}/chat/{SUBSCRIBER}", f"{portal.url}/dang-tin", browser=browser)
            await living
            opening.cancel()


def _config(folder: Path, telegram: PretendTelegram, portal: PretendPortal) -> Config:
    source = Source(id="lam-giang", title=portal.province.name, url=f"{portal.url}/rss", every=timedelta(seconds=1))
    return Config(
        path=folder / "config.toml",
        telegram=TelegramConfig(api_root=telegram.url, token=telegram.token, admins=(SUBSCRIBER,)),
        storage=StorageConfig(url=f"sqlite:///{folder / 'loa.db'}"),
        fetch=FetchConfig(allow_private=True),
        web=WebConfig(listen=("127.0.0.1", _free_port())),
        sources=(source,),
    )


async def _open_scene(telegram: PretendTelegram, portal: PretendPortal) -> None:
    """A subscriber says /start, subscribes, and gets a first push: the visitor comes into a living chat."""
    await telegram.wait_listening(timeout=PATIENCE)
    await telegram.ask(SUBSCRIBER, "/start", timeout=PATIENCE)
    while portal.hits["/rss"] < 2:  # noqa: ASYNC110 - the second reading begins when the first one is stored
        await asyncio.sleep(0.05)
    answered = (await telegram.ask(SUBSCRIBER, "/subscribe", timeout=PATIENCE))[-1]
    portal.publish(*FIRST_NEWS)
    await telegram.wait_sent(SUBSCRIBER, after=answered["message_id"], timeout=PATIENCE)


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _invite(config: Config, chat: str, portal: str, *, browser: bool) -> None:
    print("Publish an item on the portal's page and watch it arrive in the chat; type a word there to search.")
    print("Stop with Ctrl-C.")
    if config.web.listen is not None:
        print("Dashboard: http://{}:{}/".format(*config.web.listen))
    print(f"Chat: {chat}")
    print(f"Portal: {portal}", flush=True)
    # Without a desktop the standard library would start a browser in this very terminal.
    if browser and (
        sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        import webbrowser

        with suppress(webbrowser.Error):
            webbrowser.open(chat)
