"""Waiting tasks in a member's client: listed, tapped or refused."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.errors import ControlError
from sandbox.rules import bulk, moments
from sandbox.world.model import Json, Task
from sandbox.world.world import World

CONFIRM: dict[str, Callable[[World, Task, list[str] | None], None]] = {
    "bulk_single": bulk.confirm,
    "bulk_group": bulk.confirm,
    "moment": moments.confirm,
}


def view(world: World, task: Task) -> Json:
    """A task as the member sees it."""
    source = world.store.moments[task.ref] if task.kind == "moment" else world.store.bulks[task.ref]
    return {
        "id": task.id,
        "kind": task.kind,
        "text": source.text,
        "targets": task.targets,
        "status": task.status,
        "created_at": task.created_at,
        "userid": task.userid,
        "ref": task.ref,
        "attachments": source.attachments,
        "sent_at": task.sent_at,
        "results": {key: row["status"] for key, row in task.results.items()},
    }


def of_staff(world: World, userid: str, every: bool) -> list[Json]:
    """What waits for this member, oldest first; with `every` also what is done."""
    ids = world.store.staff_tasks.get(userid, [])
    found = [world.store.tasks[task_id] for task_id in ids]
    return [view(world, task) for task in found if every or task.status == "waiting"]


def _task(world: World, userid: str, task_id: str) -> Task:
    task = world.store.tasks.get(task_id)
    if task is None or task.userid != userid:
        raise ControlError(f"{userid} has no task {task_id}", 404)
    return task


def confirm(world: World, userid: str, task_id: str, chosen: list[str] | None) -> Json:
    """The member taps send. A second tap changes nothing; a stopped task cannot be tapped (409)."""
    task = _task(world, userid, task_id)
    if task.status == "cancelled":
        raise ControlError(f"task {task_id} was cancelled", 409)
    if task.status != "sent":
        CONFIRM[task.kind](world, task, chosen)
    return view(world, task)


def refuse(world: World, userid: str, task_id: str) -> Json:
    """The member dismisses the task; for the API it stays unsent."""
    task = _task(world, userid, task_id)
    if task.status not in ("waiting", "refused"):
        raise ControlError(f"task {task_id} is {task.status}", 409)
    task.status = "refused"
    world.mark()
    return view(world, task)
