"""What may keep a claimed row from leaving at the last moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.clock import HOUR
from bot.core.handoff import AUTOMATIC
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.store.engine import Row, Tx

# Rules on claimed rows within the claim's transaction: the fate of those that may not leave now.
Gate = Callable[[Tx, Sequence[Outbound], int], Mapping[int, Verdict]]


def open_gate(tx: Tx, rows: Sequence[Outbound], now: int) -> Mapping[int, Verdict]:
    """Lets everything pass."""
    return {}


@dataclass(frozen=True, slots=True)
class KfWindow:
    """The platform's rule for kf: so many messages within so long after the customer's last."""

    messages: int
    hours: int


def counts(row: Outbound) -> bool:
    """True when the platform counts this message against the kf quota."""
    return row.channel == "kf" and row.kind != "notice" and "code" not in row.data


def refuse(row: Outbound, talk: Row | None, now: int, window: KfWindow) -> Verdict | None:
    """Why a row may not leave now, checked at the last moment before it does; None if it may."""
    if row.expires_at is not None and now >= row.expires_at:
        return Verdict("expire", note="too late")
    if talk is None:
        return None
    if row.operator in AUTOMATIC and (talk["mode"] != "auto" or row.id <= talk["silenced"]):
        return Verdict("cancel", note=f"a person took the conversation (now {talk['mode']})")
    if not counts(row):
        return None
    if talk["last_in_at"] is None or now - talk["last_in_at"] >= window.hours * HOUR:
        return Verdict("never", note=f"the {window.hours} h of the kf window are over")
    if talk["sent_since"] >= window.messages and row.attempts == 1:
        return Verdict("never", note=f"all {window.messages} messages of the kf window are used")
    return None
