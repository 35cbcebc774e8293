"""A bulk text that differs: grouped by what members read, or refused."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.studio.parse import parse_template
from bot.studio.render import Shelf
from bot.studio.split import Split, TooManyTexts, split

HEAD = """+++
title = "x"
[vars.city]
source = "{source}"
sample = "杭州"
+++
{{{{ city }}}}的朋友，今天慢慢来。"""
MEMBERS = [("m1", "杭州"), ("m2", "成都"), ("m3", ""), ("m4", "杭州")]


def spread(
    members: Iterable[tuple[str, str]], most: int | None = None, source: str = "member.city"
) -> Split:
    template = parse_template("promos/a", HEAD.format(source=source), "x.j2")
    rows = list(members)
    made = Shelf.of([template]).render_many("promos/a", ({"city": c} for _, c in rows), {})
    return split("promos/a", zip((m for m, _ in rows), made, strict=True), most)


@pytest.mark.parametrize("source", ["member.city", "fact.city"])
def test_who_reads_the_same_stands_together(source: str) -> None:
    found = spread(MEMBERS, 2, source)
    assert [(made.text[:2], members) for made, members in found.groups] == [
        ("杭州", ("m1", "m4")), ("成都", ("m2",))]  # fmt: skip
    ((member, why),) = found.skipped
    assert member == "m3" and source in why


def test_more_texts_than_allowed_are_refused_with_their_number() -> None:
    cities = [(f"m{i}", f"城{i}") for i in range(7)]
    with pytest.raises(TooManyTexts, match="会变成 7 段不同的文字，最多 3 段") as caught:
        spread(cities, 3)
    assert (caught.value.texts, caught.value.most) == (7, 3)
    assert len(spread(cities, 7).groups) == len(spread(cities).groups) == 7


def test_nobody_costs_nothing() -> None:
    assert spread([("m", "")], 2).groups == ()
