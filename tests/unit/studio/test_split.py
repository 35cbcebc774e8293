"""A bulk text that differs: grouped by what members read, counted in tasks and taps, or refused."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.core.config import Limits
from bot.studio.parse import parse_template
from bot.studio.render import Shelf
from bot.studio.split import RECEIVERS_MAX, Receiver, Split, TooManyTexts, split

HEAD = """+++
title = "x"
{limit}
[vars.city]
source = "member.city"
sample = "杭州"
+++
{{{{ city }}}}的朋友，今天慢慢来。"""


def spread(limit: str, members: Iterable[tuple[str, str, str]], most: int = RECEIVERS_MAX) -> Split:
    template = parse_template("promos/a", HEAD.format(limit=limit), "x.j2")
    rows = list(members)
    made = Shelf.of([template]).render_many("promos/a", ({"city": c} for _, _, c in rows), {})
    named = ((Receiver(m, a), one) for (m, a, _), one in zip(rows, made, strict=True))
    return split(template, named, most)


MEMBERS = [
    ("m1", "lin", "杭州"), ("m2", "lin", "成都"), ("m3", "he", "杭州"), ("m4", "lin", "杭州"),
    ("m5", "he", ""),
]  # fmt: skip


def test_one_task_for_each_text_of_each_account() -> None:
    found = spread("split_max = 2", MEMBERS)
    assert [(g.account, g.made.text[:2], g.members) for g in found.groups] == [
        ("lin", "杭州", ("m1", "m4")), ("lin", "成都", ("m2",)), ("he", "杭州", ("m3",)),
    ]  # fmt: skip
    assert (found.texts, found.tasks, found.taps) == (2, 3, {"lin": 2, "he": 1})
    assert [member for member, _ in found.skipped] == ["m5"]
    assert "member.city" in found.skipped[0][1]


def test_more_texts_than_allowed_are_refused_with_their_number() -> None:
    cities = [(f"m{i}", "lin", f"城{i}") for i in range(7)]
    with pytest.raises(TooManyTexts, match="会变成 7 段不同的文字，最多 3 段") as caught:
        spread("split_max = 3", cities)
    assert (caught.value.texts, caught.value.most) == (7, 3)
    assert spread("split_max = 7", cities).texts == 7
    with pytest.raises(TooManyTexts, match="最多 1 段"):
        spread("", MEMBERS)
    assert spread("", MEMBERS[:1]).tasks == 1


def test_a_task_has_only_so_many_receivers() -> None:
    many = [(f"m{i}", "lin", "杭州") for i in range(11)]
    found = spread("split_max = 2", many, 10)
    assert (found.tasks, found.taps) == (2, {"lin": 2})
    assert spread("split_max = 2", many[:-1], 10).tasks == 1
    assert Limits().bulk_receivers == RECEIVERS_MAX


def test_nobody_costs_nothing() -> None:
    found = spread("split_max = 2", [("m", "lin", "")])
    assert (found.groups, found.texts, found.tasks, found.taps) == ((), 0, 0, {})
    assert len(found.skipped) == 1
