"""The persona and staff race for one message: exactly one answer, and the loser is told."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.meters import TURNS
from bot.store import audit
from bot.store.engine import Store
from tests.contract.conftest import NOW, Bench, PostgresBench, SqliteBench
from tests.contract.race import House

# What must have happened in a few hundred races, or they did not race.
ENDS = ("the persona answered", "staff answered", "told that words are on their way",
        "lost to the persona", "lost to a colleague",
        "reply refused until the words were read")  # fmt: skip
MOST = 1_000


async def races(mine: Store, theirs: Store, least: int) -> House:
    """So many races, and on until every end was met: which one a race takes is not quite the seed's."""
    house = House(mine, theirs, NOW)
    await house.open()
    for number in range(MOST):
        if number >= least and not missing(house):
            break
        key, answers = await house.race(number)
        assert len(answers) == 1, (number, answers, house.driver.path)
        trail = await mine.read(audit.history, "conversation", key)
        takers = [row["actor"] for row in trail if row["event"] in ("take", "pick_up")]
        assert answers[0][0] == "bot" or answers[0][0] in takers, (number, answers, trail)
        house.driver.path.clear()
    return house


def missing(house: House) -> list[str]:
    return [end for end in ENDS if not house.outcomes[end]]


def proven(house: House) -> None:
    assert not missing(house), (missing(house), house.outcomes)


def test_one_answer_each_time(db: Bench) -> None:
    overtaken, faults = TURNS.values["overtaken",], TURNS.values["fault",]
    proven(asyncio.run(races(db.store, db.store, 30 if isinstance(db, SqliteBench) else 12)))
    assert TURNS.values["overtaken",] > overtaken
    assert TURNS.values["fault",] == faults, "to come second is no fault"


@pytest.mark.soak
def test_a_thousand_races(db: Bench) -> None:
    proven(asyncio.run(races(db.store, db.store, 1_000)))


@pytest.mark.soak
def test_a_thousand_races_of_two_processes(pg: PostgresBench, other: Store) -> None:
    """Staff have connections of their own, so two transactions meet in the database."""
    proven(asyncio.run(races(pg.store, other, 1_000)))
