"""The rules of circles since which moment (``bot/community/standing.py``). What held is never
changed: what somebody earned stays what it was, and deriving everything anew gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from bot.community.rules import Community, parse_community, shown
from bot.community.standing import InForce
from bot.core.errors import BadInput
from bot.store.engine import Row, Tx

COMMUNITY = "community"
LEVEL, BADGE = "level", "badge"
UPWARD = "+"
MOST = 256
# Rules by what they are made of; equal texts are equal rules, whatever database they stand in.
_known: dict[tuple[str, int, str], Community | None] = {}


def serve(tx: Tx, circle: str, version: int, source: str | None, now: int) -> None:
    """A version of a circle's rules serves from now on, or (None) there are none any more."""
    text = source or ""
    tx.run("community_terms_add", circle=circle, since=now, version=version, source=text,
           digest=hashlib.sha256(text.encode()).hexdigest())  # fmt: skip
    tx.run("community_words_drop", circle=circle)
    made = _parsed(circle, version, text)
    if made is not None:
        tx.many("community_word_put", _words(made))


def all_of(tx: Tx) -> dict[str, InForce]:
    """All rules so far, by circle."""
    found: dict[str, list[tuple[int, Community | None]]] = {}
    for row in tx.rows("community_terms_all"):
        found.setdefault(row["circle"], []).append((row["since"], _read(tx, row)))
    return {circle: InForce(tuple(rows)) for circle, rows in found.items()}


def now_of(tx: Tx) -> Mapping[str, Community]:
    """The rules that serve now, by circle."""
    latest = {circle: force.rows[-1][1] for circle, force in all_of(tx).items()}
    return {circle: made for circle, made in latest.items() if made is not None}


def words(tx: Tx) -> dict[str, Community]:
    """The latest rules of every circle, those that serve no more, too: what things are called."""
    found: dict[str, Community] = {}
    for circle, force in all_of(tx).items():
        known = [made for _, made in force.rows if made is not None]
        if known:
            found[circle] = known[-1]
    return found


def _read(tx: Tx, row: Row) -> Community | None:
    key = (row["circle"], row["version"], row["digest"])
    if key not in _known:
        if len(_known) >= MOST:
            _known.clear()
        text = tx.row("community_source", circle=row["circle"], since=row["since"])
        _known[key] = _parsed(row["circle"], row["version"], text["source"] if text else "")
    return _known[key]


def _parsed(circle: str, version: int, source: str) -> Community | None:
    """What an earlier program published and this one cannot read gives nothing from then on."""
    try:
        return parse_community(source, shown(circle), version) if source else None
    except BadInput:
        return None


def _words(made: Community) -> list[Row]:
    said = {(LEVEL, word, f"{made.circle}/{id}") for word, id in _levels(made)}
    said |= {(BADGE, word, f"{made.circle}/{one.id}") for one in made.badges
             for word in _called(made.circle, one.id, one.title)}  # fmt: skip
    return [{"kind": kind, "word": word, "mark": mark, "circle": made.circle}
            for kind, word, mark in sorted(said)]  # fmt: skip


def _levels(made: Community) -> Iterator[tuple[str, str]]:
    """What each level is called, and with ``+`` what each above it is."""
    for n, one in enumerate(made.levels):
        for word in _called(made.circle, one.id, one.title):
            yield word, one.id
            yield from ((f"{word}{UPWARD}", above.id) for above in made.levels[n:])


def _called(circle: str, id: str, title: str) -> tuple[str, ...]:
    return (id, title, f"{circle}/{id}", f"{circle}/{title}")
