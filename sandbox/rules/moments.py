"""Moments (朋友圈, page 95094): job -> task per member -> a tap -> visible to his friends."""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.rules import bulk, people
from sandbox.world.model import Json, Moment, MomentJob, Relation, Task
from sandbox.world.world import World

STARTED, RUNNING, DONE = 1, 2, 3


def create(
    world: World,
    users: list[str],
    everybody: bool,
    tags: list[str],
    text: str,
    attachments: list[Json],
) -> MomentJob:
    """Queue a moment for these members, or for all; at most ten creations a minute (45009)."""
    limit = world.settings.moments_jobs_per_minute
    if not world.windows.hit("moments", world.now(), limit):
        raise ApiError(45009, "moments per minute")
    able = people.contact_staff_ids(world)
    all_of_them = everybody or (tags and not users)
    made = _made(world, text, attachments, tags)
    job = MomentJob(
        jobid=world.secret_id("job", 24),
        moment_id=made.moment_id,
        created_at=made.created_at,
        invalid_users=[each for each in users if each not in able],
        invalid_tags=[tag for tag in tags if tag not in world.store.tags],
    )
    world.store.moment_jobs[job.jobid] = job
    for userid in able if all_of_them else [each for each in users if each in able]:
        targets = [relation.customer for relation in audience(world, made, userid)]
        if targets or not tags:
            made.tasks[userid] = bulk.add_task(world, "moment", made.moment_id, userid, targets)
    return job


def _made(world: World, text: str, attachments: list[Json], tags: list[str]) -> Moment:
    made = Moment(
        moment_id=world.secret_id("mom", 24),
        created_at=world.now(),
        text=text,
        attachments=attachments,
        tags=[tag for tag in tags if tag in world.store.tags],
    )
    world.store.moments[made.moment_id] = made
    return made


def audience(world: World, moment: Moment, userid: str) -> list[Relation]:
    """Friends of the member who may see the moment."""
    found = world.store.relations.get(userid, {}).values()
    return [
        each
        for each in found
        if people.reachable(world, userid, each.customer)
        and (not moment.tags or any(tag in each.tags for tag in moment.tags))
    ]


def job_status(world: World, job: MomentJob) -> int:
    """1 started, 2 running, 3 done, by the platform clock."""
    age, span = world.now() - job.created_at, world.settings.moments_job_ms
    if age >= span:
        return DONE
    return RUNNING if age * 2 >= span else STARTED


def find(world: World, moment_id: str) -> Moment:
    """A moment; 41060 when unknown."""
    found = world.store.moments.get(moment_id)
    if found is None:
        raise ApiError(41060, moment_id)
    return found


def published(world: World, moment_id: str, userid: str) -> tuple[Moment, Task]:
    """A moment and the member's task, which must be tapped (41061 not his, 41062 not yet)."""
    found = find(world, moment_id)
    if userid not in found.tasks:
        raise ApiError(41061, userid)
    task = world.store.tasks[found.tasks[userid]]
    if task.status != "sent":
        raise ApiError(41062)
    return found, task


def _cap_left(world: World, found: Moment, customer: str) -> bool:
    limit = world.settings.moments_per_customer_month
    if limit <= 0 or found.create_type == 1:
        return True
    counts = world.store.bulk_counts.setdefault(
        "moments " + bulk.CAPS["month_days"](world.now())[0], {}
    )
    counts[customer] = counts.get(customer, 0) + 1
    return counts[customer] <= limit


def confirm(world: World, task: Task, chosen: list[str] | None) -> None:
    """The tap: every friend of this account sees the moment, once."""
    found = world.store.moments[task.ref]
    task.status, task.sent_at = "sent", world.now()
    task.targets = []
    for relation in audience(world, found, task.userid):
        if relation.customer in task.results or not _cap_left(world, found, relation.customer):
            continue
        task.targets.append(relation.customer)
        task.results[relation.customer] = {"status": 1, "at": world.now()}
        _show(world, found, task.userid, relation.customer)
    world.mark()


def _show(world: World, found: Moment, userid: str, customer: str) -> None:
    kind = found.attachments[0]["msgtype"] if found.attachments else "text"
    raw = {
        "moment_id": found.moment_id,
        "text": {"content": found.text},
        "attachments": found.attachments,
    }
    world.receive(customer, "moment", userid, kind, found.text, raw)


def post_own(world: World, userid: str, text: str, attachments: list[Json]) -> Json:
    """A member's own moment, published by his own hand."""
    people.contact_staff(world, userid)
    made = Moment(
        moment_id=world.secret_id("mom", 24),
        created_at=world.now(),
        text=text,
        attachments=attachments,
        creator=userid,
        create_type=1,
    )
    world.store.moments[made.moment_id] = made
    task_id = made.tasks[userid] = bulk.add_task(world, "moment", made.moment_id, userid, [])
    confirm(world, world.store.tasks[task_id], None)
    return {"moment_id": made.moment_id, "task": task_id}


def cancel(world: World, moment_id: str) -> None:
    """Unpublished members cannot publish any more; what is published stays."""
    found = find(world, moment_id)
    found.cancelled = True
    for task_id in found.tasks.values():
        task = world.store.tasks[task_id]
        if task.status in ("waiting", "refused"):
            task.status = "cancelled"
    world.mark()


def react(
    world: World, customer: str, moment_id: str, like: bool | None, comment: str, userid: str
) -> Json:
    """A customer likes or comments on a moment he can see, under one publishing account."""
    found = world.store.moments.get(moment_id)
    if found is None:
        raise ControlError(f"no moment {moment_id}", 404)
    seen = [
        each
        for each in found.tasks
        if customer in world.store.tasks[found.tasks[each]].results
        and (not userid or each == userid)
    ]
    if not seen:
        raise ControlError(f"{customer} cannot see {moment_id}", 409)
    row = {"external_userid": customer, "create_time": world.now_s()}
    likes = found.likes.setdefault(seen[0], [])
    if like is not None:
        likes[:] = [each for each in likes if each["external_userid"] != customer]
    if like:
        likes.append(row)
    if comment:
        found.comments.setdefault(seen[0], []).append(row | {"content": comment})
    world.mark()
    return {"moment_id": moment_id, "userid": seen[0]}
