"""What the pages of segments read: each with its count, its days, and what uses it; why somebody is
in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from bot.console.pages import campaign_read
from bot.console.segmenting import Because, because, plain
from bot.console.visit import Refused, Visit
from bot.core.audience import Audience
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.library.cast import Cast
from bot.library.segment_use import Use, uses
from bot.store import audience, directory, people, review, segments, versions
from bot.store.engine import Tx
from bot.store.segments import Day, Segment

WEEK, TREND = 7, 90  # days


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A segment as the list has it. ``count``: members, None where nobody can tell (``wrong``) or
    nobody has counted yet; ``week``: the change within seven days, None while that is not known."""

    one: Segment
    said: str
    count: int | None = None
    at: int | None = None
    wrong: BadInput | None = None
    before: int | None = None
    used: Sequence[Use] = ()

    @property
    def week(self) -> int | None:
        """How many more than a week ago."""
        known = self.count is not None and self.before is not None
        return (self.count or 0) - (self.before or 0) if known else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A member beside a segment: whether he is in, and why."""

    id: str
    name: str
    belongs: bool
    why: Sequence[Because] = field(default_factory=list)


def at(name: str, path: str = "/segments/one", **more: str) -> str:
    """The address of a segment."""
    return f"{path}?{urlencode({'s': name, **more})}"


def cast_of(visit: Visit) -> Cast:
    """What is published. Raises Refused in the first moments of a process."""
    if visit.cast is None:
        raise Refused(503, "segments.not_published")
    return visit.cast


def one_of(tx: Tx, name: str) -> Segment:
    """The segment of this name. Raises Refused."""
    found = segments.get(tx, name)
    if found is None:
        raise Refused(404, "segments.gone")
    return found


def today(visit: Visit) -> str:
    """The company's day."""
    return str(local(visit.now, visit.console.config.timezone).date())


def days_ago(visit: Visit, n: int) -> str:
    """The day so many days before today."""
    return str(local(visit.now, visit.console.config.timezone).date() - timedelta(days=n))


def used(tx: Tx, visit: Visit) -> Mapping[str, Sequence[Use]]:
    """What names each segment."""
    zone = visit.console.config.timezone
    names = [row.newest.name for row in review.newest(tx) if row.newest.kind == campaign_read.KIND]
    drafts = (campaign_read.parsed(versions.newest(tx, campaign_read.KIND, name), zone)
              for name in names)  # fmt: skip
    return uses(visit.cast, [one for one in drafts if one is not None], segments.everything(tx))


def listed(tx: Tx, visit: Visit) -> list[Listed]:
    """All segments by name, with the latest counts that anybody made."""
    used_by, days = used(tx, visit), segments.days(tx, days_ago(visit, 2 * WEEK))
    return [_listed(visit, one, days.get(one.name, ()), used_by.get(one.name, ()))
            for one in segments.everything(tx) if not segments.moved_to(one)]  # fmt: skip


def _listed(visit: Visit, one: Segment, days: Sequence[Day], used_by: Sequence[Use]) -> Listed:
    last = days[-1] if days else None
    edge = days_ago(visit, WEEK)
    before = [day.members for day in days if day.day <= edge]
    return Listed(one=one, said=plain(visit.lang, one.words), used=used_by,
                  count=last.members if last else None, at=last.at if last else None,
                  before=before[-1] if before else None)  # fmt: skip


def person(tx: Tx, visit: Visit, wanted: Audience, id: str) -> Person:
    """Why somebody belongs or does not."""
    return persons(tx, visit, wanted, [id])[0]


def persons(tx: Tx, visit: Visit, wanted: Audience, ids: Sequence[str]) -> list[Person]:
    """Why each of them belongs or does not."""
    names, facts = people.names_of(tx, ids), audience.facts(tx, ids)
    found = []
    for id in ids:
        verdict = meant.explain(wanted, facts[id], visit.now)
        why = because(visit.lang, verdict.because, visit.console.config.timezone)
        found.append(Person(id=id, name=names.get(id, ""), belongs=verdict.belongs, why=why))
    return found


def looked_up(tx: Tx, text: str) -> str:
    """The member whom somebody asks for by name or id; empty where there is none."""
    if not text:
        return ""
    found = directory.search(tx, text, 1)
    return found[0].id if found else ""


def of_member(tx: Tx, visit: Visit, member: str) -> tuple[list[tuple[Segment, Person]], int]:
    """Every segment in sight that can be read with why a member is in it or not, those that he is
    in first; and how many of them he is in."""
    if visit.cast is None:
        return [], 0
    facts = audience.facts(tx, [member])[member]
    zone, found = visit.console.config.timezone, []
    for one, wanted in meant.everything(tx, visit.cast):
        if one.archived_at is None and not isinstance(wanted, BadInput):
            verdict = meant.explain(wanted, facts, visit.now)
            why = because(visit.lang, verdict.because, zone)
            found.append((one, Person(id=member, name="", belongs=verdict.belongs, why=why)))
    found.sort(key=lambda row: (not row[1].belongs, row[0].name))
    return found, sum(row[1].belongs for row in found)
