"""What a robot's client may send over its connection (page 101463), as a table of commands.

welcome and card updates within 5 s; replies for 24 h; a stream for 6 minutes from its first frame;
30 messages a minute and 1000 an hour per conversation (a stream counts once).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.fields import Field, Json, check, number, obj, text
from sandbox.robots import uploads
from sandbox.robots.hub import Context, Hub, Seat
from sandbox.rules import cards, robots

REPLY_MS, QUICK_MS, STREAM_MS = 24 * 3_600_000, 5_000, 6 * 60_000
BAD_REQ, STREAM_OVER, BAD_CHAT, NOT_SUBSCRIBED = 846605, 846608, 93006, 40014


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


def show(said: Said, chat: str, raw: Json) -> Json:
    """The robot's message appears in the chat."""
    return robots.show(said.hub.world, said.seat.robot.bot_id, chat, raw)


def welcome(said: Said) -> Json:
    found = context(said, ("enter_chat",), QUICK_MS)
    raw = robots.spoken(robots.GREETING, said.body)
    if found.answered:
        raise ApiError(BAD_REQ, "already answered")
    found.answered = True
    show(said, found.chat, raw)
    return {}


def respond(said: Said) -> Json:
    found = context(said, ("message",), REPLY_MS)
    by_letter = said.seat.robot.mode == "callback"
    raw = robots.spoken(robots.LETTER if by_letter else robots.REPLY, said.body)
    if "stream" in raw:
        if by_letter:
            robots.pictures(raw["stream"])
        else:
            raw["stream"].pop("msg_item", None)  # not supported over the long connection
        stream(said, found, raw, found.at if by_letter else found.stream_at)
    else:
        show(said, found.chat, raw)
    return {}


def stream(said: Said, found: Context, raw: Json, since: int) -> None:
    """Each part replaces the whole text; `since` = where the six minutes began."""
    part, now = raw["stream"], said.hub.world.now()
    if found.stream_id != part["id"]:
        found.entry = show(said, found.chat, raw)
        found.stream_id, found.stream_at, found.finished = part["id"], now, False
    elif found.finished or now - since > STREAM_MS:
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
            "template_card": obj(required=True),
            "userids": Field(kind="any"),
        },
        said.body,
    )
    cards.check_card(cards.ROBOT, body["template_card"], update=True)
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
    raw = robots.spoken(robots.PUSH, said.body)
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
