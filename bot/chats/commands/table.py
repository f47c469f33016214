"""Every command and every button: its names, what it does, who may use it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.chats.clerk import Clerk
from bot.chats.commands import (
    follow,
    full_text,
    latest,
    membership,
    operators,
    portal,
    privacy,
    quiet,
    recall,
    search,
    settings,
    sources,
    start,
    watch,
    watch_list,
    watch_sources,
)
from bot.chats.desk import Caller
from bot.core.render import READ

Handler: TypeAlias = Callable[[Clerk, Caller, str], Awaitable[None]]
"""Gets the words after the command, or those that the button carries."""


class Who(Enum):
    """Who may use a command. In private chats everybody is their own administrator."""

    ANYONE = "anyone"
    ADMINISTRATORS = "administrators"
    OPERATORS = "operators"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What is typed (English name first, then Vietnamese ones without marks) or pressed, and what it does."""

    names: tuple[str, ...]
    handler: Handler
    who: Who = Who.ANYONE


COMMANDS: Final = (
    Command(names=("start",), handler=start.start),
    Command(names=("help", "trogiup"), handler=start.help_),
    Command(names=("subscribe", "dangky"), handler=follow.subscribe, who=Who.ADMINISTRATORS),
    Command(names=("unsubscribe", "huy"), handler=follow.unsubscribe, who=Who.ADMINISTRATORS),
    Command(names=("stop", "dung"), handler=follow.stop, who=Who.ADMINISTRATORS),
    Command(names=("latest", "moi"), handler=latest.latest),
    Command(names=("search", "tim", "find"), handler=search.search),
    Command(names=("watch", "theodoi"), handler=watch.watch, who=Who.ADMINISTRATORS),
    Command(names=("watches", "dstheodoi"), handler=watch_list.watches),
    Command(names=("unwatch", "thoitheodoi"), handler=watch_list.unwatch, who=Who.ADMINISTRATORS),
    Command(names=("sources", "nguon"), handler=sources.sources),
    Command(names=("about", "gioithieu"), handler=portal.about),
    Command(names=("links", "lienket"), handler=portal.links),
    Command(names=("photos", "anh"), handler=portal.photos),
    Command(names=("quiet", "giolang"), handler=quiet.quiet, who=Who.ADMINISTRATORS),
    Command(names=("settings", "caidat"), handler=settings.settings),
    Command(names=("mydata", "dulieu"), handler=privacy.my_data, who=Who.ADMINISTRATORS),
    Command(names=("forget", "xoa"), handler=privacy.forget, who=Who.ADMINISTRATORS),
    Command(names=("status",), handler=operators.status, who=Who.OPERATORS),
    Command(names=("held",), handler=operators.held, who=Who.OPERATORS),
    Command(names=("recall", "thuhoi"), handler=recall.recall, who=Who.OPERATORS),
    Command(names=("item",), handler=recall.item, who=Who.OPERATORS),
    Command(names=("pause",), handler=operators.pause, who=Who.OPERATORS),
    Command(names=("resume",), handler=operators.resume, who=Who.OPERATORS),
    Command(names=("reload",), handler=operators.reload, who=Who.OPERATORS),
)

SEARCH_TEXT: Final = Command(names=(), handler=search.search)
UNKNOWN: Final = Command(names=(), handler=start.unknown)
UNREADABLE: Final = Command(names=(), handler=start.unreadable)

BUTTONS: Final[Mapping[str, Command]] = MappingProxyType(
    {
        name: command
        for command in (
            Command(names=("s",), handler=follow.subscribe, who=Who.ADMINISTRATORS),
            Command(names=("so",), handler=follow.offer, who=Who.ADMINISTRATORS),
            Command(names=("u",), handler=follow.unsubscribe, who=Who.ADMINISTRATORS),
            Command(names=("uo",), handler=follow.offer_end, who=Who.ADMINISTRATORS),
            Command(names=("x",), handler=follow.stop, who=Who.ADMINISTRATORS),
            Command(names=("l",), handler=latest.latest),
            Command(names=("p",), handler=search.turn),
            Command(names=("w",), handler=watch_list.end, who=Who.ADMINISTRATORS),
            Command(names=("wl",), handler=watch_list.watches),
            Command(names=("wc",), handler=watch_sources.choose_watch, who=Who.ADMINISTRATORS),
            Command(names=("wo",), handler=watch_sources.offer, who=Who.ADMINISTRATORS),
            Command(names=("wt",), handler=watch_sources.turn, who=Who.ADMINISTRATORS),
            Command(names=("n",), handler=sources.sources),
            Command(names=("q",), handler=quiet.quiet, who=Who.ADMINISTRATORS),
            Command(names=("g",), handler=settings.language, who=Who.ADMINISTRATORS),
            Command(names=("m",), handler=membership.missed),
            Command(names=(READ,), handler=full_text.full_text),
            Command(names=("j",), handler=portal.about),
            Command(names=("k",), handler=portal.links),
            Command(names=("c",), handler=portal.photos),
            Command(names=("a",), handler=portal.follow_albums, who=Who.ADMINISTRATORS),
            Command(names=("e",), handler=portal.end_albums, who=Who.ADMINISTRATORS),
            Command(names=("f",), handler=privacy.forget, who=Who.ADMINISTRATORS),
            Command(names=("h",), handler=operators.decide_held, who=Who.OPERATORS),
            Command(names=("rc",), handler=recall.decide, who=Who.OPERATORS),
            Command(names=("i",), handler=recall.item, who=Who.OPERATORS),
            Command(names=("or",), handler=operators.resume, who=Who.OPERATORS),
        )
        for name in command.names
    }
)
