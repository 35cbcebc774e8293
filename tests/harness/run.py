"""Runs a plan over a world, lets it settle, and gives the verdict."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass

from tests.harness import ledger, truth
from tests.harness.crew import DEEDS, Crew
from tests.harness.engine import Postgres
from tests.harness.plan import Plan
from tests.harness.trouble import Trouble
from tests.harness.verdict import judge
from tests.harness.world import World

STEP_S = 61  # what is put off waits for a minute at least: moving the clock saves the waiting
STEPS = 120
STUCK = 6  # looks without an end, before the clock is moved
SHOWN = 40


class Failed(AssertionError):
    """What is wrong, with the seed and the plan."""


@dataclass
class Run:
    """One plan over one world."""

    world: World
    plan: Plan
    crew: Crew
    trouble: Trouble

    async def through(self, patience: float) -> None:
        """The plan, then the verdict. Raises Failed."""
        try:
            await self._moves()
        except Exception as exc:
            raise Failed(f"{self.plan.told()}\nseed {self.plan.seed}: {exc!r}") from exc
        await self.trouble.mend()
        found = await self._settled(patience)
        found += [f"ended by itself: {roles}" for roles in self.world.died()]
        if found:
            lines = "\n".join(found[:SHOWN])
            raise Failed(
                f"{self.plan.told()}\nseed {self.plan.seed}: {len(found)} findings\n{lines}"
            )

    async def _moves(self) -> None:
        loop = asyncio.get_running_loop()
        began, under_way = loop.time(), []
        for move in self.plan.moves:
            await asyncio.sleep(max(began + move.at - loop.time(), 0))
            if move.name in DEEDS:
                await self.crew.do(move)
            else:
                under_way.append(asyncio.create_task(self.trouble.do(move)))
        await asyncio.gather(*under_way)

    async def _settled(self, patience: float) -> list[str]:
        """Findings when nothing moves any more, or when the patience is over."""
        loop = asyncio.get_running_loop()
        end, clean, looks, found = loop.time() + patience, 0, 0, ["nothing was looked at"]
        while clean < 3 and loop.time() < end:
            found = await self._verdict()
            clean, looks = (0, looks + 1) if found else (clean + 1, looks)
            if found and STUCK <= looks < STEPS:
                await self.world.phone.post("/clock", advance_s=STEP_S)
            await asyncio.sleep(0.25)
        return found

    async def _verdict(self) -> list[str]:
        seen = await truth.read(self.world.phone)
        rows = (await self.world.phone.get("/state?part=callbacks"))["callbacks"]
        pending = [f"a callback is on its way: {row}" for row in rows if row["state"] == "pending"]
        acked = frozenset(row["id"] for row in rows
                          if any(each.get("status") == 200 for each in row["attempts"]))  # fmt: skip
        if pending:
            return pending
        written = await asyncio.to_thread(ledger.read, self.world.engine)
        behind = await asyncio.to_thread(ledger.behind, self.world.engine)
        late = [f"{behind} sources are not read to the end"] if behind else []
        return late + judge(self.crew, self.plan.names(), seen, written, acked)


async def carry_out(world: World, plan: Plan, trouble: Trouble, patience: float) -> Run:
    """Runs ``plan`` to its verdict. Raises Failed."""
    run = Run(world, plan, Crew(world), trouble)
    try:
        await run.through(patience)
    except Failed:
        where = "postgres" if isinstance(world.engine, Postgres) else "sqlite"
        sys.stderr.write(f"replay with ONEVOICE_SEED={plan.seed} ({where})\n")
        raise
    return run
