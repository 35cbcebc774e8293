"""Runs of campaigns: each time one takes place, how far it has come, and who let it.

Who gets something from a run stands in its ledger (``bot.store.recipients``).
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.lifecycle import advance
from bot.store import audit
from bot.store.engine import Row, Tx

ACTOR = "scheduler"
DRAFT, APPROVED, RUNNING, PAUSED, DONE, STOPPED = (
    "draft", "approved", "running", "paused", "done", "stopped",
)  # fmt: skip
NOTE_MAX = 300  # characters


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One time a version of a campaign takes place. Times are UTC ms.

    ``step`` names the occurrence; ``at``, ``until``: when it may reach somebody. ``cursor``: the
    last member that planning has looked at, of ``seen`` altogether; ``planned_at``: when it was
    done. ``released`` rows were handed over at the present pace, the last at ``released_at``;
    ``handed`` altogether. ``wake_at``: nothing is to do before.
    """

    id: int
    name: str
    step: str
    version: int
    persona: str
    state: str
    at: int
    until: int
    note: str = ""
    cursor: str = ""
    seen: int = 0
    started_at: int | None = None
    planned_at: int | None = None
    ended_at: int | None = None
    wake_at: int = 0
    released: int = 0
    released_at: int = 0
    handed: int = 0
    sent_then: int = 0
    failed_then: int = 0
    created_at: int = 0

    @property
    def origin(self) -> str:
        """How the reply log calls it."""
        return f"campaign:{self.name}:{self.step}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """What waits for the taps of one account's owner: tasks, and receivers on their lists."""

    origin: str
    account: str
    tasks: int
    targets: int


def add(
    tx: Tx, *, name: str, step: str, version: int, persona: str, at: int, until: int, now: int
) -> Run:  # fmt: skip
    """The run of this version and occurrence; a draft when there was none."""
    tx.run("campaign_add", name=name, step=step, version=version, persona=persona, at=at,
           until=until, now=now)  # fmt: skip
    return next(run for run in of(tx, name) if (run.step, run.version) == (step, version))


def get(tx: Tx, id: int) -> Run | None:
    """One run, or None."""
    row = tx.row("campaign_get", id=id)
    return _run(row) if row else None


def of(tx: Tx, name: str) -> list[Run]:
    """All runs of a campaign, the earliest first."""
    return [_run(row) for row in tx.rows("campaigns_of", name=name)]


def everything(tx: Tx, n: int = 500) -> list[Run]:
    """The ``n`` latest runs of all campaigns, the latest first."""
    return [_run(row) for row in tx.rows("campaigns_all", n=n)]


def open_runs(tx: Tx) -> list[Run]:
    """What is approved or goes on, in the order in which it begins."""
    return [_run(row) for row in tx.rows("campaigns_open")]


def owed(tx: Tx) -> list[Owed]:
    """Taps that runs wait for, by run and account."""
    return [Owed(**row) for row in tx.rows("campaign_owed")]


def to_clear(tx: Tx) -> list[Run]:
    """What was stopped, and still has somebody to be reached or something on its way."""
    return [_run(row) for row in tx.rows("campaigns_to_clear")]


def move(
    tx: Tx, run: Run, event: str, now: int, *, actor: str = ACTOR, reason: str = ""
) -> bool:  # fmt: skip
    """Changes a run's state, with its trail. False when somebody was faster.

    Raises IllegalTransition.
    """
    after = advance("campaign", run.state, event)
    reason = reason[:NOTE_MAX]
    if not tx.run("campaign_move", id=run.id, before=run.state, state=after, note=reason, now=now):
        return False
    audit.record(tx, [audit.entry("campaign", run.id, run.state, event, at=now, actor=actor,
                                  reason=reason)])  # fmt: skip
    return True


def put_window(tx: Tx, run: Run, at: int, until: int) -> None:
    """Somebody starts it at another time."""
    tx.run("campaign_window", id=run.id, at=at, until=until)


def planned(tx: Tx, run: Run, cursor: str, n: int, now: int, *, done: bool) -> bool:
    """Planning has looked at ``n`` more, up to ``cursor``. False when another process did, or the
    run goes on no more: then nothing of the page may be written."""
    return bool(tx.run("campaign_planned", id=run.id, before=run.cursor, cursor=cursor, n=n,
                       done=int(done), now=now))  # fmt: skip


def released(
    tx: Tx, run: Run, n: int, released: int, released_at: int, wake_at: int = 0
) -> bool:  # fmt: skip
    """``n`` more were handed over; what of the present pace is used up, and since when. False as
    in ``planned``."""
    return bool(tx.run("campaign_released", id=run.id, before=run.handed, was=run.released, n=n,
                       released=released, released_at=released_at, wake_at=wake_at))  # fmt: skip


def forgive(tx: Tx, run: Run, sent: int, failed: int) -> None:
    """What had failed when somebody let it go on does not stop it again."""
    tx.run("campaign_forgive", id=run.id, sent=sent, failed=failed)


def doubt(tx: Tx, now: int, note: str) -> int:
    """After a restore: what had begun, or should have by now, is stopped, for it may have reached
    anybody since. Whom it had not reached for sure is unsure, so that nobody is reached twice; how
    many runs."""
    rows = [_run(row) for row in tx.rows("campaigns_doubtful", now=now)]
    for run in rows:
        move(tx, run, "stop", now, actor="restore", reason=note)
        tx.run("recipient_doubt", run=run.id, now=now, code=note[:NOTE_MAX])
    return len(rows)


def _run(row: Row) -> Run:
    return Run(**row)
