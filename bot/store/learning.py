"""Content that told people of a category, looked for in the log now and then: to follow each single
message would be dear, and the messages are forgotten in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.clock import SECOND
from bot.core.event import Event, Happened
from bot.members import journey
from bot.members.journey import Signs
from bot.store import categories, events, history
from bot.store.engine import Tx

PAGE = 500
LAG = 60 * SECOND  # transactions that are under way may have drawn smaller ids


def look(tx: Tx, now: int) -> bool:
    """Looks through a page of the log; True when there is more."""
    after = (tx.row("journey_marked") or {"event": 0})["event"]
    rows = [row for row in tx.rows("events_page", after=after, n=PAGE)
            if row["seen_at"] <= now - LAG]  # fmt: skip
    if not rows:
        return False
    sent = [history.event_of(row) for row in rows if row["kind"] == Happened.OUTBOUND]
    tx.run("journey_mark", event=rows[-1]["id"])
    events.record(tx, _learned(tx, sent, categories.signs(tx)), now)
    return len(rows) == PAGE


def _learned(tx: Tx, sent: Sequence[Event], signs: Mapping[str, Signs]) -> list[Event]:
    """Who got to know something by it. Of what somebody knew by then nothing more is noted; what he
    had bought before does not count, for an order may turn out to be another's."""
    told = [(one, category) for one in sent for category in journey.about(one.place, signs)]
    members = sorted({one.member for one, _ in told})
    rows = tx.rows("learned_first", members=members) if members else ()
    knew = {(row["member"], row["which"]): row["at"] for row in rows}
    return [journey.learned(one, category) for one, category in told
            if one.at < knew.get((one.member, category), one.at + 1)]  # fmt: skip
