"""The persons behind each number of a ledger, a page after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.members.stays import KINDS
from bot.store import ledger
from bot.store.engine import Row, Tx

What = Literal["opening", "joined", "left", "closing"]
WHATS: tuple[What, ...] = ("opening", "joined", "left", "closing")
Scope = Literal["account", "group", "circle", "persona", "brand"]
SHOWN, PAGE = 50, 1_000


@dataclass(frozen=True, slots=True)
class Of:
    """Whose ledger: a kind of place and its id; a persona has ``accounts``, the brand neither."""

    kind: Scope
    place: str = ""
    accounts: tuple[str, ...] = ()


class Behind(NamedTuple):
    """Where a page begins: the moment and the id of the row before."""

    at: int = -1
    member: str = ""


FIRST = Behind()


def rows(
    tx: Tx, of: Of, what: What, span: tuple[int, int], behind: Behind = FIRST, n: int = SHOWN
) -> list[Row]:
    """Who was there when the span (UTC ms) began or was over, by id; or who joined or left in it,
    in the order of time. Of a place each row is a stay: who came twice stands there twice."""
    here, more = _where(of), {"after": behind.member, "n": n}
    if what in ("opening", "closing"):
        moment = span[0] if what == "opening" else span[1]
        query = "ledger_there_rows" if _is_place(of) else "ledger_union_there"
        return tx.rows(query, moment=moment, **more, **here)
    more |= {"since": max(span[0], behind.at), "before": span[1], "at": behind.at}
    if not _is_place(of):
        moves = ledger.union("ledger_union_moves", "within")
        came = int(what == "joined")
        return tx.rows(moves, came=came, ever=ledger.EVER, **more, **here)
    query = "ledger_came_rows" if what == "joined" else "ledger_went_rows"
    return tx.rows(query, **more, **here)


def every(tx: Tx, of: Of, what: What, span: tuple[int, int]) -> Iterator[Row]:
    """All of them."""
    behind = FIRST
    while page := rows(tx, of, what, span, behind, PAGE):
        yield from page
        behind = Behind(page[-1]["at"], page[-1]["member"])


def _is_place(of: Of) -> bool:
    return of.kind in KINDS


def _where(of: Of) -> Row:
    if _is_place(of):
        return {"kind": of.kind, "place": of.place}
    kinds = ("account",) if of.kind == "persona" else ledger.OWNED
    return {"kinds": list(kinds), "places": list(of.accounts), "every": int(of.kind == "brand")}


def names(tx: Tx, groups: Sequence[str]) -> dict[str, str]:
    """What people call these groups."""
    found: dict[str, str] = {}
    for start in range(0, len(groups), PAGE):
        page = list(groups[start : start + PAGE])
        found |= {row["id"]: row["name"] for row in tx.rows("ledger_place_names", ids=page)}
    return found
