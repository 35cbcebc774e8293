"""What a robot's client may send over its connection (page 101463), as a table of commands.

welcome and card updates within 5 s; replies for 24 h; a stream for 6 minutes from its first frame;
30 messages a minute and 1000 an hour per conversation (a stream counts once).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.fields import Field, Json, check, flag, number, obj, text
from sandbox.robots import uploads
from sandbox.robots.hub import Context, Hub, Seat
from sandbox.rules.payload import MEDIA_ID, check_media, message, words

REPLY_MS, QUICK_MS, STREAM_MS = 24 * 3_600_000, 5_000, 6 * 60_000
CONTENT = 20_480
BAD_REQ, STREAM_OVER, BAD_CHAT, NOT_SUBSCRIBED = 846605, 846608, 93006, 40014

FEEDBACK = obj({"id": text(256, required=True)})
STREAM = obj(
    {
        "id": text(256, required=True),
        "finish": flag(default=False),
        "feedback": FEEDBACK,
        "content": text(CONTENT, over=45002),
    },
    required=True,
)
CARD = obj(required=True)
MEDIA = obj({"media_id": MEDIA_ID}, required=True)
MARKDOWN = obj(
    {"content": text(CONTENT, required=True, missing=44004, over=45002), "feedback": FEEDBACK},
    required=True,
)
FILES: Mapping[str, Field] = {"file": MEDIA, "image": MEDIA, "voice": MEDIA, "video": MEDIA}
PUSH: Mapping[str, Field] = {"markdown": MARKDOWN, "template_card": CARD} | dict(FILES)
REPLY: Mapping[str, Field] = {"stream": STREAM, "stream_with_template_card": CARD} | dict(PUSH)
GREETING: Mapping[str, Field] = {
    "text": obj({"content": text(CONTENT, required=True, over=45002)}, required=True),
    "template_card": CARD,
}


@dataclass(frozen=True)
class Said:
    """One frame of a client."""

    hub: Hub
    seat: Seat
    req_id: str
    body: Json


def context(said: Said, kinds: tuple[str, ...], within: int) -> Context:
    """The callback that is answered; 846605 for a foreign, wrong or too old req_id."""
    found = said.seat.contexts.get(said.req_id)
    if found is None or found.kind not in kinds:
        raise ApiError(BAD_REQ, said.req_id)
    if said.hub.world.now() - found.at > within:
        raise ApiError(BAD_REQ, "too late")
    return found


def allow(said: Said, chat: str) -> None:
    """One more message in a conversation (45009)."""
    world = said.hub.world
    key, now = f"robot:{said.seat.robot.bot_id}:{chat}", world.now()
    hit, rules = world.windows.hit, world.settings
    if not hit(key, now, rules.robot_per_minute) or not hit(
        key, now, rules.robot_per_hour, 3_600_000
    ):
        raise ApiError(45009, "messages in this chat")


def show(said: Said, chat: str, raw: Json) -> Json:
    """The robot's message appears in the chat."""
    scope = f"robot:{said.seat.robot.bot_id}"
    check_media(said.hub.world, [raw], scope)
    allow(said, chat)
    kind = raw["msgtype"]
    return said.hub.world.say(chat, "robot", said.seat.robot.bot_id, kind, words(raw), raw)


def welcome(said: Said) -> Json:
    found = context(said, ("enter_chat",), QUICK_MS)
    raw = message(GREETING, said.body)
    if found.answered:
        raise ApiError(BAD_REQ, "already answered")
    found.answered = True
    show(said, found.chat, raw)
    return {}


def respond(said: Said) -> Json:
    found = context(said, ("message",), REPLY_MS)
    kind = said.body.get("msgtype")
    if kind == "stream_with_template_card":
        raw = message({kind: CARD}, said.body | {kind: {}})
        raw = {"msgtype": kind} | check({"stream": STREAM, "template_card": CARD}, said.body)
    else:
        raw = message(REPLY, said.body)
    if "stream" in raw:
        stream(said, found, raw)
    else:
        show(said, found.chat, raw)
    return {}


def stream(said: Said, found: Context, raw: Json) -> None:
    """Each frame replaces the whole text of the stream."""
    part, now = raw["stream"], said.hub.world.now()
    if found.stream_id != part["id"]:
        found.entry = show(said, found.chat, raw)
        found.stream_id, found.stream_at, found.finished = part["id"], now, False
    elif found.finished or now - found.stream_at > STREAM_MS:
        raise ApiError(STREAM_OVER)
    assert found.entry is not None
    found.finished = bool(part.get("finish"))
    found.entry["text"] = part.get("content", "")
    found.entry["raw"] = raw
    said.hub.world.mark()
    said.hub.world.on_chat(found.chat, found.entry)


def update(said: Said) -> Json:
    found = context(said, ("template_card_event",), QUICK_MS)
    body = check(
        {
            "response_type": text(required=True, choices=("update_template_card",)),
            "template_card": CARD,
            "userids": Field(kind="any"),
        },
        said.body,
    )
    for entry in reversed(said.hub.world.store.chats.get(found.chat, [])):
        card = entry["raw"].get("template_card")
        if isinstance(card, dict) and card.get("task_id") == found.task_id:
            entry["raw"] = entry["raw"] | {"template_card": body["template_card"]}
            said.hub.world.mark()
            said.hub.world.on_chat(found.chat, entry)
            break
    return {}


def push(said: Said) -> Json:
    """A message without a question: only where somebody wrote to the robot before (93006)."""
    fields = {"chatid": text(64, required=True, missing=BAD_CHAT), "chat_type": number(0, 2)}
    chat = check(fields, said.body)["chatid"]
    raw = message(PUSH, said.body)
    world = said.hub.world
    group = world.store.groups.get(chat)
    known = chat in world.store.staff or (group is not None and group.kind == "internal")
    if not known or not said.hub.has_spoken(said.seat, chat):
        raise ApiError(BAD_CHAT, chat)
    show(said, chat, raw)
    return {}


def upload_init(said: Said) -> Json:
    return uploads.init(said.hub.world, said.seat, said.body)


def upload_chunk(said: Said) -> Json:
    return uploads.chunk(said.hub.world, said.seat, said.body)


def upload_finish(said: Said) -> Json:
    return uploads.finish(said.hub.world, said.seat, said.body)


COMMANDS: dict[str, Callable[[Said], Json]] = {
    "ping": lambda said: {},
    "aibot_respond_welcome_msg": welcome,
    "aibot_respond_msg": respond,
    "aibot_respond_update_msg": update,
    "aibot_send_msg": push,
    "aibot_upload_media_init": upload_init,
    "aibot_upload_media_chunk": upload_chunk,
    "aibot_upload_media_finish": upload_finish,
}
