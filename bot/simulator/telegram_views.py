"""What the chat page's templates show: an entry of the list, and a bubble."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from bot.simulator.telegram_bubbles import preview_address, rich_text
from bot.simulator.telegram_chats import Chat
from bot.simulator.telegram_wire import Json

_VIETNAM = timezone(timedelta(hours=7))
_KINDS = {"private": "Trò chuyện riêng", "channel": "Kênh", "group": "Nhóm", "supergroup": "Nhóm"}
_WORDLESS = {
    "photo": "Ảnh",
    "document": "Tệp",
    "new_chat_members": "Bot được thêm vào nhóm",
    "migrate_to_chat_id": "Nhóm đã thành siêu nhóm",
    "migrate_from_chat_id": "Siêu nhóm tiếp nối nhóm cũ",
}


def full_name(person: Json) -> str:
    """Family name first, as Vietnamese names are written."""
    return f"{person.get('last_name', '')} {person.get('first_name', '')}".strip() or str(person.get("title", "Ai đó"))


def view_entry(chat: Chat) -> Json:
    """A chat in the list."""
    last = next(reversed(chat.messages.values()), None)
    title = str(chat.info.get("title") or full_name(chat.info))
    return {
        "id": chat.id,
        "title": title,
        "kind": _KINDS[chat.type],
        "type": chat.type,
        "initial": title[:1].upper(),
        "tint": abs(chat.id) % 6,
        "last": _gist(last) if last else "",
    }


def view_bubble(chat: Chat, message: Json, bot: Json) -> Json:
    """A message in the conversation; `html` is safe, the rest is escaped by the template."""
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    sender, options = message.get("from", {}), message.get("link_preview_options") or {}
    sent_at = datetime.fromtimestamp(message["date"], UTC).astimezone(_VIETNAM)
    return {
        "id": message["message_id"],
        "side": "bot" if sender.get("id") == bot["id"] or chat.type == "channel" else "person",
        "author": full_name(sender) if chat.type in ("group", "supergroup") else "",
        "html": rich_text(text, entities),
        "service": "" if text or "photo" in message or "document" in message else _gist(message),
        "rows": message.get("reply_markup", {}).get("inline_keyboard", []),
        "time": f"{sent_at:%H:%M}",
        "day": f"{sent_at:%d/%m/%Y}",
        "stamp": sent_at.isoformat(),
        "edited": "edit_date" in message,
        "photo": _picture(message),
        "document": message.get("document", {}).get("file_id", ""),
        "preview": preview_address(message),
        "large": bool(options.get("prefer_large_media")),
        "above": bool(options.get("show_above_text")),
        "reply": _gist(message["reply_to_message"]) if "reply_to_message" in message else "",
    }


def _picture(message: Json) -> str:
    if "photo" not in message:
        return ""
    file_id = str(message["photo"][-1]["file_id"])
    return file_id if file_id.startswith(("http://", "https://")) else f"/file/{file_id}"


def _gist(message: Json) -> str:
    if text := message.get("text") or message.get("caption"):
        return " ".join(str(text).split())[:80]
    return next((words for field, words in _WORDLESS.items() if field in message), "Tin dịch vụ")
