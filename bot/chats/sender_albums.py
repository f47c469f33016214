"""Pictures to Telegram: sendPhoto for one, a media group for several, by addresses that Telegram fetches itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from telegram import Bot, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.model import Accepted, Address, Rendered

_PICTURE_FAILED: Final = (
    "wrong type of the web page content",
    "failed to get http url content",
    "wrong file identifier/http url specified",
    "wrong http url specified",
    "failed to send message #",
    "webpage_",
    "media_empty",
    "media_invalid",
    "photo_invalid",
    "photo_save_file_invalid",
    "image_process_failed",
    "group send failed",
    "group_send_failed",
    "file is too big",
)
"""What Telegram says (as it is fetched, or as tdlib and its servers name it) where it cannot have a picture."""


async def send_photos(bot: Bot, address: Address, rendered: Rendered, extras: dict[str, Any]) -> Accepted:
    """Sends the photos of *rendered*; its buttons go along where it is only one. Raises TelegramError."""
    mode = ParseMode.HTML if rendered.html else None
    thread = address.thread or None
    if len(rendered.photos) == 1:
        (photo,) = rendered.photos
        sent = await bot.send_photo(
            address.telegram_id,
            photo.url,
            caption=photo.caption or None,
            parse_mode=mode,
            message_thread_id=thread,
            api_kwargs={name: value for name, value in extras.items() if name != "link_preview_options"},
        )
        return Accepted(message_id=sent.message_id)
    media = [InputMediaPhoto(photo.url, caption=photo.caption or None, parse_mode=mode) for photo in rendered.photos]
    always = {name: value for name, value in extras.items() if name not in ("link_preview_options", "reply_markup")}
    first, *others = await bot.send_media_group(address.telegram_id, media, message_thread_id=thread, api_kwargs=always)
    return Accepted(message_id=first.message_id, others=tuple(each.message_id for each in others))


def is_about_a_picture(error: BadRequest) -> bool:
    """Whether Telegram refused a picture rather than the message: the text alone will pass."""
    said = error.message.lower()
    return any(words in said for words in _PICTURE_FAILED)


async def edit_caption(
    bot: Bot, address: Address, message_id: int, rendered: Rendered, extras: Mapping[str, Any]
) -> None:
    """Replaces what is said under the pictures; one picture alone keeps its buttons. Raises TelegramError."""
    always = [] if len(rendered.photos) > 1 else ["reply_markup"]
    await bot.edit_message_caption(
        address.telegram_id,
        message_id,
        caption=rendered.photos[0].caption,
        parse_mode=ParseMode.HTML if rendered.html else None,
        api_kwargs={name: extras[name] for name in always if name in extras},
    )
