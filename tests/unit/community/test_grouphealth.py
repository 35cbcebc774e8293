"""A group's score: published weights, and nothing guessed that cannot be seen."""

from __future__ import annotations

from dataclasses import replace

from bot.community.atmosphere import Weights
from bot.community.grouphealth import Figures, health

BARE = Figures(members=100, joined=4, left=2, posts=10, selling=4, took_part=6)
SEEN = replace(BARE, speakers=15, messages=80, by_staff=20, questions=10, replies=5, silent=60)


def test_what_only_the_archive_shows_weighs_nothing_without_it() -> None:
    found = health(BARE, Weights())
    unknown = {one.name: one.why for one in found.parts if one.worth is None}
    assert unknown == {"speakers": "archive", "answers": "archive", "silent": "archive"}
    # promo 50, taking part 40, staying 100 of equal weight
    assert (found.score, found.measured) == (63, 45)


def test_with_the_archive_all_of_it_counts_by_its_weight() -> None:
    found = health(SEEN, Weights())
    assert {one.name: one.worth for one in found.parts} == {
        "speakers": 50, "answers": 25, "silent": 78, "promo": 50, "taking_part": 40,
        "staying": 100}  # fmt: skip
    assert found.score == round((50 * 20 + 25 * 20 + (78 + 50 + 40 + 100) * 15) / 100)
    assert found.measured == 100
    assert [one.name for one in found.advice] == ["answers", "taking_part"]


def test_a_weight_of_nothing_leaves_a_part_out() -> None:
    found = health(SEEN, Weights(speakers=0, answers=0, silent=0, promo=0, taking_part=0))
    assert [one.name for one in found.parts] == ["staying"] and found.score == 100


def test_a_group_of_few_and_one_without_posts_or_questions_has_no_shares() -> None:
    few = health(replace(SEEN, members=3, joined=0, left=0, posts=0, questions=0), Weights())
    assert {one.why for one in few.parts} == {"few", "none"}
    assert (few.score, few.measured) == (None, 0)


def test_who_leaves_costs_and_more_than_all_is_still_nothing() -> None:
    found = health(replace(BARE, joined=0, left=40, selling=10), Weights())
    worth = {one.name: one.worth for one in found.parts}
    assert (worth["staying"], worth["promo"]) == (0, 0)
