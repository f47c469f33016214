"""Every sentence that Loa says, in Vietnamese and in English.

The catalogs are gettext's: `vi.po` and `en.po` are written by hand, the `.mo` beside them are made of them by
`python -m bot.chats.words`. A key names the place of a sentence, not its text. Keys of messages may hold Telegram's
HTML; those of buttons, toasts and the menu are plain.
"""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from importlib import resources

from bot.model import Language, Words


@cache
def words_for(language: Language) -> Words:
    """How Loa speaks that language. `say(key, **values)`: `count` chooses the plural; values go in as they are."""
    with resources.files(__name__).joinpath(f"{language}.mo").open("rb") as compiled:
        catalog = GNUTranslations(compiled)

    def say(key: str, **values: object) -> str:
        count = values.get("count")
        text = catalog.ngettext(key, key, count) if isinstance(count, int) else key
        if text == key:
            text = catalog.gettext(key)
        return text.format(**values)

    return Words(language=language, say=say)
