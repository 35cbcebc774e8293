"""Reading the log of what happened with members (``store/events.py`` writes it)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.event import Event, Happened
from bot.store import codec
from bot.store.engine import Row, Tx
from bot.store.parts import listed

PAGE = 500
END = 2**62  # behind every time and every id
IN, OUT = "in/", "out/"  # begin the dedupe of words: then comes the row of the inbox or reply log


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a person's timeline. ``words``: what was said, where its row is still kept;
    ``note``: what that row says besides (taken back, not delivered after all)."""

    id: int
    event: Event
    words: str = ""
    note: str = ""

    @property
    def mark(self) -> tuple[int, int]:
        """Where the next page begins."""
        return (self.event.at, self.id)


def of(tx: Tx, members: Sequence[str], kinds: Iterable[Happened]) -> list[Event]:
    """What happened to these members, as they were called then, in the order of events."""
    found: list[Event] = []
    for start in range(0, len(members), PAGE):
        rows = tx.rows("events_of", members=list(members[start : start + PAGE]), kinds=list(kinds))
        found += [event_of(row) for row in rows]
    return sorted(found, key=lambda one: one.order)


def named(tx: Tx, dedupes: Sequence[str]) -> dict[str, Line]:
    """These events, by how they are told from others."""
    return {row["dedupe"]: Line(row["id"], event_of(row))
            for row in listed(tx, "events_named", "dedupes", dedupes)}  # fmt: skip


def each(tx: Tx, after: int = 0) -> Iterator[tuple[int, Event]]:
    """All events behind an id, with their ids, as they came in."""
    while rows := tx.rows("events_page", after=after, n=PAGE):
        yield from ((row["id"], event_of(row)) for row in rows)
        after = rows[-1]["id"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Which:
    """The part of a timeline that is looked at: of some kinds, of one account, from a time up to
    another (UTC ms, the last not among them)."""

    kinds: Sequence[Happened] = tuple(Happened)
    account: str | None = None
    since: int = 0
    until: int = END


ALL = Which()


def timeline(
    tx: Tx, ids: Sequence[str], before: tuple[int, int] | None = None, n: int = 50,
    which: Which = ALL,
) -> list[Line]:  # fmt: skip
    """What happened to one person, under all his ids, newest first. ``before``: the ``mark`` of the
    last line of the page before."""
    at, id = min(before or (END, END), (which.until, 0))
    rows = tx.rows("events_timeline", members=list(ids), at=at, id=id, n=n, since=which.since,
                   kinds=list(which.kinds), account=which.account)  # fmt: skip
    told = [(row["id"], event_of(row)) for row in rows]
    words = {
        **_words(tx, "inbox_texts", IN, [event for _, event in told]),
        **_words(tx, "reply_texts", OUT, [event for _, event in told]),
    }
    return [Line(id, event, *words.get(event.dedupe, ("", ""))) for id, event in told]


def accounts(tx: Tx, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Accounts through which something happened with one person, each with its channel."""
    rows = tx.rows("events_accounts", members=list(ids))
    return [(row["channel"], row["account"]) for row in rows]


def _words(
    tx: Tx, query: str, prefix: str, told: Sequence[Event]
) -> dict[str, tuple[str, str]]:  # fmt: skip
    ids = [int(event.dedupe[len(prefix) :]) for event in told if event.dedupe.startswith(prefix)]
    rows = tx.rows(query, ids=ids) if ids else []
    return {f"{prefix}{row['id']}": (row["text"], row["note"]) for row in rows}


def event_of(row: Row) -> Event:
    """The event that a row holds."""
    columns = {name: row[name] for name in Event.__slots__ if name not in ("kind", "data")}
    return Event(kind=Happened(row["kind"]), data=codec.from_json(row["data"]), **columns)
