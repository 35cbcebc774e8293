"""What the governor held back: by reason, day, persona and plan, as a page or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from aiohttp import web

from bot.console import refusing
from bot.console.campaigning import code_words
from bot.console.cells import BOM, lines
from bot.console.flowing import plan_named
from bot.console.origins import page_of, titles_of
from bot.console.page import BASE, Page, Route
from bot.console.pages.campaign_read import names_of
from bot.console.refusing import Picked, Sum
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.words import known
from bot.core.clock import local
from bot.store import governor, quotas
from bot.store.engine import Tx
from bot.store.governor import Refused
from bot.store.quotas import Used
from scheduler.windows import midnight, month

SPANS: Mapping[str, int] = {"1": 1, "7": 7, "30": 30, "90": 90}
USUAL, ROWS = "7", 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The choice in the address: how many days back, and which sums."""

    days: str
    since: date
    until: date
    picked: Picked

    def link(self, path: str = "/refusals", **more: str) -> str:
        """An address with the same choice."""
        own = {"days": self.days, "persona": self.picked.persona, "plan": self.picked.plan,
               "code": self.picked.code} | more  # fmt: skip
        query = urlencode({key: value for key, value in own.items() if value})
        return f"{BASE}{path}?{query}"


def asked(visit: Visit) -> Asked:
    """What the address means; days that are none become the usual ones."""
    days = visit.query("days") if visit.query("days") in SPANS else USUAL
    until = local(visit.now, visit.console.config.timezone).date()
    picked = Picked(persona=visit.query("persona"), plan=visit.query("plan"),
                    code=visit.query("code"))  # fmt: skip
    return Asked(days=days, since=until - timedelta(days=SPANS[days] - 1), until=until,
                 picked=picked)  # fmt: skip


async def _found(visit: Visit, wanted: Asked) -> tuple[Sequence[Refused], Sequence[Refused]]:
    """All sums of these days, and those that are chosen."""
    rows = await visit.read(governor.refusals, wanted.since.isoformat(), wanted.until.isoformat())
    return rows, [one for one in rows if wanted.picked.takes(one)]


async def show(visit: Visit) -> web.Response:
    """Each list leaves its own choice out, so that one can change it."""
    wanted, titles, names = asked(visit), titles_of(visit.cast), names_of(visit.cast)
    rows, chosen = await _found(visit, wanted)
    picked = wanted.picked

    def but(**none: str) -> Sequence[Refused]:
        other = replace(picked, **none)
        return [one for one in rows if other.takes(one)]

    def words(one: Sum) -> str:
        return visit.t("refusals.day_told", no=one.no, later=one.later)

    left = await visit.read(_quotas, visit)
    latest = sorted(chosen, key=lambda one: (one.day, one.n), reverse=True)
    return await visit.page(
        "refusals.html", wanted=wanted, picked=picked, spans=SPANS, any=bool(rows),
        total=Sum("", sum(one.n for one in chosen if one.answer == "no"),
                  sum(one.n for one in chosen if one.answer == "later")),
        chart=refusing.chart(chosen, wanted.since, wanted.until, words),
        codes=refusing.sums(but(code=""), lambda one: one.code),
        personas=refusing.sums(but(persona=""), lambda one: one.persona),
        plans=refusing.sums(but(plan=""), lambda one: one.origin),
        rows=latest[:ROWS], more=len(latest) - ROWS, names=names,
        why=lambda code: code_words(visit.lang, code), name_of=lambda key: names.get(key, key),
        plan=lambda origin: plan_named(visit.lang, origin, titles),
        home=lambda origin: page_of(origin, titles),
        advice=visit.t(f"ruling_do.{picked.code}") if known(f"ruling_do.{picked.code}") else "",
        file=wanted.link("/refusals.csv"), left=left,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What one account has used of the platform's quotas, and how much there is."""

    used: Used
    bulk: int
    day: int
    month: int


def _quotas(tx: Tx, visit: Visit) -> list[Left]:
    """Each account that customers can add, in the order of the personas."""
    cast, zone = visit.cast, visit.console.config.timezone
    if cast is None:
        return []
    begins, _, days = month(visit.now, zone)
    today = midnight(local(visit.now, zone).date(), zone)
    rules = {
        account: visit.console.config.governor.rules(persona)
        for persona in cast.scripts
        for account in cast.accounts_of(persona, "contact")
    }
    most = visit.console.config.governor.general.platform_month or days
    return [Left(used=one, bulk=rules[one.account].platform_month or days,
                 day=rules[one.account].moments_day, month=rules[one.account].moments_month)
            for one in quotas.used(tx, list(rules), begins, today, most)]  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The chosen sums as a file."""
    wanted, titles, names = asked(visit), titles_of(visit.cast), names_of(visit.cast)
    _, rows = await _found(visit, wanted)
    head = [visit.t(f"refusals.{key}") for key in ("day", "persona", "plan", "answer", "why", "n")]
    cells = ([one.day, names.get(one.persona, one.persona),
              plan_named(visit.lang, one.origin, titles), visit.t(f"answer.{one.answer}"),
              code_words(visit.lang, one.code), one.n] for one in rows)  # fmt: skip
    return visit.csv("refusals.csv", BOM + lines([head, *cells]))


SEE = Right.PLAN_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/refusals", handler=show, needs=SEE),
    Route(method="GET", path="/refusals.csv", handler=save, needs=SEE),
))  # fmt: skip
