"""Figures of customer groups for a week, and how each was, week by week.

What was said in a group is known from the message archive alone: without it, or where it has
nothing of a group for 30 days, those figures are None; so are speakers of a week that it does not
have as a whole, and who was silent for longer than it is read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

from bot.community.grouphealth import Figures, Health
from bot.core.clock import DAY, HOUR
from bot.core.contacts import is_external
from bot.store import persons
from bot.store.codec import from_json, to_json
from bot.store.engine import Row, Tx

WEEKS, PAGE, SAID_MOST = 26, 50, 20_000
HEARD_FOR, ANSWERED_WITHIN = 30 * DAY, 2 * HOUR
_ASKS = re.compile(
    r"[?？]|(?:吗|么|呢)[。.!！~～ ]*$|怎么|多少|哪里|哪儿|什么时候|有没有|可不可以|能不能"
)


@dataclass(frozen=True, slots=True)
class Week:
    """How a group was in the week that began on the Monday ``week``."""

    week: str
    figures: Figures
    score: int | None
    measured: int


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was said in a group; ``who``: empty where he refused to be archived."""

    at: int
    who: str
    text: str


def chats(tx: Tx, after: str = "", n: int = PAGE) -> list[Row]:
    """Customer groups by id."""
    return tx.rows("group_chats_page", after=after, n=n)


def chat(tx: Tx, id: str) -> Row | None:
    """One customer group."""
    return tx.row("group_chat_one", id=id)


def measure(
    tx: Tx, ids: Sequence[str], since: int, until: int, *, archive: bool,
    sells: Callable[[str], bool],
) -> dict[str, Figures]:  # fmt: skip
    """Each of these groups in this time. ``sells``: whether a template does."""
    if not ids:
        return {}
    span = {"chats": list(ids), "since": since, "until": until}
    seats = {row["place"]: row for row in tx.rows("group_members", **span)}
    took = {row["place"]: int(row["n"]) for row in tx.rows("group_took_part", **span)}
    posts, selling = Counter[str](), Counter[str]()
    for row in tx.rows("group_posts", **span):
        posts[row["peer"]] += int(row["n"])
        selling[row["peer"]] += int(row["n"]) * sells(row["content"])
    return {id: _with(tx, id, since, until, archive, Figures(
        members=_n(seats.get(id), "members"), joined=_n(seats.get(id), "joined"),
        left=_n(seats.get(id), "gone"), posts=posts[id], selling=selling[id],
        took_part=took.get(id, 0))) for id in ids}  # fmt: skip


def _n(row: Row | None, name: str) -> int:
    return int(row[name] or 0) if row else 0


def _with(
    tx: Tx, chat: str, since: int, until: int, archive: bool, found: Figures
) -> Figures:  # fmt: skip
    """The same with what the archive shows."""
    if not archive:
        return found
    heard = _said(tx, chat, min(since, until - HEARD_FOR), until + ANSWERED_WITHIN)
    if not any(one.at < until for one in heard):
        return found
    members = {row["member"] for row in tx.rows("group_seats", chat=chat, until=until)}
    row = tx.row("group_archive_since")
    began = row["at"] if row and row["at"] is not None else until
    spoke = _people(tx, (one.who for one in heard if one.at < until))
    week = [one for one in heard if since <= one.at < until]
    asked = [one for one in week if _ASKS.search(one.text)]
    return Figures(**asdict(found) | {
        "speakers": len(members & _people(tx, (one.who for one in week)))
        if began <= since else None,
        "messages": len(week),
        "by_staff": sum(bool(one.who) and not is_external(one.who) for one in week),
        "questions": len(asked), "replies": sum(_answers(one, heard) for one in asked),
        "silent": len(members - spoke) if began <= until - HEARD_FOR else None})  # fmt: skip


def unanswered(tx: Tx, chat: str, since: int, before: int, now: int) -> list[Line]:
    """What customers asked in a group between these moments and nobody has said a word after, the
    oldest first; of each his last. Nothing without the archive."""
    heard = _said(tx, chat, since, now)
    last: dict[str, Line] = {}
    for line in heard:
        if any(who != line.who for who in last):
            last = {who: one for who, one in last.items() if who == line.who}
        if is_external(line.who) and _ASKS.search(line.text):
            last[line.who] = line
    return sorted((one for one in last.values() if one.at <= before), key=lambda one: one.at)


def _answers(asked: Line, heard: Sequence[Line]) -> int:
    """How many others spoke within two hours of a question."""
    last = asked.at + ANSWERED_WITHIN
    return len({one.who for one in heard if asked.at < one.at <= last and one.who
                and one.who != asked.who})  # fmt: skip


def _people(tx: Tx, ids: Iterable[str]) -> set[str]:
    """Who they are now, of customers."""
    wanted = sorted({one for one in ids if is_external(one)})
    known = persons.person_of(tx, wanted) if wanted else {}
    return {known.get(one, one) for one in wanted}


def _said(tx: Tx, chat: str, since: int, until: int) -> list[Line]:
    rows = tx.rows("group_said", chat=chat, since=since, until=until, n=SAID_MOST)
    return [Line(row["at"], str(from_json(row["data"]).get("from", "")), row["text"])
            for row in rows]  # fmt: skip


def keep(tx: Tx, chat: str, week: str, found: Figures, health: Health, now: int) -> bool:
    """How a group was in a week stays as it was measured; False when it was already."""
    return bool(tx.run("group_health_put", chat=chat, week=week, figures=to_json(asdict(found)),
                       score=health.score, measured=health.measured, at=now))  # fmt: skip


def history(tx: Tx, chat: str, n: int = WEEKS) -> list[Week]:
    """The weeks of a group, the latest first."""
    return [_week(row) for row in tx.rows("group_health_of", chat=chat, n=n)]


def latest(tx: Tx, ids: Sequence[str]) -> dict[str, Week]:
    """The latest week that was kept of each group."""
    rows = tx.rows("group_health_latest", chats=list(ids)) if ids else []
    return {row["chat"]: _week(row) for row in rows}


def _week(row: Row) -> Week:
    return Week(row["week"], Figures(**from_json(row["figures"])), row["score"], row["measured"])
