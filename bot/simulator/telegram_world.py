"""Everything that one pretend Telegram knows, and the steps its methods share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.simulator.telegram_changes import Change, Changes
from bot.simulator.telegram_chats import Chat, Directory
from bot.simulator.telegram_faults import Faults
from bot.simulator.telegram_keyboard import inline_keyboard
from bot.simulator.telegram_limits import FloodGate, Limits
from bot.simulator.telegram_tally import Tally
from bot.simulator.telegram_text import Texts
from bot.simulator.telegram_updates import Updates
from bot.simulator.telegram_wire import Json, bad_request

_MOST_FILES = 200


class World:
    """The state behind the methods. `clock` is monotonic and judges limits; `wall` gives the dates people see."""

    def __init__(
        self, bot: Json, *, limits: Limits, clock: Callable[[], float], wall: Callable[[], float], log_size: int
    ) -> None:
        self.bot = bot
        self.clock = clock
        self.wall = wall
        self.directory = Directory(bot)
        self.gate = FloodGate(limits)
        self.faults = Faults()
        self.tally = Tally(log_size)
        self.changes = Changes()
        self.texts = Texts()
        self.updates = Updates(wake=self.changes.wake)
        self.callbacks: dict[str, Json | None] = {}
        self.callback_chats: dict[str, int] = {}
        self.inlines: dict[str, Json | None] = {}
        self.settings: dict[tuple[str, ...], Any] = {}
        self.files: dict[str, bytes] = {}
        self._ids = 0

    def fresh_id(self) -> int:
        """A number that this server has not given yet."""
        self._ids += 1
        return self._ids

    def today(self) -> int:
        """Now, as the dates of messages are written: Unix seconds."""
        return int(self.wall())

    def keep_file(self, data: bytes) -> str:
        """A file_id for uploaded bytes; the oldest are forgotten."""
        if len(self.files) >= _MOST_FILES:
            del self.files[next(iter(self.files))]
        file_id = f"upload-{self.fresh_id()}"
        self.files[file_id] = data
        return file_id

    def pay(self, chat: Chat, values: Json, cost: int) -> None:
        """Take *cost* messages from the limits; ApiError 429 where they are used up."""
        paid = values.get("allow_paid_broadcast") is True and self.gate.limits.paid_per_second > 0
        now = self.clock()
        self.gate.admit(chat.id, now=now, cost=cost, budget="paid" if paid else "free")
        self.tally.paid += cost if paid else 0
        self.tally.accept(now, cost=cost)

    def post(self, values: Json, contents: list[Json]) -> list[Json]:
        """New messages of the bot, one for each content, after every check in the order of the real server."""
        chat = self.directory.find(values.get("chat_id"))
        chat.require_writable()
        markup = inline_keyboard(values)
        chat.require_topic(values.get("message_thread_id") or 0)
        frame = self._frame(chat, values)
        self.pay(chat, values, len(contents))
        chat.require_reachable()
        messages = []
        for content in contents:
            message = {"message_id": chat.take_message_id(), **frame, **content}
            if markup and "inline_keyboard" in markup:
                message["reply_markup"] = markup
            self._deliver(chat, message)
            messages.append(message)
        return messages

    def _frame(self, chat: Chat, values: Json) -> Json:
        sender = {"sender_chat": chat.info} if chat.type == "channel" else {"from": self.bot}
        frame: Json = {**sender, "chat": chat.info, "date": self.today()}
        thread = values.get("message_thread_id")
        if thread and chat.info.get("is_forum"):
            frame |= {"message_thread_id": thread, "is_topic_message": True}
        if replied := self._replied(chat, values):
            frame["reply_to_message"] = {name: value for name, value in replied.items() if name != "reply_to_message"}
        if options := values.get("link_preview_options"):
            frame["link_preview_options"] = options
        return frame

    def _replied(self, chat: Chat, values: Json) -> Json | None:
        reply = values.get("reply_parameters") or {}
        wanted = reply.get("message_id") or values.get("reply_to_message_id")
        lenient = reply.get("allow_sending_without_reply") or values.get("allow_sending_without_reply")
        if wanted and wanted not in chat.messages and not lenient:
            raise bad_request("message to be replied not found")
        return chat.messages.get(wanted) if wanted else None

    def _deliver(self, chat: Chat, message: Json) -> None:
        chat.messages[message["message_id"]] = message
        text = message.get("text") or message.get("caption") or str(message["message_id"])
        self.tally.delivered(chat.id, text, at=self.clock(), spoken_at=chat.spoken_at)
        self.changes.tell(chat.id, Change(kind="message", message_id=message["message_id"]))
