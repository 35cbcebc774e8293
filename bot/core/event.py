"""Something that happened between a member and the brand: the one vocabulary of the event log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Conversations of these channels are with members; the peer is the member's id.
MEMBER_CHANNELS = frozenset({"kf", "contact", "oa"})

# The member of an event that concerns no member.
NOBODY = ""


class Happened(StrEnum):
    """Kinds of events. What the columns hold besides who, when and through what stands behind."""

    INBOUND = "inbound"  # he wrote; which: kind of message
    OUTBOUND = "outbound"  # a message reached him; which: kind of reply, place: the content
    ADDED = "added"  # became a friend of account; which: the code he came by
    PARTED = "parted"  # is no friend of account any more; which: member, staff or sync
    JOINED = "joined"  # sits in the group `place`; which: the code, other: who invited him
    LEFT = "left"  # sits in the group `place` no more
    ENTERED = "entered"  # admitted to the circle `place`; which: by what rule
    WITHDREW = "withdrew"  # is out of the circle `place`; which: himself, staff or rule
    APPLIED = "applied"  # wants into the circle `place`; data: his answers
    REJECTED = "rejected"  # was not admitted to the circle `place`; which: why
    LED = "led"  # leads the circle `place` from now on; member '' and persona, or a member
    LIKED = "liked"  # liked the moment `place`
    COMMENTED = "commented"  # commented on the moment `place`
    ANSWERED = "answered"  # a colleague answered his comment on the moment `place`; data: by whom
    CLICKED = "clicked"  # opened the link `place`; which: the code, amount: seconds, if known
    READ = (
        "read"  # had the text `place` in sight for `amount` seconds; which: the view, data: topic
    )
    LEARNED = "learned"  # content reached him, the first of the category `which`; place: its name
    ORDERED = "ordered"  # paid order `place`; which: category, amount: cents, other: who uses it
    REFUNDED = "refunded"  # got `amount` cents of the order `place` back
    CALLED_OFF = "called_off"  # the order `place` is cancelled
    INVITED = "invited"  # came by the code `which` of `other`
    SHARED = "shared"  # passed on `place`
    TAGGED = "tagged"  # wears the tag `which` at account
    UNTAGGED = "untagged"
    FACT = "fact"  # the fact `which` is data["value"]; place: source, amount: confidence in percent
    UNFACT = "unfact"  # staff struck out the fact `which` of the source `place` ('' = of all)
    NEED = "need"  # `which`: worry:… or wish:…; data: inbox id of the message, by whom it was seen
    FEEDBACK = "feedback"  # on the theme `which` of the product `place`; amount: mood; data: quote
    UNNOTED = "unnoted"  # staff take back the need or feedback that the event `place` noted
    CONSENTED = "consented"  # to the purpose `which`
    REFUSED = "refused"  # takes back his consent to the purpose `which`
    IMPORTED = "imported"  # a row of a file; data: what it said
    LINKED = "linked"  # buys for `other`; which: gift or household
    UNLINKED = "unlinked"
    MERGED = "merged"  # is the same person as `other`, who stays; data: evidence
    UNMERGED = "unmerged"  # is not `other` after all
    HANDED = "handed"  # his friendship with account went over from `other`
    ROLE = "role"  # holds the role `which` in the circle `place`; data: until
    UNROLE = "unrole"
    # Taking part in a circle. Where `place` is a run of an activity (`ID@key`), data["circle"] is
    # its circle and data["day"] the local day (2026-12-01) on which it happened to the member.
    CHECKED = "checked"  # checked in to the run `place`; which: his local day; data: answer
    SIGNED = "signed"  # signed up to the run `place`
    SUBMITTED = "submitted"  # an entry to the run `place`; which: choice or kind; data: text, media
    VOTED = "voted"  # in the run `place`; which: the option, or the dedupe of an entry
    HELPED = "helped"  # helped `other`, in the run `place` or on his own
    TEAMED = "teamed"  # belongs to the team `which` of the run `place`
    JUDGED = "judged"  # the entry with dedupe `place` is `which`: accepted, rejected; data: why
    STRUCK = "struck"  # the event with the dedupe `place` does not count; which: out, or back again
    POINTED = "pointed"  # staff give or take `amount` points in the circle `place`; data: why
    HONOURED = "honoured"  # staff give the badge `which` of the circle `place`; data: why
    UNHONOURED = "unhonoured"  # staff take it back; data: why
    NAMED = "named"  # his code-name in the circle `place` is `which`
    WON = "won"  # is number `amount` among the `which` (winner, inviter) of the run `place`
    FADED = "faded"  # time has gone by in the circle `place`; which: the day on which it was noted
    GRANTED = "granted"  # gets the reward `which` of the run `place`; data: cause
    CLAWED = "clawed"  # the grant or claim with the dedupe `place` is taken back; data: why
    CLAIMED = "claimed"  # takes the right `which` of the circle `place`; amount: its cost in points
    SEED = "seed"  # seed user of the circle `place`; which: asked, accepted, declined or ended
    MISSION = "mission"  # the mission `place`; which: taken, proved, accepted, refused, and so on


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """``at`` in UTC ms. ``dedupe`` is computed from what happened, never random: the same thing
    told twice is one event. ``member``: as he was called when it happened; a merge does not change
    it. ``amount``: hundredths of the currency, or as the kind says. ``data``: plain JSON values."""

    kind: Happened
    at: int
    dedupe: str
    member: str = ""
    channel: str = ""
    account: str = ""
    persona: str = ""
    version: int = 0
    place: str = ""
    other: str = ""
    which: str = ""
    amount: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def order(self) -> tuple[int, str]:
        """How events are sorted: by when they happened, then by what they are; never by when we
        learned of them, so that a history is the same however it reached us."""
        return (self.at, self.dedupe)
