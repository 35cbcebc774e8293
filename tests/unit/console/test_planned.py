"""Days of the plan: what is to come, what became of the rest, and where nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.console.naming import held_back
from bot.console.planned import Day, Known, Selling, days, grid_of, midnight
from bot.core.clock import HOUR, to_ms
from bot.library.cast import Cast
from bot.persona.brand import Brand
from bot.store.plan import Occurred, Posted
from bot.studio.parse import parse_template
from bot.studio.render import Shelf
from scheduler.calendar import parse_calendar
from scheduler.outlook import outlook

ZONE = "Asia/Shanghai"
FIRST, AFTER = date(2026, 12, 7), date(2026, 12, 21)
NOW = to_ms(datetime(2026, 12, 9, 12, 0, tzinfo=ZoneInfo(ZONE)))
CALENDAR = """
[[entry]]
id = "table"
title = "茶席"
when = "mon,wed 20:00"
do = "moment"
persona = "a"
template = "moments/table"

[[entry]]
id = "cup"
when = "thu 08:30"
do = "group_post"
persona = "a"
template = "groups/cup"

[[blackout]]
from = 2026-12-13
to = 2026-12-13
why = "安静一天"

[[blackout]]
from = 2026-12-15
to = 2026-12-18
why = "什么都不卖"
kinds = ["promo"]
"""
TEMPLATES = {
    "moments/table": 'title = "茶席"\ngenre = "emotion"\norigin = "BGC"',
    "groups/cup": 'title = "杯子"\ngenre = "story"\norigin = "BGC"\nvalid_to = 2026-12-11',
    "promos/set": 'title = "旅行套装"\ngenre = "case"\norigin = "BGC"',
}


@pytest.fixture(scope="module")
def cast() -> Cast:
    shelf = Shelf.of(
        parse_template(name, f"+++\n{head}\n+++\n早。\n", f"content/{name}.j2")
        for name, head in TEMPLATES.items()
    )
    return Cast(
        zone=ZONE, brand=Brand(name="半盏"), shelf=shelf,
        calendar=parse_calendar(CALENDAR, "content/calendar.toml", ZONE),
    )  # fmt: skip


def made(cast: Cast, known: Known, now: int = NOW) -> dict[str, Day]:
    slots = outlook(cast, max(midnight(FIRST, ZONE), now), midnight(AFTER, ZONE))
    served = [replace(slot, held="" if slot.held.startswith("persona") else slot.held)
              for slot in slots]  # fmt: skip
    found = days(cast, replace(known, slots=served), FIRST, AFTER, now, Selling().judge(cast),
                 lambda day: day.month == 12)  # fmt: skip
    assert len(found) == 14
    return {day.date.isoformat(): day for day in found}


def at(day: int, hour: int) -> int:
    return midnight(date(2026, 12, day), ZONE) + hour * HOUR


def seen(day: Day) -> list[tuple[str, str]]:
    return [(thing.id, thing.state) for thing in day.things]


def test_days_to_come_are_planned_and_bare_ones_are_gaps(cast: Cast) -> None:
    found = made(cast, Known())
    assert seen(found["2026-12-09"]) == [("table", "planned")]
    assert not seen(found["2026-12-07"])
    gaps = [name for name, day in found.items() if day.gap]
    assert "2026-12-13" not in gaps and "2026-12-08" not in gaps and "2026-12-15" in gaps
    assert found["2026-12-09"].today and found["2026-12-08"].past
    assert found["2026-12-07"].kind.term == "大雪" and found["2026-12-13"].kind.blackout


def test_what_is_out_of_season_is_idle_unless_a_draft_put_it_there(cast: Cast) -> None:
    scripted = replace(cast, calendar=replace(cast.calendar, entry=cast.calendar.entry[1:]))
    slots = [replace(slot, held="content_dates") for slot in
             outlook(scripted, NOW, midnight(AFTER, ZONE))]  # fmt: skip

    def things(changed: frozenset[str]) -> list[bool]:
        found = days(cast, Known(slots=slots, changed=changed), FIRST, AFTER, NOW,
                     Selling().judge(cast), lambda day: True)  # fmt: skip
        return [thing.idle for day in found for thing in day.things]

    assert things(frozenset()) == [True, True]
    assert things(frozenset({"cup"})) == [False, False]


POST = Posted(at=at(7, 20), persona="a", kind="moment", content="promos/set",
              origin="campaign:table:20261207T2000", text="早", total=3, sent=2, waits=1,
              unsure=0)  # fmt: skip


def test_a_day_that_is_over_tells_what_was_done_and_what_was_not(cast: Cast) -> None:
    known = Known(
        occurred=[
            Occurred(entry="table", planned=at(7, 20), at=at(7, 20), state="done", note=""),
            Occurred(entry="gone", planned=at(8, 9), at=at(8, 9), state="skipped", note="spacing"),
            Occurred(entry="cup", planned=at(9, 8), at=at(9, 15), state="waiting", note="share"),
            Occurred(entry="table", planned=at(9, 20), at=at(9, 20), state="waiting", note=""),
        ],
        posted=[POST, replace(POST, at=at(8, 10), origin="campaign:other:20261208-start", sent=0,
                              waits=0, unsure=0)],
    )  # fmt: skip
    found = made(cast, known)
    (told,) = found["2026-12-07"].things
    assert (told.state, told.sent, told.of, told.template) == ("done", 2, 3, "promos/set")
    assert (found["2026-12-07"].posts, found["2026-12-07"].selling) == (1, 1)
    assert seen(found["2026-12-08"]) == [("gone", "left_out"), ("other", "left_out")]
    assert found["2026-12-08"].posts == 0
    waits, planned = found["2026-12-09"].things
    assert (waits.id, waits.state, waits.note) == ("cup", "waits", "share")
    assert planned.id == "table" and planned.state != "waits", "it stands there once"


@pytest.mark.parametrize(
    ("sent", "waits", "unsure", "state"),
    [(1, 2, 0, "done"), (0, 2, 1, "unsure"), (0, 3, 0, "waits"), (0, 0, 0, "left_out")],
)
def test_a_post_is_done_once_anybody_has_it(
    cast: Cast, sent: int, waits: int, unsure: int, state: str
) -> None:
    post = replace(POST, origin="staff:x", sent=sent, waits=waits, unsure=unsure)
    (thing,) = made(cast, Known(posted=[post]))["2026-12-07"].things
    assert (thing.what, thing.state) == ("post", state)


def test_weeks_around_a_month_are_whole() -> None:
    assert grid_of(date(2026, 12, 9)) == (date(2026, 11, 30), date(2027, 1, 4))
    assert grid_of(date(2027, 2, 28)) == (date(2027, 2, 1), date(2027, 3, 1))
    assert all(grid_of(date(2026, month, 1))[0].weekday() == 0 for month in range(1, 13))


def test_every_reason_has_words() -> None:
    for note, words in {
        "quiet_hours": "安静时段", "blackout: 公祭日": "静默日（公祭日）",
        "persona_dates: persona a ended on 2026-12-01": "人设不在服务期",
        "more than 2h late": "晚了 2h 以上", "nobody to post to": "没有能发的群或账号",
        "there is no template moments/x": "素材 moments/x 没有在用", "其他": "其他",
        "template moments/x: not valid on 2026-12-01": "素材 moments/x 在 2026-12-01 不在有效期",
        "answer: nothing like 苦|涩": "只发给说到 苦|涩 的客人",
        "unless: wrote:苦|涩": "客人已经说到 苦|涩，不用再发",
        "nothing is announced": "这一场没有要预告的话",
        "unless: replied": "他回了话", "unless: tag:买过|常客": "他有标签「买过、常客」",
    }.items():  # fmt: skip
        assert held_back("zh", note) == words
