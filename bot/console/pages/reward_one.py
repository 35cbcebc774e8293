"""One reward of one person: what it rests on, what became of it, what colleagues do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import at
from bot.console.pages.rewards import MARKS, WHY_MAX, why
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.errors import IllegalTransition
from bot.core.money import amount
from bot.store import audit, granting, grants, packets, people, rewardbook, rewards
from bot.store.engine import Row, Tx
from bot.store.granting import RewardRefused

Act = Callable[[Tx, Row, Visit, str], None]


def _accept(tx: Tx, row: Row, visit: Visit, said: str) -> None:
    granting.accept(tx, row, visit.now, actor=visit.who.login, why=said)


def _refuse(tx: Tx, row: Row, visit: Visit, said: str) -> None:
    granting.refuse(tx, row, visit.now, actor=visit.who.login, why=said)


def _hand(tx: Tx, row: Row, visit: Visit, said: str) -> None:
    granting.hand_over(tx, row, visit.now, actor=visit.who.login, note=said)


def _claw(tx: Tx, row: Row, visit: Visit, said: str) -> None:
    granting.claw(tx, row, visit.now, actor=visit.who.login, why=said)


def _ask(tx: Tx, row: Row, visit: Visit, said: str) -> None:
    packets.ask_now(tx, row, visit.now, visit.who.login)


def _again(tx: Tx, row: Row, visit: Visit, said: str) -> None:
    made = rewardbook.reward_of(tx, row)
    if made is None:
        raise RewardRefused("nobody knows the rules of its run any more")
    granting.again(tx, row, made, visit.now, actor=visit.who.login, why=said)


ACTS: Mapping[str, tuple[Act, bool]] = {
    "accept": (_accept, False), "refuse": (_refuse, True), "hand": (_hand, False),
    "claw": (_claw, True), "ask": (_ask, False), "again": (_again, True),
}  # fmt: skip


def _read(tx: Tx, id: str) -> Mapping[str, Any] | None:
    row = grants.get(tx, id)
    if row is None:
        return None
    code = rewards.codes_of(tx, [id]).get(id, "")
    return {"row": row, "code": code[:2] + "…" + code[-2:] if code else "",
            "rests": rewardbook.cause_of(tx, row), "trail": audit.history(tx, grants.MACHINE, id),
            "name": people.names_of(tx, [row["member"]]).get(row["member"], "")}  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Everything about one; of a code only how it begins and ends."""
    found = await visit.read(_read, visit.query("g")[:64])
    if found is None:
        return visit.go("/rewards", "bad", "rewards.gone")
    return await visit.page(
        "reward.html", **found, title=_title(visit, found["row"]), why=why(visit, found["row"]),
        mark=MARKS, sum=amount,
        acts=visit.may(Right.REWARDS_ACT), hands=visit.may(Right.REWARDS_HAND), why_most=WHY_MAX,
        link=lambda id: BASE + at("/members/one", m=id),
    )  # fmt: skip


def _title(visit: Visit, row: Row) -> str:
    made = visit.cast.activities.get(row["activity"]) if visit.cast is not None else None
    return made.title if made else str(row["activity"])


async def act(visit: Visit) -> web.Response:
    """What the button says; nothing where somebody was faster."""
    name, id = visit.typed.get("do", ""), visit.typed.get("g", "")[:64]
    if name not in ACTS:
        raise Refused(422, "inbox.odd_form")
    if name != "hand" and not visit.may(Right.REWARDS_ACT):
        raise Refused(403, "error.right")
    work, needs = ACTS[name]
    said = visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]
    back = "/rewards" if visit.typed.get("here") == "list" else at("/rewards/one", g=id)
    if needs and not said:
        return visit.go(back, "bad", "rewards.say_why")

    def write(tx: Tx) -> None:
        work(tx, granting.called(tx, id), visit, said)

    try:
        await visit.write(write)
    except (RewardRefused, IllegalTransition):
        return visit.go(back, "bad", "rewards.moved")
    visit.console.bells.ring("rewards")
    return visit.go(back, "good", f"rewards.done_{name}")


PAGE = Page(routes=(
    Route(method="GET", path="/rewards/one", handler=show, needs=Right.REWARDS_SEE),
    Route(method="POST", path="/rewards/act", handler=act, needs=Right.REWARDS_HAND),
))  # fmt: skip
