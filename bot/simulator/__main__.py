"""`python -m bot.simulator telegram|portal|both`: the pretence in a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys

from bot.simulator import DEMO_TOKEN, Limits, PretendPortal, PretendTelegram


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("what", choices=("telegram", "portal", "both"))
    parser.add_argument("--port", type=int, default=0, help="port of the pretend Telegram (or of the portal alone)")
    parser.add_argument("--portal-port", type=int, default=0, help="port of the portal, with both")
    parser.add_argument("--token", default=DEMO_TOKEN)
    parser.add_argument("--limits", choices=("on", "off"), default="on")
    parser.add_argument(
        "--paid", type=int, default=0, help="messages a second with allow_paid_broadcast; 0: not bought"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--log-size", type=int, default=20_000, help="calls remembered for /sim/log")
    parser.add_argument(
        "--print-port", action="store_true", help="print only the port (both: Telegram's, then the portal's)"
    )
    asyncio.run(_serve(parser.parse_args()))


async def _serve(options: argparse.Namespace) -> None:
    async with contextlib.AsyncExitStack() as stack:
        servers: list[PretendTelegram | PretendPortal] = []
        if options.what in ("telegram", "both"):
            limits = Limits(enabled=options.limits == "on", paid_per_second=options.paid)
            telegram = PretendTelegram(token=options.token, port=options.port, limits=limits, log_size=options.log_size)
            telegram.api.latency = options.latency
            servers.append(await stack.enter_async_context(telegram))
        if options.what in ("portal", "both"):
            port = options.portal_port if options.what == "both" else options.port
            servers.append(await stack.enter_async_context(PretendPortal(port=port)))
        for server in servers:
            sys.stdout.write(f"{server.port if options.print_port else server.url}\n")
        sys.stdout.flush()
        await _stopped()


async def _stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


if __name__ == "__main__":
    main()
