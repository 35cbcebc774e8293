"""The rules of circles since which moment (``bot/community/standing.py``). What held is never
changed: what somebody earned stays what it was, and deriving everything anew gives the same."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.community.rules import Community, parse_community, shown
from bot.community.standing import InForce
from bot.core.errors import BadInput
from bot.store.engine import Tx

COMMUNITY = "community"
MOST = 256


def serve(tx: Tx, circle: str, version: int, source: str | None, now: int) -> None:
    """A version of a circle's rules serves from now on, or (None) there are none any more."""
    tx.run("community_terms_add", circle=circle, since=now, version=version, source=source or "")


def all_of(tx: Tx) -> dict[str, InForce]:
    """All rules so far, by circle."""
    found: dict[str, list[tuple[int, Community | None]]] = {}
    for row in tx.rows("community_terms_all"):
        made = _parsed(row["circle"], row["version"], row["source"])
        found.setdefault(row["circle"], []).append((row["since"], made))
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


@lru_cache(maxsize=MOST)
def _parsed(circle: str, version: int, source: str) -> Community | None:
    """What an earlier program published and this one cannot read gives nothing from then on."""
    try:
        return parse_community(source, shown(circle), version) if source else None
    except BadInput:
        return None
