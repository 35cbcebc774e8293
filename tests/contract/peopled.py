"""Small random worlds of members, as plain values and as rows, and random audiences over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bot.core.audience import And, Audience, Everybody, Facts, Is, Moment, Not, Or, When
from bot.core.clock import DAY
from bot.store import circles, circling, people
from bot.store.engine import Tx
from tests.contract.conftest import NOW

TAGS = ("常客", "新客", "老客", "流失")
ACCOUNTS = ("lin.xi", "chen.mo", "gu.an")
STATES = ("", "poster", "shop")
GROUPS = ("一群", "二群")
GENDERS = (0, 1, 2)
CIRCLES = {"tea": "茶友", "cups": "杯子"}
ROLES = ("kol", "koc")


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is true of one member; ``friends``: (account, since, ended, state)."""

    id: str
    promo: bool = True
    gender: int = 0
    friends: Sequence[tuple[str, int, bool, str]] = ()
    tags: Sequence[tuple[str, str]] = ()
    groups: Sequence[tuple[str, bool]] = ()
    wrote: Sequence[int] = field(default=())
    circles: Sequence[str] = ()
    roles: Sequence[str] = ()

    @property
    def facts(self) -> Facts:
        """The same as the conditions see it, worked out without the database."""
        return {
            "tag": frozenset(tag for _, tag in self.tags),
            "account": frozenset(account for account, _, ended, _ in self.friends if not ended),
            "source": frozenset(state for *_, state in self.friends if state),
            "group": frozenset(group for group, left in self.groups if not left),
            "circle": frozenset(word for one in self.circles for word in (one, CIRCLES[one])),
            "role": frozenset(self.roles),
            "promo": frozenset({str(int(self.promo))}),
            "gender": frozenset({str(self.gender)}),
            "reach": frozenset(self._reach()),
            "active": max(self.wrote, default=None),
            "kf": max(self.wrote, default=None),
            "joined": min((since for _, since, *_ in self.friends), default=None),
        }

    def _reach(self) -> Iterator[str]:
        if any(not ended for _, _, ended, _ in self.friends):
            yield "contact"
        if any(not left for _, left in self.groups):
            yield "group"


def person(rng: Random, number: int) -> Person:
    """A member as chance has it; few of everything, so that conditions meet."""
    friends = [(account, NOW - rng.randrange(5) * DAY, rng.random() < 0.3, rng.choice(STATES))
               for account in ACCOUNTS if rng.random() < 0.5]  # fmt: skip
    tags = [(account, tag) for account, *_ in friends for tag in TAGS if rng.random() < 0.4]
    groups = [(group, rng.random() < 0.3) for group in GROUPS if rng.random() < 0.4]
    wrote = [NOW - rng.randrange(5) * DAY for _ in range(rng.randrange(3))]
    return Person(id=f"wm{number:03}", promo=rng.random() < 0.7, gender=rng.choice(GENDERS),
                  friends=friends, tags=tags, groups=groups, wrote=wrote,
                  circles=[one for one in CIRCLES if rng.random() < 0.4],
                  roles=[one for one in ROLES if rng.random() < 0.2])  # fmt: skip


def settle(tx: Tx, persons: Sequence[Person]) -> None:
    """Writes the world into an empty database, and a stranger who sits in a group."""
    for tag in TAGS:
        tx.run("tag_put", id=f"et-{tag}", tag_group="g", name=tag, sort=0)
    for group in GROUPS:
        tx.run("chat_put", id=f"wr-{group}", kind="customer", owner="lin.xi", name=group, now=NOW)
        _seat(tx, group, "wm-stranger", None)
    for name, title in CIRCLES.items():
        circles.serve(tx, name, f'id = "{name}"\ntitle = "{title}"\nprinciple = "habit"')
    for one in persons:
        _member(tx, one)


def _member(tx: Tx, one: Person) -> None:
    people.ensure_member(tx, one.id, NOW)
    tx.run("member_promo", id=one.id, promo_ok=int(one.promo), promo_less=0)
    tx.run("member_profile", id=one.id, name="", union_id="", kind=1, gender=one.gender,
           company="")  # fmt: skip
    for account, since, ended, state in one.friends:
        people.befriend(tx, one.id, account, since, state)
        if ended:
            people.unfriend(tx, one.id, account, NOW, "member")
    for account, tag in one.tags:
        tx.run("friend_tag_add", member=one.id, account=account, tag=f"et-{tag}")
    for group, left in one.groups:
        _seat(tx, group, one.id, NOW if left else None)
    for circle in one.circles:
        circling.admit(tx, circle, one.id, NOW, rule="open", actor="x")
    for role in one.roles:
        circling.grant(tx, role, "", one.id, NOW, actor="x")
    for number, at in enumerate(one.wrote):
        key = f"kf:wk{number}:{one.id}"
        tx.run("conversation_touch", id=key, channel="kf", account=f"wk{number}", peer=one.id,
               member=one.id, last_in_at=at, now=at, turn_at=at, settle_max=0)  # fmt: skip


def _seat(tx: Tx, group: str, member: str, left_at: int | None) -> None:
    values: dict[str, Any] = dict.fromkeys(("name", "join_state", "invitor"), "")
    values |= dict.fromkeys(("staff", "joined_at", "join_scene", "told_join", "told_leave"), 0)
    tx.run("chat_seat_put", chat=f"wr-{group}", member=member, left_at=left_at, **values)


def audience(rng: Random, depth: int = 3) -> Audience:
    """A random tree; some conditions name what is not there."""
    kind = rng.randrange(6) if depth else 5
    if kind == 0:
        return Not(audience(rng, depth - 1))
    if kind in (1, 2, 3):
        parts = tuple(audience(rng, depth - 1) for _ in range(rng.randrange(2, 4)))
        return And(parts) if kind < 3 else Or(parts)
    return condition(rng)


def condition(rng: Random) -> Audience:
    """One random condition."""
    words = {"tag": (*TAGS, "没有"), "account": ACCOUNTS, "source": (*STATES[1:], "none"),
             "group": (*GROUPS, "三群"), "circle": ("tea", "杯子", "没有"), "role": ROLES, "reach": ("contact", "group"), "promo": ("0", "1"), "gender": ("0", "1", "2")}  # fmt: skip
    name = rng.choice([*words, "active", "kf", "joined", "all"])
    if name == "all":
        return Everybody()
    if name in words:
        chosen = rng.sample(words[name], rng.randrange(1, 3))
        return Is(name, tuple(chosen))
    span = rng.randrange(5) * DAY
    moment = rng.choice([Moment(ago=span), Moment(ago=span - 1), Moment(at=NOW - span)])
    return When(name, rng.choice(["since", "before"]), moment)
