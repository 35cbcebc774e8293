"""Segments as they are now: what their words mean, how many belong, who, and why."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from bot.core import money
from bot.core.audience import Audience, Facts
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.library.cast import Cast
from bot.store import audience, people, segments
from bot.store.engine import Tx
from bot.store.segments import Segment
from bot.store.ways import Sets
from scheduler.audience import parse_audience
from scheduler.conditions import SEGMENT
from scheduler.reasons import Verdict
from scheduler.reasons import explain as explain

JSONL = (".jsonl", ".ndjson")
MONEY = ("net", "ltv")
HEAD = tuple(dict.fromkeys(("id", "name", "opted_out", *audience.FIELDS)))
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Counted:
    """A segment and how many members it holds; ``wrong``: why its words cannot be read now."""

    segment: Segment
    count: int | None
    wrong: str = ""


def meaning(tx: Tx, cast: Cast, words: str, **named: str) -> Audience:
    """What an audience means now, segments included. ``named``: further segments by name, or other
    words for known ones. Raises BadInput."""
    known = segments.words(tx, words) | named
    accounts: dict[str, Sequence[str]]
    accounts = {name: cast.accounts_of(name, "contact") for name in cast.scripts}
    return parse_audience(words, accounts, cast.zone, segments=known, thresholds=cast.thresholds)


def save(tx: Tx, cast: Cast, name: str, words: str, actor: str, now: int) -> bool:
    """Makes a segment or changes it; False when nothing changes. Raises BadInput where the words
    cannot be read or, by way of others, ask for the segment itself."""
    meaning(tx, cast, f'{SEGMENT}:"{name}"', **{name: words})
    return segments.save(tx, name, words, actor, now)


def of(tx: Tx, cast: Cast, name: str) -> Audience:
    """What a saved segment means now. Raises BadInput when there is none or it cannot be read."""
    return meaning(tx, cast, f'{SEGMENT}:"{name}"')


Meant = Audience | BadInput


def everything(tx: Tx, cast: Cast) -> list[tuple[Segment, Meant]]:
    """All segments by name, each with what it means now, or why it cannot be read."""
    known = segments.everything(tx)
    words = {one.name: one.words for one in known}
    accounts = {name: cast.accounts_of(name, "contact") for name in cast.scripts}

    def meant(name: str) -> Meant:
        try:
            return parse_audience(f'{SEGMENT}:"{name}"', accounts, cast.zone, segments=words,
                                  thresholds=cast.thresholds)  # fmt: skip
        except BadInput as wrong:
            return wrong

    return [(one, meant(one.name)) for one in known]


def counted(tx: Tx, cast: Cast, now: int, sets: Sets | None = None) -> list[Counted]:
    """All segments by name, each with how many members it holds now."""
    return [Counted(one, None, wanted.message) if isinstance(wanted, BadInput) else
            Counted(one, audience.count(tx, wanted, now, sets))
            for one, wanted in everything(tx, cast) if one.archived_at is None]  # fmt: skip


def why(tx: Tx, wanted: Audience, member: str, now: int) -> Verdict:
    """Whether a member belongs, and the conditions that decide it."""
    return explain(wanted, audience.facts(tx, [member])[member], now)


def write_file(
    tx: Tx, wanted: Audience, now: int, path: Path, zone: str, *, sets: Sets | None = None,
    tell: Tell = lambda done: None,
) -> int:  # fmt: skip
    """Writes everybody who belongs with what audiences know of him, as JSON lines or CSV by the
    file's name; how many. Only a page of members is held at a time."""
    with path.open("w", encoding="utf-8", newline="") as out:
        write = _jsonl(out) if path.suffix.lower() in JSONL else _csv(out)
        done = 0
        for page in audience.chunks(tx, wanted, now, sets=sets):
            write(list(rows_of(tx, page, zone)))
            done += len(page)
            tell(done)
        if not done:
            write([])
        return done


Write = Callable[[Sequence[Mapping[str, Any]]], None]


def rows_of(tx: Tx, members: Sequence[str], zone: str) -> Iterator[dict[str, Any]]:
    """What a file says of these members, by the names of HEAD."""
    names, facts = people.names_of(tx, members), audience.facts(tx, members)
    for member in members:
        out = facts[member]["promo"] == frozenset("0")
        yield {**_plain(facts[member], zone), "id": member, "name": names.get(member, ""),
               "opted_out": "yes" if out else "no"}  # fmt: skip


def _plain(facts: Facts, zone: str) -> dict[str, Any]:
    return {name: sorted(found) if isinstance(found, frozenset) else _single(name, found, zone)
            for name, found in facts.items()}  # fmt: skip


def _single(name: str, found: int | None, zone: str) -> str | int | None:
    """A time, money, or a plain number."""
    if found is None or name not in audience.TIMES:
        return money.amount(found) if found is not None and name in MONEY else found
    return local(found, zone).isoformat(timespec="seconds")


def _jsonl(out: TextIO) -> Write:
    def write(rows: Sequence[Mapping[str, Any]]) -> None:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    return write


def _csv(out: TextIO) -> Write:
    table = csv.DictWriter(out, HEAD, lineterminator="\n")
    table.writeheader()

    def write(rows: Sequence[Mapping[str, Any]]) -> None:
        table.writerows({name: cell(value) for name, value in row.items()} for row in rows)

    return write


def cell(value: object) -> object:
    """A value for a table: several words are separated by a bar."""
    return "|".join(value) if isinstance(value, list) else value
