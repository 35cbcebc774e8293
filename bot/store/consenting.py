"""Recording that somebody allows the use of his words or pictures, and that he does no more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.content import ContentRefused
from bot.core.policy import UNKNOWN
from bot.store import audit, outbox, ugc
from bot.store.engine import Tx
from bot.store.ugc import Consent

# Rows that are cancelled with the revocation; whatever is beyond them is refused at its claim.
STOP_MAX = 5_000
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NEEDED = ("who", "what", "licence", "how")


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a revocation stopped: rows that had not left, steps that waited in a pool, and tasks on
    the platform that are called off now."""

    cancelled: int = 0
    dropped: int = 0
    tasks: int = 0


def record(tx: Tx, given: Consent) -> None:
    """Keeps a consent; ``recorded_by`` and ``recorded_at`` say who does it and when. Raises
    ContentRefused."""
    if not _ID.fullmatch(given.id):
        raise ContentRefused("id", name=given.id)
    for key in _NEEDED:
        if not getattr(given, key).strip():
            raise ContentRefused("empty", what=key)
    if not tx.run("consent_add", id=given.id, who=given.who, what=given.what,
                  licence=given.licence, how=given.how, given_at=given.given_at,
                  recorded_by=given.recorded_by, now=given.recorded_at):  # fmt: skip
        raise ContentRefused("taken", name=given.id)
    audit.record(tx, [audit.note("consent", given.id, "given", at=given.recorded_at,
                                 actor=given.recorded_by, after=given.licence,
                                 reason=given.how)])  # fmt: skip


def revoke(tx: Tx, consent: str, actor: str, now: int, why: str = "") -> Stopped:
    """From now on nothing that stands on it is used; what waits to leave is cancelled. Raises
    ContentRefused."""
    row = tx.row("consent_hold", id=consent)
    if row is None:
        raise ContentRefused("no_consent", name=consent)
    if not tx.run("consent_revoke", id=consent, actor=actor, now=now, why=why):
        raise ContentRefused("revoked", name=consent, who=row["revoked_by"])
    audit.record(tx, [audit.note("consent", consent, "revoke", at=now, actor=actor, reason=why,
                                 before=row["licence"])])  # fmt: skip
    found = [_stop(tx, name, version, consent, actor, now)
             for name, version in ugc.uses(tx, consent)]  # fmt: skip
    return Stopped(sum(one.cancelled for one in found), sum(one.dropped for one in found),
                   sum(one.tasks for one in found))  # fmt: skip


def would_stop(tx: Tx, consent: str) -> Stopped:
    """What ``revoke`` would stop now."""
    found = [row for name, version in ugc.uses(tx, consent)
             for row in tx.rows("consent_stops", name=name, version=version)]  # fmt: skip
    return Stopped(sum(row["cancelled"] for row in found), sum(row["dropped"] for row in found),
                   sum(row["tasks"] for row in found))  # fmt: skip


def _stop(tx: Tx, name: str, version: int, consent: str, actor: str, now: int) -> Stopped:
    note = ugc.reason(consent, now)
    rows = tx.rows("consent_queued", name=name, version=version, n=STOP_MAX)
    # one that may have left already keeps that word; the claim refuses it, should it come again
    cancelled = sum(outbox.move(tx, row, "cancel", now, actor=actor, reason=note)
                    for row in rows if not row["note"].startswith(UNKNOWN))  # fmt: skip
    return Stopped(
        cancelled,
        tx.run("consent_pooled", name=name, version=version, now=now, note=note),
        tx.run("consent_hurry", name=name, version=version, now=now),
    )
