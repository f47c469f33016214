"""The chat page in the browser: choose a chat at `/`, be that person at `/chat/<id>`.

Hooks for tests: `[data-role=chat-list] a[data-chat-id]`, `[data-role=new-person]`, `[data-role=messages]` with
`[data-message-id]` (`data-from="bot"|"person"`, `data-edited` once edited), `[data-button]` on keyboard buttons,
`[data-role=composer]` (textarea `[data-role=text]`, `[data-role=send]`), `[data-role=start]`, `[data-role=toast]`,
`[data-role=card]` on link previews, `[data-role=commands]`, `[data-role=block]`; `body[data-live]` once updates flow.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from bot.simulator.browser_pages import BrowserPages, from_elsewhere
from bot.simulator.listening import LocalServer
from bot.simulator.telegram_changes import Change
from bot.simulator.telegram_chats import Chat
from bot.simulator.telegram_people import People
from bot.simulator.telegram_previews import Previews
from bot.simulator.telegram_views import full_name, view_bubble, view_entry
from bot.simulator.telegram_wire import Json

_SHOWN_CHATS, _SHOWN_MESSAGES = 50, 200
_FIRST_PERSON = 1001
_HEARTBEAT = 15.0


class ChatPages:
    """Answers everything that a browser asks of the pretend Telegram."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._world = people.world
        self._previews = Previews()
        self._pages: BrowserPages | None = None

    async def answer(self, request: web.BaseRequest, server: LocalServer) -> web.StreamResponse:
        """The page, event stream, file or deed of that path; 404 where there is none."""
        path = request.path
        if found := re.fullmatch(r"/chat/(-?\d{1,19})(?:/(\w+))?", path):
            return await self._chat_path(request, server, int(found[1]), found[2] or "")
        if path == "/" and request.method == "GET":
            return self._browser().page("chat_choice.html", self._frame(None))
        if path == "/people" and request.method == "POST" and not from_elsewhere(request):
            return self._new_person()
        if path == "/preview":
            return web.json_response(await self._previews.card(request.query.get("url", "")))
        folder, _, name = path.removeprefix("/").partition("/")
        return self._browser().asset(name) if folder == "assets" else self._file(path)

    def _browser(self) -> BrowserPages:
        if self._pages is None:
            self._pages = BrowserPages({})
        return self._pages

    async def _chat_path(
        self, request: web.BaseRequest, server: LocalServer, chat_id: int, what: str
    ) -> web.StreamResponse:
        chat = self._world.directory.chats.get(chat_id)
        if chat is None:
            if chat_id <= 0:
                return web.Response(status=404, text="Không có nhóm hoặc kênh này.")
            chat = self._people.chat(chat_id, state="not_started")
        if request.method == "POST":
            return await self._deed(request, chat, what)
        match what:
            case "":
                bubbles = [
                    view_bubble(chat, message, self._world.bot)
                    for message in list(chat.messages.values())[-_SHOWN_MESSAGES:]
                ]
                return self._browser().page("chat.html", {"bubbles": bubbles, **self._frame(chat)})
            case "events":
                return await self._events(request, server, chat)
            case "commands":
                return web.json_response(self._commands())
            case _:
                return web.Response(status=404, text="Không có trang này.")

    async def _deed(self, request: web.BaseRequest, chat: Chat, what: str) -> web.Response:
        """What the person does: say, press, block. JSON only, so that no foreign form can do it."""
        if from_elsewhere(request) or request.content_type != "application/json":
            return web.json_response({"error": "Chỉ nhận từ trang này."}, status=403)
        try:
            given: Any = json.loads(await request.read())
            if not isinstance(given, dict):
                raise TypeError("cần một đối tượng JSON")
            return web.json_response(self._do(chat, what, given))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": f"Không làm được: {error}"}, status=400)

    def _do(self, chat: Chat, what: str, given: dict[str, Any]) -> Json:
        people, user_id = self._people, int(given.get("user_id") or abs(chat.id))
        match what:
            case "say":
                text = str(given["text"]).strip()
                if not text:
                    raise ValueError("tin nhắn trống")
                return {"message_id": people.say(chat.id, text[:4096], user_id=user_id)}
            case "press":
                pressed = people.press(chat.id, int(given["message_id"]), data=str(given["data"]), user_id=user_id)
                return {"query_id": pressed}
            case "block":
                people.member(chat.id, "kicked")
                return {"state": chat.state}
            case _:
                raise ValueError(f"không rõ {what!r}")

    def _new_person(self) -> web.Response:
        chats = self._world.directory.chats
        taken = [chat_id for chat_id, chat in chats.items() if chat.type == "private" and chat_id >= _FIRST_PERSON]
        chat_id = max(taken, default=_FIRST_PERSON - 1) + 1
        self._people.chat(chat_id, state="not_started")
        return web.Response(status=303, headers={"Location": f"/chat/{chat_id}"})

    def _file(self, path: str) -> web.Response:
        data = self._world.files.get(path.removeprefix("/file/"))
        if data is None:
            return web.Response(status=404, text="Không có trang này.")
        kind = "image/png" if data.startswith(b"\x89PNG") else "application/octet-stream"
        kind = "image/jpeg" if data.startswith(b"\xff\xd8") else kind
        return web.Response(body=data, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    async def _events(self, request: web.BaseRequest, server: LocalServer, chat: Chat) -> web.StreamResponse:
        """Server-sent events: first all present messages, then each change as it happens."""
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        changes = self._world.changes.listen(chat.id)
        closing = asyncio.ensure_future(server.closing.wait())
        try:
            shown = list(chat.messages)[-_SHOWN_MESSAGES:]
            await stream.write(_event("present", {"ids": shown}))
            for number in shown:
                await stream.write(self._told(chat, Change(kind="message", message_id=number)))
            while not server.closing.is_set():
                waiting = asyncio.ensure_future(changes.get())
                await asyncio.wait({waiting, closing}, timeout=_HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
                if waiting.done():
                    await stream.write(self._told(chat, waiting.result()))
                else:
                    waiting.cancel()
                    await stream.write(b": still here\n\n")
        except ConnectionError:
            # The browser has left; so do we.
            return stream
        finally:
            closing.cancel()
            self._world.changes.leave(chat.id, changes)
        return stream

    def _told(self, chat: Chat, change: Change) -> bytes:
        message = chat.messages.get(change.message_id)
        if message is not None and change.kind in ("message", "edit"):
            html = self._browser().text("chat_bubble.html", {"bubble": view_bubble(chat, message, self._world.bot)})
            return _event("message", {"id": change.message_id, "html": html})
        if change.kind in ("message", "edit"):
            return _event("delete", {"id": change.message_id})
        return _event(change.kind, {"id": change.message_id, "text": change.text})

    def _frame(self, chat: Chat | None) -> dict[str, object]:
        directory = self._world.directory
        listed = [view_entry(other) for other in list(directory.chats.values())[-_SHOWN_CHATS:][::-1]]
        frame: dict[str, object] = {"bot": self._world.bot, "chats": listed, "chat": view_entry(chat) if chat else {}}
        if chat is not None:
            frame["description"] = self._setting("description")
            frame["speakers"] = self._speakers(chat)
        return frame

    def _speakers(self, chat: Chat) -> list[Json]:
        """Whom the person at the page may be in a group: its members, then everybody who exists."""
        directory = self._world.directory
        if chat.type in ("private", "channel"):
            return []
        users = list(dict.fromkeys([*chat.members, *list(directory.people)[:_SHOWN_CHATS]]))
        return [{"id": user, "name": full_name(directory.person(user))} for user in users]

    def _setting(self, name: str) -> str:
        settings = self._world.settings
        return str(settings.get((name, "vi")) or settings.get((name, "")) or "")

    def _commands(self) -> list[Json]:
        settings = self._world.settings
        for scope in ("all_private_chats", "default"):
            for language in ("vi", ""):
                found = settings.get(("commands", str([("type", scope)]), language))
                if found:
                    return list(found)
        return []


def _event(kind: str, value: Json) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n".encode()
