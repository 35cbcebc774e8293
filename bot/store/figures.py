"""The figures of some days: sums that were made beforehand, and the running day counted now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.clock import HOUR, SECOND
from bot.store import talks
from bot.store.engine import Row, Tx
from bot.store.figures_count import by, count, percentile, step_of
from bot.store.figures_making import day_after, day_of
from bot.store.figures_talk import Counts, Key, Stretch


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """What is looked at; empty is everything."""

    persona: str = ""
    channel: str = ""
    account: str = ""
    person: str = ""

    def fits(self, key: Key) -> bool:
        """True for what belongs to it."""
        return all(wanted in ("", given) for wanted, given in (
            (self.persona, key.persona), (self.channel, key.channel),
            (self.account, key.account), (self.person, key.person)))  # fmt: skip


@dataclass(slots=True)
class Line:
    """The numbers of one row of a table: a day, a persona, an account, a person, or all."""

    counts: Counter[str] = field(default_factory=Counter)
    sides: Counter[str] = field(default_factory=Counter)
    waits: dict[str, Counter[int]] = field(default_factory=dict)

    def add(self, name: str, person: str, code: str, n: int) -> None:
        """One sum."""
        if name == "first" and code:
            side = "staff" if by(person) == "staff" else "bot"
            self.waits.setdefault(side, Counter())[int(code)] += n
        if name == "first":
            self.sides[by(person)] += n
        self.counts[name] += n

    @property
    def rating(self) -> float | None:
        """What members gave, 1 to 5, on average; None when nobody did."""
        return self.counts["score"] / self.counts["rated"] if self.counts["rated"] else None

    @property
    def per_hour(self) -> float | None:
        """Customers that a person handled in an hour of his work; None when nobody worked."""
        time = self.counts["staffed"]
        return self.counts["handled"] * HOUR / SECOND / time if time else None

    @property
    def session(self) -> float | None:
        """How long a session lasted on average, ms; None without any."""
        return self.counts["spoken"] / self.counts["sessions"] if self.counts["sessions"] else None

    def within(self, target: int) -> float | None:
        """The share of first answers that took no longer, ms; None without any."""
        waits = Counter[int]()
        for side in self.waits.values():
            waits += side
        most = step_of(target)
        soon = sum(n for wait, n in waits.items() if wait <= most)
        return soon / waits.total() if target and waits else None

    def wait(self, side: str, share: float) -> int | None:
        """A percentile of the waits for a first answer, ms: of ``bot`` (with the model) or
        ``staff``; None without any."""
        return percentile(self.waits.get(side, {}), share)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Figures of the days from ``since`` until before ``until``. ``missing``: days among them, and
    ``of`` all days with rows, that are not summed up yet and are left out."""

    days: Mapping[int, Line]
    whole: Line
    keys: Counts
    missing: int
    of: int

    def lines(self, *parts: str) -> dict[tuple[str, ...], Line]:
        """The same by some parts of a key, as ``("persona",)`` or ``("channel", "account")``."""
        found: dict[tuple[str, ...], Line] = {}
        for key, n in self.keys.items():
            name = tuple(str(getattr(key, part)) for part in parts)
            found.setdefault(name, Line()).add(key.name, key.person, key.code, n)
        return found

    def reasons(self) -> Counter[str]:
        """Hand-offs by their code."""
        found: Counter[str] = Counter()
        for key, n in self.keys.items():
            if key.name == "handoff":
                found[key.code] += n
        return found


def report(tx: Tx, since: int, until: int, now: int, zone: str, chosen: Chosen) -> Report:
    """Figures of local days; ``since`` and ``until`` are the begins of days."""
    keys: Counts = Counter()
    days = {day: Line() for day in days_of(since, min(until, now + 1), zone)}
    for row in tx.rows("figure_totals", since=since, until=until):
        n = row.pop("n")
        _keep(keys, Key(**row), n, chosen)
    for row in tx.rows("figure_daily", since=since, until=until, persona=chosen.persona,
                       channel=chosen.channel, account=chosen.account,
                       person=chosen.person):  # fmt: skip
        day = days[day_of(row["begins"], zone)]
        day.add(row["name"], row["side"], row["code"], int(row["n"]))
    for row in tx.rows("figure_ratings", since=since, until=until):
        _rated(keys, days[day_of(row["begins"], zone)], row, chosen)
    today = day_of(now, zone)
    have = tx.rows("figure_pieces", since=min(since, day_after(today, zone, -1)), until=now)
    for stretch in _running(have, today, now, zone):
        for key, n in count(tx, stretch).items():
            if stretch.day in days and _keep(keys, key, n, chosen):
                days[stretch.day].add(key.name, key.person, key.code, n)
    whole = Line()
    for key, n in keys.items():
        whole.add(key.name, key.person, key.code, n)
    missing, of = _missing(tx, have, since, min(until, today), zone)
    return Report(days=days, whole=whole, keys=keys, missing=missing, of=of)


def _rated(keys: Counts, day: Line, row: Row, chosen: Chosen) -> None:
    """Ratings are few, and given up to two days later: they are read as they are."""
    key = Key(row["persona"], row["channel"], row["account"], row["person"], "rated", "")
    for part, n in ((key, row["n"]), (key._replace(name="score"), row["score"])):
        if _keep(keys, part, n, chosen):
            day.add(part.name, part.person, "", int(n))


def _keep(keys: Counts, key: Key, n: int, chosen: Chosen) -> bool:
    if chosen.fits(key):
        keys[key] += int(n)
        return True
    return False


def days_of(since: int, until: int, zone: str) -> Iterator[int]:
    """The local days that begin from ``since`` on and before ``until``."""
    day = since
    while day < until:
        yield day
        day = day_after(day, zone)


def _running(have: Sequence[Row], today: int, now: int, zone: str) -> Iterator[Stretch]:
    """What no piece covers: of the day that runs, and of the day before, once there are pieces."""
    yesterday = day_after(today, zone, -1)
    if any(yesterday <= row["begins"] < today for row in have):
        yield from _gaps(have, yesterday, today)
    yield from _gaps(have, today, now + 1)


def _gaps(have: Sequence[Row], day: int, until: int) -> Iterator[Stretch]:
    at = day
    for row in have:
        if day <= row["begins"] < until:
            if row["begins"] > at:
                yield Stretch(at, row["begins"], day)
            at = row["ends"]
    if at < until:
        yield Stretch(at, until, day)


def _missing(tx: Tx, have: Sequence[Row], since: int, today: int, zone: str) -> tuple[int, int]:
    """Days with rows that have no piece yet, and all days with rows."""
    oldest = tx.row("figure_oldest") or {}
    known = [at for at in (oldest.get("heard"), oldest.get("said")) if at is not None]
    first = day_of(min(known), zone) if known else today
    there = {day_of(row["begins"], zone) for row in have}
    wanted = list(days_of(max(since, first), today, zone))
    return sum(day not in there for day in wanted), len(wanted)


def personas(tx: Tx) -> list[str]:
    """Personas that have figures."""
    return [row["persona"] for row in tx.rows("figure_personas") if row["persona"]]


def accounts(tx: Tx) -> list[str]:
    """Accounts that have conversations, as ``channel:account``."""
    return [f"{one.channel}:{one.account}" for one in talks.accounts(tx)]
