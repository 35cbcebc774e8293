"""A file of content/activities as a form, and back; rules of communities in words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.community.activity import Activity
from bot.community.rules import parse_community
from bot.console.activity_days import Begun, things
from bot.console.activity_file import read, typed_of, written
from bot.console.communitied import changes
from bot.console.recurring import Unclear
from bot.core.errors import BadInput
from tests.unit.community.test_standing import RULES

FILE = """# 一句说明
id = "half"
title = "半盏"
circle = "tea"
kind = "quiz"
judge = "right"   # 谁赢
winners = 3
words = ["答题"]
[when]
announce = "2026-12-01 09:00"   # 元旦前
close = "2d"
[[questions]]
ask = "？"
options = ["一", "二"]
right = [2]
"""


def test_what_the_form_does_not_have_stays_as_it_is() -> None:
    typed = typed_of(FILE, "half")
    assert (typed["date"], typed["time"], typed["how"]) == ("2026-12-01", "09:00", "once")
    assert written(FILE, "half", typed) == FILE
    typed |= {"winners": "1", "templates_announce": "groups/news", "limits_places": "30"}
    made = written(FILE, "half", typed)
    assert "# 谁赢" in made and "# 元旦前" in made and "winners = 1" in made
    found = read(made, "half", "Asia/Shanghai")
    assert (found.limits.places, found.templates.announce) == (30, "groups/news")
    assert found.questions[0].right == (2,)


@pytest.mark.parametrize(("typed", "key", "value"), [
    ({"how": "again", "when_every": "daily 06:00"}, "announce", ""),
    ({"kind": "help", "need": "3", "within": "2h", "judge": "none", "winners": "0"}, "need", 3),
    ({"kind": "vote", "options": "甲\n\n乙\n甲"}, "options", ("甲", "乙")),
])  # fmt: skip
def test_what_has_no_meaning_for_a_kind_goes(typed: dict[str, str], key: str, value: Any) -> None:
    plain = FILE.partition("[[questions]]")[0].replace('"quiz"', '"vote"')
    made = written(plain, "half", typed_of(plain, "half") | {"options": "甲\n乙"} | typed)
    found: Activity = read(made, "half", "Asia/Shanghai")
    assert getattr(found, key, getattr(found.when, key, None)) == value
    assert (found.kind == "vote") is bool(found.options)


def test_what_cannot_be_written_says_why() -> None:
    for typed in ({"kind": "party"}, {"winners": "x"}):
        with pytest.raises(Unclear):
            written(FILE, "half", typed_of(FILE, "half") | typed)
    with pytest.raises(BadInput):
        typed_of("id = ", "half")


def test_what_two_versions_of_rules_have_otherwise() -> None:
    old = parse_community(RULES, "content/community/tea.toml")
    text = RULES.replace("from = 20", "from = 40").replace('id = "vote"', 'id = "votes"')
    found = changes(
        "zh", old, parse_community(text, "content/community/tea.toml"), {"half": "半盏"}
    )
    assert [(one.noun, one.how) for one in found] == [
        ("points", "new"), ("points", "gone"), ("level", "changed")]  # fmt: skip
    assert (found[2].before, found[2].after) == ("20 分起", "40 分起")
    assert changes("en", None, old, {})[0].after == "checking in: 2 points, at most 2 a day"


def test_a_run_that_posts_nothing_has_a_line_in_the_plan() -> None:
    said = FILE + '[templates]\nannounce = "groups/news"\n'
    rows = [Begun({"announce_at": at, "state": state, "note": "下雨"},
                  read(text, "half", "Asia/Shanghai"))
            for at, state, text in ((1, "awarded", FILE), (2, "cancelled", FILE), (9, "open", FILE),
                                    (1, "open", said))]  # fmt: skip
    found = list(things(rows, 5))
    assert [(one.state, one.note) for one in found] == [("done", ""), ("left_out", "下雨")]
