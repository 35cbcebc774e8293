"""The portrait of a person: what is known of him, from whom, and which word counts. Pure.

Of each fact the last word of each source stands; what was guessed stands by its confidence. Of
several sources the one that ranks highest counts, within a rank the newer; among guesses the surer.
Staff strike out what is wrong: what that source said before is gone. Not used is what was told for
a purpose that he does not agree to any more, and nothing at all when he refuses to be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.event import Event, Happened
from bot.core.knowing import key_of, written

STAFF, SAID, IMPORT, PLATFORM, GUESS = "staff", "said", "import", "platform", "guess"
# Who is believed rather: a colleague who put it right, his own words, a list of the brand, his
# profile on the platform, what a machine concludes.
RANKS: Mapping[str, int] = {STAFF: 5, SAID: 4, IMPORT: 3, PLATFORM: 2, GUESS: 1}
SURE, GUESSED = 100, 50  # confidence in percent where the event has none
# Purposes that every brand has; scripts name more of their own.
PROFILE, PERSONAL, PROMO, PARTNERS = "profile", "personal", "promo", "partners"
PURPOSES: Mapping[str, str] = {
    PROFILE: "记下他的资料", PERSONAL: "用他的资料写给他看的话", PROMO: "推广",
    PARTNERS: "给合作伙伴",
}  # fmt: skip
# Columns of an imported row that are no facts.
NO_FACTS = frozenset({"id", "name", "tags", "acquisition_cost"})
KINDS = frozenset({Happened.FACT, Happened.UNFACT, Happened.IMPORTED, Happened.CONSENTED,
                   Happened.REFUSED})  # fmt: skip


class Fact(NamedTuple):
    """One source's word, a tuple because an import makes millions. ``origin``: the message or the
    colleague it comes from; ``purpose``: of his own words, what he agreed to when he told it;
    ``agreed``: that he did. ``held``: not used, for he does not agree (any more); ``won``: it
    counts."""

    name: str
    value: str
    source: str
    at: int
    confidence: int = SURE
    origin: str = ""
    persona: str = ""
    purpose: str = ""
    agreed: bool = False
    held: bool = False
    won: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Consent:
    """His last word on a purpose. ``origin``: the message, or the colleague who noted it."""

    given: bool
    at: int
    origin: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Portrait:
    """All words that stand, by name and then by rank; and what he agreed to."""

    facts: tuple[Fact, ...] = ()
    consents: Mapping[str, Consent] = field(default_factory=dict)

    def known(self) -> dict[str, str]:
        """The values that count."""
        return {fact.name: fact.value for fact in self.facts if fact.won}


def portrait(events: Iterable[Event]) -> Portrait:
    """Everything that these events, in whatever order, say of one person."""
    standing: dict[tuple[str, str], Fact] = {}
    consents: dict[str, Consent] = {}
    for event in sorted(events, key=lambda one: one.order):
        if event.kind is Happened.UNFACT:
            _strike(standing, event)
        elif event.kind in (Happened.CONSENTED, Happened.REFUSED):
            consents[event.which] = Consent(given=event.kind is Happened.CONSENTED, at=event.at,
                                            origin=_origin(event))  # fmt: skip
        else:
            for fact in words(event):
                _stand(standing, fact)
    return Portrait(facts=tuple(_judged(standing.values(), consents)), consents=consents)


def tells(event: Event) -> bool:
    """False for an imported row in which no fact stands: it changes no portrait."""
    return event.kind is not Happened.IMPORTED or not event.data.keys() <= NO_FACTS


def words(event: Event) -> Iterator[Fact]:
    """The facts that an event tells; values that are none (a 13th month) are left out."""
    if event.kind is Happened.IMPORTED:
        for column, value in event.data.items():
            if column not in NO_FACTS and (made := _imported(event, column, value)):
                yield made
    elif event.kind is Happened.FACT:
        name = key_of(event.which)
        source = event.place if event.place in RANKS else GUESS
        value = written(name, str(event.data.get("value", "")))
        if name and value:
            yield Fact(
                name=name, value=value, source=source, at=event.at, origin=_origin(event),
                confidence=event.amount or (GUESSED if source == GUESS else SURE),
                persona=event.persona,
                purpose=str(event.data.get("purpose", "")) if source == SAID else "",
                agreed=bool(event.data.get("agreed")),
            )  # fmt: skip


def _imported(event: Event, column: str, value: object) -> Fact | None:
    if not value or isinstance(value, list | dict):
        return None
    name = key_of(column)
    made = written(name, str(value))
    return Fact(name, made, IMPORT, event.at) if name and made else None


def _origin(event: Event) -> str:
    return str(event.data.get("from", ""))


def _strike(standing: dict[tuple[str, str], Fact], event: Event) -> None:
    name = key_of(event.which)
    for key in [key for key in standing if name in ("", key[0]) and event.place in ("", key[1])]:
        del standing[key]


def _stand(standing: dict[tuple[str, str], Fact], fact: Fact) -> None:
    key = (fact.name, fact.source)
    before = standing.get(key)
    if before is None or fact.source != GUESS or fact.confidence >= before.confidence:
        standing[key] = fact


def _judged(facts: Iterable[Fact], consents: Mapping[str, Consent]) -> list[Fact]:
    """In order, each with whether it is used and whether it counts."""
    unknown = _refused(consents, PROFILE)
    ranked = sorted(facts, key=_rank)
    made: list[Fact] = []
    won = ""
    for fact in ranked:
        held = unknown or (fact.purpose != "" and not _agrees(fact, consents))
        wins = not held and fact.name != won
        won = fact.name if wins else won
        made.append(Fact(*fact[:-2], held, wins) if held or wins else fact)
    return made


def _rank(fact: Fact) -> tuple[str, int]:
    return fact.name, -RANKS[fact.source]


def _agrees(fact: Fact, consents: Mapping[str, Consent]) -> bool:
    said = consents.get(fact.purpose)
    return fact.agreed if said is None else said.given


def _refused(consents: Mapping[str, Consent], purpose: str) -> bool:
    said = consents.get(purpose)
    return said is not None and not said.given
