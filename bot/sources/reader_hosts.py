"""Links that lead away from the portal are held: hijacked portals carry gambling spam."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.address import host_of, site_of
from bot.model import Item, Memory, Source

FOREIGN = "foreign_host"


def held_where_foreign(items: Sequence[Item], source: Source, memory: Memory) -> tuple[Item, ...]:
    """The items, doubted where their link leads to a host that may not be pushed.

    `source.hosts` names those that may, where the operator gave some; else they are the source's own domain and the
    hosts of its baseline. Before the baseline, and at a new address, only the operator's list counts: that reading says
    what is usual.
    """
    if (memory.baseline_at is None or memory.changed) and not source.hosts:
        return tuple(items)
    hosts = source.hosts or memory.hosts
    site = "" if source.hosts else site_of(host_of(source.url))
    return tuple(
        replace(item, doubt=FOREIGN) if item.url and not item.doubt and not _may(item.url, hosts, site) else item
        for item in items
    )


def _may(url: str, hosts: Sequence[str], site: str) -> bool:
    host = host_of(url)
    if not host or site_of(host) == site:
        return True
    return any(host == known or host.endswith("." + known) for each in hosts if (known := host_of(f"//{each}")))
