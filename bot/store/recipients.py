"""The ledger of a campaign's run: one row for each recipient, and what became of him.

control: held out, for comparison. out: not to be reached, with the governor's code. pending: to be
handed over. later: looked at again at ``at``. queued: on its way. sent, failed, unsure, expired,
cancelled: as the reply log has it, which is where these come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.store.engine import Row, Tx

CODE_MAX = 200  # characters; recipient_settle knows it too
PAGE = 5_000  # rows that are changed in one statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """A row of the ledger as planning writes it."""

    member: str
    state: str
    code: str = ""
    account: str = ""
    channel: str = ""
    at: int
    lot: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What was decided about somebody who was pending. ``outbox``: the row that carries it."""

    member: str
    state: str
    at: int
    code: str = ""
    account: str = ""
    channel: str = ""
    outbox: int | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who is to be handed over, and the way that was chosen for him."""

    member: str
    account: str
    channel: str
    lot: int
    tries: int


@dataclass(frozen=True, slots=True)
class Group:
    """How many are pending who go the same way."""

    channel: str
    account: str
    n: int


@dataclass(frozen=True, slots=True)
class News:
    """An outbox row of a run, and of how many recipients it tells something new."""

    run: int
    outbox: int
    n: int


@dataclass(frozen=True, slots=True)
class Sides:
    """(how many did it, of how many) of those who were meant to get it, and of those held out."""

    reached: tuple[int, int] = (0, 0)
    control: tuple[int, int] = (0, 0)


def add(tx: Tx, run: int, rows: Sequence[Recipient]) -> None:
    """Adds recipients; whoever stands there stays as he is."""
    tx.many("recipient_add", [
        {"run": run, "member": r.member, "account": r.account, "channel": r.channel,
         "state": r.state, "code": r.code, "at": r.at, "lot": r.lot} for r in rows
    ])  # fmt: skip


def posted(
    tx: Tx, run: int, peers: Sequence[str], account: str, channel: str, outbox: int, now: int
) -> None:
    """Groups or accounts that a post is on its way to."""
    tx.many("recipient_posted", [
        {"run": run, "member": peer, "account": account, "channel": channel, "outbox": outbox,
         "at": now} for peer in peers
    ])  # fmt: skip


def counts(tx: Tx, run: int) -> dict[tuple[str, str], int]:
    """How many rows there are, by state and code."""
    return {(row["state"], row["code"]): row["n"] for row in tx.rows("recipient_counts", run=run)}


def by_state(tx: Tx, run: int) -> dict[str, int]:
    """The same by state alone."""
    found: dict[str, int] = {}
    for (state, _), n in counts(tx, run).items():
        found[state] = found.get(state, 0) + n
    return found


def left(tx: Tx, run: int) -> dict[str, int]:
    """How many are still to be reached or on their way, by state; nothing when it is over."""
    return {row["state"]: row["n"] for row in tx.rows("recipient_left", run=run)}


def page(
    tx: Tx, run: int, after: str = "", n: int = 100, state: str | None = None,
    account: str | None = None,
) -> list[Row]:  # fmt: skip
    """The first ``n`` rows behind ``after``, in the order of ids."""
    return tx.rows("recipient_page", run=run, after=after, n=n, state=state, account=account)


def groups(tx: Tx, run: int) -> list[Group]:
    """What waits to be handed over, by the way it goes."""
    return [Group(**row) for row in tx.rows("recipient_groups", run=run)]


def upcoming(tx: Tx, run: int, group: Group, n: int) -> list[Pending]:
    """The ``n`` of a group who come first by their lots."""
    rows = tx.rows("recipient_next", run=run, channel=group.channel, account=group.account, n=n)
    return [Pending(**row) for row in rows]


def put(tx: Tx, run: int, fates: Sequence[Fate]) -> None:
    """Writes what was decided about pending rows, in the order in which they lie: each page of the
    ledger is changed once, and not put aside in between for want of memory."""
    tx.many("recipient_put", [
        {"run": run, "member": f.member, "state": f.state, "code": f.code[:CODE_MAX], "at": f.at,
         "account": f.account, "channel": f.channel, "outbox": f.outbox,
         "tried": int(f.outbox is not None)} for f in sorted(fates, key=lambda f: f.member)
    ])  # fmt: skip


def ripen(tx: Tx, run: int, now: int, n: int = PAGE) -> int:
    """Whose time has come is pending again; how many, at most ``n``."""
    return tx.run("recipient_ripe", run=run, now=now, n=n)


def next_later(tx: Tx, run: int) -> int | None:
    """When somebody is looked at again, or None."""
    row = tx.row("recipient_later", run=run)
    return row["at"] if row else None


def close(tx: Tx, run: int, state: str, code: str, now: int, n: int = PAGE) -> int:
    """Ends rows that nothing is on its way to; how many, at most ``n``. A code that stands there
    stays."""
    return tx.run("recipient_close", run=run, state=state, code=code, now=now, n=n)


def again(tx: Tx, run: int, n: int = PAGE) -> int:
    """What certainly did not arrive is pending again; how many, at most ``n``."""
    return tx.run("recipient_again", run=run, n=n)


def move_on(tx: Tx, run: int, accounts: Sequence[str]) -> int:
    """Whom the account lost meanwhile goes to another of ``accounts``, once; how many."""
    return tx.run("recipient_moved", run=run, accounts=list(accounts))


def come_back(tx: Tx, run: int, codes: Sequence[str], at: int, most: int) -> int:
    """Who was taken off before it left, for one of these reasons, is looked at again at ``at``,
    unless he was handed over ``most`` times; how many."""
    return tx.run("recipient_back", run=run, codes=list(codes), at=at, most=most)


def on_the_way(tx: Tx, after: int, n: int) -> list[int]:
    """Ids of outbox rows that carry something to recipients, behind ``after``."""
    return [row["outbox"] for row in tx.rows("recipient_tasks", after=after, n=n)]


def news(tx: Tx, ids: Sequence[int]) -> list[News]:
    """Of these outbox rows, those with fates that the ledger does not know."""
    return [News(**row) for row in tx.rows("recipient_news", ids=list(ids))] if ids else []


def settle(tx: Tx, ids: Sequence[int], now: int) -> int:
    """Reads the reply log for recipients of these outbox rows; how many changed."""
    return tx.run("recipient_settle", ids=list(ids), now=now) if ids else 0


def undelivered(tx: Tx, outbox: int, member: str, origin: str, note: str) -> None:
    """The platform says later that it could not deliver; ``origin`` as in the reply log."""
    what, name, step = (*origin.split(":", 2), "", "")[:3]
    if what == "campaign":
        tx.run("recipient_undelivered", member=member, outbox=outbox, name=name, step=step,
               note=note[:CODE_MAX])  # fmt: skip


def follow(tx: Tx, before: int, after: int) -> None:
    """The task ``before`` was made again as ``after``: whoever is still on its list goes on with
    that."""
    tx.run("recipient_follow", before=before, after=after)


def outboxes(tx: Tx, run: int) -> list[tuple[int, str]]:
    """(outbox, its state) of everything that is on its way for a run."""
    return [(row["outbox"], row["state"]) for row in tx.rows("recipient_outboxes", run=run)]


def had(tx: Tx, run: int, name: str, step: str, members: Sequence[str]) -> frozenset[str]:
    """Whom another version of the same occurrence has reached, or may have."""
    rows = tx.rows("recipient_had", run=run, name=name, step=step, members=list(members))
    return frozenset(row["member"] for row in rows)


def replied(tx: Tx, run: int, since: int, until: int) -> Sides:
    """Of both sides, how many wrote within this time."""
    return _sides(tx.rows("recipient_reached", run=run, since=since, until=until))


def tagged(tx: Tx, run: int, tag: str) -> Sides:
    """Of both sides, how many wear the tag now."""
    return _sides(tx.rows("recipient_tagged", run=run, tag=tag))


def bought(tx: Tx, run: int, since: int, until: int) -> Sides:
    """Of both sides, how many bought something within this time and kept it."""
    return _sides(tx.rows("recipient_bought", run=run, since=since, until=until))


def upset(tx: Tx, run: int, since: int, until: int) -> dict[tuple[str, str], int]:
    """How many of either side (``reached``, ``control``) opted out (``opt_out``) and complained
    (``handoff``) within this time, as far as they said so to a persona."""
    rows = tx.rows("recipient_after", run=run, since=since, until=until)
    return {(row["side"], row["what"]): row["n"] for row in rows}


def _sides(rows: Sequence[Row]) -> Sides:
    found: Mapping[str, tuple[int, int]] = {r["side"]: (r["hits"] or 0, r["n"]) for r in rows}
    return Sides(found.get("reached", (0, 0)), found.get("control", (0, 0)))


def follow_up(tx: Tx, runs: Sequence[int], since: int, until: int, n: int = 1_000) -> list[Row]:
    """Whom one of the runs reached and who wrote within this time: member, name, conversation,
    text, at, answered_at."""
    return tx.rows("recipient_follow_up", runs=list(runs), since=since, until=until, n=n)
