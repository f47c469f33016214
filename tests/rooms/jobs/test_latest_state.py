"""Whatever portals do and wherever the process dies: every chat shows their latest state, once.

Single messages and collected ones, one source and two that tell one story, there and back again. It fails, for one,
where `poll` does not call `join`, and where `Edits.record` does not owe what changed while an edit was on its way.
"""

from __future__ import annotations

import re

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bot.model import Chat, Item
from tests.newsroom import Newsroom

MOST_CHANGES = 3
"""Of what one message tells: it is edited three times at most."""
SUBJECTS = (
    "cầu Hoà Lộc",
    "trường Lam Sơn",
    "bệnh viện Nhi",
    "chợ Vườn Hoa",
    "cảng Nghi Sơn",
    "đê sông Chu",
    "hồ Cửa Đạt",
)


class Portal(RuleBasedStateMachine):
    """A portal publishes, corrects, withdraws and republishes; polls, delivery and crashes come in between."""

    def __init__(self) -> None:
        super().__init__()
        self.room = Newsroom(sources=("tinh", "huyen"), collect_above=3)
        self.shown: dict[int, Item] = {}
        self.gone: dict[int, Item] = {}
        self.retold: dict[int, Item] = {}
        self.told: dict[int, str] = {}
        self.changes: dict[int, int] = {}
        self.published = 0

    @initialize(chats=st.integers(1, 3))
    def people(self, chats: int) -> None:
        # An older neighbour that always stays: without it a withdrawn last item is only one that left the list.
        self.room.publish("Tin cũ nhất của cổng, luôn ở cuối danh sách")
        self.room.poll()
        self.chats = [self.room.subscriber(number, *self.room.sources) for number in range(chats)]

    @precondition(lambda self: self.published < len(SUBJECTS))
    @rule()
    def publish(self) -> None:
        number = self.published
        self.shown[number] = self.room.publish(f"Khởi công sửa chữa {SUBJECTS[number]}")
        self.told[number] = self.shown[number].title
        self.changes[number] = 0
        self.published += 1
        self.room.poll()

    @precondition(lambda self: self.changeable(self.shown))
    @rule(data=st.data(), polled=st.booleans())
    def correct(self, data: st.DataObject, *, polled: bool) -> None:
        number = self.one_of(data, self.shown)
        self.changes[number] += 1
        title = f"Khởi công sửa chữa {SUBJECTS[number]} (sửa lần {self.changes[number]})"
        self.shown[number] = self.room.correct(self.shown[number], title=title)
        if polled:
            self.room.poll()

    @precondition(lambda self: self.changeable(self.shown))
    @rule(data=st.data(), polled=st.booleans())
    def correct_back(self, data: st.DataObject, *, polled: bool) -> None:
        number = self.one_of(data, self.shown)
        self.changes[number] += 1
        self.shown[number] = self.room.correct(self.shown[number], title=self.told[number])
        if polled:
            self.room.poll()

    @precondition(lambda self: self.twice_changeable())
    @rule(data=st.data())
    def correct_during_an_edit(self, data: st.DataObject) -> None:
        self.correct_twice(data.draw(st.sampled_from(self.twice_changeable())))

    def correct_twice(self, number: int) -> None:
        """The second time while the edit for the first one is out."""
        self.room.poll()
        self.room.settle()
        with self.room.unanswered_edits():
            for _ in range(2):
                self.changes[number] += 1
                title = f"Khởi công sửa chữa {SUBJECTS[number]} (sửa lần {self.changes[number]})"
                self.shown[number] = self.room.correct(self.shown[number], title=title)
                self.room.poll()
                self.room.until_an_edit_is_out()

    @precondition(lambda self: self.retellable())
    @rule(data=st.data())
    def retell(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self.retellable()))
        self.changes[number] += 1
        self.retold[number] = self.room.publish(self.told[number], "huyen")
        self.room.poll("huyen")

    @precondition(lambda self: self.changeable(self.shown))
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        number = self.one_of(data, self.shown)
        self.room.poll()
        self.changes[number] += 1
        self.gone[number] = self.shown.pop(number)
        self.room.portals["tinh"].withdraw(self.gone[number].title)
        for _ in range(3):
            self.room.poll()

    @precondition(lambda self: self.changeable(self.gone))
    @rule(data=st.data(), new_id=st.booleans())
    def republish(self, data: st.DataObject, *, new_id: bool) -> None:
        number = self.one_of(data, self.gone)
        self.changes[number] += 1
        old = self.gone.pop(number)
        self.room.portals["tinh"].gone.discard(old.title)
        if new_id:
            self.shown[number] = self.room.publish(old.title, published_at=old.published_at)
        else:
            self.room.portals["tinh"].publish(old)
            self.shown[number] = old
        self.room.poll()

    @rule(seconds=st.sampled_from([0.02, 0.1, 0.5, 3.0, 20.0]))
    def work(self, seconds: float) -> None:
        self.room.work(seconds)

    @rule()
    def crash(self) -> None:
        self.room.crash()

    def teardown(self) -> None:
        try:
            if hasattr(self, "chats"):
                # Whatever is corrected later would hide that something was forgotten, so this one also comes last.
                for number in self.twice_changeable()[:1]:
                    self.correct_twice(number)
                self.everything_arrives()
        finally:
            self.room.close()

    def everything_arrives(self) -> None:
        self.room.poll()
        self.room.settle()
        for chat in self.chats:
            text = "\n".join(self.room.texts(chat))
            for number, item in self.shown.items():
                assert text.count(SUBJECTS[number]) == 1, (text, self.room.ledger())
                assert item.title in [line.strip() for line in text.split("\n")]
            for number in self.retold.keys() & self.shown.keys():
                assert re.search("Cổng tinh( ·|,) Cổng huyen", self.message_about(chat, number))
            for number in self.retold.keys() & self.gone.keys():
                assert text.count(SUBJECTS[number]) == 1, text
                assert "Cổng huyen" in self.message_about(chat, number)
            for number, item in self.gone.items():
                if number in self.retold:
                    continue
                assert text.count(SUBJECTS[number]) <= 1, text
                lines = text.split("\n")
                at = next((place for place, line in enumerate(lines) if SUBJECTS[number] in line), None)
                assert at is None or "Cổng đã gỡ tin này" in "".join(lines[at : at + 3]), (item.title, text)

    def message_about(self, chat: Chat, number: int) -> str:
        (text,) = [text for text in self.room.texts(chat) if SUBJECTS[number] in text]
        return text

    def retellable(self) -> list[int]:
        """What the other portal may tell by the words that are known of it: untouched so far, and in the list."""
        return [number for number in self.shown if not self.changes[number]]

    def twice_changeable(self) -> list[int]:
        return [number for number in self.shown if self.spent(number) <= MOST_CHANGES - 2]

    def changeable(self, items: dict[int, Item]) -> list[int]:
        return [number for number in items if self.spent(number) < MOST_CHANGES]

    def one_of(self, data: st.DataObject, items: dict[int, Item]) -> int:
        return data.draw(st.sampled_from(self.changeable(items)))

    def spent(self, number: int) -> int:
        """How many edits the changes of an item, and of those that share a message with it, may have cost."""
        texts = [text for chat in self.chats for text in self.room.texts(chat) if SUBJECTS[number] in text]
        together = {other for other in self.told if any(SUBJECTS[other] in text for text in texts)}
        return sum(self.changes[other] for other in {number, *together})


Portal.TestCase.settings = settings(
    max_examples=20, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestEveryChatShowsTheLatestState = Portal.TestCase
