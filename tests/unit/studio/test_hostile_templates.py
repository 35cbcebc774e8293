"""Whatever an author writes: it is refused at once, or it renders within bounds."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.studio.lint import lint_template
from bot.studio.parse import parse_template
from bot.studio.render import OUTPUT_MAX, CannotRender, Shelf
from tests.unit.studio.hostile import BODIES, FILES, HEAD, PARTS


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_hostile_text_is_refused_at_once(number: int) -> None:
    with pytest.raises(BadInput) as caught:
        parse_template("care/x", HEAD + BODIES[number], "x.j2", PARTS)
    assert caught.value.file != "x.j2" or (caught.value.line or 0) >= 9


@pytest.mark.parametrize("number", range(len(FILES)))
def test_a_hostile_file_is_refused_or_stays_in_bounds(number: int) -> None:
    try:
        template = parse_template("care/x", FILES[number], "x.j2")
    except BadInput as refusal:
        assert refusal.line is not None and len(str(refusal)) < 2_000
        return
    assert all(len(finding.message) < 1_000 for finding in lint_template(template))
    with suppress(CannotRender):
        assert len(Shelf.of([template]).render_sample("care/x").text) <= OUTPUT_MAX


def test_there_are_a_hundred_of_them() -> None:
    assert len({*BODIES, *FILES}) >= 100


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
    with pytest.raises(CannotRender, match="文字超过"):
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
