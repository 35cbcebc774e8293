"""Questions of a wall: who asked, whether somebody answered him, and what he wrote last.

A question is answered in writing when a colleague has written to him since, or on air: then
somebody says so here. Answers of personas do not count; they only say that it has come in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.store import activitydesk, audit, persons
from bot.store.activitydesk import FIRST, SHOWN
from bot.store.engine import Row, Tx
from bot.store.parts import listed
from bot.store.runs import ActivityRefused

Which = Literal["", "open", "answered"]
WORDS_MAX = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """``told_at``: answered on air, by ``told_by``; ``written_at``: a colleague wrote to him since;
    ``talk``: his latest conversation, with his ``last`` words there and when."""

    row: Row
    name: str
    codename: str
    text: str
    media: int
    talk: str = ""
    last: str = ""
    last_at: int | None = None

    @property
    def answered(self) -> bool:
        """True when nobody has to answer any more."""
        return self.row["told_at"] is not None or self.row["written_at"] is not None


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are, and how many nobody has answered."""

    n: int = 0
    open: int = 0


def count(tx: Tx, run: str) -> Count:
    """How many questions a run has."""
    row = tx.row("wall_count", run=run)
    return Count(row["n"] or 0, row["open"] or 0) if row else Count()


def questions(
    tx: Tx, run: Row, which: Which = "", after: tuple[int, str] = FIRST, n: int = SHOWN
) -> list[Question]:  # fmt: skip
    """Questions of a run, the earliest first, behind a place."""
    at, event = after
    rows = tx.rows("wall_page", run=run["id"], which=which, at=at, after=event, n=n)
    talks = _talks(tx, [row["member"] for row in rows])
    return [_question(one, talks.get(one.row["member"], {}))
            for one in activitydesk.told_of(tx, run["circle"], rows)]  # fmt: skip


def _question(one: activitydesk.Entry, talk: Mapping[str, Any]) -> Question:
    return Question(row=one.row, name=one.name, codename=one.codename,
                    text=str(one.said.get("text", "")), media=len(one.said.get("media", ())),
                    talk=talk.get("conversation", ""), last=talk.get("text", ""),
                    last_at=talk.get("at"))  # fmt: skip


def _talks(tx: Tx, people: Sequence[str]) -> dict[str, Row]:
    """The latest conversation of each person, under whichever of his ids."""
    ids = persons.all_of(tx, sorted(set(people)))
    owner = {id: person for person, mine in ids.items() for id in mine}
    rows = sorted(listed(tx, "wall_talks", "members", sorted(owner)), key=lambda row: row["at"])
    return {owner[row["member"]]: row for row in rows}


def answer(tx: Tx, event: str, now: int, *, words: str, actor: str, back: bool = False) -> Row:
    """Somebody answered a question on air, or (``back``) did not after all. Raises
    ActivityRefused."""
    row = tx.row("entry_get", event=event)
    if row is None or row["kind"] != "submitted":
        raise ActivityRefused(f"there is no question {event!r}")
    done = tx.run("wall_drop", event=event) if back else tx.run(
        "wall_put", event=event, member=row["member"], now=now, actor=actor,
        words=words[:WORDS_MAX])  # fmt: skip
    if done:
        audit.record(tx, [audit.note("entry", event, "unanswered" if back else "answered", at=now,
                                     actor=actor, reason=words[:WORDS_MAX])])  # fmt: skip
    return row
