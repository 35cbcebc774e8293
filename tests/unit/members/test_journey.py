"""The journey: what moves somebody on, what sends him back, and that order of telling is nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest

from bot.core.event import Event, Happened
from bot.core.stages import NAMES, Stage
from bot.members.journey import Signs, about, fold, learned, speaks
from bot.members.orders import Report, news
from bot.members.orders import fold as order_of

T = 1_790_000_000_000
SIGNS = {
    "绿茶": Signs(content=("promos/tin*",), links=("tea",), tags=("爱绿茶",), facts=("tea=绿茶",)),
    "茶具": Signs(content=("promos/set",)),
}


def event(kind: Happened, at: int, which: str = "", place: str = "", **data: str) -> Event:
    return Event(kind=kind, at=T + at, member="wm1", account="lin.xi", which=which, place=place,
                 data=data, dedupe=f"{kind}/{which}/{place}/{at}")  # fmt: skip


RECEIVED = event(Happened.LEARNED, 1, "绿茶", "promos/tin-low")
OPENED = event(Happened.CLICKED, 2, "tea", "https://shop.example/tea")
TAGGED = event(Happened.TAGGED, 3, "爱绿茶")
LIKES = event(Happened.FACT, 4, "tea", "staff", value="绿茶")


def bought(*told: tuple[str, int, str], category: str = "绿茶") -> dict[str, list[Event]]:
    """(order, at, state) as a shop tells it, one after another."""
    found: dict[str, list[Event]] = {}
    for order, at, state in told:
        events = found.setdefault(order, [])
        report = Report(order=order, member="wm1", at=T + at, amount=100, category=category,
                        state=state)  # fmt: skip
        known = order_of(events)
        report = replace(report, at=known.at) if known else report
        events += news(report, known, "csv", T + at)
    return found


def way(told: Sequence[Event], orders: Mapping[str, list[Event]] | None = None) -> list[str]:
    return [move.stage.value for move in fold(told, orders or {}, SIGNS)]


@pytest.mark.parametrize(
    ("told", "orders", "stages"),
    [
        ([RECEIVED], [], "received"),
        ([RECEIVED, OPENED, TAGGED], [("a", 9, "paid")], "received integrated preferred bought"),
        ([], [("a", 1, "paid"), ("b", 2, "paid")], "bought rebought"),
        ([event(Happened.SHARED, 5, place="promos/tin-low")], [("a", 1, "paid"), ("b", 9, "paid")],
         "bought shared rebought"),
        ([event(Happened.SHARED, 5, "绿茶")], [("a", 9, "paid")], "bought"),
        ([], [("a", 1, "paid"), ("a", 5, "refunded")], "bought preferred"),
        ([], [("a", 1, "paid"), ("b", 2, "paid"), ("b", 5, "cancelled")], "bought rebought bought"),
        ([], [("a", 1, "paid"), ("a", 5, "refunded"), ("a", 9, "paid")], "bought"),
        ([TAGGED, event(Happened.UNTAGGED, 9, "爱绿茶")], [], "preferred integrated"),
        ([TAGGED, LIKES, event(Happened.UNTAGGED, 9, "爱绿茶")], [], "preferred"),
        ([LIKES, event(Happened.FACT, 9, "tea", "staff", value="红茶")], [], "preferred integrated"),
        ([LIKES, event(Happened.UNFACT, 9, "tea", "")], [], "preferred integrated"),
        ([LIKES, event(Happened.UNFACT, 9, "tea", "import")], [], "preferred"),
        ([event(Happened.LEARNED, 1, "红茶", "promos/red")], [], ""),
    ],
)  # fmt: skip
def test_what_moves_him(told: list[Event], orders: list[tuple[str, int, str]], stages: str) -> None:
    assert way(told, bought(*orders)) == stages.split()


def test_each_category_has_a_way_of_its_own_and_names_what_moved_him() -> None:
    told = [RECEIVED, event(Happened.LEARNED, 2, "茶具", "promos/set")]
    moves = fold(told, bought(("a", 5, "paid"), category="茶具"), SIGNS)
    assert [(move.category, move.was, move.stage, move.event) for move in moves] == [
        ("绿茶", Stage.NONE, Stage.RECEIVED, RECEIVED.dedupe),
        ("茶具", Stage.NONE, Stage.RECEIVED, told[1].dedupe),
        ("茶具", Stage.RECEIVED, Stage.BOUGHT, f"ordered/a/{T + 5}"),
    ]
    assert speaks(RECEIVED, SIGNS) == ["绿茶"]


def test_how_it_was_told_is_nothing() -> None:
    told = [RECEIVED, OPENED, TAGGED, LIKES, event(Happened.UNTAGGED, 7, "爱绿茶"),
            event(Happened.SHARED, 11, "绿茶")]  # fmt: skip
    orders = bought(("a", 8, "paid"), ("b", 9, "paid"), ("a", 12, "refunded"))
    wanted = fold(told, orders, SIGNS)
    assert [move.stage for move in wanted][-2:] == [Stage.REBOUGHT, Stage.SHARED]
    for seed in range(9):
        shuffled = list(told)
        Random(seed).shuffle(shuffled)
        turned = {id: events[::-1] for id, events in reversed(orders.items())}
        assert fold(shuffled, turned, SIGNS) == wanted


def test_stages_stand_in_their_order_and_have_names() -> None:
    assert [stage.rank for stage in Stage] == list(range(7))
    assert NAMES.keys() == set(Stage) - {Stage.NONE}


def test_a_message_tells_of_what_its_template_is_about() -> None:
    assert about("promos/tin-low", SIGNS) == ["绿茶"]
    assert about("", SIGNS) == about("replies/hello", SIGNS) == []
    sent = event(Happened.OUTBOUND, 1, "promo", "promos/set")
    assert way([learned(sent, "茶具")]) == ["received"]
