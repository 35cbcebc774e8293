"""On whose consent a text stands, and which texts stand on one that is not there (any more)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.store import versions
from bot.store.engine import Row, Tx

Version = tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """Somebody (a member's id, or a name) allows the use of ``what``; times are UTC ms.

    ``how`` says how he allowed it. It ended when ``revoked_at`` is there; ``why`` belongs to that.
    """

    id: str
    who: str
    what: str
    licence: str
    how: str
    given_at: int
    recorded_by: str
    recorded_at: int
    revoked_by: str = ""
    revoked_at: int | None = None
    why: str = ""


def get(tx: Tx, number: str) -> Consent | None:
    """One consent, or None."""
    row = tx.row("consent_get", id=number)
    return None if row is None else Consent(**row)


def everybody(tx: Tx, who: str = "", n: int = 200) -> list[Consent]:
    """Consents, the latest first; ``who``: of one person only."""
    return [Consent(**row) for row in tx.rows("consent_page", who=who, n=n)]


def mark(tx: Tx) -> tuple[object, ...]:
    """Changes whenever a consent is given or revoked."""
    row = tx.row("consent_mark")
    return tuple(row.values()) if row else ()


def problems(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """Why what stands on these consents may not be used, by consent; empty when it may."""
    if not ids:
        return {}
    known = {row["id"]: row for row in tx.rows("consent_among", ids=list(ids))}
    return {one: reason(one, known[one]["revoked_at"] if one in known else None)
            for one in ids if one not in known or known[one]["revoked_at"] is not None}  # fmt: skip


def reason(consent: str, revoked_at: int | None) -> str:
    """In words; ``revoked_at`` None: it was never recorded."""
    return f"consent {consent} " + ("is not recorded" if revoked_at is None else "was revoked")


def use(tx: Tx, name: str, version: int, ids: Iterable[str]) -> None:
    """Notes on which consents a version of a template stands."""
    tx.many("consent_use_add", [{"name": name, "version": version, "consent": one}
                                for one in dict.fromkeys(ids)])  # fmt: skip


def uses(tx: Tx, consent: str) -> list[Version]:
    """(template, version) of everything that stands on a consent."""
    return [(row["name"], row["version"]) for row in tx.rows("consent_uses", consent=consent)]


def lacking(tx: Tx) -> dict[Version, str]:
    """(template, version) of everything that may not be used, and why."""
    return _first(tx.rows("consent_lacking"))


def withheld(tx: Tx) -> dict[str, str]:
    """Templates that serve and may not be used, and why."""
    serving = {name: version for kind, name, version in versions.marks(tx) if kind == "template"}
    return {name: why for (name, version), why in lacking(tx).items()
            if serving.get(name) == version}  # fmt: skip


def held(tx: Tx, rows: Iterable[Outbound]) -> Mapping[int, Verdict]:
    """Which of these rows may not leave for want of a consent, by id."""
    made = {row.id: (row.content, row.content_version) for row in rows
            if row.content_version is not None}  # fmt: skip
    if not made:
        return {}
    names = sorted({name for name, _ in made.values()})
    found = _first(tx.rows("consent_lacking_of", names=names))
    return {number: Verdict("cancel", note=found[name, version])
            for number, (name, version) in made.items() if (name, version) in found}  # fmt: skip


def _first(rows: Sequence[Row]) -> dict[Version, str]:
    found: dict[Version, str] = {}
    for row in rows:
        found.setdefault((row["name"], row["version"]), reason(row["consent"], row["revoked_at"]))
    return found
