"""The audit table as people read it: who did what when, newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.store.engine import Row, Tx

LAST = 2**62


class Place(NamedTuple):
    """Where a page ends: the next one begins behind this row."""

    at: int = LAST
    id: int = LAST


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """What to show. ``subject`` is ``kind:key`` of one thing, with everything that happened to it;
    or a kind alone (``staff``), with what people did. Times in ms, ``until`` exclusive."""

    actor: str = ""
    subject: str = ""
    since: int = 0
    until: int = LAST

    @property
    def thing(self) -> bool:
        """True for one thing with all its rows, those of the product itself included."""
        kind, _, key = self.subject.partition(":")
        return bool(kind and key)


def page(tx: Tx, wanted: Filter, after: Place, n: int) -> list[Row]:
    """At most ``n`` rows behind ``after``."""
    span = {"since": wanted.since, "until": wanted.until, "at": after.at, "id": after.id, "n": n}
    if wanted.thing:
        return tx.rows("audit_thing", subject=wanted.subject, actor=wanted.actor, **span)
    kind = wanted.subject.rstrip(":")
    kind += ":" if kind else ""
    if wanted.actor:
        return tx.rows("audit_person", subject=kind, actor=wanted.actor, **span)
    return tx.rows("audit_people", subject=kind, **span)
