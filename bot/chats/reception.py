"""From an update to the command it asks for: who asks, may they, and what they are told where they may not."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import replace
from functools import partial
from typing import Final

from telegram import CallbackQuery, ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, Update
from telegram.error import TelegramError

from bot.chats import callbacks
from bot.chats.clerk import Clerk
from bot.chats.commands import membership
from bot.chats.commands.table import BUTTONS, Command, Who
from bot.chats.desk import Caller
from bot.chats.updates import caller_of, meet, remember, thread_of
from bot.chats.wording import message as wording
from bot.chats.words import words_for
from bot.errors import StoreUnavailable
from bot.model import Address, ChatKind

log = logging.getLogger(__name__)

_GONE: Final = {ChatMember.LEFT: "left", ChatMember.BANNED: "kicked"}
_LONGEST_TOAST: Final = 200


async def on_command(clerk: Clerk, command: Command, update: Update) -> None:
    """Do what a message asks for."""
    caller = await caller_of(update, clerk.desk)
    if caller is None or update.message is None:
        return
    if caller.chat.kind is ChatKind.PRIVATE and caller.chat.paused:
        await membership.come_back(clerk, caller)  # whoever writes has unblocked the bot
        caller = replace(caller, chat=replace(caller.chat, paused="", paused_at=None))
    if (refusal := await refusal_of(clerk, caller, command)) is not None:
        await clerk.tell(caller, refusal)
        return
    log.info("command.asked name=%s chat=%d", command.names[0] if command.names else "text", caller.chat.id)
    await command.handler(clerk, _with_receipt(clerk, caller, command, update), _words_of(update.message, command))


async def on_button(clerk: Clerk, update: Update) -> None:
    """Do what a pressed button says. The press is acknowledged in any case: the person's phone waits."""
    query = update.callback_query
    if query is None:
        return
    said = callbacks.read(query.data or "")
    command = BUTTONS.get(said.verb) if said else None
    caller = await caller_of(update, clerk.desk) if command else None
    if said is None or command is None or caller is None or _lost_its_topic(query, caller):
        await acknowledge(query, "")
        return
    refusal = await refusal_of(clerk, caller, command)
    await acknowledge(query, caller.words.say(_toast_of(refusal)) if refusal else "")
    if refusal is None:
        log.info("button.pressed verb=%s chat=%d", said.verb, caller.chat.id)
        await command.handler(clerk, _with_receipt(clerk, caller, command, update), said.words)


async def on_membership(clerk: Clerk, change: ChatMemberUpdated) -> None:
    """The bot was blocked, removed, silenced; or unblocked, added, allowed to speak."""
    private = change.chat.type == ChatKind.PRIVATE
    was, new = change.old_chat_member, change.new_chat_member
    if (gone := _GONE.get(new.status)) is not None:
        await membership.left(clerk, change.chat.id, "blocked" if private else gone)
    elif _is_silenced(new):
        await membership.left(clerk, change.chat.id, "no_rights")
    else:
        chat = await meet(change.chat, clerk.desk, change.from_user)
        await membership.joined(clerk, chat, newly=was.status in _GONE)


async def on_migration(clerk: Clerk, message: Message) -> None:
    """The service messages of a group that became a supergroup; both the old and the new one send one."""
    if message.migrate_to_chat_id is not None:
        await membership.moved(clerk, message.chat_id, message.migrate_to_chat_id)
    elif message.migrate_from_chat_id is not None:
        await membership.moved(clerk, message.migrate_from_chat_id, message.chat_id)


async def on_failure(clerk: Clerk, update: object, error: BaseException | None) -> None:
    """Log what went wrong with one update and tell the person that it did; the other updates are not touched."""
    number = update.update_id if isinstance(update, Update) else 0
    if isinstance(error, StoreUnavailable):
        log.error("update.store_unavailable update=%d why=%s", number, error)
    else:
        log.error("update.failed update=%d error=%s", number, type(error).__name__, exc_info=error)
    if not isinstance(update, Update) or (update.message is None and update.callback_query is None):
        return
    place = update.effective_chat
    chat = await clerk.desk.store.chats.by_telegram(place.id) if place else None
    if chat is not None:
        key = "failed.busy" if isinstance(error, StoreUnavailable) else "failed"
        thread = thread_of(update.effective_message) if update.effective_message else 0
        address = Address(chat_id=chat.id, telegram_id=chat.telegram_id, kind=chat.kind, thread=thread)
        await clerk.speaker.say(address, wording(words_for(chat.language), key))


async def refusal_of(clerk: Clerk, caller: Caller, command: Command) -> str | None:
    """The key of what somebody is told who may not do this; None: they may."""
    match command.who:
        case Who.ANYONE:
            return None
        case Who.OPERATORS:
            # Nobody else needs to know that there is such a command.
            return None if clerk.is_operator(caller) else "unknown.command"
        case Who.ADMINISTRATORS:
            return await clerk.refusal(caller)


async def acknowledge(query: CallbackQuery, toast: str) -> None:
    """End the wait of the person's phone; a query that is too old to be answered is let go."""
    with contextlib.suppress(TelegramError):
        await query.answer(toast[:_LONGEST_TOAST] or None, show_alert=bool(toast))


def _with_receipt(clerk: Clerk, caller: Caller, command: Command, update: Update) -> Caller:
    """A change is receipted before it is answered; who only looks is not kept waiting for the store to write."""
    if command.who is Who.ANYONE:
        return caller
    return replace(caller, receipt=partial(remember, update, clerk.desk.store, clerk.desk.clock()))


def _toast_of(refusal: str) -> str:
    return {"refused.group": "toast.group", "refused.rights_unknown": "toast.rights_unknown"}.get(
        refusal, "toast.unknown"
    )


def _words_of(message: Message, command: Command) -> str:
    text = message.text or ""
    if not command.names:
        return text
    return text[message.entities[0].length :].strip()


def _lost_its_topic(query: CallbackQuery, caller: Caller) -> bool:
    """Whether the message is gone in a forum: nobody can tell which topic the button was about."""
    return caller.shown == 0 and query.message is not None and bool(query.message.chat.is_forum)


def _is_silenced(member: ChatMember) -> bool:
    return isinstance(member, ChatMemberRestricted) and not (member.is_member and member.can_send_messages)
