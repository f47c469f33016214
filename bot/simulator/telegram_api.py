"""The Bot API over HTTP: decodes a call, lets trouble happen, executes it, writes it down, answers."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator import telegram_answers, telegram_sending
from bot.simulator.listening import LocalServer, cut
from bot.simulator.telegram_faults import Fault
from bot.simulator.telegram_form import FormReader
from bot.simulator.telegram_wire import ApiError, Call, Json, Outcome, bad_request, too_many_requests
from bot.simulator.telegram_world import World

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_INTEGER = re.compile(r"-?[0-9]{1,19}")
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}
_PROXY_PAGES = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


class BotApi:
    """Answers `/bot<token>/<method>`. `token` may change while it runs: calls with the old one get 401."""

    def __init__(self, world: World, token: str) -> None:
        self.token = token
        self.latency = 0.0
        self._world = world
        self._forms = FormReader()
        self._methods = {**telegram_sending.METHODS, **telegram_answers.METHODS}
        self._names = {name.lower(): name for name in (*self._methods, "getUpdates")}
        described = tomllib.loads(files("bot.simulator").joinpath("telegram_parameters.toml").read_text("utf-8"))
        self._types: Mapping[str, str] = {
            name: kind for kind, names in described["types"].items() for name in names.split()
        }
        common = described["common"]
        self._known: Mapping[str, frozenset[str]] = {
            method: frozenset(f"{names} {common.get(method[:4], '')}".split())
            for method, names in described["methods"].items()
        }

    async def answer(self, request: web.BaseRequest, server: LocalServer) -> web.StreamResponse:
        """The answer to one call of the bot."""
        token, _, name = request.path[4:].partition("/")
        if token != self.token:
            return _refusal(ApiError(401, "Unauthorized"))
        method = self._names.get(name.lower())
        if method is None:
            self._world.tally.problems[f"unknown method {name}"] += 1
            return _refusal(ApiError(404, "Not Found: method not found"))
        try:
            call = await self._decode(request, method)
        except ApiError as error:
            return self._refuse(Call(method=method, values={}), error)
        delay, fault = self._world.faults.for_call(call) if self._world.faults else (0.0, None)
        if delay or (self.latency and method != "getUpdates"):
            await server.pause(delay + self.latency)
        if fault is not None:
            return await self._suffer(request, server, call, fault)
        return await self._execute(request, call)

    async def _execute(self, request: web.BaseRequest, call: Call, fault: str = "") -> web.Response:
        world = self._world
        try:
            if call.method == "getUpdates":
                result: Any = await world.updates.poll(call.values, gone=lambda: _gone(request))
            else:
                result = self._methods[call.method](world, call)
        except ApiError as error:
            # A poll whose caller has left is ended by the next one, but nobody is there to be refused.
            return _refusal(error) if _gone(request) else self._refuse(call, error)
        body = '{"ok":true,"result":' + _ENCODE(result) + "}"
        self._note(call, Outcome(status=0 if fault else 200, result=result, fault=fault))
        return web.Response(body=body.encode("utf-8", "surrogatepass"), content_type="application/json")

    async def _suffer(
        self, request: web.BaseRequest, server: LocalServer, call: Call, fault: Fault
    ) -> web.StreamResponse:
        match fault.kind:
            case "429":
                self._park(call, fault)
                return self._refuse(call, too_many_requests(fault.retry_after), fault.kind)
            case "error":
                return self._fail(call, fault)
            case "drop_after":
                await self._execute(request, call, fault.kind)
                return cut(request)
            case "not_json":
                self._note(call, Outcome(status=200, fault=fault.kind))
                return web.Response(text="<!doctype html><title>Captive portal</title>", content_type="text/html")
            case _:
                self._note(call, Outcome(status=0, fault=fault.kind))
                if fault.kind == "stall":
                    await server.pause(fault.seconds)
                return cut(request)

    def _park(self, call: Call, fault: Fault) -> None:
        chat_id = call.values.get("chat_id")
        scope = None if fault.scope == "global" or not isinstance(chat_id, int) else chat_id
        self._world.gate.park(scope, self._world.clock() + fault.retry_after)

    def _fail(self, call: Call, fault: Fault) -> web.Response:
        if fault.code in _PROXY_PAGES and not fault.description:
            # What stands in front of the real server answers for it, and speaks HTML.
            self._note(call, Outcome(status=fault.code, fault=fault.kind))
            title = f"{fault.code} {_PROXY_PAGES[fault.code]}"
            page = f"<html><head><title>{title}</title></head><body><center><h1>{title}</h1></center></body></html>"
            return web.Response(status=fault.code, text=page, content_type="text/html")
        words = fault.description or "Internal Server Error"
        return self._refuse(call, ApiError(fault.code, words), fault.kind)

    def _refuse(self, call: Call, error: ApiError, fault: str = "") -> web.Response:
        self._note(call, Outcome(status=error.code, description=error.description, fault=fault))
        return _refusal(error)

    def _note(self, call: Call, outcome: Outcome) -> None:
        self._world.tally.note(call, self._world.clock(), outcome)
        self._world.changes.wake()

    async def _decode(self, request: web.BaseRequest, method: str) -> Call:
        raw: dict[str, Any] = dict(request.query) if request.query_string else {}
        uploads: dict[str, bytes] = {}
        match request.content_type:
            case "multipart/form-data":
                await _read_parts(request, raw, uploads)
            case "application/json":
                raw |= _json_values(await request.read())
            case _:
                raw |= self._form_values(await request.read())
        values = {name: self._value(name, value) for name, value in raw.items()}
        if unknown := values.keys() - self._known[method]:
            for name in unknown:
                self._world.tally.problems[f"{method}: unknown parameter {name}"] += 1
        return Call(method=method, values=values, files=uploads)

    def _form_values(self, body: bytes) -> dict[str, str]:
        try:
            return self._forms.values(body.decode("ascii"))
        except ValueError as error:
            raise bad_request("strings must be encoded in UTF-8") from error

    def _value(self, name: str, value: Any) -> Any:
        match self._types.get(name):
            case "chat":
                return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value) else value
            case "integer":
                return _integer(name, value)
            case "boolean":
                return _TRUTHS.get(value.lower(), value) if isinstance(value, str) else value
            case "object" | "objects" | "array" as shape:
                return _structure(name, value, shape)
            case _:
                return value


def _integer(name: str, value: Any) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    if isinstance(value, int):
        return value
    raise bad_request(f'field "{name}" must be a valid Number')


def _structure(name: str, value: Any, shape: str) -> Any:
    """The JSON of a parameter, itself or as text; None where it is empty."""
    refusal = bad_request(f"can't parse {name.replace('_', ' ')} JSON object")
    if isinstance(value, str):
        try:
            value = json.loads(value or "null")
        except ValueError as error:
            raise refusal from error
    wanted = dict if shape == "object" else list
    if value is not None and not isinstance(value, wanted):
        raise refusal
    if shape == "objects" and not all(isinstance(part, dict) for part in value or ()):
        raise refusal
    return value


def _json_values(body: bytes) -> dict[str, Any]:
    try:
        values = json.loads(body or b"{}")
    except ValueError as error:
        raise bad_request("can't parse JSON object") from error
    if not isinstance(values, dict):
        raise bad_request("object expected as request body")
    return values


def _gone(request: web.BaseRequest) -> bool:
    return request.transport is None or request.transport.is_closing()


async def _read_parts(request: web.BaseRequest, raw: dict[str, Any], uploads: dict[str, bytes]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise bad_request("nested multipart is not understood")
        data = bytes(await part.read(decode=False))
        if part.filename is None:
            raw[part.name or ""] = data.decode()
        else:
            uploads[part.name or ""] = data


def _refusal(error: ApiError) -> web.Response:
    body: Json = error.body()
    return web.Response(status=error.code, body=_ENCODE(body).encode(), content_type="application/json")
