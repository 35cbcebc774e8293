"""The seven steps by which a brand builds its private domain, and the connection to the platform:
for each, what is still missing. Pure; whoever asks brings what the database knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.core.clock import DAY
from bot.library.cast import Cast
from bot.persona.script import Script
from scheduler.calendar import occurrences

KIT = ("avatar", "signature", "color", "slogan")
TO_WRITE = "待写"  # marks what `onevoice init` leaves for the brand to say
ANSWERS, GENRES, DAYS, SEEDS, LEVELS, BADGES = 5, 4, 7, 5, 2, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Ground:
    """What the steps are judged by. ``inside``: members by circle; ``seeds``: people who said yes
    to being seed users; ``live``: the real platform is configured; ``heard``: something came in."""

    cast: Cast
    now: int
    inside: Mapping[str, int] = field(default_factory=dict)
    seeds: int = 0
    live: bool = False
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing; ``code`` has the words, ``of`` and ``n`` stand in them."""

    code: str
    of: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step with what it lacks; it is done when nothing is missing."""

    name: str
    gaps: tuple[Gap, ...] = ()

    @property
    def done(self) -> bool:
        """True when nothing is missing."""
        return not self.gaps


def steps(ground: Ground) -> tuple[Step, ...]:
    """All eight, in the order in which they are taken."""
    found = {
        "position": _position(ground.cast), "ip": _ip(ground.cast),
        "persona": _persona(ground.cast), "content": _content(ground.cast, ground.now),
        "seeds": _seeds(ground), "circle": _circle(ground), "culture": _culture(ground.cast),
        "platform": _platform(ground),
    }  # fmt: skip
    return tuple(Step(name, tuple(gaps)) for name, gaps in found.items())


def _position(cast: Cast) -> Iterator[Gap]:
    if not cast.circles:
        yield Gap("no_circle")
    for circle in cast.circles.values():
        if circle.unanswered:
            yield Gap("unanswered", circle.title, len(circle.unanswered))


def _ip(cast: Cast) -> Iterator[Gap]:
    if not cast.brand.name:
        yield Gap("no_brand")
    yield from (Gap(f"kit_{part}") for part in KIT if not cast.brand.kit.get(part))


def _persona(cast: Cast) -> Iterator[Gap]:
    if not cast.scripts:
        yield Gap("no_persona")
    for script in cast.scripts.values():
        who = script.persona
        if not who.story:
            yield Gap("no_story", who.name)
        if open_ := sum(TO_WRITE in text for text in _said(script)):
            yield Gap("to_write", who.name, open_)
        if len(who.faq) < ANSWERS:
            yield Gap("few_answers", who.name, ANSWERS - len(who.faq))


def _said(script: Script) -> Iterable[str]:
    who = script.persona
    return (*(one.text for one in who.story), *(one.answer for one in who.faq))


def _content(cast: Cast, now: int) -> Iterator[Gap]:
    welcomed = {persona for flow in cast.flows if flow.file.trigger == "contact_added"
                for persona in flow.file.persona or tuple(cast.scripts)}  # fmt: skip
    for name, script in cast.scripts.items():
        if script.persona.accounts.contact and name not in welcomed:
            yield Gap("no_welcome", script.persona.name)
    genres = {one.genre for one in cast.shelf.templates.values()} - {""}
    if len(genres) < GENRES:
        yield Gap("few_genres", n=GENRES - len(genres))
    planned = (occurrences(cast.calendar, entry, now, now + DAYS * DAY)
               for entry in cast.calendar.entry)  # fmt: skip
    if not any(any(True for _ in times) for times in planned):
        yield Gap("nothing_planned", n=DAYS)


def _seeds(ground: Ground) -> Iterator[Gap]:
    if not any(one.seeds for one in ground.cast.communities.values()):
        yield Gap("no_conditions")
    if ground.seeds < SEEDS:
        yield Gap("few_seeds", n=SEEDS - ground.seeds)


def _circle(ground: Ground) -> Iterator[Gap]:
    circles = ground.cast.circles
    if not circles:
        yield Gap("no_circle")
    for circle in circles.values():
        if not (circle.leader.persona or circle.leader.member):
            yield Gap("no_leader", circle.title)
    if circles and not any(ground.inside.get(name) for name in circles):
        yield Gap("nobody_inside")


def _culture(cast: Cast) -> Iterator[Gap]:
    if not cast.communities:
        yield Gap("no_culture")
    for name, rules in cast.communities.items():
        title = cast.circles[name].title if name in cast.circles else name
        if len(rules.levels) < LEVELS:
            yield Gap("few_levels", title, LEVELS - len(rules.levels))
        if len(rules.badges) < BADGES:
            yield Gap("few_badges", title, BADGES - len(rules.badges))
        if not rules.codenames.pool:
            yield Gap("no_codenames", title)
        if not any(one.circle == name for one in cast.activities.values()):
            yield Gap("no_activity", title)


def _platform(ground: Ground) -> Iterator[Gap]:
    if not ground.live:
        yield Gap("sandbox")
    elif not ground.heard:
        yield Gap("silence")
