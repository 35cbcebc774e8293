"""Who stands at a stage of a category now, since when, and which event moved him there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from aiohttp import web

from bot.console import happened
from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages.member_one import doors
from bot.console.pages.value_asked import FILE_MAX, SHOWN, Sheet, asked, day, person
from bot.console.pages.value_tables import STAGES, stage_name
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.stages import Stage
from bot.store import history, journeys, membership, people
from bot.store.engine import Row, Tx
from bot.store.history import Line
from bot.store.membership import Called

PART = 500
NONE = "none"  # how an address names being at no stage


def _wanted(visit: Visit) -> tuple[str, Stage, Stage | None]:
    """Category, stage, and from where; what is no stage becomes the first."""
    named, was = visit.query("stage"), visit.query("was")
    stage = Stage.NONE if named == NONE else Stage(named) if named in STAGES else STAGES[0]
    return visit.query("category"), stage, Stage(was) if was in STAGES else None


def _moved(tx: Tx, rows: Sequence[Row]) -> tuple[dict[str, Line], Called, dict[str, str]]:
    """The events behind these rows, what they name, and who the members are."""
    events = history.named(tx, [row["event"] for row in rows])
    return events, membership.called(tx, list(events.values())), \
        people.names_of(tx, [row["member"] for row in rows])  # fmt: skip


def _why(visit: Visit, row: Row, events: Mapping[str, Line], names: Called) -> str:
    line = events.get(row["event"])
    return happened.told(visit.lang, line, names).text if line is not None else "–"


def _from(visit: Visit, row: Row) -> str:
    was = Stage(row["was"])
    gone_back = was.rank > Stage(row["stage"]).rank
    words = stage_name(visit, was)
    return visit.t("value.went_back", was=words) if gone_back else words


async def show(visit: Visit) -> web.Response:
    """A page of them."""
    form, (category, stage, was) = await asked(visit), _wanted(visit)
    path, t, zone = "/value/stage", visit.t, visit.console.config.timezone
    found = await visit.read(journeys.at, category, stage, visit.query("after"), SHOWN + 1, was)
    rows = [row | {"stage": stage.value} for row in found[:SHOWN]]
    events, named, names = await visit.read(_moved, rows)
    cells = [[person(names.get(row["member"], ""), row["member"]), day(row["at"], zone),
              _from(visit, row), _why(visit, row, events, named)] for row in rows]  # fmt: skip
    wanted = {"category": category, "stage": stage.value or NONE, "was": was.value if was else ""}
    more = form.link(path, **wanted, after=rows[-1]["member"]) if found[SHOWN:] else ""
    said = t("value.at_stage", category=category, stage=stage_name(visit, stage))
    if was is not None:
        said += t("value.c_sep") + t("value.came_from", was=stage_name(visit, was))
    head = [t(f"value.c_{name}") for name in ("who", "at", "was", "moved_by")]
    return await visit.page(
        "value_rows.html", form=form, tab="/value/buyers", title=t("value.stage_rows"), chips=(),
        said=said, path=path, more=more, first=form.link(path, **wanted),
        file=form.link("/value/stage.csv", **wanted),
        sheet=Sheet(head=head, rows=cells, words=4,
                    links=doors(visit, [row["member"] for row in rows])),
        back=(form.link("/value/buyers"), t("value.buyers_title")),
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """All of them as a file, at most FILE_MAX."""
    category, stage, was = _wanted(visit)
    zone, t = visit.console.config.timezone, visit.t

    def look(tx: Tx) -> list[list[object]]:
        made: list[list[object]] = []
        after = ""
        while len(made) < FILE_MAX:
            part = [row | {"stage": stage.value}
                    for row in journeys.at(tx, category, stage, after, PART, was)]  # fmt: skip
            events, named, names = _moved(tx, part)
            made += [[row["member"], names.get(row["member"], ""), day(row["at"], zone),
                      _from(visit, row), _why(visit, row, events, named)]
                     for row in part]  # fmt: skip
            if len(part) < PART:
                break
            after = part[-1]["member"]
        return list(islice(made, FILE_MAX))

    head = [t(f"value.c_{name}") for name in ("member", "name", "at", "was", "moved_by")]
    return visit.csv("value-stage.csv", BOM + lines([head, *await visit.read(look)]))


SEE = Right.VALUE_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/value/stage", handler=show, needs=SEE),
    Route(method="GET", path="/value/stage.csv", handler=save, needs=SEE),
))  # fmt: skip
