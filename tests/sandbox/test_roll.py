"""The members file of a generated world."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from sandbox import roll
from sandbox.generate import main


def test_it_is_the_same_for_the_same_seed_and_its_tags_follow_a_steep_law() -> None:
    made = list(roll.rows(2_000, 3))
    assert made == list(roll.rows(2_000, 3)) != list(roll.rows(2_000, 4))
    worn = [row[3].split("|") for row in made[1:]]
    assert {len(set(tags)) for tags in worn} == {roll.WORN}
    counted = Counter(tag for tags in worn for tag in tags)
    first, hundredth = roll.tag_names()[0], roll.tag_names()[99]
    assert counted[first] > 1_000 > 100 > counted[hundredth]


def test_the_command_writes_a_world_and_its_people_by_the_same_ids(tmp_path: Path) -> None:
    out, people = tmp_path / "w.toml", tmp_path / "m.csv"
    words = ["--customers", "30", "--out", str(out), "--members", str(people), "--facts"]
    assert main(words) == 0
    rows = list(csv.DictReader(io.StringIO(people.read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows][:2] == ["wmPOP0000001", "wmPOP0000002"]
    assert len(rows) == 30 and {row["source"] for row in rows} <= set(roll.SOURCES)
    assert "customers = 30" in out.read_text(encoding="utf-8")
