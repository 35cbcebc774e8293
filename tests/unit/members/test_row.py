"""Rows of a members file: what a cell means, and what is wrong with it."""

from __future__ import annotations

import pytest

from bot.members.row import COLUMNS, MemberRow, Wrong, cells_of, read_row


def test_a_cell_says_what_stands_in_it_and_an_empty_one_nothing() -> None:
    row = read_row({"id": "wm1", "name": "小周", "acquisition_cost": "60.5", "tags": "新客| 常客 |新客",
                    "birthday": "1990/5/1", "gender": "女", "city": "", "皮肤": "干性"})  # fmt: skip
    assert row == MemberRow("wm1", {"name": "小周", "acquisition_cost": 6050, "birthday": "1990-05-01",
                                    "tags": ["常客", "新客"], "gender": "女", "皮肤": "干性"})  # fmt: skip


def test_a_bar_alone_is_no_tag_at_all_and_a_birthday_needs_no_year() -> None:
    assert read_row({"id": "1", "tags": "|", "birthday": "2月29日"}).said == {
        "tags": [], "birthday": "02-29"}  # fmt: skip


@pytest.mark.parametrize(
    ("column", "cell"),
    [("id", ""), ("id", "a b"), ("id", "x" * 129), ("acquisition_cost", "free"),
     ("acquisition_cost", "-1"), ("acquisition_cost", "1.005"), ("tags", "x" * 65),
     ("birthday", "1990-02-30"), ("birthday", "in May"), ("gender", "maybe"),
     ("remark", "x" * 2_001)],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_column(column: str, cell: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read_row({"id": "wm1"} | {column: cell})
    assert wrong.value.column == column and wrong.value.fix


def test_what_is_read_can_be_written_and_read_again() -> None:
    row = read_row(dict.fromkeys(COLUMNS, "1") | {"birthday": "05-01"})
    assert read_row({"id": row.id, **cells_of(row.said)}) == row


def test_of_two_rows_the_later_wins_cell_by_cell() -> None:
    early = MemberRow("wm1", {"name": "甲", "city": "杭州"})
    assert MemberRow("wm1", {"name": "乙"}).over(early).said == {"name": "乙", "city": "杭州"}
