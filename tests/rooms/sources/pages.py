"""Our own pages for the tests of listings and articles, and one way to read them."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.model import Reading, Selectors, Source
from bot.sources.page import read_listing

PAGES = Path(__file__).parents[2] / "fixtures" / "pages"
NOW = datetime.fromisoformat("2026-11-25T09:00:00+07:00")
ZONE = "Asia/Ho_Chi_Minh"
PORTAL = "https://khentuong.example.gov.vn/tin-tuc"


def a_page_source(url: str = PORTAL, *, profile: str = "", selectors: Selectors | None = None) -> Source:
    source = Source(id="tdkt", title="Thi đua", url=url, kind="page", profile=profile)
    return replace(source, selectors=selectors) if selectors else source


def listed(html: str, url: str = PORTAL, *, profile: str = "", selectors: Selectors | None = None) -> Reading:
    return read_listing(html, url, a_page_source(url, profile=profile, selectors=selectors), NOW)


def page(name: str) -> str:
    return (PAGES / f"{name}.html").read_text("utf-8")


def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text("utf-8"))
    return found


def a_list(*rows: str, before: str = "", after: str = "") -> str:
    return f"<html><body>{before}<div class='ds'>{''.join(rows)}</div>{after}</body></html>"


def a_row(number: int, title: str = "", date: str = "", summary: str = "") -> str:
    title = title or f"Thông báo số {number} về lịch tiếp công dân định kỳ"
    return f'<div class="tin"><a href="/bai/{number}">{title}</a> <span>{date}</span><p>{summary}</p></div>'
