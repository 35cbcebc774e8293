"""What files say of a person over all of his ids, against a slower and different telling of it."""

from __future__ import annotations

from random import Random

import pytest

from bot.core.event import Event, Happened
from bot.members.identity import Told, last, told, told_once

IDS = ("a", "b", "c")


def row(at: int, member: str, **data: object) -> Event:
    return Event(kind=Happened.IMPORTED, at=at, dedupe=f"row/{at}", member=member, data=data)


def joined(at: int, away: str, stays: str) -> Event:
    return Event(kind=Happened.MERGED, at=at, dedupe=f"merged/{at}", member=away, other=stays)


def parted(at: int, away: str) -> Event:
    return Event(kind=Happened.UNMERGED, at=at, dedupe=f"unmerged/{at}", member=away)


def test_what_was_said_of_two_before_they_were_one_adds_up() -> None:
    events = [row(1, "a", tags=["x"], acquisition_cost=6000), row(2, "b", tags=["y"],
              acquisition_cost=100), joined(3, "b", "a")]  # fmt: skip
    assert told(events) == Told(("x", "y"), 6100)


def test_what_is_said_of_the_one_replaces_what_was_said_of_both() -> None:
    events = [row(1, "a", tags=["x"]), row(2, "b", tags=["y"]), joined(3, "b", "a"),
              row(4, "b", tags=["z"])]  # fmt: skip
    assert told(events) == Told(("z",), None)


def test_parted_and_joined_again_each_speaks_for_himself_between() -> None:
    events = [row(1, "a", tags=["x"]), joined(2, "b", "a"), parted(3, "b"), row(4, "b", tags=["y"]),
              joined(5, "b", "a")]  # fmt: skip
    assert told(events).tags == ("x", "y")


@pytest.mark.parametrize("seed", range(60))
def test_the_fold_equals_the_telling_in_any_order(seed: int) -> None:
    rng = Random(seed)
    events = [_any(rng, at) for at in range(rng.randrange(1, 12))]
    mixed = events * 2
    rng.shuffle(mixed)
    unique = list({one.dedupe: one for one in mixed}.values())
    assert told(unique) == _oracle(events)
    assert [told_once(one) for one in events if one.kind is Happened.IMPORTED] == [
        told([one]) for one in events if one.kind is Happened.IMPORTED]  # fmt: skip


def _any(rng: Random, at: int) -> Event:
    kind = rng.randrange(6)
    if kind == 0:
        away, stays = rng.choice((("b", "a"), ("c", "a")))
        return joined(at, away, stays)
    if kind == 1:
        return parted(at, rng.choice("bc"))
    said: dict[str, object] = {}
    if rng.random() < 0.7:
        said["tags"] = sorted(rng.sample("xyz", rng.randrange(3)))
    if rng.random() < 0.5:
        said["acquisition_cost"] = rng.randrange(3) * 100
    return row(at, rng.choice(IDS), **said)


def _oracle(events: list[Event]) -> Told:
    """By looking back from each row: it stands unless a later one of the same column came while its
    id was one with the later row's."""
    standing: dict[str, list[object]] = {"tags": [], "acquisition_cost": []}
    for place, one in enumerate(events):
        for column in standing:
            if one.kind is Happened.IMPORTED and column in one.data:
                later = (
                    n
                    for n in range(place + 1, len(events))
                    if events[n].kind is Happened.IMPORTED and column in events[n].data
                )
                # what a row replaced stays replaced, though the two part later
                if not any(_one(events[:n], one.member, events[n].member) for n in later):
                    standing[column].append(one.data[column])
    tags = sorted({tag for said in standing["tags"] for tag in said})  # type: ignore[attr-defined]
    costs = standing["acquisition_cost"]
    return Told(tuple(tags), sum(costs) if costs else None)  # type: ignore[arg-type]


def _one(before: list[Event], one: str, other: str) -> bool:
    def inside(id: str) -> bool:
        told_of = [e.kind for e in before if e.member == id and e.kind is not Happened.IMPORTED]
        return id == "a" or (bool(told_of) and told_of[-1] is Happened.MERGED)

    return one == other or (inside(one) and inside(other))


def test_the_last_word_on_each_column_counts_whichever_id_it_named() -> None:
    events = [row(2, "b", city="杭州"), row(1, "a", city="上海", remark="x")]
    assert last(events) == {"city": "杭州", "remark": "x"}
