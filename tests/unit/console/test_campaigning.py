"""Campaigns as pages show them: the file and its form, phases, what is waited for, days, lift."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.console.campaign_days import Ran, things
from bot.console.campaign_file import typed_of, written
from bot.console.campaigning import Told, code_words, note_words, ordered, span_words, waits_for
from bot.console.charts.interval import interval
from bot.console.recurring import Unclear
from bot.core.clock import DAY, HOUR
from bot.core.errors import BadInput
from bot.store.campaigns import Owed, Run
from bot.store.review import Standing
from scheduler.campaigns import Campaign, CampaignFile, parse_campaign

NOW = 1_790_000_000_000
ZONE = "Asia/Shanghai"
TEXT = """# 年底那一盒
id = "cups"
title = "两个半盏"
do = "promo"
persona = "tester"
template = "promos/cups"   # 只说一次
audience = "标签:常客"
at = "2026-12-16 10:00"
until = "2d"
holdout = 0.1
goal = "reply"
"""
RUN = Run(id=1, name="cups", step="s", version=1, persona="tester", state="running", at=NOW,
          until=NOW + 2 * DAY, started_at=NOW)  # fmt: skip


def campaign(**more: Any) -> Campaign:
    file = CampaignFile(id="cups", do="promo", persona="tester", template="promos/cups", **more)
    return Campaign(file=file, zone=ZONE)


def told(**more: Any) -> Told:
    values: dict[str, Any] = {"name": "cups", "campaign": campaign(), "serving": 1, "live": True,
                              "newest": standing("approved")}  # fmt: skip
    return Told(**values | more)


def standing(state: str, version: int = 1) -> Standing:
    return Standing(kind="campaign", name="cups", version=version, author="wu", made_at=NOW,
                    state=state, base=0, note="", actor="wu", at=NOW)  # fmt: skip


def test_a_form_that_changes_nothing_leaves_the_file_as_it_is() -> None:
    file = parse_campaign(TEXT, "content/campaigns/cups.toml", ZONE).file
    typed = typed_of(file, ZONE)
    assert (typed["how"], typed["date"], typed["time"]) == ("once", "2026-12-16", "10:00")
    assert written(TEXT, "cups", typed, ZONE) == TEXT
    later = written(TEXT, "cups", typed | {"how": "hand", "pace": "500/h"}, ZONE)
    assert later == TEXT.replace('at = "2026-12-16 10:00"\n', "") + 'pace = "500/h"\n'


def test_a_new_file_has_what_was_said_and_no_more() -> None:
    typed = typed_of(campaign(title="新杯子", audience="标签:常客").file, ZONE)
    made = written("", "cups", typed | {"groups": "both", "remind": "x/y"}, ZONE)
    assert made == ('id = "cups"\ntitle = "新杯子"\ndo = "promo"\npersona = "tester"\n'
                    'template = "promos/cups"\naudience = "标签:常客"\n')  # fmt: skip
    post = written("", "cups", typed | {"do": "group_post", "groups": "both"}, ZONE)
    assert "audience" not in post and 'groups = "both"' in post


@pytest.mark.parametrize(("fields", "key"), [
    ({"persona": ""}, "needs"), ({"how": "once"}, "time"), ({"holdout": "ten"}, "share"),
    ({"ceiling": "-1"}, "ceiling"), ({"ceiling": "²"}, "ceiling"),
])  # fmt: skip
def test_what_is_no_number_or_missing_is_told(fields: dict[str, str], key: str) -> None:
    with pytest.raises(Unclear, match=f"campaign_fault.{key}"):
        written("", "cups", typed_of(campaign().file, ZONE) | fields, ZONE)


def test_what_the_file_refuses_is_told_as_its_fault() -> None:
    for fields in ({"pace": "fast"}, {"holdout": "80"}, {"how": "other", "when": "often"}):
        with pytest.raises(BadInput):
            written("", "cups", typed_of(campaign().file, ZONE) | fields, ZONE)


def test_phases_and_what_each_waits_for() -> None:
    assert told(serving=None, live=False, newest=standing("review")).phase == "review"
    ready = told()
    assert (ready.phase, ready.approvable) == ("ready", True)
    assert waits_for(ready, NOW) == ("campaign_waits.ready", {})
    approved = told(run=replace(RUN, state="approved"), runs=[replace(RUN, state="approved")])
    assert (approved.phase, approved.approvable) == ("approved", False)
    assert waits_for(approved, NOW) == ("campaign_waits.begin", {"at": NOW})
    assert approved.may("start") and approved.may("stop") and not approved.may("pause")
    going = told(run=RUN, runs=[RUN], counts={"queued": 4, "pending": 2, "sent": 1, "failed": 3})
    owed = [Owed(origin="", account=who, tasks=1, targets=2) for who in ("chen.mo", "lin.xi")]
    key, facts = waits_for(replace(going, owed=owed), NOW)
    assert (key, facts["who"], facts["n"]) == ("campaign_waits.taps", "chen.mo、lin.xi", 4)
    assert waits_for(going, NOW) == ("campaign_waits.pending", {"n": 2})
    assert (going.left, going.missed, going.resendable) == (6, 3, True)
    asleep = replace(going, run=replace(RUN, wake_at=NOW + HOUR))
    assert waits_for(asleep, NOW) == ("campaign_waits.opens", {"n": 2, "at": NOW + HOUR})


def test_what_is_over_may_be_approved_again_where_it_is_begun_by_hand_or_written_anew() -> None:
    done = replace(RUN, state="done")
    by_hand, dated = told(run=done, runs=[done]), campaign(at="2026-12-16 10:00")
    assert (by_hand.phase, by_hand.approvable) == ("done", True)
    once = replace(by_hand, campaign=dated)
    assert (once.phase, once.approvable) == ("done", False)
    anew = replace(once, serving=2, newest=standing("approved", 2))
    assert (anew.phase, anew.approvable) == ("ready", True)
    paused = replace(by_hand, run=replace(RUN, state="paused"), name="other")
    assert [one.name for one in ordered([by_hand, paused])] == ["other", "cups"]


def test_days_show_what_became_of_it_and_what_is_left() -> None:
    def judge(name: str) -> tuple[str, bool]:
        return "story", True

    ran = Ran(RUN, campaign(title="杯子"), {"sent": 4, "pending": 2, "out": 9})
    today, tomorrow = things([ran], NOW + 9 * DAY, NOW + HOUR, judge)
    assert (today.state, today.sent, today.of, today.sells) == ("waits", 4, 6, True)
    assert (tomorrow.at, tomorrow.of, tomorrow.state) == (NOW + DAY, 2, "planned")
    stopped = replace(ran, run=replace(RUN, state="stopped", note="够了"))
    (only,) = things([stopped], NOW + 9 * DAY, NOW, judge)
    assert (only.state, only.note) == ("done", "够了")
    (none,) = things([replace(stopped, counts={"cancelled": 2})], NOW + DAY, NOW, judge)
    assert none.state == "left_out"
    ahead = Ran(replace(RUN, at=NOW + 1), campaign(), {})
    assert list(things([ahead], NOW + DAY, NOW, judge)) == []


def test_an_interval_stands_around_its_point_and_shows_zero() -> None:
    drawn = interval(0.05, 0.01, 0.09)
    assert drawn.zero.x < drawn.low.x < drawn.point.x < drawn.high.x
    assert (drawn.low.text, drawn.point.text, drawn.zero.text) == ("+1.0", "+5.0", "0")
    below = interval(-0.05, -0.09, -0.01)
    assert below.high.x < below.zero.x
    assert interval(0.0, 0.0, 0.0).point == interval(0.0, 0.0, 0.0).zero


def test_codes_notes_and_spans_are_said_in_words() -> None:
    assert code_words("zh", "trust") == "刚认识，先不推广"
    assert code_words("zh", "stopped") == "群发停止了"
    assert code_words("en", "something odd") == "something odd"
    assert note_words("zh", "error budget: 9 of 60 failed, more than 5%").startswith("60 个结果里")
    assert note_words("zh", "够了") == "够了"
    assert (span_words("zh", "2d"), span_words("zh", "2026-12-18")) == ("2 天", "2026-12-18")
