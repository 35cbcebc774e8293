"""The words for an audience: what they mean, what is wrong with others, and one member's reasons."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.audience import And, Audience, Everybody, Facts, Is, Moment, Not, Or, When
from bot.core.clock import DAY, HOUR
from bot.core.errors import BadInput
from scheduler.audience import CONDITIONS_MAX, DEPTH_MAX, SIZE_MAX, parse_audience
from scheduler.conditions import FIELDS
from scheduler.reasons import Reason, belongs, explain

NOW = 1_790_000_000_000
PERSONAS = {"xiaozhan": ("lin.xi", "chen.mo"), "aman": ()}


def parse(text: str) -> Audience:
    return parse_audience(text, PERSONAS, "Asia/Shanghai")


A, B, C = (Is("tag", (name,), f"tag:{name}") for name in "abc")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tag:a", A),
        ("tag:a AND tag:b", And((A, B))),
        ("tag:a or tag:b and tag:c", Or((A, And((B, C))))),
        ("(tag:a or tag:b) and tag:c", And((Or((A, B)), C))),
        ("not tag:a", Not(A)),
        ("NOT NOT tag:a", Not(Not(A))),
        ("not (tag:a and tag:b)", Not(And((A, B)))),
        ("（tag:a 或 tag:b） 且 非 tag:c", And((Or((A, B)), Not(C)))),
        ("非tag:a", Not(A)),
        ("不是 tag:a 并且 tag:b", And((Not(A), B))),
        ("all", Everybody("all")),
        ("所有人 且 非 tag:a", And((Everybody("所有人"), Not(A)))),
    ],
)
def test_conditions_and_how_they_are_combined(text: str, meant: Audience) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("标签：常客", Is("tag", ("常客",))),
        ('tag="老 客(上海)"', Is("tag", ("老 客(上海)",))),
        ("标签:“and”", Is("tag", ("and",))),
        ("标签:「老客」", Is("tag", ("老客",))),
        ("tag:organic", Is("tag", ("organic",))),
        ("tag:且慢", Is("tag", ("且慢",))),
        ("source:poster", Is("source", ("poster",))),
        ("账号:lin.xi", Is("account", ("lin.xi",))),
        ("persona:xiaozhan", Is("account", ("lin.xi", "chen.mo"))),
        ("人设:aman", Is("account", ())),
        ("promo:ok", Is("promo", ("1",))),
        ("fact:taste=绿茶", Is("fact", ("taste=绿茶",))),
        ("画像：城市=杭州市", Is("fact", ("city=杭州",))),
        ("画像:生日=3月5日", Is("fact", ("birthday=03-05",))),
        ("fact:shoe=a=b", Is("fact", ("shoe=a=b",))),
        ("画像:生日", Is("knows", ("birthday",))),
        ("需求:睡不好", Is("need", ("睡不好",))),
        ("need:担心", Is("need_kind", ("worry",))),
        ("同意:partners", Is("consent", ("partners",))),
        ("推广:否", Is("promo", ("0",))),
        ("性别:女", Is("gender", ("2",))),
        ("群:半盏一群", Is("group", ("半盏一群",))),
    ],
)
def test_words(text: str, meant: Is) -> None:
    assert parse(text) == Is(meant.field, meant.values, text)


MIDNIGHT = 1_767_196_800_000  # 2026-01-01 in Shanghai


@pytest.mark.parametrize(
    ("text", "side", "moment"),
    [
        ("active<30d", "since", Moment(ago=30 * DAY - 1)),
        ("active<=30d", "since", Moment(ago=30 * DAY)),
        ("活跃≤30天", "since", Moment(ago=30 * DAY)),
        ("active>30d", "before", Moment(ago=30 * DAY)),
        ("active>=2周", "before", Moment(ago=14 * DAY - 1)),
        ("加入<48小时", "since", Moment(ago=48 * HOUR - 1)),
        ("joined>2026-01-01", "since", Moment(MIDNIGHT + DAY)),
        ("joined>=2026-1-1", "since", Moment(MIDNIGHT)),
        ("joined<2026-01-01", "before", Moment(MIDNIGHT)),
        ("joined<=2026-01-01", "before", Moment(MIDNIGHT + DAY)),
    ],
)
def test_times(text: str, side: str, moment: Moment) -> None:
    found = parse(text)
    assert isinstance(found, When)
    assert (found.side, found.moment) == (side, moment)


def test_a_day_is_from_midnight_to_midnight() -> None:
    day = parse("加入:2026-01-01")
    inside = [at for at in (MIDNIGHT - 1, MIDNIGHT, MIDNIGHT + DAY - 1, MIDNIGHT + DAY)
              if belongs(day, {"joined": at}, NOW)]  # fmt: skip
    assert inside == [MIDNIGHT, MIDNIGHT + DAY - 1]


WRONG = [
    ("", 1, "a condition is missing"),
    ("tag:a and", 10, "a condition is missing"),
    ("tag:a and or tag:b", 11, "a condition is missing"),
    ("(tag:a", 1, "not closed"),
    ("tag:a)", 6, "not opened"),
    ("tag:a tag:b", 7, "side by side"),
    ("tag:a 和 tag:b", 7, "side by side"),
    ('tag:a and tag:"b', 15, "without an end"),
    ("tagg:a", 1, "did you mean 'tag'"),
    ("tag:a and 常客", 11, "is no condition"),
    ("tag:", 1, "value is missing"),
    ("tag:a and tag<b", 11, "no order"),
    ("active:30d", 1, "write <30d or >30d"),
    ("active<soon", 1, "neither a day nor a length"),
    ("joined>2026-02-30", 1, "there is no day"),
    ("active<0d", 1, "out of bounds"),
    ("promo:maybe", 1, "one of ok, yes"),
    ("persona:xiaozan", 1, "did you mean 'xiaozhan'"),
    ("tag:" + "长" * 65, 1, "shorten"),
    ("fact:生日=13-05", 1, "is no 生日"),
    ("画像<3", 1, "no order"),
]


@pytest.mark.parametrize(("text", "column", "why"), WRONG)
def test_what_is_wrong_is_said_with_its_column_and_a_fix(text: str, column: int, why: str) -> None:
    with pytest.raises(BadInput, match=re.escape(why)) as caught:
        parse_audience(text, PERSONAS, "UTC", file="campaigns/x.toml", line=4)
    assert str(caught.value).startswith(f"campaigns/x.toml:4: column {column}: ")
    assert caught.value.fix


def test_size_depth_and_number_are_bounded() -> None:
    assert parse(" and ".join(["tag:a"] * CONDITIONS_MAX))
    for text in (
        "x" * (SIZE_MAX + 1), "tag:a and " * 90 + "tag:a", "(" * 300 + "tag:a" + ")" * 300,
        "非" * 400 + "tag:a", " and ".join(["tag:a"] * (CONDITIONS_MAX + 1)),
        "(" * (DEPTH_MAX + 1) + "tag:a" + ")" * (DEPTH_MAX + 1),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            parse(text)
    assert parse("(" * DEPTH_MAX + "tag:a" + ")" * DEPTH_MAX) == A


@given(st.text(st.sampled_from('()（）"“” tag:标签<>=and或非且not30d2026-1.'), max_size=60))
def test_any_text_is_understood_or_refused_with_a_sentence(text: str) -> None:
    try:
        parse(text)
    except BadInput as exc:
        assert re.match(r"column \d+: ", exc.message)


FACTS: Facts = {
    "tag": frozenset({"常客", "老客"}), "account": frozenset({"lin.xi"}), "promo": frozenset({"1"}),
    "active": NOW - 3 * DAY, "joined": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_in"),
    [
        ("标签:常客 且 活跃<30天", True),
        ("标签:常客 且 活跃<3天", False),
        ("标签:常客 且 活跃<=3天", True),
        ("活跃>=3天 且 非 活跃>3天", True),
        ("标签:新客 或 账号:lin.xi", True),
        ("非 (标签:新客 或 推广:可)", False),
        ("所有人", True),
        ("joined>2020-01-01", False),
        ("joined<2100-01-01", False),
        ("非 joined<2100-01-01", True),
        ("来源:poster", False),
    ],
)
def test_who_belongs(text: str, is_in: bool) -> None:
    assert belongs(parse(text), FACTS, NOW) is is_in


def test_who_never_wrote_has_been_silent_for_ever() -> None:
    assert belongs(parse("active>3650d"), {"active": None}, NOW)
    assert not belongs(parse("active<3650d"), {"active": None}, NOW)


def test_the_reasons_are_the_conditions_that_decide() -> None:
    verdict = explain(parse("标签:常客 且 标签:新客 且 活跃<1天"), FACTS, NOW)
    tags = FACTS["tag"]
    assert not verdict.belongs
    assert verdict.because == (
        Reason("标签:新客", False, tags, "tag"),
        Reason("活跃<1天", False, FACTS["active"], "active"))  # fmt: skip
    verdict = explain(parse("标签:常客 或 标签:新客"), FACTS, NOW)
    assert verdict.because == (Reason("标签:常客", True, tags, "tag"),)
    verdict = explain(parse("非 (标签:常客 且 推广:可)"), FACTS, NOW)
    assert [reason.said for reason in verdict.because] == ["标签:常客", "推广:可"]
    assert not verdict.belongs


def test_every_field_has_names_in_both_languages() -> None:
    for key, row in FIELDS.items():
        assert key in row.names
        assert any(not name.isascii() for name in row.names)
        assert row.means


def test_every_field_is_known_to_the_database() -> None:
    from bot.store import audience

    known = {*audience._WORDS, *audience._SINGLE} - {
        "ordered", "net", "staged", "id", "knows", "need_kind"}  # fmt: skip
    assert known == FIELDS.keys() - {"persona", "silence", "rfm", "segment"}


def test_what_a_member_bought_can_be_asked_for() -> None:
    facts = FACTS | {"order": frozenset({"绿茶"}), "ordered": NOW - 10 * DAY, "orders": 2,
                     "net": 35_000, "ltv": 29_000, "uses": frozenset({"茶具"}),
                     "stage": frozenset({"rebought"}),
                     "staged": frozenset({"绿茶/rebought"})}  # fmt: skip
    holding = (
        "订单:绿茶",
        "order<30d",
        "订单<=10天",
        "价值>=290",
        "ltv>289.99",
        "价值=290",
        "单数=2",
        "使用:茶具",
        "阶段:复购",
        "stage:绿茶/复购",
        "rfm:重要价值",
        "买家:champions",
    )
    failing = (
        "订单:茶具",
        "order<9d",
        "价值>290",
        "单数<2",
        "使用:绿茶",
        "阶段:买过",
        "阶段:茶具/复购",
        "rfm:重要发展",
        "rfm:loyal",
    )
    assert all(belongs(parse(text), facts, NOW) for text in holding)
    assert not any(belongs(parse(text), facts, NOW) for text in failing)
    strange = FACTS | {"orders": 0, "net": 0, "ltv": -600, "ordered": None}
    groups = (
        "重要价值",
        "重要发展",
        "重要保持",
        "重要挽留",
        "一般价值",
        "一般发展",
        "一般保持",
        "一般挽留",
    )
    assert not any(belongs(parse(f"rfm:{name}"), strange, NOW) for name in groups)
    assert belongs(parse("价值<0"), strange, NOW)


@pytest.mark.parametrize(
    ("text", "says"),
    [("价值>很多", "no number"), ("单数>1.5", "no number"), ("阶段:想要", "there is no stage"),
     ("rfm:好", "is not possible"), ("阶段>买过", "no order")],
)  # fmt: skip
def test_what_cannot_be_asked_of_buyers(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        parse(text)


SEGMENTS = {
    "old": "tag:a AND NOT tag:b", "older": "segment:old OR tag:c", "self": "分群:other",
    "other": "tag:a AND segment:self", "wrong": "tagg:a",
    **{f"wide{n}": " OR ".join([f"segment:wide{n + 1}"] * 20) for n in range(3)},
    "wide3": "tag:a",
    **{f"deep{n}": f"segment:deep{n + 1}" for n in range(20)},
}  # fmt: skip


def named(text: str) -> Audience:
    return parse_audience(text, PERSONAS, "UTC", segments=SEGMENTS)


def test_a_segment_stands_for_its_words() -> None:
    old = And((A, Not(B)))
    assert named("segment:old") == old
    assert named("NOT 分群:older AND tag:c") == And((Not(Or((old, C))), C))
    assert named("分群：old 或 分群:old") == Or((old, old))
    assert parse("segment:nobody-knows") == Is("segment", ("nobody-knows",), "segment:nobody-knows")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tag:a AND segment:ols", "column 11: there is no segment 'ols'.*old"),
        ("segment:self", "column 1: segment 'self': .*asks for itself: self > other > self"),
        ("segment:wrong", "column 1: segment 'wrong': column 1: there is no field 'tagg'"),
        ("segment:wide0", "over 256 conditions with those of the segments"),
        ("segment:deep0", "nested too deeply"),
    ],
)
def test_a_segment_that_cannot_be_meant(text: str, says: str) -> None:
    with pytest.raises(BadInput) as found:
        named(text)
    assert re.search(says, str(found.value))
