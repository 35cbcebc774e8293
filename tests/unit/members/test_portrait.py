"""Which word counts of what is known of a person, and what of it may be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.event import Event, Happened
from bot.core.knowing import written
from bot.core.needs import need_of
from bot.members.noticing import noticed
from bot.members.portrait import Portrait, portrait

RANK = {"guess": 0, "platform": 1, "import": 2, "said": 3, "staff": 4}


def fact(at: int, name: str, value: str, source: str = "said", **more: Any) -> Event:
    data = {"value": value, **more.pop("data", {})}
    return Event(kind=Happened.FACT, at=at, dedupe=f"fact/{at}/{name}/{source}", member="wm1",
                 which=name, place=source, data=data, **more)  # fmt: skip


def struck(at: int, name: str = "", source: str = "") -> Event:
    return Event(kind=Happened.UNFACT, at=at, dedupe=f"unfact/{at}", member="wm1", which=name,
                 place=source)  # fmt: skip


def agrees(at: int, purpose: str, yes: bool = True) -> Event:
    kind = Happened.CONSENTED if yes else Happened.REFUSED
    return Event(kind=kind, at=at, dedupe=f"consent/{at}/{purpose}", member="wm1", which=purpose)


def row(at: int, **columns: object) -> Event:
    return Event(kind=Happened.IMPORTED, at=at, dedupe=f"row/{at}", member="wm1", data=columns)


@pytest.mark.parametrize(
    ("events", "known"),
    [
        ([fact(1, "city", "杭州"), fact(2, "city", "上海")], {"city": "上海"}),
        ([fact(1, "city", "杭州", "staff"), fact(2, "city", "上海")], {"city": "杭州"}),
        ([fact(1, "city", "杭州"), row(2, city="上海")], {"city": "杭州"}),
        ([row(1, city="浙江省杭州市", gender="女", tags="a|b", name="周", id="wm1")],
         {"city": "杭州", "gender": "女"}),
        ([row(1, city="杭州", 星座="双鱼"), row(2, city="")], {"city": "杭州", "星座": "双鱼"}),
        ([fact(1, "gender", "男", "platform"), row(2, 性别="F")], {"gender": "女"}),
        ([fact(1, "taste", "绿茶", "guess", amount=80),
          fact(2, "taste", "红茶", "guess", amount=60)], {"taste": "绿茶"}),
        ([fact(1, "taste", "绿茶", "guess", amount=60),
          fact(2, "taste", "红茶", "guess", amount=60)], {"taste": "红茶"}),
        ([fact(1, "birthday", "1990年3月5日")], {"birthday": "1990-03-05"}),
        ([fact(1, "birthday", "03-05"), fact(2, "birthday", "13-05")], {"birthday": "03-05"}),
        ([fact(1, "city", "杭州"), struck(2, "city", "said")], {}),
        ([fact(1, "city", "杭州"), struck(2, "city", "import")], {"city": "杭州"}),
        ([fact(1, "city", "杭州"), fact(1, "taste", "绿茶"), struck(2)], {}),
        ([row(1, city="上海"), fact(2, "city", "杭州"), struck(3, "", "said")], {"city": "上海"}),
        ([struck(1, "city"), fact(2, "city", "杭州")], {"city": "杭州"}),
    ],
)  # fmt: skip
def test_of_several_words_one_counts(events: list[Event], known: Mapping[str, str]) -> None:
    assert portrait(events).known() == known


def test_what_he_told_for_a_purpose_is_used_while_he_agrees() -> None:
    told = fact(2, "birthday", "03-05", data={"purpose": "birthday", "agreed": "m1"})
    bought = row(1, birthday="03-06")
    assert portrait([told]).known() == {"birthday": "03-05"}
    refused = portrait([told, bought, agrees(3, "birthday", False)])
    assert refused.known() == {"birthday": "03-06"}
    assert [(one.source, one.held) for one in refused.facts] == [("said", True), ("import", False)]
    again = portrait([told, agrees(3, "birthday", False), agrees(4, "birthday")])
    assert again.known() == {"birthday": "03-05"}
    never = fact(2, "birthday", "03-05", data={"purpose": "birthday"})
    assert portrait([never]).known() == {}
    assert portrait([told, bought, agrees(3, "profile", False)]).known() == {}


def _tell(draw: st.DrawFn, at: int) -> Event:
    name = draw(st.sampled_from(["city", "taste", "shoe"]))
    source = draw(st.sampled_from(sorted(RANK)))
    kind = draw(st.sampled_from(["fact", "fact", "fact", "row", "struck", "yes", "no"]))
    if kind == "row":
        return row(at, **{name: draw(st.sampled_from(["杭州", "成都", ""]))})
    if kind == "struck":
        return struck(at, draw(st.sampled_from(["", name])), draw(st.sampled_from(["", source])))
    if kind in ("yes", "no"):
        return agrees(at, draw(st.sampled_from(["gift", "gift", "profile"])), kind == "yes")
    data = draw(st.sampled_from([{}, {}, {"purpose": "gift"}, {"purpose": "gift", "agreed": "m"}]))
    return fact(at, name, draw(st.sampled_from(["杭州", "上海"])), source, data=data,
                amount=draw(st.sampled_from([0, 40, 90])))  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    return [_tell(draw, at) for at in range(draw(st.integers(0, 12)))]


def oracle(events: list[Event]) -> dict[str, str]:
    """The same rule told the other way round: for each fact every claim is judged by itself."""
    says = [e.kind is Happened.CONSENTED for e in events if e.which == "profile"
            and e.kind in (Happened.CONSENTED, Happened.REFUSED)]  # fmt: skip
    gift = [e.kind is Happened.CONSENTED for e in events if e.which == "gift"]
    if says and not says[-1]:
        return {}
    claims: dict[str, list[tuple[tuple[int, int, int], str]]] = {}
    for n, e in enumerate(events):
        told = [(e.which, e.place, e.data.get("value", ""))] if e.kind is Happened.FACT else []
        if e.kind is Happened.IMPORTED:
            told = [(k, "import", v) for k, v in e.data.items() if v]
        for name, source, value in told:
            later = [x for x in events[n + 1 :] if x.kind is Happened.UNFACT
                     and x.which in ("", name) and x.place in ("", source)]  # fmt: skip
            if later or not value:
                continue
            sure = e.amount or (50 if source == "guess" else 100)
            newer = [x for x in events[n + 1 :] if _replaces(x, name, source, sure)]
            told_for = source == "said" and e.data.get("purpose")
            held = told_for and not (gift[-1] if gift else e.data.get("agreed"))
            if not newer and not held:
                claims.setdefault(name, []).append(((RANK[source], sure, n), value))
    return {name: max(those)[1] for name, those in claims.items()}


def _replaces(event: Event, name: str, source: str, sure: int) -> bool:
    if event.kind is Happened.IMPORTED:
        return source == "import" and bool(event.data.get(name))
    if event.kind is not Happened.FACT or (event.which, event.place) != (name, source):
        return False
    return source != "guess" or (event.amount or 50) >= sure


@given(lives(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_matters_and_the_rule_is_as_written(
    life: list[Event], rng: Any
) -> None:
    drawn = portrait(life)
    assert drawn.known() == oracle(life)
    mixed = life + life[::2]
    rng.shuffle(mixed)
    assert portrait(mixed) == drawn


@pytest.mark.parametrize(
    ("name", "said", "kept"),
    [
        ("birthday", "1990/3/5", "1990-03-05"), ("birthday", "19900305", "1990-03-05"),
        ("birthday", "3月5日", "03-05"), ("birthday", "1990-02-30", ""), ("birthday", "春天", ""),
        ("birthday", "2-29", "02-29"), ("gender", "女士", "女"), ("gender", "未知", ""),
        ("phone", "+86 138-0013-8000", "13800138000"), ("phone", "没有", ""),
        ("city", "杭州市", "杭州"), ("city", "沙市", "沙市"), ("email", "a@b.cn", "a@b.cn"),
        ("pet", " 猫  和 狗 ", "猫 和 狗"),
    ],
)  # fmt: skip
def test_a_value_has_one_form(name: str, said: str, kept: str) -> None:
    assert written(name, said) == kept


def noted(at: int, which: str, kind: Happened = Happened.NEED, place: str = "") -> Event:
    return Event(kind=kind, at=at, dedupe=f"{kind}/{at}", member="wm1", which=which, place=place,
                 data={"inbox": at, "quote": "太淡了"}, amount=-1)  # fmt: skip


def test_a_need_keeps_the_message_it_showed_in_first() -> None:
    both = [noted(5, "worry:睡不好"), noted(3, "worry:睡不好"), noted(4, "wish:去茶山")]
    assert [(n.kind, n.word, n.inbox) for n in noticed(both).needs] == [
        ("worry", "睡不好", 3), ("wish", "去茶山", 4)]  # fmt: skip
    gone = noted(6, "", Happened.UNNOTED, "need/3")
    assert [n.word for n in noticed([*both, gone]).needs] == ["去茶山"]
    back = noted(7, "worry:睡不好")
    assert [n.inbox for n in noticed([back, *both, gone]).needs] == [4, 7]


def test_feedback_taken_back_is_gone() -> None:
    said = noted(5, "浓淡", Happened.FEEDBACK, "岩茶")
    (kept,) = noticed([said]).feedback
    assert (kept.theme, kept.product, kept.mood, kept.quote) == ("浓淡", "岩茶", -1, "太淡了")
    assert not noticed([noted(6, "", Happened.UNNOTED, "feedback/5"), said]).feedback


def test_a_need_says_of_which_kind_it_is() -> None:
    assert need_of("担心：睡不好") == need_of("worry: 睡不好") == ("worry", "睡不好")
    for wrong in ("睡不好", "hope:x", "worry:", "worry:" + "很" * 40):
        with pytest.raises(ValueError, match="write worry"):
            need_of(wrong)


def test_nobody_is_known_by_nothing() -> None:
    assert portrait([]) == Portrait()
