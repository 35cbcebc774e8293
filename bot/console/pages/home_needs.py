"""What needs somebody now, by his role: lines with a number, an age and the place to go to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import quote

from bot.console.pages import content, rota_week
from bot.console.planned import midnight
from bot.console.rights import Access, Right
from bot.console.visit import Visit
from bot.core import rota
from bot.core.clock import DAY, local
from bot.core.findings import ERROR
from bot.library.cast import Cast
from bot.store import needs, review, shifts
from bot.store.engine import Tx
from bot.store.needs import Kind
from bot.store.review import DRAFT, REVIEW
from scheduler.calendar import occurrences

AHEAD, EXPIRES, LATELY, BACK = 7, 14, 30 * DAY, 14 * DAY
Urgency = Literal["bad", "wait", ""]
# Where versions that wait for a look are looked at.
DESKS: Mapping[str, str] = {
    "template": "/content/review", "persona": "/personas", "brand": "/personas",
    "calendar": "/plan?v=draft", "campaign": "/campaigns", "flow": "/flows",
    "activity": "/activities", "community": "/community", "circle": "/circles",
}  # fmt: skip
PERSONAL = ("persona", "brand")


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``path`` stands behind ``/console``; ``since`` None: it has no age; ``soon``: the
    moment is to come."""

    name: str
    n: int
    path: str
    since: int | None = None
    urgency: Urgency = "wait"
    soon: bool = False
    age: str = "need.since"  # how the age is told


Read = Callable[[Tx, Visit], Iterator[Line]]


def _stored(name: Kind, path: str, urgency: Urgency = "wait") -> Read:
    """A line that one query makes; ``{}`` in the path is the id of the first."""

    def read(tx: Tx, visit: Visit) -> Iterator[Line]:
        found = needs.of(tx, name, login=visit.who.login, userid=visit.who.userid, now=visit.now,
                         after=visit.now - LATELY)  # fmt: skip
        if found.n:
            place = path.format(quote(found.first, safe="")) if found.first else path
            yield Line(name, found.n, place, found.since, urgency)

    return read


def _grants(state: str) -> Read:
    def read(tx: Tx, visit: Visit) -> Iterator[Line]:
        found = needs.of(tx, "grants", state=state)
        if found.n:
            yield Line(f"grants_{state}", found.n, "/rewards", found.since, "bad")

    return read


def _reviews(tx: Tx, visit: Visit) -> Iterator[Line]:
    """Versions that wait for somebody else's look, by kind; those of personas are the brand's."""
    mine = PERSONAL if visit.may(Right.PERSONA_EDIT) else tuple(set(DESKS) - set(PERSONAL))
    found = [one for one in review.waiting(tx, REVIEW)
             if one.kind in mine and one.author != visit.who.login]  # fmt: skip
    for kind, n in Counter(one.kind for one in found).most_common():
        since = min(one.at for one in found if one.kind == kind)
        yield Line(f"review_{kind}", n, DESKS[kind], since)


def _drafts(tx: Tx, visit: Visit) -> Iterator[Line]:
    mine = [one for one in review.waiting(tx, DRAFT)
            if one.kind == "template" and one.author == visit.who.login]  # fmt: skip
    if mine:
        yield Line("drafts", len(mine), "/content?state=draft", min(one.at for one in mine), "")


def _broken(tx: Tx, visit: Visit) -> Iterator[Line]:
    """Files that do not serve because something is wrong in them; the last look knows."""
    library = visit.console.library
    files = {one.file for one in (library.findings if library else ()) if one.severity == ERROR}
    if files:
        yield Line("broken", len(files), "/doctor", None, "bad")


def _expiring(tx: Tx, visit: Visit) -> Iterator[Line]:
    last = sorted((day, name) for name, day in content.ends(visit).items())
    if last:
        only = f"/content/one?t={quote(last[0][1], safe='')}"
        at = midnight(last[0][0], visit.console.config.timezone)
        yield Line("expiring", len(last), "/content?state=ending" if last[1:] else only, at, "",
                   soon=True)  # fmt: skip


def _gaps(tx: Tx, visit: Visit) -> Iterator[Line]:
    cast = visit.cast
    bare = gaps(cast, visit.now) if cast is not None else []
    if bare:
        yield Line("gaps", len(bare), "/plan/week", bare[0], "", soon=True)


def gaps(cast: Cast, now: int) -> list[int]:
    """The days to come, as moments, for which the calendar has nothing."""
    day = local(now, cast.zone).date()
    edges = [midnight(day + timedelta(days=n), cast.zone) for n in range(1, AHEAD + 1)]
    until = midnight(day + timedelta(days=AHEAD + 1), cast.zone)
    times = sorted(at for entry in cast.calendar.entry
                   for at in occurrences(cast.calendar, entry, edges[0], until))  # fmt: skip
    ends = [*edges[1:], until]
    return [since for since, end in zip(edges, ends, strict=True)
            if not any(since <= at < end for at in times)]  # fmt: skip


def _uncovered(tx: Tx, visit: Visit) -> Iterator[Line]:
    """Office hours of this week, from today on, for which nobody is on the rota."""
    zone, now = visit.console.config.timezone, visit.now
    today = rota.day_of(now, zone)
    standing = shifts.standing(tx, min(rota.week_of(today, zone).since, now) - BACK)
    week = rota_week.week(standing, today, now, zone, visit.cast)
    columns = zip(*(office.gaps for office in week.offices), strict=True)
    bare = [day for day, gap in zip(week.days, columns, strict=False)
            if day.date >= today and any(gap)]  # fmt: skip
    if bare:
        yield Line("uncovered", len(bare), "/rota", None, "wait")


def _ending(tx: Tx, visit: Visit) -> Iterator[Line]:
    today = local(visit.now, visit.console.config.timezone).date()
    last = today + timedelta(days=EXPIRES)
    scripts = visit.cast.scripts if visit.cast is not None else {}
    ends = sorted((one.persona.valid_to, name) for name, one in scripts.items()
                  if one.persona.valid_to is not None and one.persona.valid_to <= last)  # fmt: skip
    if ends:
        at = midnight(ends[0][0], visit.console.config.timezone)
        yield Line("ending", len(ends), f"/personas/{quote(ends[0][1], safe='')}", at,
                   soon=at > visit.now)  # fmt: skip


READS: Mapping[str, tuple[Right | Access, Read]] = {
    "lead": (Right.INBOX_ASSIGN, _stored("lead", "/inbox?c={}", "bad")),
    "appeals": (Right.INBOX_ASSIGN, _stored("appeals", "/inbox?c={}", "bad")),
    "complaints": (Right.INBOX_SEE, _stored("complaints", "/inbox?f=complaint", "bad")),
    "waiting": (Right.INBOX_SEE, _stored("waiting", "/inbox?f=waiting&o=longest&c={}")),
    "handed": (Right.INBOX_REPLY, _stored("handed", "/inbox?f=mine&o=longest")),
    "mine": (Right.INBOX_REPLY, _stored("mine", "/inbox?f=mine&o=longest")),
    "named": (Right.INBOX_REPLY, _stored("named", "/inbox?f=named")),
    "taps": (Access.SIGNED_IN, _stored("taps", "/tasks/mine")),
    "prompts": (Access.SIGNED_IN, _stored("prompts", "/tasks/mine")),
    "late": (Right.TASKS_SEE, _stored("late", "/tasks", "bad")),
    "unsure": (Right.TASKS_SEE, _stored("unsure", "/tasks#unsure", "bad")),
    "given_up": (Right.INBOX_SEE, _stored("given_up", "/given-up", "bad")),
    "grants_held": (Right.REWARDS_SEE, _grants("held")),
    "grants_unsure": (Right.REWARDS_SEE, _grants("unsure")),
    "paused": (Right.PLAN_SEE, _stored("paused", "/campaigns/{}")),
    "applications": (Right.MEMBERS_SEE, _stored("applications", "/circles/queue")),
    "moderation": (Right.MEMBERS_SEE, _stored("moderation", "/moderation")),
    "entries": (Right.PLAN_SEE, _stored("entries", "/activities/entries?r={}")),
    "winners": (Right.PLAN_SEE, _stored("winners", "/activities/winners?r={}")),
    "missions": (Right.MEMBERS_SEE, _stored("missions", "/missions")),
    "comments": (Right.MEMBERS_SEE, _stored("comments", "/members/comments")),
    "questions": (Right.PERSONA_EDIT, _stored("questions", "/questions", "")),
    "review": (Right.CONTENT_SEE, _reviews),
    "drafts": (Right.CONTENT_EDIT, _drafts), "broken": (Right.CONTENT_SEE, _broken),
    "expiring": (Right.CONTENT_SEE, _expiring), "gaps": (Right.PLAN_SEE, _gaps),
    "uncovered": (Right.INBOX_SEE, _uncovered), "ending": (Right.PERSONA_SEE, _ending),
}  # fmt: skip
OWN = ("taps", "prompts")
_TALK = ("complaints", "waiting", "handed", "mine", "named")
_MONEY = ("grants_held", "grants_unsure")
# What concerns whom, the most urgent first.
ROLES: Mapping[str, Sequence[str]] = {
    "service": ("handed", *_TALK[:2], "mine", "named", "given_up", *OWN, "comments", "entries",
                "missions", "applications", "moderation"),
    "lead": ("lead", "appeals", *_TALK, "given_up", "late", "unsure", *_MONEY, "paused",
             "uncovered", "applications", "moderation", "winners", "entries", "missions",
             "comments", "review", *OWN),
    "content": ("broken", "review", "drafts", "gaps", "expiring", "comments", *OWN),
    "brand": ("broken", "review", "ending", "questions", *OWN),
    "owner": ("given_up", "late", "unsure", *_MONEY, "paused", "complaints", "broken", "ending",
              *OWN),
    "readonly": ("complaints", "waiting", "given_up", "late", "unsure", "paused", *OWN),
    "analyst": OWN,
}  # fmt: skip


def lines(tx: Tx, visit: Visit) -> list[Line]:
    """Everything that needs whoever asks, in the order of his role."""
    names = (name for name in ROLES.get(visit.who.role, OWN) if _may(visit, READS[name][0]))
    return [line for name in names for line in READS[name][1](tx, visit)]


def _may(visit: Visit, wanted: Right | Access) -> bool:
    return isinstance(wanted, Access) or visit.may(wanted)
