"""What operators are told of the sources: which are in trouble, which are well again, which are silent. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.core.html import clip, escape, visible
from bot.model import Memory, Rendered, Source, Words

MOST_LINES: Final = 8
"""Sources of one kind that are named in one message; the others are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidings:
    """The sources whose operators are to hear of them."""

    troubled: tuple[Memory, ...] = ()
    recovered: tuple[Memory, ...] = ()
    silent: tuple[Memory, ...] = ()


def sorted_out(memories: Sequence[Memory]) -> Tidings:
    """What is to be said of each source: one that is silent because it is in trouble is in trouble."""
    return Tidings(
        troubled=tuple(each for each in memories if each.trouble is not None),
        recovered=tuple(each for each in memories if each.trouble is None and each.trouble_told),
        silent=tuple(e for e in memories if e.trouble is None and not e.trouble_told and e.silent_since is not None),
    )


def bulletin(tidings: Tidings, sources: Mapping[str, Source], words: Words, zone: str) -> Rendered:
    """One message for all of it, in Telegram's HTML; times on the reader's clock."""
    pen = _Pen(sources=sources, words=words, zone=ZoneInfo(zone))
    parts = [
        pen.part("tell.troubled", tidings.troubled, pen.trouble),
        pen.part("tell.recovered", tidings.recovered, pen.name),
        pen.part("tell.silent", tidings.silent, pen.silence),
    ]
    if len(tidings.troubled) > 1 and len(tidings.troubled) == len(sources):
        parts.append(words.say("tell.all_troubled"))
    return Rendered(text="\n\n".join(part for part in parts if part))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pen:
    sources: Mapping[str, Source]
    words: Words
    zone: ZoneInfo

    def part(self, key: str, memories: Sequence[Memory], line: Callable[[Memory], str]) -> str:
        if not memories:
            return ""
        lines = [self.words.say(key, count=len(memories)), *(line(each) for each in memories[:MOST_LINES])]
        if len(memories) > MOST_LINES:
            lines.append(self.words.say("tell.more", count=len(memories) - MOST_LINES))
        return "\n".join(lines)

    def trouble(self, memory: Memory) -> str:
        trouble = memory.trouble
        assert trouble is not None
        return self.words.say(
            "tell.trouble_line",
            source=self._named(memory),
            trouble=self.words.say(f"trouble.{trouble.kind}", status=trouble.status or "–"),
            since=self._time(memory.trouble_since),
            why=escape(clip(visible(trouble.why), 240)),
        )

    def name(self, memory: Memory) -> str:
        return self.words.say("tell.line", source=self._named(memory))

    def silence(self, memory: Memory) -> str:
        return self.words.say("tell.silent_line", source=self._named(memory), since=self._time(memory.silent_since))

    def _named(self, memory: Memory) -> str:
        source = self.sources.get(memory.source_id)
        return escape(clip(visible(source.title) if source else memory.source_id, 80))

    def _time(self, at: datetime | None) -> str:
        return f"{at.astimezone(self.zone):%H:%M, %d/%m/%Y}" if at else self.words.say("time.never")
