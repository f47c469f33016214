"""Inline mode: `@bot words` in any chat offers what matches, the last word as a beginning; no words: the newest."""

from __future__ import annotations

import contextlib
from typing import Final

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.chats.clerk import Clerk
from bot.chats.updates import first_language
from bot.chats.words import words_for
from bot.core.html import clip, link_of, visible
from bot.core.query_mistakes import QueryMistake
from bot.core.render_list import item_line
from bot.core.style import Style, source_title, title_of, when
from bot.model import ChatKind, Language, StoredItem

A_PAGE: Final = 10
_CACHED_FOR: Final = 30
_MOST_OFFSET: Final = 200
_LONGEST_HINT: Final = 64


async def inline(clerk: Clerk, query: InlineQuery) -> None:
    """Answer an inline query; one that is too old to be answered is let go."""
    chat = await clerk.desk.store.chats.by_telegram(query.from_user.id)
    words = words_for(chat.language if chat else first_language(ChatKind.PRIVATE, query.from_user))
    asked, offset = visible(query.query), _offset(query.offset)
    found, more, mistake = await _found(clerk, asked, offset, words.language)
    style = clerk.style(words)
    hint = None
    if not found and not offset:
        said = clip(mistake, _LONGEST_HINT) or words.say("inline.nothing")
        hint = InlineQueryResultsButton(text=said, start_parameter="help")
    with contextlib.suppress(BadRequest):
        await query.answer(
            [_result(stored, style) for stored in found],
            cache_time=_CACHED_FOR,
            is_personal=True,
            next_offset=str(offset + A_PAGE) if more else "",
            button=hint,
        )


async def _found(clerk: Clerk, asked: str, offset: int, language: Language) -> tuple[list[StoredItem], bool, str]:
    """A page of items, whether there are more, and the mistake of a query that finds nothing for it."""
    store = clerk.desk.store
    if not asked:
        newest = list(await store.items.newest(A_PAGE + 1, (), offset))
        return newest[:A_PAGE], len(newest) > A_PAGE and offset < _MOST_OFFSET, ""
    page = await store.search.search(
        asked, now=clerk.desk.clock(), offset=offset, limit=A_PAGE, prefix_last=True, language=language
    )
    if page.trouble:
        mistake = await store.search.parse(asked, clerk.desk.clock())  # as it was typed, without our star behind it
        return [], False, mistake.explain(language) if isinstance(mistake, QueryMistake) else page.trouble
    more = offset + A_PAGE < page.total and offset < _MOST_OFFSET
    return [hit.stored for hit in page.results], more, ""


def _result(stored: StoredItem, style: Style) -> InlineQueryResultArticle:
    item, url = stored.item, link_of(stored.item.url)
    facts = " · ".join(fact for fact in (when(item, style), source_title(item.source_id, style)) if fact)
    picture = link_of(item.image_url)
    keyboard = InlineKeyboardMarkup.from_button(InlineKeyboardButton(style.words.say("push.open"), url=url))
    return InlineQueryResultArticle(
        id=f"{stored.id}.{stored.revision}",
        title=title_of(item, style, 120),
        description=clip(facts, 150),
        thumbnail_url=picture or None,
        input_message_content=InputTextMessageContent(
            item_line(stored, style),
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(url=picture or None, is_disabled=not picture),
        ),
        reply_markup=keyboard if url else None,
    )


def _offset(text: str) -> int:
    return min(int(text), _MOST_OFFSET) if text.isascii() and text.isdigit() and len(text) < 5 else 0
