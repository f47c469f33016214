"""Methods that answer queries, tell about chats, and set how the bot presents itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.simulator.telegram_changes import Change
from bot.simulator.telegram_chats import Chat
from bot.simulator.telegram_keyboard import inline_keyboard
from bot.simulator.telegram_sending import Method
from bot.simulator.telegram_wire import Call, Json, bad_request
from bot.simulator.telegram_world import World

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


def get_me(world: World, call: Call) -> Json:
    """getMe."""
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": True}
    return {**world.bot, **abilities, "can_connect_to_business": False, "has_main_web_app": False}


def answer_callback_query(world: World, call: Call) -> bool:
    """answerCallbackQuery: the person sees its text as a toast."""
    query_id, text = str(call.values.get("callback_query_id", "")), str(call.values.get("text") or "")
    if query_id not in world.callbacks:
        raise bad_request(_TOO_OLD)
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    world.callbacks[query_id] = call.values
    world.changes.tell(world.callback_chats[query_id], Change(kind="toast", text=text))
    return True


def answer_inline_query(world: World, call: Call) -> bool:
    """answerInlineQuery: at most 50 results, each with its own id of 1-64 bytes."""
    query_id, results = str(call.values.get("inline_query_id", "")), call.values.get("results")
    if query_id not in world.inlines:
        raise bad_request(_TOO_OLD)
    if results is None:
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > 50:
        raise bad_request("too many inline query results specified")
    names = [str(result.get("id", "")) for result in results]
    if len(set(names)) < len(names):
        raise bad_request("RESULT_ID_DUPLICATE")
    if not all(1 <= len(name.encode()) <= 64 for name in names):
        raise bad_request("RESULT_ID_INVALID")
    for result in results:
        _check_result(world, result)
    world.inlines[query_id] = call.values
    world.changes.wake()
    return True


def get_chat(world: World, call: Call) -> Json:
    """getChat."""
    chat = _readable(world, call)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **chat.info,
        "accent_color_id": 1,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, True),
    }


def get_chat_member(world: World, call: Call) -> Json:
    """getChatMember."""
    chat, user_id = _readable(world, call), call.values.get("user_id")
    if not isinstance(user_id, int):
        raise bad_request("invalid user_id specified")
    return world.directory.member(chat, user_id)


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """getChatAdministrators."""
    chat = _readable(world, call)
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    leaders = [user for user, status in chat.members.items() if status in ("creator", "administrator")]
    own = [world.bot["id"]] if chat.bot_status == "administrator" else []
    return [world.directory.member(chat, user) for user in leaders + own]


def get_chat_member_count(world: World, call: Call) -> int:
    """getChatMemberCount."""
    chat = _readable(world, call)
    return 1 + max(1, sum(status not in ("left", "kicked") for status in chat.members.values()))


def leave_chat(world: World, call: Call) -> bool:
    """leaveChat."""
    _readable(world, call).state = "left"
    return True


def set_my_commands(world: World, call: Call) -> bool:
    """setMyCommands."""
    commands = call.values.get("commands")
    if commands is None:
        raise bad_request("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.settings[_commands_key(call)] = commands
    return True


def get_my_commands(world: World, call: Call) -> Any:
    """getMyCommands."""
    return world.settings.get(_commands_key(call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """deleteMyCommands."""
    world.settings.pop(_commands_key(call), None)
    return True


def set_my_description(world: World, call: Call) -> bool:
    """setMyDescription."""
    return _set_text(world, call, "description", 512)


def set_my_short_description(world: World, call: Call) -> bool:
    """setMyShortDescription."""
    return _set_text(world, call, "short_description", 120)


def set_my_name(world: World, call: Call) -> bool:
    """setMyName."""
    return _set_text(world, call, "name", 64)


def get_my_description(world: World, call: Call) -> Json:
    """getMyDescription."""
    return _get_text(world, call, "description")


def get_my_short_description(world: World, call: Call) -> Json:
    """getMyShortDescription."""
    return _get_text(world, call, "short_description")


def get_my_name(world: World, call: Call) -> Json:
    """getMyName."""
    return _get_text(world, call, "name")


def set_chat_menu_button(world: World, call: Call) -> bool:
    """setChatMenuButton."""
    world.settings["menu", str(call.values.get("chat_id", ""))] = call.values.get("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(world: World, call: Call) -> Any:
    """getChatMenuButton."""
    return world.settings.get(("menu", str(call.values.get("chat_id", ""))), {"type": "commands"})


def set_webhook(world: World, call: Call) -> bool:
    """setWebhook."""
    world.updates.set_webhook(call.values)
    return True


def delete_webhook(world: World, call: Call) -> bool:
    """deleteWebhook."""
    world.updates.delete_webhook(call.values)
    return True


def get_webhook_info(world: World, call: Call) -> Json:
    """getWebhookInfo."""
    return world.updates.webhook_info()


def accept(world: World, call: Call) -> bool:
    """logOut and close: nothing to do here."""
    return True


def _readable(world: World, call: Call) -> Chat:
    chat = world.directory.find(call.values.get("chat_id"))
    chat.require_readable()
    return chat


def _check_result(world: World, result: Json) -> None:
    content = result.get("input_message_content")
    if isinstance(content, dict) and "message_text" in content:
        world.texts.message_text({**content, "text": content["message_text"]})
    world.texts.caption(result)
    inline_keyboard(result)


def _commands_key(call: Call) -> tuple[str, ...]:
    scope = call.values.get("scope") or {"type": "default"}
    return ("commands", str(sorted(scope.items())), str(call.values.get("language_code") or ""))


def _set_text(world: World, call: Call, name: str, most: int) -> bool:
    text = str(call.values.get(name) or "")
    if len(text) > most:
        raise bad_request(f"BOT_{name.upper()}_TOO_LONG")
    world.settings[name, str(call.values.get("language_code") or "")] = text
    return True


def _get_text(world: World, call: Call, name: str) -> Json:
    return {name: world.settings.get((name, str(call.values.get("language_code") or "")), "")}


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "getMe": get_me,
        "answerCallbackQuery": answer_callback_query,
        "answerInlineQuery": answer_inline_query,
        "getChat": get_chat,
        "getChatMember": get_chat_member,
        "getChatAdministrators": get_chat_administrators,
        "getChatMemberCount": get_chat_member_count,
        "leaveChat": leave_chat,
        "setMyCommands": set_my_commands,
        "getMyCommands": get_my_commands,
        "deleteMyCommands": delete_my_commands,
        "setMyDescription": set_my_description,
        "getMyDescription": get_my_description,
        "setMyShortDescription": set_my_short_description,
        "getMyShortDescription": get_my_short_description,
        "setMyName": set_my_name,
        "getMyName": get_my_name,
        "setChatMenuButton": set_chat_menu_button,
        "getChatMenuButton": get_chat_menu_button,
        "setWebhook": set_webhook,
        "deleteWebhook": delete_webhook,
        "getWebhookInfo": get_webhook_info,
        "logOut": accept,
        "close": accept,
    }
)
