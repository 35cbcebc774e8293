"""Files that are to follow what was put into service, and what the folders hold that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from bot.core.findings import ERROR, Finding
from bot.store.engine import Tx

# Findings that are kept of one look, errors first.
FINDINGS_MAX = 1_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A version that the file of this name is to hold. ``note``: why it could not be written."""

    kind: str
    name: str
    version: int
    actor: str
    at: int
    note: str = ""


def want(tx: Tx, kind: str, name: str, version: int, actor: str, now: int) -> None:
    """From now on the file is to hold this version, whatever was wanted before."""
    tx.run("wanted_put", kind=kind, name=name, version=version, actor=actor, now=now)


def standing(tx: Tx) -> list[Wanted]:
    """Everything that is to be written, by kind and name."""
    return [Wanted(**row) for row in tx.rows("wanted_all")]


def done(tx: Tx, one: Wanted) -> bool:
    """The file holds it. False when another version is wanted by now."""
    return bool(tx.run("wanted_done", kind=one.kind, name=one.name, version=one.version))


def failed(tx: Tx, one: Wanted, note: str) -> bool:
    """Notes why it cannot be written. False when that is known, or another version is wanted."""
    return bool(tx.run("wanted_note", kind=one.kind, name=one.name, version=one.version, note=note))


def findings(tx: Tx) -> list[Finding]:
    """What was wrong at the last look, in its order."""
    return [Finding(**{key: row[key] for key in Finding.__slots__})
            for row in tx.rows("finding_all")]  # fmt: skip


def keep(tx: Tx, found: Iterable[Finding]) -> bool:
    """Keeps the findings of a look in place of the last one's. False when they are the same."""
    rows = sorted(found, key=lambda one: one.severity != ERROR)[:FINDINGS_MAX]
    if rows == findings(tx):
        return False
    tx.run("finding_clear")
    tx.many("finding_add", [{"number": n} | asdict(one) for n, one in enumerate(rows, 1)])
    return True
