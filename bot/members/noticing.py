"""What was noticed in somebody's words: what worries him, what he wishes, what he thinks of a
product. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.event import Event, Happened

QUOTE_MAX = 500
KINDS = frozenset({Happened.NEED, Happened.FEEDBACK, Happened.UNNOTED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """``inbox``: the message it shows in, 0 where it was heard elsewhere. ``by``: a colleague's
    login, or the rule of the script. ``event`` names it when it is taken back."""

    kind: str
    word: str
    at: int
    inbox: int = 0
    by: str = ""
    persona: str = ""
    event: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """His words on a product, empty for the brand as a whole. ``mood``: -1, 0 or 1."""

    event: str
    theme: str
    product: str
    mood: int
    quote: str
    at: int
    inbox: int = 0
    by: str = ""
    persona: str = ""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Needs in the order in which they showed first, and feedback as it came."""

    needs: tuple[Need, ...] = ()
    feedback: tuple[Feedback, ...] = ()


def noticed(events: Iterable[Event]) -> Noticed:
    """What stands of these events, in whatever order they come. A need that shows again keeps its
    first message; taken back it is gone until it shows once more."""
    needs: dict[str, Need] = {}
    feedback: dict[str, Feedback] = {}
    for event in sorted(events, key=lambda one: one.order):
        if event.kind is Happened.NEED:
            needs.setdefault(event.which, _need(event))
        elif event.kind is Happened.FEEDBACK:
            feedback[event.dedupe] = _feedback(event)
        elif event.kind is Happened.UNNOTED:
            feedback.pop(event.place, None)
            needs = {which: need for which, need in needs.items() if need.event != event.place}
    return Noticed(tuple(needs.values()), tuple(feedback.values()))


def _need(event: Event) -> Need:
    kind, _, word = event.which.partition(":")
    return Need(kind=kind, word=word, at=event.at, inbox=_inbox(event), by=_by(event),
                persona=event.persona, event=event.dedupe)  # fmt: skip


def _feedback(event: Event) -> Feedback:
    return Feedback(event=event.dedupe, theme=event.which, product=event.place, mood=event.amount,
                    quote=str(event.data.get("quote", ""))[:QUOTE_MAX], at=event.at,
                    inbox=_inbox(event), by=_by(event), persona=event.persona)  # fmt: skip


def _inbox(event: Event) -> int:
    return int(event.data.get("inbox", 0))


def _by(event: Event) -> str:
    return str(event.data.get("by", ""))
