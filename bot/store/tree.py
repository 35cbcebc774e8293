"""The forest of invitations as pages and commands show it, and what was refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.members.invites import REFUSALS, Verdict
from bot.store.engine import Row, Tx
from bot.store.parts import listed

PAGE = 50
DEEPEST = 200  # steps that are gone up or down
LAST = (1 << 62, "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """``direct``: whom he invited himself; ``below``: all who stand below him; ``depth``: how many
    steps down the last of them; ``cents``: what all of them bought and kept."""

    direct: int = 0
    below: int = 0
    depth: int = 0
    cents: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """Somebody whom a member invited. ``at``: when he became a member; ``cents``: what he bought
    and kept."""

    member: str
    name: str
    at: int
    code: str
    size: Size
    cents: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One step up from a member: ``inviter`` invited ``member``."""

    member: str
    inviter: str
    name: str
    at: int
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A claim that counts for nobody, and why."""

    event: str
    member: str
    name: str
    at: int
    via: str
    code: str
    inviter: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Inviter:
    """How many a member invited, in a period or ever."""

    member: str
    name: str
    invited: int


@dataclass(frozen=True, slots=True)
class Advocate:
    """How often a member passed us on, spoke well of us, and brought somebody, in a period."""

    member: str
    name: str
    shared: int
    praised: int
    invited: int


def above(tx: Tx, member: str) -> list[Step]:
    """Who invited him, who invited that one, and so on."""
    rows = tx.rows("tree_above", member=member, most=DEEPEST)
    return [Step(member=row["member"], inviter=row["inviter"], name=row["name"] or "",
                 at=row["at"], code=row["code"]) for row in rows]  # fmt: skip


def size(tx: Tx, member: str) -> Size:
    """How many stand below him."""
    row = tx.row("tree_size", member=member, most=DEEPEST)
    return Size(**{name: int(row[name]) for name in Size.__slots__}) if row else Size()


def below(
    tx: Tx, member: str, after: tuple[int, str] = (-1, ""), n: int = PAGE
) -> list[Branch]:  # fmt: skip
    """A page of whom he invited himself, in the order in which they came, behind (at, id)."""
    rows = tx.rows("tree_below", member=member, at=after[0], after=after[1], n=n)
    return [Branch(member=row["member"], name=row["name"] or "", at=row["at"], code=row["code"],
                   size=size(tx, row["member"]), cents=int(row["cents"]))
            for row in rows]  # fmt: skip


def top(tx: Tx, since: int, until: int, n: int = PAGE) -> list[Inviter]:
    """Who invited most of those who became members in a period."""
    return [Inviter(row["member"], row["name"] or "", int(row["n"]))
            for row in tx.rows("tree_top", since=since, until=until, n=n)]  # fmt: skip


def inviters(tx: Tx, persons: Sequence[str]) -> dict[str, str]:
    """Who invited each of these persons, as far as somebody did: for the report on circles that are
    broken through, among others."""
    return {row["member"]: row["inviter"]
            for row in listed(tx, "tree_inviters", "members", persons)}  # fmt: skip


def refused(
    tx: Tx, why: Collection[Verdict] = REFUSALS, before: tuple[int, str] | None = None,
    n: int = PAGE,
) -> list[Refused]:  # fmt: skip
    """A page of claims that were refused for one of these reasons, the latest first, behind
    (at, event)."""
    at, event = before or LAST
    rows = tx.rows("tree_refused", verdicts=sorted(why), at=at, event=event, n=n)
    return [_refused(row) for row in rows]


def refused_of(tx: Tx, inviter: str, n: int = PAGE) -> list[Refused]:
    """The latest refused claims on the codes of a person."""
    rows = tx.rows("tree_refused_of", inviter=inviter, verdicts=sorted(REFUSALS), n=n)
    return [_refused(row) for row in rows]


def roots(tx: Tx, after: str = "", n: int = PAGE) -> list[Inviter]:
    """A page of those who invited somebody and were invited by nobody, by id."""
    return [Inviter(row["member"], row["name"] or "", int(row["n"]))
            for row in tx.rows("tree_roots", after=after, n=n)]  # fmt: skip


def claims(tx: Tx, person: str, n: int = PAGE) -> list[Row]:
    """Everything that one named and what became of it, the latest first."""
    return tx.rows("tree_claims", member=person, n=n)


def advocates(tx: Tx, since: int, until: int, n: int = PAGE) -> list[Advocate]:
    """Who carries our word, first those who did most: shares, good words and invitations together,
    each counted once."""
    return [Advocate(row["member"], row["name"] or "", int(row["shared"]), int(row["praised"]),
                     int(row["invited"]))
            for row in tx.rows("advocates", since=since, until=until, n=n)]  # fmt: skip


def _refused(row: Row) -> Refused:
    known = {name: row[name] for name in Refused.__slots__ if name not in ("name", "verdict")}
    return Refused(**known, name=row["name"] or "", verdict=Verdict(row["verdict"]))
