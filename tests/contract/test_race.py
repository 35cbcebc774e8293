"""The persona and staff race for one message: exactly one answer, and the loser is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from bot.core.meters import TURNS
from bot.store import audit
from bot.store.engine import Store
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.race import House

# What must have happened in a few hundred races, or they did not race.
ENDS = ("the persona answered", "staff answered", "told that words are on their way",
        "lost to the persona", "lost to a colleague",
        "reply refused until the words were read")  # fmt: skip


async def races(mine: Store, theirs: Store, numbers: Iterable[int]) -> House:
    house = House(mine, theirs, NOW)
    await house.open()
    for number in numbers:
        key, answers = await house.race(number)
        assert len(answers) == 1, (number, answers, house.driver.path)
        trail = await mine.read(audit.history, "conversation", key)
        takers = [row["actor"] for row in trail if row["event"] in ("take", "pick_up")]
        assert answers[0][0] == "bot" or answers[0][0] in takers, (number, answers, trail)
        house.driver.path.clear()
    return house


def proven(house: House) -> None:
    missing = [end for end in ENDS if not house.outcomes[end]]
    assert not missing, (missing, house.outcomes)


def test_one_answer_each_time(db: Bench) -> None:
    overtaken, faults = TURNS.values["overtaken",], TURNS.values["fault",]
    proven(asyncio.run(races(db.store, db.store, range(120))))
    assert TURNS.values["overtaken",] > overtaken
    assert TURNS.values["fault",] == faults, "to come second is no fault"


@pytest.mark.soak
def test_a_thousand_races(db: Bench) -> None:
    proven(asyncio.run(races(db.store, db.store, range(1_000))))


@pytest.mark.soak
def test_a_thousand_races_of_two_processes(pg: PostgresBench, other: Store) -> None:
    """Staff have connections of their own, so two transactions meet in the database."""
    proven(asyncio.run(races(pg.store, other, range(1_000))))
