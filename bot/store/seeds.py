"""Asking members to be seed users, and their answers. Each is an event; what colleagues do is a row
of the audit, too. Who says yes holds a role until its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.community.rules import Community
from bot.community.seeding import ACCEPTED, ASKED, DECLINED, ENDED, ROUND, Round, State
from bot.core.clock import local
from bot.core.event import Event, Happened
from bot.core.span import parse_span
from bot.store import (
    audit,
    circles,
    circling,
    events,
    happened,
    people,
    persons,
    projections,
    seedlists,
    stays,
)
from bot.store.answers import Who
from bot.store.engine import Row, Tx
from bot.store.seedlists import SeedRefused

TOLD = "seed_asked"  # the happening by which he hears of it
Answered = Literal["accepted", "declined", "already", "late", "none"]
SAID: Mapping[Answered, str] = {
    "accepted": "说定了。到 {until} 为止你是种子用户，新品先给你试，接任务的地方也给你开了。",
    "declined": "好，明白了，不打扰。还是照旧来喝茶。",
    "already": "这件事你已经答过了，我记着呢。",
    "late": "这份邀请过了日子，谢谢你还记着。下回有名额我再来问你。",
    "none": "这会儿没有要你答复的邀请。",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of an answer, and what the member reads."""

    state: Answered
    words: str
    ends_at: int | None = None

    @property
    def ok(self) -> bool:
        """True when it is recorded, now or before."""
        return self.state in ("accepted", "declined", "already")


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How somebody stands to a circle. ``until``: how long he may answer; ``ends_at``: when he is
    none any more."""

    circle: str
    state: State
    asked_at: int
    until: int
    answered_at: int | None
    ends_at: int | None


def standing_of(tx: Tx, member: str, now: int) -> list[Standing]:
    """One person's latest invitation in each circle where he was asked, the latest first."""
    latest = {one.circle: one for one in _rounds(tx, _stays(tx, member))}
    found = [Standing(circle=one.circle, state=one.at(now), asked_at=one.asked_at, until=one.until,
                      answered_at=one.answered_at, ends_at=one.ends_at)
             for one in latest.values()]  # fmt: skip
    return sorted(found, key=lambda one: (-one.asked_at, one.circle))


def rounds(tx: Tx, circle: str, n: int = 1_000) -> list[Row]:
    """Invitations in a circle, the latest first."""
    return tx.rows("seeds_in", circle=circle, n=n)


def round_of(row: Row) -> Round:
    """The invitation that a row holds."""
    return Round(**{name: row[name] for name in Round.__slots__})


def ask(
    tx: Tx, rules: Community, list: str, member: str, now: int, *, actor: str, why: str = ""
) -> Round:  # fmt: skip
    """He is asked, and the flows that wait for it tell him. Raises SeedRefused.

    He stands on that list; who lacks a condition is asked only with a reason.
    """
    wanted, row = rules.seeds, seedlists.get(tx, list)
    if wanted is None or row is None or row["circle"] != rules.circle:
        raise SeedRefused("list", f"{rules.circle} has no list {list!r}")
    person = _hold(tx, member, now)
    line = next((one for one in seedlists.lines(tx, list) if one.member == person), None)
    if line is None:
        raise SeedRefused("missing", f"{member} does not stand on {list}")
    if not line.place and not why.strip():
        raise SeedRefused("lacks", f"{member} lacks a condition; say why he is asked")
    _free(tx, rules, person, now)
    made = Event(kind=Happened.SEED, at=now, member=person, place=rules.circle, which=ASKED,
                 dedupe=f"seed/{rules.circle}/{person}/{now}/0-asked",
                 data={"list": list, "until": now + parse_span(wanted.answer), "by": actor,
                       "why": why})  # fmt: skip
    events.record(tx, [made], now)
    audit.record(tx, [audit.note("member", person, "seed_asked", at=now, actor=actor,
                                 reason=why or list, after=f"seed/{rules.circle}")])  # fmt: skip
    happened.tell(tx, TOLD, made.dedupe, person, now, which=rules.circle, persona=rules.persona)
    return next(one for one in _rounds(tx, person) if one.event == made.dedupe)


def answer(tx: Tx, rules: Community, who: Who, yes: bool, now: int) -> Reply:
    """He says yes or no to the invitation that stands. While it stands he may still say yes."""
    person = _hold(tx, who.member, now)
    latest = _latest(tx, rules.circle, person)
    state = latest.at(now) if latest else None
    if latest is None or rules.seeds is None:
        return _said("none")
    if state == "silent" or (state == DECLINED and now >= latest.until):
        return _said("late")
    if state in (ACCEPTED, ENDED) or (state == DECLINED and not yes):
        return _said("already")
    ends = now + parse_span(rules.seeds.lasts)
    if not yes:
        _tell(tx, latest, DECLINED, now, who=who)
        return _said("declined")
    _tell(tx, latest, ACCEPTED, now, who=who, ends=ends)
    _role(tx, rules, person, ends, now)
    return _said("accepted", ends, rules.zone)


def end(tx: Tx, rules: Community, member: str, now: int, *, why: str, actor: str) -> None:
    """He is a seed user no more, and so is his role over. Raises SeedRefused."""
    person = _hold(tx, member, now)
    latest = _latest(tx, rules.circle, person)
    if latest is None or latest.at(now) != ACCEPTED:
        raise SeedRefused("none", f"{member} is no seed user of {rules.circle}")
    if not why.strip():
        raise SeedRefused("why", "say why")
    _tell(tx, latest, ENDED, now, who=Who(member=person, zone=rules.zone), by=actor, why=why)
    audit.record(tx, [audit.note("member", person, "seed_ended", at=now, actor=actor, reason=why,
                                 before=f"seed/{rules.circle}")])  # fmt: skip
    role = rules.seeds.role if rules.seeds else "seed"
    if any(row["ends"] == latest.ends_at for row in _held(tx, rules, person)):
        circling.revoke(tx, role, rules.circle, person, now, actor=actor)


def _said(state: Answered, ends: int | None = None, zone: str = "UTC") -> Reply:
    day = local(ends, zone).strftime("%Y-%m-%d") if ends else ""
    return Reply(state, SAID[state].format(until=day), ends)


def _free(tx: Tx, rules: Community, person: str, now: int) -> None:
    """Raises SeedRefused when he may not be asked now."""
    if not stays.inside(tx, "circle", rules.circle, person):
        raise SeedRefused("outside", f"{person} is not in {rules.circle}")
    latest = _latest(tx, rules.circle, person)
    if latest is None or rules.seeds is None:
        return
    state = latest.at(now)
    if state == ASKED:
        raise SeedRefused("asked", f"{person} is asked already")
    if state == ACCEPTED:
        raise SeedRefused("seed", f"{person} is a seed user already")
    if state != ENDED and now < latest.asked_at + parse_span(rules.seeds.again):
        why = f"{person} did not want to; not again within {rules.seeds.again}"
        raise SeedRefused("again", why)


def _role(tx: Tx, rules: Community, person: str, ends: int, now: int) -> None:
    """He holds the role from now on; one that he holds for longer stays as it is."""
    assert rules.seeds is not None  # who may answer was asked by rules that have some
    longer = any(row["ends"] is None or row["ends"] >= ends for row in _held(tx, rules, person))
    if not longer:
        circling.grant(tx, rules.seeds.role, rules.circle, person, now, actor="member", until=ends,
                       owner=rules.seeds.owner)  # fmt: skip


def _held(tx: Tx, rules: Community, person: str) -> list[Row]:
    role = rules.seeds.role if rules.seeds else "seed"
    wanted = (role, rules.circle, None)
    return [row for row in circles.roles_of(tx, person)
            if (row["role"], row["circle"], row["until"]) == wanted]  # fmt: skip


def _tell(tx: Tx, latest: Round, which: str, now: int, *, who: Who, **data: Any) -> None:
    """Later words of one invitation stay behind earlier ones, also within a millisecond."""
    no = 1 if which != ENDED else 2
    events.record(tx, [Event(
        kind=Happened.SEED, at=now, dedupe=f"{latest.event.removesuffix('/0-asked')}/{no}-{which}",
        member=who.member, channel=who.channel, account=who.account, persona=who.persona,
        place=latest.circle, which=which, data={ROUND: latest.event, **data})], now)  # fmt: skip


def _hold(tx: Tx, member: str, now: int) -> str:
    people.ensure_member(tx, member, now)
    projections.hold(tx, [member])
    return _stays(tx, member)


def _stays(tx: Tx, member: str) -> str:
    return persons.person_of(tx, [member])[member]


def _rounds(tx: Tx, person: str) -> list[Round]:
    return [round_of(row) for row in tx.rows("seeds_of", members=[person])]


def _latest(tx: Tx, circle: str, person: str) -> Round | None:
    return next((one for one in reversed(_rounds(tx, person)) if one.circle == circle), None)
