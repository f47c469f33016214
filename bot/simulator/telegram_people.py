"""The person's side: what people write, press and do, and what they see."""

from __future__ import annotations

import re
from typing import Unpack

from bot.simulator.telegram_changes import Change
from bot.simulator.telegram_chats import Chat, ChatSettings, MemberStatus, describe_member
from bot.simulator.telegram_faults import Fault
from bot.simulator.telegram_wire import Json, LoggedCall, utf16_length
from bot.simulator.telegram_world import World

ANONYMOUS_ADMIN = 1087968824
_COMMAND = re.compile(r"(?:^|(?<=\s))/[A-Za-z0-9_]{1,64}(?:@\w+)?")


class People:
    """Verbs of people and of whoever arranges the scene; messages are Telegram's Message objects."""

    def __init__(self, world: World) -> None:
        self.world = world

    def chat(self, chat_id: int, **settings: Unpack[ChatSettings]) -> Chat:
        """Make a chat, or change it: state, title, members, topics ..."""
        return self.world.directory.put(chat_id, settings)

    def crowd(self, first_id: int, count: int) -> None:
        """Make *count* chats with ids from *first_id* away from zero."""
        step = 1 if first_id > 0 else -1
        for number in range(count):
            self.chat(first_id + step * number)

    def migrate(self, chat_id: int, new_id: int) -> None:
        """The group becomes a supergroup: both service messages, and the old id answers with the new one."""
        old = self.world.directory.chats[chat_id]
        title, members = str(old.info.get("title", "")), old.members
        new = self.chat(new_id, type="supergroup", title=title, bot_status=old.bot_status, members=members)
        old.state, old.migrated_to = "migrated", new_id
        self._arrive(old, {"migrate_to_chat_id": new_id})
        self._arrive(new, {"migrate_from_chat_id": chat_id})

    def say(
        self,
        chat_id: int,
        text: str,
        *,
        user_id: int | None = None,
        thread_id: int = 0,
        extra: Json | None = None,
    ) -> int:
        """Somebody writes into the chat (made where it is new); the message's id. A blocked bot is unblocked by it."""
        chat = self.world.directory.chats.get(chat_id) or self.chat(chat_id)
        chat.spoken_at = self.world.clock()
        if chat.state == "blocked":
            self.member(chat_id, "member")
        if chat.state == "not_started":
            chat.state = "normal"
        speaker = user_id if user_id is not None else abs(chat_id)
        content: Json = {"text": text}
        if entities := _commands_in(text):
            content["entities"] = entities
        if chat.type != "channel":
            content["from"] = self.world.directory.person(speaker)
            if chat.type != "private":
                chat.members.setdefault(speaker, "member")
        if thread_id:
            content |= {"message_thread_id": thread_id, "is_topic_message": True}
        return self._arrive(chat, content | (extra or {}))

    def say_anonymously(self, chat_id: int, text: str, *, thread_id: int = 0) -> int:
        """An administrator who stays anonymous writes: the sender is the group itself."""
        bot = {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        group = self.world.directory.chats[chat_id].info
        return self.say(
            chat_id, text, user_id=ANONYMOUS_ADMIN, thread_id=thread_id, extra={"from": bot, "sender_chat": group}
        )

    def press(
        self,
        chat_id: int,
        message_id: int,
        *,
        data: str | None = None,
        text: str | None = None,
        user_id: int | None = None,
    ) -> str:
        """Press the button with that data, or whose label holds that text; the query's id. LookupError without one."""
        message = self.world.directory.chats[chat_id].messages[message_id]
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = [button for row in rows for button in row if "callback_data" in button]
        if data is not None:
            chosen = [button for button in buttons if button["callback_data"] == data]
        else:
            chosen = [button for button in buttons if text is not None and text in button["text"]]
        if not chosen:
            raise LookupError(f"no button {data or text!r} under message {message_id}; there are {buttons}")
        return self.press_forged(chat_id, message_id, chosen[0]["callback_data"], user_id=user_id)

    def press_forged(self, chat_id: int, message_id: int, data: str, *, user_id: int | None = None) -> str:
        """Send callback data that no button offers (an old or forged one); the query's id."""
        world, chat = self.world, self.world.directory.chats[chat_id]
        chat.spoken_at = world.clock()
        query_id = str(10**15 + world.fresh_id())
        world.callbacks[query_id] = None
        world.callback_chats[query_id] = chat_id
        gone = {"chat": chat.info, "message_id": message_id, "date": 0}
        query = {
            "id": query_id,
            "from": world.directory.person(user_id if user_id is not None else abs(chat_id)),
            "chat_instance": str(chat_id),
            "message": chat.messages.get(message_id, gone),
            "data": data,
        }
        world.updates.emit("callback_query", query)
        return query_id

    def inline(self, user_id: int, query: str = "", *, offset: str = "") -> str:
        """Type "@bot query" in any chat; the query's id."""
        query_id = str(10**15 + self.world.fresh_id())
        self.world.inlines[query_id] = None
        person = self.world.directory.person(user_id)
        value = {"id": query_id, "from": person, "query": query, "offset": offset, "chat_type": "sender"}
        self.world.updates.emit("inline_query", value)
        return query_id

    def member(self, chat_id: int, status: MemberStatus, *, user_id: int | None = None, by: int | None = None) -> None:
        """The bot (or that user) gets a status in the chat; my_chat_member (or chat_member) tells it."""
        world, bot = self.world, self.world.bot
        chat = world.directory.chats.get(chat_id)
        if chat is None:
            chat = self.chat(chat_id, state="normal" if chat_id > 0 else "left")
        subject = bot["id"] if user_id is None else user_id
        actor = world.directory.person(by if by is not None else abs(chat_id))
        old = world.directory.member(chat, subject)
        if user_id is None:
            _set_bot_status(chat, status)
        else:
            chat.members[user_id] = status
        person = bot if user_id is None else world.directory.person(subject)
        change = {
            "chat": chat.info,
            "from": actor,
            "date": world.today(),
            "old_chat_member": old,
            "new_chat_member": describe_member(person, status),
        }
        world.updates.emit("my_chat_member" if user_id is None else "chat_member", change)
        added = old["status"] in ("left", "kicked") and status in ("member", "administrator")
        if user_id is None and added and chat.type in ("group", "supergroup"):
            self._arrive(chat, {"from": actor, "new_chat_members": [bot]})

    def update(self, kind: str, value: Json) -> int:
        """Queue a raw update of that kind; its id, 0 where the bot did not ask for such ones."""
        return self.world.updates.emit(kind, value)

    def fault(self, fault: Fault) -> None:
        """Order trouble for the next calls."""
        self.world.faults.add(fault)

    def heal(self, *kinds: str) -> None:
        """End ordered trouble of these kinds (none named: all)."""
        self.world.faults.heal(kinds)

    def messages(self, chat_id: int) -> list[Json]:
        """The chat's present messages, edits applied, oldest first."""
        chat = self.world.directory.chats.get(chat_id)
        return list(chat.messages.values()) if chat else []

    def sent(self, chat_id: int, *, after: int = 0) -> list[Json]:
        """The bot's present messages there with an id above *after*."""
        bot_id = self.world.bot["id"]
        return [
            message
            for message in self.messages(chat_id)
            if message["message_id"] > after
            and (message.get("from", {}).get("id") == bot_id or _is_channel_post(message))
        ]

    def calls(self, *methods: str, chat_id: int | None = None, after: int = 0) -> list[LoggedCall]:
        """Logged calls numbered above *after*, of these methods (none named: all), to that chat."""
        return [
            call
            for call in self.world.tally.log
            if call.number > after
            and (not methods or call.method in methods)
            and (chat_id is None or call.parameters.get("chat_id") == chat_id)
        ]

    def answer(self, query_id: str) -> Json | None:
        """What the bot answered to a callback or inline query; None: nothing yet."""
        return self.world.callbacks.get(query_id) or self.world.inlines.get(query_id)

    def stats(self) -> Json:
        """Counts of calls, statuses, accepted messages, violations, duplicates, problems."""
        gate, updates = self.world.gate, self.world.updates
        return self.world.tally.as_json() | {
            "violations": sum(gate.violations.values()),
            "violations_by_scope": dict(gate.violations),
            "violation_list": list(gate.violation_list)[:100],
            "updates_waiting": len(updates.queue),
            "updates_confirmed": updates.confirmed,
            "polling": updates.polling,
            "webhook": updates.webhook.url if updates.webhook else "",
            "unanswered_callbacks": [query for query, answer in self.world.callbacks.items() if answer is None],
        }

    def _arrive(self, chat: Chat, content: Json) -> int:
        message = {"message_id": chat.take_message_id(), "chat": chat.info, "date": self.world.today(), **content}
        if chat.type == "channel":
            message["sender_chat"] = chat.info
        chat.messages[message["message_id"]] = message
        self.world.updates.emit("channel_post" if chat.type == "channel" else "message", message)
        self.world.changes.tell(chat.id, Change(kind="message", message_id=message["message_id"]))
        return int(message["message_id"])


def _commands_in(text: str) -> list[Json]:
    return [
        {"type": "bot_command", "offset": utf16_length(text[: found.start()]), "length": utf16_length(found[0])}
        for found in _COMMAND.finditer(text)
    ]


def _is_channel_post(message: Json) -> bool:
    return "from" not in message and message["chat"]["type"] == "channel"


def _set_bot_status(chat: Chat, status: MemberStatus) -> None:
    if chat.type == "private":
        chat.state = "blocked" if status == "kicked" else "normal"
        return
    match status:
        case "left" | "kicked" | "restricted":
            chat.state = status
        case _:
            chat.state = "normal"
            chat.bot_status = status
