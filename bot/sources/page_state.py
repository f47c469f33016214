"""A page that is no page: a challenge to the browser, an error shown with status 200, a list that is empty."""

from __future__ import annotations

import re

from bot.model import Trouble, TroubleKind
from bot.sources.page_head import Head
from bot.sources.page_tree import PageTree

_COOKIE_SET = re.compile(
    r"document\.cookie\s*=|slowAES|toNumbers\(|__cf_chl|cf-browser-verification|/_Incapsula_|D1N=|_abck|challenge-platform",
    re.I,
)
_GOES_ON = re.compile(
    r"location\s*(?:\.href|\.replace|\.reload|=)|window\.location|\.submit\(\)|http-equiv=[\"']?refresh", re.I
)
_CHALLENGE_WORDS = re.compile(
    r"checking your browser|just a moment|verify(?:ing)? (?:that )?you are (?:a )?human|enable javascript and cookies|please enable cookies|ddos protection"
    r"|attention required|đang kiểm tra trình duyệt|xác (?:minh|thực) (?:bạn )?(?:là|không phải)|vui lòng bật (?:javascript|cookie)|captcha",
    re.IGNORECASE,
)
_ERROR_TITLES = re.compile(
    r"^\W*(?:trạng thái|lỗi|error|status)\b|(?:^|\W)(?:404|403|500|502|503|504)(?:\W|$)|không tìm thấy|không tồn tại|not found|page (?:not|cannot be) found|forbidden"
    r"|access (?:is )?denied|truy cập bị từ chối|request rejected|service unavailable|bad gateway|gateway time-?out|internal server error|server error|runtime error|bảo trì|maintenance"
    r"|tạm ngừng|under construction|account suspended|domain .*(?:expired|for sale)|đã xảy ra lỗi|có lỗi xảy ra|something went wrong",
    re.IGNORECASE,
)
_ERROR_WORDS = re.compile(
    r"tài nguyên được yêu cầu|không tìm thấy|không tồn tại|không có quyền|đã bị xóa|đã bị xoá|xin (?:lỗi|vui lòng)|liên hệ quản trị|đang (?:bảo trì|nâng cấp)|could not be found|not found|no longer (?:exists|available)"
    r"|you (?:do not|don't) have permission|try again later|temporarily unavailable|stack trace|support id is|đã xảy ra lỗi|lỗi hệ thống|mã lỗi|error occurred",
    re.IGNORECASE,
)
_EMPTY_WORDS = re.compile(
    r"(?:không có|chưa có|không tìm thấy|hiện chưa có)\s+(?:\w+\s+){0,3}?(?:bài viết|tin(?: tức| bài)?|dữ liệu|kết quả|nội dung|bản ghi|thông tin|mục)\b|đang (?:được )?cập nhật|không có nội dung"
    r"|\bno (?:results|entries|articles|news|posts|items|records|data)\b(?: (?:were )?found)?|there (?:are|were) no|nothing (?:found|to (?:show|display))",
    re.IGNORECASE,
)
_SMALL = 1_500


def challenge_of(html: str, tree: PageTree, head: Head) -> Trouble | None:
    """The trouble of a page that only tests the browser: little text, and a script that sets a cookie and goes on."""
    shown = sum(len(piece.text) for piece in tree.pieces)
    if shown > _SMALL:
        return None
    worded = bool(_CHALLENGE_WORDS.search(head.title) or any(_CHALLENGE_WORDS.search(p.text) for p in tree.pieces))
    scripted = shown < 400 and bool(_COOKIE_SET.search(html)) and bool(_GOES_ON.search(html))
    if not (worded or scripted):
        return None
    why = "answers with a challenge to the browser (a cookie set by a script) instead of its page; ask the portal to let Loa in"
    return Trouble(kind=TroubleKind.CHALLENGE, why=why)


def error_of(tree: PageTree, head: Head) -> Trouble | None:
    """The trouble of a page that says it is an error although its status was 200 ("Trạng thái", "Không tìm thấy")."""
    headings = [tree.text_of(e) for e in tree.elements if e.tag in ("h1", "h2", "h3")][:6]
    said = next((text for text in (head.title, *headings) if len(text) <= 160 and _ERROR_TITLES.search(text)), None)
    if said is None:
        return None
    confirmed = [piece.text for piece in tree.pieces if len(piece.text) <= 400 and _ERROR_WORDS.search(piece.text)]
    if not confirmed and sum(len(piece.text) for piece in tree.pieces) > _SMALL:
        return None
    told = confirmed[0][:80] if confirmed else said[:80]
    return Trouble(
        kind=TroubleKind.ERROR_PAGE,
        why=f"shows an error page with status 200 ({said[:60]!r}: {told!r}); check the address or wait for the portal",
    )


def says_empty(tree: PageTree) -> str | None:
    """What a page says of its list when there is nothing in it; None where it says no such thing."""
    return next((p.text[:80] for p in tree.pieces if len(p.text) <= 120 and _EMPTY_WORDS.search(p.text)), None)


def nothing_found(tree: PageTree) -> Trouble:
    """The trouble of a page on which no list of news was found, with what may mend it."""
    if (said := says_empty(tree)) is not None:
        why = f"its list is empty ({said!r})"
    elif sum(len(piece.text) for piece in tree.pieces) < 200:
        why = "holds hardly any text: it is probably built by scripts; look for its feed, or for another address of the list"
    else:
        why = "holds no list of news; check the address, or give item, title and link selectors (loa preview --explain)"
    return Trouble(kind=TroubleKind.EMPTY, why=why)
