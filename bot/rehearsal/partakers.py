"""Simulated members take part: some ask to be let into a circle, and do there what is on.

Each draws from a second stream of his own, so that with noughts in ``[community]`` all else is as
it would be without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from bot.community.activity import Activity
from bot.community.runs import Run, plan, stage_at
from bot.core.clock import DAY, MINUTE
from bot.core.daytime import moment
from bot.library.cast import Cast
from bot.rehearsal.agenda import Agenda, Days
from bot.rehearsal.members import MONTH, Crowd, Person
from bot.rehearsal.rates import Rates
from scheduler.recurrence import parse_when

AGREES_AFTER = 20 * MINUTE
ENTERS_WITHIN = 3 * DAY
LOOKS = ("我的积分", "我的徽章", "活动", "我有什么")
TICKET = 8  # characters of a ticket that nobody else's begins with
CHECKIN, LETTERS = "checkin", "ABCDEFGH"
WRITTEN = frozenset({"topic", "wishlist", "wall", "cocreate", "contest"})


class Partakers:
    """Those of a crowd who are in a circle. ``said`` tells of each message: who, and what."""

    def __init__(
        self, crowd: Crowd, cast: Cast, agenda: Agenda, days: Days, rates: Rates, *,
        now: Callable[[], int], until: int, seed: int,
    ) -> None:  # fmt: skip
        self._crowd, self._cast, self._agenda, self._days = crowd, cast, agenda, days
        self._rates, self._now, self._until, self._seed = rates.community, now, until, seed
        self._hours, self._words = rates.talk.hours, rates.words.entry
        open_ = {one.circle for one in cast.activities.values()}
        self._circles = [one for one in cast.circles.values()
                         if one.id in open_ and one.admission.how == "open"]  # fmt: skip
        self._inside: dict[str, list[tuple[Person, Random]]] = {}
        self._on: list[tuple[Run, Activity]] = []

    def begin(self) -> None:
        """Whatever takes place meanwhile is expected; whoever comes may ask to be let in."""
        if not self._circles:
            return
        self._crowd.arrived = self._arrived
        for run, made in self._runs():
            at = max(run.announce_at, self._now())
            self._agenda.put(at, partial(self._takes_place, run, made))

    def _runs(self) -> Iterator[tuple[Run, Activity]]:
        zone = self._cast.zone
        for made in self._cast.activities.values():
            if not made.recurs:
                at = moment(made.when.announce, zone)
                run = plan(made, at, zone) if at is not None else None
                if run is not None and self._now() < run.close_at and run.announce_at < self._until:
                    yield run, made
                continue
            every, next_ = parse_when(made.when.every, zone), self._now() - 1
            while (found := every.after(next_)) is not None and found < self._until:
                yield plan(made, found, zone), made
                next_ = found

    def _arrived(self, who: Person, number: int) -> None:
        rng = Random(f"{self._seed}/{number}/community")
        if not who.kf or rng.random() >= self._rates.enter:
            return
        circle = rng.choice(self._circles)
        at = self._now() + rng.randrange(ENTERS_WITHIN)
        at = self._days.awake(at, self._hours, rng, self._now())
        self._agenda.put(at, lambda: self._enter(who, rng, circle.id, circle.title))

    def _enter(self, who: Person, rng: Random, circle: str, title: str) -> None:
        self._crowd.say(who, f"我想加入{title}")
        self._inside.setdefault(circle, []).append((who, rng))
        for run, made in self._on:
            if made.circle == circle:
                self._decides(who, rng, run, made)
        self._look(who, rng)

    def _look(self, who: Person, rng: Random) -> None:
        """Now and then he asks what he has."""
        if self._rates.look:
            at = self._now() + int(rng.expovariate(self._rates.look / MONTH))
            at = self._days.awake(at, self._hours, rng, self._now())
            self._agenda.put(at, lambda: self._looks(who, rng))

    def _looks(self, who: Person, rng: Random) -> None:
        self._say(who, rng.choice(LOOKS))
        self._look(who, rng)

    def _takes_place(self, run: Run, made: Activity) -> None:
        """Each in the circle decides whether, and when; so does who comes while it lasts."""
        if made.kind != CHECKIN:
            self._on.append((run, made))
        for who, rng in self._inside.get(made.circle, ()):
            self._decides(who, rng, run, made)

    def _decides(self, who: Person, rng: Random, run: Run, made: Activity) -> None:
        """A day of the members lasts a day, everything else until it is closed."""
        daily = made.kind == CHECKIN
        first = max(run.announce_at if daily else run.submit_at, self._now())
        last = run.announce_at + DAY if daily else run.close_at
        if (
            rng.random() < (self._rates.check_in if daily else self._rates.join)
            and last - first > 1
        ):
            at = self._days.awake(first + rng.randrange(last - first), self._hours, rng, first)
            at = at if at < last else self._days.on_grid(first + 1)
            self._agenda.put(at, partial(self._joins, who, rng, run, made))

    def _joins(self, who: Person, rng: Random, run: Run, made: Activity) -> None:
        self._say(who, self._wording(rng, run, made))
        if made.media == "photo":
            self._crowd.photo(who)
        if made.consent:
            self._agenda.put(self._now() + AGREES_AFTER, lambda: self._say(who, "同意"))

    def vote(self, circle: str, ticket: str, until: int) -> None:
        """Some of the circle vote for an entry by what it is called in public."""
        rng, now = Random(f"{self._seed}/{ticket}/votes"), self._now()
        for who, _ in self._inside.get(circle, ()):
            if until - now > 1 and rng.random() < self._rates.vote:
                at = now + rng.randrange(until - now)
                at = self._days.awake(at, self._hours, rng, now)
                if at < until:
                    self._agenda.put(at, partial(self._say, who, f"投 {ticket[:TICKET]}"))

    def _wording(self, rng: Random, run: Run, made: Activity) -> str:
        word = made.words[0] if made.words else made.title
        step = stage_at(made, run.announce_at, self._now())
        options = step.options if step else made.options
        if made.kind == "quiz":
            letters = (LETTERS[rng.randrange(len(one.options))] for one in made.questions)
            return f"{word} {''.join(letters)}"
        if options:
            return f"{word}{rng.randrange(len(options)) + 1}"
        if made.kind == "team":
            return f"组队 {rng.choice(LETTERS)}队"
        says = made.kind in WRITTEN or (made.kind == CHECKIN and rng.random() < 0.5)
        return f"{word} {rng.choice(self._words)}" if says and made.media != "photo" else word

    def _say(self, who: Person, text: str) -> None:
        if self._now() >= who.silent_until:
            self._crowd.say(who, text)
