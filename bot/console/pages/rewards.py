"""What activities give: what waits for somebody, what is left of each reward, who got what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages.circle_asked import at
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.console.words import said_or
from bot.core.money import amount
from bot.store import coupons, granting, grants, rewardbook
from bot.store.engine import Row, Tx
from bot.store.granting import RewardRefused
from bot.store.rewardbook import Line
from bot.store.staff import Account

SHOWN, WAITING, GRANTED_MAX, FILE_MAX, WHY_MAX = 50, 50, 500, 100_000, 200
POOL_MAX = 60
MARKS: Mapping[str, str] = {
    "held": "wait", "granted": "wait", "paying": "wait", "unsure": "bad", "sent": "good",
    "settled": "good", "failed": "", "clawed": "bad",
}  # fmt: skip
_CURSOR = re.compile(r"([0-9]{1,16})~([0-9a-f]{1,64})")
COLUMNS = ("id", "at", "member", "name", "activity", "run", "reward", "how", "points", "cents",
           "state", "why", "note", "source", "cause", "sent_at", "loss")  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """``held``: to decide; ``to_hand``: things that wait for a colleague; ``open``: packets of
    which nobody knows, or that wait for somebody."""

    lines: Sequence[Line]
    held: Sequence[Row]
    to_hand: Sequence[Row]
    open: Sequence[Row]
    counts: Mapping[str, int]
    rows: Sequence[Row]
    pools: Sequence[Row]
    titles: Mapping[str, str] = field(default_factory=dict)


def _read(tx: Tx, visit: Visit, state: str, activity: str, after: tuple[int, str] | None) -> Desk:
    made = visit.cast.activities.values() if visit.cast is not None else ()
    granted = rewardbook.waiting(tx, grants.GRANTED, GRANTED_MAX)
    return Desk(
        lines=rewardbook.lines(tx, made), counts=rewardbook.counts(tx),
        held=rewardbook.waiting(tx, grants.HELD, WAITING),
        to_hand=[row for row in granted if row["how"] == grants.THING][:WAITING],
        open=[*rewardbook.waiting(tx, grants.UNSURE, WAITING),
              *(row for row in granted if row["how"] == grants.PACKET and row["why"])],
        rows=rewardbook.page(tx, state=state, activity=activity, after=after, n=SHOWN + 1),
        pools=coupons.count(tx), titles={one.id: one.title for one in made},
    )  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """What waits for somebody first, then stock, then who got what."""
    state, activity = visit.query("s"), visit.query("a")[:128]
    if state and state not in grants.STATES:
        raise Refused(404, "error.gone")
    place = _CURSOR.fullmatch(visit.query("after"))
    after = (int(place[1]), place[2]) if place else None
    found = await visit.read(_read, visit, state, activity, after)
    rows, last = found.rows[:SHOWN], found.rows[SHOWN - 1 : SHOWN] if found.rows[SHOWN:] else ()
    older = f"{last[0]['at']}~{last[0]['id']}" if last else ""
    here = at("/rewards", s=state, a=activity)
    return await visit.page(
        "rewards.html", found=found, rows=rows, state=state, activity=activity, marks_of=MARKS,
        older=BASE + at("/rewards", s=state, a=activity, after=older) if older else "",
        newest=BASE + here if after else "", acts=visit.may(Right.REWARDS_ACT),
        hands=visit.may(Right.REWARDS_HAND), states=grants.STATES, why_most=WHY_MAX,
        file=BASE + at("/rewards/grants.csv", s=state, a=activity), why=lambda row: why(visit, row),
        chip=lambda one: BASE + at("/rewards", s=one, a=activity), sum=lambda n: amount(n),
        link=lambda id: BASE + at("/members/one", m=id), here=here,
        one=lambda id: BASE + at("/rewards/one", g=id),
    )  # fmt: skip


def why(visit: Visit, row: Row) -> list[str]:
    """The codes that a grant says, each in words."""
    return [said_or(visit.lang, f"reward_why.{one}", one) for one in row["why"].split(",") if one]


async def save(visit: Visit) -> web.Response:
    """Grants as a file."""
    state, activity = visit.query("s"), visit.query("a")[:128]
    found = await visit.read(rewardbook.page, activity=activity, state=state, n=FILE_MAX)
    zone = visit.console.config.timezone
    rows = [[_cell(row, name, zone) for name in COLUMNS] for row in found]
    return visit.csv("rewards.csv", BOM + lines([COLUMNS, *rows]))


def _cell(row: Row, name: str, zone: str) -> object:
    value = row[name]
    return stamp(value, zone) if name in ("at", "sent_at") and value is not None else value


async def take_codes(visit: Visit) -> web.Response:
    """Codes, one in a line, go into a pool: all of them or none."""
    pool = visit.typed.get("pool", "").strip()[:POOL_MAX]
    made, flaws = coupons.read(visit.typed.get("codes", ""))
    if not pool or not made or flaws:
        line = flaws[0].line if flaws else 0
        key = "rewards.codes_flaw" if flaws else "rewards.codes_none"
        return visit.go("/rewards", "bad", key, n=len(flaws), line=line)
    n = await visit.write(coupons.add, pool, made, visit.now, visit.who.login)
    return visit.go("/rewards", "good", "rewards.codes_done", n=n, pool=pool, old=len(made) - n)


async def more(visit: Visit) -> web.Response:
    """More of a reward than the file says."""
    n, reason = visit.typed_number("n") or 0, visit.typed.get("why", "").strip()[:WHY_MAX]
    activity, reward = visit.typed.get("a", "")[:128], visit.typed.get("r", "")[:128]
    cents = (visit.typed_number("yuan") or 0) * 100
    try:
        await visit.write(granting.more, activity, reward, visit.now, n=n, cents=cents,
                          why=reason, actor=visit.who.login)  # fmt: skip
    except RewardRefused:
        return visit.go("/rewards", "bad", "rewards.more_needs")
    return visit.go("/rewards", "good", "rewards.more_done", n=n, sum=amount(cents))


def _waiting(tx: Tx, who: Account, now: int) -> int:
    found = rewardbook.counts(tx)
    return found.get(grants.HELD, 0) + found.get(grants.UNSURE, 0)


SEE, ACT = Right.REWARDS_SEE, Right.REWARDS_ACT
PAGE = Page(
    routes=(
        Route(method="GET", path="/rewards", handler=show, needs=SEE),
        Route(method="GET", path="/rewards/grants.csv", handler=save, needs=ACT),
        Route(method="POST", path="/rewards/codes", handler=take_codes, needs=ACT),
        Route(method="POST", path="/rewards/more", handler=more, needs=ACT),
    ),
    entry=Entry(path="/rewards", name="rewards.title", needs=SEE, order=31, key="j",
                count=_waiting, topics=("rewards",)),
    topics={"rewards": SEE},
)  # fmt: skip
