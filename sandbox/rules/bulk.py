"""Bulk messages (群发, page 92135): created -> one task per member -> a tap -> sent, per receiver.

Receiver results: 0 unsent, 1 sent, 2 not a friend, 3 over the cap. Nothing leaves without a tap.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.errors import ApiError, ControlError
from sandbox.rules import groups, people
from sandbox.rules.payload import words
from sandbox.world.model import Bulk, Json, Task
from sandbox.world.world import World

UNSENT, SENT, NOT_FRIEND, OVER_CAP = 0, 1, 2, 3
DAY_MS = 86_400_000
REMINDERS_PER_DAY = 3
CORP_ZONE = timedelta(hours=8)


@dataclass(frozen=True)
class Wanted:
    """What add_msg_template asks for."""

    chat_type: str = "single"
    sender: str = ""
    customers: tuple[str, ...] = ()
    chats: tuple[str, ...] = ()
    tags: tuple[tuple[str, ...], ...] = ()
    allow_select: bool = False
    text: str = ""
    attachments: list[Json] = field(default_factory=list)


def _day(now: int) -> datetime:
    return datetime.fromtimestamp(now / 1000, UTC) + CORP_ZONE


def _month(now: int) -> tuple[str, int]:
    day = _day(now)
    return f"{day:%Y-%m}", calendar.monthrange(day.year, day.month)[1]


# the rule the corp's admin chose: bucket of the calendar and how many messages fit in
CAPS: dict[str, Callable[[int], tuple[str, int]]] = {
    "month_days": _month,
    "week7": lambda now: (f"{_day(now):%G-W%V}", 7),
    "day1": lambda now: (f"{_day(now):%Y-%m-%d}", 1),
}


def under_cap(world: World, target: str) -> bool:
    """Count one bulk message for a customer or group; False when the cap was reached before."""
    bucket, limit = CAPS[world.settings.bulk_cap](world.now())
    counts = world.store.bulk_counts.setdefault(bucket, {})
    if counts.get(target, 0) >= limit:
        return False
    counts[target] = counts.get(target, 0) + 1
    return True


def create(world: World, wanted: Wanted) -> tuple[Bulk, list[str]]:
    """The bulk message with its waiting tasks, and the customers that nobody can reach."""
    plan, failed = (_plan_groups if wanted.chat_type == "group" else _plan_single)(world, wanted)
    if not plan:
        raise ApiError(41048)
    made = Bulk(
        msgid=world.secret_id("msgG", 28),
        chat_type=wanted.chat_type,
        created_at=world.now(),
        text=wanted.text,
        attachments=wanted.attachments,
        allow_select=wanted.allow_select,
    )
    made.preset = wanted.chat_type == "single" or bool(wanted.chats)
    world.store.bulks[made.msgid] = made
    for userid, targets in plan.items():
        made.tasks[userid] = add_task(
            world, f"bulk_{wanted.chat_type}", made.msgid, userid, targets
        )
    return made, failed


def add_task(world: World, kind: str, ref: str, userid: str, targets: list[str]) -> str:
    """A task in a member's client."""
    task = Task(
        id=world.next_id("task"),
        kind=kind,
        ref=ref,
        userid=userid,
        created_at=world.now(),
        targets=targets,
    )
    world.store.tasks[task.id] = task
    world.store.staff_tasks.setdefault(userid, []).append(task.id)
    return task.id


Plan = dict[str, list[str]]


def _plan_single(world: World, wanted: Wanted) -> tuple[Plan, list[str]]:
    if wanted.sender:
        people.contact_staff(world, wanted.sender)
    if wanted.customers:
        return _assign(world, wanted.customers, wanted.sender)
    if not wanted.sender and not wanted.tags:
        raise ApiError(40063, "external_userid, sender or tag_filter")
    chosen = [wanted.sender] if wanted.sender else people.contact_staff_ids(world)
    pool = dict.fromkeys(
        relation.customer
        for userid in chosen
        for relation in world.store.relations.get(userid, {}).values()
        if _tagged(relation.tags, wanted.tags)
    )
    return _assign(world, tuple(pool), wanted.sender)[0], []


def _tagged(tags: Sequence[str], wanted: tuple[tuple[str, ...], ...]) -> bool:
    """OR within a tag group, AND between groups."""
    return all(any(tag in tags for tag in group) for group in wanted)


def _assign(world: World, customers: tuple[str, ...], sender: str) -> tuple[Plan, list[str]]:
    """Each customer goes to the member who interacted with him last."""
    plan: Plan = {}
    failed: list[str] = []
    for customer in dict.fromkeys(customers):
        found = [each for each in world.relations_of(customer) if not each.half]
        found = [each for each in found if not sender or each.userid == sender]
        if not found:
            failed.append(customer)
            continue
        best = max(found, key=lambda each: each.last_contact)
        plan.setdefault(best.userid, []).append(customer)
    return plan, failed


def _plan_groups(world: World, wanted: Wanted) -> tuple[Plan, list[str]]:
    if not wanted.sender:
        raise ApiError(40063, "sender is required for groups")
    people.contact_staff(world, wanted.sender)
    owned = [each.chat_id for each in groups.owned(world, wanted.sender)]
    chosen = [chat for chat in wanted.chats if chat in owned] if wanted.chats else owned
    failed = [chat for chat in wanted.chats if chat not in owned]
    return ({wanted.sender: chosen} if chosen else {}), failed


def find(world: World, msgid: str) -> Bulk:
    """A bulk message; 41047 when unknown."""
    found = world.store.bulks.get(msgid)
    if found is None:
        raise ApiError(41047, msgid)
    return found


def dispatched(world: World, msgid: str) -> Bulk:
    """The same, but 41063 while it is still being handed out."""
    found = find(world, msgid)
    if world.now() - found.created_at < world.settings.bulk_dispatching_ms:
        raise ApiError(41063)
    return found


def messages(found: Bulk) -> list[Json]:
    """Text and attachments as they arrive: separate messages."""
    text = [{"msgtype": "text", "text": {"content": found.text}}] if found.text else []
    return text + found.attachments


def confirm(world: World, task: Task, chosen: list[str] | None) -> None:
    """The tap: every receiver gets his result, most of them the message."""
    found = world.store.bulks[task.ref]
    if chosen is not None and not (found.allow_select or task.kind == "bulk_group"):
        raise ControlError("this task does not let the member choose receivers", 409)
    task.status, task.sent_at = "sent", world.now()
    deliver = _to_group if task.kind == "bulk_group" else _to_customer
    for target in task.targets if chosen is None else [t for t in task.targets if t in chosen]:
        status = deliver(world, found, task.userid, target)
        task.results[target] = {"status": status, "at": world.now()}
    world.mark()


def _to_customer(world: World, found: Bulk, userid: str, customer: str) -> int:
    if not people.reachable(world, userid, customer):
        return NOT_FRIEND
    if not under_cap(world, customer):
        return OVER_CAP
    people.touch(world, userid, customer)
    for raw in messages(found):
        told = raw | {"bulk": found.msgid}
        world.receive(customer, "contact", userid, raw["msgtype"], words(raw), told)
    return SENT


def _to_group(world: World, found: Bulk, userid: str, chat_id: str) -> int:
    group = world.store.groups.get(chat_id)
    if group is None or group.owner != userid:
        return NOT_FRIEND
    if not under_cap(world, chat_id):
        return OVER_CAP
    for raw in messages(found):
        groups.deliver(world, group, userid, raw | {"bulk": found.msgid, "chat_id": chat_id})
    return SENT


def remind(world: World, msgid: str) -> None:
    """Notify the members again: three times in 24 hours (41094)."""
    found = find(world, msgid)
    if found.cancelled:
        raise ApiError(41093)
    found.reminders = [at for at in found.reminders if world.now() - at < DAY_MS]
    if len(found.reminders) >= REMINDERS_PER_DAY:
        raise ApiError(41094)
    found.reminders.append(world.now())
    world.mark()


def cancel(world: World, msgid: str) -> None:
    """Stop what is not yet sent (41093 the second time)."""
    found = find(world, msgid)
    if found.cancelled:
        raise ApiError(41093)
    found.cancelled = True
    for task_id in found.tasks.values():
        task = world.store.tasks[task_id]
        if task.status in ("waiting", "refused"):
            task.status = "cancelled"
    world.mark()
