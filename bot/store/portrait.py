"""The portraits of people, as they follow from the log (docs/portrait.md): facts, what they agreed
to, needs and feedback. The rules are pure: ``bot/members/portrait.py`` and ``noticing.py``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from bot.core.cities import CHINA, zone_of
from bot.core.event import Event, Happened
from bot.core.knowing import day_of, mark_of
from bot.members import noticing
from bot.members import portrait as pure
from bot.members.noticing import Noticed
from bot.members.portrait import Portrait
from bot.store import audit, history, numbers, persons
from bot.store.engine import Row, Tx

KINDS: frozenset[Happened] = pure.KINDS | noticing.KINDS
TABLES = ("fact", "member_consent", "need", "feedback")
_OF = {"fact": "fact", "member_consent": "consent", "need": "need", "feedback": "feedback"}
PAGE = 500
FEW = 20  # changes of zone that are noted one by one; of more only how many
ACTOR = "system"
NOTHING = Noticed()


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """Draws the portraits of these people anew."""
    told: dict[str, list[Event]] = {}
    for event in events:
        if event.member and pure.tells(event):
            told.setdefault(event.member, []).append(event)
    ids = list(told)
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        _follow(tx, {member: told[member] for member in page})


def again(tx: Tx, members: Sequence[str]) -> None:
    """Draws the portraits of all who are behind these ids anew."""
    ids = [member for member in dict.fromkeys(members) if member]
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        stays = list(dict.fromkeys(persons.person_of(tx, page).values()))
        _drop(tx, list(numbers.known(tx, [*page, *stays]).values()))
        _draw(tx, _histories(tx, stays))


def clear(tx: Tx) -> None:
    """Empties the tables."""
    for table in TABLES:
        tx.run(f"{_OF[table]}_clear")


def _follow(tx: Tx, told: Mapping[str, list[Event]]) -> None:
    """Of somebody with one id, of whom nothing else is known, these events are all there are: an
    import of strangers reads nothing back."""
    person_of = persons.person_of(tx, list(told))
    stays = list(dict.fromkeys(person_of.values()))
    several = {row["person"] for row in tx.rows("persons_others", persons=stays)}
    counted = {row["member"]: row["n"] for row in tx.rows("events_counted", members=list(told))}
    fresh = {member: events for member, events in told.items()
             if counted.get(member) == len(events) and member not in several
             and person_of[member] == member}  # fmt: skip
    known = [member for member in stays if member not in fresh]
    _drop(tx, list(numbers.known(tx, known).values()))
    _draw(tx, fresh | _histories(tx, known))


def _histories(tx: Tx, stays: Sequence[str]) -> dict[str, list[Event]]:
    """All events of these people, under all their ids."""
    if not stays:
        return {}
    whose = {member: member for member in stays}
    whose |= {row["id"]: row["person"] for row in tx.rows("persons_others", persons=list(stays))}
    found: dict[str, list[Event]] = {member: [] for member in stays}
    for event in history.of(tx, list(whose), KINDS):
        found[whose[event.member]].append(event)
    return found


def _drop(tx: Tx, those: Sequence[int]) -> None:
    if those:
        for name in _OF.values():
            tx.run(f"{name}_drop", numbers=list(those))


def _draw(tx: Tx, histories: Mapping[str, Sequence[Event]]) -> None:
    """Writes what follows; nothing of these people stands in the tables."""
    drawn = {member: _folded(events) for member, events in histories.items() if events}
    no = numbers.of(tx, list(drawn))
    tx.many("fact_put", [row for who, (known, _) in drawn.items()
                         for row in _facts(no[who], known)])  # fmt: skip
    tx.many("consent_put", [row for who, (known, _) in drawn.items()
                            for row in _consents(no[who], known)])  # fmt: skip
    tx.many("need_put", [asdict(need) | {"no": no[who]}
                         for who, (_, seen) in drawn.items() for need in seen.needs])  # fmt: skip
    tx.many("feedback_put", [asdict(said) | {"no": no[who]} for who, (_, seen) in drawn.items()
                             for said in seen.feedback])  # fmt: skip
    _zones(tx, {who: known for who, (known, _) in drawn.items()}, histories)


def _folded(events: Sequence[Event]) -> tuple[Portrait, Noticed]:
    known = [event for event in events if event.kind in pure.KINDS]
    seen = [event for event in events if event.kind in noticing.KINDS]
    return pure.portrait(known), noticing.noticed(seen) if seen else NOTHING


def _facts(no: int, known: Portrait) -> Iterator[Row]:
    for fact in known.facts:
        yield {"no": no, "name": fact.name, "source": pure.RANKS[fact.source], "value": fact.value,
               "at": fact.at, "confidence": fact.confidence, "origin": fact.origin,
               "persona": fact.persona, "purpose": fact.purpose, "held": int(fact.held),
               "won": int(fact.won), "mark": mark_of(fact.name, fact.value),
               "day": day_of(fact.name, fact.value)}  # fmt: skip


def _consents(no: int, known: Portrait) -> Iterator[Row]:
    for purpose, said in known.consents.items():
        yield {"no": no, "purpose": purpose, "given": int(said.given), "at": said.at,
               "origin": said.origin}  # fmt: skip


def _zones(
    tx: Tx, drawn: Mapping[str, Portrait], histories: Mapping[str, Sequence[Event]]
) -> None:  # fmt: skip
    """Who lives in a city that we know lives by its clock; who does not say keeps what he had.
    Where all of China keeps one clock there is nothing to note, unless another was noted before."""
    wanted = [{"id": who, "zone": zone} for who, known in drawn.items()
              if (zone := zone_of(known.known().get("city", "")))]  # fmt: skip
    others = [row for row in wanted if row["zone"] != CHINA]
    home = [row["id"] for row in wanted if row["zone"] == CHINA]
    moved = [row for row, n in zip(others, tx.each("member_zone", others), strict=True) if n]
    if home:
        moved += tx.rows("member_home", ids=home, zone=CHINA)
    if not moved:
        return
    at = max(event.at for row in moved for event in histories[row["id"]])
    notes = [(row["id"], row["zone"]) for row in moved]
    if len(moved) > FEW:
        notes = [("*", f"{len(moved)} members")]
    why = "lives in a city of it"
    audit.record(tx, [audit.note("member", who, "zone", at=at, actor=ACTOR, after=zone, reason=why)
                      for who, zone in notes])  # fmt: skip
