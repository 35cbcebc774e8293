"""Segments: audiences with a name, which people write once and use in many places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.errors import BadInput
from bot.store import audit
from bot.store.engine import Row, Tx

NAME_MAX = 64
MENTION = re.compile("segment|分群", re.IGNORECASE)
# What a word of an audience may hold, so that nobody needs quotation marks for a name.
_NAME = re.compile(r"[^\s()（）\"“”「」:：=<>≤≥,，/]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Segment:
    """``words``: the audience as it was written. Times are UTC ms. ``archived_at``: since when it
    is out of sight; what names it still finds it."""

    name: str
    words: str
    made_by: str
    made_at: int
    changed_by: str
    changed_at: int
    archived_at: int | None = None


def everything(tx: Tx) -> list[Segment]:
    """All of them, by name."""
    return [Segment(**row) for row in tx.rows("segments")]


def get(tx: Tx, name: str) -> Segment | None:
    """The one of this name."""
    row = tx.row("segment_get", name=name)
    return Segment(**row) if row else None


def words(tx: Tx, *texts: str) -> dict[str, str]:
    """The words of all segments by name, as reading these audiences needs them; nothing where none
    of them speaks of a segment."""
    if not any(map(MENTION.search, texts)):
        return {}
    return {row["name"]: row["words"] for row in tx.rows("segments")}


def save(tx: Tx, name: str, words: str, actor: str, now: int) -> bool:
    """Makes a segment or gives it other words, which the caller has read; False when it had these.

    Raises BadInput for a name that cannot stand behind ``segment:``.
    """
    _check(name)
    before = get(tx, name)
    if before is not None and before.words == words and before.archived_at is None:
        return False
    tx.run("segment_put", name=name, words=words, actor=actor, now=now)
    audit.record(tx, [audit.note("segment", name, "save", at=now, actor=actor,
                                 before=before.words if before else "", after=words)])  # fmt: skip
    return True


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > NAME_MAX:
        raise BadInput(f"{name!r} is no name for a segment",
                       fix=f"up to {NAME_MAX} characters without spaces, brackets, quotation "
                       "marks and signs")  # fmt: skip


def archive(tx: Tx, name: str, actor: str, now: int, *, back: bool = False) -> bool:
    """Puts a segment out of sight, or back into it; False when it was there already, or is none."""
    one = get(tx, name)
    if one is None or (one.archived_at is None) == back:
        return False
    tx.run("segment_archive", name=name, at=None if back else now, actor=actor, now=now)
    audit.record(tx, [audit.note("segment", name, "unarchive" if back else "archive", at=now,
                                 actor=actor, before=one.words, after=one.words)])  # fmt: skip
    return True


def rename(tx: Tx, old: str, new: str, actor: str, now: int) -> None:
    """Gives a segment another name. The old one goes on to mean the same, out of sight, so nothing
    that names it has to change. Raises BadInput where it cannot."""
    _check(new)
    one, there = get(tx, old), get(tx, new)
    if one is None or moved_to(one):
        raise BadInput(f"there is no segment {old!r}", fix="look into the list")
    if there is not None and moved_to(there) != old:
        raise BadInput(f"there is a segment {new!r} already", fix="choose another name")
    tx.run("segment_move", name=new, words=one.words, made_by=one.made_by, made_at=one.made_at,
           actor=actor, now=now)  # fmt: skip
    former = [each.name for each in everything(tx) if moved_to(each) == old]
    tx.run("segment_point", names=[old, *former], words=_FORWARD + new, actor=actor, now=now)
    tx.run("segment_days_forget", name=new)
    tx.run("segment_days_move", old=old, new=new)
    audit.record(tx, [audit.note("segment", name, "rename", at=now, actor=actor, before=old,
                                 after=new) for name in (old, new)])  # fmt: skip


_FORWARD = "segment:"


def moved_to(one: Segment) -> str:
    """The name by which it goes now, or empty."""
    there = one.words.removeprefix(_FORWARD)
    plain = one.archived_at is not None and there != one.words and _NAME.fullmatch(there)
    return there if plain else ""


def history(tx: Tx, name: str) -> list[Row]:
    """Audit rows of a segment, the oldest first, those under its former names too."""
    rows: list[Row] = []
    before = 1 << 62
    while name:
        mine = [row for row in audit.history(tx, "segment", name) if row["id"] < before
                and (row["event"], row["before"]) != ("rename", name)]  # fmt: skip
        became = [row for row in mine if row["event"] == "rename"]
        begins = became[-1]["id"] if became else -1
        rows = [*(row for row in mine if row["id"] >= begins), *rows]
        name, before = (became[-1]["before"], begins) if became else ("", 0)
    return rows


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """How many members a segment held on a day, when they were counted last (``at``)."""

    segment: str
    day: str
    members: int
    at: int


def note_day(tx: Tx, name: str, day: str, members: int, now: int) -> None:
    """Keeps a count; a later one of the day takes its place."""
    tx.run("segment_day_put", name=name, day=day, members=members, now=now)


def days(tx: Tx, since: str) -> dict[str, list[Day]]:
    """Counts of all segments by name, from a day on."""
    found: dict[str, list[Day]] = {}
    for row in tx.rows("segment_days", since=since):
        found.setdefault(row["segment"], []).append(Day(**row))
    return found


def days_of(tx: Tx, name: str, since: str = "") -> list[Day]:
    """Counts of one segment, from a day on."""
    return [Day(**row) for row in tx.rows("segment_days_of", name=name, since=since)]


def uncounted(tx: Tx, day: str) -> list[Segment]:
    """Segments in sight that nobody has counted on this day."""
    return [Segment(**row) for row in tx.rows("segments_uncounted", day=day)]


def forget_days(tx: Tx, before: str) -> None:
    """Counts of days before this one go."""
    tx.run("segment_days_old", before=before)
