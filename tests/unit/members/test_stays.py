"""From events to stays: what one person's comings and goings amount to."""

from __future__ import annotations

import random
from datetime import date

import pytest

from bot.core.event import Event, Happened
from bot.members.ledger import Step, days, lines, reckon
from bot.members.stays import Stay, fold

ADDED, PARTED, HANDED = Happened.ADDED, Happened.PARTED, Happened.HANDED
JOINED, LEFT, ENTERED = Happened.JOINED, Happened.LEFT, Happened.ENTERED


def event(kind: Happened, at: int, where: str, member: str = "wm1", **more: str) -> Event:
    key = "account" if kind in (ADDED, PARTED, HANDED) else "place"
    return Event(kind=kind, at=at, member=member, dedupe=f"{kind.value}/{member}/{where}/{at}",
                 **{key: where}, **more)  # type: ignore[arg-type]  # fmt: skip


def spans(stays: object) -> list[tuple[str, str, int, int | None]]:
    assert isinstance(stays, list)
    return [(one.kind, one.place, one.since, one.until) for one in stays]


def test_comings_and_goings_become_stays_whatever_their_order() -> None:
    told = [event(ADDED, 1, "lin", which="poster"), event(PARTED, 5, "lin", which="member"),
            event(ADDED, 9, "lin"), event(JOINED, 3, "g1", other="wm7"),
            event(ENTERED, 4, "tea", which="open")]  # fmt: skip
    wanted = [
        Stay(kind="account", place="lin", since=1, until=5, how="added", source="poster",
             ended="member"),
        Stay(kind="account", place="lin", since=9, how="added", came="group"),
        Stay(kind="circle", place="tea", since=4, how="entered", source="open", came="group"),
        Stay(kind="group", place="g1", since=3, how="joined", came="account", inviter="wm7"),
    ]  # fmt: skip
    for seed in range(20):
        random.Random(seed).shuffle(told)
        assert fold(told) == wanted


def test_a_person_is_there_as_long_as_one_of_his_ids_is() -> None:
    told = [event(JOINED, 1, "g1"), event(JOINED, 2, "g1", "wm2"), event(LEFT, 3, "g1"),
            event(LEFT, 7, "g1", "wm2")]  # fmt: skip
    assert spans(fold(told)) == [("group", "g1", 1, 7)]


def test_a_handed_friend_leaves_one_account_for_the_other() -> None:
    told = [event(ADDED, 1, "lin", which="poster"), event(HANDED, 4, "wang", other="lin")]
    old, new = fold(told)
    assert (old.until, old.ended) == (4, "handed")
    assert (new.place, new.since, new.how, new.came) == ("wang", 4, "handed", "account")


def test_who_becomes_a_friend_and_joins_in_the_same_second_came_as_a_friend() -> None:
    told = [event(JOINED, 1, "g1"), event(ENTERED, 1, "tea"), event(ADDED, 1, "wang"),
            event(ADDED, 1, "lin")]  # fmt: skip
    assert [(one.kind, one.came) for one in fold(told)] == [
        ("account", ""), ("account", ""), ("circle", "group"), ("group", "account")]  # fmt: skip


def test_what_is_undone_within_a_millisecond_did_not_happen() -> None:
    assert fold([event(JOINED, 3, "g1"), event(LEFT, 3, "g1")]) == []
    back = [event(ADDED, 1, "lin"), event(PARTED, 5, "lin"),
            Event(kind=ADDED, at=5, member="wm1", account="lin", dedupe="z")]  # fmt: skip
    assert spans(fold(back)) == [("account", "lin", 1, None)]


def test_a_going_without_a_coming_is_no_stay_and_a_second_coming_no_second_one() -> None:
    assert fold([event(LEFT, 3, "g1")]) == []
    twice = [event(JOINED, 3, "g1"), event(JOINED, 8, "g1", which="board", other="wm7")]
    assert [(one.since, one.source, one.inviter) for one in fold(twice)] == [(3, "board", "wm7")]


def test_days_of_a_zone_may_be_short_or_long() -> None:
    span = days(date(2026, 10, 24), 3, "Europe/Berlin")
    assert [(b - a) // 3_600_000 for a, b in zip(span.edges, span.edges[1:], strict=False)] == [
        24, 25, 24]  # fmt: skip
    assert span.index(span.edges[1] - 1) == 0
    assert span.index(span.edges[1]) == 1
    with pytest.raises(ValueError, match="between 1"):
        days(date(2026, 1, 1), 0, "UTC")


def test_a_ledger_from_steps_closes() -> None:
    span = days(date(1970, 1, 2), 2, "UTC")
    day = 86_400_000
    steps = [
        Step(5, "a", "g", "wm1", "wm1", True),
        Step(day + 1, "b", "g", "wm2", "wm2", True),
        Step(2 * day, "c", "g", "wm1", "wm1", False),
        Step(3 * day, "d", "g", "x", "x", True),
    ]
    found = reckon(span, reversed(steps))
    assert [(one.opening, one.joined, one.left, one.closing) for one in found] == [
        (1, 1, 0, 2), (2, 0, 1, 1)]  # fmt: skip
    assert found == lines(span, {"g": 1}, {"g": [1, 0]}, {"g": [0, 1]})
