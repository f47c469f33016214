"""A page that is no page: a challenge to the browser, an error shown with status 200, a list that is empty."""

from __future__ import annotations

from bot.model import Trouble, TroubleKind
from bot.sources.page_head import Head
from bot.sources.page_tree import PageTree
from bot.sources.page_words import words

_SMALL = 1_500
_SCRIPT_MOST = 100_000


def challenge_of(html: str, tree: PageTree, head: Head) -> Trouble | None:
    """The trouble of a page that only tests the browser: little text, and a script that sets a cookie and goes on."""
    shown = tree.text_length
    if shown > _SMALL:
        return None
    worded = bool(words("challenge").search(head.title) or any(words("challenge").search(p.text) for p in tree.pieces))
    begin = html[:_SCRIPT_MOST]
    scripted = shown < 400 and bool(words("cookie_script").search(begin)) and bool(words("goes_on").search(begin))
    if not (worded or scripted):
        return None
    why = "answers with a challenge to the browser instead of its page (a script sets a cookie) - ask it to let Loa in"
    return Trouble(kind=TroubleKind.CHALLENGE, why=why)


def error_of(tree: PageTree, head: Head) -> Trouble | None:
    """The trouble of a page that says it is an error although its status was 200 ("Trạng thái", "Không tìm thấy")."""
    headings = [tree.text_of(e) for e in tree.elements if e.tag in ("h1", "h2", "h3")][:6]
    said = next(
        (text for text in (head.title, *headings) if len(text) <= 160 and words("error_title").search(text)), None
    )
    if said is None:
        return None
    confirmed = [
        piece.text for piece in tree.pieces if len(piece.text) <= 400 and words("error_text").search(piece.text)
    ]
    if not confirmed and tree.text_length > _SMALL:
        return None
    told = confirmed[0][:80] if confirmed else said[:80]
    return Trouble(
        kind=TroubleKind.ERROR_PAGE,
        why=f"shows an error page with status 200 ({said[:60]!r}: {told!r}) - check the address or wait for the portal",
    )


def says_empty(tree: PageTree) -> str | None:
    """What a page says of its list when there is nothing in it; None where it says no such thing."""
    return next((p.text[:80] for p in tree.pieces if len(p.text) <= 120 and words("empty_list").search(p.text)), None)


def nothing_found(tree: PageTree) -> Trouble:
    """The trouble of a page on which no list of news was found, with what may mend it."""
    if (said := says_empty(tree)) is not None:
        why = f"its list is empty ({said!r}) - wait for the portal, or give another address"
    elif _opens_by_scripts(tree):
        why = "its links open by scripts and have no addresses: nobody can follow them - look for its feed"
    elif tree.text_length < 200:
        why = "holds hardly any text: it is probably built by scripts - look for its feed or another address"
    else:
        why = "holds no list of news - check the address, or give selectors (loa preview --explain)"
    return Trouble(kind=TroubleKind.EMPTY, why=why)


def _opens_by_scripts(tree: PageTree) -> bool:
    anchors = (e for e in tree.elements if e.tag == "a" and e.attributes.get("href", "").startswith("javascript:"))
    return sum(tree.length_in(anchor.start, anchor.end) >= 25 for anchor in anchors) >= 3
