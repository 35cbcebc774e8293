"""What a turn knows about people: whose messages these are, and why somebody should look. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.model import GROUP_PEER, Decision, Inbound
from bot.persona.decide import PROMO_OFF, PROMO_ON
from bot.persona.script import Script
from bot.store.turns import Claimed

# How the sentences of a decision begin, and the code under which the queue lists them.
_CAUSES = (
    ("guard: ", "guard"), ("客人要找真人", "request"), ("客人投诉", "complaint"),
    ("客人生气", "mood"), ("客人不高兴", "mood"),
    ("连续 ", "low_score"), ("有答案但说不出来", "low_score"), ("非工作时间", "hours"),
)  # fmt: skip
_WISHES = ((PROMO_OFF, False), (PROMO_ON, True))
# After these nobody wants to hear an offer.
UPSET = frozenset({"negative", "complaint"})
# What says less than that somebody complains.
OPEN = ("rule", "low_score", "mood")
# The wish takes effect at once; the words about it are left to whoever holds the conversation.
_UNCONFIRMED = {
    PROMO_OFF: "客人说了退订：推广已经停了，还没有回他，请你确认一句。",
    PROMO_ON: "客人说了恢复推送：已经恢复，还没有回他，请你确认一句。",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One event, or all that was said. ``answered``: a person has dealt with it already.
    ``quiet``: nothing is said to it, for that reason or because somebody holds the conversation."""

    messages: Sequence[Inbound]
    answered: bool
    quiet: bool

    @property
    def spoken(self) -> bool:
        """True for words, false for an event."""
        return self.messages[0].kind != "event"


def split(held: Claimed) -> Iterator[Part]:
    """A turn in parts that are decided one by one: each event, what a person has dealt with, and
    what is new."""
    pairs = list(zip(held.messages, held.ids, strict=True))
    silent = held.conversation.mode != "auto"

    def part(messages: list[Inbound], answered: bool) -> Part:
        return Part(messages=messages, answered=answered, quiet=answered or silent)

    yield from (part([m], i <= held.answered_in) for m, i in pairs if m.kind == "event")
    for answered in (True, False):
        said = [m for m, i in pairs if m.kind != "event" and (i <= held.answered_in) is answered]
        for one in _by_speaker(held, said):
            yield part(one, answered)


def _by_speaker(held: Claimed, said: list[Inbound]) -> Iterator[list[Inbound]]:
    """What each of them said: in a group a smart robot hears several people at once."""
    if held.conversation.peer.startswith(GROUP_PEER):
        for one in dict.fromkeys(m.data.get("from") for m in said):
            yield [m for m in said if m.data.get("from") == one]
    elif said:
        yield said


def waits_for_a_person(held: Claimed, part: Part) -> bool:
    """True for words to staff that none of them has answered yet."""
    return held.conversation.mode == "staff" and part.spoken and not part.answered


def cause_of(decision: Decision) -> str:
    """The code of a decision's reason; what a script wrote itself is a rule's. Words that complain
    are a complaint, whether a rule of the script has an answer to them or nothing has."""
    reason = decision.handoff
    code = next((code for start, code in _CAUSES if reason.startswith(start)), "rule")
    return "complaint" if code in OPEN and "complaint" in decision.flags else code


def lead_for(script: Script, calls: Iterable[Decision]) -> str:
    """Why a lead should look at it; empty unless a rule that calls a person says so."""
    wanted = {rule.handoff for rule in script.rules.values() if rule.lead}
    return next((call.handoff for call in calls if call.handoff in wanted), "")


def wishes_promotion(tags: Collection[str]) -> bool | None:
    """What he said about promotion: he wants it, he does not, or (None) nothing."""
    return next((wish for tag, wish in _WISHES if tag in tags), None)


def is_upset(decisions: Iterable[Decision]) -> bool:
    """True when the member's words show that he is not content."""
    return any(UPSET.intersection(decision.flags) for decision in decisions)


def notes_for(tags: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """What staff must be told about parts that the persona did not answer."""
    said = [tag for each in tags for tag in each]
    return tuple(text for tag, text in _UNCONFIRMED.items() if tag in said)
