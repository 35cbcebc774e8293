"""Members files: what is read of them, in which encodings, and what comes out again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.library import membersfile as files
from bot.members.row import MemberRow


def taken(path: Path, *, extra: bool = False) -> tuple[list[MemberRow], files.Checked]:
    spool = BytesIO()
    checked = files.check(path, spool, extra=extra)
    return list(files.chosen(spool, checked)), checked


def test_the_last_row_of_a_member_wins_and_leaves_what_it_does_not_say(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "id,name,city\nwm1,甲,杭州\nwm2,乙,\nwm1,丙,\nwm1,,上海\n", encoding="utf-8-sig"
    )
    rows, checked = taken(path)
    assert rows == [
        MemberRow("wm2", {"name": "乙"}),
        MemberRow("wm1", {"name": "丙", "city": "上海"}),
    ]
    assert (checked.rows, checked.faults) == (4, [])


def test_gbk_and_lines_of_json_say_the_same(tmp_path: Path) -> None:
    gbk, lines = tmp_path / "m.csv", tmp_path / "m.jsonl"
    gbk.write_bytes("id,name,tags,acquisition_cost\nwm1,小周,常客|新客,0.10\n".encode("gbk"))
    lines.write_text('{"id": "wm1", "name": "小周", "tags": ["常客", "新客"], '
                     '"acquisition_cost": 0.10, "city": null}\n\n', encoding="utf-8")  # fmt: skip
    assert taken(gbk)[0] == taken(lines)[0]


def test_a_column_that_is_not_known_is_named_or_taken_as_a_fact(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("id,naem\nwm1,x\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"m\.csv:1: .*'naem'; did you mean 'name'\?.*--extra-as-f"):
        taken(path)
    assert taken(path, extra=True)[0] == [MemberRow("wm1", {"naem": "x"})]


def test_every_bad_row_is_told_with_its_line_and_the_rest_is_good(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text('id,name,acquisition_cost\nwm1,"a\nb",x\n,乙,1\nwm3,丙,3\n', encoding="utf-8")
    rows, checked = taken(path)
    assert [fault.line for fault in checked.faults] == [2, 4]
    assert [row.id for row in rows] == ["wm3"]


def test_what_is_written_is_read_again_as_it_was(tmp_path: Path) -> None:
    members = [("wm1", {"name": "小,周", "tags": ["a", "b"], "acquisition_cost": 6005, "city": "杭州"}),
               ("m:2", {"name": "", "tags": []})]  # fmt: skip
    for name in ("m.csv", "m.jsonl"):
        assert files.write_rows(tmp_path / name, members) == 2
        assert taken(tmp_path / name)[0] == [
            MemberRow("wm1", members[0][1]), MemberRow("m:2", {})]  # fmt: skip
