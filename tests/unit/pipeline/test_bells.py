"""Who listens to the bells hears every one, wherever it rang."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.ports import Bellboard
from bot.pipeline.loop import Bells


def test_a_listener_hears_what_rings_here_and_elsewhere_but_no_free_slot() -> None:
    async def scenario() -> None:
        told: list[str] = []
        heard: list[str] = []
        bells = Bells(told.append)
        board: Bellboard = bells
        board.listen(heard.append)
        board.ring("console")
        bells.inbox.set()
        bells.hear(["library", "a bell of a newer version"])
        bells.inbox.wake()
        assert heard == ["console", "inbox", "library"]
        assert told == ["console", "inbox"]
        with pytest.raises(KeyError):
            board.ring("no such bell")

    asyncio.run(scenario())
