"""The benchmarks at tiny sizes: what they report and that it is true. Never how fast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import pytest

from bot.bench import audience, dialogue, render, tick
from bot.bench.frame import BenchFailed, Result
from bot.bench.sample import NOW, Desk, brand, database
from bot.library import library
from bot.library.disk import Disk, read_disk
from bot.persona.match import Wording
from bot.store import audience as stored
from bot.store import filling
from bot.store.engine import Tx
from bot.store.sql import Composed
from scheduler.audience import parse_audience
from scheduler.reasons import belongs

MEMBERS = 2_500


@cache
def sample() -> Disk:
    """All of the sample brand's files, judged: that takes longer than what is measured here."""
    return read_disk(brand())


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (dialogue, library):
        monkeypatch.setattr(module, "read_disk", lambda config: sample())


def check(results: Sequence[Result], names: Sequence[str]) -> None:
    assert [result.name for result in results] == list(names)
    for result in results:
        assert result.value > 0
        assert result.floor > 0
        assert result.ratio_to_floor > 0 or result.value / result.floor > 500
        assert math.isfinite(result.ratio_to_floor)
        assert {"name", "value", "unit", "floor", "ratio_to_floor"} <= result.as_json().keys()


def test_rendering_counts_the_members_it_rendered_for() -> None:
    told: list[str] = []
    results = render.measure(told.append, members=300)
    check(results, ["render", "render.many"])
    assert results[1].detail["members"] == 300
    assert results[0].detail["characters"] == 160
    assert told


def test_the_template_has_ten_lines() -> None:
    assert render.TEXT.count("\n") + 1 >= 10


def test_ticks_claim_every_row_that_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "PAGES", 2)
    monkeypatch.setattr(tick, "IDLES", 20)
    results = tick.measure(lambda _: None, rows=300, rounds=2, wakes=3)
    check(results, ["tick", "tick.claims", "tick.wake"])
    assert results[1].detail["claimed"] == 2 * 2 * tick.PAGE * tick.PAGES
    # on a busy machine two rows may be due at one wake-up
    assert results[2].detail["wakes"] in (1, 2, 3)


def test_a_claim_that_misses_rows_is_no_result() -> None:
    with pytest.raises(BenchFailed, match="10 rows were due, 9"):
        tick._rate(9, 10, 1.0)


def test_segments_have_the_hits_that_one_counts_by_hand() -> None:
    results = audience.measure(lambda _: None, members=MEMBERS)
    named = [f"audience.{name}" for name in audience.WORDS]
    check(results, [*named, "audience.sets.some", "audience.sets.many"])
    with database() as desk:
        audience.build(desk, MEMBERS, lambda _: None)

        def by_hand(tx: Tx) -> list[int]:
            ids = [f"wmBench{1_000_000_000 + number}" for number in range(1, MEMBERS + 1)]
            facts = stored.facts(tx, ids)
            assert sum(len(known["tag"]) for known in facts.values()) == 5 * MEMBERS
            wanted = [parse_audience(words, {}, "UTC") for words in audience.WORDS.values()]
            return [sum(belongs(one, facts[i], NOW) for i in ids) for one in wanted]

        hits = desk.read(by_hand)
    small, some, large, many, negative = hits
    assert [*hits, some, many] == [result.detail["hits"] for result in results]
    assert 0 < small < some < large < many < negative < MEMBERS


def waiting(desk: Desk) -> int:
    [row] = desk.read(
        lambda tx: tx.rows(Composed("SELECT COUNT(*) AS n FROM due WHERE state = 'waiting'"))
    )
    return int(row["n"])


def test_the_world_is_removed() -> None:
    with database() as desk:
        desk.write(filling.put_due, 1, 10, NOW)
        assert waiting(desk) == 10
        folder = desk.path.parent
        assert folder.exists()
    assert not folder.exists()


def test_the_bare_claim_takes_each_row_once() -> None:
    with database() as desk:
        desk.write(filling.put_due, 1, 10, NOW)
        bare = filling.BareLine(desk.path)
        taken = [bare.claim(NOW, 4)[0] for _ in range(4)]
        bare.close()
        assert taken == [4, 4, 2, 0]
        assert waiting(desk) == 0


def test_the_dialogue_answers_every_question_of_the_sample() -> None:
    results = dialogue.measure(lambda _: None, wordings=400, queries=20, rounds=2)
    check(results, ["dialogue", "dialogue.match"])
    assert results[0].detail["answered"] == 20
    assert results[1].detail["wordings"] == 400


def test_the_plain_search_finds_the_wording_itself() -> None:
    texts = ["怎么泡白茶", "多久能发货", "可以退货吗", "有没有样品"]
    plain = dialogue.Plain.of(texts)
    assert [plain.best(text)[0] for text in texts] == [0, 1, 2, 3]
    assert plain.best("发货要多久")[0] == 1


def test_variations_are_the_same_in_every_run() -> None:
    import random

    disk = sample()
    first, second = (list(dialogue._various(disk, 900, random.Random(1))) for _ in range(2))
    assert first == second
    assert len({one.text for one in first}) == 900
    assert all(isinstance(one, Wording) for one in first)
