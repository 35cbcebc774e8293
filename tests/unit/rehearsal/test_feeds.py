"""The judge of posts finds what it must find, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.harness.feeds import FeedLaw, Posted, judge_groups, judge_moments, posts

NOON = 1_795_492_800_000  # 2026-11-24 12:00 in Shanghai
HOUR, DAY = 3_600_000, 86_400_000
LAW = FeedLaw(offer="offer", moments_month=5)


def line(*at: tuple[int, str]) -> list[Posted]:
    return [Posted(NOON + when, text) for when, text in at]


@pytest.mark.parametrize(
    ("made", "rule"),
    [
        (line((0, "a"), (HOUR, "b"), (2 * HOUR, "c")), "posts_day"),
        (line((10 * HOUR, "a")), "quiet"),
        (line(*((n * DAY, "offer" if n in (0, 4) else "a") for n in range(5))), "spacing"),
    ],
)
def test_a_post_too_many_too_late_or_too_near_is_found(made: Sequence[Posted], rule: str) -> None:
    assert {found.split(":")[0] for found in judge_groups(made, LAW)} >= {rule}


def test_a_share_that_is_too_great_is_found_though_the_gap_is_kept() -> None:
    made = line(*((n * DAY // 2, "offer" if n in (1, 6, 11) else "a") for n in range(12)))
    law = FeedLaw(offer="offer")
    assert {found.split(":")[0] for found in judge_moments(made, law)} == {"share"}


def test_moments_have_a_month_of_their_own_and_no_night() -> None:
    made = line(*((n * DAY + 10 * HOUR, "a") for n in range(6)))
    assert [found.split(":")[0] for found in judge_moments(made, LAW)] == ["moments_month"]


def test_what_keeps_the_rules_is_left_alone_and_tasks_of_one_post_are_one() -> None:
    tasks = [(NOON + n * DAY + k, "offer" if n == 2 else "a") for n in range(5) for k in range(3)]
    made = posts(tasks)
    assert len(made) == 5
    assert not [*judge_groups(made, LAW), *judge_moments(made, LAW)]
