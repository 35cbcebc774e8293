"""What members say of products: by product and theme, for those who make them; and needs, to look
for. The tables follow from the log (``portrait.py``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.event import Event, Happened
from bot.core.needs import need_of
from bot.store import audit, events
from bot.store.engine import Row, Tx

EVER = 2**62  # later than anything


@dataclass(frozen=True, slots=True)
class Group:
    """Feedback on one theme of one product: how much there is of it, how much of it is content and
    not content, from how many people; when it was said last."""

    product: str
    theme: str
    n: int
    happy: int
    sad: int
    people: int
    last_at: int


def grouped(tx: Tx, since: int = 0, until: int = EVER, product: str | None = None) -> list[Group]:
    """All groups of a span of time [since, until), by product, the most frequent theme first."""
    rows = tx.rows("feedback_grouped", since=since, until=until, product=product)
    return [Group(**row) for row in rows]


def every(tx: Tx, since: int = 0, until: int = EVER, n: int = 100_000) -> list[Row]:
    """All quotes of a span of time, by product and theme, for a file. Without who said it."""
    return tx.rows("feedback_every", since=since, until=until, n=n)


def of_member(tx: Tx, member: str) -> tuple[list[Row], list[Row]]:
    """A person's needs, each with the words it showed in while they are kept, and his feedback."""
    return tx.rows("needs_of", member=member), tx.rows("feedback_of", member=member)


def needing(tx: Tx, text: str, after: int, n: int) -> list[Row]:
    """Whose need has ``text`` in it, behind a number, in the order of members' numbers."""
    return tx.rows("needs_like", text=f"%{plain(text)}%", after=after, n=n)


def note_need(
    tx: Tx, member: str, need: str, now: int, actor: str, inbox: int = 0
) -> str:  # fmt: skip
    """A colleague sees a worry or a wish in a message. The event. Raises ValueError."""
    which = ":".join(need_of(need))
    event = Event(kind=Happened.NEED, at=now, dedupe=f"need/{member}/{which}/{actor}/{now}",
                  member=member, which=which, data={"inbox": inbox, "by": actor})  # fmt: skip
    events.record(tx, [event], now)
    audit.record(tx, [audit.note("member", member, "need", at=now, actor=actor)])
    return event.dedupe


def take_back(tx: Tx, member: str, noted: Sequence[str], now: int, actor: str) -> None:
    """A need or feedback (its event) was none."""
    events.record(tx, [Event(kind=Happened.UNNOTED, at=now, dedupe=f"unnoted/{event}/{now}",
                             member=member, place=event, data={"by": actor})
                       for event in noted], now)  # fmt: skip
    audit.record(tx, [audit.note("member", member, "unnoted", at=now, actor=actor)])


def plain(text: str) -> str:
    """Without the signs that LIKE takes for any letters."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
