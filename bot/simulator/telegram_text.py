"""The text or caption of a call as the server keeps it: parsed, trimmed, measured."""

from __future__ import annotations

from bot.simulator.telegram_html import Parsed, parse_html
from bot.simulator.telegram_wire import Json, bad_request, utf16_length

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_MOST_ENTITIES = 100
_MOST_BYTES = 1 << 15


class Texts:
    """Parses texts; equal ones only once, for a broadcast is one text to many."""

    def __init__(self, remember: int = 256) -> None:
        self._remember = remember
        self._known: dict[tuple[str, str], Parsed] = {}

    def message_text(self, values: Json) -> Json:
        """Fields `text` and `entities` of the new message; ApiError 400 as the real server words it."""
        if not values.get("text"):
            raise bad_request("message text is empty")
        parsed = self._parsed(values, "text", "entities")
        if not parsed.text:
            raise bad_request("text must be non-empty")
        if utf16_length(parsed.text) > TEXT_LIMIT:
            raise bad_request("message is too long")
        return _content("text", "entities", parsed)

    def caption(self, values: Json) -> Json:
        """Fields `caption` and `caption_entities`, none where there is no caption."""
        if not values.get("caption"):
            return {}
        parsed = self._parsed(values, "caption", "caption_entities")
        if utf16_length(parsed.text) > CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        return _content("caption", "caption_entities", parsed) if parsed.text else {}

    def _parsed(self, values: Json, name: str, entities_name: str) -> Parsed:
        raw, mode = str(values[name]), str(values.get("parse_mode") or "").lower()
        given = values.get(entities_name)
        if given:
            return _trimmed(Parsed(text=raw.replace("\r", ""), entities=tuple(_entity_list(given))))
        known = self._known.get((mode, raw))
        if known is None:
            known = _trimmed(_parse(raw.replace("\r", ""), mode))
            if len(self._known) >= self._remember:
                self._known.clear()
            self._known[mode, raw] = known
        return known


def _parse(raw: str, mode: str) -> Parsed:
    if len(raw.encode("utf-8", "replace")) > _MOST_BYTES:
        raise bad_request("text is too long")
    match mode:
        case "html":
            return parse_html(raw)
        case "" | "none":
            return Parsed(text=raw, entities=())
        case _:
            raise bad_request("unsupported parse_mode")


def _entity_list(given: list[Json]) -> list[Json]:
    if not all(isinstance(entity.get(name), int) for entity in given for name in ("offset", "length")):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    return given


def _trimmed(parsed: Parsed) -> Parsed:
    """Outer blanks go, entities shrink with them, the hundred-and-first entity is dropped."""
    text = parsed.text.rstrip()
    stripped = text.lstrip(" \n\t")
    lead = utf16_length(text) - utf16_length(stripped)
    size = utf16_length(stripped)
    kept: list[Json] = []
    for entity in parsed.entities:
        start = max(0, entity["offset"] - lead)
        end = min(size, entity["offset"] + entity["length"] - lead)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return Parsed(text=stripped, entities=tuple(kept[:_MOST_ENTITIES]))


def _content(name: str, entities_name: str, parsed: Parsed) -> Json:
    content: Json = {name: parsed.text}
    if parsed.entities:
        content[entities_name] = list(parsed.entities)
    return content
