"""Codes of a shop that rewards give away: each once in the world. A pool is what ``coupons`` of
``[[rewards]]`` names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.store import audit
from bot.store.engine import Row, Tx
from bot.store.parts import parts

CODE = re.compile(r"[!-~]{4,64}")  # what a till can read: visible ASCII
MOST = 100_000  # codes of one file


@dataclass(frozen=True, slots=True)
class Flaw:
    """One line that is no code, and why."""

    line: int
    why: str


def read(text: str) -> tuple[list[str], list[Flaw]]:
    """The codes of a file, one in a line, and what is wrong with it. Empty lines and those that
    begin with # are left out; a first line that says ``code`` is a head."""
    found: dict[str, int] = {}
    flaws: list[Flaw] = []
    for n, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        code = line.strip().rstrip(",").strip('"')
        if not code or code.startswith("#") or (n == 1 and code.lower() in ("code", "券码")):
            continue
        if not CODE.fullmatch(code):
            flaws.append(Flaw(n, "is no code: 4 to 64 letters, digits and signs, without spaces"))
        elif code in found:
            flaws.append(Flaw(n, f"stands in line {found[code]}, too"))
        else:
            found[code] = n
    if len(found) > MOST:
        flaws.append(Flaw(MOST + 1, f"a file holds at most {MOST} codes"))
    return list(found), flaws


def add(tx: Tx, pool: str, codes: Iterable[str], now: int, actor: str) -> int:
    """New codes of a pool; those that are there, in whatever pool, are left as they are."""
    n = 0
    for part in parts(codes):
        n += sum(tx.each("coupon_add", [{"pool": pool, "code": code, "now": now}
                                        for code in part]))  # fmt: skip
    audit.record(tx, [audit.note("coupon", pool, "add", at=now, actor=actor, after=str(n))])
    return n


def drop(tx: Tx, pool: str, now: int, actor: str, why: str) -> int:
    """The codes that nobody has are gone: the shop voided them."""
    n = tx.run("coupons_drop", pool=pool)
    audit.record(tx, [audit.note("coupon", pool, "drop", at=now, actor=actor, reason=why,
                                 before=str(n))])  # fmt: skip
    return n


def count(tx: Tx) -> list[Row]:
    """Each pool with how many codes it has, and how many are free."""
    return tx.rows("coupons_count")
