"""What hostile portals cost: time, memory, and whether a good source beside them is read on time.

python -m tests.bench.hostile_bodies
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.model import Reading, Source
from bot.sources.reader import PortalReader
from tests.rooms.sources.loopback import FEEDS, RULES, a_source, fetching, nothing_known, opened

HEAD = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>'
LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
BODIES: dict[str, Callable[[], bytes]] = {
    "billion laughs": lambda: LAUGHS + HEAD + b"<item><title>&c;</title></item></channel></rss>",
    "200,000 nested tags (feed)": lambda: HEAD + b"<a>" * 200_000,
    "200,000 nested tags (page)": lambda: b"<html><body>" + b"<div>" * 200_000,
    "a line of 10 MB": lambda: HEAD + b"<item><title>" + b"a" * 10_000_000,
    "a line of 4.9 MB": lambda: HEAD + b"<item><title>" + b"a" * 4_900_000 + b"</title></item></channel></rss>",
    "1.6 million open tags": lambda: HEAD + b"<a " * 1_600_000,
    "4.9 million ampersands": lambda: HEAD + b"<item><title>" + b"&" * 4_900_000,
    "100,000 attributes": lambda: HEAD + b"<item " + b'a="1" ' * 100_000 + b">",
    "160,000 items": lambda: HEAD + b"<item><title>a</title></item>" * 160_000 + b"</channel></rss>",
    "19,000 broken items": lambda: HEAD + b"<item><title>a & b</title></item>" * 19_000 + b"</channel></rss>",
}


def bomb() -> bytes:
    """A gigabyte of nothing, packed without ever being whole."""
    packer = zlib.compressobj(level=1, wbits=31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(1000)) + packer.flush()


def memory(name: str) -> int:
    """VmRSS or, since it was last reset, VmHWM of this process, in MB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) >> 10


def reset_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def main() -> None:
    rules = replace(RULES, timeout=timedelta(seconds=4))
    async with opened() as portal, opened() as good, fetching(rules) as fetcher:
        reader = PortalReader(fetcher, lambda: datetime(2026, 11, 25, 14, tzinfo=UTC))
        fine = a_source(good.puts("/rss", (FEEDS / "rss20.xml").read_bytes()))
        await reader.read(fine, nothing_known())
        packed = {"gzip bomb of 1 GB": bomb()}
        print(f"{'body':28} {'seconds':>7} {'more MB':>7} {'good source':>11}  trouble")
        for name in (*BODIES, *packed, "endless stream"):
            if name in packed:
                portal.puts("/hostile", packed[name], Content_Encoding="gzip")
            elif name == "endless stream":
                portal.puts("/hostile", b"<item>" * 100, hangs=True)
            else:
                portal.puts("/hostile", BODIES[name]())
            reset_peak()
            before, started = memory("VmRSS"), time.perf_counter()
            reading, late = await asyncio.gather(
                reader.read(a_source(portal.url + "/hostile"), nothing_known()), beside(reader, fine)
            )
            spent = time.perf_counter() - started
            print(
                f"{name:28} {spent:7.2f} {memory('VmHWM') - before:7} {late * 1000:8.0f} ms  {told(reading)}",
                flush=True,
            )


async def beside(reader: PortalReader, fine: Source) -> float:
    """How long a good source takes that is read a moment after a hostile one."""
    await asyncio.sleep(0.05)
    started = time.perf_counter()
    reading = await reader.read(fine, nothing_known())
    assert reading.items
    return time.perf_counter() - started


def told(reading: Reading) -> str:
    return f"{reading.trouble.kind}: {reading.trouble.why[:70]}" if reading.trouble else f"{len(reading.items)} items"


if __name__ == "__main__":
    asyncio.run(main())
