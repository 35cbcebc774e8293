"""The default matcher on trades it was not fitted on, against plain TF-IDF on the same questions."""

from __future__ import annotations

from tests.matching.baselines import ours, tfidf
from tests.matching.judge import area, judge
from tests.matching.sets import HELD, NEAR_HELD, SMALL_TALK, questions, strangers

FAQ = questions(*HELD)
STRANGE = strangers(*HELD, SMALL_TALK)


def test_it_beats_tf_idf_on_held_out_trades() -> None:
    floor, found = judge(tfidf, FAQ, STRANGE), judge(ours, FAQ, STRANGE)
    assert found.hit1 >= floor.hit1 + 0.12
    assert found.hit3 >= floor.hit3 + 0.12
    assert found.auc >= floor.auc + 0.08


def test_it_beats_tf_idf_on_near_duplicates() -> None:
    near = questions(*NEAR_HELD)
    floor, found = judge(tfidf, near, STRANGE), judge(ours, near, STRANGE)
    assert found.hit1 > floor.hit1
    assert found.hit3 >= floor.hit3 + 0.08


def test_candidates_come_below_the_threshold_too() -> None:
    ask = ours([(q.id, text) for q in FAQ for text in q.wordings])
    low = [found for text in STRANGE if (found := ask(text)) and found[0][1] < 0.35]
    assert len(low) > 20
    assert all(1 <= len(found) <= 5 for found in low)


def test_a_long_message_is_matched_by_the_question_in_it() -> None:
    ask = ours([(q.id, text) for q in FAQ for text in q.wordings])
    rambling = (
        "你好呀，我上个月跟家里人说好了要出去玩一趟，东西都买齐了，结果公司突然说要开会，"
        "领导还不批假。请问退票手续费怎么算？唉，今年真是什么都不顺。"
    )
    assert ask(rambling)[0][0] == "travel:退票扣多少钱"


def test_a_score_is_about_the_chance_to_be_right() -> None:
    ask = ours([(q.id, text) for q in FAQ for text in q.wordings])
    tops = [(ask(text)[:1], q.id) for q in FAQ for text in q.asked]
    tops += [(ask(text)[:1], "") for text in STRANGE]
    scored = [(found[0][1], found[0][0] == rule) for found, rule in tops if found]
    for low, high, least, most in (
        (0.0, 0.2, 0.0, 0.2),
        (0.35, 0.55, 0.35, 0.65),
        (0.55, 1.0, 0.6, 1.0),
    ):
        right = [ok for score, ok in scored if low <= score < high]
        assert least <= sum(right) / len(right) <= most


def test_the_judge_is_fair() -> None:
    assert area([3.0, 2.0], [1.0]) == 1.0
    assert area([1.0], [1.0]) == 0.5
    assert area([0.0], [1.0]) == 0.0
    right = judge(lambda known: lambda text: [(FAQ[0].id, 1.0)], FAQ[:1], ["x"])
    assert (right.hit1, right.hit3, right.auc) == (1.0, 1.0, 0.5)
