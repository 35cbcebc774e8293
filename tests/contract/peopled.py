"""Small random worlds of members, as plain values and as rows, and random audiences over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from random import Random
from typing import Any

from bot.core.audience import And, Audience, Everybody, Facts, Is, Moment, Much, Not, Or, When
from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.orders import Purchase
from bot.store import circles, circling, communityterms, events, people
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW

TAGS = ("常客", "新客", "老客", "流失")
ACCOUNTS = ("lin.xi", "chen.mo", "gu.an")
STATES = ("", "poster", "shop")
GROUPS = ("一群", "二群")
GENDERS = (0, 1, 2)
KNOWN = {"city": ("杭州", "上海"), "taste": ("绿茶", "a=b")}
NEEDS = ("worry:睡不好", "worry:太淡", "wish:茶山")
PURPOSES = ("partners", "gift")
GOODS, GIFTS = ("绿茶", "茶具"), ("礼盒", "年货")
NUMBERS = {"orders": (0, 1, 2), "net": (0, 100, 300), "ltv": (-150, 0, 50, 300)}
STAGES = ("", "received", "bought")
CIRCLES = {"tea": "茶友", "cups": "杯子"}
ROLES = ("kol", "koc")
RANKED = {"low": ("一", 1), "high": ("二", 10)}  # levels of the circle tea: title, points
WORN = {"host": "开席", "star": "星"}  # and its badges
RULES = 'circle = "tea"\ncounts = "everybody"\n' + "".join(
    f'[[levels]]\nid = "{id}"\ntitle = "{title}"\nfrom = {n}\n' for id, (title, n) in RANKED.items()
) + "".join(f'[[badges]]\nid = "{id}"\ntitle = "{title}"\nby = "staff"\n'
            for id, title in WORN.items())  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is true of one member; ``friends``: (account, since, ended, state). ``orders``:
    (category, cents, at, kept); ``gives`` away categories and ``gets`` others, from somebody who
    is no member; ``stages``: (category, stage)."""

    id: str
    promo: bool = True
    gender: int = 0
    friends: Sequence[tuple[str, int, bool, str]] = ()
    tags: Sequence[tuple[str, str]] = ()
    groups: Sequence[tuple[str, bool]] = ()
    wrote: Sequence[int] = field(default=())
    known: Sequence[tuple[str, str]] = ()
    needs: Sequence[str] = ()
    agreed: Sequence[str] = ()
    orders: Sequence[tuple[str, int, int, bool]] = ()
    gives: Sequence[str] = ()
    gets: Sequence[str] = ()
    stages: Sequence[tuple[str, str]] = ()
    cost: int | None = None
    circles: Sequence[str] = ()
    roles: Sequence[str] = ()
    points: int = 0
    badges: Sequence[str] = ()

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
            "level": frozenset(self._levels()),
            "badge": frozenset(word for one in self.badges for word in _called(one, WORN[one])),
            "promo": frozenset({str(int(self.promo))}),
            "gender": frozenset({str(self.gender)}),
            "reach": frozenset(self._reach()),
            "fact": frozenset(f"{name}={value}" for name, value in self.known),
            "knows": frozenset(name for name, _ in self.known),
            "need": frozenset(need.partition(":")[2] for need in self.needs),
            "need_kind": frozenset(need.partition(":")[0] for need in self.needs),
            "consent": frozenset(self.agreed),
            "active": max(self.wrote, default=None),
            "kf": max(self.wrote, default=None),
            "joined": min((since for _, since, *_ in self.friends), default=None),
            **self._bought(),
        }

    def _bought(self) -> Facts:
        kept = [(category, cents, at) for category, cents, at, held in self.orders if held]
        net = sum(cents for _, cents, _ in kept)
        bought = frozenset(category for category, *_ in kept)
        return {
            "order": bought, "uses": bought - {*self.gives} | {*self.gets},
            "ordered": max((at for *_, at in kept), default=None),
            "orders": len(kept), "net": net, "ltv": net - (self.cost or 0),
            "stage": frozenset(stage for _, stage in self.stages if stage),
            "id": frozenset({self.id}),
            "dear": frozenset({str(int((GOODS[1], "received") in self.stages))}),
            "staged": frozenset(f"{where}/{stage}" for where, stage in self.stages if stage),
        }  # fmt: skip

    def _levels(self) -> Iterator[str]:
        reached = [(id, title) for id, (title, n) in RANKED.items() if self.points >= n]
        for id, title in reached:
            yield from (f"{word}+" for word in _called(id, title))
        if reached:
            yield from _called(*reached[-1])

    def _reach(self) -> Iterator[str]:
        if any(not ended for _, _, ended, _ in self.friends):
            yield "contact"
        if any(not left for _, left in self.groups):
            yield "group"


def _called(id: str, title: str) -> tuple[str, ...]:
    return (id, title, f"tea/{id}", f"tea/{title}")


def person(rng: Random, number: int) -> Person:
    """A member as chance has it; few of everything, so that conditions meet."""
    friends = [(account, NOW - rng.randrange(5) * DAY, rng.random() < 0.3, rng.choice(STATES))
               for account in ACCOUNTS if rng.random() < 0.5]  # fmt: skip
    tags = [(account, tag) for account, *_ in friends for tag in TAGS if rng.random() < 0.4]
    groups = [(group, rng.random() < 0.3) for group in GROUPS if rng.random() < 0.4]
    wrote = [NOW - rng.randrange(5) * DAY for _ in range(rng.randrange(3))]
    return Person(id=f"wm{number:03}", promo=rng.random() < 0.7, gender=rng.choice(GENDERS),
                  friends=friends, tags=tags, groups=groups, wrote=wrote, **_buyer(rng),
                  **_known(rng),
                  circles=[one for one in CIRCLES if rng.random() < 0.4],
                  roles=[one for one in ROLES if rng.random() < 0.2],
                  points=rng.choice((0, 0, 5, 20)),
                  badges=[one for one in WORN if rng.random() < 0.3])  # fmt: skip


def _standing(tx: Tx, one: Person) -> None:
    """As the room writes it: two rows instead of two events for everybody."""
    reached = [id for id, (_, n) in RANKED.items() if one.points >= n]
    if reached:
        tx.run("standing_put", member=one.id, circle="tea", points=one.points, spent=0,
               level=reached[-1], mark=f"tea/{reached[-1]}", level_at=NOW, earned_at=NOW,
               faded_at=None)  # fmt: skip
    tx.many("badge_put", [{"member": one.id, "circle": "tea", "badge": badge, "at": NOW,
                           "mark": f"tea/{badge}", "cause": "x", "given": "staff", "actor": "x",
                           "why": "x", "until": None} for badge in one.badges])  # fmt: skip


def _buyer(rng: Random) -> dict[str, Any]:
    orders = [(rng.choice(GOODS), rng.randrange(4) * 100, NOW - rng.randrange(5) * DAY,
               rng.random() < 0.7) for _ in range(rng.randrange(4))]  # fmt: skip
    return {
        "orders": orders, "cost": rng.choice([None, 0, 150]),
        "gives": [one for one in GOODS if rng.random() < 0.3],
        "gets": [one for one in GIFTS if rng.random() < 0.3],
        "stages": [(one, rng.choice(STAGES)) for one in GOODS if rng.random() < 0.5],
    }  # fmt: skip


def _known(rng: Random) -> dict[str, Any]:
    return {
        "known": [(name, rng.choice(values)) for name, values in KNOWN.items()
                  if rng.random() < 0.5],
        "needs": [need for need in NEEDS if rng.random() < 0.3],
        "agreed": [one for one in PURPOSES if rng.random() < 0.4],
    }  # fmt: skip


def settle(tx: Tx, persons: Sequence[Person]) -> None:
    """Writes the world into an empty database, and a stranger who sits in a group."""
    for tag in TAGS:
        tx.run("tag_put", id=f"et-{tag}", tag_group="g", name=tag, sort=0)
    tx.run("category_put", name=GOODS[1], dear=1, seldom=0, signs="{}")
    for group in GROUPS:
        tx.run("chat_put", id=f"wr-{group}", kind="customer", owner="lin.xi", name=group, now=NOW)
        _seat(tx, group, "wm-stranger", None)
    for name, title in CIRCLES.items():
        circles.serve(tx, name, f'id = "{name}"\ntitle = "{title}"\nprinciple = "habit"')
    communityterms.serve(tx, "tea", 1, RULES, NOW)
    for one in persons:
        _member(tx, one)


def _member(tx: Tx, one: Person) -> None:
    people.ensure_member(tx, one.id, NOW)
    tx.run("member_promo", id=one.id, promo_ok=int(one.promo), promo_less=0)
    tx.run("member_profile", id=one.id, name="", union_id="", kind=1, gender=one.gender,
           company="")  # fmt: skip
    events.record(tx, _told(one), NOW)
    for account, since, ended, state in one.friends:
        people.befriend(tx, one.id, account, since, state)
        if ended:
            people.unfriend(tx, one.id, account, NOW, "member")
    for account, tag in one.tags:
        tx.run("friend_tag_add", member=one.id, account=account, tag=f"et-{tag}")
    for group, left in one.groups:
        _seat(tx, group, one.id, NOW if left else None)
    _buying(tx, one)
    for circle in one.circles:
        circling.admit(tx, circle, one.id, NOW, rule="open", actor="x")
    for role in one.roles:
        circling.grant(tx, role, "", one.id, NOW, actor="x")
    _standing(tx, one)
    for number, at in enumerate(one.wrote):
        key = f"kf:wk{number}:{one.id}"
        tx.run("conversation_touch", id=key, channel="kf", account=f"wk{number}", peer=one.id,
               member=one.id, last_in_at=at, now=at, turn_at=at, settle_max=0)  # fmt: skip


def _told(one: Person) -> Iterator[Event]:
    for name, value in one.known:
        yield Event(kind=Happened.FACT, at=NOW, dedupe=f"fact/{one.id}/{name}", member=one.id,
                    which=name, place="said", data={"value": value})  # fmt: skip
    for need in one.needs:
        yield Event(kind=Happened.NEED, at=NOW, dedupe=f"need/{one.id}/{need}", member=one.id,
                    which=need)  # fmt: skip
    for purpose in one.agreed:
        yield Event(kind=Happened.CONSENTED, at=NOW, dedupe=f"agreed/{one.id}/{purpose}",
                    member=one.id, which=purpose)  # fmt: skip


def _buying(tx: Tx, one: Person) -> None:
    tx.run(Composed("UPDATE member SET acquisition_cost = :cost WHERE id = :id"), id=one.id,
           cost=one.cost)  # fmt: skip
    for number, (category, cents, at, kept) in enumerate(one.orders):
        _purchase(tx, f"{one.id}/{number}", one.id, category, cents if kept else 0, at, kept=kept)
    tx.run("worth_put", members=[one.id])
    for category in one.gives:
        _gift(tx, one.id, "wm-somebody", category)
    for category in one.gets:
        _purchase(tx, f"{one.id}/{category}", f"giver-{one.id}", category, 0, NOW,
                  to=one.id if category == GIFTS[0] else "")  # fmt: skip
        if category != GIFTS[0]:
            _gift(tx, f"giver-{one.id}", one.id, category)
    for category, stage in one.stages:
        tx.run("journey_put", member=one.id, category=category, no=1, stage="received", was="",
               at=NOW, event="", latest=0)  # fmt: skip
        tx.run("journey_put", member=one.id, category=category, no=2, stage=stage, was="received",
               at=NOW, event="", latest=1)  # fmt: skip


def _purchase(tx: Tx, id: str, member: str, category: str, cents: int, at: int, to: str = "", *,
              kept: bool = True) -> None:  # fmt: skip
    one = Purchase(id=id, member=member, beneficiary=to, at=at, category=category,
                   amount_cents=cents, paid_cents=cents, said_at=at,
                   state="shipped" if kept else "cancelled")  # fmt: skip
    tx.run("purchase_put", **asdict(one))


def _gift(tx: Tx, member: str, to: str, category: str) -> None:
    tx.run("buys_for_put", member=member, beneficiary=to, how="gift", category=category, since=NOW)


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
             "group": (*GROUPS, "三群"), "circle": ("tea", "杯子", "没有"), "role": ROLES, "level": ("一", "tea/high", "low+", "没有"), "badge": ("开席", "tea/star", "没有"), "reach": ("contact", "group"), "promo": ("0", "1"), "dear": ("0", "1"), "gender": ("0", "1", "2")}  # fmt: skip
    words |= {"order": (*GOODS, "没有"), "uses": (*GOODS, *GIFTS), "stage": STAGES[1:],
              "staged": tuple(f"{one}/{stage}" for one in GOODS for stage in STAGES[1:])}  # fmt: skip
    words |= {"fact": ("city=杭州", "taste=绿茶", "taste=a=b", "job=医生"),
              "knows": ("city", "job"), "need": ("睡不好", "茶山", "很急"),
              "need_kind": ("worry", "wish"), "consent": (*PURPOSES, "promo")}  # fmt: skip
    name = rng.choice([*words, "active", "kf", "joined", "ordered", *NUMBERS, "all"])
    if name == "all":
        return Everybody()
    if name in words:
        chosen = rng.sample(words[name], rng.randrange(1, 3))
        return Is(name, tuple(chosen))
    if name in NUMBERS:
        return Much(name, rng.choice(["from", "below"]), rng.choice(NUMBERS[name]))
    span = rng.randrange(5) * DAY
    moment = rng.choice([Moment(ago=span), Moment(ago=span - 1), Moment(at=NOW - span)])
    return When(name, rng.choice(["since", "before"]), moment)
