"""Transfer of customers (pages 92125, 92124): waiting -> done after 24 h | refused | limit.

What a day of waiting completes is completed when somebody looks or moves the clock.
"""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.rules import people
from sandbox.world.model import Json, Relation
from sandbox.world.world import World

DONE, WAITING, REFUSED, LIMIT, NONE = 1, 2, 3, 4, 5
DAY_MS = 86_400_000
TIMES, SPAN_MS = 2, 90 * DAY_MS
SHELF = "transfers"


def _rows(world: World) -> list[Json]:
    return list(world.store.shelf.get(SHELF, {}).values())


def start(
    world: World, handover: str, takeover: str, customers: list[str], resigned: bool
) -> list[Json]:
    """Begin; per customer 0, 84061 (not his), 40096 … . 40097 when a resigned one is not."""
    member = world.store.staff.get(handover)
    if member is None:
        raise ApiError(60111, handover)
    if resigned and member.active:
        raise ApiError(40097, handover)
    people.contact_staff(world, takeover)
    return [
        {"external_userid": each, "errcode": _start_one(world, handover, takeover, each)}
        for each in customers
    ]


def _start_one(world: World, handover: str, takeover: str, customer: str) -> int:
    if customer not in world.store.customers:
        return 40096
    relation = world.relation(handover, customer)
    if relation is None or relation.half:
        return 84061
    now = world.now()
    mine = [row for row in _rows(world) if row["customer"] == customer]
    if any(row["status"] == WAITING for row in mine):
        return 40129
    if len([row for row in mine if row["status"] == DONE and now - row["at"] < SPAN_MS]) >= TIMES:
        return 40128
    row = {
        "handover": handover,
        "takeover": takeover,
        "customer": customer,
        "at": now,
        "status": WAITING,
    }
    world.store.shelf.setdefault(SHELF, {})[world.next_id("transfer")] = row
    return 0


def settle(world: World) -> None:
    """Complete what has waited 24 hours: the relation moves, both sides are told."""
    for row in _rows(world):
        if row["status"] == WAITING and world.now() - row["at"] >= DAY_MS:
            _finish(world, row)


def _finish(world: World, row: Json) -> None:
    row["status"] = DONE
    world.mark()
    old = world.relation(row["handover"], row["customer"])
    if old is None:
        return
    people.delete_by_staff(world, row["handover"], row["customer"], "DELETE_BY_TRANSFER")
    if people.reachable(world, row["takeover"], row["customer"]):
        return
    made = Relation(
        userid=row["takeover"],
        customer=row["customer"],
        created_at=world.now(),
        add_way=202,
        oper_userid=row["handover"],
        chatted=True,
        state=old.state,
        remark=old.remark,
        tags=old.tags,
        last_contact=world.now(),
    )
    world.put_relation(made)
    people.change(world, "add_external_contact", made)


def refuse(world: World, customer: str) -> Json:
    """The customer refuses: transfer_fail to the one who should have taken over."""
    settle(world)
    for row in _rows(world):
        if row["customer"] == customer and row["status"] == WAITING:
            row["status"] = REFUSED
            world.mark()
            relation = Relation(userid=row["takeover"], customer=customer, created_at=0)
            reason = ("FailReason", "customer_refused")
            return {"callbacks": people.change(world, "transfer_fail", relation, reason)}
    raise ControlError(f"nobody hands over {customer}", 409)


def result(world: World, handover: str, takeover: str) -> list[Json]:
    """The state of every transfer between two members."""
    settle(world)
    return [
        {
            "external_userid": row["customer"],
            "status": row["status"],
            "takeover_time": row["at"] // 1000 if row["status"] == DONE else 0,
        }
        for row in _rows(world)
        if row["handover"] == handover and row["takeover"] == takeover
    ]


def unassigned(world: World) -> list[Json]:
    """Customers of members who have left."""
    gone = [each.userid for each in world.store.staff.values() if not each.active]
    return [
        {
            "handover_userid": userid,
            "external_userid": relation.customer,
            "dimission_time": relation.created_at // 1000,
        }
        for userid in gone
        for relation in world.store.relations.get(userid, {}).values()
    ]
