"""What is clean by something other than an edit of its own file waits for a person."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.config import Config
from bot.library import heldup
from bot.store import review, versions
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW, edit
from tests.unit.library.test_publish import publish, serving

NAME = "care/day1"
FILE = f"content/{NAME}.j2"
BARRED = "今天的茶最最好。\n"


def standing(store: SqliteStore, number: int) -> review.Standing | None:
    return asyncio.run(store.read(review.get, "template", NAME, number))


def served(store: SqliteStore) -> int:
    return serving(store)["template", NAME].version


@pytest.fixture
def barred(store: SqliteStore, config: Config) -> SqliteStore:
    """A template with a word that the brand does not say: version 1 serves on."""
    publish(store, config)
    edit(config, FILE, lambda text: text + BARRED)
    assert (publish(store, config), served(store)) == (0, 1)
    return store


def allowed(config: Config) -> None:
    edit(config, "personas/brand.toml", lambda text: text.replace("最最好", "别家"))


def test_a_word_that_is_allowed_now_sends_a_draft_to_review(
    barred: SqliteStore, config: Config
) -> None:
    allowed(config)
    assert publish(barred, config) == 2
    found = standing(barred, 2)
    assert found is not None and (served(barred), found.state, found.actor) == (
        1, "review", "disk")  # fmt: skip
    assert "最最好" in found.note and found.note.startswith(heldup.NOTE[:5])
    assert publish(barred, config) == 0
    edit(config, FILE, lambda text: text + "再见。\n")
    publish(barred, config)
    assert served(barred) == 3


def test_an_edit_of_its_own_file_is_published_as_ever(barred: SqliteStore, config: Config) -> None:
    edit(config, FILE, lambda text: text.replace(BARRED, "喝茶去。\n"))
    assert (publish(barred, config), served(barred)) == (1, 2)


def test_what_somebody_went_on_with_is_not_handed_in_behind_his_back(
    barred: SqliteStore, config: Config
) -> None:
    held = serving(barred)["template", NAME].files
    (file, text), *_ = held.items()
    write = barred.write
    for more in (BARRED, BARRED + "改过。\n"):
        asyncio.run(write(versions.draft, "template", NAME, {file: text + more}, "wu", NOW))
    allowed(config)
    publish(barred, config)
    states = [one.state for one in asyncio.run(barred.read(review.of, "template", NAME))]
    assert (served(barred), states) == (1, ["approved", "draft", "draft"])


def test_a_file_that_serves_and_was_broken_by_another_serves_on(
    store: SqliteStore, config: Config
) -> None:
    publish(store, config)
    edit(config, "personas/brand.toml", lambda text: text.replace("最最好", "天的问候"))
    publish(store, config)
    edit(config, "personas/brand.toml", lambda text: text.replace("天的问候", "最最好"))
    publish(store, config)
    assert served(store) == 1
    assert len(asyncio.run(store.read(review.of, "template", NAME))) == 1
