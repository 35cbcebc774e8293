"""What dashboards ask of the store beside the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.store.engine import Tx

MOST = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """How many messages are on their way, wait for a tap, may have arrived, and could not be sent
    lately; MOST at the most."""

    ready: int = 0
    taps: int = 0
    unsure: int = 0
    failed: int = 0


def delivery(tx: Tx, since: int) -> Delivery:
    """As it is now; failures since a moment."""
    row = tx.row("delivery_now", since=since, most=MOST) or {}
    return Delivery(**{name: int(n) for name, n in row.items()})


def changes(tx: Tx, personas: Sequence[str], since: int, until: int) -> Mapping[str, int]:
    """How often another version of each persona began to serve."""
    subjects = {f"published:persona/{name}": name for name in personas}
    rows = tx.rows("persona_changes", subjects=list(subjects), since=since, until=until)
    return {subjects[row["subject"]]: int(row["n"]) for row in rows}


def serving(tx: Tx) -> Mapping[str, int]:
    """Which version of each persona serves."""
    return {row["name"]: row["version"] for row in tx.rows("persona_serving")}
