"""The task desk: what waits for whose tap, how long it has, how many it reached; stopping it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.naming import tap_code
from bot.console.origins import named, titles_of
from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages.member_one import at as page_of
from bot.console.rights import Access, Right
from bot.console.visit import Refused, Visit
from bot.core.clock import DAY, local
from bot.store import atmosphere, audit, ledger_rows, people, pullback, tapdesk
from bot.store.atmosphere import Prompt
from bot.store.engine import Row, Tx
from bot.store.staff import Account
from bot.store.tapdesk import Desk, Owner, Task

DONE_FOR = 3 * DAY
WHY_MAX = 200
TOPIC = "tasks"


async def show(visit: Visit) -> web.Response:
    """All tasks, or those of one account."""
    account = visit.query("account") or None

    def read(tx: Tx) -> tuple[Desk, Sequence[Owner], list[Prompt]]:
        prompts = atmosphere.of(tx, visit.now - DAY, account)
        return tapdesk.desk(tx, visit.now - DONE_FOR, account), tapdesk.owners(tx), prompts

    desk, owners, prompts = await visit.read(read)
    return await visit.page("tasks.html", desk=desk, owners=owners, account=account or "",
                            prompts=[one for one in prompts if one.state == "open"],
                            **beside(visit))  # fmt: skip


def beside(visit: Visit) -> dict[str, Any]:
    """What pages of tasks say beside the tasks: names of personas, near moments."""
    return {"names": names_of(visit), "near": lambda at: near(visit, at)}


def near(visit: Visit, at: int) -> str:
    """A moment as people say it: by its day for today and tomorrow, else by the date."""
    zone = visit.console.config.timezone
    there, day = local(at, zone), local(visit.now, zone).date()
    names = {day: visit.t("tasks.today"), local(visit.now + DAY, zone).date():
             visit.t("tasks.tomorrow")}  # fmt: skip
    return f"{names.get(there.date(), there.strftime('%m-%d'))} {there:%H:%M}"


def names_of(visit: Visit) -> dict[str, str]:
    """What personas are called, by id."""
    cast = visit.cast
    return {key: script.persona.name for key, script in cast.scripts.items()} if cast else {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One task with its receivers and what happened to it."""

    task: Task
    people: Sequence[Row]
    names: Mapping[str, str]
    trail: Sequence[Row]
    handed: bool  # the task that was made of it has been given to its owner


async def one(visit: Visit) -> web.Response:
    """One task: whom it is for, what became of each, what happened to it."""
    id = visit.number()

    def read(tx: Tx) -> Told | None:
        task = tapdesk.one(tx, id)
        if task is None:
            return None
        rows = tapdesk.people(tx, id)
        return Told(task=task, people=rows, names=_names(tx, rows),
                    trail=audit.history(tx, "tap", id),
                    handed=bool(task.made_into and tapdesk.one(tx, task.made_into)))  # fmt: skip

    found = await visit.read(read)
    if found is None:
        raise Refused(404, "tasks.gone")
    told = [(row, tap_code(visit.lang, row["note"])) for row in found.people]
    return await visit.page(
        "task.html", task=found.task, people=told, called=found.names, trail=found.trail,
        handed=found.handed, origin=named(visit.lang, titles_of(visit.cast), found.task.origin),
        **beside(visit), why=tap_code(visit.lang, found.task.why),
        link=lambda id: BASE + page_of(id),
    )  # fmt: skip


def _names(tx: Tx, rows: Sequence[Row]) -> Mapping[str, str]:
    """What members and groups among the receivers are called, by their ids."""
    members = [row["member"] for row in rows if row["member"]]
    groups = [row["peer"] for row in rows if not row["member"]]
    return people.names_of(tx, members) | ledger_rows.names(tx, groups)


async def stop(visit: Visit) -> web.Response:
    """Nobody may tap it any more: it is called off on the platform within seconds."""
    id, why = visit.number(), visit.typed.get("why", "").strip()[:WHY_MAX]
    stopped = await visit.write(pullback.call_off, id, why or visit.t("tasks.stopped_by_hand"),
                                visit.now, visit.who.login)  # fmt: skip
    visit.console.bells.ring("taps")
    if stopped:
        return visit.go("/tasks", "good", "tasks.stopping")
    return visit.go("/tasks", "wait", "tasks.too_late")


def waiting(tx: Tx, _: Account, now: int) -> int:
    """How many tasks wait for a tap."""
    return tapdesk.waiting(tx)


SEE, STOP = Right.TASKS_SEE, Right.TASKS_STOP
PAGE = Page(
    routes=(
        Route(method="GET", path="/tasks", handler=show, needs=SEE),
        Route(method="GET", path="/tasks/{id}", handler=one, needs=SEE),
        Route(method="POST", path="/tasks/{id}/stop", handler=stop, needs=STOP),
    ),
    entry=Entry(path="/tasks", name="tasks.title", needs=SEE, order=14, key="k", count=waiting,
                topics=(TOPIC,)),
    topics={TOPIC: Access.SIGNED_IN},
)  # fmt: skip
