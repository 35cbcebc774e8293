"""One entry of the calendar changes; every other line stays as it was."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.library.entries import blocks, find, free_id, with_entry, without_entry
from scheduler.calendar import parse_calendar

SAMPLE = (Path(__file__).parents[3] / "content" / "calendar.toml").read_text("utf-8")
ZONE = "Asia/Shanghai"
TEXT = """# 十二月

# ---- 第一周 ----

# 每周都要，别停
[[entry]]
id = "table"
title = "茶席"  # 晚上人多
when = "wed 20:00"
do = "moment"
persona = "a"
template = "moments/x"

# ---- 第二周 ----

[[entry]]
id = "last"
when = "fri 20:00"
do = "moment"
persona = "a"
template = "moments/y"

[[blackout]]
from = 2026-12-13
to = 2026-12-13
why = "公祭日"
"""
NEW = {"id": "new", "title": "清明", "when": "term:清明 08:00", "do": "moment", "persona": "a",
       "template": "moments/z", "groups": ""}  # fmt: skip


def touched(old: str, new: str) -> list[str]:
    return [line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+-"]


def test_a_value_changes_alone_and_a_new_key_stays_within_its_entry() -> None:
    made = with_entry(TEXT, {"when": "thu 20:00", "late": "1h", "title": "茶席"}, "table")
    assert touched(TEXT, made) == ['- when = "wed 20:00"', '+ when = "thu 20:00"', '+ late = "1h"']
    assert made.index('late = "1h"') < made.index("# ---- 第二周")
    assert with_entry(made, {"when": "wed 20:00", "late": ""}, "table") == TEXT


def test_a_heading_stays_and_an_entrys_own_comment_goes_with_it() -> None:
    made = without_entry(TEXT, "table")
    assert "# ---- 第一周 ----" in made and "别停" not in made
    assert [block.id for block in blocks(made)] == ["last"]
    last = without_entry(TEXT, "last")
    assert "# ---- 第二周 ----" in last and last.count("[[blackout]]") == 1
    assert without_entry('[[entry]]\nid = "a"\n', "a") == ""


def test_a_new_entry_is_the_last_and_its_id_is_free() -> None:
    made = with_entry(TEXT, NEW)
    assert made.startswith(TEXT) and "groups" not in made[len(TEXT) :]
    calendar = parse_calendar(made, "f", ZONE)
    assert [entry.id for entry in calendar.entry] == ["table", "last", "new"]
    assert calendar.blackout
    assert with_entry("", NEW).startswith("[[entry]]\nid = ")
    assert free_id(made, "new") == "new-2" and free_id(made, "other") == "other"


def test_every_entry_of_the_sample_is_put_back_taken_out_and_found() -> None:
    found = blocks(SAMPLE)
    ids = [entry.id for entry in parse_calendar(SAMPLE, "f", ZONE).entry]
    assert [block.id for block in found] == ids and len(ids) > 60
    for block in found:
        assert with_entry(SAMPLE, block.values, block.id) == SAMPLE
        without = without_entry(SAMPLE, block.id)
        assert all(line.startswith("- ") for line in touched(SAMPLE, without))
        assert len(parse_calendar(without, "f", ZONE).entry) == len(ids) - 1
    assert find(SAMPLE, "nobody") is None


@pytest.mark.parametrize(
    "text",
    ['entry = [{id = "a"}]\n', "entry = [\n  { id = 'a' },\n]\n", "[[entry]\n", "entry = [1]"],
)
def test_what_is_written_another_way_is_left_alone(text: str) -> None:
    with pytest.raises(BadInput):
        with_entry(text, {"when": "wed 20:00"}, "a")


def test_words_with_quotes_and_brackets_are_words() -> None:
    made = with_entry(TEXT, {"title": '他说"[[entry]]"\\好'}, "table")
    assert parse_calendar(made, "f", ZONE).entry[0].title == '他说"[[entry]]"\\好'
    with pytest.raises(BadInput):
        without_entry(made, "gone")
