"""Whatever waits for a person is given up, because he is being erased."""

from __future__ import annotations

from bot.core.lifecycle import advance
from bot.store import audit, consenting, flows, outbox, pullback, schedule, traces
from bot.store.engine import Row, Tx
from bot.store.pullback import Pull
from bot.store.traces import Person

WHY = "erased"
# How a message that is addressed to him alone ends, by where it stands.
_ENDS = {"draft": "cancel", "ready": "cancel", "waiting": "cancel", "unsure": "never"}


def stop(tx: Tx, person: Person, actor: str, now: int) -> None:
    """Messages, tasks (made again without him), flows, plans, and consents to use his words."""
    ids = list(person.ids)
    for row in tx.rows("erased_queue", ids=ids, talks=list(person.talks),
                       peers=list(person.peers)):  # fmt: skip
        outbox.move(tx, row, _ENDS[row["state"]], now, actor=actor, reason=WHY)
    tx.run("erased_given_up", now=now, ids=ids, talks=list(person.talks),
           peers=list(person.peers))  # fmt: skip
    for task in tx.rows("erased_tasks", ids=ids):
        _off_the_list(tx, task, person, actor, now)
    runs = [row["id"] for row in tx.rows("erased_runs", ids=ids)]
    flows.end(tx, runs, "stop", now, WHY, actor)
    for run in runs:
        schedule.drop_run(tx, run, now, WHY, actor)
    for row in tx.rows("erased_pooled", ids=ids):
        schedule.unpool(tx, row["id"], now, WHY)
    for member in ids:
        _drop(tx, _planned(tx, member), actor, now)
    for row in tx.rows("erased_consents", ids=ids):
        consenting.revoke(tx, row["id"], actor, now, WHY)


def _off_the_list(tx: Tx, task: Row, person: Person, actor: str, now: int) -> None:
    for peer in (*person.ids, *person.peers):
        tx.run("receiver_cancel", outbox=task["id"], peer=peer, note=WHY)
    if task["state"] in pullback.BEYOND:
        pullback.pull(tx, task, Pull(why=WHY, actor=actor, again_at=now), now)


def _planned(tx: Tx, member: str) -> list[int]:
    """What is planned and names him."""
    if not tx.sealed:
        return [row["id"] for row in tx.rows("erased_dues", id=member)]
    return [row["id"] for row in traces.mentioning(tx, "due", [member])
            if row["state"] == "waiting" and member in f"{row['data']} {row['key']}"]  # fmt: skip


def _drop(tx: Tx, ids: list[int], actor: str, now: int) -> None:
    rows = tx.rows("due_drop_ids", ids=ids, note=WHY) if ids else []
    after = advance("due", "waiting", "drop")
    audit.record(tx, [audit.note("due", row["id"], "drop", at=now, actor=actor, reason=WHY,
                                 before="waiting", after=after) for row in rows])  # fmt: skip
