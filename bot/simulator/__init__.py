"""A pretend Telegram and a pretend portal: for the demo, for tests and for benchmarks. Imports nothing of the bot."""

from bot.simulator.portal import PretendPortal
from bot.simulator.portal_items import PortalItem
from bot.simulator.telegram import DEMO_TOKEN, PretendTelegram, Setup
from bot.simulator.telegram_faults import Fault
from bot.simulator.telegram_limits import Limits

__all__ = ["DEMO_TOKEN", "Fault", "Limits", "PortalItem", "PretendPortal", "PretendTelegram", "Setup"]
