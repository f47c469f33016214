"""`make demo` as its visitor sees it, in a real browser: a living chat, a notice published, pushed, and found again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "test-output"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REQUIRED = os.environ.get("LOA_BROWSER") == "required"
ARGUMENTS = ("--no-sandbox", "--headless=new", "--disable-background-networking", "--disable-component-update")
TITLE = "Khởi công xây dựng cầu vượt sông Lam Giang"
SUMMARY = "Sáng nay, Ủy ban nhân dân tỉnh tổ chức lễ khởi công cầu vượt sông dài 1,2 km."

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED, reason="there is no Chromium: install it (Debian: apt install chromium)"
    ),
]


@pytest.fixture
async def demo() -> AsyncIterator[dict[str, str]]:
    """A demo that runs; the addresses that its last two lines name."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--no-browser"),
        cwd=ROOT,
        env=kept,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    addresses: dict[str, str] = {}
    try:
        async with asyncio.timeout(60):
            while "Portal" not in addresses:
                line = (await process.stdout.readline()).decode().strip()
                assert line or process.returncode is None, (await process.stderr.read()).decode()
                name, _, address = line.partition(": ")
                addresses[name] = address
        assert list(addresses)[-2:] == ["Chat", "Portal"]
        yield addresses
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()
    assert (process.returncode, out, err) == (0, b"", b"")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM is not None, "LOA_BROWSER=required, but there is no Chromium: install it"
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


async def opened(browser: Browser, address: str, width: int) -> tuple[Page, list[str]]:
    """A page, and what its console complains of."""
    page = await browser.new_page(viewport={"width": width, "height": 900}, locale="vi-VN")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address)
    return page, complaints


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_visitor_publishes_a_notice_sees_it_pushed_and_finds_it(
    demo: dict[str, str], browser: Browser, width: int
) -> None:
    PICTURES.mkdir(exist_ok=True)
    chat, chat_complaints = await opened(browser, demo["Chat"], width)
    messages = chat.locator("[data-role=messages] [data-message-id]")
    await expect(messages.filter(has_text="/start").first).to_be_visible()
    await expect(messages.filter(has_text="mở kênh Loa").last).to_be_visible()
    await chat.screenshot(path=PICTURES / f"demo-1-chat-{width}.png")

    portal, portal_complaints = await opened(browser, demo["Portal"], width)
    await portal.fill("[name=title]", TITLE)
    await portal.fill("[name=summary]", SUMMARY)
    await portal.screenshot(path=PICTURES / f"demo-2-publish-{width}.png")
    await portal.locator("form:has([name=title]) [type=submit]").first.click()
    await expect(portal.get_by_text(TITLE).first).to_be_visible()
    await portal.screenshot(path=PICTURES / f"demo-3-published-{width}.png")

    pushed = messages.filter(has_text=TITLE)
    await expect(pushed.first).to_be_visible()
    await expect(pushed.first).to_contain_text(SUMMARY)
    await chat.screenshot(path=PICTURES / f"demo-4-pushed-{width}.png")

    await chat.fill("[data-role=text]", "khoi cong cau vuot")
    await chat.press("[data-role=text]", "Enter")
    await expect(messages.filter(has_text="khoi cong cau vuot").last).to_contain_text(TITLE)
    await expect(messages.filter(has_text="“khoi cong cau vuot”")).to_have_count(1)
    await chat.screenshot(path=PICTURES / f"demo-5-found-{width}.png")
    assert await chat.evaluate("document.documentElement.scrollWidth") <= width
    assert chat_complaints + portal_complaints == []
