"""Builds python-telegram-bot's application: which updates reach which command, in which order."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from telegram import Update
from telegram.ext import (
    Application,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.chats import reception
from bot.chats.clerk import Clerk
from bot.chats.commands.inline import inline
from bot.chats.commands.table import COMMANDS, SEARCH_TEXT, UNKNOWN, UNREADABLE, Command
from bot.chats.desk import Desk
from bot.chats.rights import Rights
from bot.chats.sender import TelegramSender
from bot.chats.speaker import Speaker
from bot.chats.terse_bot import TerseBot
from bot.chats.updates import Turns

App: TypeAlias = Application[Any, Any, Any, Any, Any, Any]
_Callback: TypeAlias = Callable[[Update, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]
_Handler: TypeAlias = BaseHandler[Any, Any, None]


def build_application(
    *, token: str, request: BaseRequest, update_request: BaseRequest, desk: Desk, api_root: str
) -> App:
    """The application with all commands; it neither polls nor listens: updates come through a `Door`."""
    bot = TerseBot(token, api_root, request, update_request)
    application: App = (
        Application.builder()
        .bot(bot)
        .concurrent_updates(Turns(desk.store, desk.clock))
        .updater(None)
        .job_queue(None)
        .build()
    )
    clerk = Clerk(
        desk=desk,
        speaker=Speaker(TelegramSender(bot), gate=desk.gate, store=desk.store, clock=desk.clock),
        rights=Rights(bot, clock=desk.clock),
    )
    register(application, clerk)
    return application


def register(application: App, clerk: Clerk) -> None:
    """Lead every kind of update to its command; the first that fits takes it."""
    application.add_handlers([*_of_commands(clerk), *_of_events(clerk), *_of_other_messages(clerk)])

    async def fail(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        await reception.on_failure(clerk, update, context.error)

    application.add_error_handler(fail)


def _of_commands(clerk: Clerk) -> list[_Handler]:
    # New messages only: an edited one would do again what it did before.
    return [
        CommandHandler(command.names, _doing(clerk, command), filters=filters.UpdateType.MESSAGE)
        for command in COMMANDS
    ]


def _of_events(clerk: Clerk) -> list[_Handler]:
    async def press(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        await reception.on_button(clerk, update)

    async def ask_inline(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        if update.inline_query is not None:
            await inline(clerk, update.inline_query)

    async def change_place(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        if update.my_chat_member is not None:
            await reception.on_membership(clerk, update.my_chat_member)

    async def migrate(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        if update.message is not None:
            await reception.on_migration(clerk, update.message)

    return [
        CallbackQueryHandler(press),
        InlineQueryHandler(ask_inline),
        ChatMemberHandler(change_place, ChatMemberHandler.MY_CHAT_MEMBER),
        MessageHandler(filters.StatusUpdate.MIGRATE, migrate),
    ]


def _of_other_messages(clerk: Clerk) -> list[_Handler]:
    private = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE
    # What came through our own inline mode is an answer already.
    typed = private & filters.TEXT & ~filters.VIA_BOT
    return [
        MessageHandler(typed & ~filters.COMMAND, _doing(clerk, SEARCH_TEXT)),
        MessageHandler(typed & filters.COMMAND, _doing(clerk, UNKNOWN)),
        MessageHandler(private & filters.ATTACHMENT, _doing(clerk, UNREADABLE)),
    ]


def _doing(clerk: Clerk, command: Command) -> _Callback:
    async def handle(update: Update, _: CallbackContext[Any, Any, Any, Any]) -> None:
        await reception.on_command(clerk, command, update)

    return handle
