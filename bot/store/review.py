"""How far each version of what people edit has come: draft, in review, approved, retired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.content import ContentRefused
from bot.core.errors import IllegalTransition
from bot.core.lifecycle import advance
from bot.store import audit
from bot.store.engine import Row, Tx

DRAFT, REVIEW, APPROVED, RETIRED = "draft", "review", "approved", "retired"
# What puts a version of each state into service; one that is approved needs nothing.
_TO_SERVE: Mapping[str, str] = MappingProxyType(
    {DRAFT: "publish", REVIEW: "approve", RETIRED: "reinstate"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """One version without its text: who wrote it when, its state, and who decided that last.

    ``base`` is the version it was made from, 0: none. Times are UTC ms.
    """

    kind: str
    name: str
    version: int
    author: str
    made_at: int
    state: str
    base: int
    note: str
    actor: str
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """The newest version of one name, and which version serves, by whom and since when."""

    newest: Standing
    serving: int | None
    served_by: str | None
    since: int | None


def begin(
    tx: Tx, kind: str, name: str, version: int, base: int, actor: str, now: int
) -> None:  # fmt: skip
    """A version that was just made is a draft."""
    tx.run("review_add", kind=kind, name=name, version=version, base=base, actor=actor, now=now)


def move(
    tx: Tx, kind: str, name: str, version: int, event: str, actor: str, now: int, note: str = ""
) -> str:  # fmt: skip
    """One step of the lifecycle; the state after it. Raises ContentRefused when the version is not
    there, or is in another state by now."""
    row = tx.row("review_hold", kind=kind, name=name, version=version)
    if row is None:
        raise ContentRefused("unknown", name=name, version=version)
    try:
        after = advance("content", row["state"], event)
    except IllegalTransition:
        raise ContentRefused("state", name=name, version=version, state=row["state"],
                             who=row["actor"]) from None  # fmt: skip
    tx.run("review_move", kind=kind, name=name, version=version, before=row["state"], state=after,
           note=note, actor=actor, now=now)  # fmt: skip
    audit.record(tx, [audit.entry("content", _key(kind, name, version), row["state"], event,
                                  at=now, actor=actor, reason=note)])  # fmt: skip
    return after


def mend(tx: Tx, now: int) -> int:
    """Gives a state to versions that have none: a process of an older release made them beside this
    one; how many."""
    return tx.run("review_mend", now=now)


def settle(
    tx: Tx, kind: str, name: str, version: int, actor: str, now: int, note: str = ""
) -> None:  # fmt: skip
    """Whatever serves is approved: brings a version there by the step that leads from its state."""
    row = tx.row("review_hold", kind=kind, name=name, version=version)
    if row is not None and row["state"] != APPROVED:
        move(tx, kind, name, version, _TO_SERVE[row["state"]], actor, now, note)


def get(tx: Tx, kind: str, name: str, version: int) -> Standing | None:
    """One version, or None."""
    row = tx.row("review_one", kind=kind, name=name, version=version)
    return None if row is None else Standing(**row)


def of(tx: Tx, kind: str, name: str) -> list[Standing]:
    """All versions of one name, oldest first."""
    return [Standing(**row) for row in tx.rows("review_of", kind=kind, name=name)]


def waiting(tx: Tx, state: str = REVIEW, n: int = 200) -> list[Standing]:
    """Versions that somebody should look at, the longest waiting first; ``state``: review or
    draft."""
    return [Standing(**row) for row in tx.rows("review_in", state=state, n=n)]


def newest(tx: Tx) -> list[Listed]:
    """Everything that ever had a version, by kind and name."""
    return [_listed(row) for row in tx.rows("review_newest")]


def trail(tx: Tx, kind: str, name: str) -> list[Row]:
    """Who decided what about which version, and what served when, oldest first: audit rows."""
    keys = [_key(kind, name, one.version) for one in of(tx, kind, name)]
    subjects = [f"published:{kind}/{name}", *(f"content:{key}" for key in keys)]
    return tx.rows("review_trail", subjects=subjects)


def _key(kind: str, name: str, version: int) -> str:
    return f"{kind}/{name}/v{version}"


def _listed(row: Row) -> Listed:
    own = {key: row[key] for key in Standing.__slots__}
    return Listed(newest=Standing(**own), serving=row["serving"], served_by=row["served_by"],
                  since=row["since"])  # fmt: skip
