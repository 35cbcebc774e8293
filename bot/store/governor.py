"""What the governor goes by, read a page of members at a time; and the sums of its refusals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from bot.core.clock import DAY, HOUR
from bot.store import rulings
from bot.store.engine import Row, Tx

PAGE = 1_000
# Days back that count, and how long a message may be on its way before it arrives.
WINDOW, ON_ITS_WAY = 32 * DAY, 9 * DAY
WEEK = 7 * DAY


class Told(NamedTuple):
    """One message that the member had not asked for. ``at`` None: it is on its way."""

    persona: str
    channel: str
    at: int | None
    sells: bool
    content: str


@dataclass(frozen=True, slots=True)
class Refused:
    """So often one answer was given on a local day. ``origin`` without the step."""

    day: str
    persona: str
    origin: str
    answer: str
    code: str
    n: int


def hold(tx: Tx, now: int) -> None:
    """Until the end of this transaction nobody else rules before a call."""
    tx.run("governor_hold", now=now)


def members(tx: Tx, ids: Sequence[str]) -> dict[str, Row]:
    """promo_ok, promo_less and zone by member."""
    return {row["id"]: row for row in tx.rows("governed_members", members=list(ids))}


def friends(tx: Tx, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """By member: the accounts he is a friend of, each with the time of it."""
    found: dict[str, dict[str, int]] = {}
    for row in tx.rows("governed_friends", members=list(ids)):
        found.setdefault(row["member"], {})[row["account"]] = row["since"]
    return found


def talks(tx: Tx, ids: Sequence[str]) -> dict[str, list[Row]]:
    """By member: what his single chats say about him."""
    return _by_member(tx.rows("governed_talks", members=list(ids)))


def told(
    tx: Tx, ids: Sequence[str], now: int, *, back: int = WINDOW, leaving: Collection[int] = (),
    claimed: bool = False,
) -> dict[str, list[Told]]:  # fmt: skip
    """By member: what he got of late, or is about to get, without having asked.

    ``leaving`` are outbox rows that do not count. ``claimed``: of what has not left, only that
    counts which a sender has already, or that passed with a task which is ruled on in pages; the
    rest will be ruled on in its turn.
    """
    since = now - max(back, WINDOW)
    rows = tx.rows("governed_said", members=list(ids), since=since, decided=since - ON_ITS_WAY)
    out = set(leaving)
    passed: Collection[tuple[int, str]] = ()
    if claimed:
        queued = {row["outbox"] for row in rows if row["queued"]} - out
        gone = {row["id"] for row in tx.rows("governed_claimed", ids=sorted(queued))}
        under_way, passed = rulings.passed(tx, sorted(queued), ids)
        out |= (queued - gone).union(under_way)
    found: dict[str, list[Told]] = {}
    for row in rows:
        if row["outbox"] not in out or (row["outbox"], row["member"]) in passed:
            told = Told(row["persona"], row["channel"], row["at"], bool(row["sells"]),
                        row["content"])  # fmt: skip
            found.setdefault(row["member"], []).append(told)
    return found


def served(tx: Tx, since: Mapping[str, int], now: int) -> dict[tuple[str, str], list[int]]:
    """By member and persona: the hours (UTC ms of their begin) in which it served him since that
    time, or longer. Members who are asked about for as many weeks are read together."""
    weeks: dict[int, list[str]] = {}
    for member, at in since.items():
        weeks.setdefault(max(now - at, 0) // WEEK, []).append(member)
    found: dict[tuple[str, str], list[int]] = {}
    for week, ids in sorted(weeks.items()):
        for row in tx.rows("governed_served", members=ids, since=now - (week + 1) * WEEK):
            found.setdefault((row["member"], row["persona"]), []).append(row["hour"] * HOUR)
    return found


def own_bulk(tx: Tx, ids: Sequence[str], since: int) -> dict[str, int]:
    """How many bulk messages of colleagues each got since then."""
    return {row["member"]: row["n"]
            for row in tx.rows("governed_own", members=list(ids), since=since)}  # fmt: skip


def add_own(tx: Tx, task: str, account: str, sent: Mapping[str, int]) -> None:
    """A colleague sent a bulk message on his own; ``sent``: when it reached whom."""
    tx.many("own_bulk_add", [{"id": task, "account": account, "member": member, "at": at}
                             for member, at in sent.items()])  # fmt: skip


def posts(tx: Tx, persona: str, kind: str, since: int) -> list[tuple[int, str]]:
    """(at, content) of what a persona posted to ``moment`` or ``group_post``, oldest first."""
    rows = tx.rows("governed_posts", persona=persona, kind=kind, since=since)
    return [(row["at"], row["content"]) for row in rows]


def most_in_group(tx: Tx, persona: str, since: int) -> int:
    """How many posts of a persona that group got which got most of them."""
    row = tx.row("governed_group", persona=persona, since=since)
    return int(row["n"] or 0) if row else 0


def note(tx: Tx, outbox: int, code: str) -> None:
    """Why a message waits, beside it in the reply log."""
    tx.run("reply_note", outbox=outbox, note=code)


def take_off(tx: Tx, outbox: int, codes: Mapping[str, str]) -> None:
    """These receivers (by peer, with the reason) do not get the message."""
    tx.many("receivers_cancel", [{"outbox": outbox, "peer": peer, "note": code}
                                 for peer, code in codes.items()])  # fmt: skip


def refused(tx: Tx, sums: Iterable[Refused]) -> None:
    """Adds to the sums."""
    tx.many("refusal_add", [asdict(one) for one in sums])


def refusals(tx: Tx, since: str, until: str) -> list[Refused]:
    """The sums of the local days from ``since`` to ``until`` (2026-11-22)."""
    return [Refused(**row) for row in tx.rows("refusals", since=since, until=until)]


def _by_member(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["member"], []).append(row)
    return found
