"""For operators only: /status, /held, /pause, /resume, /reload."""

from __future__ import annotations

import re
from typing import Final

from bot.chats.callbacks import button
from bot.chats.clerk import Clerk
from bot.chats.commands.choices import Chosen, Unchosen, Unknown, choose, name_of, names_of
from bot.chats.commands.source_states import MOST_LINES, state_lines
from bot.chats.commands.sources import shown_time
from bot.chats.desk import Caller
from bot.chats.unsent import unsent_words
from bot.chats.wording import fitting, message, sentence
from bot.core.html import clip, escape, visible
from bot.core.render_list import item_line
from bot.jobs.release import push_held
from bot.model import EVERY_SOURCE, Parked, Rendered, StoredItem, Words

_MOST_HELD: Final = 10
_MOST_STUCK: Final = 8
_HELD = re.compile(r"(push|drop):(\d{1,18})", re.ASCII)


async def status(clerk: Clerk, caller: Caller, words: str) -> None:
    """How the outbox and the sources are, what is stuck and why."""
    del words
    desk, zone, say = clerk.desk, caller.chat.timezone, caller.words
    now = desk.clock()
    depth = await desk.store.outbox.depth(now)
    lines = [
        sentence(say, "status.head", at=shown_time(now, zone, say)),
        sentence(say, "status.chats", count=await desk.store.chats.count()),
        sentence(
            say,
            "status.outbox",
            due=depth.due,
            sending=depth.sending,
            oldest=shown_time(depth.oldest_due_at, zone, say),
        ),
        sentence(say, "status.edits", count=await desk.store.edits.count()),
        sentence(say, "status.held", count=len(await desk.store.items.held())),
    ]
    lines += [
        sentence(say, "status.parked", scope=_scope(each, say), until=shown_time(each.until, zone, say))
        for each in (await desk.store.outbox.parked(now))[:MOST_LINES]
    ]
    lines += [
        sentence(
            say,
            "status.stuck",
            note=each.note_id,
            chat=str(each.chat_id or "–"),
            title=clip(each.title, 80),
            attempts=each.attempt,
            why=unsent_words(each.why, say) if each.why else "–",
        )
        for each in await desk.store.outbox.stuck(now, _MOST_STUCK)
    ]
    await clerk.answer(caller, Rendered(text=fitting([*lines, "", *await state_lines(clerk, caller)])))


async def held(clerk: Clerk, caller: Caller, words: str) -> None:
    """The items that wait for an operator: each with its reason and buttons to push or to drop it."""
    del words
    waiting = await clerk.desk.store.items.held()
    if not waiting:
        await clerk.tell(caller, "held.none")
        return
    shown = waiting[:_MOST_HELD]
    head = sentence(caller.words, "held.head", count=len(waiting))
    parts = [_held_lines(number, stored, clerk, caller) for number, stored in enumerate(shown, 1)]
    rows = tuple(
        (
            button(caller.words.say("button.held_push", number=number), "h", f"push:{stored.id}"),
            button(caller.words.say("button.held_drop", number=number), "h", f"drop:{stored.id}"),
        )
        for number, stored in enumerate(shown, 1)
    )
    await clerk.answer(caller, Rendered(text="\n\n".join([head, *parts]), buttons=rows))


async def decide_held(clerk: Clerk, caller: Caller, words: str) -> None:
    """Push a held item to whoever wants it, or drop it; an item that was decided before is left as it is."""
    read = _HELD.fullmatch(words)
    if read is None:
        return
    desk, item_id = clerk.desk, int(read[2])
    if read[1] == "drop":
        done = await desk.store.items.drop_held(item_id)
        answer = message(caller.words, "held.dropped" if done else "held.decided_before")
    else:
        owed = await push_held(item_id, store=desk.store, watches=desk.watches, clock=desk.clock)
        key = "held.decided_before" if owed is None else "held.pushed"
        answer = message(caller.words, key, count=owed or 0)
    await held(clerk, caller, "")
    await clerk.speaker.say(caller.address, answer)


async def pause(clerk: Clerk, caller: Caller, words: str) -> None:
    """Stop reading a source until /resume."""
    if (source_id := await _named(clerk, caller, words)) is not None:
        await clerk.desk.store.sources.pause(source_id)
        again = (button(caller.words.say("button.resume"), "or", source_id),)
        await clerk.tell(caller, "source.paused", again, source=name_of(source_id, clerk, caller.words))


async def resume(clerk: Clerk, caller: Caller, words: str) -> None:
    """Read a source again."""
    if (source_id := await _named(clerk, caller, words)) is not None:
        await clerk.desk.store.sources.resume(source_id)
        await clerk.tell(caller, "source.resumed", source=name_of(source_id, clerk, caller.words))


async def reload(clerk: Clerk, caller: Caller, words: str) -> None:
    """Read config.toml again; one with mistakes changes nothing."""
    del words
    reloaded = clerk.desk.reload()
    if isinstance(reloaded, int):
        await clerk.tell(caller, "reload.done", count=reloaded)
    else:
        lines = [sentence(caller.words, "reload.refused"), *(f"• {escape(visible(each))}" for each in reloaded)]
        await clerk.answer(caller, Rendered(text=fitting(lines)))


async def _named(clerk: Clerk, caller: Caller, words: str) -> str | None:
    """The one source that is meant; None where it was not named (and that was said)."""
    known = names_of(clerk.desk.sources)
    match choose(words, clerk.desk.sources):
        case Chosen(source_id=source_id) if source_id != EVERY_SOURCE:
            return source_id
        case Unknown(name=name):
            await clerk.tell(caller, "follow.unknown", name=name, known=known)
        case Chosen() | Unchosen():
            await clerk.tell(caller, "source.name_it", known=known)
    return None


def _scope(parked: Parked, say: Words) -> str:
    chat = parked.scope.partition(":")[2]
    return say.say("status.parked.chat", chat=chat) if chat else say.say("status.parked.all")


def _held_lines(number: int, stored: StoredItem, clerk: Clerk, caller: Caller) -> str:
    line = item_line(stored, clerk.style(caller.words), number=number, longest=150)
    why = caller.words.say(f"doubt.{stored.held}")
    return f"{line}\n{sentence(caller.words, 'held.why', why=why)}"
