"""All circles as cards: what each is for, who leads, how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.charts.bars import Chart, Point, bars
from bot.console.page import Entry, Page, Route
from bot.console.pages.circle_asked import circles_of, last_days, persona_name
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.clock import local
from bot.members import health
from bot.members.breaking import Brought
from bot.members.health import Kind, Sign
from bot.members.ledger import Line, summed
from bot.store import circledesk, people
from bot.store.circledesk import Card
from bot.store.engine import Tx
from bot.store.staff import Account


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A card with its words: who leads (empty: nobody), what there is to look at, how the last 30
    days went, and their picture (None: it was empty all the time)."""

    card: Card
    leader: str
    leads: bool
    signs: Sequence[Sign]
    whole: Kind
    joined: int
    left: int
    chart: Chart | None


def shown(visit: Visit, card: Card, leader: str) -> Shown:
    """One card in words; ``leader``: the name of the member who leads, if one does."""
    joined, left = summed(card.days)[3:5] if card.days else (0, 0)
    leads = bool(card.member) or _serves(visit, card.persona)
    found = health.signs(card.circle, card.figures, led=leads, oldest=card.oldest, joined=joined,
                         left=left, now=visit.now)  # fmt: skip
    return Shown(card=card, leader=leader, leads=leads, signs=found, whole=health.whole(found),
                 joined=joined, left=left, chart=growth(card.days))  # fmt: skip


def _serves(visit: Visit, persona: str) -> bool:
    if visit.cast is None or persona not in visit.cast.scripts:
        return False
    return not visit.cast.silence(persona, visit.now)


def growth(days: Sequence[Line]) -> Chart | None:
    """How many there were at the end of each day."""
    if not any(one.closing or one.left for one in days):
        return None
    return bars([Point(one.day.isoformat()[5:], one.closing, f"{one.closing:,}") for one in days])


def leader_of(visit: Visit, card: Card, names: dict[str, str]) -> str:
    """Who leads, by name; empty where nobody does."""
    return names.get(card.member, card.member) or persona_name(visit, card.persona)


def read(tx: Tx, visit: Visit, *only: str, moved: Sequence[Brought] | None = None) -> list[Shown]:
    """The circles that serve, or some of them, as they stand now."""
    wanted = [one for one in circles_of(visit).values() if not only or one.id in only]
    found = circledesk.cards(tx, wanted, last_days(visit), moved)
    names = people.names_of(tx, [one.member for one in found if one.member])
    return [shown(visit, one, leader_of(visit, one, names)) for one in found]


async def show(visit: Visit) -> web.Response:
    """All of them, those that need somebody first."""
    found = await visit.read(read, visit)
    rank = {"bad": 0, "wait": 1, "good": 2}
    found.sort(key=lambda one: (rank[one.whole], one.card.circle.title))
    today = local(visit.now, visit.console.config.timezone).date()
    return await visit.page("circles.html", found=found, tab="/circles", today=today)


def _waiting(tx: Tx, who: Account, now: int) -> int:
    return circledesk.waiting(tx)


SEE = Right.MEMBERS_SEE
PAGE = Page(
    routes=(Route(method="GET", path="/circles", handler=show, needs=SEE),),
    entry=Entry(path="/circles", name="circles.title", needs=SEE, order=26, key="e",
                count=_waiting, topics=("circles",), waits="/circles/queue"),
    topics={"circles": SEE},
)  # fmt: skip
