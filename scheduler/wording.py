"""What the recipients of a run read: all of them the same, or each his own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.audience import circle_of
from bot.core.clock import local
from bot.library.speech import prepare, prepare_each
from bot.store import facts, people, recipients
from bot.store.engine import Tx
from bot.store.recipients import Group, Pending
from bot.studio.render import Rendered
from bot.studio.split import Split, split
from bot.studio.template import Template
from bot.studio.variants import family
from scheduler import enrolling
from scheduler.enrolling import Job


@dataclass(frozen=True, slots=True)
class Wording:
    """Those who read the same, and the template that it comes from."""

    content: str
    made: Rendered
    those: tuple[Pending, ...]


@dataclass(frozen=True, slots=True)
class Wordings:
    """Who reads what. ``silent``: for whom the text cannot be filled in."""

    found: tuple[Wording, ...] = ()
    silent: tuple[Pending, ...] = ()


def wordings(tx: Tx, job: Job, group: Group, going: Sequence[Pending]) -> Wordings:
    """Variants by the lot of each, and what is personal in them by what is known of him.

    A task of the platform has one text. So there only a template with ``split_max`` is personal,
    and all others say what they say of whom nothing is known. Raises CannotRender: there is no
    text, or there are more of them than ``split_max``.
    """
    found, silent = list[Wording](), list[Pending]()
    by_id, circle = {one.member: one for one in going}, _circle(tx, job)
    for name, those in _variants(job, list(by_id)).items():
        template = job.setting.cast.shelf.get(name)
        if template is None or not _personal(template, group):
            made = prepare(job.setting, job.run.persona, name, circle=circle)
            found.append(Wording(name, made, tuple(by_id[member] for member in those)))
            continue
        most = None if group.channel == "kf" else template.split_max
        parts = _split(tx, job, name, those, most, circle)
        found += [Wording(name, text, tuple(by_id[member] for member in members))
                  for text, members in parts.groups]  # fmt: skip
        silent += [by_id[member] for member, _ in parts.skipped]
    return Wordings(tuple(found), tuple(silent))


def check(tx: Tx, job: Job, groups: Sequence[Group]) -> None:
    """Raises CannotRender when their tasks would have more texts than the template allows: better
    nobody than the half of them."""
    shelf = job.setting.cast.shelf
    if not any(shelf.templates[one].split_max for one in family(job.template, shelf.templates)):
        return
    pending = [one.member for group in groups if group.channel != "kf"
               for one in recipients.upcoming(tx, job.run.id, group, group.n)]  # fmt: skip
    for name, those in _variants(job, pending).items():
        if shelf.templates[name].split_max is not None:
            _split(tx, job, name, those, shelf.templates[name].split_max)


def sizes(tx: Tx, job: Job, group: Group, members: Sequence[str]) -> list[int]:
    """How many of these would read each wording: what a preview counts tasks by."""
    found: list[int] = []
    for name, those in _variants(job, members).items():
        template = job.setting.cast.shelf.get(name)
        if template is not None and _personal(template, group):
            found += [len(same) for _, same in _split(tx, job, name, those).groups]
        else:
            found.append(len(those))
    return found


def _split(
    tx: Tx, job: Job, name: str, members: Sequence[str], most: int | None = None, circle: str = ""
) -> Split:  # fmt: skip
    known = _known(tx, members, circle)
    made = prepare_each(job.setting, job.run.persona, name, known, circle)
    return split(name, zip(members, made, strict=True), most)


def _personal(template: Template, group: Group) -> bool:
    return template.personal and (group.channel == "kf" or template.split_max is not None)


def _variants(job: Job, members: Sequence[str]) -> Mapping[str, list[str]]:
    """Who gets which variant of the template."""
    cast = job.setting.cast
    day = local(job.now, cast.zone).date()
    found: dict[str, list[str]] = {}
    for member in members:
        found.setdefault(cast.shelf.chosen(job.template, member, day), []).append(member)
    return found


def _circle(tx: Tx, job: Job) -> str:
    """The id of the circle that it goes to, if it goes to one."""
    circles = job.setting.cast.circles
    named = circle_of(enrolling.whom(tx, job.setting, job.campaign)) if circles else ""
    return next((id for id, one in circles.items() if named in (id, one.title)), "")


def _known(tx: Tx, members: Sequence[str], circle: str) -> list[Mapping[str, Any]]:
    """What a text may name of each of these; in a circle he is called as he is called there."""
    names, known, nothing = people.names_of(tx, members), facts.known(tx, members), facts.Known()
    if not circle:
        return [{**known.get(one, nothing).facts, "name": names.get(one, "")} for one in members]
    called = facts.called_in(tx, circle, members)
    return [{**known.get(one, nothing).within(called.get(one, {})), "name": names.get(one, "")}
            for one in members]  # fmt: skip
