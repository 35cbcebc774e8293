"""Where the templates that serve are used. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.library.cast import Cast
from bot.library.vetting import wordings
from bot.persona.persona import Persona
from bot.persona.rule import TEMPLATE
from bot.studio.variants import base_of
from scheduler.calendar import Entry
from scheduler.campaigns import Campaign
from scheduler.flows import Flow

Where = Literal["calendar", "flow", "campaign", "faq", "rule", "persona", "community", "activity",
                "mission", "atmosphere"]  # fmt: skip
# Files of a persona, by what they are; anything else in it is a fixed line.
_FILES: Mapping[str, Where] = {"faq.csv": "faq", "dialogue.toml": "rule"}


@dataclass(frozen=True, slots=True)
class Use:
    """One place that uses a template: a calendar entry, a flow step or a campaign by its id, else
    ``file:line`` of a persona. ``persona`` is empty when it may be any."""

    where: Where
    what: str
    persona: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What a persona does as it serves: accounts that speak as it, calendar entries and flows, by
    their names. ``flows`` has those that are its alone."""

    accounts: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()


def work_of(cast: Cast, persona: str) -> Work:
    """Everything that stops when this persona does not serve any more; nothing when it does not."""
    script = cast.scripts.get(persona)
    if script is None:
        return Work()
    return Work(
        accounts=tuple(bound.account for bound in script.persona.bindings),
        entries=tuple(e.title or e.id for e in cast.calendar.entry if e.persona == persona),
        flows=tuple(
            flow.file.title or flow.id for flow in cast.flows if flow.file.persona == (persona,)
        ),
    )


def usage(cast: Cast) -> dict[str, tuple[Use, ...]]:
    """Every template that something names, withheld or missing ones too, with its places."""
    personas = (script.persona for script in cast.scripts.values())
    found: dict[str, list[Use]] = {}
    for name, use in (*_uses(cast.calendar.entry, cast.flows, personas), *_sent(cast.campaigns),
                      *_shared(cast)):  # fmt: skip
        found.setdefault(name, []).append(use)
    return {name: tuple(dict.fromkeys(uses)) for name, uses in sorted(found.items())}


def voices(
    entries: Iterable[Entry], flows: Iterable[Flow], personas: Mapping[str, Persona],
    campaigns: Iterable[Campaign] = (),
) -> dict[str, tuple[Persona, ...]]:  # fmt: skip
    """The personas that say each template, as calendar, flows, campaigns and their own scripts have
    it."""
    found: dict[str, dict[str, Persona]] = {}
    for name, use in (*_uses(entries, flows, personas.values()), *_sent(campaigns)):
        said_by = [use.persona] if use.persona else list(personas)
        found.setdefault(name, {}).update({one: personas[one] for one in said_by
                                           if one in personas})  # fmt: skip
    return {name: tuple(by_id.values()) for name, by_id in found.items()}


def said_by(found: Mapping[str, tuple[Persona, ...]], name: str) -> tuple[Persona, ...]:
    """Of what ``voices`` found, the personas that say one template; another wording of it is said
    by the same."""
    return found.get(name) or found.get(base_of(name), ())


def parts_used(cast: Cast) -> dict[str, tuple[str, ...]]:
    """The shared parts in what serves, each with the templates that hold it."""
    found: dict[str, list[str]] = {}
    for name, template in sorted(cast.shelf.templates.items()):
        for part in template.parts:
            found.setdefault(part, []).append(name)
    return {part: tuple(names) for part, names in sorted(found.items())}


def _uses(
    entries: Iterable[Entry], flows: Iterable[Flow], personas: Iterable[Persona]
) -> Iterator[tuple[str, Use]]:
    for entry in entries:
        yield entry.template, Use("calendar", entry.id, entry.persona)
    for flow in flows:
        for step in flow.file.step:
            for by in flow.file.persona or ("",):
                yield step.template, Use("flow", f"{flow.id}/{step.id}", by)
    for persona in personas:
        yield from _said(persona)


def _sent(campaigns: Iterable[Campaign]) -> Iterator[tuple[str, Use]]:
    for campaign in campaigns:
        for name in campaign.templates:
            yield name, Use("campaign", campaign.id, campaign.file.persona)


def _shared(cast: Cast) -> Iterator[tuple[str, Use]]:
    for made in cast.communities.values():
        for badge in made.badges:
            if badge.announce:
                yield badge.announce, Use("community", f"{made.circle}/{badge.id}", made.persona)
    for one in cast.activities.values():
        for name in one.named_templates:
            yield name, Use("activity", one.id, one.persona)
    for job in cast.missions.values():
        for name in job.material:
            yield name, Use("mission", job.id, job.persona)
    for team in cast.atmospheres.values():
        for name in team.templates:
            yield name, Use("atmosphere", team.circle, team.persona)


def _said(persona: Persona) -> Iterator[tuple[str, Use]]:
    for file, line, text in wordings(persona):
        if text.startswith(TEMPLATE):
            where = _FILES.get(file.rpartition("/")[2], "persona")
            yield text.removeprefix(TEMPLATE).strip(), Use(where, f"{file}:{line}", persona.id)
