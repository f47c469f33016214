"""A Telegram without a wire: a sender that takes messages, and a weather that decides what becomes of each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.model import Accepted, Address, Answer, Rendered, Unsure

Weather = Callable[[Address], "Answer | None"]
"""What befalls a message to that address; None: nothing. An `Unsure` that says "taken" comes after it was delivered."""

TAKEN = "taken, but the answer was lost"


def fair(_: Address) -> None:
    """Nothing happens."""


@dataclass
class Pigeon:
    """Counts what it delivered, by Telegram's chat id and title; `flight` gives the seconds that an answer takes."""

    weather: Weather = fair
    flight: Callable[[], float] = lambda: 0.0
    answers: Callable[[], bool] = lambda: True
    delivered: Counter[tuple[int, str]] = field(default_factory=Counter)
    doubtful: Counter[tuple[int, str]] = field(default_factory=Counter)
    """What was delivered although its answer was lost."""
    at_once: int = 0
    most_at_once: int = 0

    async def send(self, address: Address, rendered: Rendered) -> Answer:
        """Takes the message half-way through the flight, as the weather permits."""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.flight() / 2)
            answer = self._take(address, rendered)
            await asyncio.sleep(self.flight() / 2)
            return answer
        finally:
            self.at_once -= 1

    async def edit(self, address: Address, message_id: int, rendered: Rendered) -> Answer:
        """Replaces a message that was sent before."""
        return Accepted(message_id=message_id)

    async def delete(self, address: Address, *message_ids: int) -> Answer:
        """Takes messages back."""
        return Accepted(message_id=message_ids[0])

    async def reachable(self) -> bool:
        """Whether it answers at all."""
        return self.answers()

    def _take(self, address: Address, rendered: Rendered) -> Answer:
        answer = self.weather(address)
        lost = isinstance(answer, Unsure) and answer.why == TAKEN
        if answer is not None and not lost:
            return answer
        for line in rendered.text.split("\n"):
            if line.startswith(("<b><a href", "<a href")):
                told = (address.telegram_id, line.partition('">')[2].partition("</a>")[0])
                self.delivered[told] += 1
                self.doubtful[told] += lost
        return answer or Accepted(message_id=sum(self.delivered.values()))
