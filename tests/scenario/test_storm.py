"""Bursts of callbacks with repeats, twins and kills: nothing is lost, nothing is doubled."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.harness import engine, world
from tests.harness.sheet import sheet
from tests.harness.storm import Outcome, Storm, blow


def run(
    folder: Path, storm: Storm, kind: str = "sqlite", *, staff: int,
    roles: tuple[str, ...] = world.ALONE, spacing: Sequence[float] = (1, 5, 15),
    **changes: str,
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
    sys.stdout.write(seen.told() + "\n")
    assert not seen.lost and not seen.doubled and not seen.broken, seen.told()
    return seen


def test_a_short_storm_with_a_kill_loses_and_doubles_nothing(tmp_path: Path) -> None:
    storm = Storm(per_minute=6_000, seconds=4, kill_every=2)
    seen = run(tmp_path, storm, staff=60, spacing=[1, 1, 2])
    assert seen.kills == 1
    assert seen.offered >= 400


def test_a_slow_store_with_a_short_queue_answers_503_and_loses_nothing(tmp_path: Path) -> None:
    storm = Storm(per_minute=6_000, seconds=1, kill_every=0, slow=True)
    seen = run(tmp_path, storm, staff=60, spacing=[1, 2, 3], queue_limit="5")
    assert seen.statuses.get("503", 0) > 0, seen.told()
    assert seen.statuses.get("200", 0) > 0, seen.told()


@pytest.mark.soak
@pytest.mark.alone
@pytest.mark.parametrize(
    ("kind", "roles"),
    [("sqlite", world.ALONE), ("postgres", world.APART)],
    ids=["sqlite", "four processes on postgres"],
)
def test_twenty_thousand_a_minute_with_kills_every_twenty_seconds(
    tmp_path: Path, kind: str, roles: tuple[str, ...]
) -> None:
    storm = Storm(per_minute=20_000, seconds=180, kill_every=20, patience=600)
    seen = run(tmp_path, storm, kind, staff=5_000, roles=roles)
    assert seen.kills == 8
    assert seen.offered >= 60_000
    assert seen.p95 < 200, seen.told()


@pytest.mark.soak
@pytest.mark.alone
def test_one_process_on_postgres_takes_what_it_can(tmp_path: Path) -> None:
    """Every statement is a way to the server and back: one process does less than on SQLite."""
    storm = Storm(per_minute=8_000, seconds=60, kill_every=20, patience=300)
    seen = run(tmp_path, storm, "postgres", staff=5_000)
    assert seen.kills == 2
    assert seen.p95 < 200, seen.told()
