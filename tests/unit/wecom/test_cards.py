"""Template cards: what each type needs, what each carrier may carry, to the byte."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wecom import cards
from bot.wecom.cards import Carrier, checked
from bot.wecom.wire import BadBody

PAGE = {"type": 1, "url": "https://a.example"}
OPTIONS = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
GOOD: dict[str, dict[str, Any]] = {
    "text_notice": {"card_type": "text_notice", "main_title": {"title": "新单"},
                    "card_action": PAGE},
    "news_notice": {"card_type": "news_notice", "main_title": {"title": "上新"},
                    "card_image": {"url": "https://a.example/1.png", "aspect_ratio": 1.3},
                    "card_action": {"type": 2, "appid": "wx1"}},
    "button_interaction": {"card_type": "button_interaction", "task_id": "t-1@x",
                           "main_title": {"title": "发吗"},
                           "button_list": [{"text": "发", "style": 1, "key": "go"}]},
    "vote_interaction": {"card_type": "vote_interaction", "task_id": "t1",
                         "checkbox": {"question_key": "q", "mode": 1, "option_list": OPTIONS},
                         "submit_button": {"text": "交", "key": "ok"}},
    "multiple_interaction": {"card_type": "multiple_interaction", "task_id": "t1",
                             "select_list": [{"question_key": "q", "option_list": OPTIONS}],
                             "submit_button": {"text": "交", "key": "ok"}},
}  # fmt: skip


def card(kind: str, **changes: Any) -> dict[str, Any]:
    """A good card with some fields changed; None takes one out."""
    made = {**copy.deepcopy(GOOD[kind]), **changes}
    return {name: value for name, value in made.items() if value is not None}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("carrier", ["app", "robot"])
def test_a_complete_card_is_taken_as_it_is(kind: str, carrier: Carrier) -> None:
    assert checked(GOOD[kind], carrier) == GOOD[kind]


@pytest.mark.parametrize("kind", GOOD)
def test_a_push_robot_shows_notices_only(kind: str) -> None:
    if kind.endswith("notice"):
        assert checked(GOOD[kind], "webhook")
    else:
        with pytest.raises(BadBody, match="cannot be sent by this channel"):
            checked(GOOD[kind], "webhook")


MISSING = [
    ("text_notice", "card_action"), ("text_notice", "main_title"), ("news_notice", "card_image"),
    ("news_notice", "card_action"), ("button_interaction", "button_list"),
    ("button_interaction", "task_id"), ("vote_interaction", "checkbox"),
    ("vote_interaction", "submit_button"), ("vote_interaction", "task_id"),
    ("multiple_interaction", "select_list"), ("multiple_interaction", "submit_button"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "part"), MISSING)
def test_what_a_type_needs_is_named_when_it_is_missing(kind: str, part: str) -> None:
    with pytest.raises(BadBody, match=f"a {kind} card needs .*{part}"):
        checked(card(kind, **{part: None}), "app")


@pytest.mark.parametrize(("kind", "part"), MISSING)
def test_an_empty_part_is_a_missing_part(kind: str, part: str) -> None:
    empty: Any = type(GOOD[kind][part])()
    with pytest.raises(BadBody, match="needs"):
        checked(card(kind, **{part: empty}), "app")


def test_either_of_two_parts_is_enough() -> None:
    assert checked(card("text_notice", main_title=None, sub_title_text="今天三单"), "app")
    area = {"image_url": "https://a.example/1.png"}
    assert checked(card("news_notice", card_image=None, image_text_area=area), "app")


def rows(n: int, **row: Any) -> list[dict[str, Any]]:
    return [dict(row) for _ in range(n)]


BUTTONS = [{"text": "x", "key": f"k{i}"} for i in range(7)]
LIMITS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text_notice", {"horizontal_content_list": rows(6, keyname="k")},
     {"horizontal_content_list": rows(7, keyname="k")}),
    ("text_notice", {"jump_list": rows(3, title="t")}, {"jump_list": rows(4, title="t")}),
    ("text_notice", {"source": {"desc": "x", "desc_color": 3}}, {"source": {"desc_color": 4}}),
    ("text_notice", {"action_menu": {"action_list": BUTTONS[:3]}, "task_id": "t"},
     {"action_menu": {"action_list": BUTTONS[:4]}, "task_id": "t"}),
    ("news_notice", {"vertical_content_list": rows(4, title="t")},
     {"vertical_content_list": rows(5, title="t")}),
    ("news_notice", {"card_image": {"url": "u", "aspect_ratio": 2.25}},
     {"card_image": {"url": "u", "aspect_ratio": 2.26}}),
    ("news_notice", {"card_image": {"url": "u", "aspect_ratio": 1.3}},
     {"card_image": {"url": "u", "aspect_ratio": 1.29}}),
    ("button_interaction", {"button_list": BUTTONS[:6]}, {"button_list": BUTTONS[:7]}),
    ("button_interaction", {"button_list": [{"text": "x", "style": 4, "key": "k"}]},
     {"button_list": [{"text": "x", "style": 5, "key": "k"}]}),
    ("button_interaction", {"button_list": [{"text": "x", "key": "茶" * 341 + "x"}]},
     {"button_list": [{"text": "x", "key": "茶" * 341 + "xx"}]}),
    ("button_interaction", {"task_id": "t" * 128}, {"task_id": "t" * 129}),
    ("button_interaction", {"task_id": "a_-@9"}, {"task_id": "a b"}),
    ("vote_interaction",
     {"checkbox": {"question_key": "q", "option_list": rows(20, id="a" * 128, text="x")}},
     {"checkbox": {"question_key": "q", "option_list": rows(21, id="a", text="x")}}),
    ("vote_interaction",
     {"checkbox": {"question_key": "q", "option_list": rows(1, id="🍵" * 32, text="x")}},
     {"checkbox": {"question_key": "q", "option_list": rows(1, id="🍵" * 32 + "x", text="x")}}),
    ("multiple_interaction",
     {"select_list": rows(3, question_key="q", option_list=rows(10, id="a", text="x"))},
     {"select_list": rows(4, question_key="q", option_list=rows(1, id="a", text="x"))}),
    ("multiple_interaction", {"select_list": rows(1, question_key="q", option_list=OPTIONS)},
     {"select_list": rows(1, question_key="q", option_list=rows(11, id="a", text="x"))}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fits", "exceeds"), LIMITS)
def test_the_limit_fits_and_one_more_does_not(
    kind: str, fits: dict[str, Any], exceeds: dict[str, Any]
) -> None:
    assert checked(card(kind, **fits), "app")
    with pytest.raises(BadBody, match=next(iter(exceeds))):
        checked(card(kind, **exceeds), "app")


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("text_notice", {"card_action": {"type": 1}}, "card_action.url is missing"),
    ("text_notice", {"card_action": {"type": 2}}, "card_action.appid is missing"),
    ("text_notice", {"card_action": {"type": 0, "url": "u"}}, "card_action.type"),
    ("text_notice", {"card_action": "https://a"}, "card_action wants an object"),
    ("text_notice", {"quote_area": {"type": 1}}, "quote_area.url"),
    ("text_notice", {"jump_list": rows(1, title="t", type=2)}, r"jump_list\[0\].appid"),
    ("text_notice", {"jump_list": [{"type": 1, "url": "u"}]}, r"jump_list\[0\].title"),
    ("text_notice", {"horizontal_content_list": rows(1, keyname="k", type=3)}, "userid"),
    ("text_notice", {"action_menu": {"action_list": BUTTONS[:1]}}, "needs task_id"),
    ("text_notice", {"task_id": "t", "action_menu": {"action_list": rows(2, text="x", key="k")}},
     "the same key twice"),
    ("button_interaction", {"button_list": [{"text": "x"}]}, r"button_list\[0\].key is missing"),
    ("button_interaction", {"button_list": {"text": "x"}}, "button_list wants a list"),
    ("button_interaction", {"button_list": ["go"]}, r"button_list\[0\] wants an object"),
    ("vote_interaction", {"submit_button": {"text": "x"}}, "submit_button.key"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "change", "message"), FAULTS)
def test_a_fault_is_named_by_its_place(kind: str, change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadBody, match=message):
        checked(card(kind, **change), "app")


@pytest.mark.parametrize("kind", ["", "taskcard", None])
def test_an_unknown_type_is_told_the_possible_ones(kind: str | None) -> None:
    with pytest.raises(BadBody, match="text_notice, news_notice"):
        checked({"card_type": kind}, "app")


def test_what_only_one_carrier_knows_is_refused_elsewhere() -> None:
    file = card("text_notice", horizontal_content_list=[{"type": 2, "keyname": "k",
                                                         "media_id": "M"}])  # fmt: skip
    assert checked(file, "app")
    ask = card("text_notice", jump_list=[{"type": 3, "title": "t", "question": "多少钱"}])
    assert checked(ask, "robot")
    graded = card("text_notice", feedback={"id": "F1"})
    assert checked(graded, "robot")
    menu = card("text_notice", task_id="t", action_menu={"action_list": BUTTONS[:1]})
    for body, carrier in ((file, "robot"), (ask, "app"), (graded, "app"), (menu, "webhook")):
        with pytest.raises(BadBody):
            checked(body, carrier)  # type: ignore[arg-type]


def test_questions_are_disabled_in_updates_only() -> None:
    shut = card("vote_interaction", checkbox={"question_key": "q", "disable": True,
                                              "option_list": OPTIONS})  # fmt: skip
    assert checked(shut, "app", update=True)
    with pytest.raises(BadBody, match="updates of a card only"):
        checked(shut, "app")


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*cards.PARTS, "type", "url", "text", "key"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.sampled_from(sorted(GOOD)), st.sampled_from(sorted(cards.PARTS)), JUNK)
def test_junk_in_any_part_is_a_bad_body_or_fine(kind: str, part: str, junk: Any) -> None:
    for carrier in ("app", "robot", "webhook"):
        try:
            checked({**GOOD[kind], part: junk}, carrier)  # type: ignore[arg-type]
        except BadBody as exc:
            assert str(exc)
