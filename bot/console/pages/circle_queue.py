"""Who waits to be let into a circle, with his answers; a colleague lets him in or turns him away
politely, and sees before what he will hear."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.declining import Goodbye, goodbye
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import (
    at,
    circle_named,
    circles_of,
    persona_name,
    rung,
    setting_of,
)
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.errors import IllegalTransition
from bot.library.speech import Setting
from bot.members.circle import Circle
from bot.store import admitting, circles, lookups
from bot.store.admitting import SHOWN, AnsweredAnew, Behind, DecidedAlready
from bot.store.circling import CircleRefused
from bot.store.engine import Row, Tx
from scheduler.circling import voice_of

QUESTIONS, STAFF = "questions", "staff"
WHY_MAX = 200
DECIDED = 10
_CURSOR = re.compile(r"([0-9]{1,16})~([^~]{1,100})~([^~]{1,100})")
Act = Callable[[Tx, Circle, str], None]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application with its circle (None: it does not serve any more) and what he would hear."""

    row: Row
    circle: Circle | None
    goodbye: Goodbye | None


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue; ``rows`` may have one more than is shown."""

    rows: Sequence[Waiting]
    decided: Sequence[Row]
    counts: Mapping[str, int]


async def show(visit: Visit) -> web.Response:
    """The longest wait first, of all circles or of one."""
    wanted = visit.query("c")
    if wanted and wanted not in circles_of(visit):
        raise Refused(404, "circles.gone")
    found = await visit.write(_read, visit, wanted)
    rows, last = found.rows[:SHOWN], found.rows[SHOWN - 1].row if len(found.rows) > SHOWN else None
    older = "" if last is None else BASE + at("/circles/queue", c=wanted, after="~".join(
        (str(last["at"]), last["circle"], last["member"])))  # fmt: skip
    return await visit.page(
        "circle_queue.html", rows=rows, found=found, wanted=wanted, older=older,
        newest=BASE + at("/circles/queue", c=wanted) if visit.query("after") else "",
        tab="/circles/queue", decides=visit.may(Right.MEMBERS_EDIT), circles=circles_of(visit),
        persona_of=lambda id: persona_name(visit, id), why_most=WHY_MAX,
        link=lambda id: BASE + at("/members/one", m=id),
        chip=lambda id: BASE + at("/circles/queue", c=id),
    )  # fmt: skip


def _read(tx: Tx, visit: Visit, wanted: str) -> Queue:
    """Reads it, and notes who saw whose answers."""
    setting, place = setting_of(visit, tx), _CURSOR.fullmatch(visit.query("after"))
    behind = Behind(int(place[1]), place[2], place[3]) if place else None
    rows = admitting.page(tx, wanted, behind, SHOWN + 1)
    for row in rows[:SHOWN]:
        lookups.note(tx, visit.who.login, row["member"], "application", visit.now,
                     visit.console.config.timezone)  # fmt: skip
    waiting = [_waiting(tx, visit, setting, row) for row in rows]
    return Queue(waiting, admitting.decided(tx, wanted, DECIDED), circles.waiting(tx))


def _waiting(tx: Tx, visit: Visit, setting: Setting, row: Row) -> Waiting:
    circle = setting.cast.circles.get(row["circle"])
    if circle is None:
        return Waiting(row, None, None)
    voice = voice_of(tx, setting, circle, row["member"])
    return Waiting(row, circle, goodbye(visit.lang, setting, circle.id, voice, row["member"]))


async def admit(visit: Visit) -> web.Response:
    """He is in."""

    def act(tx: Tx, circle: Circle, member: str) -> None:
        voice = voice_of(tx, setting_of(visit, tx), circle, member)
        rule = QUESTIONS if circle.admission.how == "questions" else STAFF
        admitting.accept(tx, circle.id, member, visit.typed.get("seen", ""), visit.now, rule=rule,
                         actor=visit.who.login, persona=voice)  # fmt: skip

    return await _decide(visit, act, "circles.admitted")


async def reject(visit: Visit) -> web.Response:
    """He is told politely; nothing happens when there is nothing that would tell him."""
    why = visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]

    def act(tx: Tx, circle: Circle, member: str) -> None:
        setting = setting_of(visit, tx)
        voice = voice_of(tx, setting, circle, member)
        if goodbye(visit.lang, setting, circle.id, voice, member).fault:
            raise Refused(409, "circles.deaf")
        admitting.turn_down(tx, circle.id, member, visit.typed.get("seen", ""), visit.now,
                            why=why or STAFF, actor=visit.who.login, persona=voice)  # fmt: skip

    return await _decide(visit, act, "circles.rejected")


async def _decide(visit: Visit, act: Act, done: str) -> web.Response:
    circle, member = circle_named(visit, visit.typed.get("c", "")), visit.typed.get("m", "")
    here = at("/circles/queue", c=visit.typed.get("here", ""))
    if not 0 < len(member) <= 200:
        raise Refused(422, "inbox.odd_form")
    try:
        await visit.write(act, circle, member)
    except DecidedAlready as faster:
        row = faster.row or {"state": "none", "decided_by": ""}
        return visit.go(here, "bad", f"circles.already_{row['state']}", who=row["decided_by"])
    except AnsweredAnew:
        return visit.go(here, "bad", "circles.anew")
    except (CircleRefused, IllegalTransition):
        return visit.go(here, "bad", "circles.already_none", who="")
    rung(visit)
    return visit.go(here, "good", done, title=circle.title)


SEE, EDIT = Right.MEMBERS_SEE, Right.MEMBERS_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/circles/queue", handler=show, needs=SEE),
    Route(method="POST", path="/circles/admit", handler=admit, needs=EDIT),
    Route(method="POST", path="/circles/reject", handler=reject, needs=EDIT),
))  # fmt: skip
