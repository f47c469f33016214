"""The chat page in a real browser: what the bot does appears, what the person does arrives."""

from __future__ import annotations

import shutil

import aiohttp
import pytest
from playwright.async_api import async_playwright, expect

from bot.simulator import PretendTelegram

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    *("--no-sandbox", "--headless=new"),
    *("--disable-background-networking", "--disable-component-update"),
]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
@pytest.mark.parametrize("width", [390, 1280])
async def test_a_conversation_can_be_had_in_the_browser(width: int) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Đăng ký", "callback_data": "sub"}]]}
    async with PretendTelegram() as telegram, aiohttp.ClientSession() as session, async_playwright() as playwright:

        async def call(method: str, **values: object) -> None:
            async with session.post(f"{telegram.url}/bot{telegram.token}/{method}", json=values) as answer:
                assert answer.status == 200

        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": width, "height": 800})
        complaints: list[str] = []
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{telegram.url}/chat/1001")
        await page.wait_for_selector("body[data-live]")

        await page.click("[data-role=start]")
        await telegram.wait_until(lambda: telegram.messages(1001))
        assert telegram.messages(1001)[0]["text"] == "/start"

        await call("sendMessage", chat_id=1001, text="Xin <b>chào</b>", parse_mode="HTML", reply_markup=keyboard)
        await expect(page.locator('[data-message-id="2"] b')).to_have_text("chào")
        await page.click('[data-message-id="2"] [data-button=callback]')
        await telegram.wait_until(lambda: telegram.stats()["unanswered_callbacks"])
        (query,) = telegram.stats()["unanswered_callbacks"]
        await call("answerCallbackQuery", callback_query_id=query, text="Đã đăng ký")
        await expect(page.locator("[data-role=toast]")).to_have_text("Đã đăng ký")

        await call("editMessageText", chat_id=1001, message_id=2, text="Đã sửa đổi")
        await expect(page.locator('[data-message-id="2"][data-edited] [data-role=body]')).to_have_text("Đã sửa đổi")
        await call("deleteMessage", chat_id=1001, message_id=2)
        await expect(page.locator('[data-message-id="2"]')).to_have_count(0)

        await page.fill("[data-role=text]", "bão số 3")
        await page.press("[data-role=text]", "Enter")
        await telegram.wait_until(lambda: telegram.messages(1001)[-1]["text"] == "bão số 3")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert complaints == []
        await browser.close()
