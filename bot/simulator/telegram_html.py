"""parse_mode=HTML, as strict as the real server and with its error texts.

Source of the rules: tdlib, MessageEntity.cpp.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import urlsplit

from bot.simulator.telegram_wire import Json, bad_request, utf16_length

_ENTITY_OF_TAG = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\0\v"
_REFERENCE = re.compile(r"&(?:#[xX](?P<hex>[0-9a-fA-F]{1,7})|#(?P<dec>[0-9]{1,7})|(?P<name>[a-zA-Z]+));?")
_NAME = re.compile(rf"[^{_SPACE}>]*")
_BLANK = re.compile(rf"[{_SPACE}]*")
_ATTRIBUTE = re.compile(
    rf"""(?P<name>[^{_SPACE}=>/"']*)[{_SPACE}]*"""
    rf"""(?P<equals>=[{_SPACE}]*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[A-Za-z0-9.-]*)))?"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Plain text and its entities, sorted by offset, the longer first; offsets and lengths in UTF-16 units."""

    text: str
    entities: tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OpenTag:
    name: str
    attributes: dict[str, str]
    offset: int
    piece: int


def parse_html(source: str) -> Parsed:
    """Text and entities of *source*; ApiError 400 "can't parse entities: ..." where the real server refuses it."""
    if "<" not in source:
        return Parsed(text=_decode(source), entities=())
    parser = _Parser(source)
    position = 0
    while (start := source.find("<", position)) >= 0:
        parser.write(source[position:start])
        position = parser.end_tag(start) if source.startswith("/", start + 1) else parser.start_tag(start)
    parser.write(source[position:])
    return parser.finish()


def accepted_url(url: str) -> str:
    """The link as Telegram keeps it; empty where it drops it without a word."""
    if url.startswith(("tg://", "ton://")):
        return url
    full = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(full)
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or re.search(r"[\s<>\"]", parts.netloc):
        return ""
    return full if "." in host else ""


def _decode(text: str) -> str:
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    if name := found["name"]:
        return _NAMED.get(name, found[0])
    code = int(found["hex"], 16) if found["hex"] else int(found["dec"])
    if code == 0 or code >= 0x10FFFF:
        return found[0]
    if 0xD800 <= code <= 0xDFFF:
        raise bad_request(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code)


class _Parser:
    __slots__ = ("entities", "offset", "pieces", "source", "stack")

    def __init__(self, source: str) -> None:
        self.source = source
        self.offset = 0
        self.pieces: list[str] = []
        self.entities: list[Json] = []
        self.stack: list[_OpenTag] = []

    def refuse(self, words: str, start: int | None = None) -> NoReturn:
        place = "" if start is None else f" at byte offset {len(self.source[:start].encode())}"
        raise bad_request(f"can't parse entities: {words.replace('@', place) if '@' in words else words + place}")

    def write(self, raw: str) -> None:
        if raw:
            text = _decode(raw)
            self.pieces.append(text)
            self.offset += utf16_length(text)

    def start_tag(self, start: int) -> int:
        end, name = self._name(start + 1)
        if end >= len(self.source):
            self.refuse("Unclosed start tag", start)
        if name not in _ENTITY_OF_TAG:
            self.refuse(f'Unsupported start tag "{name}"', start)
        end, attributes = self._attributes(start, end, name)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            self.refuse('Tag "span" must have class "tg-spoiler"', start)
        self.stack.append(_OpenTag(name=name, attributes=attributes, offset=self.offset, piece=len(self.pieces)))
        return end + 1

    def end_tag(self, start: int) -> int:
        if not self.stack:
            self.refuse("Unexpected end tag", start)
        end, found = self._name(start + 2)
        end = self._skip_blank(end)
        if not self.source.startswith(">", end):
            self.refuse("Unclosed end tag", start)
        tag = self.stack.pop()
        if found and found != tag.name:
            self.refuse(f'Unmatched end tag@, expected "</{tag.name}>", found "</{found}>"', start)
        if self.offset > tag.offset:
            self._keep(tag)
        return end + 1

    def finish(self) -> Parsed:
        if self.stack:
            self.refuse(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].name}"')
        ordered = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Parsed(text="".join(self.pieces), entities=tuple(ordered))

    def _name(self, start: int) -> tuple[int, str]:
        found = _NAME.match(self.source, start)
        assert found is not None
        return found.end(), found[0].lower()

    def _skip_blank(self, start: int) -> int:
        found = _BLANK.match(self.source, start)
        assert found is not None
        return found.end()

    def _attributes(self, start: int, position: int, tag: str) -> tuple[int, dict[str, str]]:
        attributes: dict[str, str] = {}
        size = len(self.source)
        while True:
            position = self._skip_blank(position)
            if position >= size:
                self.refuse("Unclosed start tag", start)
            if self.source[position] == ">":
                return position, attributes
            found = _ATTRIBUTE.match(self.source, position)
            assert found is not None
            if not found["name"]:
                self.refuse(f'Empty attribute name in the tag "{tag}"', start)
            position = found.end()
            attributes[found["name"]] = self._value(found, start, tag)

    def _value(self, found: re.Match[str], start: int, tag: str) -> str:
        following = self.source[found.end() : found.end() + 1]
        if not found["equals"]:
            if not following:
                self.refuse(f'Unclosed start tag "{tag}"', start)
            return ""
        if found["bare"] is None:
            return _decode(found["double"] if found["double"] is not None else found["single"])
        if not following or following in "\"'":
            self.refuse("Unclosed start tag", start)
        if following not in _SPACE + ">":
            self.refuse("Unexpected end of name token", found.start("bare"))
        return found["bare"].lower()

    def _keep(self, tag: _OpenTag) -> None:
        entity: Json = {"type": _ENTITY_OF_TAG[tag.name], "offset": tag.offset, "length": self.offset - tag.offset}
        match tag.name:
            case "a":
                # Without href the text itself is the address; an address Telegram dislikes leaves plain text.
                url = accepted_url(tag.attributes.get("href") or "".join(self.pieces[tag.piece :]))
                if not url:
                    return
                entity["url"] = url
            case "blockquote" if "expandable" in tag.attributes:
                entity["type"] = "expandable_blockquote"
            case "code":
                self._keep_code(tag, entity)
                return
            case "pre":
                self._keep_pre(entity)
                return
            case "tg-emoji":
                entity["custom_emoji_id"] = tag.attributes.get("emoji-id", "")
                if not entity["custom_emoji_id"].isdigit():
                    self.refuse("Invalid custom emoji identifier specified")
        self.entities.append(entity)

    def _keep_code(self, tag: _OpenTag, entity: Json) -> None:
        language = tag.attributes.get("class", "")
        inside_pre = bool(self.stack) and self.stack[-1].name == "pre"
        if language.startswith("language-") and inside_pre:
            entity["language"] = language.removeprefix("language-")
        self.entities.append(entity)

    def _keep_pre(self, entity: Json) -> None:
        last = self.entities[-1] if self.entities else {}
        if last.get("language") and (last["offset"], last["length"]) == (entity["offset"], entity["length"]):
            last["type"] = "pre"
        else:
            self.entities.append(entity)
