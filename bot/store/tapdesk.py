"""The task desk: what waits for whose tap, how long it has, how many it reached. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.body import load, plain
from bot.store import codec
from bot.store.engine import Row, Tx

PAGE = 200
PEOPLE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One task. ``state`` is of the lifecycle ``tap``, ``row_state`` of the outbox. ``targets`` are
    receivers on the platform's list (one for a moment), ``covered`` those who have it. ``drops``
    are members whom a task that is taken back leaves out, with their codes."""

    outbox: int
    account: str
    channel: str
    persona: str
    kind: str
    origin: str
    content: str
    text: str
    state: str
    row_state: str
    since: int
    deadline_at: int
    targets: int
    covered: int
    failed: int
    reminded: int
    reminded_at: int | None
    escalated_at: int | None
    generation: int
    made_from: int | None
    made_into: int | None
    why: str
    again_at: int | None
    stopped_at: int | None
    trouble: str
    closed_at: int | None
    drops: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Coming:
    """A task that the platform does not have yet, or may have (``unsure``)."""

    outbox: int
    account: str
    channel: str
    persona: str
    kind: str
    origin: str
    text: str
    state: str
    send_at: int
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """What waits for one account's owner: tasks, receivers, since when the oldest does, when the
    first ends, and of how many the lead was told."""

    account: str
    waiting: int
    targets: int
    since: int
    deadline_at: int
    escalated: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Everything about the tasks of one account, or of all."""

    standing: Sequence[Task]
    coming: Sequence[Coming]
    unsure: Sequence[Coming]
    done: Sequence[Task]


def desk(tx: Tx, since: int, account: str | None = None, n: int = PAGE) -> Desk:
    """Tasks of one account, or of all; what was done since then."""
    who: dict[str, Any] = {"account": account, "n": n}
    return Desk(
        standing=[_task(row) for row in tx.rows("tap_desk", **who)],
        coming=[_coming(row) for row in tx.rows("tap_coming", **who)],
        unsure=[_coming(row) for row in tx.rows("tap_unsure", **who)],
        done=[_task(row) for row in tx.rows("tap_done", since=since, **who)],
    )


def owners(tx: Tx) -> list[Owner]:
    """Accounts for whose owner something waits; what ends soonest comes first."""
    return [Owner(**row) for row in tx.rows("tap_accounts")]


def waiting(tx: Tx, account: str | None = None) -> int:
    """How many tasks wait for a tap."""
    row = tx.row("tap_count", account=account)
    return row["n"] if row else 0


def one(tx: Tx, id: int) -> Task | None:
    """One task, or None."""
    row = tx.row("tap_one", outbox=id)
    return _task(row) if row else None


def people(tx: Tx, id: int, n: int = PEOPLE) -> list[Row]:
    """peer, member, status and note of its receivers, those who were taken off the list too."""
    return tx.rows("tap_people", outbox=id, n=n)


_SAME = tuple(name for name in Task.__slots__ if name not in ("text", "drops"))


def _task(row: Row) -> Task:
    return Task(text=_text(row), drops=codec.from_json(row["drops"]),
                **{name: row[name] for name in _SAME})  # fmt: skip


def _coming(row: Row) -> Coming:
    return Coming(
        outbox=row["id"], account=row["account"], channel=row["channel"], persona=row["persona"],
        kind=row["kind"], origin=row["origin"], text=_text(row), state=row["state"],
        send_at=row["send_at"], note=row["note"],
    )  # fmt: skip


def _text(row: Row) -> str:
    return plain(load(codec.from_json(row["body"])))
