"""A persona as a value: who speaks, how, when, and what it may say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from bot.core.model import Binding, Channel
from bot.persona import phrases, prompts
from bot.persona.faq import Faq
from bot.persona.form import Consent, Form
from bot.persona.hosting import Hosting
from bot.persona.rating import Satisfaction
from bot.persona.rule import Rule
from bot.persona.step import Step

PersonaType = Literal["spokesperson", "expert", "kol", "koc"]
PersonaKind = Literal["virtual", "personified", "leader", "scene", "culture"]
Scope = Literal["persona", "account", "conversation"]

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Accounts:
    """Platform accounts that speak as this persona, by channel."""

    contact: tuple[str, ...] = ()
    kf: tuple[str, ...] = ()
    robot: tuple[str, ...] = ()
    app: tuple[str, ...] = ()
    webhook: tuple[str, ...] = ()
    oa: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """How the persona talks; linted on every outgoing text. What is left out forbids nothing."""

    address: str = ""
    taboo: tuple[str, ...] = ()
    emoji_max: int = 1
    emoji: tuple[str, ...] = ()
    sentence_max: int = 60
    exclaim_max: int | None = None
    plain_marks: bool = False
    latin: Literal["free", "avoid"] = "free"
    latin_words: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    opening_share: float | None = None
    closing_share: float | None = None

    def __post_init__(self) -> None:
        for name in ("opening_share", "closing_share"):
            share = getattr(self, name)
            if share is not None and not 0 <= share <= 1:
                raise ValueError(f"{name} is a share between 0 and 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A part of the persona's story, quoted in templates as ``persona.story.<id>``."""

    id: str
    text: str
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """Office hours in the corp's zone; ``close`` before ``open`` means past midnight.

    ``away`` promises to come back, ``back`` is what is said then.
    """

    open: str
    close: str
    away: tuple[str, ...] = (phrases.LINES["away"],)
    back: tuple[str, ...] = (prompts.LINES["back"],)

    def __post_init__(self) -> None:
        for value in (self.open, self.close):
            if not _CLOCK.fullmatch(value):
                raise ValueError(f"{value!r} is no time of day; write it like 09:00")
        if self.open == self.close:
            raise ValueError("open and close are the same; leave [hours] out to be always on duty")


@dataclass(frozen=True, kw_only=True, slots=True)
class Disclosure:
    """The truthful answer to "are you a robot?"; ``label`` marks text a language model wrote."""

    robot: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fallback:
    """Said when nothing matched: plainly, above a menu, while a person is on the way, or while a
    language model thinks."""

    say: tuple[str, ...] = (phrases.LINES["fallback"],)
    ask: tuple[str, ...] = (phrases.LINES["ask"],)
    waiting: tuple[str, ...] = (phrases.LINES["waiting"],)
    thinking: tuple[str, ...] = (phrases.LINES["thinking"],)


@dataclass(frozen=True, kw_only=True, slots=True)
class Empathy:
    """What a draft for a colleague begins with when the member is upset, by his mood, and how it
    asks on where the script has no answer; ``read`` where he was answered and waits for somebody.
    Nothing of it is sent by itself."""

    angry: tuple[str, ...] = (phrases.LINES["angry"],)
    unhappy: tuple[str, ...] = (phrases.LINES["unhappy"],)
    worried: tuple[str, ...] = (phrases.LINES["worried"],)
    ask: tuple[str, ...] = (phrases.LINES["tell"],)
    read: tuple[str, ...] = (phrases.LINES["read"],)

    def of(self, mood: str) -> tuple[str, ...]:
        """The first lines for a mood; none where an answer needs no such line."""
        return {"angry": self.angry, "unhappy": self.unhappy, "worried": self.worried}.get(mood, ())

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them, for whoever looks over what a persona says."""
        return (*self.angry, *self.unhappy, *self.worried, *self.ask, *self.read)


@dataclass(frozen=True, kw_only=True, slots=True)
class Handoff:
    """How a person is called. ``after_misses`` None: two in a row, for an expert the first.

    ``mood`` from which somebody is called: by grave words alone, or by any angry, or any unhappy
    ones."""

    to: Literal["console", "client"] = "console"
    say: tuple[str, ...] = (phrases.LINES["handoff"],)
    after_misses: int | None = None
    mood: Literal["grave", "angry", "unhappy"] = "grave"

    def __post_init__(self) -> None:
        if self.after_misses is not None and self.after_misses < 1:
            raise ValueError("after_misses is at least 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class Matching:
    """Calibrated scores from which the persona answers, and from which it asks back.

    ``upset`` is the bar for somebody who waits for a person because of his complaint: an answer
    beside the point is worse than none then.
    """

    answer: float = 0.55
    ask: float = 0.35
    upset: float = 0.75

    def __post_init__(self) -> None:
        if not 0 <= self.ask <= self.answer <= 1:
            raise ValueError("0 <= ask <= answer <= 1 must hold")
        if not 0 <= self.upset <= 1:
            raise ValueError("upset is between 0 and 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryPolicy:
    """Who shares a remembered fact: all accounts, one account, or one conversation alone."""

    default: Scope = "persona"
    persona: tuple[str, ...] = ()
    account: tuple[str, ...] = ()
    conversation: tuple[str, ...] = ()
    limit: int = 64

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= 1000:
            raise ValueError("limit is between 1 and 1000")

    def scope_of(self, fact: str) -> Scope:
        """The narrowest scope that names the fact, else the default."""
        for scope in ("conversation", "account", "persona"):
            if fact in getattr(self, scope):
                return scope
        return self.default


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """One version of a persona, complete. Dates are local and inclusive."""

    id: str
    name: str
    type: PersonaType
    kind: PersonaKind = "personified"
    topics: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    accounts: Accounts = field(default_factory=Accounts)
    voice: Voice = field(default_factory=Voice)
    story: tuple[Chapter, ...] = ()
    hours: Hours | None = None
    disclosure: Disclosure = field(default_factory=Disclosure)
    fallback: Fallback = field(default_factory=Fallback)
    handoff: Handoff = field(default_factory=Handoff)
    empathy: Empathy = field(default_factory=Empathy)
    satisfaction: Satisfaction = field(default_factory=Satisfaction)
    circle: Hosting = field(default_factory=Hosting)
    taking: dict[str, tuple[str, ...]] = field(default_factory=dict)
    matching: Matching = field(default_factory=Matching)
    memory: MemoryPolicy = field(default_factory=MemoryPolicy)
    kit: dict[str, str] = field(default_factory=dict)
    # not in persona.toml: they have files of their own
    rules: tuple[Rule, ...] = field(default=(), metadata={"key": ""})
    steps: tuple[Step, ...] = field(default=(), metadata={"key": ""})
    forms: tuple[Form, ...] = field(default=(), metadata={"key": ""})
    consents: tuple[Consent, ...] = field(default=(), metadata={"key": ""})
    faq: tuple[Faq, ...] = field(default=(), metadata={"key": ""})

    def valid_on(self, day: date) -> bool:
        """True when the persona may speak on that local day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    @property
    def after_misses(self) -> int:
        """Unmatched turns in a row after which a person is asked to look."""
        usual = 1 if self.type == "expert" else 2
        return self.handoff.after_misses or usual

    @property
    def bindings(self) -> tuple[Binding, ...]:
        """Every account that speaks as this persona."""
        channels: tuple[Channel, ...] = ("contact", "kf", "robot", "app", "webhook", "oa")
        return tuple(
            Binding(channel=channel, account=account)
            for channel in channels
            for account in getattr(self.accounts, channel)
        )
