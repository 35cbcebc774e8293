"""How much may be handed over: never more than the pace in any period, and no part lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.core.pace import Rate
from scheduler.allot import allot, room, spent

RATE = Rate(10, 1_000)


@given(st.lists(st.tuples(st.integers(1, 700), st.integers(1, 10)), max_size=60))
def test_no_period_holds_more_than_the_rate_wherever_it_begins(
    tries: list[tuple[int, int]],
) -> None:
    now, used, since, went = 0, 0, -1_000, list[tuple[int, int]]()
    for wait, wish in tries:
        now += wait
        most, opens = room(RATE, used, since, now)
        assert most is not None
        assert opens <= now or most < 10, "who has to wait has used something up"
        n = min(wish, most)
        used, since = spent(RATE, used, since, n, now)
        went.append((now, n))
    for begins, _ in went:
        assert sum(n for at, n in went if begins <= at < begins + RATE.period) <= RATE.most


def test_without_a_pace_everybody_may_go() -> None:
    assert room(None, 5, 0, 100) == (None, 100)
    assert spent(None, 5, 7, 3, 100) == (5, 7)
    assert allot(None, [3, 4]) == [3, 4]


@given(st.integers(0, 300), st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_everybody_has_his_share_and_no_part_is_lost(total: int, sizes: list[int]) -> None:
    parts = allot(total, sizes)
    assert sum(parts) == min(total, sum(sizes))
    for part, size in zip(parts, sizes, strict=True):
        assert 0 <= part <= size
        if sum(sizes):
            assert abs(part - min(total, sum(sizes)) * size / sum(sizes)) < 1
