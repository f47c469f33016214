"""Chats and people of the pretend Telegram, and what their states make the server say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict, get_args

from bot.simulator.telegram_wire import ApiError, Json, bad_request, forbidden

ChatType = Literal["private", "group", "supergroup", "channel"]
ChatState = Literal[
    "normal",
    "not_started",
    "blocked",
    "deactivated",
    "kicked",
    "left",
    "deleted",
    "restricted",
    "not_found",
    "migrated",
]
MemberStatus = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]
_FIRST_NAMES = ("Hoa", "Minh", "Lan", "Dũng", "Thảo", "Sơn", "Hạnh", "Tuấn", "Ngọc", "Phúc")
_FAMILY_NAMES = ("Lê Thị", "Nguyễn Văn", "Trần", "Phạm", "Hoàng", "Đỗ", "Bùi")


class ChatSettings(TypedDict, total=False):
    """What `chat(...)` may set; topics are thread id -> title, members user id -> status."""

    type: ChatType
    title: str
    username: str
    first_name: str
    last_name: str
    state: ChatState
    is_forum: bool
    bot_status: MemberStatus
    topics: dict[int, str]
    closed_topics: tuple[int, ...]
    deleted_topics: tuple[int, ...]
    members: dict[int, MemberStatus]


@dataclass(slots=True, kw_only=True)
class Chat:
    """A chat as the server knows it. Messages are Telegram's Message objects by id; an edit replaces the object."""

    id: int
    type: ChatType
    info: Json
    state: ChatState = "normal"
    migrated_to: int = 0
    bot_status: MemberStatus = "member"
    topics: dict[int, str] = field(default_factory=dict)
    closed_topics: set[int] = field(default_factory=set)
    members: dict[int, MemberStatus] = field(default_factory=dict)
    messages: dict[int, Json] = field(default_factory=dict)
    next_message_id: int = 1
    pinned: int = 0
    spoken_at: float = float("-inf")

    def take_message_id(self) -> int:
        """The next id; ids count up within the chat."""
        number = self.next_message_id
        self.next_message_id += 1
        return number

    def adjust(self, settings: ChatSettings) -> None:
        """Change what *settings* names; ValueError for a state that does not exist."""
        state = settings.get("state", self.state)
        if state not in get_args(ChatState):
            raise ValueError(f"unknown chat state {state!r}; there are {', '.join(get_args(ChatState))}")
        self.state = state
        self.bot_status = settings.get("bot_status", self.bot_status)
        names = ("title", "username", "first_name", "last_name", "is_forum")
        self.info = {**self.info, **{name: value for name, value in settings.items() if name in names}}
        self.topics.update({int(thread): title for thread, title in settings.get("topics", {}).items()})
        self.closed_topics = set(settings.get("closed_topics", self.closed_topics))
        for thread in settings.get("deleted_topics", ()):
            self.topics.pop(thread, None)
        self.members.update({int(user): status for user, status in settings.get("members", {}).items()})

    def require_readable(self) -> None:
        """Raise what getChat and its like say about a chat that the bot cannot see."""
        if self.state == "not_found":
            raise bad_request("chat not found")
        if self.state not in ("normal", "blocked", "restricted", "not_started"):
            self.require_writable()

    def require_writable(self) -> None:
        """Raise what the server says before it looks at a message; `require_reachable` comes after the limits."""
        if self.state == "normal":
            return
        refusal = self._refusal()
        if refusal is not None:
            raise refusal

    def require_reachable(self) -> None:
        """Raise what is found out only when the message reaches the person."""
        if self.state == "blocked":
            raise forbidden("bot was blocked by the user")
        if self.state == "not_started":
            raise forbidden("bot can't initiate conversation with a user")

    def require_topic(self, thread: int) -> None:
        """Raise what a closed or deleted topic of a forum answers."""
        if not thread or not self.info.get("is_forum"):
            return
        if thread not in self.topics:
            raise bad_request("message thread not found")
        if thread in self.closed_topics and self.bot_status != "administrator":
            raise bad_request("TOPIC_CLOSED")

    def _refusal(self) -> ApiError | None:
        kind = f"{self.type} chat"
        what = "need administrator rights in the channel chat"
        if self.type != "channel":
            what = "not enough rights to send text messages to the chat"
        moved = ApiError(
            400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.migrated_to
        )
        refusals: dict[ChatState, ApiError] = {
            "migrated": moved,
            "deactivated": forbidden("user is deactivated"),
            "kicked": forbidden(f"bot was kicked from the {kind}"),
            "left": forbidden(f"bot is not a member of the {kind}"),
            "deleted": forbidden("the group chat was deleted"),
            "not_found": bad_request("chat not found"),
            "restricted": bad_request(what),
        }
        return refusals.get(self.state)


class Directory:
    """All chats and people. A chat exists once it was made or somebody spoke in it."""

    def __init__(self, bot: Json) -> None:
        self.bot = bot
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Json] = {}
        self._usernames: dict[str, int] = {}

    def person(self, user_id: int) -> Json:
        """The User object; a new one gets a Vietnamese name and language_code "vi"."""
        if user_id not in self.people:
            first, family = _FIRST_NAMES[user_id % len(_FIRST_NAMES)], _FAMILY_NAMES[user_id % len(_FAMILY_NAMES)]
            self.people[user_id] = {
                "id": user_id,
                "is_bot": False,
                "first_name": first,
                "last_name": family,
                "language_code": "vi",
            }
        return self.people[user_id]

    def put(self, chat_id: int, settings: ChatSettings) -> Chat:
        """Make the chat or change it; the type follows from the id where it is not given."""
        chat = self.chats.get(chat_id)
        if chat is None:
            kind = settings.get("type") or _type_of(chat_id, settings)
            chat = Chat(id=chat_id, type=kind, info={"id": chat_id, "type": kind})
            if kind == "private":
                person = self.person(chat_id)
                chat.info |= {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
            else:
                chat.info["title"] = f"Kênh {chat_id}" if kind == "channel" else f"Nhóm {chat_id}"
                chat.bot_status = "administrator" if kind == "channel" else "member"
            self.chats[chat_id] = chat
        chat.adjust(settings)
        if username := chat.info.get("username"):
            self._usernames[username.lower()] = chat_id
        if chat.type == "private":
            names = ("first_name", "last_name", "username")
            self.person(chat_id).update({name: chat.info[name] for name in names if name in chat.info})
        return chat

    def find(self, chat_id: object) -> Chat:
        """The chat of a call's chat_id, a number or "@name"; ApiError 400 where there is none."""
        if chat_id in (None, ""):
            raise bad_request("chat_id is empty")
        key = self._usernames.get(chat_id[1:].lower()) if isinstance(chat_id, str) else chat_id
        chat = self.chats.get(key) if isinstance(key, int) else None
        if chat is None or chat.state == "not_found":
            raise bad_request("chat not found")
        return chat

    def member(self, chat: Chat, user_id: int) -> Json:
        """The ChatMember of that user, with the fields its status has."""
        is_bot = user_id == self.bot["id"]
        status: MemberStatus = chat.members.get(user_id, "left")
        if chat.type == "private" and user_id == chat.id:
            status = "member"
        if is_bot:
            status = _bot_status(chat)
        return describe_member(self.bot if is_bot else self.person(user_id), status)


def describe_member(user: Json, status: MemberStatus) -> Json:
    """A ChatMember object; an administrator holds every right."""
    member: Json = {"user": user, "status": status}
    match status:
        case "creator":
            member["is_anonymous"] = False
        case "administrator":
            rights = (
                "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
                "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories "
                "can_post_messages can_edit_messages can_pin_messages can_manage_topics"
            )
            member |= {"can_be_edited": False, "is_anonymous": False, **dict.fromkeys(rights.split(), True)}
        case "restricted":
            rights = (
                "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos "
                "can_send_video_notes can_send_voice_notes can_send_polls can_send_other_messages "
                "can_add_web_page_previews can_change_info can_invite_users can_pin_messages can_manage_topics"
            )
            member |= {"is_member": True, "until_date": 0, **dict.fromkeys(rights.split(), False)}
        case "kicked":
            member["until_date"] = 0
        case _:
            pass
    return member


def _bot_status(chat: Chat) -> MemberStatus:
    match chat.state:
        case "left" | "kicked" | "restricted":
            return chat.state
        case "blocked":
            return "kicked"
        case _:
            return chat.bot_status


def _type_of(chat_id: int, settings: ChatSettings) -> ChatType:
    if chat_id > 0:
        return "private"
    return "supergroup" if chat_id < -(10**12) or settings.get("is_forum") else "group"
