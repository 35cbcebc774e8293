"""What a stopped run has on its way is taken back, as far as that is possible."""

from __future__ import annotations

from bot.store import campaigns, recipients
from bot.store.campaigns import Run
from bot.store.engine import Tx
from bot.store.pullback import call_off
from scheduler.ending import STOPPED


def take_back(tx: Tx, run: Run, now: int) -> bool:
    """What has not left is cancelled; tasks that wait for a tap are called off on the platform."""
    ids = [id for id, _ in recipients.outboxes(tx, run.id)]
    return any([call_off(tx, id, STOPPED, now, campaigns.ACTOR) for id in ids])
