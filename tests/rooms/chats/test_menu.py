"""How the bot presents itself, and what its buttons may carry."""

import pytest

from bot.chats import callbacks
from bot.chats.callbacks import Pressed
from bot.chats.commands.table import BUTTONS, COMMANDS
from bot.chats.menu import publish_menu
from tests.rooms.chats.scene import Scene


async def test_the_menu_is_vietnamese_and_for_english_readers_english(desk: Scene) -> None:
    bot = desk.application.bot
    await publish_menu(bot)
    vietnamese = {command.command: command.description for command in await bot.get_my_commands()}
    english = {command.command: command.description for command in await bot.get_my_commands(language_code="en")}
    assert vietnamese["dangky"] == "Nhận mọi tin mới của một nguồn"
    assert english["subscribe"] == "Get every new item of a source"
    assert len(vietnamese) == len(english)
    known = {name for command in COMMANDS for name in command.names}
    assert {*vietnamese, *english} <= known
    assert "Loa" in (await bot.get_my_description()).description
    desk.no_harm()


def test_no_two_commands_share_a_name() -> None:
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))


def test_a_button_carries_the_longest_id_of_a_source() -> None:
    longest = "x" * 62
    data = callbacks.button("Nguồn", "s", longest).data
    assert len(data.encode()) == 64
    assert callbacks.read(data) == Pressed(verb="s", words=longest)


@pytest.mark.parametrize(("verb", "words"), [("s", "x" * 63), ("s", "có dấu"), ("s", "a b"), ("S", "x"), ("abc", "x")])
def test_a_button_that_could_not_be_read_back_is_a_defect(verb: str, words: str) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        callbacks.button("Nguồn", verb, words)


def test_every_verb_of_the_table_can_be_carried() -> None:
    assert all(callbacks.read(f"{verb}:1") for verb in BUTTONS)
