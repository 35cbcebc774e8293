"""Random histories of a few members, as events of every kind, told in any order and twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from tests.contract.conftest import NOW

ACCOUNTS, CHATS, CIRCLES = ("lin.xi", "chen.mo"), ("wr1", "wr2"), ("tea", "cups")
CODES, TAGS = ("", "poster", "shop"), ("t1", "t2")
Columns = Mapping[str, Any]
Make = Callable[[Random, str], Columns]


def member(rng: Random, most: int) -> str:
    return f"wm{rng.randrange(most):02}"


def _circle(rng: Random, who: str) -> Columns:
    return {"place": rng.choice(CIRCLES), "which": rng.choice(("rule", "staff"))}


def _order(rng: Random, who: str) -> Columns:
    return {"place": f"o-{who}-{rng.randrange(2)}", "which": rng.choice(("tea", "cup")),
            "amount": rng.randrange(1, 300) * 100, "data": {"source": "csv"}}  # fmt: skip


def _back(rng: Random, who: str) -> Columns:
    return {"place": f"o-{who}-{rng.randrange(2)}", "amount": 100}


def _fact(rng: Random, who: str) -> Columns:
    return {"which": rng.choice(("city", "taste")), "place": rng.choice(("said", "staff")),
            "amount": 90, "data": {"value": rng.choice(("杭州", "绿茶"))}}  # fmt: skip


def _friend(rng: Random, who: str) -> Columns:
    return {"account": rng.choice(ACCOUNTS), "which": rng.choice(CODES), "channel": "contact"}


def _seat(rng: Random, who: str) -> Columns:
    return {"place": rng.choice(CHATS), "account": ACCOUNTS[0], "which": rng.choice(CODES),
            "channel": "group"}  # fmt: skip


def _tag(rng: Random, who: str) -> Columns:
    return {"account": rng.choice(ACCOUNTS), "which": rng.choice(TAGS)}


def _role(rng: Random, who: str) -> Columns:
    return {"place": rng.choice(CIRCLES), "which": rng.choice(("koc", "leader")),
            "data": {"until": NOW + DAY}}  # fmt: skip


def _need(rng: Random, who: str) -> Columns:
    return {"which": rng.choice(("worry:sleep", "wish:hills")), "data": {"inbox": 7}}


def _feedback(rng: Random, who: str) -> Columns:
    return {"which": "taste", "place": rng.choice(("tea", "")), "amount": rng.choice((-1, 1)),
            "data": {"quote": "太淡"}}  # fmt: skip


def _unnoted(rng: Random, who: str) -> Columns:
    return {"place": f"{rng.choice(('need', 'feedback'))}/{rng.randrange(150)}"}


def _purpose(rng: Random, who: str) -> Columns:
    return {"which": rng.choice(("promo", "profile"))}


def _moment(rng: Random, who: str) -> Columns:
    return {"place": "mo1", "account": ACCOUNTS[0]}


def _row(rng: Random, who: str) -> Columns:
    return {"which": "members.csv", "data": {"id": who, "city": rng.choice(("杭州", "")),
                                             "tags": rng.choice(("常客|新客", "常客"))}}  # fmt: skip


def _kin(rng: Random, who: str) -> Columns:
    return {"which": rng.choice(("gift", "household")), "other": f"wm{int(who[2:]) // 2:02}"}


def _checked(rng: Random, who: str) -> Columns:
    return {"place": "half@1", "which": f"2026-12-{rng.randrange(1, 6):02}",
            "data": {"circle": rng.choice(("tea", ""))}}  # fmt: skip


def _shared_doing(rng: Random, who: str) -> Columns:
    return {"place": f"vote@{rng.randrange(3)}", "other": f"wm{rng.randrange(3):02}"}


def _verdict(rng: Random, who: str) -> Columns:
    about = rng.choice(("checked", "voted", "helped"))
    return {"place": f"{about}/{rng.randrange(150)}",
            "which": rng.choice(("out", "back", "accepted", "rejected"))}  # fmt: skip


def _by_staff(rng: Random, who: str) -> Columns:
    return {"place": rng.choice(CIRCLES), "which": rng.choice(("host", "first")),
            "amount": rng.randrange(-9, 30), "data": {"why": "核对过", "by": "lin"}}  # fmt: skip


# Kinds that say who is whom are left out: they change more than the log.
MAKE: Mapping[Happened, Make] = {
    Happened.ADDED: _friend, Happened.PARTED: _friend, Happened.JOINED: _seat,
    Happened.LEFT: _seat, Happened.ENTERED: _circle, Happened.WITHDREW: _circle,
    Happened.APPLIED: _circle, Happened.REJECTED: _circle, Happened.LED: _circle,
    Happened.LIKED: _moment, Happened.COMMENTED: _moment, Happened.ANSWERED: _moment, Happened.CLICKED: _moment,
    Happened.SHARED: _moment, Happened.ORDERED: _order, Happened.REFUNDED: _back,
    Happened.CALLED_OFF: _back, Happened.TAGGED: _tag, Happened.UNTAGGED: _tag,
    Happened.NEED: _need, Happened.FEEDBACK: _feedback, Happened.UNNOTED: _unnoted,
    Happened.CHECKED: _checked, Happened.VOTED: _shared_doing, Happened.HELPED: _shared_doing,
    Happened.JUDGED: _verdict, Happened.STRUCK: _verdict, Happened.POINTED: _by_staff,
    Happened.HONOURED: _by_staff, Happened.UNHONOURED: _by_staff, Happened.NAMED: _by_staff,
    Happened.FADED: _by_staff, Happened.CLAIMED: _by_staff,
    Happened.FACT: _fact, Happened.UNFACT: _fact, Happened.CONSENTED: _purpose,
    Happened.REFUSED: _purpose, Happened.IMPORTED: _row, Happened.LINKED: _kin, Happened.ROLE: _role, Happened.UNROLE: _role,
}  # fmt: skip


def lives(rng: Random, n: int, members: int) -> list[Event]:
    """``n`` events, some of them twice, in no order."""
    told = list(_told(rng, n, members))
    told += [replace(rng.choice(told)) for _ in range(n // 10)]
    rng.shuffle(told)
    return told


def _told(rng: Random, n: int, members: int) -> Iterator[Event]:
    for number in range(n):
        who, kind = member(rng, members), rng.choice(list(MAKE))
        yield Event(kind=kind, member=who, at=NOW + rng.randrange(90) * DAY,
                    dedupe=f"{kind}/{number}", **MAKE[kind](rng, who))  # fmt: skip
