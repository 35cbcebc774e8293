"""What is a score, and what is a question with a figure in it."""

from __future__ import annotations

import pytest

from bot.core.body import Menu, Text, plain
from bot.persona import rating
from bot.persona.rating import REFUSED, Satisfaction


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5), ("５", 5), (" 4 。", 4), ("五", 5), ("3分", 3), ("打2分", 2), ("四星", 4), ("5颗星！", 5),
        ("⭐⭐⭐", 3), ("★★★★★", 5), ("满意", 4), ("非常满意！", 5), ("不满意", 2), ("很不满意", 1), ("0", 0),
        ("不用再问我了", 0), ("2分，等太久了", 2), ("1 分 根本没解决", 1), ("4分。\n再快点就好", 4),
    ],
)  # fmt: skip
def test_a_score_by_itself_or_with_a_word_about_it(text: str, score: int) -> None:
    found = rating.heard(text)
    assert found is not None and found.score == score and found.words == text.strip()


@pytest.mark.parametrize(
    "text",
    ["2 件多少钱", "2，要大号", "5斤装有吗", "6", "55", "3号发货吗", "满意度怎么算", "不满意可以退吗", "在吗", "",
     "一件也没有吗", "4G 的", "1 2 3", "12", "⭐ 怎么点"],
)  # fmt: skip
def test_anything_else_is_for_the_persona(text: str) -> None:
    assert rating.heard(text) is None


def test_the_question_is_a_menu_where_menus_come_back() -> None:
    asked = rating.question((), 7, "kf")
    assert isinstance(asked, Menu) and asked.head == rating.LINES["ask"]
    assert [rating.tapped(item.id) for item in asked.items] == [(7, n) for n in (5, 4, 3, 2, 1, 0)]
    assert rating.question((), 7, "app") == Text(rating.LINES["ask_text"])
    assert "还行吗" in plain(rating.question(("还行吗",), 7, "kf"))


@pytest.mark.parametrize(
    "menu_id", ["", "faq:ship", "rate:7:6", "rate::5", "rate:7:5:1", "rate:-1:5"]
)
def test_other_menus_are_no_answer(menu_id: str) -> None:
    assert rating.tapped(menu_id) is None


def test_the_persona_answers_in_its_own_words_where_it_has_some() -> None:
    own = Satisfaction(thanks=("一", "二"), sorry=("对不住",))
    assert [rating.answer(own, n, 5) for n in (0, 1, 2)] == ["一", "二", "一"]
    assert rating.answer(own, 0, 2) == "对不住" and rating.built_in(2) == rating.LINES["sorry"]
    assert rating.answer(own, 0, REFUSED) == rating.LINES["refused"]
