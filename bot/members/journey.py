"""How far a person comes with each category of goods, and what moved him.

What he bought decides, where he bought something: one order kept is BOUGHT, passed on after that
SHARED, a second one REBOUGHT. When all is given back he is where he chose it, at PREFERRED. Before
that, signs do: content that reached him (RECEIVED), a link that he opened (INTEGRATED), a tag or a
fact that says he likes it (PREFERRED). When the last of those tags is taken off he goes back to
INTEGRATED. Nobody forgets what he knew: nothing leads further back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from bot.core.event import Event, Happened
from bot.core.stages import Stage
from bot.members import orders

SIGNS = frozenset({Happened.LEARNED, Happened.CLICKED, Happened.SHARED, Happened.TAGGED,
                   Happened.UNTAGGED, Happened.FACT, Happened.UNFACT})  # fmt: skip
KINDS = SIGNS | orders.KINDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What in the log speaks of a category. ``content`` and ``links``: patterns with * of the
    names of templates, and of links or their codes; ``tags``; ``facts``: ``taste=绿茶``."""

    content: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One step of one category; ``event``: the dedupe of what moved him."""

    category: str
    stage: Stage
    was: Stage
    at: int
    event: str


@dataclass(slots=True)
class _Standing:
    """What is true of one person and one category so far."""

    stage: Stage = Stage.NONE
    received: bool = False
    integrated: bool = False
    bought: bool = False
    shared: bool = False
    likes: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def come_to(self) -> Stage:
        if self.kept:
            once = Stage.SHARED if self.shared else Stage.BOUGHT
            return Stage.REBOUGHT if len(self.kept) > 1 else once
        if self.bought or self.likes:
            return Stage.PREFERRED
        if self.integrated:
            return Stage.INTEGRATED
        return Stage.RECEIVED if self.received else Stage.NONE


@dataclass(frozen=True, slots=True)
class _Signal:
    """Something that may move him; ``which``: the order, or what he likes it by."""

    at: int
    event: str
    category: str
    what: str
    which: str = ""


def fold(told: Iterable[Event], bought: Mapping[str, Sequence[Event]],
         signs: Mapping[str, Signs]) -> list[Move]:  # fmt: skip
    """All moves of one person, in order. ``told``: events of SIGNS; ``bought``: all events of each
    order of his."""
    signals = [*_of_orders(bought), *(one for event in told for one in _of_event(event, signs))]
    standing: dict[str, _Standing] = {}
    moves: list[Move] = []
    for one in sorted(signals, key=lambda signal: (signal.at, signal.event, signal.category)):
        mine = standing.setdefault(one.category, _Standing())
        _EFFECTS[one.what](mine, one.which)
        stage = mine.come_to()
        if stage is not mine.stage:
            moves.append(Move(category=one.category, stage=stage, was=mine.stage, at=one.at,
                              event=one.event))  # fmt: skip
            mine.stage = stage
    return moves


def speaks(event: Event, signs: Mapping[str, Signs]) -> list[str]:
    """The categories of which an event of SIGNS says something."""
    return [one.category for one in _of_event(event, signs)]


def about(content: str, signs: Mapping[str, Signs]) -> list[str]:
    """The categories that a template is about."""
    return [name for name, own in signs.items() if _fits((content,), own.content)]


def learned(sent: Event, category: str) -> Event:
    """The event that a message told somebody of a category; the message itself may be forgotten."""
    return Event(kind=Happened.LEARNED, at=sent.at, member=sent.member, channel=sent.channel,
                 account=sent.account, persona=sent.persona, version=sent.version,
                 place=sent.place, which=category,
                 dedupe=f"learned/{category}/{sent.dedupe}")  # fmt: skip


def _of_orders(bought: Mapping[str, Sequence[Event]]) -> Iterator[_Signal]:
    for id, events in bought.items():
        order = orders.fold(events)
        if order is None or not order.category:
            continue
        latest = sorted(events, key=lambda one: (orders.said(one), one.dedupe))
        began = next(one for one in reversed(latest) if one.kind is Happened.ORDERED)
        yield _Signal(order.at, began.dedupe, order.category, "bought", id)
        if not order.counts:
            ended = next(one for one in reversed(latest) if one.kind is not Happened.ORDERED)
            yield _Signal(max(ended.at, order.at), ended.dedupe, order.category, "back", id)


def _of_event(event: Event, signs: Mapping[str, Signs]) -> Iterator[_Signal]:
    read = _READS[event.kind]
    for category, own in signs.items():
        found = read(event, own, category)
        if found is not None:
            yield _Signal(event.at, event.dedupe, category, *found)


_Read = Callable[[Event, Signs, str], tuple[str, str] | None]


def _learned(event: Event, own: Signs, category: str) -> tuple[str, str] | None:
    return ("received", "") if event.which == category else None


def _link(event: Event, own: Signs, category: str) -> tuple[str, str] | None:
    return ("integrated", "") if _fits((event.place, event.which), own.links) else None


def _passed(event: Event, own: Signs, category: str) -> tuple[str, str] | None:
    mine = event.which == category or _fits((event.place,), (*own.content, *own.links))
    return ("shared", "") if mine else None


def _tag(event: Event, own: Signs, category: str) -> tuple[str, str] | None:
    what = "likes" if event.kind is Happened.TAGGED else "likes no more"
    return (what, f"tag:{event.account}:{event.which}") if event.which in own.tags else None


def _fact(event: Event, own: Signs, category: str) -> tuple[str, str] | None:
    """What is known of him under one name, from one source, is one thing: another takes its
    place."""
    names = {one.partition("=")[0] for one in own.facts}
    said = f"{event.which}={event.data.get('value', '')}"
    likes = event.kind is Happened.FACT and said in own.facts
    which = f"fact:{event.which}:{event.place}"
    return ("likes" if likes else "likes no more", which) if event.which in names else None


def _fits(names: Iterable[str], patterns: Sequence[str]) -> bool:
    return any(name and fnmatchcase(name, pattern) for name in names for pattern in patterns)


_READS: Mapping[Happened, _Read] = {
    Happened.LEARNED: _learned, Happened.CLICKED: _link, Happened.SHARED: _passed,
    Happened.TAGGED: _tag, Happened.UNTAGGED: _tag, Happened.FACT: _fact, Happened.UNFACT: _fact,
}  # fmt: skip


def _received(mine: _Standing, which: str) -> None:
    mine.received = True


def _integrated(mine: _Standing, which: str) -> None:
    mine.integrated = True


def _likes(mine: _Standing, which: str) -> None:
    mine.likes.add(which)
    mine.integrated = True


def _likes_no_more(mine: _Standing, which: str) -> None:
    whole = which.endswith(":")  # of every source
    mine.likes = {one for one in mine.likes
                  if one != which and not (whole and one.startswith(which))}  # fmt: skip


def _bought(mine: _Standing, which: str) -> None:
    mine.kept.add(which)
    mine.bought = True


def _back(mine: _Standing, which: str) -> None:
    mine.kept.discard(which)


def _shared(mine: _Standing, which: str) -> None:
    mine.shared = mine.shared or bool(mine.kept)


_EFFECTS = {
    "received": _received, "integrated": _integrated, "likes": _likes,
    "likes no more": _likes_no_more, "bought": _bought, "back": _back, "shared": _shared,
}  # fmt: skip
