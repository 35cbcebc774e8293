"""The plan as pages show it: days with what is planned, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core.clock import local, to_ms
from bot.library.cast import Cast
from bot.library.selling import sells_with
from bot.store.plan import Occurred, Posted
from scheduler.calendar import Entry
from scheduler.outlook import DayOf, Slot, day_of

# planned: still to come; held: it would be left out; waits: due, and put off or not tapped yet.
State = Literal["planned", "held", "done", "waits", "left_out", "unsure"]
FEEDS = frozenset({"moment", "group_post", "internal_post"})
Judge = Callable[[str], tuple[str, bool]]
_ORIGIN = "campaign"
_LINKED = frozenset({_ORIGIN, "activity"})
OUT_OF_SEASON = frozenset({"content_dates", "persona_dates"})
UNAPPROVED = "draft: "
_STAMP = "%Y%m%dT%H%M"


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """One line of a day. ``note``: why it is held, waits or was left out; ``of``: how many accounts
    or chats a post was for, ``sent``: how many it reached; ``new``: only the draft has it so."""

    at: int
    what: str
    id: str
    title: str
    persona: str
    do: str
    template: str
    state: State = "planned"
    genre: str = ""
    sells: bool = False
    step: str = ""
    note: str = ""
    members: int = 0
    taps: int = 0
    of: int = 0
    sent: int = 0
    new: bool = False

    @property
    def idle(self) -> bool:
        """True for what is out of season: its dates keep it away, as somebody wished."""
        away = self.state in ("held", "left_out") and not self.new
        return away and self.note.partition(":")[0] in OUT_OF_SEASON

    @property
    def feeds(self) -> bool:
        """True for a post that counts in the mix and is not left out."""
        return self.do in FEEDS and self.state not in ("held", "left_out")


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """One cell. ``closed``: nothing may be posted then; ``gap``: something could be and nothing is;
    ``here``: of the month that is looked at."""

    date: date
    kind: DayOf
    here: bool
    today: bool
    past: bool
    things: Sequence[Thing] = ()
    closed: bool = False
    gap: bool = False

    @property
    def posts(self) -> int:
        """How many posts count in the mix."""
        return sum(thing.feeds for thing in self.things)

    @property
    def bare(self) -> bool:
        """True for a day to come on which something could be posted and nothing is."""
        return not (self.posts or self.past or self.closed)

    @property
    def selling(self) -> int:
        """How many of these sell."""
        return sum(thing.feeds and thing.sells for thing in self.things)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What one read finds for the days of a page. ``more``: lines of campaigns; ``changed``:
    entries that the shown calendar has otherwise than the one that serves."""

    slots: Sequence[Slot] = ()
    occurred: Sequence[Occurred] = ()
    posted: Sequence[Posted] = ()
    more: Sequence[Thing] = ()
    changed: frozenset[str] = field(default_factory=frozenset)


class Selling:
    """Genre of templates and whether they sell, found out once for each cast."""

    def __init__(self) -> None:
        self._cast: Cast | None = None
        self._found: dict[str, tuple[str, bool]] = {}

    def judge(self, cast: Cast) -> Judge:
        """What gives (genre, whether it sells) of a template; the folder alone
        tells it of what does not serve."""
        if self._cast is not cast:
            self._cast, self._found = cast, {}
        found = self._found

        def judge(name: str) -> tuple[str, bool]:
            if name not in found:
                found[name] = _judged(cast, name)
            return found[name]

        return judge


def _judged(cast: Cast, name: str) -> tuple[str, bool]:
    template = cast.shelf.get(name)
    return template.genre if template is not None else "", sells_with(cast, name)


def midnight(day: date, zone: str) -> int:
    """The first ms of a local day."""
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def month_of(day: date) -> tuple[date, date]:
    """The first day of a month, and the first of the next."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def grid_of(day: date) -> tuple[date, date]:
    """Whole weeks around a month: their first Monday, and the Monday behind them."""
    first, after = month_of(day)
    last = after - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=7 - last.weekday())


def days(
    cast: Cast, known: Known, first: date, after: date, now: int,
    judge: Judge, here: Callable[[date], bool],
) -> tuple[Day, ...]:  # fmt: skip
    """The days from ``first`` until before ``after``, each with its things in the order of time."""
    today, by_day = local(now, cast.zone).date(), dict[date, list[Thing]]()
    for thing in _things(cast, known, now, judge):
        by_day.setdefault(local(thing.at, cast.zone).date(), []).append(thing)
    found = []
    for n in range((after - first).days):
        day = first + timedelta(days=n)
        things = sorted(by_day.get(day, []), key=lambda one: (one.at, one.what, one.id))
        made = Day(date=day, kind=day_of(cast, day), here=here(day), today=day == today,
                   past=day < today, things=things, closed=_closed(cast, day))  # fmt: skip
        found.append(replace(made, gap=made.bare))
    return tuple(found)


def _closed(cast: Cast, day: date) -> bool:
    return all(any(silence.covers(day, feed, "") for silence in cast.calendar.blackout)
               for feed in ("moment", "group_post"))  # fmt: skip


def _things(cast: Cast, known: Known, now: int, judge: Judge) -> Iterator[Thing]:
    posted = {post.origin: post for post in known.posted}
    for one in known.occurred:
        if one.state != "waiting" or one.planned <= now:
            yield _gone(cast, one, posted, judge, known.changed)
    for slot in known.slots:
        if slot.what != "entry" or slot.at > now:
            yield _ahead(slot, judge, known.changed)
    told = {_origin(cast, one) for one in known.occurred}
    for post in known.posted:
        if post.origin not in told and post.at <= now:
            yield _alone(cast, post, judge)
    yield from known.more


def _ahead(
    slot: Slot, judge: Judge, changed: frozenset[str]
) -> Thing:  # fmt: skip
    genre, selling = judge(slot.template)
    return Thing(
        at=slot.at, what=slot.what, id=slot.id, title=slot.title, persona=slot.persona, do=slot.do,
        template=slot.template, state=_to_come(slot.held), genre=genre,
        sells=selling, step=slot.step, note=slot.held, members=slot.members,
        taps=sum(slot.taps.values()), new=slot.what == "entry" and slot.id in changed,
    )  # fmt: skip


def _to_come(held: str) -> State:
    """What nobody has approved yet waits for somebody; other reasons keep it away."""
    if not held:
        return "planned"
    return "waits" if held.startswith(UNAPPROVED) else "held"


def _origin(cast: Cast, one: Occurred) -> str:
    return f"{_ORIGIN}:{one.entry}:{local(one.planned, cast.zone).strftime(_STAMP)}"


def _gone(
    cast: Cast, one: Occurred, posted: Mapping[str, Posted],
    judge: Judge, changed: frozenset[str],
) -> Thing:  # fmt: skip
    """An entry whose time has come. What it said then is in the log of posts."""
    entry, post = cast.calendar.get(one.entry), posted.get(_origin(cast, one))
    template = post.content if post else entry.template if entry else ""
    genre, selling = judge(template)
    return Thing(
        at=one.at, what="entry", id=one.entry, title=entry.title if entry else "",
        persona=post.persona if post else entry.persona if entry else "",
        do=post.kind if post else entry.do if entry else "", template=template, genre=genre,
        sells=selling, state=_state(one.state, post), note=one.note,
        of=post.total if post else 0, sent=post.sent if post else 0,
        new=one.state == "waiting" and one.entry in changed,
    )  # fmt: skip


def _state(state: str, post: Posted | None) -> State:
    if state == "waiting":
        return "waits"
    if state != "done":
        return "left_out"
    return _reached(post) if post is not None else "done"


def _reached(post: Posted) -> State:
    if post.sent:
        return "done"
    if post.unsure:
        return "unsure"
    return "waits" if post.waits else "left_out"


def _alone(cast: Cast, post: Posted, judge: Judge) -> Thing:
    """A post that no entry has planned: of a campaign, or by hand."""
    genre, selling = judge(post.content)
    template = cast.shelf.get(post.content)
    kind, _, rest = post.origin.partition(":")
    return Thing(
        at=post.at, what=kind if kind in _LINKED else "post", id=rest.partition(":")[0],
        title=template.title if template else post.text[:20], persona=post.persona, do=post.kind,
        template=post.content, genre=genre, sells=selling, state=_reached(post), of=post.total,
        sent=post.sent,
    )  # fmt: skip


def differing(old: Iterable[Entry], new: Iterable[Entry]) -> frozenset[str]:
    """Ids of entries that only one of two calendars has, or that they have otherwise."""
    before, after = {one.id: one for one in old}, {one.id: one for one in new}
    return frozenset(name for name in before.keys() | after.keys()
                     if before.get(name) != after.get(name))  # fmt: skip
