"""A room: what activities give. A grant is decided once, in the transaction of the event that earns
it, together with its share of the stock; deriving everything anew decides nothing anew.

So its tables hold more than the log could say (who got one of the last), and ``again`` only says
who somebody is by now. What a later word takes the ground from is taken back at once; what falls
otherwise (a merging, an invitation that does not count any more) before it is paid, and when it
would be settled (``scheduler/rewarding.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from bot.community import entries as pure
from bot.community import rewarding
from bot.community.activity import Activity, Reward
from bot.community.entries import COUNTED
from bot.community.frauds import NEW
from bot.community.rewarding import Earned
from bot.core.clock import local
from bot.core.event import Event, Happened
from bot.core.span import parse_span
from bot.members import orders
from bot.store import audit, grants, history, people, runs
from bot.store.engine import Row, Tx
from bot.store.grounds import Look, days, fallen
from bot.store.parts import listed, parts
from bot.store.persons import person_of

KINDS = pure.ENTRIES | pure.VERDICTS | {Happened.WON} | orders.KINDS
LOST = frozenset({Happened.REFUNDED, Happened.CALLED_OFF})
TABLES: tuple[str, ...] = ()
ACTOR = "system"
_NEW = {"note": "", "receiver": "", "tries": 0, "sent_at": None, "loss": None}


def follow(tx: Tx, events: Sequence[Event]) -> Sequence[Event]:
    """New events of its kinds; see store/projections.py."""
    taken = _taken_back(tx, events)
    return [*taken, *_given(tx, events)]


def again(tx: Tx, members: Sequence[str]) -> None:
    """Grants belong to whoever the ids are by now; see store/projections.py."""
    for part in parts([member for member in members if member]):
        rows = tx.rows("grants_owned", members=part)
        person = person_of(tx, [row["own"] for row in rows])
        tx.many("grant_rename", [{"id": row["id"], "member": person[row["own"]]} for row in rows
                                 if row["member"] != person[row["own"]]])  # fmt: skip


def clear(tx: Tx) -> None:
    """Nothing of it is derived."""


def _given(tx: Tx, events: Sequence[Event]) -> Iterator[Event]:
    told = {one.dedupe: one for one in events if one.kind in pure.ENTRIES | {Happened.WON}}
    judged = [one.place for one in events if one.kind in pure.VERDICTS]
    told |= {name: line.event for name, line in history.named(tx, judged).items()}
    places = {one.place for one in told.values()}
    for run in runs.by_id(tx, sorted(places)).values():
        rules = runs.rules_of(tx, run)
        if rules is None or not rules.rewards:
            continue
        here = {name: one for name, one in told.items() if one.place == run["id"]}
        look = Look(tx, run)
        for one in rewarding.once_each([*_by_entry(tx, rules, here), *_by_rank(tx, rules, here)]):
            yield from _grant(tx, run, look, one, here[one.cause])


def give(tx: Tx, rewards: Sequence[Reward], place: Row, cause: Event) -> Iterator[Event]:
    """What an event earns that is of no activity (a mission that was accepted). ``place``: id,
    activity (what stock and budget are counted by), circle, zone, salt, announce_at, close_at."""
    look = Look(tx, place)
    for reward in rewards:
        one = _earned(reward, rewarding.MISSION, cause)
        yield from _grant(tx, place, look, one, cause)


def _by_entry(tx: Tx, rules: Activity, told: Mapping[str, Event]) -> Iterator[Earned]:
    for row in listed(tx, "entries_named", "events", sorted(told)):
        if row["state"] != COUNTED:
            continue
        event = told[row["event"]]
        yield from (_earned(one, rewarding.ENTRY, event) for one in rewarding.by_entry(rules))
        if event.kind is Happened.CHECKED and any(one.to == "streak" for one in rules.rewards):
            had = days(tx, row["member"], rules.id)
            day = date.fromisoformat(row["which"])
            yield from (_earned(one, rewarding.STREAK, event)
                        for one in rewarding.by_streak(rules, had, day))  # fmt: skip


def _by_rank(tx: Tx, rules: Activity, told: Mapping[str, Event]) -> Iterator[Earned]:
    for row in listed(tx, "winners_named", "events", sorted(told)):
        yield from (_earned(one, row["rank_of"], told[row["event"]], row["cause"])
                    for one in rewarding.by_rank(rules, row["rank_of"], row["place"]))  # fmt: skip


def _earned(reward: Reward, source: str, event: Event, basis: str = "") -> Earned:
    return Earned(
        reward=reward,
        source=source,
        cause=event.dedupe,
        basis=basis or event.dedupe,
        own=event.member,
        at=event.at,
        device=str(event.data.get("device", "")),
    )


def _grant(tx: Tx, run: Row, look: Look, one: Earned, event: Event) -> Iterator[Event]:
    """He gets it, or is told why not; nothing where that was decided before."""
    person = person_of(tx, [one.own])[one.own]
    row = _row(tx, run, one, person)
    if grants.get(tx, row["id"]) is not None:
        return
    had = tx.rows("grants_had", activity=row["activity"], reward=row["reward"], member=person)
    if one.source != rewarding.STREAK and any(each["run"] == run["id"] for each in had):
        return
    row["why"] = _refused(tx, run, row, one, len(had))
    if not row["why"]:
        row["why"] = ",".join(look.at(person, one, bool(row["fresh"])))
        row |= {"state": grants.HELD if row["why"] else grants.GRANTED, "counted": 1,
                "ended_at": None}  # fmt: skip
    day = str(event.data.get("day", "")) or local(one.at, run["zone"]).date().isoformat()
    yield from _put(tx, row, day)


def _put(tx: Tx, row: Row, day: str) -> Iterator[Event]:
    granted = row["state"] == grants.GRANTED
    row, event = grants.granted(tx, row, row["at"], day) if granted else (row, None)
    row["retry_at"] = row["at"] if granted and row["how"] == grants.PACKET else None
    tx.run("grant_add", **row)
    audit.record(tx, [audit.note(grants.MACHINE, row["id"], "make", at=row["at"], actor=ACTOR,
                                 reason=row["why"], after=row["state"])])  # fmt: skip
    if event is not None:
        yield event
    if event is not None and row["how"] in (grants.POINTS, grants.COUPON):
        grants.hand(tx, row, row["at"], ACTOR)
    else:
        grants.told(tx, row, row["at"])


def _refused(tx: Tx, run: Row, row: Row, one: Earned, had: int) -> str:
    """Why he gets none; otherwise one of the stock is his."""
    reward = one.reward
    if reward.each and had >= reward.each:
        return rewarding.EACH
    if reward.order:
        found = tx.row("order_of", member=row["member"], since=run["announce_at"])
        if found is None:
            return rewarding.ORDER
        row["bought"] = found["id"]
    key = {"activity": row["activity"], "reward": row["reward"], "cents": row["cents"]}
    if not tx.rows("reward_take", stock=reward.stock, budget=reward.budget, **key):
        return _short(tx, one, key)
    if reward.how == grants.COUPON and not tx.rows("coupon_take", pool=reward.coupons,
                                                   holder=row["id"]):  # fmt: skip
        tx.run("reward_give_back", **key)
        return rewarding.CODES
    return ""


def _short(tx: Tx, one: Earned, key: Mapping[str, object]) -> str:
    known = tx.row("reward_get", activity=key["activity"], reward=key["reward"])
    stock = one.reward.stock
    full = known is not None and stock and known["taken"] >= stock + known["more"]
    return rewarding.STOCK if full else rewarding.BUDGET


def _row(tx: Tx, run: Row, one: Earned, person: str) -> Row:
    reward = one.reward
    known = people.known(tx, one.own)
    fresh = known is not None and one.at - known["created_at"] < NEW
    id = rewarding.grant_id(run["salt"], run["id"], reward.id, one.cause)
    return {
        "id": id, "activity": run["activity"], "run": run["id"], "circle": run["circle"],
        "reward": reward.id, "own": one.own, "member": person, "source": one.source,
        "cause": one.cause, "basis": one.basis, "bought": "", "title": reward.title,
        "how": reward.how, "points": reward.points if reward.how == grants.POINTS else 0,
        "cents": reward.cents, "state": grants.FAILED, "why": "", "event": "", "at": one.at,
        "counted": 0, "settle_for": parse_span(reward.settle) if reward.settle else None,
        "device": one.device, "fresh": int(fresh), "paid_no": rewarding.bill_no(id),
        "retry_at": None, "ended_at": one.at, **_NEW,
    }  # fmt: skip


def _taken_back(tx: Tx, events: Sequence[Event]) -> Iterator[Event]:
    """What a verdict, or a refund, takes the ground from."""
    places = sorted({one.place for one in events if one.kind in pure.VERDICTS})
    bought = sorted({one.place for one in events if one.kind in orders.KINDS})
    lost = sorted({one.place for one in events if one.kind in LOST})
    judged = person_of(tx, [one.member for one in events if one.kind in pure.VERDICTS])
    rows = [*listed(tx, "grants_resting", "events", places),
            *listed(tx, "grants_streaks", "members", sorted(set(judged.values()))),
            *listed(tx, "grants_bought", "orders", bought),
            *listed(tx, "grants_of_buyers", "orders", lost),
            *listed(tx, "grants_of_groups", "orders", lost)]  # fmt: skip
    live = [row for row in rows if row["state"] in (grants.HELD, grants.GRANTED, grants.SENT)]
    if not live:
        return
    at = max(one.at for one in events)
    against = fallen(tx, live)
    for row in {row["id"]: row for row in live}.values():
        if why := against.get(row["id"]):
            yield from grants.claw(tx, row, at, actor=ACTOR, why=why)
