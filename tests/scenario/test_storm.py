"""Bursts of callbacks with repeats, twins and kills: nothing is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.harness import engine, world
from tests.harness.sheet import sheet
from tests.harness.storm import Outcome, Storm, blow


def run(
    folder: Path, storm: Storm, kind: str = "sqlite", *, staff: int,
    roles: tuple[str, ...] = world.ALONE, spacing: Sequence[float] = (1, 5, 15), **changes: str,
) -> Outcome:  # fmt: skip
    """One storm over a fresh world; its figures are printed."""

    async def scenario() -> Outcome:
        people = sheet(staff=staff, callbacks__parallel=2000, callbacks__spacing_s=list(spacing))
        async with world.opened(folder, base, roles=roles, world=people, **changes) as found:
            seen = await blow(found, storm)
            assert not found.died()
            return seen

    with engine.opened(kind, folder) as base:
        seen = asyncio.run(scenario())
    print(seen.told())
    assert not seen.lost and not seen.doubled and not seen.broken, seen.told()
    return seen


def test_a_short_storm_with_a_kill_loses_and_doubles_nothing(tmp_path: Path) -> None:
    storm = Storm(per_minute=6_000, seconds=4, kill_every=2)
    seen = run(tmp_path, storm, staff=60, spacing=[1, 1, 2])
    assert seen.kills == 1
    assert seen.offered >= 400


@pytest.mark.soak
@pytest.mark.parametrize("kind", engine.ENGINES)
def test_twenty_thousand_a_minute_with_kills_every_twenty_seconds(
    tmp_path: Path, kind: str
) -> None:
    storm = Storm(per_minute=20_000, seconds=180, kill_every=20, patience=600)
    seen = run(tmp_path, storm, kind, staff=5_000)
    assert seen.kills == 8
    assert seen.offered >= 60_000
    assert seen.p95 < 200, seen.told()
