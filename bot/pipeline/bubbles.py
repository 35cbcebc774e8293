"""How an answer goes back where the message says so itself: smart robots. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.core.body import Text, plain
from bot.core.model import Draft, Inbound, Outbound


def way_of(messages: Sequence[Inbound]) -> Mapping[str, Any]:
    """How the last of some messages may be answered, where it says so itself (smart robots)."""
    last = messages[-1]
    return last.data.get("answer", {}) if last.channel == "robot" else {}


def bubbles(messages: Sequence[Inbound], drafts: Sequence[Draft]) -> Sequence[Draft]:
    """The drafts; in one, where the platform takes one answer only; none, where it takes none."""
    way = way_of(messages)
    if way.get("mute"):
        return ()
    if len(drafts) < 2 or not way.get("once"):
        return drafts
    return (replace(drafts[0], body=Text("\n\n".join(plain(d.body) for d in drafts)),
                    amounts=sum((d.amounts for d in drafts), ()),
                    own=sum((d.own for d in drafts), ())),)  # fmt: skip


def back(out: Outbound, way: Mapping[str, Any], i: int) -> Iterator[Outbound]:
    """Sends a bubble back by that way: a welcome once and in time, anything else as it comes."""
    if not way.get("welcome"):
        yield out.evolve(data={**out.data, **way})
    elif i == 0:
        yield out.evolve(kind="welcome", data={**out.data, **way}, expires_at=way["until"])
