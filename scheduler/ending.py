"""What became of a run: results reach its ledger, too many failures pause it, and it ends when
nobody is left to be reached."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.clock import HOUR
from bot.store import campaigns, recipients
from bot.store.campaigns import Run
from bot.store.engine import Tx
from scheduler.enrolling import Job

# Fewer results say nothing about the rest.
ENOUGH = 20
# Codes of the governor that hold for a while only.
PASSING = ("open_question", "open_complaint", "handed_off", "mood", "quiet_hours", "blackout",
           "rate", "cap_day", "cap_week", "cap_month", "trust", "ratio", "spacing")  # fmt: skip
AGAIN_AFTER, TRIES = 1 * HOUR, 3
STOPPED, OVER, CEILING = "stopped", "until", "ceiling"


def too_many_failed(tx: Tx, job: Job) -> str:
    """What to say when more failed since the run was let go on than its budget allows, else empty.
    Counts the whole ledger, so it is not asked within a write."""
    run, budget = job.run, job.campaign.file.error_budget
    known = recipients.by_state(tx, run.id)
    failed = known.get("failed", 0) - run.failed_then
    total = known.get("sent", 0) - run.sent_then + failed
    if total < ENOUGH or failed <= budget * total:
        return ""
    return f"error budget: {failed} of {total} failed, more than {budget:.0%}"


def finish(tx: Tx, job: Job) -> bool:
    """Ends a run with nobody left; False while there is somebody, and when somebody whom his
    account lost meanwhile goes on through another."""
    run = job.run
    if recipients.left(tx, run.id) or go_on(tx, job):
        return False
    return campaigns.move(tx, run, "finish", job.now)


def go_on(tx: Tx, job: Job) -> bool:
    """Whom an account lost before its owner tapped is reached through another one, once; who was
    taken off for a reason that passes is looked at again. True when there was somebody."""
    run, again_at = job.run, job.now + AGAIN_AFTER
    if job.campaign.posts or job.now >= run.until:
        return False
    accounts = job.setting.cast.accounts_of(run.persona, "contact")
    found = recipients.move_on(tx, run.id, accounts)
    if again_at < run.until:
        found += recipients.come_back(tx, run.id, PASSING, again_at, TRIES)
    return found > 0


def results(tx: Tx, outboxes: Sequence[int], now: int) -> int:
    """Fates from the reply log; how many recipients have another one now."""
    return recipients.settle(tx, outboxes, now)


def close(tx: Tx, run: Run, state: str, code: str, now: int) -> bool:
    """Ends a page of what nothing is on its way to; True while there is more."""
    return recipients.close(tx, run.id, state, code, now) == recipients.PAGE
