"""What the governor is asked, what it is told, and what it answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.core.model import ReplyKind

Answer = Literal["yes", "later", "no"]
# Why something is held back; each has a sentence in the console's catalogue. The last three are
# given by whoever plans, not by a rule.
CODES: Mapping[str, str] = {
    "opted_out": "the member wants no promotion",
    "fewer": "the member asked for fewer messages and had one of late",
    "consent": "the content stands on a consent that was revoked",
    "persona_dates": "the persona does not serve now",
    "content_dates": "the content is outside its dates",
    "content_withheld": "the content may not be used",
    "blackout": "nothing is sent on this day",
    "quiet_hours": "it is night where the member is",
    "quota_month": "the platform's bulk messages of this month are used up for him",
    "moment_quota": "the account has posted as many moments as it may",
    "rate": "the rate of the channel is used up",
    "cap_day": "as many messages in a day as he may get",
    "cap_week": "as many messages in a week as he may get",
    "cap_month": "as many messages in a month as he may get",
    "trust": "too new for an offer",
    "open_question": "a question of his is open",
    "open_complaint": "a complaint of his is open",
    "handed_off": "a colleague has him in hand",
    "mood": "he was unhappy a short time ago",
    "ratio": "too little service since the last offer",
    "share": "too much of what is posted sells",
    "spacing": "too soon after the last post that sells",
    "unreachable": "no way leads to him now",
    "duplicate": "he has it already",
    "holdout": "he is of the group that is left out for comparison",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Who wants to say what to whom. ``account`` empty: any of the persona's. ``tap``: it leaves by
    a person's tap, as a bulk task. ``sells``: it is a promotion (``bot.core.model.is_promotion``)
    or its content names goods to buy."""

    persona: str
    member: str
    account: str = ""
    channel: str
    kind: ReplyKind
    origin: str
    sells: bool
    content: str = ""
    circle: str = ""
    tap: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One message of this persona that the member had not asked for. ``at`` is when it reached
    him, in UTC ms; None: it is on its way and may arrive at any time."""

    at: int | None
    sells: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known when the governor rules. Times are UTC ms, None: there is no such thing.

    ``since``: first met this persona; ``contacts``: times he was served by it, ``served``: since
    its last offer. ``bulk``: bulk messages of this calendar month, ours and others'.
    ``persona_out``, ``content_out`` and ``withheld`` are sentences, empty when nothing is wrong.
    """

    zone: str = "Asia/Shanghai"
    promo_ok: bool = True
    promo_less: bool = False
    reachable: bool = True
    since: int | None = None
    contacts: int = 0
    served: int = 0
    said: tuple[Said, ...] = ()
    bulk: int = 0
    question_at: int | None = None
    complaint_at: int | None = None
    handed_at: int | None = None
    upset_at: int | None = None
    persona_out: str = ""
    content_out: str = ""
    withheld: str = ""
    blackout: str = ""
    blackout_until: int | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """One rule: its code, whether it lets the message pass (``holds``), and what it saw: a sentence
    with the numbers in it. ``key`` and ``values`` are the same for whoever says it in another
    language."""

    code: str
    holds: bool
    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """The sentence."""
        return SENTENCES[self.key].format(**self.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """``yes``; ``later``, when ``until`` (UTC ms) is a good time to ask again; or ``no``. ``code``
    is of CODES, empty with yes. ``looked``: every rule, in the order of their weight."""

    answer: Answer
    code: str = ""
    until: int | None = None
    looked: tuple[Looked, ...] = ()


SENTENCES: Mapping[str, str] = {
    "promo_ok": "takes promotion",
    "opted_out": "opted out of promotion",
    "cap": "{n} messages in {days} days, at most {most}",
    "cap_offers": "{n} offers in {days} days, at most {most}",
    "awake": "no quiet hours now ({zone})",
    "asleep": "quiet hours ({zone})",
}
