"""Dated lists of who meets the conditions for seed users, each number with its evidence."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.community import seeds as pure
from bot.community.matching import WHEN
from bot.community.rules import Community
from bot.community.seeds import Judged, Person, Proof, Seeds
from bot.core.clock import to_ms
from bot.core.errors import OneVoiceError
from bot.core.event import Happened
from bot.store import audit, codec, community, communityterms, persons
from bot.store.engine import Row, Tx

PAGE = 200  # persons
FITS_MAX, NEAR_MAX = 500, 50  # lines that a list keeps, of who fits and of who lacks one condition
_ALWAYS = frozenset({Happened.JUDGED, Happened.STRUCK, Happened.ENTERED})


class SeedRefused(OneVoiceError):
    """It cannot be done; the message says why, and ``code`` where other words are wanted."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """One person, what he comes to, and which he is among those who fit (from 1; 0: does not)."""

    member: str
    judged: Judged
    place: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """A list before it is kept. ``looked``: how many were in the circle; ``fits``: how many meet
    all conditions, more than ``people`` may hold."""

    rules: Community
    day: date
    at: int
    looked: int
    fits: int
    people: tuple[Found, ...]

    @property
    def id(self) -> str:
        """What the list is called."""
        return f"{self.rules.circle}@{self.day.isoformat()}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One person on a list. ``member``: who he is now; ``id``: as he was called then."""

    id: str
    member: str
    name: str
    place: int
    judged: Judged


def look(tx: Tx, rules: Community, day: date, now: int) -> Looked:
    """Who meets the conditions by what happened before this local day; nothing is written. Raises
    SeedRefused when the circle has no conditions, or the day has not begun."""
    wanted = rules.seeds
    if wanted is None:
        raise SeedRefused("rules", f"{rules.circle} has no [seeds]")
    at = to_ms(datetime.combine(day, time(), ZoneInfo(rules.zone)))
    if at > now:
        raise SeedRefused("early", f"{day} has not begun")
    looked, found = 0, list[Found]()
    for page in _pages(tx, rules.circle, at):
        looked += len(page)
        found += [one for one in _judged(tx, rules, wanted, page, at) if one.judged.met > 1]
    fits = [one for one in found if one.judged.fits]
    near = [one for one in found if not one.judged.fits]
    people = [Found(one.member, one.judged, n) for n, one in enumerate(_first(fits, FITS_MAX), 1)]
    return Looked(rules=rules, day=day, at=at, looked=looked, fits=len(fits),
                  people=(*people, *_first(near, NEAR_MAX)))  # fmt: skip


def _first(found: Sequence[Found], n: int) -> list[Found]:
    return heapq.nsmallest(n, found, key=lambda one: (one.judged.order, one.member))


def _pages(tx: Tx, circle: str, at: int) -> Iterator[dict[str, int]]:
    """Who was in the circle then, and since when, a page at a time."""
    after = ""
    while rows := tx.rows("seed_candidates", circle=circle, at=at, after=after, n=PAGE):
        yield {row["member"]: int(row["since"]) for row in rows}
        after = rows[-1]["member"]


def _judged(
    tx: Tx, rules: Community, wanted: Seeds, since: dict[str, int], at: int
) -> Iterator[Found]:  # fmt: skip
    ids = persons.all_of(tx, list(since))
    told = community.told_of(tx, ids, kinds_of(wanted), at)
    for member, came in since.items():
        one = Person(events=told.get(member, ()), since=came)
        yield Found(member, pure.judge(wanted, rules.circle, rules.zone, one, at))


def kinds_of(wanted: Seeds) -> frozenset[Happened]:
    """The events that the conditions are about."""
    kinds = {WHEN[one][0] for one in (*wanted.active.when, *wanted.quality.when)}
    if wanted.loyal.orders:
        kinds.add(Happened.ORDERED)
    if wanted.loyal.brought:
        kinds.add(Happened.INVITED)
    return _ALWAYS | kinds


def keep(tx: Tx, found: Looked, now: int, actor: str) -> bool:
    """The list stands from now on; False when one of that circle and day did."""
    criteria = codec.to_json(asdict(found.rules.seeds) if found.rules.seeds else {})
    made = tx.run("seed_list_add", id=found.id, circle=found.rules.circle,
                  day=found.day.isoformat(), at=found.at, zone=found.rules.zone,
                  version=found.rules.version, criteria=criteria, looked=found.looked,
                  fits=found.fits, made_at=now, made_by=actor)  # fmt: skip
    if not made:
        return False
    tx.many("seed_line_add", [
        {"list": found.id, "member": one.member, "place": one.place, "met": one.judged.met,
         "evidence": codec.to_json({"proofs": [asdict(each) for each in one.judged.proofs]})}
        for one in found.people
    ])  # fmt: skip
    audit.record(tx, [audit.note("seed_list", found.id, "listed", at=now, actor=actor,
                                 after=f"{found.fits}/{found.looked}")])  # fmt: skip
    return True


def get(tx: Tx, id: str) -> Row | None:
    """A list, with ``criteria`` decoded."""
    row = tx.row("seed_list_get", id=id)
    return row | {"criteria": codec.from_json(row["criteria"])} if row else None


def of(tx: Tx, circle: str | None = None, n: int = 50) -> list[Row]:
    """Lists of a circle, or of all, the latest first."""
    return [row | {"criteria": codec.from_json(row["criteria"])}
            for row in tx.rows("seed_lists", circle=circle, n=n)]  # fmt: skip


def lines(tx: Tx, id: str) -> list[Line]:
    """Whom a list names: those who fit, the first first, then those who lack one condition."""
    return [_line(row) for row in tx.rows("seed_lines", list=id)]


def _line(row: Row) -> Line:
    proofs = tuple(_proof(one) for one in codec.from_json(row["evidence"]).get("proofs", ()))
    return Line(id=row["id"], member=row["member"], name=row["name"] or "", place=row["place"],
                judged=Judged(proofs))  # fmt: skip


def _proof(one: dict[str, Any]) -> Proof:
    return Proof(what=one["what"], wanted=one["wanted"], found=one["found"],
                 events=tuple(one["events"]))  # fmt: skip


def again(tx: Tx, list: Row, now: int) -> Looked | None:
    """The same list worked out a second time, by the rules that it was made by; None when these
    are gone."""
    rows = communityterms.all_of(tx)[list["circle"]].rows
    known = (one for _, one in rows if one is not None and one.version == list["version"])
    made = next(known, None)
    return look(tx, made, date.fromisoformat(list["day"]), now) if made else None


def differs(lines: Sequence[Line], found: Looked) -> list[str]:
    """Persons of whom a list says something else than what is found now."""
    was = {one.id: one.judged for one in lines}
    now = {one.member: one.judged for one in found.people}
    return sorted(one for one in was.keys() | now.keys() if was.get(one) != now.get(one))
