"""The message archive (会话内容存档, page 91774) as a port: a log that is read by ``seq``.

It is read only, paid and needs consent. Messages stay on the server for a few days, so it must be
read all the time; unknown types are kept as they come.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.core.errors import OneVoiceError

# The object of a message is named like its type, but for these.
OBJECTS = {"markdown": "info", "news": "info", "docmsg": "doc"}
SWITCH, UNKNOWN, UNREADABLE = "switch", "unknown", "unreadable"
_COMMON = frozenset({"seq", "msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype",
                     "time", "user"})  # fmt: skip


class FeedFailed(OneVoiceError):
    """The archive could not be read; ``str()`` says why, and what to change if one can."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArchiveMessage:
    """One message. ``at`` in ms, ``room`` empty in a 1:1 talk, ``payload`` as it came."""

    seq: int
    msgid: str
    kind: str
    sender: str
    to: tuple[str, ...] = ()
    room: str = ""
    at: int
    action: str = "send"
    payload: Mapping[str, Any] = field(default_factory=dict)


class ArchiveFeed(Protocol):
    """Where the archive is read from."""

    async def pull(self, seq: int, limit: int) -> Sequence[ArchiveMessage]:
        """At most ``limit`` (1000) messages with a greater ``seq``, oldest first.

        Raises FeedFailed.
        """
        ...

    def media(self, sdkfileid: str) -> AsyncIterator[bytes]:
        """A file of a message, piece by piece (512 KB). Raises FeedFailed."""
        ...


def parse(seq: int, plain: Mapping[str, Any], at: int) -> ArchiveMessage:
    """A decrypted message, whatever it holds; ``at`` when it names no time. Never raises."""
    action = str(plain.get("action") or "send")
    switched = action == SWITCH
    kind = SWITCH if switched else str(plain.get("msgtype") or UNKNOWN)
    to = plain.get("tolist")
    return ArchiveMessage(
        seq=seq, msgid=str(plain.get("msgid") or f"seq{seq}"), kind=kind, action=action,
        sender=str(plain.get("user" if switched else "from") or ""),
        to=tuple(map(str, to)) if isinstance(to, list) else (),
        room=str(plain.get("roomid") or ""), payload=_payload(kind, plain),
        at=_ms(plain.get("time" if switched else "msgtime"), at),
    )  # fmt: skip


def _payload(kind: str, plain: Mapping[str, Any]) -> Mapping[str, Any]:
    found = plain.get(OBJECTS.get(kind, kind))
    if isinstance(found, Mapping):
        return found
    return {name: value for name, value in plain.items() if name not in _COMMON}


def _ms(value: object, fallback: int) -> int:
    return value if isinstance(value, int) and value > 0 else fallback
