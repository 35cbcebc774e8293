"""The cast: every published thing, compiled, as one value.

A turn or a tick takes the cast once and uses it to its end, so nothing mixes two versions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from bot.community.activity import Activity
from bot.community.activity import parse_served as parse_activities
from bot.community.activity import shown as activity_file
from bot.community.atmosphere import Atmosphere
from bot.community.atmosphere import parse_served as parse_atmospheres
from bot.community.atmosphere import shown as atmosphere_file
from bot.community.mission import Mission
from bot.community.mission import parse_served as parse_missions
from bot.community.mission import shown as mission_file
from bot.community.moderating import Moderation, parse_moderation
from bot.community.rules import Community
from bot.community.rules import parse_served as parse_communities
from bot.community.rules import shown as community_file
from bot.core.clock import local
from bot.core.door import Door
from bot.core.errors import BadInput
from bot.core.goods import Good
from bot.core.meaning import Meaning
from bot.core.rfm import Thresholds
from bot.library.programme import programme_of
from bot.members.circle import Circle
from bot.members.circle import parse_served as parse_circles
from bot.members.circle import shown as circle_file
from bot.persona.brand import Brand, parse_brand
from bot.persona.load import parse_persona
from bot.persona.persona import Persona
from bot.persona.script import Script
from bot.persona.taker import Taker
from bot.store.versions import Edition
from bot.studio.catalogue import parse_catalogue
from bot.studio.parse import parse_files
from bot.studio.render import Shelf
from scheduler.almanac import Day
from scheduler.audience import USUAL
from scheduler.calendar import Calendar, parse_calendar
from scheduler.campaigns import Campaign
from scheduler.campaigns import parse_served as parse_campaigns
from scheduler.campaigns import shown as campaign_file
from scheduler.flows import Flow, parse_served

# Channels in which a staff member's own account is the one that speaks.
_STAFF_CHANNELS = {"group": "contact", "moment": "contact"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """All that serves. ``accounts`` maps (channel, account) to a persona's id. ``thresholds``: what
    the company calls recent, often and much in a buyer."""

    zone: str
    brand: Brand
    shelf: Shelf = field(default_factory=lambda: Shelf.of(()))
    scripts: Mapping[str, Script] = field(default_factory=dict)
    accounts: Mapping[tuple[str, str], str] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    campaigns: tuple[Campaign, ...] = ()
    circles: Mapping[str, Circle] = field(default_factory=dict)
    communities: Mapping[str, Community] = field(default_factory=dict)  # by circle
    activities: Mapping[str, Activity] = field(default_factory=dict)
    missions: Mapping[str, Mission] = field(default_factory=dict)
    atmospheres: Mapping[str, Atmosphere] = field(default_factory=dict)  # by circle
    moderation: Moderation | None = None
    goods: tuple[Good, ...] = ()
    # templates that are published and may not be used, by name, and why
    withheld: Mapping[str, str] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)

    @classmethod
    def empty(cls, zone: str, thresholds: Thresholds = USUAL) -> Cast:
        """Nothing is published."""
        return cls(zone=zone, brand=Brand(name=""), thresholds=thresholds)

    @property
    def doors(self) -> list[Door]:
        """The circles as whoever asks for one may be told of them."""
        return [circle.door for circle in self.circles.values()]

    @property
    def taker(self) -> Taker:
        """Who hears what can be taken part in."""
        if self.scripts:  # all have the same
            return next(iter(self.scripts.values())).taker
        return Taker.of(
            programme_of(
                self.activities.values(), self.communities.values(), self.missions.values()
            )
        )

    def persona_of(self, channel: str, account: str) -> str | None:
        """Id of the persona that speaks through an account, or None."""
        return self.accounts.get((_STAFF_CHANNELS.get(channel, channel), account))

    def is_valid(self, persona: str, now: int) -> bool:
        """False outside the persona's validity window: nothing of it is sent then."""
        return self.scripts[persona].persona.valid_on(local(now, self.zone).date())

    def silence(self, persona: str, now: int) -> str:
        """Why nothing of this persona may leave now, or empty."""
        script = self.scripts.get(persona)
        if script is None:
            return f"persona {persona} is not published"
        return outside(script.persona, local(now, self.zone).date())

    def accounts_of(self, persona: str, channel: str) -> tuple[str, ...]:
        """Accounts of a persona on one channel, as its file lists them."""
        return tuple(getattr(self.scripts[persona].persona.accounts, channel))

    def all_accounts(self, channel: str) -> tuple[str, ...]:
        """Accounts of all personas on one channel."""
        return tuple(a for p in self.scripts for a in self.accounts_of(p, channel))

    def led_by(self, persona: str) -> str:
        """The circle that a persona leads; empty when it is none, or one of several."""
        found = [one.id for one in self.circles.values() if one.leader.persona == persona]
        return found[0] if len(found) == 1 else ""

    def context(self, persona: str, now: int, **more: Mapping[str, Any]) -> dict[str, Any]:
        """What templates see (docs/formats.md, Sources), as nested plain data."""
        who, day = self.scripts[persona].persona, local(now, self.zone).date()
        return {**surroundings(self.brand, who, day), **more}


def surroundings(brand: Brand, who: Persona, day: date) -> dict[str, Any]:
    """What every text of a persona may name on a local day."""
    return {
        "brand": {"name": brand.name},
        "persona": {"name": who.name, "story": {c.id: c.text for c in who.story}},
        "day": Day(day),
    }


def outside(persona: Persona, day: date) -> str:
    """On which side of the persona's validity window a local day is, in words; empty within."""
    if persona.valid_to is not None and day > persona.valid_to:
        return f"persona {persona.id} ended on {persona.valid_to.isoformat()}"
    if persona.valid_from is not None and day < persona.valid_from:
        return f"persona {persona.id} begins on {persona.valid_from.isoformat()}"
    return ""


def build(
    editions: Iterable[Edition], zone: str, aliases: Mapping[tuple[str, str], str] | None = None,
    meaning: Meaning | None = None, known: Mapping[tuple[str, int], Script] = MappingProxyType({}),
    withheld: Mapping[str, str] = MappingProxyType({}), thresholds: Thresholds = USUAL,
) -> Cast:  # fmt: skip
    """Compiles published editions, each of which was clean when it was published.

    ``aliases``: the platform's name of an account that a persona's file names otherwise.
    ``known``: personas that are compiled already, by id and version; a version never changes.
    ``withheld``: templates that nothing may use, and why.
    """
    by_kind: dict[str, dict[str, Edition]] = {}
    for edition in editions:
        by_kind.setdefault(edition.kind, {})[edition.name] = edition
    bare, people = _unvoiced(by_kind, zone, withheld, thresholds), by_kind.get("persona", {})
    brand, shelf, goods = bare.brand, bare.shelf, bare.goods
    doors, taker = bare.doors, bare.taker

    def script(edition: Edition) -> Script:
        if found := known.get((edition.name, edition.version)):
            return found.among(brand, shelf, goods, zone).beside(doors, taker)
        persona = parse_persona(edition.files, f"personas/{edition.name}")
        return Script.of(persona, brand, shelf, goods, version=edition.version, zone=zone,
                         meaning=meaning, doors=doors, taker=taker)  # fmt: skip

    scripts = {name: script(edition) for name, edition in people.items()}
    return replace(bare, scripts=scripts, accounts={
        (key[0], (aliases or {}).get(key, key[1])): persona
        for key, persona in bindings(one.persona for one in scripts.values())})  # fmt: skip


def _unvoiced(
    by_kind: Mapping[str, Mapping[str, Edition]], zone: str, withheld: Mapping[str, str],
    thresholds: Thresholds,
) -> Cast:  # fmt: skip
    """Everything but those who speak."""
    return Cast(
        zone=zone,
        brand=next((parse_brand(_only(e), "personas/brand.toml")
                    for e in by_kind.get("brand", {}).values()), Brand(name="")),
        shelf=_shelf(by_kind.get("template", {}), withheld),
        goods=_goods(by_kind.get("catalogue", {})),
        circles=_circles(by_kind.get("circle", {})),
        withheld=withheld,
        thresholds=thresholds,
        **_plans(by_kind, zone),
    )  # fmt: skip


def _plans(by_kind: Mapping[str, Mapping[str, Edition]], zone: str) -> dict[str, Any]:
    """What is to happen when, and by which rules, under the names it has in a Cast."""
    return {
        "flows": _flows(by_kind.get("flow", {})),
        "calendar": _calendar(by_kind.get("calendar", {}), zone),
        "campaigns": _campaigns(by_kind.get("campaign", {}), zone),
        "communities": _communities(by_kind.get("community", {})),
        "activities": _activities(by_kind.get("activity", {}), zone),
        "missions": _missions(by_kind.get("mission", {})),
        "atmospheres": _atmospheres(by_kind.get("atmosphere", {})),
        "moderation": _moderation(by_kind.get("moderation", {})),
    }


def _shelf(templates: Mapping[str, Edition], withheld: Mapping[str, str]) -> Shelf:
    """What texts are made of, without what nothing may use."""
    used = {name: edition for name, edition in templates.items() if name not in withheld}
    return Shelf.of((parse_files(one.name, one.files) for one in used.values()),
                    {name: one.version for name, one in used.items()})  # fmt: skip


def bindings(personas: Iterable[Persona]) -> Iterator[tuple[tuple[str, str], str]]:
    """((channel, account), persona) for every account that a persona lists."""
    for persona in personas:
        for channel in persona.accounts.__slots__:
            for account in getattr(persona.accounts, channel):
                yield (channel, account), persona.id


def _calendar(editions: Mapping[str, Edition], zone: str) -> Calendar:
    for edition in editions.values():
        return parse_calendar(_only(edition), "content/calendar.toml", zone, edition.version)
    return Calendar(zone=zone)


def _flows(editions: Mapping[str, Edition]) -> tuple[Flow, ...]:
    return tuple(parse_served((_only(e), f"content/flows/{e.name}.toml", e.version)
                              for e in editions.values()))  # fmt: skip


def _campaigns(editions: Mapping[str, Edition], zone: str) -> tuple[Campaign, ...]:
    return tuple(parse_campaigns(((_only(e), campaign_file(e.name), e.version)
                                  for e in editions.values()), zone))  # fmt: skip


def _goods(editions: Mapping[str, Edition]) -> tuple[Good, ...]:
    return tuple(good for e in editions.values()
                 for good in parse_catalogue(_only(e), "content/catalogue.csv"))  # fmt: skip


def _circles(editions: Mapping[str, Edition]) -> dict[str, Circle]:
    found = parse_circles((_only(e), circle_file(e.name), e.version) for e in editions.values())
    return {circle.id: circle for circle in found}


def _communities(editions: Mapping[str, Edition]) -> dict[str, Community]:
    found = parse_communities((_only(e), community_file(e.name), e.version)
                              for e in editions.values())  # fmt: skip
    return {made.circle: made for made in found}


def _activities(editions: Mapping[str, Edition], zone: str) -> dict[str, Activity]:
    found = parse_activities(((_only(e), activity_file(e.name), e.version)
                              for e in editions.values()), zone)  # fmt: skip
    return {made.id: made for made in found}


def _missions(editions: Mapping[str, Edition]) -> dict[str, Mission]:
    found = parse_missions((_only(e), mission_file(e.name), e.version) for e in editions.values())
    return {made.id: made for made in found}


def _atmospheres(editions: Mapping[str, Edition]) -> dict[str, Atmosphere]:
    found = parse_atmospheres((_only(e), atmosphere_file(e.name), e.version)
                              for e in editions.values())  # fmt: skip
    return {made.circle: made for made in found}


def _moderation(editions: Mapping[str, Edition]) -> Moderation | None:
    """One that this program cannot read serves no more, and its file has a finding."""
    for edition in editions.values():
        with suppress(BadInput):
            return parse_moderation(_only(edition), version=edition.version)
    return None


def _only(edition: Edition) -> str:
    return next(iter(edition.files.values()))
