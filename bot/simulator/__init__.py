"""A pretend Telegram and a pretend portal: for the demo, for tests and for benchmarks. Imports nothing of the bot.

    async with PretendTelegram(limits=Limits(paid_per_second=1000)) as telegram, PretendPortal() as portal:
        telegram.url, telegram.token        # for the bot; the chat page is telegram.url + "/chat/1001"
        await telegram.wait_listening()
        hello = await telegram.ask(1001, "/start")                  # the bot's messages that follow
        telegram.press(1001, hello[-1]["message_id"], text="Đăng ký")   # or data="..."; returns the query's id
        item = portal.publish("Tiêu đề", "Tóm tắt")                 # portal.url + "/rss", "/atom.xml", "/feed.json"
        pushed = await telegram.wait_sent(1001, after=hello[-1]["message_id"])
        telegram.fault(Fault(kind="429", retry_after=3))
        portal.break_with("503", seconds=60)
        assert telegram.stats()["violations"] == 0

People and scenes (`telegram_people.People`, no await): chat crowd migrate say say_anonymously press press_forged
inline member update fault heal messages sent calls answer stats; `limits`, `api.token` and `api.latency` may change
at any moment. To wait (`telegram.PretendTelegram`): ask wait_sent wait_call wait_answer wait_listening wait_until.
The portal: publish edit withdraw item newest break_with heal; items hits statuses feed_size page_size.
In a process of its own: `python -m bot.simulator telegram|portal|both`; verbs under /sim/ (`telegram_control`).
Hooks of the chat page for browser tests: `telegram_pages`.
"""

from bot.simulator.portal import PretendPortal
from bot.simulator.portal_items import PortalItem
from bot.simulator.telegram import DEMO_TOKEN, PretendTelegram, Setup
from bot.simulator.telegram_faults import Fault
from bot.simulator.telegram_limits import Limits

__all__ = ["DEMO_TOKEN", "Fault", "Limits", "PortalItem", "PretendPortal", "PretendTelegram", "Setup"]
