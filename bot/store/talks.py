"""The list of conversations that staff look at: a page at a time, narrowed down as they like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from bot.core.folding import searchable
from bot.core.model import Binding
from bot.store import talkline
from bot.store.engine import Tx
from bot.store.sql import Composed, compose, join
from bot.store.talkline import Talk

PAGE = 50
MOST = 1_000  # counts go no further; "999+" to people
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
    where = _where(chosen)
    query = compose(f"talks_{order}", where=where)
    params = {"now": now, "staff": chosen.mine, "named": chosen.named, "tag": chosen.tag}
    place = after or _START[order]
    keys: list[tuple[int, str]] = []
    looked = 0
    while True:
        size = BITE if chosen.text else n + 1
        found = _merged(tx, query, of, order, place, size, params)
        looked += len(found)
        once = _once(tx, found, of, order, where, params, chosen.text)
        keys += _named(tx, once, chosen.text)
        place = found[-1] if found else place
        if len(found) < size or len(keys) > n or looked >= LOOKS:
            break
    more = keys[n - 1] if len(keys) > n else place if len(found) == size else None
    return Page(_talks(tx, keys[:n], now), more)


def _where(chosen: Filter) -> Composed:
    parts = [f"talks_{name}" for name in ("mine", "named", "tag") if getattr(chosen, name)]
    parts += [f"talks_{flag}" for flag in FLAGS if getattr(chosen, flag)]
    parts += [MODES[chosen.mode]] if chosen.mode else []
    return join("AND", [compose(part) for part in parts or ["talks_any"]])


def _merged(
    tx: Tx, query: Composed, of: Sequence[Binding], order: Order, place: tuple[int, str], n: int,
    params: Mapping[str, Any],
) -> list[tuple[int, str]]:  # fmt: skip
    """The first ``n`` of all accounts behind a place, as (time, conversation)."""
    rows = [row for one in of for row in tx.rows(
        query, channel=one.channel, account=one.account, at=place[0], id=place[1], n=n,
        **params)]  # fmt: skip
    return sorted(((row["at"], row["id"]) for row in rows), reverse=order == "latest")[:n]


def _once(
    tx: Tx, keys: list[tuple[int, str]], of: Sequence[Binding], order: Order, where: Composed,
    params: Mapping[str, Any], text: str,
) -> list[tuple[int, str]]:  # fmt: skip
    """Of conversations that are shown as one, that alone which stands first in this list, on this
    page or on another."""
    whole = {row["id"]: row["joined"]
             for row in tx.rows("talks_joined", ids=[key for _, key in keys])}  # fmt: skip
    if not whole:
        return keys
    rows = tx.rows(compose("talks_shown_as_one", where=where), wholes=sorted({*whole.values()}),
                   **params)  # fmt: skip
    mine = [row for row in rows if row[order] is not None
            and Binding(channel=row["channel"], account=row["account"]) in of]  # fmt: skip
    named = {key for _, key in _named(tx, [(0, row["id"]) for row in mine], text)}
    first: dict[int, str] = {}
    for row in sorted(mine, key=lambda row: (row[order], row["id"]), reverse=order == "latest"):
        if row["id"] in named:
            first.setdefault(row["joined"], row["id"])
    return [(at, key) for at, key in keys if key not in whole or first.get(whole[key]) == key]


def _named(tx: Tx, keys: list[tuple[int, str]], text: str) -> list[tuple[int, str]]:
    wanted = searchable(text)
    if not wanted:
        return keys
    rows = tx.rows("talks_names", ids=[key for _, key in keys])
    called = {row["id"] for row in rows
              if wanted in searchable(f"{row['name'] or ''}\n{row['remark'] or ''}")}  # fmt: skip
    return [key for key in keys if key[1] in called]


def _talks(tx: Tx, keys: Sequence[tuple[int, str]], now: int) -> list[Talk]:
    wholes = _wholes(tx, [key for _, key in keys])
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
    return next(iter(_talks(tx, [(0, key)], now)), None)


def counts(tx: Tx, now: int, of: Sequence[Binding], staff: str) -> Counts:
    """What stands beside the filters; ``mine`` is what ``staff`` holds."""
    names = [field.name for field in fields(Counts)]
    query = compose("talks_counts", **{name: compose(f"talks_{name}") for name in names})
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
