"""Rendering for many members: as one by one, streaming, failures as values; and loose ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.body import Rich
from bot.studio.parse import parse_template
from bot.studio.render import OUTPUT_MAX, CannotRender, Rendered, Shelf
from bot.studio.values import tidy

HEAD = """
[vars.name]
source = "member.name"
fallback = "茶友"
[vars.city]
source = "member.city"
[vars.brand]
source = "brand.name"
[vars.today]
source = "day.date"
type = "date"
[vars.n]
type = "number"
fallback = 1
"""
BODY = "{{ name }}，{{ city }}好。\n{% if n > 1 %}\n第 {{ n }} 盏。\n{% endif %}\n{{ brand }}，{{ today | date }}"
COMMON = {"brand": {"name": "半盏"}, "day": {"date": date(2026, 11, 21)}, "n": 3}


def shelf(head: str = HEAD, body: str = BODY) -> Shelf:
    source = f'+++\ntitle = "x"\n{head}+++\n{body}'
    return Shelf.of([parse_template("care/x", source, "x.j2")], {"care/x": 7})


def one_by_one(made: Shelf, members: list[dict[str, Any]]) -> Iterator[Rendered | str]:
    for member in members:
        try:
            yield made.render("care/x", {**COMMON, "member": member})
        except CannotRender as exc:
            yield str(exc)


facts = st.fixed_dictionaries(
    {}, optional={"name": st.text(max_size=8) | st.none() | st.integers(), "city": st.text("杭州 \n\u3000", max_size=4)}
)  # fmt: skip


@given(st.lists(facts, max_size=6))
def test_many_are_as_one_by_one(members: list[dict[str, Any]]) -> None:
    made = shelf()
    many = [str(r) if isinstance(r, CannotRender) else r
            for r in made.render_many("care/x", members, COMMON)]  # fmt: skip
    assert many == list(one_by_one(made, members))


def test_whom_it_cannot_be_rendered_for_gets_the_reason_and_the_others_their_text() -> None:
    members = [{"name": "小周", "city": "杭州"}, {"name": "老顾"}, {"city": "苏州"}]
    first, second, third = shelf().render_many("care/x", members, COMMON)
    assert isinstance(first, Rendered)
    assert first.text == "小周，杭州好。\n第 3 盏。\n半盏，11月21日"
    assert (first.version, first.body) == (7, Rich(first.text))
    assert isinstance(second, CannotRender)
    assert "city（member.city）" in second.reason
    assert isinstance(third, Rendered)
    assert third.text.startswith("茶友，苏州好。")


def test_what_is_the_same_for_everybody_is_rendered_once() -> None:
    head = '[vars.brand]\nsource = "brand.name"\n'
    made = shelf(head, "{{ brand }}，你好。")
    a, b = made.render_many("care/x", [{"name": "a"}, {"name": "b"}], COMMON)
    assert a is b
    assert isinstance(a, Rendered)
    assert a.text == "半盏，你好。"


def test_a_missing_fact_of_all_is_everybodys_reason() -> None:
    results = list(shelf().render_many("care/x", [{"city": "杭州"}] * 3, {}))
    assert [type(r) for r in results] == [CannotRender] * 3
    assert "brand（brand.name）" in str(results[0])


def test_an_empty_text_is_a_reason() -> None:
    head = '[vars.title]\nsource = "member.codename"\nfallback = ""\n'
    empty, full = shelf(head, "{{ title }}").render_many("care/x", [{}, {"codename": "茶则"}], {})
    assert isinstance(empty, CannotRender)
    assert isinstance(full, Rendered)


def test_members_are_read_as_results_are_asked_for() -> None:
    asked: list[int] = []

    def members() -> Iterator[Mapping[str, Any]]:
        for n in range(1_000_000_000):
            asked.append(n)
            yield {"name": f"客{n}", "city": "杭州"}

    results = shelf().render_many("care/x", members(), COMMON)
    assert asked == []
    next(results)
    next(results)
    assert asked == [0, 1]


def test_an_unknown_template_is_said_at_once() -> None:
    with pytest.raises(CannotRender, match="没有这篇模板"):
        shelf().render_many("care/none", [], {})


SPACES = " \t\u3000\xa0\u2003"


@given(
    st.text(SPACES + "a茶\n", max_size=12), st.text(SPACES + "a茶\n\r\u2028", max_size=12),
    st.text(SPACES + "a茶\n", max_size=12),
)  # fmt: skip
def test_no_line_ends_in_white_space_wherever_it_comes_from(a: str, value: str, b: str) -> None:
    made = shelf('[vars.v]\nfallback = ""\n', f"好{a}{{{{ v }}}}{b}")
    text = made.render("care/x", {"v": value}).text
    assert text == tidy(text)


@pytest.mark.parametrize("literal", ["\\u3000", "\\t", "\u3000", " "])
def test_white_space_of_a_literal_goes_as_well(literal: str) -> None:
    made = shelf("", f'好{{{{ "{literal}" }}}}\n再见')
    assert made.render("care/x", {}).text == "好\n再见"


@pytest.mark.parametrize("outputs", [12, 63, 64, 65, 200])
def test_a_long_text_is_refused_with_few_outputs_and_with_many(outputs: int) -> None:
    made = shelf("[vars.v]\n", "{{ v }}" * outputs)
    [result] = made.render_many("care/x", [{}], {"v": "茶" * 1_999})
    assert isinstance(result, CannotRender)
    assert str(OUTPUT_MAX) in result.reason
    fits = OUTPUT_MAX // outputs
    assert len(made.render("care/x", {"v": "茶" * min(fits, 1_999)}).text) <= OUTPUT_MAX


@pytest.mark.parametrize("number", [10**5_000, "1" * 101, float("inf")],
                         ids=["digits", "text", "inf"])  # fmt: skip
def test_a_number_of_any_size_is_refused_or_short(number: object) -> None:
    made = shelf('[vars.v]\ntype = "number"\n', "{{ v }}")
    try:
        assert len(made.render("care/x", {"v": number}).text) <= 100
    except CannotRender as exc:
        assert exc.reason
