"""The rehearsal: start one, watch it, read what it showed, and what is different from the last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from aiohttp import web

from bot.console.compared import compared
from bot.console.naming import held_back, slug, tap_code
from bot.console.page import Entry, Page, Route
from bot.console.rights import Right
from bot.console.unsent import unsent
from bot.console.visit import Refused, Visit, whole
from bot.console.words import said_or
from bot.core.clock import local
from bot.core.rehearsing import Rehearsals, Run, Seen, Wish
from bot.store import audit
from bot.store.engine import Tx

# The least, the usual, the most.
BOUNDS = {"days": (1, 30, 92), "members": (10, 300, 2_000), "seed": (0, 1, 2**31)}
PRODUCT = 60_000  # days times members: a few minutes at low priority
# The report carries its style in itself; nothing of it may run.
CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


async def show(visit: Visit) -> web.Response:
    """What runs, the report in the address or the newest, and all that are kept."""
    runs = visit.console.rehearsals
    if visit.by_htmx and runs is not None and (await runs.look()).now is None:
        return web.Response(headers={"HX-Refresh": "true"})  # it is over: there is a report
    return await _page(visit)


async def _page(visit: Visit, status: int = 200, fault: str = "", **typed: str) -> web.Response:
    runs = visit.console.rehearsals
    seen = await runs.look() if runs is not None else Seen(None, ())
    done = [run for run in seen.kept if run.report is not None]
    values = typed or {name: str(usual) for name, (_, usual, _) in BOUNDS.items()}
    failed = seen.kept[0] if seen.kept and seen.kept[0].report is None else None
    return await visit.page(
        "rehearsal.html", status=status, fault=fault, values=values, bounds=BOUNDS,
        there=runs is not None, now=seen.now, done=done, failed=failed,
        may_run=visit.may(Right.PLAN_RUN), **_chosen(visit, done),
    )  # fmt: skip


def _chosen(visit: Visit, done: Sequence[Run]) -> dict[str, Any]:
    """The report that is shown, beside the one before it. Raises Refused when it is not kept."""
    wanted = visit.query("id")
    at = next((n for n, run in enumerate(done) if str(run.id) == wanted), None if wanted else 0)
    if at is None:
        raise Refused(404, "rehearsal.gone")
    if not done:
        return {"run": None, "found": None, "before": None, "same": ()}
    run, before = done[at], done[at + 1] if at + 1 < len(done) else None
    same = {a.id for a, b in pairwise(done) if a.report and b.report and
            a.report["digest"] == b.report["digest"]}  # fmt: skip
    assert run.report is not None
    return {"run": run, "before": before, "same": same,
            "found": compared(run.report, before.report if before else None),
            "reason": lambda code: _because(visit.lang, code)}  # fmt: skip


def _because(lang: str, code: str) -> str:
    """Why something did not leave, as the page that knows most of it says it."""
    for said in (held_back, unsent, tap_code):
        words = said(lang, code)
        if words != code:
            return words
    return said_or(lang, f"held.{slug(code)}", code)


def _runs(visit: Visit) -> Rehearsals:
    """Raises Refused in the first moments of a process."""
    if visit.console.rehearsals is None:
        raise Refused(503, "error.busy")
    return visit.console.rehearsals


async def start(visit: Visit) -> web.Response:
    """A rehearsal of the days from today on, in a process of its own."""
    typed = {name: visit.typed.get(name, "").strip() for name in BOUNDS}
    numbers = {name: whole(text) for name, text in typed.items()}
    for name, (least, _, most) in BOUNDS.items():
        number = numbers[name]
        if number is None or not least <= number <= most:
            fault = visit.t("rehearsal.bad", name=visit.t(f"rehearsal.{name}"), a=least, b=most)
            return await _page(visit, 422, fault, **typed)
    days, members, seed = (numbers[name] or 0 for name in BOUNDS)
    if days * members > PRODUCT:
        return await _page(visit, 422, visit.t("rehearsal.much", n=f"{PRODUCT:,}"), **typed)
    first = local(visit.now, visit.console.config.timezone).date().isoformat()
    wish = Wish(start=first, days=days, members=members, seed=seed, by=visit.who.login)
    id = await _runs(visit).start(wish)
    if id is None:
        return visit.go("/rehearsal", "wait", "rehearsal.other")
    await visit.write(_noted, id, "start", visit.who.login, visit.now,
                      f"{days} × {members}, {seed}")  # fmt: skip
    return visit.go("/rehearsal")


async def stop(visit: Visit) -> web.Response:
    """Ends the one that runs, whoever began it. What it has found is thrown away."""
    runs = _runs(visit)
    now = (await runs.look()).now
    if now is None or not await runs.stop():
        return visit.go("/rehearsal", "wait", "rehearsal.over")
    await visit.write(_noted, now.id, "stop", visit.who.login, visit.now, "")
    return visit.go("/rehearsal", "good", "rehearsal.stopping")


def _noted(tx: Tx, id: int, event: str, actor: str, now: int, reason: str) -> None:
    audit.record(tx, [audit.note("rehearsal", id, event, at=now, actor=actor, reason=reason)])


async def report(visit: Visit) -> web.Response:
    """The report with its pictures: in a frame, or as a file to save."""
    id = whole(visit.query("id"))
    found = await _runs(visit).page(id) if id is not None else None
    if found is None:
        raise Refused(404, "rehearsal.gone")
    day = local(id or 0, visit.console.config.timezone)
    name = f'attachment; filename="rehearsal-{day:%Y%m%d-%H%M%S}.html"'
    headers = {"Content-Disposition": name} if visit.query("save") else None
    return web.Response(body=found, content_type="text/html", charset="utf-8", headers=headers)


SEE, RUN = Right.PLAN_SEE, Right.PLAN_RUN
PAGE = Page(
    routes=(
        Route(method="GET", path="/rehearsal", handler=show, needs=SEE),
        Route(method="GET", path="/rehearsal/report", handler=report, needs=SEE, csp=CSP),
        Route(method="POST", path="/rehearsal/start", handler=start, needs=RUN),
        Route(method="POST", path="/rehearsal/stop", handler=stop, needs=RUN),
    ),
    entry=Entry(path="/rehearsal", name="rehearsal.title", needs=SEE, order=39, key="y"),
)  # fmt: skip
