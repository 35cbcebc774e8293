"""Invitation codes: made once for their owner and what they are for, ended, looked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.clock import SECOND
from bot.members import codes as letters
from bot.members.invites import REFUSALS, Code
from bot.store import audit
from bot.store.engine import Row, Tx
from bot.store.parts import listed
from bot.store.persons import person_of

PAGE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """Whose code it is (empty: that of what it is for) and what it is for; each may be empty."""

    owner: str = ""
    persona: str = ""
    circle: str = ""
    campaign: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What the letters are made of."""
        return (self.owner, self.persona, self.circle, self.campaign)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What came of a code, or of all codes of a campaign: how often it was named, how often it was
    refused, how many came by it, and what those bought and kept, cents."""

    codes: int = 1
    named: int = 0
    refused: int = 0
    came: int = 0
    cents: int = 0


def make(
    tx: Tx, purpose: Purpose, now: int, actor: str = "system", until: int | None = None
) -> Code:  # fmt: skip
    """The code for a purpose, made now when there is none; what stands is not changed.

    It holds from the whole second on, for the platform tells times in seconds.
    """
    row = _row(tx, purpose)
    attempt = 0
    while row is None:
        code = letters.made(purpose.key, attempt)
        if tx.run("code_add", code=code, since=now // SECOND * SECOND, until=until, made_by=actor,
                  made_at=now, **_columns(purpose)):  # fmt: skip
            audit.record(tx, [audit.note("invite_code", code, "made", at=now, actor=actor,
                                         after="/".join(purpose.key))])  # fmt: skip
        row, attempt = _row(tx, purpose), attempt + 1
    return _code(row)


def end(tx: Tx, code: str, now: int, actor: str, reason: str = "") -> bool:
    """The code counts no more from now on; False when it did not anyway, or there is none."""
    if not tx.run("code_end", code=code, until=now):
        return False
    audit.record(tx, [audit.note("invite_code", code, "end", at=now, actor=actor, reason=reason)])
    return True


def known(tx: Tx, words: Iterable[str]) -> dict[str, Code]:
    """Those of these codes that exist, with whom the owner is now."""
    wanted = sorted(set(words) - {""})
    rows = [row for start in range(0, len(wanted), PAGE)
            for row in tx.rows("codes_known", codes=wanted[start : start + PAGE])]  # fmt: skip
    owners = person_of(tx, [row["owner"] for row in rows])
    return {row["code"]: _code(row | {"owner": owners[row["owner"]]}) for row in rows}


def hold(tx: Tx, words: Iterable[str], owners: Iterable[str]) -> None:
    """Keeps others from judging claims on these codes, and on all codes of these ids, until this
    transaction is over."""
    tx.rows("codes_hold", codes=sorted(set(words) - {""}), owners=sorted(set(owners) - {""}))


def of(tx: Tx, ids: Sequence[str]) -> list[Code]:
    """The codes of a person, by all his ids, the oldest first."""
    return [_code(row) for row in tx.rows("codes_of", owners=list(ids))]


def own(tx: Tx, persons: Sequence[str]) -> dict[str, str]:
    """The code that each of these persons may pass on, of those who have one in force for good:
    the one for anything, else the oldest."""
    found: dict[str, str] = {}
    for row in listed(tx, "codes_own", "members", persons):
        found.setdefault(row["member"], row["code"])
    return found


def page(
    tx: Tx, after: str = "", n: int = PAGE, campaign: str | None = None
) -> list[Code]:  # fmt: skip
    """All codes, or those of one campaign, in the order of their letters."""
    rows = tx.rows("codes_listed", after=after, n=n, campaign=campaign)
    return [_code(row) for row in rows]


def figures(tx: Tx, words: Sequence[str]) -> dict[str, Figures]:
    """What came of each of these codes."""
    rows = tx.rows("codes_figures", codes=list(words), refusals=sorted(REFUSALS))
    return {word: Figures() for word in words} | {row["code"]: _figures(row) for row in rows}


def campaigns(tx: Tx) -> dict[str, Figures]:
    """What came of the codes of each campaign that has some."""
    rows = tx.rows("codes_campaigns", refusals=sorted(REFUSALS))
    return {row["campaign"]: _figures(row) for row in rows}


def _figures(row: Row) -> Figures:
    return Figures(**{name: int(row[name]) for name in Figures.__slots__ if name in row})


def _row(tx: Tx, purpose: Purpose) -> Row | None:
    return tx.row("code_for", **_columns(purpose))


def _columns(purpose: Purpose) -> Row:
    return {name: getattr(purpose, name) for name in Purpose.__slots__}


def _code(row: Row) -> Code:
    return Code(**{name: row[name] for name in Code.__slots__})
