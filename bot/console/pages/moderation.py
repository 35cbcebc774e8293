"""What was said that somebody has to look at, and entries that wait for a colleague: one queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.community.moderating import Moderation
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import at, setting_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.clock import DAY
from bot.store import judged, lookups, moderation
from bot.store.engine import Row, Tx
from bot.store.moderation import SHOWN, ModerationRefused
from bot.store.runs import ActivityRefused
from scheduler import moderating

SPOTS = ("group", "internal", "entry", "kf")
ACTS = ("accept", "remove", "warn", "escalate")
WHY_MAX, DECIDED_FOR, DECIDED = 200, 14 * DAY, 20
# What only the platform can do, by where something was said.
HOWTO: Mapping[str, tuple[str, ...]] = {
    "group": ("kick", "rules", "spare"), "internal": ("words",), "kf": ("block",), "entry": (),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Queue:
    """What waits, and what was decided of late."""

    cases: Sequence[Row]
    entries: Sequence[Row]
    counts: Mapping[str, int]
    decided: Sequence[Row]


async def show(visit: Visit) -> web.Response:
    """What was escalated first, then the oldest; of one spot or of all."""
    spot = visit.query("spot")
    found = await visit.write(_read, visit, spot if spot in SPOTS else "")
    rules: Moderation | None = visit.cast.moderation if visit.cast else None
    return await visit.page(
        "moderation.html", found=found, spot=spot if spot in SPOTS else "", tab="/moderation",
        decides=visit.may(Right.MEMBERS_EDIT), rules=rules, howto=HOWTO, spots=SPOTS,
        archive=visit.console.config.wecom.archive.feed != "off", why_most=WHY_MAX,
        title=lambda rule: rules.title(rule) if rules else rule,
        chip=lambda name: BASE + at("/moderation", spot=name),
        link=lambda id: BASE + at("/members/one", m=id))  # fmt: skip


def _read(tx: Tx, visit: Visit, spot: str) -> Queue:
    """Reads it, and notes who saw whose words."""
    cases = moderation.queue(tx, spot or None)
    entries = moderation.entries(tx) if spot in ("", "entry") else []
    for row in (*cases, *entries):
        if row["member"]:
            lookups.note(tx, visit.who.login, row["member"], "moderation", visit.now,
                         visit.console.config.timezone)  # fmt: skip
    decided = moderation.decided(tx, visit.now - DECIDED_FOR, DECIDED)
    return Queue(cases=cases, entries=entries[:SHOWN], counts=moderation.counts(tx),
                 decided=decided)  # fmt: skip


async def decide(visit: Visit) -> web.Response:
    """One case: accepted, removed, warned or escalated."""
    id, act = visit.number(), visit.typed.get("act", "")
    if act not in ACTS:
        raise Refused(400, "moderation.no_act")
    why = _why(visit)

    def write(tx: Tx) -> None:
        moderating.decide(tx, setting_of(visit, tx), id, act, actor=visit.who.login, why=why)

    return await _act(visit, write, act)


async def entry(visit: Visit) -> web.Response:
    """One entry that no rule has found anything in: it counts, or it does not."""
    event, yes = visit.typed.get("event", ""), visit.typed.get("act") == "accept"
    why = _why(visit)

    def write(tx: Tx) -> None:
        judged.accept(tx, event, visit.now, yes=yes, why=why, actor=visit.who.login)

    return await _act(visit, write, "accept" if yes else "remove")


def _why(visit: Visit) -> str:
    return visit.typed.get("why", "").replace("\0", "").strip()[:WHY_MAX]


async def _act(visit: Visit, write: Callable[[Tx], None], act: str) -> web.Response:
    spot = visit.typed.get("here", "")
    back = at("/moderation", spot=spot if spot in SPOTS else "")
    try:
        await visit.write(write)
    except (ModerationRefused, ActivityRefused) as refused:
        why = visit.t("moderation.say_why") if isinstance(refused, ActivityRefused) else refused
        return visit.go(back, "wait", "moderation.refused", why=str(why))
    for bell in ("atmosphere", "due"):
        visit.console.bells.ring(bell)
    visit.console.bells.ring("outbox.reply")
    return visit.go(back, "good", f"moderation.did_{act}")


SEE, ACT = Right.MEMBERS_SEE, Right.MEMBERS_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/moderation", handler=show, needs=SEE),
    Route(method="POST", path="/moderation/entry", handler=entry, needs=ACT),
    Route(method="POST", path="/moderation/{id}", handler=decide, needs=ACT),
))  # fmt: skip
