"""Rendering: values by source, fallbacks, filters, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.core.body import Link, Rich
from bot.studio.parse import parse_template
from bot.studio.render import CannotRender, Shelf

LINK = '[[attachment]]\ntype = "link"\ntitle = "怎么泡"\nurl = "https://banzhan.example/how"\n'


def shelf(head: str, body: str, name: str = "care/x") -> Shelf:
    source = f'+++\ntitle = "x"\n{head}+++\n{body}'
    return Shelf.of([parse_template(name, source, "x.j2")], {name: 3})


def render(head: str, body: str, context: dict[str, Any] | None = None) -> str:
    return shelf(head, body).render("care/x", context or {}).text


NAME = '[vars.name]\nsource = "member.name"\nfallback = "朋友"\n'


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ({"name": "小周"}, "小周，好。"),
        ({"name": "  小\u202e周\n "}, "小周，好。"),
        ({"name": ""}, "朋友，好。"),
        ({"name": "  "}, "朋友，好。"),
        ({"name": None}, "朋友，好。"),
        ({}, "朋友，好。"),
        ({"name": ["小周"]}, "朋友，好。"),
        ({"name": "<b>&小周"}, "<b>&小周，好。"),
        ({"name": "{{ name }}"}, "{{ name }}，好。"),
    ],
)
def test_a_name_or_its_fallback(member: dict[str, Any], said: str) -> None:
    assert render(NAME, "{{ name }}，好。", {"member": member}) == said


def test_without_a_fallback_the_reason_names_the_variable() -> None:
    with pytest.raises(CannotRender, match=r"city（member\.city）") as caught:
        render('[vars.city]\nsource = "member.city"\n', "{{ city }}")
    assert caught.value.name == "care/x"


def test_an_empty_fallback_is_a_value() -> None:
    head = '[vars.title]\nsource = "member.codename"\nfallback = ""\n'
    assert render(head, "好{% if title %}，{{ title }}{% endif %}。") == "好。"


def test_story_chapters_and_given_values() -> None:
    head = '[vars.tale]\nsource = "persona.story.half-cup"\n[vars.n]\ntype = "number"\n'
    context = {"persona": {"story": {"half-cup": "外婆留了半盏。"}}, "n": Decimal("3")}
    assert render(head, "{{ tale }}{{ n }}", context) == "外婆留了半盏。3"


def test_lists_of_records() -> None:
    head = '[vars.winners]\ntype = "list"\n'
    body = "{% for w in winners %}\n{{ loop.index }}. {{ w.name }}\n{% endfor %}\n恭喜"
    context = {"winners": [{"name": "茶则"}, {"name": "公道"}]}
    assert render(head, body, context) == "1. 茶则\n2. 公道\n恭喜"


FILTERS: list[tuple[str, dict[str, Any], str]] = [
    ("{{ v | money }}", {"v": Decimal("68.00")}, "¥68"),
    ("{{ v | money }}", {"v": 19.9}, "¥19.90"),
    ("{{ v | round(1) }}", {"v": Decimal("2.25")}, "2.3"),
    ("{{ v | round }}", {"v": 3}, "3"),
]


@pytest.mark.parametrize(("body", "context", "said"), FILTERS)
def test_number_filters(body: str, context: dict[str, Any], said: str) -> None:
    assert render('[vars.v]\ntype = "number"\n', body, context) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ v | date }}", "11月1日"),
        ("{{ v | date('%Y-%m-%d %a') }}", "2026-11-01 周日"),
        ("{{ v | date('%900000000d') }}", "%900000000d"),
    ],
)
def test_dates(body: str, said: str) -> None:
    assert render('[vars.v]\ntype = "date"\n', body, {"v": date(2026, 11, 1)}) == said


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{{ v | upper }}", "AB茶"),
        ("{{ v | lower | trim }}", "ab茶"),
        ("{{ v | length }}", "3"),
        ("{{ v | first }}{{ v | last }}", "a茶"),
        ("{{ v | truncate(2) }}", "a…"),
        ("{{ w | default('无') }}", "无"),
    ],
)
def test_text_filters(body: str, said: str) -> None:
    head = '[vars.v]\n[vars.w]\nfallback = ""\n'
    assert render(head, body, {"v": "aB茶"}) == said


def test_white_space_at_the_ends_goes() -> None:
    assert render("", "\n  好。  \n\n  再见。 \n\n") == "好。\n\n  再见。"


def test_nothing_is_never_sent() -> None:
    with pytest.raises(CannotRender, match="空的"):
        render("", "{# only a note #}\n")


def test_attachments_and_version_come_with_the_text() -> None:
    made = shelf(LINK, "看这里", "welcome/x").render("welcome/x", {})
    assert made.body == Rich("看这里", (Link("怎么泡", "https://banzhan.example/how"),))
    assert made.version == 3


def test_an_unknown_template_is_a_reason() -> None:
    with pytest.raises(CannotRender, match="没有这篇模板"):
        Shelf().render("care/none", {})
