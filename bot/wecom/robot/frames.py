"""Frames of the long connection as values (page 101463).

``{"cmd", "headers": {"req_id"}, "body"}``; an acknowledgement carries no cmd but errcode and
errmsg, under the req_id of what it acknowledges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from bot.core.clock import Clock
from bot.core.errors import OneVoiceError

SUBSCRIBE, PING = "aibot_subscribe", "ping"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
RESPOND, WELCOME = "aibot_respond_msg", "aibot_respond_welcome_msg"
UPDATE, PUSH = "aibot_respond_update_msg", "aibot_send_msg"
UPLOAD_INIT, UPLOAD_CHUNK = "aibot_upload_media_init", "aibot_upload_media_chunk"
UPLOAD_FINISH = "aibot_upload_media_finish"
REQ_ID_MAX = 256
BODY_MAX = 1_048_576


class BadFrame(OneVoiceError):
    """What came is no frame of this protocol; ``str()`` is one short reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One frame that came in. ``errcode`` is None where the platform left it out."""

    cmd: str = ""
    req_id: str
    errcode: int | None = None
    errmsg: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def event(self) -> str:
        """The eventtype of an event callback, or empty."""
        event = self.body.get("event")
        return str(event.get("eventtype", "")) if isinstance(event, dict) else ""


def parse(raw: str | bytes) -> Frame:
    """Reads one frame. Raises BadFrame, whatever came."""
    if len(raw) > BODY_MAX:
        raise BadFrame("too large")
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadFrame("no JSON") from None
    headers = data.get("headers") if isinstance(data, dict) else None
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    if not isinstance(req_id, str) or not 0 < len(req_id) <= REQ_ID_MAX:
        raise BadFrame("no req_id")
    cmd, body = data.get("cmd") or "", data.get("body") or {}
    if not isinstance(cmd, str) or not isinstance(body, dict):
        raise BadFrame("cmd or body of a wrong type")
    code = data.get("errcode")
    known = isinstance(code, int) and not isinstance(code, bool)
    return Frame(cmd=cmd, req_id=req_id, errcode=code if known else None, body=body,
                 errmsg=str(data.get("errmsg", ""))[:200])  # fmt: skip


def build(cmd: str, req_id: str, body: Mapping[str, Any] | None = None) -> str:
    """The text of a frame that goes out; ``ping`` has no body."""
    frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
    if body is not None:
        frame["body"] = body
    return orjson.dumps(frame).decode()


class ReqIds:
    """Names for our own requests: ``<cmd>_<millis>_<hex>``, as the platform's own SDKs make them.

    The platform tells the answers to subscribe and ping by this prefix.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock, self._count = clock, 0

    def next(self, cmd: str) -> str:
        """A name that this process has not used before."""
        self._count += 1
        return f"{cmd}_{self._clock.now()}_{self._count:04x}"
