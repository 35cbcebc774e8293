"""Segments: saved, changed, counted, written into files and explained, on both engines."""

from __future__ import annotations

import csv
import itertools
import json
from pathlib import Path
from random import Random

import pytest

from bot.core.clock import DAY, HOUR
from bot.core.errors import BadInput
from bot.core.rfm import Thresholds
from bot.library import segments as meant
from bot.library.cast import Cast, build
from bot.pipeline.segmenting import Segmenting
from bot.store import audience, audit, contacts, people, segments
from bot.store.engine import Tx
from bot.store.sets import Sets
from tests.contract.conftest import NOW, Bench
from tests.contract.peopled import Person, person, settle
from tests.scenario.house import run

CAST: Cast = build((), "Asia/Shanghai")
WORDS = "标签:常客 且 推广:可"
PEOPLE = 16


@pytest.fixture
def told(db: Bench) -> Bench:
    rng = Random(3)
    db.write(settle, [person(rng, number) for number in range(PEOPLE)])
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
        assert 0 < (found["常客"].count or 0) < PEOPLE
        assert (found["常客"].count or 0) + (found["内"].count or 0) == PEOPLE
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


def test_a_former_name_means_the_same_however_often_it_changes(told: Bench) -> None:
    told.write(segments.save, "外", "分群:常客 或 标签:新客", "lin", NOW)
    before = told.read(lambda tx: audience.page(tx, meant.of(tx, CAST, "外"), NOW))
    names = ["常客", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "甲", "常客"]
    for n, (old, new) in enumerate(itertools.pairwise(names)):
        told.write(segments.rename, old, new, "chen", NOW + n)
    assert told.read(lambda tx: audience.page(tx, meant.of(tx, CAST, "外"), NOW)) == before != []
    assert told.read(segments.get, "常客").made_by == "lin"  # type: ignore[union-attr]
    assert {one.name: segments.moved_to(one) for one in told.read(segments.everything)} == {
        **dict.fromkeys(names[1:-1], "常客"), "常客": "", "外": ""}  # fmt: skip
    history = told.read(segments.history, "常客")
    assert [row["after"] for row in history] == [WORDS, *names[1:]]
    with pytest.raises(BadInput, match="already"):
        told.write(segments.rename, "外", "常客", "chen", NOW)
    with pytest.raises(BadInput, match="no segment"):
        told.write(segments.rename, "甲", "子", "chen", NOW)


def test_what_is_out_of_sight_goes_on_and_comes_back(told: Bench) -> None:
    assert told.write(segments.archive, "常客", "chen", NOW)
    assert not told.write(segments.archive, "常客", "chen", NOW)
    assert told.read(lambda tx: audience.count(tx, meant.of(tx, CAST, "常客"), NOW)) > 0
    assert told.read(meant.counted, CAST, NOW) == []
    assert told.read(segments.uncounted, "2026-09-21") == []
    assert told.write(segments.archive, "常客", "chen", NOW, back=True)
    assert [one.segment.name for one in told.read(meant.counted, CAST, NOW)] == ["常客"]


def test_groups_of_buyers_go_by_the_configured_thresholds(told: Bench) -> None:
    """Of few people, whose orders are of a few yuan, with the limits of this company."""
    people = _people()
    for often, much in ((1, 100), (2, 100), (2, 300), (3, 400)):
        limits = Thresholds(recent=3 * DAY, often=often, much=much)
        cast = build((), "Asia/Shanghai", thresholds=limits)
        told.write(meant.save, cast, "好", "买家:重要价值", "lin", NOW)
        found = told.read(lambda tx, c=cast: audience.page(tx, meant.of(tx, c, "好"), NOW))
        assert found == [one.id for one in people if _champion(one, limits)]


def _people() -> list[Person]:
    rng = Random(3)
    return [person(rng, number) for number in range(PEOPLE)]


def _champion(one: Person, limits: Thresholds) -> bool:
    kept = [(cents, at) for _, cents, at, held in one.orders if held]
    return (bool(kept) and NOW - max(at for _, at in kept) < limits.recent
            and len(kept) >= limits.often and sum(c for c, _ in kept) >= limits.much)  # fmt: skip


def test_each_is_counted_once_a_day_and_what_cannot_be_read_holds_nobody_up(
    told: Bench,
) -> None:
    def write(tx: Tx) -> None:
        segments.save(tx, "坏", "人设:gone", "lin", NOW)
        segments.note_day(tx, "常客", "2020-01-01", 7, 0)

    async def scenario() -> None:
        worker = Segmenting(told.store, lambda: CAST, "Asia/Shanghai")
        again = NOW
        while again - NOW < HOUR:
            again = await worker.step(NOW)
        regulars = [one for one in _people() if one.promo and "常客" in one.facts["tag"]]  # type: ignore[operator]
        (day,) = await told.store.read(segments.days_of, "常客")
        assert (day.day, day.members) == ("2026-09-21", len(regulars))
        assert await told.store.read(segments.days_of, "坏") == []
        assert await worker.step(NOW) - NOW == HOUR

    told.write(write)
    run(scenario)
