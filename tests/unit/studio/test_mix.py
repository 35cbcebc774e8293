"""The rules of a good mix, on posts made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from bot.core.body import Link
from bot.core.clock import DAY
from bot.core.goods import Good
from bot.core.mixing import Cap, Mix
from bot.studio.mix import GENRE_NAMES, WORDS, Post, Warned, over, sells, shares, warn
from bot.studio.template import GENRES, Template

START = 100 * DAY
GOODS = (Good(sku="1", name="晨雾绿茶 50克", price=Decimal(68), valid_from=date(2026, 1, 1)),)
FREE = Mix(promo_gap=0, promo_share=1.0, genre_share=1.0, origin_share=1.0, wished=())


def posts(genres: str, selling: str = "", first: int = START) -> list[Post]:
    """One post a day; ``s`` story, ``k`` knowledge, ``f`` funny; ``x`` where it sells."""
    names = {"s": "story", "k": "knowledge", "f": "funny", "-": ""}
    marks = selling.ljust(len(genres), ".")
    return [Post(at=first + i * DAY, persona="p", feed="moment", template=f"moments/{i}",
                 title=f"第{i}条", genre=names[genre], origin="BGC" if genre != "-" else "",
                 sells=mark == "x")
            for i, (genre, mark) in enumerate(zip(genres, marks, strict=True))]  # fmt: skip


def warned(week: Sequence[Post], mix: Mix, before: Sequence[Post] = ()) -> list[Warned]:
    line = [*before, *week]
    return list(warn(week, line, mix, "p", "moment", START + 7 * DAY,
                     {post.at: "11-23" for post in line}))  # fmt: skip


def codes(*args: object, **more: object) -> list[str]:
    return [one.code for one in warned(*args, **more)]  # type: ignore[arg-type]


def template(kind: str = "moment", *attachments: Link) -> Template:
    return Template(name="moments/a", kind=kind, title="", text="", attachments=attachments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "linked", "expected"),
    [
        ("晨雾绿茶到店，68 元", False, True), ("晨雾绿茶 ￥68", False, True),
        ("晨雾绿茶，点开看看", True, True), ("晨雾绿茶用八十度的水", False, False),
        ("一杯茶 12元，路边喝的", False, False), ("看看这篇文章", True, False),
    ],
)  # fmt: skip
def test_what_sells_names_a_good_with_a_price_or_a_link(
    text: str, linked: bool, expected: bool
) -> None:
    link = (Link("t", "https://a.example/x"),) if linked else ()
    assert sells(template("moment", *link), text, GOODS) is expected


def test_a_promotion_always_sells() -> None:
    assert sells(template("promo"), "年底了", ())


def test_one_that_sells_is_never_too_many_unless_none_may() -> None:
    assert not over(1, 2, 0.2)
    assert over(2, 9, 0.2)
    assert not over(2, 10, 0.2)
    assert over(1, 10, 0.0)


def test_the_share_counts_the_days_before_the_week_and_warns_once() -> None:
    before = posts("sksks", "..x..", START - 5 * DAY)
    mix = Mix(promo_gap=0, wished=(), genre_share=1, origin_share=1)
    [found] = warned(posts("sks", "xx."), mix, before)
    assert found.code == "promo_share"
    assert found.message == "截至 11-23 的 7 天里，6 条中有 2 条带货，占 33%，上限是 20%"
    long_ago = posts("sksks", "..x..", START - 12 * DAY)
    assert codes(posts("sks", "x.."), mix, long_ago) == []


def test_a_persona_may_have_a_cap_of_its_own() -> None:
    mix = Mix(promo_gap=0, wished=(), personas={"p": Cap(promo_share=0.0, group_promo_share=0.5)})
    assert codes(posts("sks", "..x"), mix) == ["promo_share"]
    assert mix.cap("p", "group") == 0.5
    assert mix.cap("q", "group") == 0.2


@pytest.mark.parametrize(("selling", "expected"), [("x....x", []), ("x...x.", ["promo_gap"])])
def test_between_two_that_sell_stand_four_others(selling: str, expected: list[str]) -> None:
    mix = Mix(promo_share=1.0, wished=(), genre_share=1, origin_share=1)
    assert codes(posts("sksksk", selling), mix) == expected


def test_the_gap_reaches_back_over_the_weekend_but_old_faults_are_not_told_again() -> None:
    mix = Mix(promo_share=1.0, wished=(), genre_share=1, origin_share=1)
    [found] = warned(posts("sks", "x.."), mix, posts("kk", "x.", START - 2 * DAY))
    assert "中间只隔了 1 条，至少要隔 4 条" in found.message
    assert codes(posts("sks"), mix, posts("kk", "xx", START - 2 * DAY)) == []


def test_too_much_of_one_thing_is_told_when_there_are_enough_posts() -> None:
    mix = Mix(promo_gap=0, promo_share=1, wished=(), origin_share=0.8)
    assert codes(posts("ssk"), mix) == []
    assert codes(posts("ssskk"), mix) == ["genre_share", "origin_share"]
    assert "故事类占了这一周的 60%（3/5 条），超过 50%" in warned(posts("ssskk"), mix)[0].message
    assert codes(posts("sskk"), Mix(promo_gap=0, wished=(), origin_share=1)) == []


def test_a_week_of_nothing_but_selling_and_a_week_of_nothing() -> None:
    assert codes(posts("sk", "xx"), FREE) == ["only_selling"]
    assert codes([], FREE) == ["nothing"]


def test_wished_genres_that_did_not_come_up_are_named_together() -> None:
    mix = Mix(promo_gap=0, genre_share=1, origin_share=1, wished=("story", "funny", "soup"))
    [found] = warned(posts("sks"), mix)
    assert found.message == "连续 14 天没有趣事、鸡汤类内容"
    assert found.facts["keys"] == ("funny", "soup")
    assert codes(posts("sks"), mix, posts("ff", first=START - 10 * DAY)) == ["unseen"]
    assert codes(posts("sk"), mix) == []


def test_what_is_not_tagged_is_named_once() -> None:
    found = warned([*posts("-"), *posts("-")], FREE)
    assert [one.message for one in found] == ["“第0条”没有标注类型和来源"]


def test_shares_are_ranked_and_count_what_has_no_name_in_the_total() -> None:
    found = shares(["b", "a", "", "b"])
    assert [(one.name, one.number, one.total) for one in found] == [("b", 2, 4), ("a", 1, 4)]
    assert found[0].of_one == 0.5


def test_every_genre_has_a_name_and_every_warning_a_fix() -> None:
    assert GENRE_NAMES.keys() == set(GENRES)
    assert all(fix for _, fix in WORDS.values())
