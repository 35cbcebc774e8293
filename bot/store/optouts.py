"""What a person may say no to, in one place: shown, and set by colleagues on his word.

Some things the platform leaves nobody out of alone; they are listed, so that nobody promises it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.event import Happened
from bot.store import audit, consent, correcting, history, people, persons
from bot.store.engine import Tx

# Purposes of consent beside promotion; each stands alone.
PURPOSES = ("profile", "personal", "partners")
NOT_ASKED = "not asked"
# Scope and why nobody can be left out of it alone.
COMMON: Mapping[str, str] = {
    "moments": "a moment is shown to everybody it is posted for; the platform leaves nobody out",
    "group posts": "what is said in a group reaches everybody in it; he can leave the group",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What holds of one scope, and what may be chosen (empty: nothing)."""

    scope: str
    holds: str
    choices: tuple[str, ...] = ()
    note: str = ""


Put = Callable[[Tx, str, str, str, int, str], None]


def _promotion(tx: Tx, member: str, choice: str, actor: str, now: int, reason: str) -> None:
    if choice == "no":
        consent.opt_out(tx, member, now, actor, reason)
        return
    consent.opt_in(tx, member, now, actor, reason)
    if choice == "fewer":
        consent.fewer(tx, member, now, actor, reason)


def _rating(tx: Tx, member: str, choice: str, actor: str, now: int, reason: str) -> None:
    for one in persons.ids_of(tx, member):
        tx.run("rating_refuse" if choice == "no" else "rating_welcome", member=one, now=now)
        audit.record(tx, [audit.note("member", one, f"rating_{choice}", at=now, actor=actor,
                                     reason=reason)])  # fmt: skip


def _purpose(name: str) -> Put:
    def put(tx: Tx, member: str, choice: str, actor: str, now: int, reason: str) -> None:
        correcting.consent(tx, member, name, choice == "yes", now, actor, reason)

    return put


CHOICES: Mapping[str, tuple[str, ...]] = {
    "promotion": ("usual", "fewer", "no"), "rating": ("yes", "no"),
    **dict.fromkeys(PURPOSES, ("yes", "no")),
}  # fmt: skip
_PUT: Mapping[str, Put] = {
    "promotion": _promotion, "rating": _rating, **{name: _purpose(name) for name in PURPOSES},
}  # fmt: skip


def of(tx: Tx, member: str) -> list[Wish] | None:
    """Every scope and what holds of it; None when nobody has this id."""
    ids = persons.ids_of(tx, member)
    if people.known(tx, ids[0]) is None:
        return None
    said = {event.which: "yes" if event.kind is Happened.CONSENTED else "no"
            for event in history.of(tx, ids, (Happened.CONSENTED, Happened.REFUSED))}  # fmt: skip
    refused = tx.row("rating_refused", members=ids) is not None
    archived = [bool(row["agreed"]) for row in tx.rows("archive_consents", ids=ids)]
    holds = {"promotion": _promo(tx, ids), "rating": "no" if refused else "yes",
             **{name: said.get(name, NOT_ASKED) for name in PURPOSES}}  # fmt: skip
    return [
        *(Wish(scope, holds[scope], choices) for scope, choices in CHOICES.items()),
        Wish("archive", _archive(archived), note="he says it to the platform, in his own client"),
        *(Wish(scope, "everybody", note=why) for scope, why in COMMON.items()),
    ]


def put(
    tx: Tx, member: str, scope: str, choice: str, actor: str, now: int, reason: str = ""
) -> None:  # fmt: skip
    """Sets one scope; ``reason``: what the colleague notes about it. Raises KeyError for a scope or
    a choice that is none."""
    if choice not in CHOICES[scope]:
        raise KeyError(choice)
    _PUT[scope](tx, member, choice, actor, now, reason)


def _promo(tx: Tx, ids: list[str]) -> str:
    wishes = [consent.of_member(tx, one) for one in ids]
    if not all(ok for ok, _ in wishes):
        return "no"
    return "fewer" if any(less for _, less in wishes) else "usual"


def _archive(said: list[bool]) -> str:
    return NOT_ASKED if not said else "yes" if all(said) else "no"
