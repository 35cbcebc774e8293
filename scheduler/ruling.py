"""What the governor is asked, what it is told, and what it answers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from bot.core.clock import DAY, local
from bot.core.model import ReplyKind, is_promotion
from scheduler.sentences import SENTENCES

Answer = Literal["yes", "later", "no"]
# Kinds that nobody asked for; activities only where a plan announces them.
UNASKED = frozenset({"promo", "care", "activity"})
NOTHING: Mapping[str, object] = MappingProxyType({})


def unasked(kind: str, origin: str) -> bool:
    """True for a message to a member that answers nothing he said or did."""
    return kind in UNASKED and (kind != "activity" or is_promotion(kind, origin))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Who wants to say what to whom. ``account`` empty: any of the persona's. ``tap``: it leaves by
    a person's tap, as a bulk task. ``sells``: it is a promotion (``bot.core.model.is_promotion``);
    what names goods to buy becomes one when it is asked."""

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


class Said(NamedTuple):
    """One message of this persona that the member had not asked for. ``at`` is when it reached
    him, in UTC ms; None: it is on its way and may arrive at any time."""

    at: int | None
    sells: bool = False


class Barred(NamedTuple):
    """Something else that holds a message back: which sentence of SENTENCES with what in it, and
    until when (UTC ms); None: for good."""

    key: str
    values: Mapping[str, object] = NOTHING
    until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is known when the governor rules. Times are UTC ms; None: there is no such thing.

    ``zone`` is where the member lives. ``since``: first met this persona; ``contacts``: how often
    it served him in his first time, ``served``: since its last offer. ``bulk``: bulk messages of
    the platform's calendar month, which has ``month_days`` and ends at ``month_ends``.
    ``persona``, ``content``, ``withheld``, ``trade``, ``way`` and ``blackout`` say what stands
    against it.
    """

    zone: str = "Asia/Shanghai"
    promo_ok: bool = True
    promo_less: bool = False
    since: int | None = None
    contacts: int = 0
    served: int = 0
    said: tuple[Said, ...] = ()
    bulk: int = 0
    month_days: int = 31
    month_ends: int = 0
    question_at: int | None = None
    complaint_at: int | None = None
    handed_at: int | None = None
    upset_at: int | None = None
    persona: Barred | None = None
    content: Barred | None = None
    withheld: Barred | None = None
    trade: Barred | None = None
    way: Barred | None = None
    blackout: Barred | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """The same for what is posted to groups or moments: ``posts`` of the time that counts, oldest
    first, the share of them that may sell, and how many posts lie between two that sell."""

    zone: str = "Asia/Shanghai"
    moment: bool = False
    posts: tuple[Said, ...] = ()
    bulk: int = 0
    month_days: int = 31
    share: float = 0.2
    window: int = 7 * DAY
    gap: int = 4
    persona: Barred | None = None
    blackout: Barred | None = None


class Looked(NamedTuple):
    """One rule: its code, whether it lets the message pass (``holds``), and what it saw.

    ``key`` of SENTENCES and ``values`` are the same for whoever says it in another language.
    """

    code: str
    holds: bool
    key: str
    values: Mapping[str, object] = NOTHING
    until: int | None = None

    def told(self, zone: str) -> str:
        """The sentence, with the times of a zone."""
        shown = {name: _clock(value, zone) if name.endswith("at") else value
                 for name, value in self.values.items()}  # fmt: skip
        return SENTENCES[self.key].format(**shown)

    @property
    def said(self) -> str:
        """The sentence, with the times of China."""
        return self.told("Asia/Shanghai")


def _clock(value: object, zone: str) -> str:
    return local(value, zone).strftime("%m-%d %H:%M") if isinstance(value, int) else "未知"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """``yes``; ``later``, when ``until`` (UTC ms) is a good time to ask again; or ``no``. ``code``
    is of CODES, empty with yes. ``looked``: every rule that has a say, in the order of weight."""

    answer: Answer
    code: str = ""
    until: int | None = None
    looked: tuple[Looked, ...] = ()
