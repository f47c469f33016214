"""For operators only: /item shows who got an item and who did not; /recall takes it back from every chat."""

from __future__ import annotations

import re
from typing import Final, cast

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import pages
from bot.chats.commands.sources import shown_time
from bot.chats.desk import Caller
from bot.chats.unsent import unsent_words
from bot.chats.wording import fitting, sentence
from bot.core.html import clip
from bot.core.identity import keys_of
from bot.core.render_list import item_line
from bot.model import Button, Item, Rendered, StoredItem
from storage.store import RecallWay

A_PAGE: Final = 15
_OFFERED: Final = 5
_WISH: Final = re.compile(r"(delete|mark|no)(!?):(\d{1,18})", re.ASCII)
_PAGE: Final = re.compile(r"(\d{1,18})(?::(\d{1,9}))?", re.ASCII)


async def recall(clerk: Clerk, caller: Caller, words: str) -> None:
    """Show the item that *words* name (its number, its address, words of it) and ask how it is to be taken back."""
    stored = await _named(clerk, caller, words, "/recall")
    if stored is not None:
        await _preview(clerk, caller, stored)


async def decide(clerk: Clerk, caller: Caller, words: str) -> None:
    """A button of the preview: ask once more, then do it; an item that was taken back before stays as it is."""
    read = _WISH.fullmatch(words)
    stored = await clerk.desk.store.items.get(int(read[3])) if read else None
    if read is None or stored is None:
        return
    if read[1] == "no":
        await clerk.tell(caller, "recall.kept")
    elif stored.recall:
        await clerk.tell(caller, "recall.before")
    elif not read[2]:
        await _ask(clerk, caller, stored, read[1])
    else:
        tally = await clerk.desk.store.recalls.tally(stored.id)
        done = await clerk.desk.store.recalls.recall(stored, cast("RecallWay", read[1]), clerk.desk.clock())
        key = "recall.done" if done else "recall.before"
        await clerk.tell(caller, key, sent=tally.sent + tally.sending, due=tally.due)


async def item(clerk: Clerk, caller: Caller, words: str) -> None:
    """An item's page: its state, and chat by chat who got it, when, in which revision, and why not."""
    page = _PAGE.fullmatch(words)
    stored = await clerk.desk.store.items.get(int(page[1])) if page else await _named(clerk, caller, words, "/item")
    if stored is None:
        if page:
            await clerk.tell(caller, "recall.unknown", asked=words)
        return
    offset = int(page[2] or 0) if page else 0
    store, say, zone = clerk.desk.store, caller.words, caller.chat.timezone
    tally = await store.recalls.tally(stored.id)
    found = await store.recalls.deliveries(stored.id, A_PAGE + 1, offset)
    lines = [
        sentence(
            say, "item.head", id=stored.id, revision=stored.revision, seen=shown_time(stored.first_seen_at, zone, say)
        ),
        item_line(stored, clerk.style(say)),
        *([sentence(say, "item.story", story=stored.story)] if stored.story is not None else ()),
        sentence(
            say,
            "item.tally",
            sent=tally.sent,
            joined=tally.joined,
            due=tally.due + tally.sending,
            unsent=tally.cancelled + tally.dead,
        ),
        "",
    ]
    lines += [
        sentence(
            say,
            f"item.state.{each.state}",
            chat=clip(each.chat, 40) or str(each.telegram_id or "–"),
            at=shown_time(each.at, zone, say),
            shown=each.shown or 0,
            why=unsent_words(each.why, say),
        )
        for each in found[:A_PAGE]
    ]
    turns = pages(say, "i", offset=offset, more=len(found) > A_PAGE, size=A_PAGE, before=f"{stored.id}:")
    rows = turns if stored.recall else (*turns, (button(say.say("button.recall"), "rc", f"delete:{stored.id}"),))
    await clerk.answer(caller, Rendered(text=fitting(lines), buttons=rows))


async def _preview(clerk: Clerk, caller: Caller, stored: StoredItem) -> None:
    if stored.recall:
        await clerk.tell(caller, "recall.before")
        return
    say = caller.words
    tally = await clerk.desk.store.recalls.tally(stored.id)
    text = "\n\n".join(
        (
            item_line(stored, clerk.style(say)),
            sentence(say, "recall.preview", sent=tally.sent + tally.sending, due=tally.due),
        )
    )
    rows = (
        (button(say.say("button.recall_delete"), "rc", f"delete:{stored.id}"),),
        (button(say.say("button.recall_mark"), "rc", f"mark:{stored.id}"),),
        (button(say.say("button.item"), "i", str(stored.id)), _no(caller, stored)),
    )
    await clerk.answer(caller, Rendered(text=text, buttons=rows))


async def _ask(clerk: Clerk, caller: Caller, stored: StoredItem, how: str) -> None:
    say = caller.words
    tally = await clerk.desk.store.recalls.tally(stored.id)
    text = "\n\n".join(
        (item_line(stored, clerk.style(say)), sentence(say, f"recall.ask.{how}", sent=tally.sent + tally.sending))
    )
    rows = ((button(say.say("button.recall_yes"), "rc", f"{how}!:{stored.id}"), _no(caller, stored)),)
    await clerk.answer(caller, Rendered(text=text, buttons=rows))


def _no(caller: Caller, stored: StoredItem) -> Button:
    return button(caller.words.say("button.recall_no"), "rc", f"no:{stored.id}")


async def _named(clerk: Clerk, caller: Caller, words: str, command: str) -> StoredItem | None:
    """The item that is meant; None where it was not named (and that was said, or a choice was offered)."""
    store = clerk.desk.store
    words = words.strip().removeprefix("#")
    if not words:
        await clerk.tell(caller, "recall.usage", command=command)
        return None
    if words.isascii() and words.isdigit():
        stored = await store.items.get(int(words[:18]))
    elif words.startswith(("http://", "https://")):
        stored = await _at_address(clerk, words)
    else:
        return await _offer(clerk, caller, words)
    if stored is None:
        await clerk.tell(caller, "recall.unknown", asked=clip(words, 80))
    return stored


async def _at_address(clerk: Clerk, url: str) -> StoredItem | None:
    keys = keys_of(guid=None, url=url, title="", published_at=None, date_only=False, summary=None)
    for source_id in clerk.desk.sources:
        (found,) = await clerk.desk.store.items.recognise(source_id, [Item(source_id=source_id, keys=keys, title="")])
        if found is not None:
            return await clerk.desk.store.items.get(found)
    return None


async def _offer(clerk: Clerk, caller: Caller, words: str) -> StoredItem | None:
    """The newest items that these words find, a button each; the one item itself where there is only one."""
    page = await clerk.desk.store.search.search(words, now=clerk.desk.clock(), limit=_OFFERED)
    found = [hit.stored for hit in page.results]
    if len(found) == 1:
        return found[0]
    if not found:
        await clerk.tell(caller, "recall.unknown", asked=clip(words, 80))
        return None
    rows = tuple((button(clip(each.item.title, 40), "i", str(each.id)),) for each in found)
    await clerk.tell(caller, "recall.choose", *rows)
    return None
