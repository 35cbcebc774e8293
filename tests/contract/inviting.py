"""A random world of invitations, and who invited whom in it, worked out without the product.

The oracle goes over all claims of the world in one order of time, with plain lists; the product
goes person by person, with what the database tells it of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from random import Random

from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.event import Event, Happened
from bot.members.terms import Terms
from bot.store import codes, people, terms
from bot.store.codes import Purpose
from bot.store.engine import Tx
from tests.contract.conftest import NOW

TERMS = Terms(window=20 * DAY, grace=DAY, burst=4, burst_in=HOUR, hold=15 * DAY, rate=500,
              rates={"茶叶": 850})  # fmt: skip
Pair = tuple[str, str]


@dataclass(kw_only=True)
class World:
    """``code_of``: owner ('' = the campaign's own) by code; ``until``: when a code ended;
    ``person``: who an id is."""

    members: Sequence[str]
    person: Mapping[str, str]
    code_of: dict[str, str] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)


def world(n: int, seed: int) -> World:
    """``n`` members over 90 days: each fourth has a code, each twentieth is the same person as
    another one, and codes are named rightly and wrongly."""
    rng = Random(seed)
    members = [f"wm{i:05d}" for i in range(n)]
    made = World(members=members, person={m: members[i - 7] if i % 20 == 19 else m
                                          for i, m in enumerate(members)})  # fmt: skip
    rng_codes = [*members[::4], ""]
    made.code_of = {codes.letters.made((owner, "", "", "" if owner else "spring")): owner
                    for owner in rng_codes}  # fmt: skip
    made.until = {code: NOW - 45 * DAY for code in sorted(made.code_of)[::9]}
    words = sorted(made.code_of)
    for i, member in enumerate(members):
        _come(made, rng, member, NOW - 90 * DAY + i * 90 * DAY // n, words, i)
    rng.shuffle(made.events)
    return made


def _come(made: World, rng: Random, member: str, at: int, words: Sequence[str], i: int) -> None:
    """What one member does: he comes, mostly by a code of somebody near him, and names others."""

    def one() -> str:
        near = rng.choice(made.members[max(0, i - 40) : i + 8])
        mine = codes.letters.made((near, "", "", ""))
        return mine if mine in made.code_of else rng.choice(words)

    if i % 50 in range(20, 29):  # a crowd, all by one code within minutes
        at = NOW - 90 * DAY + (i - i % 50 + 20) * 90 * DAY // len(made.members) + i * MINUTE // 20
        code = codes.letters.made((made.members[i - i % 50], "", "", ""))
        made.events.append(_event(Happened.ADDED, member, at, which=code, account="lin.xi"))
        return
    came = one() if rng.random() < 0.6 else rng.choice(("poster", "", "spring-fair"))
    add = made.events.append
    add(_event(Happened.ADDED, member, at, which=came, account="lin.xi"))
    if rng.random() < 0.3:
        add(_event(Happened.INVITED, member, at + rng.randrange(-30 * DAY, 3 * DAY), which=one()))
    if rng.random() < 0.2:
        add(_event(Happened.JOINED, member, at + rng.randrange(2 * DAY), which=one(), place="wr1"))
    if rng.random() < 0.05:
        add(_event(Happened.INVITED, member, at + MINUTE, which="乱写的"))
    if rng.random() < 0.1:
        add(_event(Happened.INVITED, member, at + 2 * MINUTE,
                   which=codes.letters.made((member, "", "", ""))))  # fmt: skip
    if rng.random() < 0.03:
        add(_event(Happened.IMPORTED, member, at - 40 * DAY))
    for _ in range(rng.choice((0, 0, 1, 3))):
        made.events += _bought(rng, member, at + rng.randrange(-5 * DAY, 40 * DAY),
                               one() if rng.random() < 0.2 else "")  # fmt: skip
    if i % 8 == 0:
        made.events += _role(rng, member, at)


def _event(kind: Happened, member: str, at: int, **more: str) -> Event:
    told = "/".join([kind.value, member, str(at), *more.values()])
    return Event(kind=kind, at=at, dedupe=told, member=member, **more)  # type: ignore[arg-type]


def _bought(rng: Random, member: str, at: int, code: str) -> Iterator[Event]:
    """An order, sometimes given back in one part or two, or called off."""
    place, cents = f"o{member}-{rng.randrange(10**9)}", rng.randrange(1, 50_000)
    named = {"place": place, "member": member}
    yield Event(kind=Happened.ORDERED, at=at, dedupe=f"order/{place}", amount=cents,
                which=rng.choice(("茶叶", "茶具")), data={"code": code} if code else {},
                **named)  # fmt: skip
    for part in range(rng.choice((0, 0, 0, 1, 2))):
        yield Event(kind=Happened.REFUNDED, at=at + (part + 1) * DAY, amount=cents // 2,
                    dedupe=f"back/{place}/{part}", **named)  # fmt: skip
    if rng.random() < 0.1:
        yield Event(kind=Happened.CALLED_OFF, at=at + HOUR, dedupe=f"off/{place}", **named)


def _role(rng: Random, member: str, at: int) -> Iterator[Event]:
    """A KOC from some day on, some of them to a day."""
    told = {"member": member, "which": "koc", "place": "tea"}
    since, until = at + rng.randrange(10 * DAY), at + rng.randrange(20, 30) * DAY
    ends = rng.randrange(3)
    yield Event(kind=Happened.ROLE, at=since, dedupe=f"role/{member}",
                data={"until": until} if ends == 1 else {}, **told)  # fmt: skip
    if ends == 2:
        yield Event(kind=Happened.UNROLE, at=until, dedupe=f"unrole/{member}", **told)


def settle(tx: Tx, made: World) -> None:
    """Members, terms and codes, before anything happens."""
    terms.adopt(tx, TERMS, NOW - 400 * DAY)
    for member in made.members:
        people.ensure_member(tx, member, NOW - 400 * DAY)
    for code, owner in made.code_of.items():
        purpose = Purpose(owner=owner, campaign="" if owner else "spring")
        assert codes.make(tx, purpose, NOW - 400 * DAY, until=made.until.get(code)).code == code


def expected(made: World) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """(inviter by invited person, '' for a campaign's code; verdict by claim by person)."""
    came: dict[str, int] = {}
    claims: list[tuple[int, str, str, str, Event]] = []
    for event in made.events:
        who = made.person[event.member]
        if event.kind is not Happened.INVITED:
            came[who] = min(came.get(who, event.at), event.at)
        named = event.data.get("code") or ("" if event.kind is Happened.ORDERED else event.which)
        if named in made.code_of or event.kind is Happened.INVITED:
            claims.append((event.at, event.dedupe, who, named, event))
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    seen: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    last: dict[str, Pair] = {}
    for at, dedupe, who, named, event in sorted(claims, key=lambda one: one[:2]):
        owner = made.code_of.get(named)
        inviter = made.person.get(owner or "", owner)
        recent = {w for when, w in seen[inviter or ""] if at - HOUR < when and w != who}
        said[who][dedupe] = _verdict(at, named, who, inviter, came, len(recent), made)
        if inviter and event.kind is not Happened.ORDERED:
            seen[inviter].append((at, who))
        if said[who][dedupe] == "taken":
            if who in last:
                said[who][last[who][0]] = "replaced"
            last[who] = (dedupe, inviter or "")
    return {who: inviter for who, (_, inviter) in last.items()}, said


def _verdict(
    at: int, named: str, who: str, inviter: str | None, came: Mapping[str, int], recent: int,
    made: World,
) -> str:  # fmt: skip
    rules = (
        ("unknown", inviter is None),
        ("expired", at >= made.until.get(named, NOW * 2)),
        ("self", inviter == who),
        ("waiting", who not in came),
        ("old", at - came.get(who, at) > DAY),
        ("stale", came.get(who, at) - at > 20 * DAY),
        ("loop", bool(inviter) and inviter in came
         and [came[str(inviter)], inviter] > [came.get(who, at), who]),
        ("burst", bool(inviter) and recent >= 4),
    )  # fmt: skip
    return next((name for name, holds in rules if holds), "taken")


def commissions(made: World) -> dict[str, tuple[str, int, int]]:
    """(for whom it counts, earned and net cents) by order, of those that count for somebody."""
    named, roles, back, off = _ledgers(made.events)
    found = {}
    for order in (one for one in made.events if one.kind is Happened.ORDERED):
        who = made.person[order.member]
        fits = [(event.at, event.dedupe, code) for event, code in named
                if made.person[event.member] == who and code in made.code_of
                and event.at < made.until.get(code, NOW * 2)
                and made.person.get(made.code_of[code], "") != who
                and order.at - 20 * DAY <= event.at <= order.at]  # fmt: skip
        owner = made.person.get(made.code_of[max(fits)[2]], "") if fits else ""
        if not owner:
            continue
        koc = any(since <= order.at < until for member, since, until in roles
                  if made.person[member] == owner)  # fmt: skip
        rate = Fraction(85 if order.which == "茶叶" else 50, 1_000) * koc
        left = 0 if order.place in off else max(order.amount - back[order.place], 0)
        found[order.place] = (owner, floor(order.amount * rate + Fraction(1, 2)),
                              floor(left * rate + Fraction(1, 2)))  # fmt: skip
    return found


def _ledgers(found: Sequence[Event]) -> tuple[
    list[tuple[Event, str]], list[tuple[str, int, int]], defaultdict[str, int], set[str]
]:  # fmt: skip
    """Codes named; (member, since, until) of roles; cents given back by order; orders called off."""
    named: list[tuple[Event, str]] = []
    roles: dict[str, tuple[str, int, int]] = {}
    back: defaultdict[str, int] = defaultdict(int)
    for event in found:
        code = event.data.get("code") or event.which
        if event.kind in (Happened.ADDED, Happened.JOINED, Happened.INVITED, Happened.ORDERED):
            named.append((event, str(code)))
        if event.kind is Happened.REFUNDED:
            back[event.place] += event.amount
        if event.kind is Happened.ROLE:
            roles[event.member] = (event.member, event.at, event.data.get("until", NOW * 2))
    for event in (one for one in found if one.kind is Happened.UNROLE):
        member, since, _ = roles[event.member]
        roles[member] = (member, since, event.at)
    off = {one.place for one in found if one.kind is Happened.CALLED_OFF}
    return named, list(roles.values()), back, off
