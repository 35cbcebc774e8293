"""The robot question, stopping, fewer, starting again, a person: all heard, nothing else is."""

from __future__ import annotations

import pytest

from bot.persona.intents import intents
from tests.matching import wishes
from tests.matching.sets import (
    DEV,
    HELD,
    NEAR_DEV,
    NEAR_HELD,
    SMALL_TALK,
    questions,
    strangers,
)
from tests.matching.wishes import parts


@pytest.mark.parametrize("text", parts(wishes.ROBOT))
def test_the_robot_question(text: str) -> None:
    assert "robot" in intents(text)


@pytest.mark.parametrize("text", parts(wishes.OPT_OUT))
def test_opting_out(text: str) -> None:
    assert intents(text)[0] == "opt_out"


@pytest.mark.parametrize("text", parts(wishes.FEWER))
def test_fewer_messages_are_not_none(text: str) -> None:
    assert intents(text) == ("fewer",)


@pytest.mark.parametrize("text", parts(wishes.OPT_IN))
def test_opting_back_in(text: str) -> None:
    assert intents(text) == ("opt_in",)


@pytest.mark.parametrize("text", parts(wishes.HUMAN))
def test_asking_for_a_person(text: str) -> None:
    assert "human" in intents(text)


def test_no_false_alarm_on_ordinary_messages() -> None:
    sets = (*DEV, *HELD, *NEAR_DEV, *NEAR_HELD)
    ordinary = [text for q in questions(*sets) for text in (*q.wordings, *q.asked)]
    ordinary += [*strangers(*DEV, *HELD, SMALL_TALK), *parts(wishes.ORDINARY)]
    assert len(ordinary) > 2_500
    assert [(text, found) for text in ordinary if (found := intents(text))] == []
