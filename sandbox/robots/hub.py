"""The robots' memory: the one live connection of each, and the callbacks that may be answered.

Not part of a snapshot: after a restart of the platform every client subscribes again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.errors import ControlError
from sandbox.fields import Json
from sandbox.rules import robots
from sandbox.world.model import Robot
from sandbox.world.world import World

KEEP_CONTEXTS = 20_000
SPOKEN = "robot_spoken"


@dataclass
class Context:
    """One callback that was sent to a robot: what may be answered to its req_id, and until when."""

    req_id: str
    kind: str
    chat: str
    userid: str
    at: int
    answered: bool = False
    stream_id: str = ""
    stream_at: int = 0
    finished: bool = False
    entry: Json | None = None
    task_id: str = ""


@dataclass
class Link:
    """A live connection as the hub sees it: a way to send and a way to close."""

    send: Callable[[Json], None]
    close: Callable[[], None]


@dataclass
class Seat:
    """One robot and its present connection."""

    robot: Robot
    link: Link | None = None
    contexts: OrderedDict[str, Context] = field(default_factory=OrderedDict)
    uploads: dict[str, Json] = field(default_factory=dict)


class Hub:
    """All robots of the corp."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._seats = {each.bot_id: Seat(each) for each in world.store.robots.values()}
        self.post: Callable[[Seat, Context, Json], bool] = lambda seat, context, body: False

    def seat(self, bot_id: str) -> Seat:
        """A robot's seat for the control plane; 404 when unknown."""
        found = self._seats.get(bot_id)
        if found is None:
            raise ControlError(f"no robot {bot_id}", 404)
        return found

    def login(self, bot_id: str, secret: str) -> Seat | None:
        """The seat behind bot id and secret, or None."""
        found = self._seats.get(bot_id)
        return found if found is not None and found.robot.secret == secret else None

    def take(self, seat: Seat, link: Link) -> None:
        """Seat a new connection; the old one is told and closed."""
        old, seat.link = seat.link, link
        if old is not None and old is not link:
            event = self._event(seat, "disconnected_event", {})
            old.send(frame("aibot_event_callback", self.world.secret_id("R", 20), event))
            old.close()

    def leave(self, seat: Seat, link: Link) -> None:
        """A connection ended."""
        if seat.link is link:
            seat.link = None

    def hang_up(self) -> None:
        """The platform ends: close every connection."""
        for seat in self._seats.values():
            if seat.link is not None:
                seat.link.close()

    def mentioned(self, chat_id: str, text: str) -> list[Seat]:
        """Robots of an internal group whose name is called with @."""
        found = self._seats.values()
        return [
            each for each in found if chat_id in each.robot.groups and f"@{each.robot.name}" in text
        ]

    # -- callbacks ------------------------------------------------------------------------------

    def _event(self, seat: Seat, kind: str, payload: Json) -> Json:
        event = {"eventtype": kind} | ({kind: payload} if payload else {})
        return {
            "msgid": self.world.secret_id("E", 20),
            "create_time": self.world.now_s(),
            "aibotid": seat.robot.bot_id,
            "msgtype": "event",
            "event": event,
        }

    def event(self, seat: Seat, userid: str, chat_id: str, kind: str, payload: Json) -> Json:
        """Send an event of a member."""
        body = self._event(seat, kind, payload) | head(userid, chat_id)
        context = self._context(seat, kind, userid, chat_id)
        context.task_id = str(payload.get("task_id", ""))
        if kind == "template_card_event":
            body |= self._answerable(seat, userid, chat_id, None)
        return self._push(seat, "aibot_event_callback", context, body)

    def message(self, seat: Seat, userid: str, chat_id: str, raw: Json) -> Json:
        """Send a message of a member; from now on the robot may speak in this chat."""
        body = {"msgid": self.world.secret_id("M", 20), "aibotid": seat.robot.bot_id}
        body |= head(userid, chat_id) | raw | self._answerable(seat, userid, chat_id, raw)
        spoken = self.world.store.shelf.setdefault(SPOKEN, {})
        spoken[f"{seat.robot.bot_id}|{chat_id or userid}"] = self.world.now()
        context = self._context(seat, "message", userid, chat_id)
        return self._push(seat, "aibot_msg_callback", context, body)

    def _answerable(self, seat: Seat, userid: str, chat_id: str, raw: Json | None) -> Json:
        """The response_url of URL mode."""
        if seat.robot.mode != "callback":
            return {}
        quote = raw if chat_id else None
        bot_id = seat.robot.bot_id
        return {"response_url": robots.response_url(self.world, bot_id, chat_id or userid, quote)}

    def has_spoken(self, seat: Seat, chat: str) -> bool:
        """Somebody wrote to the robot in this chat before."""
        return f"{seat.robot.bot_id}|{chat}" in self.world.store.shelf.get(SPOKEN, {})

    def _context(self, seat: Seat, kind: str, userid: str, chat_id: str) -> Context:
        made = Context(
            self.world.secret_id("R", 20), kind, chat_id or userid, userid, self.world.now()
        )
        seat.contexts[made.req_id] = made
        if len(seat.contexts) > KEEP_CONTEXTS:
            seat.contexts.popitem(last=False)
        return made

    def _push(self, seat: Seat, cmd: str, context: Context, body: Json) -> Json:
        """Without a live connection or an address the callback is lost, as on the platform."""
        if seat.robot.mode == "callback":
            delivered = self.post(seat, context, body)
        else:
            delivered = seat.link is not None
        if seat.link is not None:
            seat.link.send(frame(cmd, context.req_id, body))
        return {"msgid": body["msgid"], "req_id": context.req_id, "delivered": delivered}


def head(userid: str, chat_id: str) -> Json:
    """Who and where, as every callback says it."""
    where = {"chatid": chat_id, "chattype": "group"} if chat_id else {"chattype": "single"}
    return where | {"from": {"userid": userid}}


def frame(cmd: str, req_id: str, body: Json) -> Json:
    """A frame of the platform."""
    return {"cmd": cmd, "headers": {"req_id": req_id}, "body": body}
