"""One conversation as staff read it: what was said, noted and handed over, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import takewhile
from typing import Any, Literal

from bot.core.handoff import AUTOMATIC
from bot.core.model import WHY
from bot.store import codec
from bot.store.engine import Row, Tx

PAGE = 50
_END = 1 << 62
RECALLED = "recalled by the customer"
Source = Literal["inbox", "replies", "notes", "changes"]
By = Literal["member", "bot", "model", "staff", "client", "house"]
# Before which row of each table the next page begins; a table that is missing is at its beginning.
# Of a second conversation that is shown in the same thread the tables are called inbox1 and so on.
Cursor = Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line. ``at`` is when the house knew of it, ``sent_at`` when it was written.

    ``by`` says who wrote it: the member, a rule, a language model, staff here, the account's owner
    or a servicer in the WeCom client, or the house itself; ``author`` is a login. ``kind`` is that
    of the row, ``event`` for what happened, ``recalled`` for words that were taken back, ``note``
    for an internal one, ``change`` for a hand-over. ``event`` is the code of the event.

    ``mood`` of the member's words, empty for none, and the ``signs`` it shows in. ``heard`` is what
    a machine made of a voice or a video; ``listening`` says how far it is: empty where nobody
    listens, ``open``, ``done`` or ``failed``.

    ``fate`` of what went out: draft, queued, waiting_tap, sent, failed, unsure, expired, cancelled,
    with ``reason``. ``content`` is the rule, answer or template it came from. ``data`` of a note is
    what a lead is asked in it.
    """

    conversation: str
    source: Source
    id: int
    at: int
    sent_at: int
    kind: str
    by: By
    text: str = ""
    author: str = ""
    event: str = ""
    data: Mapping[str, object] | None = None
    mood: str = ""
    signs: tuple[str, ...] = ()
    heard: str = ""
    listening: str = ""
    fate: str = ""
    reason: str = ""
    origin: str = ""
    content: str = ""
    content_version: int | None = None
    persona: str = ""
    persona_version: int = 0
    outbox: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Lines in the order of time; ``older`` goes further back, None when there is nothing."""

    lines: list[Line]
    older: Cursor | None


def page(tx: Tx, keys: Sequence[str], before: Cursor | None = None, n: int = PAGE) -> Page:
    """The ``n`` lines before a place, of all lines or from the newest on; of one conversation, or
    of several in the order of time."""
    stood: dict[str, int] = {}
    streams = [_stream(tx, source, key, (before or {}).get(place, _END), n, stood, place)
               for key, source, place in _places(keys)]  # fmt: skip
    lines: list[Line] = []
    for line in merge(*streams, key=_rank):
        if len(lines) == n:
            return Page(lines[::-1], stood)
        if not _told(lines, line):
            lines.append(line)
    return Page(lines[::-1], None)


def _told(lines: Sequence[Line], line: Line) -> bool:
    """A verb over several conversations is one line."""
    if line.source != "changes":
        return False
    same = takewhile(lambda other: other.at == line.at, reversed(lines))
    return any((other.event, other.author, other.reason) == (line.event, line.author, line.reason)
               and other.conversation != line.conversation for other in same)  # fmt: skip


def _places(keys: Sequence[str]) -> Iterator[tuple[str, Source, str]]:
    """(conversation, table, its name in a cursor)."""
    for number, key in enumerate(keys):
        for source in _MAKES:
            yield key, source, f"{source}{number or ''}"


def around(
    tx: Tx, keys: Sequence[str], source: Source, line: int, behind: int = 8
) -> Cursor | None:  # fmt: skip
    """Where a page begins that has this line and up to ``behind`` later ones of each table; None
    when there is no such line."""
    places = [tx.row(f"thread_at_{source}", conversation=key, id=line) for key in keys
              if source in _FOUND]  # fmt: skip
    found = next((row for row in places if row is not None), None)
    if found is None:
        return None
    stood: dict[str, int] = {}
    for key, table, place in _places(keys):
        names = {"subject": f"conversation:{key}"} if table == "changes" else {"conversation": key}
        row = tx.row(f"{_MAKES[table][0]}_after", at=found["at"], behind=behind, **names)
        stood[place] = _END if row is None else row["id"]
    return stood


def line(tx: Tx, key: str, source: Source, number: int) -> Line | None:
    """One line of a conversation; None when it has none of this number."""
    page_of = _stream(tx, source, key, number + 1, 1, {}, source)
    found = next(page_of, None)
    return found if found is not None and found.id == number else None


def asked(tx: Tx, key: str, reply: Line) -> str:
    """What the member had said when the persona answered with this line, a message a line."""
    first = reply.origin.split(":")[1:2] if reply.origin.startswith("reply:") else []
    if not first or not first[0].isdigit():
        return ""
    rows = tx.rows("thread_asked", conversation=key, first=int(first[0]), at=reply.at)
    return "\n".join(row["text"] for row in rows if row["text"])


def because(tx: Tx, line: Line) -> Mapping[str, Any] | None:
    """Why a line of the brand was said, as it was kept then; None where nothing is kept of it."""
    row = tx.row("thread_because", id=line.id) if line.source == "replies" else None
    found = codec.from_json(row["data"]).get(WHY) if row else None
    return found if isinstance(found, dict) else None


def last_words(tx: Tx, key: str) -> list[Row]:
    """What the member said that nobody has answered, oldest first; texts only, the last few."""
    return tx.rows("thread_open", conversation=key)[::-1]


def media(tx: Tx, key: str, source: Source, number: int) -> str:
    """The platform's name of the file that a line carries, or empty."""
    row = tx.row(f"thread_file_{source}", conversation=key, id=number) if source in _SENT else None
    if row is None:
        return ""
    data = codec.from_json(row["data"] or "{}")
    return str(data.get("media_id") or "") if isinstance(data, dict) else ""


_FOUND: tuple[Source, ...] = ("inbox", "replies", "notes")
_SENT: tuple[Source, ...] = ("inbox", "replies")


def _rank(line: Line) -> tuple[int, int, int]:
    return (-line.at, _ORDER.index(line.source), -line.id)


def _stream(
    tx: Tx, source: Source, key: str, before: int, n: int, stood: dict[str, int], place: str
) -> Iterator[Line]:
    """The lines of one table, latest first; ``stood`` says before which its rest begins, under the
    name ``place``."""
    query, make = _MAKES[source]
    names = {"subject": f"conversation:{key}"} if source == "changes" else {"conversation": key}
    for row in tx.rows(query, before=before, n=n + 1, **names):
        # a line that was drawn and not given out is the first of the rest
        stood[place] = row["id"] + 1
        yield make(row | {"conversation": key})
    stood[place] = 0


def _heard(row: Row) -> Line:
    happened, (mood, *signs) = row["kind"] == "event", row["mood"].split("\t")
    return Line(
        conversation=row["conversation"], source="inbox", id=row["id"], at=row["at"],
        sent_at=row["sent_at"], kind="recalled" if row["note"] == RECALLED else row["kind"],
        by="house" if happened else "member", text=row["text"], event=row["event"],
        data=codec.from_json(row["data"]), reason=row["note"], mood=mood, signs=tuple(signs),
        heard=row["heard"], listening=_listening(row),
    )  # fmt: skip


def _listening(row: Row) -> str:
    if row["hear_at"] is not None:
        return "open"
    return "done" if row["heard"] else "failed" if row["heard_why"] else ""


def _said(row: Row) -> Line:
    return Line(
        conversation=row["conversation"], source="replies", id=row["id"], at=row["at"],
        sent_at=row["at"], kind=row["kind"],
        by=_writer(row), author="" if row["operator"] in AUTOMATIC else row["operator"],
        text=row["text"], fate="draft" if row["state"] == "draft" else row["status"],
        reason=row["note"], origin=row["origin"], content=row["content"],
        content_version=row["content_version"], persona=row["persona"],
        persona_version=row["persona_version"], outbox=row["outbox"],
    )  # fmt: skip


def _writer(row: Row) -> By:
    if row["operator"] in AUTOMATIC:
        return "model" if row["operator"] == "model" else "bot"
    # what was said in the client is read afterwards: it never stood in the outbox
    return "staff" if row["outbox"] else "client"


def _noted(row: Row) -> Line:
    return Line(conversation=row["conversation"], source="notes", id=row["id"], at=row["at"],
                sent_at=row["at"], kind="note", by="staff" if row["author"] else "house",
                author=row["author"], text=row["text"], data=_appeal(row))  # fmt: skip


def _appeal(row: Row) -> Mapping[str, object] | None:
    """What a lead is asked in a note, and what he decided; None for any other note."""
    if row["found"] is None:
        return None
    ends = {"withdrawn": row["withdrawn"], "sent": row["outbox"], "refused": 1}
    state = next(end for end, holds in ends.items() if holds)
    return {"state": "open" if row["decided_at"] is None else state,
            "found": codec.from_json(row["found"])["found"],
            "by": row["decided_by"], "reason": row["reason"]}  # fmt: skip


def _changed(row: Row) -> Line:
    return Line(conversation=row["conversation"], source="changes", id=row["id"], at=row["at"],
                sent_at=row["at"], kind="change", by="house", author=row["actor"],
                event=row["event"], fate=row["after"], reason=row["reason"])  # fmt: skip


# Of lines of the same moment: what was heard stands before what was said.
_MAKES: Mapping[Source, tuple[str, Callable[[Row], Line]]] = {
    "changes": ("thread_changes", _changed), "notes": ("thread_notes", _noted),
    "replies": ("thread_replies", _said), "inbox": ("thread_inbox", _heard),
}  # fmt: skip
_ORDER = tuple(_MAKES)
