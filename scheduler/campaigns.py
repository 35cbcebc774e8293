"""Campaigns: one message to many members, or one post to many groups or feeds. Pure.

A file of ``content/campaigns`` says what, to whom and when. Each time it takes place is a run of
its own (``bot.store.campaigns``); a live session makes two, before it begins and when it does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from bot.core import tomlfile
from bot.core.audience import Audience, Is
from bot.core.clock import DAY, HOUR, MINUTE, local
from bot.core.daytime import moment
from bot.core.decode import decode, fail
from bot.core.errors import BadInput
from bot.core.model import ReplyKind
from bot.core.pace import Rate
from bot.core.rfm import Thresholds
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc
from scheduler.audience import USUAL, parse_audience
from scheduler.recurrence import parse_when

Do = Literal["promo", "care", "activity", "live", "moment", "group_post", "internal_post"]
Way = Literal["kf", "bulk"]
KINDS: Mapping[Do, ReplyKind] = {
    "promo": "promo", "care": "care", "activity": "activity", "live": "activity",
    "moment": "moment", "group_post": "group_post", "internal_post": "group_post",
}  # fmt: skip
POSTS: frozenset[Do] = frozenset({"moment", "group_post", "internal_post"})
BEFORE, START = "before", "start"  # the two runs of a live session
LASTS: Mapping[Do, int] = {"live": 2 * HOUR}  # ms, where a file does not say
LASTS_ELSE = 3 * DAY
_PACE = re.compile(r"(\d{1,9})/(h|d|m)")
_PERIODS = {"m": MINUTE, "h": HOUR, "d": DAY}
TAG, REPLY, ORDER = "tag:", "reply", "order"
HOLDOUT_MAX = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignFile:
    """A file of content/campaigns as it is written; docs/campaigns.md explains each key."""

    id: str
    do: Do
    persona: str
    template: str
    title: str = ""
    audience: str = ""
    groups: Literal["customer", "internal", "both"] = "customer"
    at: str = ""
    until: str = ""
    late: str = "2h"
    via: tuple[Way, ...] = ("kf", "bulk")
    holdout: float = 0.0
    pace: str = ""
    ceiling: int = 0
    error_budget: float = 0.05
    goal: str = ""
    within: str = "3d"
    remind: str = ""
    before: str = "1h"
    after: str = "24h"


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """One published version of a campaign; times in it are those of ``zone``."""

    file: CampaignFile
    version: int = 1
    zone: str = "UTC"
    line: int = 1  # of the file, where the audience stands

    @property
    def id(self) -> str:
        """Name of the campaign; its file's name."""
        return self.file.id

    @property
    def kind(self) -> ReplyKind:
        """What its messages are in the reply log."""
        return KINDS[self.file.do]

    @property
    def posts(self) -> bool:
        """True when it goes to groups or feeds, and not to single members."""
        return self.file.do in POSTS

    @property
    def rate(self) -> Rate | None:
        """How many recipients may be handed over in which time; None: as fast as it goes."""
        found = _PACE.fullmatch(self.file.pace)
        return Rate(int(found[1]), _PERIODS[found[2]]) if found else None

    def after(self, now: int) -> int | None:
        """When it takes place first from ``now`` on; a date that is over, too; None: by hand."""
        text = self.file.at
        if not text:
            return None
        return moment(text, self.zone) or parse_when(text, self.zone).after(now - 1)

    @property
    def recurs(self) -> bool:
        """True when it comes round again."""
        return bool(self.file.at) and moment(self.file.at, self.zone) is None

    @property
    def templates(self) -> tuple[str, ...]:
        """All that it says."""
        return tuple(filter(None, (self.file.template, self.file.remind)))

    def template_of(self, step: str) -> str:
        """Which template the run of this step says."""
        return self.file.remind if step.endswith(f"-{BEFORE}") else self.file.template


@dataclass(frozen=True, slots=True)
class Sitting:
    """One run of a campaign: its step, from when and until when it may reach somebody (UTC ms)."""

    step: str
    at: int
    until: int


def sittings(campaign: Campaign, at: int) -> tuple[Sitting, ...]:
    """The runs of the campaign that takes place at ``at``."""
    stamp = local(at, campaign.zone).strftime("%Y%m%dT%H%M")
    end = _end(campaign, at)
    if campaign.file.do != "live":
        return (Sitting(stamp, at, end),)
    begins = Sitting(f"{stamp}-{START}", at, end)
    if not campaign.file.remind:
        return (begins,)
    early = at - parse_span(campaign.file.before)
    return (Sitting(f"{stamp}-{BEFORE}", early, at), begins)


def occurrence(step: str) -> str:
    """What the two runs of one live session have in common."""
    return step.partition("-")[0]


def _end(campaign: Campaign, at: int) -> int:
    text = campaign.file.until
    if not text:
        return at + LASTS.get(campaign.file.do, LASTS_ELSE)
    return moment(text, campaign.zone) or at + parse_span(text)


def parse_campaign(source: str, file: str, zone: str, version: int = 1) -> Campaign:
    """Reads one file of content/campaigns. Raises BadInput with file, line and fix."""
    doc = tomlfile.parse(source, file)
    campaign = Campaign(file=decode(CampaignFile, doc), version=version, zone=zone,
                        line=doc.line_of(("audience",)))  # fmt: skip
    name = file.rsplit("/", 1)[-1].removesuffix(".toml")
    if campaign.id != name:
        raise fail(doc, ("id",), f"{campaign.id!r}, but the file is {name!r}", "make them equal")
    _check_times(doc, campaign)
    _check_bounds(doc, campaign.file)
    _check_keys(doc, campaign)
    return campaign


def parse_served(sources: Iterable[tuple[str, str, int]], zone: str) -> Iterator[Campaign]:
    """Campaigns of (text, file, version) that serve. What an earlier program published and this one
    does not read any more takes place no more; where its file is still there, it has a finding."""
    for source, file, version in sources:
        with suppress(BadInput):
            yield parse_campaign(source, file, zone, version)


def audience_of(
    campaign: Campaign, personas: Mapping[str, Sequence[str]],
    segments: Mapping[str, str] | None = None, thresholds: Thresholds = USUAL,
) -> Audience:  # fmt: skip
    """Whom it is for; without words for that, every friend of the persona's accounts.

    ``personas`` maps a persona to its staff accounts; ``segments`` and ``thresholds`` as in
    ``parse_audience``. Raises BadInput at the key of the file.
    """
    if not campaign.file.audience:
        return Is("account", tuple(personas.get(campaign.file.persona, ())), "")
    return parse_audience(campaign.file.audience, personas, campaign.zone, segments=segments,
                          thresholds=thresholds, file=shown(campaign.id),
                          line=campaign.line)  # fmt: skip


def shown(name: str) -> str:
    """How people name the file of a campaign."""
    return f"content/campaigns/{name}.toml"


def _check_times(doc: TomlDoc, campaign: Campaign) -> None:
    file, zone = campaign.file, campaign.zone
    begins = _tried(doc, "at", lambda: campaign.after(0)) or 0
    for key in ("late", "within", "before", "after"):
        _tried(doc, key, lambda key=key: parse_span(getattr(file, key)))  # type: ignore[misc]
    ends = _tried(doc, "until", lambda: _end(campaign, begins)) or 0
    dated = moment(file.until, zone) is not None
    if dated and campaign.recurs:
        raise fail(doc, ("until",), "is one day, but the campaign comes round", 'write it as "3d"')
    if ends <= begins:
        raise fail(doc, ("until",), "is not later than the beginning", 'write it as "3d"')


def _tried(doc: TomlDoc, key: str, fn: Callable[[], int | None]) -> int | None:
    try:
        return fn()
    except ValueError as exc:
        raise fail(doc, (key,), str(exc)) from None


def _check_bounds(doc: TomlDoc, file: CampaignFile) -> None:
    for key, most in (("holdout", HOLDOUT_MAX), ("error_budget", 1.0)):
        if not 0 <= getattr(file, key) <= most:
            raise fail(doc, (key,), f"is not within 0 and {most}", "0.1 is one in ten")
    if file.ceiling < 0:
        raise fail(doc, ("ceiling",), "is below 0", "0 is without a limit")
    if file.pace and not _PACE.fullmatch(file.pace):
        raise fail(doc, ("pace",), f"{file.pace!r} is no pace", 'write it as "500/h"')
    if file.pace and int(file.pace.partition("/")[0]) == 0:
        raise fail(doc, ("pace",), "would never reach anybody", 'write it as "500/h"')
    if file.goal and file.goal not in (REPLY, ORDER) and not file.goal.startswith(TAG):
        raise fail(doc, ("goal",), f"{file.goal!r} is no goal",
                   'write "reply", "order" or "tag:NAME"')  # fmt: skip
    if not file.via:
        raise fail(doc, ("via",), "is empty", "kf, bulk")


def _check_keys(doc: TomlDoc, campaign: Campaign) -> None:
    """What a kind of campaign has no use for was meant for another."""
    file = campaign.file
    other = _FOR_MEMBERS if campaign.posts else ("groups",)
    for key in (*other, *(() if file.do == "live" else _FOR_LIVE)):
        if key in doc.data:
            raise fail(doc, (key,), f"means nothing for do = {file.do!r}", "remove it")
    if file.do == "live" and not file.at:
        raise fail(doc, ("do",), "a live session needs a time", 'add at = "2026-12-18 20:00"')


_FOR_MEMBERS = ("audience", "via", "holdout", "pace", "ceiling", "goal", "within")
_FOR_LIVE = ("remind", "before", "after")
