"""The portal's pages for people: home, listing, article, about, links, albums, and "Đăng tin"."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from aiohttp import web

from bot.simulator.browser_pages import BrowserPages, from_elsewhere
from bot.simulator.portal_items import VIETNAM
from bot.simulator.portal_pictures import landscape

if TYPE_CHECKING:
    from bot.simulator.portal import PretendPortal

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_MOST_PICTURES = 100
_MOST_TITLE, _MOST_SUMMARY = 300, 2000


class PortalPages:
    """Answers every path that is not a feed."""

    def __init__(self, portal: PretendPortal) -> None:
        self._portal = portal
        self._pages: BrowserPages | None = None
        self._pictures: dict[int, bytes] = {}

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """The page, picture or file of that path; 404 with a page that says so."""
        path = request.path
        if path.startswith("/dang-tin"):
            return await self._newsroom(request)
        if found := re.fullmatch(r"/anh/(\d{1,9})\.png", path):
            return self._picture(int(found[1]))
        if found := re.fullmatch(r"/tin-tuc/[\w-]*?(\d+)\.html", path):
            return self._article(int(found[1]))
        if path.startswith("/tep/"):
            return self._browser().asset(path.removeprefix("/tep/"))
        if path == "/tin-tuc":
            return self._listing(request)
        return self._plain_page(path)

    def _browser(self) -> BrowserPages:
        if self._pages is None:
            self._pages = BrowserPages({"vietnamese_date": vietnamese_date})
        return self._pages

    def _page(self, template: str, *, status: int = 200, **values: object) -> web.Response:
        portal = self._portal
        frame = {
            "province": portal.province,
            "root": portal.url,
            "today": vietnamese_date(portal.now()).partition(" |")[0],
        }
        return self._browser().page(template, {**frame, **values}, status=status)

    def _plain_page(self, path: str) -> web.Response:
        items = self._portal.newest()
        match path:
            case "/":
                return self._page("portal_home.html", lead=items[:1], items=items[1 : self._portal.page_size])
            case "/gioi-thieu":
                return self._page("portal_about.html")
            case "/lien-ket":
                return self._page("portal_links.html")
            case "/thu-vien-anh":
                return self._page("portal_albums.html")
            case _:
                return self._missing()

    def _missing(self) -> web.Response:
        return self._page("portal_missing.html", status=404)

    def _listing(self, request: web.BaseRequest) -> web.Response:
        size, items = self._portal.page_size, self._portal.newest()
        pages = max(1, math.ceil(len(items) / size))
        wanted = request.query.get("trang", "1")
        number = int(wanted) if re.fullmatch("[0-9]{1,6}", wanted) else 1
        if not 1 <= number <= pages:
            return self._missing()
        shown = items[(number - 1) * size : number * size]
        return self._page("portal_listing.html", items=shown, number=number, pages=pages)

    def _article(self, number: int) -> web.Response:
        try:
            item = self._portal.item(number)
        except LookupError:
            return self._missing()
        others = [other for other in self._portal.newest() if other.id != number][:5]
        return self._page("portal_article.html", item=item, others=others)

    def _picture(self, number: int) -> web.Response:
        if number not in self._pictures:
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            self._pictures[number] = landscape(number)
        headers = {"Cache-Control": "max-age=3600"}
        return web.Response(body=self._pictures[number], content_type="image/png", headers=headers)

    async def _newsroom(self, request: web.BaseRequest) -> web.StreamResponse:
        """Publish, edit (/dang-tin/<id>/sua) and withdraw (/dang-tin/<id>/go) by forms."""
        found = re.fullmatch(r"/dang-tin(?:/(\d+)/(sua|go))?", request.path)
        if found is None:
            return self._missing()
        number = int(found[1]) if found[1] else 0
        if request.method != "POST":
            return self._form(request, number)
        if from_elsewhere(request):
            return web.Response(status=403, text="Chỉ nhận tin đăng từ trang này.")
        try:
            return await self._posted(request, number, found[2] or "dang")
        except LookupError:
            return self._missing()

    def _form(self, request: web.BaseRequest, number: int) -> web.Response:
        editing = next((item for item in self._portal.items if item.id == number), None)
        if number and editing is None:
            return self._missing()
        told = request.query.get("tin", "")
        done = next((item for item in self._portal.items if str(item.id) == told), None)
        return self._page(
            "portal_newsroom.html",
            editing=editing,
            done=done,
            what=request.query.get("viec", ""),
            title=editing.title if editing else "",
            summary=editing.summary if editing else "",
            items=self._portal.newest()[:15],
        )

    async def _posted(self, request: web.BaseRequest, number: int, action: str) -> web.Response:
        portal = self._portal
        if action == "go":
            portal.withdraw(number)
            return _see_other("/dang-tin?viec=go")
        form = parse_qs((await request.read()).decode("utf-8", "replace"))
        title, summary = (" ".join(form.get(name, [""])[0].split()) for name in ("title", "summary"))
        mistake = _mistake(title, summary)
        if mistake:
            editing = portal.item(number) if number else None
            return self._page(
                "portal_newsroom.html",
                status=422,
                mistake=mistake,
                editing=editing,
                title=title,
                summary=summary,
                items=portal.newest()[:15],
            )
        item = portal.edit(number, title=title, summary=summary) if number else portal.publish(title, summary)
        return _see_other(f"/dang-tin?viec={action}&tin={item.id}")


def vietnamese_date(moment: datetime) -> str:
    """As portals write it: "Thứ Năm, 14/03/2019 | 16:05"."""
    local = moment.astimezone(VIETNAM)
    return f"{_WEEKDAYS[local.weekday()]}, {local:%d/%m/%Y | %H:%M}"


def _mistake(title: str, summary: str) -> str:
    if not title:
        return "Tin cần có tiêu đề."
    if len(title) > _MOST_TITLE:
        return f"Tiêu đề dài {len(title)} ký tự; xin rút gọn còn {_MOST_TITLE}."
    if len(summary) > _MOST_SUMMARY:
        return f"Tóm tắt dài {len(summary)} ký tự; xin rút gọn còn {_MOST_SUMMARY}."
    return ""


def _see_other(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
