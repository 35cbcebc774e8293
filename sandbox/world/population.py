"""A generated population (`[population]` in a world file): customers, friends, tags, groups.

The same section gives the same people. They are not part of a snapshot: only what happened to them
is, so a world of a million costs no more to keep than what its people did.
"""

from __future__ import annotations

import gc
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import takewhile
from typing import Any, TypeVar

from sandbox.world.people import Customer, Group, GroupMember, Relation

MOST = 1_000_000
DAY_MS, DAYS = 86_400_000, 90
FIRST = "青绿白红乌茉桂雪云雨月星风竹松梅兰荷枫禾溪谷山石泉井窗灯舟桥"
SECOND = (
    "柚",
    "茶",
    "盏",
    "子",
    "小姐",
    "先生",
    "同学",
    "今天也喝茶",
    "不加糖",
    "Momo",
    "🍵",
    "ovo",
)
EVERY_SECOND, EVERY_STRANGER = 10, 20
TAG_SETS = 64
Record = TypeVar("Record", Customer, Relation, Group)


@dataclass(frozen=True, kw_only=True)
class Population:
    """How many people, and in how many customer groups of which size."""

    customers: int
    seed: int = 1
    groups: int = 0
    group_size: int = 20


@dataclass
class Drift:
    """Generated records that changed, by their keys."""

    customers: dict[str, Customer] = field(default_factory=dict)
    relations: dict[str, Relation] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)


class Noticed:
    """A record that writes itself into its log when it changes."""

    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        log, key = getattr(self, "log", None), getattr(self, "key", "")
        if log is not None:
            log[key] = self


class NoticedCustomer(Noticed, Customer):
    __slots__ = ()


class NoticedRelation(Noticed, Relation):
    __slots__ = ()


class NoticedGroup(Noticed, Group):
    __slots__ = ()


NOTICED = {Customer: NoticedCustomer, Relation: NoticedRelation, Group: NoticedGroup}


def notice(record: Record, log: dict[str, Record]) -> Record:
    """From now on the record's changes show in the log."""
    object.__setattr__(record, "log", log)
    object.__setattr__(record, "__class__", NOTICED[type(record)])
    return record


def later(records: Mapping[str, Record], drift: Mapping[str, Record]) -> dict[str, Record]:
    """What a snapshot needs: records after the generated ones, and generated ones that changed."""
    made = takewhile(lambda each: each[1].log is None, reversed(records.items()))  # type: ignore[call-overload]
    return dict(drift) | dict(list(made)[::-1])


def restored(
    born: Mapping[str, Record], kept: Mapping[str, Record], drift: dict[str, Record], gone: set[str]
) -> dict[str, Record]:
    """A generated part with what was kept laid over it."""
    found = {
        name: each for name, each in born.items() if each.log is not None and each.key not in gone
    }
    for name, each in kept.items():
        if name in found:
            drift[each.key] = notice(each, drift)
        found[name] = each
    return found


@dataclass(frozen=True)
class Made:
    """The records of a population."""

    customers: dict[str, Customer]
    relations: dict[str, dict[str, Relation]]
    groups: dict[str, Group]


def make(spec: Population, staff: list[str], tags: list[str], now: int, drift: Drift) -> Made:
    """Everybody; strings, tag sets and times are shared, or a million would not fit."""
    gc.disable()  # nothing becomes garbage here, and looking for it takes longer than the rest
    try:
        return _make(spec, staff, tags, now, drift)
    finally:
        gc.enable()


def _make(spec: Population, staff: list[str], tags: list[str], now: int, drift: Drift) -> Made:
    rng = random.Random(f"{spec.seed}:{spec.customers}:{len(staff)}:{len(tags)}")
    made = Made({}, {userid: {} for userid in staff}, {})
    names = [first + second for first in FIRST for second in SECOND]
    sets = [tuple(rng.sample(tags, min(len(tags), place % 4))) for place in range(TAG_SETS)]
    times = [now - day * DAY_MS for day in range(1, DAYS + 1)]
    for place in range(1, spec.customers + 1):
        bits = rng.getrandbits(48)
        person = _person(
            f"wmPOP{place:07d}", names[bits % len(names)], bits % 3, times[bits % DAYS]
        )
        made.customers[person.id] = notice(person, drift.customers)
        for userid in _friends(bits >> 8, staff):
            row = Relation(userid=userid, customer=person.id, created_at=person.made_at)
            row.oper_userid, row.tags = person.id, sets[bits >> 20 & TAG_SETS - 1]
            made.relations[userid][person.id] = notice(row, drift.relations)
    for found in _groups(spec, staff, times, list(made.customers)):
        made.groups[found.chat_id] = notice(found, drift.groups)
    return made


def _person(customer_id: str, name: str, gender: int, at: int) -> Customer:
    return Customer(
        id=customer_id, name=name, gender=gender, unionid="oU" + customer_id, made_at=at
    )


def _friends(bits: int, staff: list[str]) -> Iterator[str]:
    """One member; every tenth customer two, every twentieth nobody."""
    if not staff or bits % EVERY_STRANGER == 1:
        return
    yield staff[bits % len(staff)]
    if bits % EVERY_SECOND == 0 and len(staff) > 1:
        yield staff[(bits + 1) % len(staff)]


def _groups(
    spec: Population, staff: list[str], times: list[int], people: list[str]
) -> Iterator[Group]:
    for place in range(spec.groups if staff else 0):
        owner, at = staff[place % len(staff)], times[place % DAYS]
        start = place * spec.group_size % max(1, len(people))
        members = {owner: GroupMember(id=owner, type=1, joined_at=at)}
        for each in people[start : start + spec.group_size]:
            members[each] = GroupMember(id=each, type=2, joined_at=at, invitor=owner)
        yield Group(
            chat_id=f"wrPOP{place + 1:06d}",
            name=f"茶友{place + 1:04d}群",
            kind="customer",
            owner=owner,
            created_at=at,
            members=members,
        )


def label(spec: Population, staff: list[str], tags: list[str], born: int) -> dict[str, Any]:
    """What a snapshot remembers of its population."""
    return asdict(spec) | {"staff": len(staff), "tags": len(tags), "born": born}
