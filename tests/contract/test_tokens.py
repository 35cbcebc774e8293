"""Tokens that processes share: fetched once, sealed, and nobody stands in the way for long."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.core.clock import ManualClock
from bot.core.errors import OneVoiceError
from bot.core.watch import Seen
from bot.store import leases
from bot.store.engine import Store
from bot.store.tokens import StoredTokens
from bot.wecom.shared import PATIENCE, Seal, SharedToken
from bot.wecom.token import Tokens
from tests.contract.conftest import NOW, Bench

SECRET = "a secret of the application"


class Platform:
    """Gives out access-token-1, -2 …, after ``pause``."""

    def __init__(self, pause: float = 0.0) -> None:
        self.fetched, self.pause = 0, pause

    async def fetch(self) -> tuple[str, int]:
        await asyncio.sleep(self.pause)
        self.fetched += 1
        return f"access-token-{self.fetched}", 7200


class Steady:
    """A steady clock that runs a hundred times as fast as it is asked."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        self.now += 100
        return self.now


def process(store: Store, platform: Platform, clock: ManualClock, secret: str = SECRET) -> Tokens:
    shelf = StoredTokens(store, clock)
    return Tokens(
        platform.fetch, clock, SharedToken(shelf, Seal("ww1", secret, "x"), clock, Steady())
    )


def play(story: Callable[[], Awaitable[Any]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(90):
            await story()

    asyncio.run(bounded())


def test_many_processes_fetch_once(store: Store, db: Bench) -> None:
    async def story() -> None:
        platform, clock = Platform(0.02), ManualClock(NOW)
        crowd = [process(store, platform, clock) for _ in range(6)]
        assert await asyncio.gather(*(tokens.get() for tokens in crowd)) == ["access-token-1"] * 6
        assert platform.fetched == 1
        assert await process(store, platform, clock).get() == "access-token-1", "a restart finds it"

    play(story)
    assert db.look("SELECT * FROM lease") == []


def test_a_dead_one_is_replaced_once_for_all(store: Store) -> None:
    async def story() -> None:
        platform, clock = Platform(0.02), ManualClock(NOW)
        crowd = [process(store, platform, clock) for _ in range(4)]
        await asyncio.gather(*(tokens.get() for tokens in crowd))
        assert (
            await asyncio.gather(*(t.replace("access-token-1") for t in crowd))
            == ["access-token-2"] * 4
        )
        assert await crowd[0].replace("access-token-1") == "access-token-2", (
            "whoever comes late takes the new one"
        )
        assert platform.fetched == 2

    play(story)


def test_an_old_one_is_fetched_again_in_time(store: Store) -> None:
    async def story() -> None:
        platform, clock = Platform(), ManualClock(NOW)
        tokens = process(store, platform, clock)
        assert await tokens.get() == "access-token-1"
        clock.advance(7_200_000 - 299_000)
        assert await process(store, platform, clock).get() == "access-token-2"
        assert await tokens.get() == "access-token-2"

    play(story)


def test_a_copy_of_the_database_gives_nobody_a_token(store: Store, db: Bench) -> None:
    async def story() -> None:
        platform, clock = Platform(), ManualClock(NOW)
        await process(store, platform, clock).get()
        assert await process(store, platform, clock, "another secret").get() == "access-token-2"

    play(story)
    rows = db.look("SELECT * FROM token")
    assert len(rows) == 2
    assert not [row for row in rows if "access-token-1" in str(row["sealed"]) or SECRET in str(row)]
    stranger = Seal("ww1", "another secret", "x")
    assert [stranger.open(row["sealed"]) for row in rows].count(None) == 1


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "é", "A" * 60])
def test_what_was_tampered_with_is_no_token(sealed: str) -> None:
    assert Seal("ww1", SECRET, "x").open(sealed) is None


def test_a_seal_opens_only_for_its_own_secret_corp_and_purpose() -> None:
    sealed = Seal("ww1", SECRET, "x").close("access-token-1")
    assert Seal("ww1", SECRET, "x").open(sealed) == "access-token-1"
    others = [Seal("ww2", SECRET, "x"), Seal("ww1", SECRET, "y"), Seal("ww1", "other", "x")]
    assert [seal.open(sealed) for seal in others] == [None] * 3
    assert len({seal.id for seal in others}) == 3


def test_a_refresh_whose_process_died_is_taken_over(store: Store, db: Bench) -> None:
    async def story() -> None:
        platform, clock = Platform(), ManualClock(NOW)
        seal = Seal("ww1", SECRET, "x")
        await store.write(leases.take, f"token/{seal.id}", "dead")
        assert await process(store, platform, clock).get() == "access-token-1"

    play(story)
    assert db.look("SELECT * FROM lease") == []


def test_a_refresh_that_failed_leaves_the_way_free(store: Store, db: Bench) -> None:
    class Away(OneVoiceError):
        """The platform is away."""

    async def refuse() -> tuple[str, int]:
        raise Away("away")

    async def story() -> None:
        platform, clock = Platform(), ManualClock(NOW)
        tokens = process(store, platform, clock)
        tokens._fetch = refuse
        with pytest.raises(Away):
            await tokens.get()
        assert db.look("SELECT * FROM lease") == []
        assert await process(store, platform, clock).get() == "access-token-1"

    play(story)


def test_without_its_database_every_process_helps_itself(store: Store) -> None:
    async def story() -> None:
        platform, clock = Platform(), ManualClock(NOW)
        tokens = process(store, platform, clock)
        store.close()
        assert await tokens.get() == "access-token-1"
        assert await tokens.replace("access-token-1") == "access-token-2"

    play(story)


def test_a_refresh_is_taken_over_at_the_beat_at_which_it_stood_still(db: Bench) -> None:
    assert PATIENCE < 6_000, "a welcome has 20 seconds"
    first, second = (StoredTokens(db.store, ManualClock(NOW)) for _ in range(2))
    assert asyncio.run(first.begin("x", None)) is None
    seen = asyncio.run(second.begin("x", None))
    assert seen is not None
    assert asyncio.run(second.begin("x", Seen("other", 1))) == seen
    assert asyncio.run(second.begin("x", seen)) is None
