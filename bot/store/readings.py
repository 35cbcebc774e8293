"""Our own pages on which a text is read, and for how long it was in sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from bot.core.event import Event, Happened
from bot.members.reading import STRETCHES, View, page_code
from bot.store import audit, events
from bot.store.codec import from_json
from bot.store.engine import Row, Tx

MOST = 1_000  # views of one template that are looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """``topic``: the template's genre; ``text``: the words as they were when the page was made."""

    code: str
    content: str
    version: int
    title: str
    topic: str
    text: str
    made_by: str
    made_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reads:
    """What is known of the latest views of a template: how many, by how many members who are known,
    and how many seconds half of them did not exceed; None without any."""

    views: int
    members: int
    seconds: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Topic:
    """How many views of texts of one topic somebody had, and how many seconds in all."""

    topic: str
    views: int
    seconds: int


def make(
    tx: Tx, content: str, version: int, title: str, topic: str, text: str, actor: str, now: int
) -> str:
    """The code of the page of these words, which is made once."""
    code = page_code(content, text)
    if tx.run("reading_add", code=code, content=content, version=version, title=title,
              topic=topic, text=text, actor=actor, now=now):  # fmt: skip
        audit.record(tx, [audit.note("reading", code, "make", at=now, actor=actor, after=content)])
    return code


def get(tx: Tx, code: str) -> Page | None:
    """The page of a code."""
    row = tx.row("reading_get", code=code)
    return Page(**row) if row else None


def of(tx: Tx, content: str) -> Page | None:
    """The latest page of a template."""
    row = tx.row("reading_of", content=content)
    return Page(**row) if row else None


def read(
    tx: Tx, page: Page, view: View, name: str, link: Row | None, stretch: int, seconds: int,
    now: int,
) -> bool:  # fmt: skip
    """It was in sight for so long; False when this stretch of the view was told before, or is one
    too many. Whoever has a link of his own is known."""
    if seconds <= 0 or not 0 <= stretch < STRETCHES:
        return False
    told = {"page": page.code, "title": page.title, "topic": page.topic, "link": view.link}
    return bool(events.record(tx, [Event(
        kind=Happened.READ, at=now, dedupe=f"read/{name}/{stretch}",
        member=link["member"] if link else "", account=link["account"] if link else "",
        persona=link["persona"] if link else "", version=page.version, place=page.content,
        which=name, amount=seconds, data=told)], now))  # fmt: skip


def reads(tx: Tx, content: str) -> Reads:
    """Of the latest views of a template."""
    rows = tx.rows("reading_views", content=content, n=MOST)
    known = {row["member"] for row in rows if row["member"]}
    half = round(median(int(row["seconds"]) for row in rows)) if rows else None
    return Reads(views=len(rows), members=len(known), seconds=half)


def topics(tx: Tx, ids: Sequence[str]) -> list[Topic]:
    """What somebody reads, that which he read longest first."""
    views: dict[str, set[str]] = {}
    seconds: dict[str, int] = {}
    for row in tx.rows("reading_by", ids=list(ids)):
        topic = str(from_json(row["data"]).get("topic", ""))
        views.setdefault(topic, set()).add(row["view"])
        seconds[topic] = seconds.get(topic, 0) + int(row["seconds"])
    found = [Topic(topic=one, views=len(views[one]), seconds=seconds[one]) for one in views]
    return sorted(found, key=lambda one: (-one.seconds, one.topic))
