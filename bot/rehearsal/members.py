"""Simulated members: each draws from a stream of its own, so that one more changes no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from bot.core.clock import DAY, HOUR
from bot.core.span import parse_span
from bot.rehearsal.agenda import Agenda, Days
from bot.rehearsal.rates import Rates
from bot.rehearsal.setting import Place
from bot.rehearsal.stage import Refused, Stage

MONTH = 30 * DAY
# Few names: a text with a name in it is judged once for each of them.
NAMES = (
    "青柚",
    "晚风",
    "阿岚",
    "老陈",
    "小满",
    "木木",
    "一盏灯",
    "团子",
    "秋水",
    "橙子",
    "Momo",
    "阿北",
)


@dataclass(slots=True)
class Person:
    """One member and what he knows of himself."""

    id: str
    place: Place
    rng: Random
    kf: str
    pace: float  # talks in a ms
    number: int = 0
    arrived: bool = False
    friend: bool = False
    opted_out: bool = False
    silent_until: int = 0
    group: str = ""
    clock: float = 0.0


class Crowd:
    """All members. ``now`` tells the time; ``asks`` are wordings of each persona's questions;
    ``sell`` has a shop tell of an order."""

    def __init__(
        self, stage: Stage, agenda: Agenda, days: Days, rates: Rates, *, places: Sequence[Place],
        asks: Mapping[str, Sequence[str]], sell: Callable[[str], Awaitable[None]],
        now: Callable[[], int], seed: int,
    ) -> None:  # fmt: skip
        self._stage, self._agenda, self._days, self._rates = stage, agenda, days, rates
        self._places, self._asks, self._now, self._seed = places, asks, now, seed
        self._sell = sell
        self._silence = parse_span(rates.silence.span)
        self._weights = [1.0 if place.kf else rates.arrive.silent_persona for place in places]
        self.people: list[Person] = []
        self.done: Counter[tuple[int, str]] = Counter()
        self._began = now()
        self.in_groups: Counter[str] = Counter()
        # told of each who arrives, and his number
        self.arrived: Callable[[Person, int], None] = lambda who, number: None

    # -- coming ---------------------------------------------------------------------------------

    def come(self, n: int) -> None:
        """``n`` people, who arrive by and by."""
        within = parse_span(self._rates.arrive.within)
        for number in range(n):
            rng = Random(f"{self._seed}/{number}")
            person = self._person(number, rng)
            self.people.append(person)
            span = DAY if rng.random() < self._rates.arrive.at_start else within
            drawn = self._began + rng.randrange(max(span, 1))
            at = self._days.awake(drawn, self._rates.talk.hours, rng, drawn)
            self._agenda.put(at, lambda person=person: self._arrive(person))  # type: ignore[misc]

    def _person(self, number: int, rng: Random) -> Person:
        talk = self._rates.talk
        place = rng.choices(self._places, self._weights)[0]
        # mean 1: all alike, or as unlike as waiting times are
        often = 1 - talk.spread + talk.spread * rng.expovariate(1)
        return Person(
            self._stage.newcomer(NAMES[number % len(NAMES)]),
            place,
            rng,
            rng.choice(place.kf) if place.kf else "",
            talk.month * often / MONTH,
            number,
        )

    def _arrive(self, who: Person) -> None:
        if who.arrived:
            return
        who.arrived = True
        self._befriend(who, who.place.account)
        who.clock = self._now()
        self.arrived(who, who.number)
        self._next_talk(who)
        for name in ACTS:
            self._next_act(who, name)
        others = [
            p.account
            for p in self._places
            if p.persona == who.place.persona and p.account != who.place.account
        ]
        if others and who.rng.random() < self._rates.arrive.second:
            other = who.rng.choice(others)
            self._agenda.put(self._later(who, 10 * DAY), lambda: self._befriend(who, other))

    def _befriend(self, who: Person, account: str) -> None:
        try:
            self._stage.befriend(who.id, account)
        except Refused:
            return
        who.friend = True
        self._count("added")

    # -- talking --------------------------------------------------------------------------------

    def _next_talk(self, who: Person) -> None:
        if who.pace and who.kf:
            who.clock += who.rng.expovariate(who.pace)
            at = self._days.awake(int(who.clock), self._rates.talk.hours, who.rng, self._now())
            self._agenda.put(at, lambda: self._talk(who))

    def _talk(self, who: Person) -> None:
        self._next_talk(who)
        if not who.friend or self._now() < who.silent_until:
            return
        say, words = self._rates.say, self._rates.words
        about = who.rng.choices(("ask", "chat", "complain"), (say.ask, say.chat, say.complain))[0]
        n = who.rng.choices(range(1, len(self._rates.talk.length) + 1), self._rates.talk.length)[0]
        asks = self._asks.get(who.place.persona) or words.chat
        last = who.rng.choice({"ask": asks, "chat": words.chat, "complain": words.complain}[about])
        lines = [who.rng.choice(words.open), *(who.rng.choice(asks) for _ in range(n - 2))]
        for line in [*lines[: n - 1], last]:
            self.say(who, line)
        self._count("talks")
        if about == "complain":
            self._count("complaints")

    def say(self, who: Person, text: str) -> None:
        """He writes to the kf account that he knows."""
        if who.kf:
            self._stage.write(who.id, who.kf, text)
            self._count("inbound")

    def photo(self, who: Person) -> None:
        """He sends a picture there."""
        if who.kf:
            self._stage.photo(who.id, who.kf)
            self._count("inbound")

    # -- now and then ---------------------------------------------------------------------------

    def _next_act(self, who: Person, name: str) -> None:
        rate = float(getattr(self._rates.acts, name))
        if rate:
            drawn = self._now() + int(who.rng.expovariate(rate / MONTH))
            at = self._days.awake(drawn, self._rates.talk.hours, who.rng, self._now())
            self._agenda.put(at, lambda: self._act(who, name))

    def _act(self, who: Person, name: str) -> None:
        self._next_act(who, name)
        try:
            if ACTS[name](self, who):
                self._count(name)
        except Refused:
            return

    def _buy(self, who: Person) -> bool:
        if who.friend:
            self._agenda.put(self._now(), lambda: self._sell(who.id))
        if who.friend and self._rates.buy.tag:
            self._stage.tag(who.place.account, who.id, self._rates.buy.tag)
        return who.friend

    def _fall_silent(self, who: Person) -> bool:
        who.silent_until = self._now() + int(who.rng.expovariate(1 / self._silence))
        return True

    def _opt_out(self, who: Person) -> bool:
        return self._wishes(who, self._rates.words.opt_out, opted_out=True)

    def _fewer(self, who: Person) -> bool:
        return self._wishes(who, self._rates.words.fewer, opted_out=who.opted_out)

    def _opt_in(self, who: Person) -> bool:
        return who.opted_out and self._wishes(who, self._rates.words.opt_in, opted_out=False)

    def _wishes(self, who: Person, words: Sequence[str], *, opted_out: bool) -> bool:
        if not who.friend or not who.kf:
            return False
        self.say(who, who.rng.choice(words))
        who.opted_out = opted_out
        return True

    def _invite(self, who: Person) -> bool:
        away = next((p for p in self.people if not p.arrived), None)
        if away is None or not who.friend:
            return False
        away.place, away.kf = who.place, who.kf
        self._agenda.put(self._later(who, 2 * HOUR), lambda: self._arrive(away))
        return True

    def _join(self, who: Person) -> bool:
        if who.group or not who.friend or not who.place.groups:
            return False
        group = min(who.place.groups, key=lambda name: self.in_groups[name])
        self._stage.join(who.id, group)
        who.group = group
        self.in_groups[group] += 1
        return True

    def _leave(self, who: Person) -> bool:
        if not who.group:
            return False
        self._stage.leave(who.id, who.group)
        self.in_groups[who.group] -= 1
        who.group = ""
        return True

    def _delete(self, who: Person) -> bool:
        if who.friend:
            who.friend = False
            self._stage.unfriend(who.id, who.place.account)
            return True
        return False

    def _come_back(self, who: Person) -> bool:
        if who.friend:
            return False
        self._stage.befriend(who.id, who.place.account)
        who.friend = True
        return True

    def _later(self, who: Person, span: int) -> int:
        at = self._now() + who.rng.randrange(span)
        return self._days.awake(at, self._rates.talk.hours, who.rng, self._now())

    def _count(self, name: str) -> None:
        self.done[(self._now() - self._began) // DAY, name] += 1


ACTS: Mapping[str, Callable[[Crowd, Person], bool]] = {
    "buy": Crowd._buy, "fall_silent": Crowd._fall_silent, "opt_out": Crowd._opt_out,
    "fewer": Crowd._fewer, "opt_in": Crowd._opt_in, "invite": Crowd._invite, "join": Crowd._join,
    "leave": Crowd._leave, "delete": Crowd._delete, "come_back": Crowd._come_back,
}  # fmt: skip
