"""A person takes a member out of a flow."""

from __future__ import annotations

from bot.store import flows, schedule
from bot.store.engine import Row, Tx


def stop(tx: Tx, run: Row, now: int, why: str, actor: str) -> bool:
    """The run ends here: what waits of it is given up, what is pooled taken out. What has become a
    task stays one. False when it was over."""
    if not flows.end(tx, [run["id"]], "stop", now, why, actor):
        return False
    schedule.drop_run(tx, run["id"], now, why, actor)
    schedule.unpool_run(tx, run["id"], run["member"], now, why)
    return True
