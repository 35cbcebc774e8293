"""Segments: saved, changed, counted, written into files and explained, on both engines."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from random import Random

import pytest

from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.library.cast import Cast, build
from bot.store import audience, audit, contacts, people, segments
from bot.store.engine import Tx
from bot.store.sets import Sets
from tests.contract.conftest import NOW, Bench
from tests.contract.peopled import person, settle

CAST: Cast = build((), "Asia/Shanghai")
WORDS = "标签:常客 且 推广:可"


@pytest.fixture
def told(db: Bench) -> Bench:
    rng = Random(3)
    db.write(settle, [person(rng, number) for number in range(40)])
    db.write(meant.save, CAST, "常客", WORDS, "lin", NOW)
    return db


def test_words_are_kept_with_who_and_when(told: Bench) -> None:
    assert not told.write(meant.save, CAST, "常客", WORDS, "chen", NOW + 1)
    assert told.write(meant.save, CAST, "常客", "标签:常客", "chen", NOW + 2)
    found = told.read(segments.get, "常客")
    assert found is not None
    assert (found.words, found.made_by, found.made_at) == ("标签:常客", "lin", NOW)
    assert (found.changed_by, found.changed_at) == ("chen", NOW + 2)
    history = told.read(audit.history, "segment", "常客")
    assert [(row["actor"], row["before"], row["after"]) for row in history] == [
        ("lin", "", WORDS), ("chen", WORDS, "标签:常客")]  # fmt: skip


def test_what_is_refused(told: Bench) -> None:
    """A name that cannot be written behind a colon; a segment that asks for itself."""
    for name in ("", "a b", "a:b", "a)", "“a”", "长" * 65):
        with pytest.raises(BadInput):
            told.write(meant.save, CAST, name, WORDS, "lin", NOW)
    told.write(meant.save, CAST, "外", "分群:常客 或 来源:poster", "lin", NOW)
    with pytest.raises(BadInput, match="asks for itself"):
        told.write(meant.save, CAST, "常客", "标签:常客 且 分群:外", "lin", NOW)
    assert told.read(segments.get, "常客").words == WORDS  # type: ignore[union-attr]


def test_all_are_counted_and_what_cannot_be_read_says_why(told: Bench) -> None:
    told.write(meant.save, CAST, "内", "非 分群:常客", "lin", NOW)
    told.write(segments.save, "坏", "人设:gone", "lin", NOW)
    for sets in (None, Sets(few=0)):
        found = {one.segment.name: one for one in told.read(meant.counted, CAST, NOW, sets)}
        assert 0 < (found["常客"].count or 0) < 40
        assert (found["常客"].count or 0) + (found["内"].count or 0) == 40
        assert found["坏"].count is None
        assert "gone" in found["坏"].wrong


def test_a_file_holds_everybody_who_belongs(told: Bench, tmp_path: Path) -> None:
    lines, table = tmp_path / "a.jsonl", tmp_path / "a.csv"

    def write(tx: Tx, path: Path, words: str = "分群:常客") -> int:
        return meant.write_file(tx, meant.meaning(tx, CAST, words), NOW, path, "Asia/Shanghai")

    total = told.read(write, lines)
    assert told.read(write, table) == total > 0
    rows = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    cells = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    wanted = told.read(lambda tx: audience.page(tx, meant.of(tx, CAST, "常客"), NOW))
    assert [row["id"] for row in rows] == [row["id"] for row in cells] == wanted
    facts = told.read(audience.facts, wanted)
    for row, cell in zip(rows, cells, strict=True):
        known = facts[row["id"]]
        assert set(row["tag"]) == known["tag"] == set(cell["tag"].split("|"))
        assert (row["joined"] or "") == cell["joined"]
        assert (known["joined"] is None) is (row["joined"] is None)
    assert told.read(write, table, "标签:没有") == 0
    assert table.read_text("utf-8").startswith("id,name,opted_out,tag,")


def test_why_somebody_is_out(told: Bench) -> None:
    def verdict(tx: Tx) -> tuple[bool, list[str]]:
        wanted = meant.of(tx, CAST, "常客")
        found = meant.why(tx, wanted, "wm-new", NOW)
        return found.belongs, [one.said for one in found.because]

    told.write(people.ensure_member, "wm-new", NOW)
    assert told.read(verdict) == (False, ["标签:常客"])
    told.write(contacts.mark, "lin.xi", "wm-new", ["et-常客"], [], NOW)
    assert told.read(verdict) == (True, ["标签:常客", "推广:可"])


def test_a_code_that_was_told_later_is_seen(told: Bench) -> None:
    """The friendship is the same, so no event tells it."""
    sets = Sets(few=0)

    def count(tx: Tx) -> int:
        return audience.count(tx, meant.meaning(tx, CAST, "来源:late"), NOW, sets)

    told.write(people.ensure_member, "wm-new", NOW)
    told.write(people.befriend, "wm-new", "lin.xi", NOW)
    assert told.read(count) == 0
    told.write(people.befriend, "wm-new", "lin.xi", NOW, "late")
    assert told.read(count) == 1
