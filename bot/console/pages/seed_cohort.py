"""What came of a list: its seed users beside those who fitted as well, and beside the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages.circle_asked import titles
from bot.console.pages.seeds import SEE, list_at, rules_named
from bot.console.visit import Refused, Visit
from bot.store import cohort, seedlists
from bot.store.cohort import AFTER, Told
from bot.store.engine import Row, Tx

EACH = ("days", "posts", "orders", "brought")


async def show(visit: Visit) -> web.Response:
    """A picture for each number, and the table of them."""
    row, found = await _found(visit)
    charts = [(visit.t(f"seed_cohort.{name}"), visit.t("seeds.each"), _means(visit, found, name))
              for name in EACH]  # fmt: skip
    charts += [(visit.t("seed_column.stayed", n=day), "", bars) for day in AFTER
               if (bars := _stayed(visit, found, day))]  # fmt: skip
    return await visit.page(
        "seed_cohort.html", row=row, found=found, charts=charts, tab="cohort",
        names=[*(visit.t(f"seed_cohort.{name}") for name in EACH),
               *(visit.t("seed_column.stayed", n=day) for day in AFTER)],
        title=titles(visit).get(row["circle"]), each=EACH, after=AFTER, share=_share,
        mean=_mean, list_at=list_at, sampled=[one for one in found if one.people < one.of],
    )  # fmt: skip


async def _found(visit: Visit) -> tuple[Row, Sequence[Told]]:
    id = visit.query("l")[:200]
    rules = rules_named(visit, id.partition("@")[0])

    def read(tx: Tx) -> tuple[Row, Sequence[Told]]:
        row = seedlists.get(tx, id)
        if row is None:
            raise Refused(404, "seeds.no_list")
        return row, cohort.of(tx, rules, id, visit.now)

    return await visit.read(read)


def _mean(one: Told, name: str) -> str:
    """For one person; a dash where there is nobody."""
    return f"{getattr(one, name) / one.people:.1f}" if one.people else "–"


def _share(one: Told, day: int) -> str:
    """How many of how many stayed; a dash where it is too early, or there is nobody."""
    had = one.stayed[day]
    return f"{100 * had[0] / had[1]:.0f}%" if had and had[1] else "–"


@dataclass(frozen=True, slots=True)
class Bar:
    """One group in a picture that begins at zero; ``words``: its number, a dash where there is
    none."""

    label: str
    value: float
    most: float
    words: str


def _bars(visit: Visit, values: Sequence[tuple[Told, float | None, str]]) -> list[Bar]:
    most = max((value or 0 for _, value, _ in values), default=0) or 1
    return [Bar(visit.t(f"seed_group.{one.who}"), round(value or 0, 3), round(most, 3), words)
            for one, value, words in values]  # fmt: skip


def _means(visit: Visit, found: Sequence[Told], name: str) -> list[Bar]:
    return _bars(visit, [(one, getattr(one, name) / one.people if one.people else None,
                          _mean(one, name)) for one in found])  # fmt: skip


def _stayed(visit: Visit, found: Sequence[Told], day: int) -> list[Bar]:
    """Nothing where it is too early for all."""
    had = [(one, one.stayed[day]) for one in found]
    return _bars(visit, [(one, kept[0] / kept[1] if kept and kept[1] else None, _share(one, day))
                         for one, kept in had]) if any(kept for _, kept in had) else []  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The table as a file: sums, and how many stayed of how many."""
    row, found = await _found(visit)
    head = [visit.t(f"seed_column.{name}") for name in ("group", "people", "of")]
    head += [visit.t(f"seed_cohort.{name}") for name in EACH]
    head += [visit.t("seed_column.stayed", n=day) for day in AFTER]
    rows = [[visit.t(f"seed_group.{one.who}"), one.people, one.of,
             *(getattr(one, name) for name in EACH),
             *(kept[0] if (kept := one.stayed[day]) else "" for day in AFTER)]
            for one in found]  # fmt: skip
    return visit.csv(f"cohort-{row['day']}.csv", BOM + lines([head, *rows]))


PAGE = Page(routes=(
    Route(method="GET", path="/seeds/cohort", handler=show, needs=SEE),
    Route(method="GET", path="/seeds/cohort.csv", handler=save, needs=SEE),
))  # fmt: skip
