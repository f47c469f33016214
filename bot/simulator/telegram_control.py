"""The person's side over HTTP, for a simulator in a process of its own: POST /sim/<verb> with JSON, GET /sim/<what>.

POST say, say_anonymously, press, press_forged, inline, member, chat, crowd, migrate, update, fault, heal, limits,
token, latency: the body's fields are the arguments of the verb of the same name; an array does many at once.
GET log?after=&method=&chat_id=, stats, count (a few numbers, cheap to ask for often), chats, messages/<chat>,
sent/<chat>?after=, answer/<query>.
Answers are {"result": ...}, or {"error": "..."} with 400.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from aiohttp import web

from bot.simulator.browser_pages import from_elsewhere
from bot.simulator.telegram_api import BotApi
from bot.simulator.telegram_faults import Fault
from bot.simulator.telegram_limits import Limits
from bot.simulator.telegram_people import People
from bot.simulator.telegram_wire import Json


class Control:
    """Answers `/sim/...`."""

    def __init__(self, people: People, api: BotApi) -> None:
        self._people = people
        self._api = api
        self._verbs: Mapping[str, Callable[..., object]] = {
            "say": people.say,
            "say_anonymously": people.say_anonymously,
            "press": people.press,
            "press_forged": people.press_forged,
            "inline": people.inline,
            "member": people.member,
            "chat": self._chat,
            "crowd": people.crowd,
            "migrate": people.migrate,
            "update": people.update,
            "fault": self._fault,
            "heal": self._heal,
            "limits": self._limits,
            "token": self._token,
            "latency": self._latency,
        }
        self._sums: Mapping[str, Callable[[], object]] = {
            "stats": people.stats,
            "count": self._count,
            "chats": self._chats,
        }

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """The result of one verb, or what stands in its way."""
        what, _, rest = request.path.removeprefix("/sim/").partition("/")
        try:
            if request.method == "GET":
                return _result(self._look(what, rest, request.query))
            if from_elsewhere(request):
                return web.json_response({"error": "posted from another site"}, status=403)
            verb = self._verbs[what]
            given = json.loads(await request.read() or b"{}")
            return _result([verb(**one) for one in given] if isinstance(given, list) else verb(**given))
        except (KeyError, LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _look(self, what: str, rest: str, query: Mapping[str, str]) -> object:
        people, after = self._people, int(query.get("after", "0"))
        match what:
            case "log":
                return self._log(query, after)
            case "messages":
                return people.messages(int(rest))
            case "sent":
                return people.sent(int(rest), after=after)
            case "answer":
                return people.answer(rest)
            case _:
                return self._sums[what]()

    def _log(self, query: Mapping[str, str], after: int) -> list[Json]:
        methods = [name for name in query.get("method", "").split(",") if name]
        chat_id = int(query["chat_id"]) if "chat_id" in query else None
        return [call.as_json() for call in self._people.calls(*methods, chat_id=chat_id, after=after)]

    def _count(self) -> Json:
        tally = self._people.world.tally
        return {"accepted": tally.accepted, "first_accepted": tally.first_at, "last_accepted": tally.last_at}

    def _chats(self) -> list[Json]:
        return [chat.info | {"state": chat.state} for chat in self._people.world.directory.chats.values()]

    def _chat(self, chat_id: int, **settings: Any) -> Json:
        chat = self._people.chat(chat_id, **settings)
        return chat.info | {"state": chat.state}

    def _fault(self, **order: Any) -> None:
        self._people.fault(Fault(**{**order, "methods": tuple(order.get("methods", ()))}))

    def _heal(self, kinds: tuple[str, ...] = ()) -> None:
        self._people.heal(*kinds)

    def _limits(self, **changes: Any) -> Json:
        limits, known = self._people.world.gate.limits, [field.name for field in fields(Limits)]
        for name, value in changes.items():
            if name not in known:
                raise LookupError(f"no limit {name!r}; there are {', '.join(known)}")
            setattr(limits, name, value)
        return {name: getattr(limits, name) for name in known}

    def _token(self, token: str) -> None:
        self._api.token = token

    def _latency(self, seconds: float) -> None:
        self._api.latency = seconds


def _result(value: object) -> web.Response:
    return web.json_response({"result": value}, dumps=lambda body: json.dumps(body, ensure_ascii=False))
