"""Whatever an author writes: it is refused at once, or it renders within bounds."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.studio.parse import parse_template
from bot.studio.render import OUTPUT_MAX, CannotRender, Shelf

HEAD = """+++
title = "x"
[vars.name]
sample = "小周"
[vars.items]
type = "list"
sample = ["一", "二"]
+++
"""

HOSTILE = [
    "{{ 10**3000000 }}",
    "{{ 'a' * 10**9 }}",
    "{{ 9 * 9 }}",
    "{{ 1 + 1 }}",
    "{{ name ~ name }}",
    "{{ 7 % 2 }}",
    "{{ 7 // 2 }}",
    "{{ -name }}",
    "{{ " + "1" * 7000 + " }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ name.__class__ }}",
    "{{ name['__class__'] }}",
    "{{ name._x }}",
    "{{ name.a.b }}",
    "{{ name.upper() }}",
    "{{ name.format(1) }}",
    "{{ '%900000000d' | format(1) }}",
    "{{ name | attr('__class__') }}",
    "{{ items | map(attribute='x') }}",
    "{{ items | join('x') }}",
    "{{ name | replace('a', 'b') }}",
    "{{ name | center(1000000) }}",
    "{{ name | indent(1000000) }}",
    "{{ items | batch(2) }}",
    "{{ name | default(other) }}",
    "{{ name | truncate(length=5) }}",
    "{{ name | truncate(*items) }}",
    "{{ range(10) }}",
    "{% for x in range(100000) %}a{% endfor %}",
    "{% for x in 'abc' %}a{% endfor %}",
    "{% for x in name %}a{% endfor %}",
    "{% for x in items if x %}a{% endfor %}",
    "{% for x in items recursive %}{{ loop(x) }}{% endfor %}",
    "{% for x, y in items %}a{% endfor %}",
    "{% for name in items %}a{% endfor %}",
    "{% for a in items %}{% for b in items %}{% for c in items %}x{% endfor %}{% endfor %}"
    "{% endfor %}",
    "{% for a in items %}{% for b in items %}" + "{{ a }}{{ b }}" * 40 + "{% endfor %}{% endfor %}",
    "{% set x = 1 %}",
    "{% macro m() %}{{ m() }}{% endmacro %}",
    "{% call name() %}{% endcall %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block a %}{% endblock %}",
    "{% filter upper %}a{% endfilter %}",
    "{% raw %}{% endraw %}{{ config }}",
    "{{ self }}",
    "{{ loop }}",
    "{% for x in items %}{{ loop.cycle('a') }}{% endfor %}",
    "{% for x in items %}{{ loop.nextitem }}{% endfor %}",
    "{{ lipsum(n=20000) }}",
    "{{ cycler }}",
    "{{ [1, 2] }}",
    "{{ {'a': 1} }}",
    "{{ name | round(-5) }}",
    "{{ items[name] }}",
    "{{ items[0:1] }}",
    "{{ 'a' in name }}",
    "{{ name is callable }}",
    "{{ " + "(" * 200 + "name" + ")" * 200 + " }}",
    "{{ " + "not " * 2000 + "name }}",
    "{{ name" + " | upper" * 200 + " }}",
    "{{ name" + ".a" * 2000 + " }}",
    "{{ 1" + " < 2" * 1000 + " }}",
    "{{ " + "name if name else " * 300 + "name }}",
    "{% if name %}" * 300 + "{% endif %}" * 300,
    "a" * 9000,
    "{{ '\\N{",
    "{{ name",
    "{# never closed",
    "{% if %}",
    "{{ name|default('" + "x" * 9000 + "') }}",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_text_is_refused_at_once(number: int) -> None:
    begun = time.perf_counter()
    with pytest.raises(BadInput) as caught:
        parse_template("care/x", HEAD + HOSTILE[number], "x.j2")
    assert time.perf_counter() - begun < 0.5
    assert caught.value.line is not None
    assert caught.value.line >= 9


ODD = [
    "{{ name.missing }}",
    "{{ items[99] }}",
    "{{ items | round }}",
    "{{ name | date }}",
    "{{ name | money }}",
    "{{ 3 | first }}",
    "{{ items | round(5) }}",
    "{{ name | truncate('x') }}",
    "{% if name < items %}a{% endif %}",
    "{{ 1e308 | money }}",
]


@pytest.mark.parametrize("body", ODD)
def test_what_cannot_be_said_is_a_reason_and_not_half_a_text(body: str) -> None:
    shelf = Shelf.of([parse_template("care/x", HEAD + "开头" + body, "x.j2")])
    with pytest.raises(CannotRender):
        shelf.render_sample("care/x")


def test_output_is_bounded() -> None:
    body = "{% for a in items %}{{ a }}{% endfor %}"
    shelf = Shelf.of([parse_template("care/x", HEAD + body, "x.j2")])
    with pytest.raises(CannotRender, match="grew over"):
        shelf.render("care/x", {"name": "a", "items": ["长" * 1_900] * 50})
    short = shelf.render("care/x", {"name": "a", "items": ["短"] * 10_000})
    assert len(short.text) == 50 < OUTPUT_MAX


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_no_text_crashes_the_parser(body: str) -> None:
    _parse_and_render(body)


_TOKENS = """
{{ }} {% %} {# #} name items if for in endif endfor else not | upper ( ) . [ ] ' 0 ~ loop x
"""


@given(st.lists(st.sampled_from([*_TOKENS.split(), "\n"]), max_size=25).map(" ".join))
@settings(max_examples=300)
def test_no_heap_of_tokens_crashes_the_parser(body: str) -> None:
    _parse_and_render(body)


def _parse_and_render(body: str) -> None:
    try:
        template = parse_template("care/x", HEAD + body, "x.j2")
        Shelf.of([template]).render_sample("care/x")
    except (BadInput, CannotRender):
        pass
