"""Something happened to a member: the flows that wait for it begin.

Whoever sees it tells it by ``bot.store.happened.tell``; the tick comes here. A new friend is met at
once, within the turn that welcomes him.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.library.speech import Setting
from bot.store import flows as store
from bot.store import happened, people, purchases
from bot.store.engine import Row, Tx
from bot.store.flows import Begun
from scheduler import circling
from scheduler.flows import Flow, plan, triggered

# What a happening is at the same time, when it is the first of its kind.
FIRSTS = {"order": "order_first"}
STAFF_CHANNEL = "contact"


def run_happened(tx: Tx, setting: Setting, due: Row) -> str:
    """Begins what waits for one happening. Empty, or why nothing began."""
    told = due["data"]
    member, at = told["member"], due["at"]
    if told["event"] in circling.MAY_ADMIT:
        circling.consider(tx, setting, member)
    events = [told["event"]]
    first = FIRSTS.get(told["event"])
    if first and not _before(tx, told, at):
        events.append(first)
    found = [begin(tx, setting, event, member, persona, account, told["key"], setting.now,
                   which=told["which"])
             for event in events
             for persona, account in _whose(tx, setting, told)]  # fmt: skip
    return "" if any(found) else "no flow begins with it"


def begin(
    tx: Tx, setting: Setting, event: str, member: str, persona: str, account: str, key: str,
    now: int, which: str = "",
) -> int:  # fmt: skip
    """Begins every flow of a persona that waits for this event; how many began for the member.

    ``key`` tells the event from others of its kind: ``once = "event"`` goes by it.
    """
    if setting.cast.silence(persona, now):
        return 0
    flows = triggered(setting.cast.flows, event, persona, which)
    return sum(start(tx, flow, persona, member, account, now, setting.cast.zone, f"{event}/{key}")
               is not None for flow in flows)  # fmt: skip


def start(
    tx: Tx, flow: Flow, persona: str, member: str, account: str, now: int, zone: str,
    cause: str = "",
) -> int | None:  # fmt: skip
    """One member begins one flow; None when he has been through it. ``zone``: the corp's, for
    members whose own is not known."""
    own = zone_of(tx, member) or zone
    begun = Begun(
        key=flow.key(persona, member, cause, now, zone), flow=flow.id, version=flow.version,
        persona=persona, member=member, account=account, zone=own, cause=cause,
        control=flow.holds_out(member),
    )  # fmt: skip
    return store.start(tx, begun, [(s.step, s.at) for s in plan(flow, now, own)], now)


def _before(tx: Tx, told: Row, at: int) -> bool:
    """True when it was not the first of its kind. An order may be told of long before others that
    are older: of those that are known, what counts is when they were made."""
    order = purchases.get(tx, [told["key"]]).get(told["key"])
    if told["event"] == "order" and order is not None:
        return purchases.earlier(tx, told["member"], order.at)
    return happened.before(tx, told["member"], told["event"], at)


def zone_of(tx: Tx, member: str) -> str:
    """The time zone in which a member lives, or empty."""
    row = people.known(tx, member)
    return str(row["zone"]) if row is not None else ""


def _whose(tx: Tx, setting: Setting, told: Row) -> Iterable[tuple[str, str]]:
    """(persona, account) whom the happening concerns: those it names, else the personas of all
    accounts that he is a friend of."""
    cast = setting.cast
    if told["persona"]:
        return [(told["persona"], told["account"])] if told["persona"] in cast.scripts else []
    named = {persona for (_, account), persona in cast.accounts.items()
             if told["account"] and account == told["account"]}  # fmt: skip
    if named:
        return [(persona, told["account"]) for persona in sorted(named)]
    friends: dict[str, str] = {}
    for account in people.accounts_of(tx, told["member"]):
        persona = cast.persona_of(STAFF_CHANNEL, account)
        if persona:
            friends.setdefault(persona, account)
    return list(friends.items())
