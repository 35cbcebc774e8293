"""``onevoice members``: files in and out, one person over two ids, and what is said of mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.members import members
from tests.scenario.house import brand, look

ROWS = """id,name,acquisition_cost,tags,birthday,gender,city,source,remark
wm1,小周,60,新客|常客,1990-05-01,女,杭州,poster,喜欢绿茶
m:7,阿明,,旧客,,,,,
wm1,周姐,,,,,,,
"""


def call(config: Path, *words: str) -> Result:
    return CliRunner().invoke(members, [*words, "--config", str(config)])


def shown(config: Path, member: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(call(config, "show", member, "--json").stdout)
    return found


def test_members_come_from_a_file_and_go_into_one(tmp_path: Path) -> None:
    config, file, out = brand(tmp_path), tmp_path / "m.csv", tmp_path / "out.jsonl"
    file.write_text(ROWS, encoding="utf-8")
    assert call(config, "import", str(file)).stdout == (
        "3 rows: 2 members added, 0 changed, 0 as they were\n")  # fmt: skip
    assert "0 changed, 2 as they were" in call(config, "import", str(file)).stdout
    found = shown(config, "wm1")
    wanted = {"id": "wm1", "name": "周姐", "ltv": "-60.00", "tags": ["常客", "新客"], "level": None,
              "circles": [], "reachable": []}  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted and "stage" in found
    assert call(config, "export", str(out)).stdout.startswith("2 members in ")
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert lines == [
        {"id": "m:7", "name": "阿明", "tags": ["旧客"]},
        {"id": "wm1", "name": "周姐", "acquisition_cost": "60.00", "birthday": "1990-05-01",
         "gender": "女", "city": "杭州", "source": "poster", "remark": "喜欢绿茶",
         "tags": ["常客", "新客"]}]  # fmt: skip
    other = brand(tmp_path / "other")
    assert "2 members added" in call(other, "import", str(out)).stdout
    assert shown(other, "wm1")["tags"] == ["常客", "新客"]


def test_two_ids_become_one_person_and_two_again(tmp_path: Path) -> None:
    config, file = brand(tmp_path), tmp_path / "m.csv"
    file.write_text(ROWS, encoding="utf-8")
    call(config, "import", str(file))
    assert "m:7 is wm1 from now on" in call(config, "merge", "m:7", "wm1", "--note", "电话").stdout
    assert shown(config, "m:7")["ids"] == ["wm1", "m:7"]
    text = call(config, "show", "m:7").stdout
    assert "also m:7" in text and "电话" in text and "nowhere now" in text
    assert call(config, "part", "wm1", "m:7").stdout == "m:7 and wm1 are two persons again\n"
    assert shown(config, "m:7")["tags"] == ["旧客"]


@pytest.mark.parametrize(
    ("text", "words", "code", "said"),
    [
        ("id,naem\nwm1,x\n", (), 2, ":1: there is no column 'naem'; did you mean 'name'?"),
        ("id,name\nwm1,x\nwm2\n", (), 2, ":3: "),
        ("id,acquisition_cost\nwm1,1\nwm2,x\nwm3,y\n", (), 2,
         ":3: acquisition_cost: 'x' cannot be used (1 more such rows; nothing was written)"),
        ("id,acquisition_cost\nwm1,1\nwm2,x\n", ("--skip-bad",), 1, ":3: acquisition_cost"),
        ("id,naem\nwm1,x\n", ("--extra-as-facts",), 0, "1 members added"),
    ],
)  # fmt: skip
def test_a_file_with_a_fault_changes_nothing_unless_it_is_told_to(
    tmp_path: Path, text: str, words: tuple[str, ...], code: int, said: str
) -> None:
    config, file = brand(tmp_path), tmp_path / "m.csv"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(members, ["import", str(file), *words, "--config", str(config)])
    problem = str(done.exception) if done.exception is not None and code == 2 else done.output
    assert said in problem
    assert (done.exit_code if code != 2 else 2) == code
    rows = look(tmp_path / "data", "SELECT id FROM member ORDER BY id")
    assert [row["id"] for row in rows] == ([] if code == 2 else ["wm1"])
