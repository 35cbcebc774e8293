"""Takes what a shop says of its orders: what is new becomes events, and flows that wait for an
order are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.orders import Purchase, Report, news
from bot.store import events, happened, people, persons, projections, purchases
from bot.store.engine import Tx

FRESH = 7 * DAY  # an older order that is told of only now begins nothing
NEW, CHANGED, SAME, STRANGE = "new", "changed", "same", "strange"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one report: new, changed, same (nothing new, or older than what is known), or
    strange: nobody knows that member, and nothing was written."""

    order: str
    what: str


def strangers(tx: Tx, members: Sequence[str]) -> set[str]:
    """Those of these ids that nobody knows."""
    return set(members) - people.names_of(tx, members).keys()


def take(tx: Tx, reports: Sequence[Report], source: str, now: int, *,
         create: bool = False) -> list[Taken]:  # fmt: skip
    """Takes reports, each of another order, in their order. ``source``: csv, api, webhook, ….
    ``create``: a member that nobody knows is made."""
    named = {id for one in reports for id in (one.member, one.beneficiary) if id}
    unknown = strangers(tx, sorted(named))
    if create:
        for member in sorted(unknown):
            people.ensure_member(tx, member, now)
        unknown = set()
    projections.hold(tx, named)
    known = purchases.get(tx, [one.order for one in reports])
    who = persons.person_of(tx, sorted(named))
    taken: list[Taken] = []
    found: list[Event] = []
    for one in reports:
        if unknown & {one.member, one.beneficiary}:
            taken.append(Taken(one.order, STRANGE))
            continue
        told = news(one, known.get(one.order), source, now, who)
        taken.append(Taken(one.order, _what(told, known.get(one.order))))
        found += told
    events.record(tx, found, now)
    _tell(tx, [one.place for one in found if one.kind is Happened.ORDERED], now)
    return taken


def _what(told: Sequence[Event], known: Purchase | None) -> str:
    return SAME if not told else CHANGED if known else NEW


def _tell(tx: Tx, ids: Sequence[str], now: int) -> None:
    """Flows hear of an order once, when it is paid and not long ago."""
    for one in purchases.get(tx, ids).values():
        if one.counts and one.at > now - FRESH:
            happened.tell(tx, "order", one.id, one.member, now, which=one.category)
