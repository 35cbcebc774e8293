"""Activities as those who look after them see them: runs with what was done in each, and what
waits for somebody. Pages are read by their place, so that none goes over all members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.core.event import Happened
from bot.store import history, honours, people, runs
from bot.store.engine import Row, Tx
from bot.store.parts import listed

SHOWN = 50  # rows of a page
LATEST, BEST = 12, 10
END = 2**62
FIRST = (0, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What was done in a run: all, by how many, what counts, what waits for a colleague."""

    n: int = 0
    people: int = 0
    counted: int = 0
    waiting: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A post of an activity that waits for a tap; ``targets``: in so many groups."""

    origin: str
    outbox: int
    account: str
    targets: int

    @property
    def run(self) -> str:
        """The run that it belongs to."""
        _, activity, key = self.origin.split(":", 2)
        return f"{activity}@{key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Something that was handed in, with its words. ``votes``: for it; ``said``: of the event's
    data what a person may read; ``why``: what a colleague said who took it out, ``by`` whom."""

    row: Row
    name: str
    codename: str
    votes: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """How a run goes. ``kinds``: how much was done by (kind, state, which), ``votes``: for what,
    the most first, ``pace``: (stretch, how much), ``streaks``: (days in a row, how many),
    ``helps``: (state, helps, people), ``full``: who has enough helpers."""

    people: int
    kinds: Sequence[tuple[str, str, str, int]]
    votes: Sequence[tuple[str, int]]
    pace: Sequence[tuple[int, int]]
    latest: Sequence[Entry]
    streaks: Sequence[tuple[int, int]] = ()
    leaders: Sequence[tuple[Row, str]] = ()
    helps: Sequence[tuple[str, int, int]] = ()
    full: int = 0

    def count(self, *kinds: str, state: str = "") -> int:
        """How much of some kinds, in one state or in any."""
        return sum(n for kind, has, _, n in self.kinds
                   if kind in kinds and state in ("", has))  # fmt: skip

    @property
    def which(self) -> dict[str, int]:
        """How much counts, by team or step."""
        found: dict[str, int] = {}
        for _, state, which, n in self.kinds:
            if which and state == "counted":
                found[which] = found.get(which, 0) + n
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def page(
    tx: Tx, activity: str = "", before: tuple[int, str] = (END, ""), n: int = SHOWN
) -> list[Row]:
    """Runs of an activity, or of all, the latest first, behind a place."""
    at, after = before
    return tx.rows("actdesk_runs", activity=activity or None, at=at, after=after, n=n)


def tallies(tx: Tx, ids: Sequence[str]) -> dict[str, Tally]:
    """What was done in these runs."""
    return {row.pop("run"): Tally(**row) for row in listed(tx, "actdesk_tallies", "runs", ids)}


def waiting(tx: Tx) -> dict[str, int]:
    """How many entries wait for a colleague, by run."""
    return {row["run"]: int(row["n"]) for row in tx.rows("actdesk_waiting")}


def unseen(tx: Tx) -> list[Row]:
    """Entries that wait for a colleague, the longest wait first; at most 500."""
    return tx.rows("actdesk_unseen", n=500)


def to_name(tx: Tx) -> list[str]:
    """Runs that are over and whose winners staff have to name."""
    found = ((row["id"], runs.rules_of(tx, row)) for row in tx.rows("actdesk_closed"))
    return [id for id, rules in found if rules is not None and rules.judge == "staff"]


def owed(tx: Tx) -> list[Owed]:
    """Posts of runs that nobody has tapped yet."""
    found = [Owed(**row) for row in tx.rows("actdesk_owed")]
    return [one for one in found if one.origin.count(":") > 1]


def needs(tx: Tx) -> int:
    """How much waits for somebody: entries, and runs without winners."""
    return sum(waiting(tx).values()) + len(to_name(tx))


def board(tx: Tx, run: Row, step: int, *, day: date, need: int = 0, checks: bool = False) -> Board:
    """How a run goes. ``step``: ms of a stretch of the pace; ``day``: rows of days count that
    last at least until then; ``need``: helpers that one wants; ``checks``: it has rows."""
    id, since = run["id"], run["join_at"]
    told: dict[str, Any] = {}
    if checks:
        told |= _rows(tx, run["activity"], day)
    if need:
        told["helps"] = [(row["state"], row["n"], row["people"])
                         for row in tx.rows("actdesk_helps", run=id)]  # fmt: skip
        told["full"] = _n(tx, "actdesk_full", run=id, need=need)
    return Board(
        people=_n(tx, "actdesk_people", run=id),
        kinds=[(row["kind"], row["state"], row["which"], row["n"])
               for row in tx.rows("actdesk_kinds", run=id)],
        votes=[(row["which"], row["n"]) for row in tx.rows("actdesk_votes", run=id, n=BEST)],
        pace=[(int(row["slot"]), row["n"])
              for row in tx.rows("actdesk_slots", run=id, since=since, step=step)],
        latest=list(told_of(tx, run["circle"], tx.rows("actdesk_latest", run=id, n=LATEST))),
        **told,
    )  # fmt: skip


def _rows(tx: Tx, activity: str, day: date) -> dict[str, Any]:
    of = {"activity": activity, "day": day.isoformat()}
    best = tx.rows("actdesk_streaks_top", n=BEST, **of)
    names = people.names_of(tx, [row["member"] for row in best])
    return {"streaks": [(row["streak"], row["n"]) for row in tx.rows("actdesk_streaks", **of)],
            "leaders": [(row, names.get(row["member"], "")) for row in best]}  # fmt: skip


def _n(tx: Tx, query: str, **of: Any) -> int:
    row = tx.row(query, **of)
    return int(row["n"]) if row else 0


def entries(
    tx: Tx, run: Row, state: str = "", after: tuple[int, str] = FIRST, n: int = SHOWN
) -> list[Entry]:  # fmt: skip
    """Entries of a run in a state, or in any, behind a place, in the order in which they came."""
    at, event = after
    rows = tx.rows("actdesk_page", run=run["id"], state=state or None, at=at, after=event, n=n)
    return list(told_of(tx, run["circle"], rows))


def passed_over(tx: Tx, run: Row, after: tuple[int, str] = FIRST, n: int = SHOWN) -> list[Entry]:
    """What does not count, behind a place."""
    at, event = after
    rows = tx.rows("actdesk_over", run=run["id"], at=at, after=event, n=n)
    return list(told_of(tx, run["circle"], rows))


def over_counts(tx: Tx, run: str) -> dict[str, int]:
    """How much does not count, by why."""
    return {row["state"]: row["n"] for row in tx.rows("actdesk_over_count", run=run)}


def named(tx: Tx, circle: str, events: Sequence[str]) -> dict[str, Entry]:
    """These entries, by their events."""
    rows = list(listed(tx, "actdesk_entries", "events", events))
    return {one.row["event"]: one for one in told_of(tx, circle, rows)}


def told_of(tx: Tx, circle: str, rows: Sequence[Row]) -> Iterator[Entry]:
    """Rows of entries with their words, the names of whose they are, and the votes for them."""
    who = sorted({row["member"] for row in rows})
    names, called = people.names_of(tx, who), honours.codenames_in(tx, circle, who)
    events = [row["event"] for row in rows]
    told = history.named(tx, events)
    votes: dict[str, int] = {}
    if any(row["kind"] == Happened.SUBMITTED for row in rows):
        votes = {row["which"]: row["n"] for row in tx.rows("actdesk_votes_of", events=events,
                                                           run=rows[0]["run"])}  # fmt: skip
    out = _verdicts(tx, [row["event"] for row in rows if row["state"] in ("rejected", "struck")])
    for row in rows:
        line = told.get(row["event"])
        why, by = out.get(row["event"], ("", ""))
        yield Entry(row=row, name=names.get(row["member"], ""), votes=votes.get(row["event"], 0),
                    codename=called.get(row["member"], ""),
                    said=_said(line.event.data) if line else {}, why=why, by=by)  # fmt: skip


def _verdicts(tx: Tx, events: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Why these were taken out, and by whom: the latest word."""
    told = [history.event_of(row) for row in listed(tx, "actdesk_verdicts", "events", events)]
    return {one.place: (str(one.data.get("why", "")), str(one.data.get("by", "")))
            for one in sorted(told, key=lambda one: one.order)
            if one.which in ("rejected", "out")}  # fmt: skip


def between(tx: Tx, since: int, until: int, n: int = 500) -> list[Row]:
    """Runs that were announced in [since, until)."""
    return tx.rows("actdesk_between", since=since, until=until, n=n)


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in data.items() if key in ("text", "media", "answers", "option",
                                                            "answer")}  # fmt: skip
