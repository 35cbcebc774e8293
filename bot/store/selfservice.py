"""What a member says about himself at his own page: how a fact really is, that it is none, what his
data may be used for, which messages he wants."""

from __future__ import annotations

from bot.core.event import Event, Happened
from bot.core.knowing import INNER, key_of, written
from bot.members.portrait import SAID, Fact
from bot.store import audit, correcting, events, facts, optouts, persons
from bot.store.engine import Tx

HIMSELF = "himself"
ACTOR = "member"


def known(tx: Tx, member: str) -> list[Fact]:
    """What counts of him now, and is not for colleagues alone, by name."""
    return [one for one in facts.of(tx, member) if one.won and one.name not in INNER]


def correct(tx: Tx, member: str, name: str, value: str, now: int) -> str:
    """How it is: what others said of it falls, and his own word stands. The value as it is kept,
    empty when it is none."""
    key = key_of(name)
    kept = written(key, value)
    if not key or not kept or key in INNER:
        return ""
    person = _person(tx, member)
    # of the two of one moment the strike sorts first
    _say(tx, Happened.UNFACT, person, key, "", now, f"own/{person}/{key}/{now}/1")
    _say(tx, Happened.FACT, person, key, SAID, now, f"own/{person}/{key}/{now}/2", kept)
    correcting.forget(tx, person, now, ACTOR, name=key)
    _noted(tx, person, "fact_correct", key, now)
    return kept


def strike(tx: Tx, member: str, name: str, now: int) -> None:
    """It is to be known no more, whoever said it; personas forget it, too."""
    person, key = _person(tx, member), key_of(name)
    _say(tx, Happened.UNFACT, person, key, "", now, f"own/{person}/{key}/{now}/1")
    correcting.forget(tx, person, now, ACTOR, name=key)
    _noted(tx, person, "fact_strike", key, now)


def wish(tx: Tx, member: str, scope: str, choice: str, now: int) -> bool:
    """What he wants to get, or what his data may be used for. False for what cannot be chosen; a
    purpose of which he was never asked cannot be given here, only one that holds be taken back."""
    person = _person(tx, member)
    if scope in optouts.CHOICES and scope not in optouts.PURPOSES:
        if choice not in optouts.CHOICES[scope]:
            return False
        optouts.put(tx, person, scope, choice, ACTOR, now)
        return True
    if choice not in ("yes", "no") or not (
        scope in optouts.PURPOSES or scope in facts.consents(tx, person)
    ):
        return False
    _consent(tx, person, scope, choice == "yes", now)
    return True


def _consent(tx: Tx, person: str, purpose: str, given: bool, now: int) -> None:
    kind = Happened.CONSENTED if given else Happened.REFUSED
    events.record(tx, [Event(kind=kind, at=now, member=person, which=purpose,
                             dedupe=f"{kind.value}/own/{person}/{purpose}/{now}",
                             data={"from": HIMSELF})], now)  # fmt: skip
    if not given:
        correcting.forget(tx, person, now, ACTOR, purpose=purpose)
    _noted(tx, person, kind.value, purpose, now)


def _person(tx: Tx, member: str) -> str:
    return persons.person_of(tx, [member])[member]


def _say(
    tx: Tx, kind: Happened, person: str, key: str, source: str, now: int, dedupe: str,
    value: str = "",
) -> None:  # fmt: skip
    data = {"value": value, "from": HIMSELF} if value else {"from": HIMSELF}
    events.record(tx, [Event(kind=kind, at=now, dedupe=dedupe, member=person, which=key,
                             place=source, data=data)], now)  # fmt: skip


def _noted(tx: Tx, person: str, event: str, what: str, now: int) -> None:
    audit.record(tx, [audit.note("member", person, event, at=now, actor=ACTOR, after=what)])
