"""Once a week, when it is over, each customer group is measured and the result is kept."""

from __future__ import annotations

from datetime import date, timedelta

from bot.community.atmosphere import Weights
from bot.community.grouphealth import Figures, Health, health
from bot.core.clock import DAY
from bot.core.rota import day_of, week_of
from bot.library.selling import sells_with
from bot.library.speech import Setting
from bot.store import grouphealth, schedule
from bot.store.engine import Row, Tx
from scheduler.fate import DONE, Fate
from scheduler.recurrence import parse_when

DUE, AT, PAGE = "group_health", "mon 03:40", 100


def plan_weeks(tx: Tx, setting: Setting) -> None:
    """The next look stands in the table before it is due."""
    if not any(one.groups for one in setting.cast.circles.values()):
        return
    at = parse_when(AT, setting.cast.zone).after(setting.now)
    assert at is not None  # every Monday comes
    week = (day_of(at, setting.cast.zone) - timedelta(days=7)).isoformat()
    key = f"{DUE}/{week}"
    if key not in schedule.planned(tx, [key]):
        schedule.add_due(tx, key, DUE, at, {"week": week, "after": ""})


def run_week(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One page of groups; the next is due at once."""
    week, after = due["data"]["week"], due["data"]["after"]
    page = grouphealth.chats(tx, after, PAGE)
    span = week_of(date.fromisoformat(week), setting.cast.zone)
    for row, found, made in measured(tx, setting, page, span.since, span.until):
        grouphealth.keep(tx, row["id"], week, found, made, setting.now)
    if len(page) == PAGE:
        key = f"{DUE}/{week}//{page[-1]['id']}"
        schedule.add_due(tx, key, DUE, due["at"], {"week": week, "after": page[-1]["id"]})
    return DONE


def measured(
    tx: Tx, setting: Setting, rows: list[Row], since: int, until: int
) -> list[tuple[Row, Figures, Health]]:  # fmt: skip
    """These groups (id, name) in this time, with what it comes to."""
    found = grouphealth.measure(tx, [row["id"] for row in rows], since, until,
                                archive=setting.archive,
                                sells=lambda name: sells_with(setting.cast, name))  # fmt: skip
    return [(row, found[row["id"]], health(found[row["id"]], weights(setting, row)))
            for row in rows]  # fmt: skip


def lately(
    tx: Tx, setting: Setting, rows: list[Row], days: int = 7
) -> list[tuple[Row, Figures, Health]]:  # fmt: skip
    """The same for the last days."""
    return measured(tx, setting, rows, setting.now - days * DAY, setting.now)


def circle_of(setting: Setting, row: Row) -> str:
    """The circle whose group it is, or empty."""
    return next((one.id for one in setting.cast.circles.values()
                 if {row["id"], row["name"]} & set(one.groups)), "")  # fmt: skip


def weights(setting: Setting, row: Row) -> Weights:
    """What the parts of this group's score weigh."""
    made = setting.cast.atmospheres.get(circle_of(setting, row))
    return made.health if made else Weights()
