"""The matcher: exactness, quality on a small set of its own, speed-independent bounds."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.persona.match import Matcher, Wording

from .questions import QUESTIONS, STRANGERS

SHOP = Matcher.of(Wording(q.id, text) for q in QUESTIONS for text in q.wordings)


def test_a_stored_wording_scores_one() -> None:
    for question in QUESTIONS:
        for text in question.wordings:
            best = SHOP.best(f"{text}？？ 😊")[0]
            assert (best.rule, best.score) == (question.id, 1.0)


def test_quality_on_unseen_wordings() -> None:
    asked = [(q.id, SHOP.best(text)) for q in QUESTIONS for text in q.asked]
    ranks = [[c.rule for c in found].index(rule) if rule in {c.rule for c in found} else 9
             for rule, found in asked]  # fmt: skip
    assert sum(rank == 0 for rank in ranks) / len(asked) >= 0.80
    assert sum(rank < 3 for rank in ranks) / len(asked) >= 0.92
    known = [found[0].score for _, found in asked if found]
    assert _auc(known, [_top(text) for text in STRANGERS]) >= 0.93


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("能开发飘吗", "invoice"),
        ("怎么推款", "refund"),
        ("宠物能代吗", "pet"),
        ("店再哪里", "where"),
    ],
)
def test_slips_of_sound_are_forgiven(typed: str, rule: str) -> None:
    assert SHOP.best(typed)[0].rule == rule


def test_strangers_are_not_answered() -> None:
    assert sum(_top(text) >= 0.55 for text in STRANGERS) <= 1


def test_candidates_are_distinct_rules_best_first() -> None:
    found = SHOP.best("可以退货退款吗")
    assert 1 < len(found) <= 5
    assert len({c.rule for c in found}) == len(found)
    assert [c.score for c in found] == sorted((c.score for c in found), reverse=True)


def test_of_equal_wordings_the_first_rule_wins() -> None:
    matcher = Matcher.of([Wording("a", "几点关门"), Wording("b", "几点关门？")])
    assert matcher.best("几点关门")[0].rule == "a"


def test_nothing_to_find() -> None:
    assert Matcher.of([]).best("在吗") == ()
    assert Matcher.of([Wording("a", "。")]).best("在吗") == ()
    assert SHOP.best("？？") == ()
    assert SHOP.best("xyzzy") == ()


def test_a_crowd_of_wordings_is_searched_within_bounds() -> None:
    crowd = product(
        "红绿白黑", "茶壶杯盘", ("怎么洗", "多少钱", "怎么退", "几天到"), "一二三四五六七八九十"
    )
    matcher = Matcher.of(Wording("".join(parts), "".join(parts)) for parts in crowd)
    assert matcher.best("绿杯多少钱七")[0].score == 1.0
    assert matcher.best("七号绿色的杯子多少钱")[0].rule == "绿杯多少钱七"


@given(st.text(max_size=80))
def test_no_text_crashes_it(text: str) -> None:
    for candidate in SHOP.best(text):
        assert 0 <= candidate.score <= 1


def _top(text: str) -> float:
    found = SHOP.best(text)
    return found[0].score if found else 0.0


def _auc(inside: list[float], outside: list[float]) -> float:
    """The chance that a known question scores above a stranger."""
    wins = sum((a > b) + (a == b) / 2 for a in inside for b in outside)
    return wins / (len(inside) * len(outside))
