"""What changes while an edit is on its way is owed when that edit is written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Reading
from bot.simulator import Fault
from tests.outlet import opened_outlet

pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")


async def test_a_correction_while_an_edit_is_on_its_way_is_owed_when_that_is_written_down(tmp_path: Path) -> None:
    async with opened_outlet(tmp_path) as outlet:
        (chat,) = await outlet.subscribe(1)
        delivery = await outlet.start()
        (stored,) = await outlet.publish(title="Bão số 4")
        await outlet.until_settled()
        outlet.telegram.fault(Fault(kind="latency", seconds=0.5, count=1, methods=("editMessageText",)))
        for title in ("Bão số 5", "Bão số 6"):
            changed = replace(stored.item, title=title)
            async with outlet.store.poll("tdkt", outlet.wall()) as tx:
                await tx.keep(Reading(kind="feed", items=(changed,)), (), baseline=False)
            delivery.wake()
            async with asyncio.timeout(10):
                while not delivery._flight._open:
                    await asyncio.sleep(0.01)
        await outlet.until_settled()
        assert outlet.texts(chat)[0].startswith("Bão số 6")
        assert [line["verdict"] for line in await outlet.ledger()] == ["sent", "edited", "edited"]
