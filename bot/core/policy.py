"""Pure rules about trying again. They return a decision; somebody else carries it out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.clock import DAY
from bot.core.model import Later, NeedsHuman, Never, Outbound, Outcome, Sent, Unsure

MAX_ATTEMPTS = 8
# ms; a task that nobody tapped for so long says something that is not true any more.
TAP_WITHIN = 2 * DAY
# Seconds between attempts; the last one repeats.
BACKOFF = (1, 2, 5, 15, 60, 300, 900)

# A repetition of these is harmless: the platform recognises it. kf by our own msgid
# (page 94677), the welcome by its single-use code (page 92137).
REPEATABLE = frozenset({("kf", "reply"), ("kf", "care"), ("kf", "staff"), ("kf", "promo"),
                        ("kf", "activity"), ("contact", "welcome"), ("kf", "welcome")})  # fmt: skip

# Begins the note of a row whose earlier attempt may have arrived.
UNKNOWN = "fate unknown: "
NOTE_MAX = 500  # characters


@dataclass(frozen=True, slots=True)
class Verdict:
    """The event to apply to the outbox row, when to try again, and a sentence for staff."""

    event: str
    retry_at: int = 0
    note: str = ""
    provider_id: str | None = None


def backoff(attempts: int) -> int:
    """Milliseconds to wait after that many attempts."""
    return BACKOFF[min(max(attempts, 1), len(BACKOFF)) - 1] * 1000


def judge(row: Outbound, outcome: Outcome, now: int) -> Verdict:
    """What becomes of an outbox row after one attempt."""
    return remember(row, _judge(row, outcome, now))


def remember(row: Outbound, verdict: Verdict) -> Verdict:
    """The verdict in the light of an earlier call that may have arrived: no refusal hides that."""
    if not row.note.startswith(UNKNOWN) or verdict.event in ("sent", "human"):
        return verdict
    event = "unsure" if verdict.event in ("never", "expire", "cancel") else verdict.event
    known = verdict.note.startswith(UNKNOWN)
    note = verdict.note if known else f"{row.note}; then {verdict.note}"
    return replace(verdict, event=event, note=note[:NOTE_MAX])


def _judge(row: Outbound, outcome: Outcome, now: int) -> Verdict:
    match outcome:
        case Sent(provider_id, note):
            return Verdict("sent", note=note, provider_id=provider_id)
        case NeedsHuman(task):
            return Verdict("human", retry_at=now, provider_id=task)
        case Never(code, why):
            return Verdict("never", note=f"{code}: {why}")
        case Later(after, why):
            return _again(row, "later", max(after, backoff(row.attempts)), why, now)
        case Unsure(why, final):
            if not final and (row.channel, row.kind) in REPEATABLE:
                return _again(row, "repeat", backoff(row.attempts), UNKNOWN + why, now)
            return Verdict("unsure", note=why)


def _again(row: Outbound, event: str, wait: int, why: str, now: int) -> Verdict:
    retry_at = now + wait
    known = event == "later"
    if row.expires_at is not None and retry_at >= row.expires_at:
        return Verdict("expire" if known else "unsure", note=f"{why}; no time left")
    if row.attempts >= MAX_ATTEMPTS:
        return Verdict("never" if known else "unsure", note=f"{why}; {row.attempts} attempts")
    return Verdict(event, retry_at=retry_at, note=why)
