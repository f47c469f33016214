"""A disk that takes nothing more for a while: nothing lost, nothing twice, said once, and over by itself."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.simulator import Fault, PretendPortal, PretendTelegram
from tests.journeys.house import Loa

PEOPLE = range(30_001, 30_021)
ROOM = "size=8m"
"""Of the small disk: an empty archive and its log take a part of it."""


@dataclass
class Disk:
    """Where the database lies, and how its disk fills up and is emptied again."""

    folder: Path
    fill: Callable[[Loa], None]
    clear: Callable[[Loa], None]


@pytest.fixture(params=["full", "limited"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "limited":
        yield Disk(folder=tmp_path / "archive", fill=limit, clear=lift)
        return
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", ROOM, "loa-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    try:
        yield Disk(folder=folder, fill=lambda _: stuff(folder / "ballast"), clear=lambda _: empty(folder / "ballast"))
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def stuff(ballast: Path) -> None:
    """Write until the disk is full."""
    with ballast.open("wb", buffering=0) as file:
        while shutil.disk_usage(ballast.parent).free:
            file.write(bytes(4_096))


def empty(ballast: Path) -> None:
    ballast.unlink()


def limit(loa: Loa) -> None:
    """Let no file of the process grow over what its log needs: the database's files are larger already."""
    assert loa.process is not None
    most = len(loa.log.encode()) + 16_384
    assert max(file.stat().st_size for file in (loa.folder / "archive").iterdir()) > most
    resource.prlimit(loa.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def lift(loa: Loa) -> None:
    assert loa.process is not None
    resource.prlimit(loa.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture
async def telegram() -> AsyncIterator[PretendTelegram]:
    async with PretendTelegram() as pretended:
        yield pretended


@pytest.fixture
async def portal() -> AsyncIterator[PretendPortal]:
    async with PretendPortal() as pretended:
        yield pretended


@pytest.fixture
async def loa(tmp_path: Path, disk: Disk, telegram: PretendTelegram, portal: PretendPortal) -> AsyncIterator[Loa]:
    source = {"url": f"{portal.url}/rss"}
    tables = {"storage": {"url": f"sqlite:///{disk.folder}/loa.db"}}
    async with Loa(
        folder=tmp_path, api_root=telegram.url, token=telegram.token, sources=[source], tables=tables
    ) as loa:
        await telegram.wait_listening()
        await telegram.wait_until(lambda: portal.hits["/rss"] >= 2, what="a reading of the portal")
        for person in PEOPLE:
            telegram.say(person, "/subscribe")
        await telegram.wait_until(lambda: all(telegram.sent(person) for person in PEOPLE), what="all subscribed")
        yield loa


async def until_logged(loa: Loa, words: str) -> None:
    async with asyncio.timeout(20):
        while words not in loa.log:
            await asyncio.sleep(0.05)


async def test_a_disk_that_is_full_during_a_broadcast_loses_and_repeats_nothing(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa, disk: Disk
) -> None:
    before = telegram.stats()["accepted"]
    telegram.fault(Fault(kind="latency", seconds=0.3, count=0, methods=("sendMessage",)))
    portal.publish("Tin gửi khi đĩa sắp đầy")
    await telegram.wait_until(lambda: telegram.stats()["accepted"] >= before + 4, what="the first pushes")
    disk.fill(loa)
    await until_logged(loa, "store.unavailable")
    portal.publish("Tin đăng khi đĩa đã đầy")
    await asyncio.sleep(4.0)
    standing = telegram.stats()["accepted"]
    assert standing < before + len(PEOPLE)
    await asyncio.sleep(2.0)
    assert telegram.stats()["accepted"] == standing
    telegram.heal()
    disk.clear(loa)
    for title in ("Tin gửi khi đĩa sắp đầy", "Tin đăng khi đĩa đã đầy"):
        await all_got(telegram, title)
    await asyncio.sleep(2.0)
    for person in PEOPLE:
        assert got(telegram, person, "Tin gửi khi đĩa sắp đầy") == 1
        assert got(telegram, person, "Tin đăng khi đĩa đã đầy") == 1
    assert loa.process is not None
    assert loa.process.returncode is None
    said = [line for line in loa.log.splitlines() if "unavailable" in line or "not_stored" in line]
    assert len(said) == 1, said
    assert loa.log.count("store.available") == 1
    assert "Traceback" not in loa.log


async def test_who_asks_for_a_change_meanwhile_is_told_so_and_may_ask_again(
    telegram: PretendTelegram, portal: PretendPortal, loa: Loa, disk: Disk
) -> None:
    leaving, staying = PEOPLE[0], PEOPLE[1]
    disk.fill(loa)
    (busy,) = await telegram.ask(leaving, "/unsubscribe")
    assert "thử lại" in busy["text"]
    assert loa.log.count("store.unavailable") == 1
    disk.clear(loa)
    (left,) = await telegram.ask(leaving, "/unsubscribe")
    assert left["text"] != busy["text"]
    portal.publish("Tin sau khi đĩa có chỗ")
    await telegram.wait_until(lambda: got(telegram, staying, "Tin sau khi đĩa có chỗ"), timeout=45, what="the push")
    assert got(telegram, leaving, "Tin sau khi đĩa có chỗ") == 0


async def all_got(telegram: PretendTelegram, title: str) -> None:
    """Until everybody has it: a source whose reading could not be stored is read again half a minute later."""
    await telegram.wait_until(lambda: all(got(telegram, each, title) for each in PEOPLE), timeout=45, what=title)


def got(telegram: PretendTelegram, person: int, title: str) -> int:
    return sum(message["text"].count(title) for message in telegram.sent(person))
