"""The list of conversations that staff look at: a page at a time, narrowed down as they like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from heapq import merge
from itertools import islice
from typing import Any, Literal

from bot.core.folding import searchable
from bot.core.model import Binding
from bot.store.engine import Row, Tx
from bot.store.sql import Composed, compose, join

PAGE = 50
MOST = 1_000  # counts go no further; "999+" to people
UNREAD_MOST = 100
BITE = 500  # names looked at together
LOOKS = 2_000  # names looked at in one call
Order = Literal["latest", "longest"]
_START: Mapping[Order, tuple[int, str]] = {"latest": (1 << 62, ""), "longest": (0, "")}
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """One line of the list. ``last`` are the words that came last, ``last_by`` who wrote them
    (empty for the member, else the operator), ``fate`` what became of them (a status of the reply
    log).

    ``silent`` and ``wait`` are ms since the member's last message and since he began to wait for a
    person, None for never. ``unread`` stops at UNREAD_MOST.
    """

    conversation: str
    persona: str
    channel: str
    account: str
    member: str | None
    name: str
    last: str
    last_kind: str
    last_by: str
    fate: str
    activity_at: int
    silent: int | None
    wait: int | None
    waiting_why: str
    waiting_for: str
    mode: str
    holder: str
    held_at: int | None
    snoozed_until: int | None
    unanswered: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Page:
    """``more`` is where the next page begins, None at the end."""

    rows: list[Talk]
    more: tuple[int, str] | None


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
    order: Order = "latest", after: tuple[int, str] | None = None, n: int = PAGE,
) -> Page:  # fmt: skip
    """Conversations of these accounts: the newest activity first, or who waits longest for a person
    first. A page of names that are rare may be short, and ``more`` goes on."""
    chosen = chosen or Filter()
    query = _query(chosen, order)
    params = {"now": now, "staff": chosen.mine, "named": chosen.named, "tag": chosen.tag}
    place = after or _START[order]
    size = BITE if chosen.text else n + 1
    found = _merged(tx, query, of, order, place, size, params)
    keys: list[tuple[int, str]] = []
    looked = 0
    while True:
        bite = list(islice(found, size))
        looked += len(bite)
        keys += _named(tx, bite, chosen.text)
        place = bite[-1] if bite else place
        if len(bite) < size or len(keys) > n or looked >= LOOKS:
            break
    more = keys[n - 1] if len(keys) > n else place if len(bite) == size else None
    return Page(_talks(tx, keys[:n], now), more)


def _query(chosen: Filter, order: Order) -> Composed:
    parts = [f"talks_{name}" for name in ("mine", "named", "tag") if getattr(chosen, name)]
    parts += [f"talks_{flag}" for flag in FLAGS if getattr(chosen, flag)]
    parts += [MODES[chosen.mode]] if chosen.mode else []
    where = join("AND", [compose(part) for part in parts or ["talks_any"]])
    return compose(f"talks_{order}", where=where)


def _merged(
    tx: Tx, query: Composed, of: Sequence[Binding], order: Order, place: tuple[int, str], n: int,
    params: Mapping[str, Any],
) -> Iterator[tuple[int, str]]:  # fmt: skip
    """All behind a place, as (time, conversation); ``n`` of an account are read at once."""

    def account(one: Binding) -> Iterator[tuple[int, str]]:
        at, key = place
        while True:
            rows = tx.rows(query, channel=one.channel, account=one.account, at=at, id=key, n=n,
                           **params)  # fmt: skip
            yield from ((row["at"], row["id"]) for row in rows)
            if len(rows) < n:
                return
            at, key = rows[-1]["at"], rows[-1]["id"]

    return merge(*map(account, of), reverse=order == "latest")


def _named(tx: Tx, keys: list[tuple[int, str]], text: str) -> list[tuple[int, str]]:
    wanted = searchable(text)
    if not wanted:
        return keys
    rows = tx.rows("talks_names", ids=[key for _, key in keys])
    members = sorted({row["member"] for row in rows if row["member"]})
    remarked = {row["member"] for row in tx.rows("talks_remarks", ids=members)
                if wanted in searchable(row["remark"])}  # fmt: skip
    called = {row["id"] for row in rows
              if row["member"] in remarked or wanted in searchable(row["name"] or "")}  # fmt: skip
    return [key for key in keys if key[1] in called]


def _talks(tx: Tx, keys: Sequence[tuple[int, str]], now: int) -> list[Talk]:
    ids = [key for _, key in keys]
    rows = {row["id"]: row for row in tx.rows("talks_rows", ids=ids, most=UNREAD_MOST)}
    lasts = {row["conversation"]: row | {"operator": "", "status": ""}
             for row in tx.rows("talks_last_in", ids=ids)}  # fmt: skip
    for row in tx.rows("talks_last_out", ids=ids):
        before = lasts.get(row["conversation"])
        if before is None or row["at"] >= before["at"]:
            lasts[row["conversation"]] = row
    return [_talk(rows[key], lasts.get(key), now) for key in ids if key in rows]


_NOTHING = {"text": "", "kind": "", "operator": "", "status": ""}


def _talk(row: Row, last: Row | None, now: int) -> Talk:
    last = last or _NOTHING
    heard, waits = row["last_in_at"], row["waiting_since"]
    return Talk(
        conversation=row["id"], persona=row["persona"], channel=row["channel"],
        account=row["account"], member=row["member"], name=row["name"] or "",
        last=last["text"], last_kind=last["kind"], last_by=last["operator"], fate=last["status"],
        activity_at=row["activity_at"], silent=None if heard is None else now - heard,
        wait=None if waits is None else now - waits, waiting_why=row["waiting_why"],
        waiting_for=row["waiting_for"], mode=row["mode"], holder=row["held_by"],
        held_at=row["held_at"], snoozed_until=row["snoozed_until"],
        unanswered=heard is not None and heard > row["answered_at"], unread=row["unread"],
    )  # fmt: skip


def one(tx: Tx, key: str, now: int) -> Talk | None:
    """One conversation as the list shows it; None when there is none."""
    return next(iter(_talks(tx, [(0, key)], now)), None)


def counts(tx: Tx, now: int, of: Sequence[Binding], staff: str) -> Counts:
    """What stands beside the filters; ``mine`` is what ``staff`` holds."""
    names = [field.name for field in fields(Counts)]
    parts = {name: compose("talks_count", where=compose(f"talks_{name}")) for name in names}
    query = compose("talks_counts", **parts)
    rows = [tx.row(query, channel=one.channel, account=one.account, staff=staff, now=now, most=MOST)
            for one in of]  # fmt: skip
    return Counts(**{name: min(MOST, sum(row[name] for row in rows if row)) for name in names})


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
