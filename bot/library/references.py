"""References between the files of both folders: what points nowhere, or at what does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from bot.community import activity, mission, rules
from bot.community.activity import Activity
from bot.community.atmosphere import shown as atmosphere_file
from bot.community.mission import Mission
from bot.community.moderating import FILE as MODERATION
from bot.community.rules import Community
from bot.core.findings import ERROR, Finding
from bot.library import atmosphere
from bot.library.circles import contacts, review_circles
from bot.library.community import (
    Beside,
    review_activity,
    review_community,
    review_mission,
    templates_of,
)
from bot.library.crossing import Fault, doubly_bound, off_brand
from bot.library.review import review_flow
from bot.library.titles import review_titles
from bot.members.circle import shown as circle_file
from bot.persona.rule import TEMPLATE

if TYPE_CHECKING:
    from bot.library.disk import Disk


class _At(NamedTuple):
    """Where a reference stands."""

    kind: str
    name: str
    file: str


def dangling(disk: Disk, zone: str) -> Iterator[Fault]:
    """What is at fault, by kind and name. A mere warning goes to the findings of ``disk``."""
    yield from doubly_bound(disk.personas)
    yield from off_brand(disk.personas, disk.brand)
    for flow in disk.flows.values():
        at = _At("flow", flow.id, f"content/flows/{flow.id}.toml")
        yield from _gone(disk, at, "template", (step.template for step in flow.file.step))
        yield from _gone(disk, at, "persona", flow.file.persona)
        for finding in review_flow(flow, disk.personas, zone):
            yield (at.kind, at.name), finding
    for campaign in disk.campaigns.values():
        at = _At("campaign", campaign.id, f"content/campaigns/{campaign.id}.toml")
        yield from _gone(disk, at, "template", campaign.templates)
        yield from _gone(disk, at, "persona", [campaign.file.persona])
    yield from _circle_faults(disk, zone)
    yield from _community_faults(disk, zone)
    yield from _atmosphere_faults(disk, zone)
    at = _At("calendar", "calendar", "content/calendar.toml")
    yield from _gone(disk, at, "template", (e.template for e in disk.calendar.entry))
    yield from _gone(disk, at, "persona", (e.persona for e in disk.calendar.entry))
    for persona in disk.personas.values():
        at = _At("persona", persona.id, f"personas/{persona.id}/faq.csv")
        answers = (row.answer for row in persona.faq if row.answer.startswith(TEMPLATE))
        yield from _gone(disk, at, "template", (a.removeprefix(TEMPLATE).strip() for a in answers))
        at = at._replace(file=f"personas/{persona.id}/dialogue.toml")
        begun = (*(r.start_flow for r in persona.rules), *(f.start_flow for f in persona.forms))
        yield from _gone(disk, at, "flow", filter(None, begun))


def _circle_faults(disk: Disk, zone: str) -> Iterator[Fault]:
    for circle in disk.circles.values():
        at = _At("circle", circle.id, circle_file(circle.id))
        yield from _gone(disk, at, "persona", filter(None, [circle.leader.persona]))
    faults = review_circles(disk.circles, disk.flows.values(), disk.campaigns.values(),
                            contacts(disk.personas), zone)  # fmt: skip
    for key, finding in faults:
        if finding.severity == ERROR:
            yield key, finding
        else:
            disk.findings.append(finding)


_OfCircle = Community | Activity | Mission
_Named = tuple[_At, _OfCircle, Iterable[str], Iterable[Finding]]


def _of_circles(disk: Disk, beside: Beside) -> Iterator[_Named]:
    """What a circle has beside its own file: where it stands, what it is, the templates that it
    names, and what is wrong with it by itself."""
    for rule in disk.communities.values():
        at = _At("community", rule.circle, rules.shown(rule.circle))
        yield at, rule, templates_of(rule), review_community(rule, beside)
    for one in disk.activities.values():
        at = _At("activity", one.id, activity.shown(one.id))
        yield at, one, one.named_templates, review_activity(one, beside)
    for job in disk.missions.values():
        at = _At("mission", job.id, mission.shown(job.id))
        yield at, job, job.material, review_mission(job, beside)


def _community_faults(disk: Disk, zone: str) -> Iterator[Fault]:
    seen = {kind: {name for other, name in disk.seen if other == kind}
            for kind in ("circle", "activity")}  # fmt: skip
    beside = Beside(zone=zone, accounts=contacts(disk.personas), templates=disk.templates,
                    circles=seen["circle"], activities=seen["activity"],
                    flows=tuple(disk.flows.values()),
                    levels={made.circle: [one.id for one in made.levels]
                            for made in disk.communities.values()},
                    leaders={one.id: one.leader.persona
                             for one in disk.circles.values()})  # fmt: skip
    found: list[tuple[_At, Finding]] = []
    for at, made, named, reviewed in _of_circles(disk, beside):
        yield from _gone(disk, at, "template", named)
        yield from _gone(disk, at, "persona", filter(None, [made.persona]))
        found += [(at, one) for one in reviewed]
        found += [(at, one) for one in review_titles(at.file, made, disk.brand, disk.goods)]
    disk.findings += [finding for _, finding in found if finding.severity != ERROR]
    yield from (((at.kind, at.name), one) for at, one in found if one.severity == ERROR)


def _atmosphere_faults(disk: Disk, zone: str) -> Iterator[Fault]:
    accounts = [one for listed in contacts(disk.personas).values() for one in listed]
    beside = atmosphere.Beside(zone=zone, accounts=accounts, circles=disk.circles,
                               templates=disk.templates,
                               flows=tuple(disk.flows.values()))  # fmt: skip
    found: list[tuple[_At, Finding]] = []
    for made in disk.atmospheres.values():
        at = _At("atmosphere", made.circle, atmosphere_file(made.circle))
        yield from _gone(disk, at, "template", made.templates)
        yield from _gone(disk, at, "persona", filter(None, [made.persona]))
        found += [(at, one) for one in atmosphere.review_atmosphere(made, beside)]
    if disk.moderation is not None:
        at = _At("moderation", "moderation", MODERATION)
        found += [(at, one) for one in atmosphere.review_moderation(disk.moderation, beside.flows)]
    disk.findings += [one for _, one in found if one.severity != ERROR]
    yield from (((at.kind, at.name), one) for at, one in found if one.severity == ERROR)


def _gone(disk: Disk, at: _At, kind: str, names: Iterable[str]) -> Iterator[Fault]:
    """What is named but not there. What stands on disk but is broken has its own finding."""
    for name in dict.fromkeys(names):
        if (kind, name) not in disk.seen:
            yield (at.kind, at.name), Finding(
                file=at.file, line=1, rule="missing-reference", severity=ERROR,
                message=f"there is no {kind} {name!r}", fix="check the spelling",
            )  # fmt: skip
