"""Seeded plans of acts and faults: afterwards the platform's truth and the ledger agree.

ONEVOICE_SEED=n runs one plan again; docs/testing.md tells how to read its report.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from pathlib import Path

import pytest

from tests.harness import disk, engine, plan, world
from tests.harness.run import carry_out
from tests.harness.sheet import sheet
from tests.harness.trouble import Trouble
from tests.scenario.house import house, look, platform, run, until

SEED = os.environ.get("ONEVOICE_SEED", "")


def seeds(*usual: int) -> list[int]:
    """The seeds of a test, or the one that is asked for."""
    return [int(SEED)] if SEED else list(usual)


def go(
    folder: Path, kind: str, seed: int, seconds: float, roles: tuple[str, ...] = world.ALONE,
    patience: float = 240,
) -> None:  # fmt: skip
    """One plan over a fresh world."""
    drawn = plan.draw(seed, seconds, processes=len(roles), postgres=kind == "postgres")

    async def scenario(base: engine.Engine, small: disk.Disk | None) -> None:
        people = sheet(callbacks__spacing_s=[0.5, 1, 2])
        async with world.opened(folder, base, roles=roles, world=people) as found:
            await carry_out(found, drawn, Trouble(found, small), patience)

    with contextlib.ExitStack() as stack:
        base = stack.enter_context(engine.opened(kind, folder))
        # every other seed fills a real disk, the others reach a limit of the process
        real = seed % 2 == 0 and kind == "sqlite"
        small = stack.enter_context(disk.mounted(folder / "data")) if real else None
        asyncio.run(scenario(base, small))


@pytest.mark.parametrize(("kind", "seed"), [
    ("sqlite", 1), pytest.param("postgres", 2, marks=pytest.mark.soak)])  # fmt: skip
def test_a_short_plan_ends_with_truth_and_ledger_agreed(
    tmp_path: Path, kind: str, seed: int
) -> None:
    go(tmp_path, kind, int(SEED or seed), 3)


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(*range(100, 106)))
@pytest.mark.parametrize("kind", engine.ENGINES)
def test_a_long_plan_ends_with_truth_and_ledger_agreed(
    tmp_path: Path, kind: str, seed: int
) -> None:
    go(tmp_path, kind, seed, 40)


@pytest.mark.soak
@pytest.mark.parametrize("seed", seeds(200, 201))
def test_a_long_plan_over_four_processes(tmp_path: Path, seed: int) -> None:
    go(tmp_path, "postgres", seed, 40, world.APART)


def test_a_failure_that_is_reported_before_the_answer_of_the_call_is_believed(
    tmp_path: Path,
) -> None:
    """Found by seed 11: the report overtook the slow answer and was forgotten."""

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await phone.post("/faults", on="api", kind="slow", path="kf/send_msg", delay_ms=1_500)
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/kf", open_kfid="wkBANZHAN01", event="refuse")
            await phone.write(who, "几天发货")
            (row,) = await until(lambda: home.rows("SELECT * FROM outbox WHERE state = 'dead'"),
                                 "the failure is known")  # fmt: skip
            assert row["note"] == "the customer refuses messages"
        # the answer of the call came while the house was drained
        assert look(home.data, "SELECT state FROM outbox") == [{"state": "dead"}]
        assert look(home.data, "SELECT status FROM replies") == [{"status": "failed"}]

    run(scenario)
