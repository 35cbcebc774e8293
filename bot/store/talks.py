"""The list of conversations that staff look at: a page at a time, narrowed down as they like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from heapq import merge
from itertools import islice
from typing import Any, Literal, NamedTuple

from bot.core.folding import searchable
from bot.core.model import Binding
from bot.store import talkline
from bot.store.engine import Row, Tx
from bot.store.sql import Composed, compose, join
from bot.store.talkline import Talk

PAGE = 50
MOST = 1_000  # counts go no further; "999+" to people
BITE = 500  # names looked at together
LOOKS = 2_000  # names looked at in one call
Order = Literal["needed", "longest", "latest"]
FLAGS = ("unanswered", "waiting", "complaint", "snoozed", "blocked")
MODES = {"auto": "talks_auto", "staff": "talks_staff", "client": "talks_client",
         "muted": "talks_blocked"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """What all conversations of a list have in common; each part narrows it down.

    ``mine`` is the login of a holder, ``named`` one whom a note names that he has not seen.
    ``unanswered``: the member spoke last. ``blocked``: muted.
    ``tag`` is a name; ``text`` stands in the member's name or in a remark about him, however it is
    spelled.
    """

    mine: str = ""
    named: str = ""
    unanswered: bool = False
    waiting: bool = False
    complaint: bool = False
    snoozed: bool = False
    blocked: bool = False
    mode: str = ""
    tag: str = ""
    text: str = ""


class Part(NamedTuple):
    """One of the lists of which an order is made: by which time, whom (empty: all the others), and
    whether the newest stands first."""

    by: str
    whom: str
    newest: bool = False

    @property
    def start(self) -> tuple[int, str]:
        """Before everybody."""
        return (1 << 62, "") if self.newest else (0, "")


_COMPLAIN, _WAIT = Part("complained", "complains"), Part("longest", "waits")
_REST = Part("latest", "", newest=True)
ORDERS: Mapping[Order, tuple[Part, ...]] = {
    "needed": (_COMPLAIN, _WAIT, _REST), "longest": (_WAIT, _REST), "latest": (_REST,),
}  # fmt: skip


class Place(NamedTuple):
    """Where a conversation stands: in which part, its time there, its id."""

    part: int
    at: int
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """``more`` is where the next page begins, None at the end."""

    rows: list[Talk]
    more: Place | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many conversations each filter has, MOST at the most."""

    mine: int = 0
    unanswered: int = 0
    waiting: int = 0
    complaint: int = 0
    snoozed: int = 0
    blocked: int = 0
    client: int = 0


def accounts(tx: Tx) -> list[Binding]:
    """Every account that has a conversation, of a persona or not."""
    return [Binding(channel=row["channel"], account=row["account"])
            for row in tx.rows("talks_accounts")]  # fmt: skip


def page(
    tx: Tx, now: int, of: Sequence[Binding], chosen: Filter | None = None, *,
    order: Order = "latest", after: Place | None = None, n: int = PAGE,
) -> Page:  # fmt: skip
    """Conversations of these accounts: ``latest`` by their newest activity; ``longest``: before
    the others who waits for a person, the longest first; ``needed``: before these complaints that
    wait for words. A page of names that are rare may be short, and ``more`` goes on."""
    chosen = chosen or Filter()
    look = _Look(tx, of, ORDERS[order], _where(chosen), BITE if chosen.text else n + 1, {
        "now": now, "staff": chosen.mine, "named": chosen.named, "tag": chosen.tag})  # fmt: skip
    place = after or Place(0, *ORDERS[order][0].start)
    found = look.behind(place)
    keys: list[Place] = []
    looked = 0
    while True:
        bite = list(islice(found, look.n))
        looked += len(bite)
        keys += _named(tx, look.once(bite, chosen.text), chosen.text)
        place = bite[-1] if bite else place
        if len(bite) < look.n or len(keys) > n or looked >= LOOKS:
            break
    more = keys[n - 1] if len(keys) > n else place if len(bite) == look.n else None
    return Page(_talks(tx, [key.id for key in keys[:n]], now), more)


def _where(chosen: Filter) -> Composed:
    parts = [f"talks_{name}" for name in ("mine", "named", "tag") if getattr(chosen, name)]
    parts += [f"talks_{flag}" for flag in FLAGS if getattr(chosen, flag)]
    parts += [MODES[chosen.mode]] if chosen.mode else []
    return join("AND", [compose(part) for part in parts or ["talks_any"]])


@dataclass(frozen=True, slots=True)
class _Look:
    """One way through the list; ``n`` of an account are read at once."""

    tx: Tx
    of: Sequence[Binding]
    parts: Sequence[Part]
    where: Composed
    n: int
    params: Mapping[str, Any]

    def behind(self, place: Place) -> Iterator[Place]:
        """All behind a place, one part after the other."""
        for number in range(place.part, len(self.parts)):
            start = place[1:] if number == place.part else self.parts[number].start
            for at, key in self._merged(number, start):
                yield Place(number, at, key)

    def _merged(self, number: int, start: tuple[int, str]) -> Iterator[tuple[int, str]]:
        part, query = self.parts[number], self._query(number)

        def account(one: Binding) -> Iterator[tuple[int, str]]:
            at, key = start
            while True:
                rows = self.tx.rows(query, channel=one.channel, account=one.account, at=at, id=key,
                                    n=self.n, **self.params)  # fmt: skip
                yield from ((row["at"], row["id"]) for row in rows)
                if len(rows) < self.n:
                    return
                at, key = rows[-1]["at"], rows[-1]["id"]

        return merge(*map(account, self.of), reverse=part.newest)

    def _query(self, number: int) -> Composed:
        """Whoever belongs to this part and to none before it."""
        whom = [compose(f"talks_{part.whom}") for part in self.parts[: number + 1] if part.whom]
        mine = [whom.pop()] if self.parts[number].whom else []
        others = [compose("talks_not", part=each) for each in whom]
        return compose(f"talks_{self.parts[number].by}",
                       where=join("AND", [self.where, *mine, *others]))  # fmt: skip

    def once(self, keys: list[Place], text: str) -> list[Place]:
        """Of conversations that are shown as one, that alone which stands first in this list, on
        this page or on another."""
        whole = {row["id"]: row["joined"]
                 for row in self.tx.rows("talks_joined", ids=[key.id for key in keys])}  # fmt: skip
        if not whole:
            return keys
        marks = {each: compose(f"talks_{each}") for each in ("complains", "waits")}
        query = compose("talks_shown_as_one", where=self.where, **marks)
        rows = [row for row in self.tx.rows(query, wholes=sorted({*whole.values()}), **self.params)
                if Binding(channel=row["channel"], account=row["account"]) in self.of]  # fmt: skip
        joined = {row["id"]: row["joined"] for row in rows}
        first: dict[int, str] = {}
        for place in _named(self.tx, self._sorted(rows), text):
            first.setdefault(joined[place.id], place.id)
        return [key for key in keys if key.id not in whole or first.get(whole[key.id]) == key.id]

    def _sorted(self, rows: Sequence[Row]) -> list[Place]:
        """Some rows in the order of the list."""
        found: list[Place] = []
        for number, part in enumerate(self.parts):
            mine = [row for row in rows if not part.whom or row[part.whom]]
            rows = [row for row in rows if row not in mine]
            found += sorted((Place(number, row[part.by], row["id"]) for row in mine),
                            reverse=part.newest)  # fmt: skip
        return found


def _named(tx: Tx, keys: list[Place], text: str) -> list[Place]:
    wanted = searchable(text)
    if not wanted:
        return keys
    rows = tx.rows("talks_names", ids=[key.id for key in keys])
    members = sorted({row["member"] for row in rows if row["member"]})
    remarked = {row["member"] for row in tx.rows("talks_remarks", ids=members)
                if wanted in searchable(row["remark"])}  # fmt: skip
    called = {row["id"] for row in rows
              if row["member"] in remarked or wanted in searchable(row["name"] or "")}  # fmt: skip
    return [key for key in keys if key.id in called]


def _talks(tx: Tx, keys: Sequence[str], now: int) -> list[Talk]:
    wholes = _wholes(tx, keys)
    ids = sorted({each for whole in wholes.values() for each in whole})
    rows = {row["id"]: row for row in tx.rows("talks_rows", ids=ids, most=talkline.UNREAD_MOST)}
    lasts = talkline.lasts(tx.rows("talks_last_in", ids=ids), tx.rows("talks_last_out", ids=ids))
    return [talkline.as_one(key, [(talkline.talk(rows[each], lasts.get(each), now), lasts.get(each))
                                 for each in whole])
            for key, whole in wholes.items() if all(each in rows for each in whole)]  # fmt: skip


def _wholes(tx: Tx, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What is shown in the line of each conversation, itself among it."""
    joined = {row["id"]: row["joined"] for row in tx.rows("talks_joined", ids=list(keys))}
    rows = tx.rows("talks_wholes", wholes=sorted({*joined.values()})) if joined else []
    return {key: tuple(row["id"] for row in rows if row["joined"] == joined[key])
            if key in joined else (key,) for key in keys}  # fmt: skip


def one(tx: Tx, key: str, now: int) -> Talk | None:
    """One conversation as the list shows it; None when there is none."""
    return next(iter(_talks(tx, [key], now)), None)


def counts(tx: Tx, now: int, of: Sequence[Binding], staff: str) -> Counts:
    """What stands beside the filters; ``mine`` is what ``staff`` holds."""
    names = [field.name for field in fields(Counts)]
    parts = {name: compose("talks_count", where=compose(f"talks_{name}")) for name in names}
    query = compose("talks_counts", **parts)
    rows = [tx.row(query, channel=one.channel, account=one.account, staff=staff, now=now, most=MOST)
            for one in of]  # fmt: skip
    twice = _twice(tx, now, of, staff, names)
    return Counts(**{name: min(MOST, sum(row[name] for row in rows if row) - twice.get(name, 0))
                     for name in names})  # fmt: skip


def _twice(
    tx: Tx, now: int, of: Sequence[Binding], staff: str, names: Sequence[str]
) -> Mapping[str, int]:  # fmt: skip
    """How many of each filter are shown in the line of another."""
    query = compose("talks_twice", **{name: compose(f"talks_{name}") for name in names})
    places = [f"{one.channel}:{one.account}" for one in of]
    return tx.row(query, places=places, staff=staff, now=now) or {}


def seen(tx: Tx, key: str, inbox: int) -> None:
    """Staff have read up to this inbox row (``desk.glance`` before the thread was read)."""
    tx.run("talks_seen", id=key, inbox=inbox)


def fill(tx: Tx, n: int = 200) -> bool:
    """Gives conversations of an older release their last activity; False when none is left."""
    ids = [row["id"] for row in tx.rows("talks_unfilled", n=n)]
    tx.run("talks_fill", ids=ids)
    for key in ids:
        tx.run("conversation_unsaid", id=key)
    return bool(ids)
