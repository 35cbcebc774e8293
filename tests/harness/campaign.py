"""A campaign to many while processes are killed and the clock jumps: who got it, and what is
written down."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.harness import truth
from tests.harness.world import World
from tests.scenario.house import until

Row = dict[str, Any]
TEXT = "第 1 天的问候：今天喝水了吗？"
NAME = "storm"
OPEN = ("pending", "later", "queued")
# An early jump would bring the night; these sum up to less than the hours of the day.
JUMPS = (5, 61, 61, 300, 600)
CALLS = ("add_msg_template", "get_groupmsg_send_result", "get_groupmsg_list_v2")
FAULTS = (("drop_after", {}), ("drop_before", {}), ("http500", {}), ("slow", {"delay_ms": 1500}),
          ("rate_limit", {}))  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Size and shape. ``kill_every`` and ``seconds`` of the machine's time."""

    customers: int
    kills: int
    kill_every: float
    seed: int
    patience: float = 600.0


@dataclass
class Seen:
    """What a run ended with."""

    reached: Counter[str] = field(default_factory=Counter)
    fates: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    friends: set[str] = field(default_factory=set)
    run: Row = field(default_factory=dict)
    kills: int = 0

    def findings(self) -> list[str]:
        """Everything in which the ledger, the plan and the platform's truth do not agree."""
        found = [f"{who}: reached {n} times" for who, n in self.reached.items() if n > 1]
        found += [f"{who}: reached, and is in no ledger" for who in self.reached
                  if who not in self.fates]  # fmt: skip
        found += [f"{who}: a friend, and is in no ledger" for who in self.friends
                  if who not in self.fates]  # fmt: skip
        for who, fate in self.fates.items():
            got = self.reached[who]
            if fate == "sent" and not got:
                found.append(f"{who}: sent, and got nothing")
            elif got and fate not in ("sent", "unsure"):
                found.append(f"{who}: {fate} ({self.codes[who]}), and got it")
            elif fate in OPEN:
                found.append(f"{who}: {fate} at the end")
        if self.run.get("state") != "done":
            found.append(f"the run ends as {self.run}")
        return found

    def told(self) -> str:
        """One line for people."""
        fates = Counter(f"{fate} {self.codes[who]}".strip() for who, fate in self.fates.items())
        return f"{self.kills} kills, {len(self.reached)} reached: {dict(sorted(fates.items()))}"


async def carry_out(world: World, plan: Plan, staff: Sequence[str]) -> Seen:
    """Runs the campaign that stands in the brand's folder to its end."""
    dice = random.Random(plan.seed)
    tapping = asyncio.create_task(_tap(world, staff))
    try:
        kills = await _trouble(world, plan, dice)
        await world.phone.clear_faults()
        await until(lambda: _over(world), "the campaign is over", plan.patience)
    finally:
        tapping.cancel()
        await asyncio.gather(tapping, return_exceptions=True)
    return await _seen(world, kills)


async def _trouble(world: World, plan: Plan, dice: random.Random) -> int:
    """Kills, jumps and faults, in an order that the seed decides."""
    for _ in range(plan.kills):
        await asyncio.sleep(plan.kill_every * (0.5 + dice.random()))
        kind, more = dice.choice(FAULTS)
        await world.phone.post("/faults", on="api", path=dice.choice(CALLS), kind=kind, n=1, **more)
        if dice.random() < 0.5:
            await world.phone.post("/clock", advance_s=dice.choice(JUMPS))
        await dice.choice(world.bots).restart()
    return plan.kills


async def _tap(world: World, staff: Sequence[str]) -> None:
    """Everybody taps what waits for him."""
    while True:
        for userid in staff:
            for task in await world.phone.tasks(userid):
                if task["status"] == "waiting":
                    await world.phone.post(f"/staff/{userid}/tasks/{task['id']}/confirm")
        await asyncio.sleep(0.3)


async def _over(world: World) -> bool:
    rows = await asyncio.to_thread(
        world.engine.rows, f"SELECT state FROM campaign WHERE name = '{NAME}'"
    )
    await world.phone.post("/clock", advance_s=5)
    return bool(rows) and all(row["state"] in ("done", "stopped", "paused") for row in rows)


async def _seen(world: World, kills: int) -> Seen:
    seen = await truth.read(world.phone)
    mine = [row for row in seen.received if row["channel"] == "contact" and row["text"] == TEXT]
    rows = world.engine.rows("SELECT member, state, code FROM recipient")
    friends = world.engine.rows("SELECT DISTINCT member FROM friend WHERE until IS NULL")
    runs = world.engine.rows("SELECT * FROM campaign")
    return Seen(reached=Counter(row["box"] for row in mine),
                fates={row["member"]: row["state"] for row in rows},
                codes={row["member"]: row["code"] for row in rows},
                friends={row["member"] for row in friends}, run=runs[0], kills=kills)  # fmt: skip
