"""Methods that put messages into chats, change them and take them away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from bot.simulator.telegram_changes import Change
from bot.simulator.telegram_chats import Chat
from bot.simulator.telegram_html import accepted_url
from bot.simulator.telegram_keyboard import inline_keyboard
from bot.simulator.telegram_wire import Call, Json, bad_request
from bot.simulator.telegram_world import World

Method: TypeAlias = Callable[[World, Call], Any]

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_PHOTO_WIDTHS = (90, 320, 800)


def send_message(world: World, call: Call) -> Json:
    """sendMessage."""
    return world.post(call.values, [world.texts.message_text(call.values)])[0]


def send_photo(world: World, call: Call) -> Json:
    """sendPhoto."""
    return world.post(call.values, [_media(world, call, call.values, "photo", "photo")])[0]


def send_document(world: World, call: Call) -> Json:
    """sendDocument."""
    return world.post(call.values, [_media(world, call, call.values, "document", "document")])[0]


def send_media_group(world: World, call: Call) -> list[Json]:
    """sendMediaGroup: an album of 2 to 10 photos, or of documents."""
    media = call.values.get("media")
    if media is None:
        raise bad_request("can't parse media JSON object")
    if len(media) > 10:
        raise bad_request("too many messages to send as an album")
    if not media:
        raise bad_request("there are no messages to send")
    kinds = {part.get("type") for part in media}
    if len(kinds) > 1 or not kinds <= {"photo", "document"}:
        raise bad_request("can't use the media of the specified type in the album")
    group = {"media_group_id": str(world.fresh_id())}
    contents = [_media(world, call, part, part["type"], "media") | group for part in media]
    return world.post(call.values, contents)


def edit_message_text(world: World, call: Call) -> Any:
    """editMessageText."""
    content = {"entities": None, "link_preview_options": call.values.get("link_preview_options")}
    return _edit(world, call, content | world.texts.message_text(call.values), "text")


def edit_message_caption(world: World, call: Call) -> Any:
    """editMessageCaption."""
    content = {"caption": None, "caption_entities": None}
    return _edit(world, call, content | world.texts.caption(call.values), "caption")


def edit_message_reply_markup(world: World, call: Call) -> Any:
    """editMessageReplyMarkup."""
    return _edit(world, call, {}, "")


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage."""
    chat = _chat(world, call)
    message = _message(chat, call.values.get("message_id"), "message to delete")
    _remove(world, chat, message["message_id"])
    return True


def delete_messages(world: World, call: Call) -> bool:
    """deleteMessages: those that exist; the others are passed over."""
    chat, numbers = _chat(world, call), call.values.get("message_ids")
    if not isinstance(numbers, list) or not numbers:
        raise bad_request("message identifiers are not specified")
    if len(numbers) > 100:
        raise bad_request("too many message identifiers specified")
    for number in numbers:
        if isinstance(number, int) and number in chat.messages:
            _remove(world, chat, number)
    return True


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction: the person sees "typing"."""
    if not call.values.get("action"):
        raise bad_request("wrong parameter action in request")
    world.changes.tell(_chat(world, call).id, Change(kind="typing"))
    return True


def pin_chat_message(world: World, call: Call) -> bool:
    """pinChatMessage."""
    chat = _chat(world, call)
    message = _message(chat, call.values.get("message_id"), "message to pin")
    if chat.type != "private" and chat.bot_status != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    chat.pinned = message["message_id"]
    return True


def _edit(world: World, call: Call, content: Json, needed: str) -> Any:
    """The message with *content* (None takes a field away) and the call's keyboard; an old keyboard goes."""
    if call.values.get("inline_message_id"):
        inline_keyboard(call.values)
        return True
    chat = _chat(world, call)
    chat.require_reachable()
    message = _message(chat, call.values.get("message_id"), "message to edit")
    _require_own(world, chat, message)
    if needed == "text" and "text" not in message:
        raise bad_request("there is no text in the message to edit")
    if needed == "caption" and not {"photo", "document"} & message.keys():
        raise bad_request("there is no caption in the message to edit")
    fields = {**message, **content, "reply_markup": inline_keyboard(call.values)}
    changed = {name: value for name, value in fields.items() if value is not None}
    if changed == message:
        raise bad_request(NOT_MODIFIED)
    if world.gate.limits.count_edits:
        world.pay(chat, call.values, 1)
    chat.messages[message["message_id"]] = changed | {"edit_date": world.today()}
    world.tally.edits += 1
    world.changes.tell(chat.id, Change(kind="edit", message_id=message["message_id"]))
    return chat.messages[message["message_id"]]


def _require_own(world: World, chat: Chat, message: Json) -> None:
    own = chat.type == "channel" or message.get("from", {}).get("id") == world.bot["id"]
    if not own:
        raise bad_request("message can't be edited")


def _chat(world: World, call: Call) -> Chat:
    chat = world.directory.find(call.values.get("chat_id"))
    chat.require_writable()
    return chat


def _message(chat: Chat, number: object, what: str) -> Json:
    message = chat.messages.get(number) if isinstance(number, int) else None
    if message is None:
        raise bad_request(f"{what} not found")
    return message


def _remove(world: World, chat: Chat, number: int) -> None:
    del chat.messages[number]
    world.changes.tell(chat.id, Change(kind="delete", message_id=number))


def _media(world: World, call: Call, values: Json, kind: str, field: str) -> Json:
    """Content fields of a photo or document given as address, file_id, attach:// or upload."""
    file_id, size = _file(world, call, values.get(field), kind)
    caption = world.texts.caption(values)
    if kind == "document":
        return {"document": {"file_id": file_id, "file_unique_id": file_id, "file_size": size}} | caption
    sizes = [
        {"file_id": file_id, "file_unique_id": file_id, "width": width, "height": width * 9 // 16, "file_size": size}
        for width in _PHOTO_WIDTHS
    ]
    return {"photo": sizes} | caption


def _file(world: World, call: Call, given: object, kind: str) -> tuple[str, int]:
    upload = kind
    if isinstance(given, str) and given.startswith("attach://"):
        upload, given = given.removeprefix("attach://"), None
    if isinstance(given, str) and given:
        if given in world.files:
            return given, len(world.files[given])
        if not given.startswith(("http://", "https://")):
            raise bad_request("wrong file identifier/HTTP URL specified")
        if not accepted_url(given):
            raise bad_request("wrong HTTP URL specified")
        # The address stands in for the file: the chat page shows the picture from there.
        return given, 0
    if upload not in call.files:
        raise bad_request(f"there is no {kind} in the request")
    data = call.files[upload]
    if not data:
        raise bad_request("file must be non-empty")
    if kind == "photo" and not data.startswith(_PICTURES):
        raise bad_request("IMAGE_PROCESS_FAILED")
    return world.keep_file(data), len(data)


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "sendMessage": send_message,
        "sendPhoto": send_photo,
        "sendDocument": send_document,
        "sendMediaGroup": send_media_group,
        "sendChatAction": send_chat_action,
        "editMessageText": edit_message_text,
        "editMessageCaption": edit_message_caption,
        "editMessageReplyMarkup": edit_message_reply_markup,
        "deleteMessage": delete_message,
        "deleteMessages": delete_messages,
        "pinChatMessage": pin_chat_message,
    }
)
