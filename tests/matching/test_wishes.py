"""The robot question, stopping, fewer, starting again, a person: all heard, nothing else is.

All folders are fitted to, ``held`` last; docs/matching.md has what strangers' wordings met unseen.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from bot.persona.intents import Intent, intents
from bot.persona.learned import PATH, WISHES, packed, scores
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
from tests.matching.wishsets import FRESH, ORDINARY, TAUGHT, TUNED, wordings
from tests.matching.wishsets import HELD as UNSEEN

LEAST = {TUNED: 0.99, UNSEEN: 0.98, TAUGHT: 0.92}
# What sets reach that nothing was fitted to. One of 30 more or less is chance; a landslide is not.
AT_SIGHT = dict(zip(FRESH, ((0.9, 1), (0.83, 4), (0.8, 2), (0.63, 4), (0.98, 3)), strict=True))


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


@pytest.mark.parametrize("folder", LEAST)
@pytest.mark.parametrize("wish", WISHES)
def test_wordings_of_other_people(folder: str, wish: Intent) -> None:
    texts = wordings(folder, wish)
    missed = [text for text in texts if wish not in intents(text)]
    assert len(missed) <= len(texts) * (1 - LEAST[folder]), missed


@pytest.mark.parametrize("folder", (TUNED, UNSEEN))
def test_no_false_alarm_on_ordinary_messages_of_other_people(folder: str) -> None:
    texts = wordings(folder, ORDINARY)
    assert len(texts) == 500
    assert [(text, found) for text in texts if (found := intents(text))] == []


@pytest.mark.parametrize("folder", AT_SIGHT)
def test_wordings_that_nothing_was_fitted_to(folder: str) -> None:
    least, alarms = AT_SIGHT[folder]
    for wish in WISHES:
        texts = wordings(folder, wish)
        heard = sum(wish in intents(text) for text in texts)
        assert heard >= len(texts) * least, (wish, heard)
    assert sum(bool(intents(text)) for text in wordings(folder, ORDINARY)) <= alarms


def test_no_false_alarm_on_ordinary_messages() -> None:
    sets = (*DEV, *HELD, *NEAR_DEV, *NEAR_HELD)
    ordinary = [text for q in questions(*sets) for text in (*q.wordings, *q.asked)]
    ordinary += [*strangers(*DEV, *HELD, SMALL_TALK), *parts(wishes.ORDINARY)]
    assert len(ordinary) > 2_500
    assert [(text, found) for text in ordinary if (found := intents(text))] == []


@pytest.mark.parametrize(
    "text",
    ["我不想活了", "活够了 不想再撑了", "我想死", "别管我了", "天天被骂 受够了", "不想上班了"],
)
def test_despair_is_no_wish(text: str) -> None:
    """The worst false alarm there is: somebody in need is told that promotion stops."""
    assert intents(text) == ()


def test_no_weight_counts_without_a_word_of_the_wish() -> None:
    assert set(scores("我不想活了").values()) == {-math.inf}


def test_no_question_of_a_faq_opts_anybody_out() -> None:
    alarms = [
        text
        for path in Path("personas").glob("*/faq.csv")
        for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        for text in (row["question"], *row["similar"].split("|"))
        if "opt_out" in intents(text)
    ]
    assert alarms == []


def test_the_weights_are_small_and_a_sign_each() -> None:
    assert PATH.stat().st_size < 330_000
    assert packed(0.0) == "P"
    assert packed(99.0) == "~"
    assert packed(-99.0) == '"'
    assert scores("转人工")["human"] > 0 > scores("转人工")["robot"]
