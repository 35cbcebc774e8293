"""A campaign over four processes that are killed at random: each recipient exactly once, or at most
once and listed where nobody can know."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.core.clock import local
from tests.harness import campaign, engine, world
from tests.harness.campaign import NAME, Plan, Seen
from tests.harness.sheet import sheet
from tests.harness.world import World
from tests.scenario.born import finished
from tests.scenario.house import until

FOUR = ("web,pull,converse,deliver,tick", "pull,deliver,tick", "pull,deliver,tick", "deliver,tick")
STAFF = ("lin.xi", "chen.mo")
ZONE = "Asia/Shanghai"
# So there are many tasks, each of which may meet a fault of its own.
SMALL = "[wecom.limits]\nbulk_receivers = 250\n"
FILE = f"""id = "{NAME}"
do = "care"
persona = "tester"
template = "care/day1"
audience = "all"
at = "{{at}}"
until = "{{until}}"
via = ["bulk"]
error_budget = 1.0
"""


async def plan_it(found: World, config: Path) -> None:
    """Next morning at half past nine, approved; then it is that morning."""
    now = local((await found.phone.get("/clock"))["now_ms"], ZONE)
    morning = (now + timedelta(days=1)).replace(hour=9, minute=30, second=0, microsecond=0)
    folder = config.parent / "content" / "campaigns"
    folder.mkdir(parents=True, exist_ok=True)
    until_ = morning + timedelta(hours=9)
    text = FILE.format(at=f"{morning:%Y-%m-%d %H:%M}", until=f"{until_:%Y-%m-%d %H:%M}")
    (folder / f"{NAME}.toml").write_text(text, "utf-8")
    published = "SELECT 1 AS n FROM published WHERE kind = 'campaign'"
    await until(lambda: found.engine.rows(published), "the campaign is published", 60)
    await asyncio.to_thread(onevoice, "campaign", "approve", NAME, "--config", str(config))
    await jump(found, morning + timedelta(seconds=5))


def onevoice(*words: str) -> None:
    """A command of the product."""
    assert finished(*words).returncode == 0


async def jump(found: World, to: datetime) -> None:
    clock = (await found.phone.get("/clock"))["now_ms"]
    await found.phone.post("/clock", advance_s=int(to.timestamp() - clock / 1000))


def storm(folder: Path, kind: str, roles: tuple[str, ...], plan: Plan) -> Seen:
    people = f"{sheet()}\n[population]\ncustomers = {plan.customers}\n"

    async def scenario() -> Seen:
        async with world.opened(folder, base, roles=roles, world=people, more=SMALL) as found:
            friends = "SELECT COUNT(DISTINCT member) AS n FROM friend"
            await until(lambda: found.engine.rows(friends)[0]["n"] >= plan.customers * 0.94,
                        "all friends are known", 600)  # fmt: skip
            await plan_it(found, folder / "brand" / "config.toml")
            return await campaign.carry_out(found, plan, STAFF)

    with engine.opened(kind, folder) as base:
        seen = asyncio.run(scenario())
    sys.stdout.write(seen.told() + "\n")
    assert seen.findings()[:20] == []
    return seen


@pytest.mark.soak
def test_a_small_campaign_survives_kills_on_one_machine(tmp_path: Path) -> None:
    seen = storm(
        tmp_path, "sqlite", world.ALONE, Plan(customers=400, kills=3, kill_every=2, seed=1)
    )
    assert len(seen.reached) > 300


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_thousand_recipients_over_four_killed_processes(tmp_path: Path, seed: int) -> None:
    plan = Plan(customers=10_000, kills=12, kill_every=4, seed=seed)
    seen = storm(tmp_path, "postgres", FOUR, plan)
    assert len(seen.reached) > 7_000
