"""Who was invited by whom. Pure.

Somebody names a code: by the way he came, by a link, with an order, or in words. Each time is a
claim, and each claim gets a verdict. The last one that is valid tells who invited him.

Whoever invites must have been there before. So nobody stands above himself, however claims and
merges follow one another, and what comes of a person depends on him, on his inviters and on no
longer chain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.event import Event, Happened
from bot.members import codes
from bot.members.terms import Adopted

QUOTED = 40  # characters of what is no code
# The first of these makes somebody a member.
ARRIVALS = frozenset((Happened.ADDED, Happened.JOINED, Happened.ORDERED, Happened.IMPORTED))


def _which(event: Event) -> str:
    return event.which


def _in_data(event: Event) -> str:
    return str(event.data.get("code", ""))


def _in_address(event: Event) -> str:
    return codes.carried(event.place)


_WORD: Mapping[Happened, Callable[[Event], str]] = {
    Happened.ADDED: _which, Happened.JOINED: _which, Happened.CLICKED: _in_address,
    Happened.INVITED: _which, Happened.ORDERED: _in_data,
}  # fmt: skip
CLAIMING = frozenset(_WORD)


class Verdict(StrEnum):
    """What becomes of a claim. All but the first three refuse it."""

    TAKEN = "taken"
    REPLACED = "replaced"  # valid, but a later one counts
    WAITING = "waiting"  # he is no member yet
    UNKNOWN = "unknown"  # there is no such code
    EXPIRED = "expired"  # the code was not in force then
    SELF = "self"  # it is his own
    OLD = "old"  # he was a member already
    STALE = "stale"  # he came too long after it
    LOOP = "loop"  # its owner came later than he did
    BURST = "burst"  # too many named its owner in a short time


REFUSALS = frozenset(Verdict) - {Verdict.TAKEN, Verdict.REPLACED, Verdict.WAITING}


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """In force from ``since`` until before ``until`` (None: for good). ``owner``: the person whose
    it is; empty where it is that of a persona, a circle or a campaign itself."""

    code: str
    owner: str = ""
    persona: str = ""
    circle: str = ""
    campaign: str = ""
    since: int = 0
    until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """``event``: the dedupe of the event in which ``code`` was named."""

    event: str
    at: int
    via: Happened
    code: str
    inviter: str = ""

    @property
    def order(self) -> tuple[int, str]:
        """As events are sorted."""
        return (self.at, self.event)


def word(event: Event) -> str:
    """The code that an event may name; empty when it names none."""
    read = _WORD.get(event.kind)
    return codes.normal(read(event)) if read else ""


def claim_of(event: Event, known: Mapping[str, Code]) -> Claim | None:
    """The claim in an event, if there is one. What is no code of ours in the way somebody came is
    another kind of source; said in words, or with an order, it is a claim that is refused."""
    named = word(event)
    code = known.get(named)
    made = code is not None and code.since <= event.at
    if not made and not _meant(event):
        return None
    return Claim(event=event.dedupe, at=event.at, via=event.kind,
                 code=named or _WORD[event.kind](event)[:QUOTED],
                 inviter=code.owner if code is not None and made else "")  # fmt: skip


def _meant(event: Event) -> bool:
    """True when what stands where a code may stand is surely meant as one."""
    said = (Happened.INVITED, Happened.ORDERED)
    return event.kind in said and bool(_WORD[event.kind](event))


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """What a verdict needs besides the person: codes by their letters; when people became members
    (who is not in it always was one); how many others named a claim's inviter shortly before."""

    codes: Mapping[str, Code]
    came: Mapping[str, int]
    crowd: Callable[[Claim], int]
    terms: Adopted


def judge(
    person: str, came: int | None, made: Sequence[Claim], around: Around
) -> dict[str, Verdict]:  # fmt: skip
    """The verdict on each claim of a person, by its event. ``came``: when he became a member."""
    found = {claim.event: _verdict(person, came, claim, around) for claim in made}
    valid = [claim for claim in made if found[claim.event] is Verdict.TAKEN]
    for claim in sorted(valid, key=lambda one: one.order)[:-1]:
        found[claim.event] = Verdict.REPLACED
    return found


def _verdict(person: str, came: int | None, claim: Claim, around: Around) -> Verdict:
    code, terms = around.codes.get(claim.code), around.terms.at(claim.at)
    if code is None or claim.at < code.since:
        return Verdict.UNKNOWN
    if code.until is not None and claim.at >= code.until:
        return Verdict.EXPIRED
    if code.owner == person:
        return Verdict.SELF
    if came is None:
        return Verdict.WAITING
    if claim.at > came + terms.grace:
        return Verdict.OLD
    if claim.at < came - terms.window:
        return Verdict.STALE
    inviter = around.came.get(code.owner)
    if inviter is not None and (inviter, code.owner) > (came, person):
        return Verdict.LOOP
    full = code.owner and terms.burst and around.crowd(claim) >= terms.burst
    return Verdict.BURST if full else Verdict.TAKEN
