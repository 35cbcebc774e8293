"""Rehearsals at full size: a month of the sample brand within its time, and plans that are too eager
before an independent judge."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from bot.core.config import load_config
from bot.rehearsal.play import Plan, Played, rehearse
from bot.rehearsal.rates import load_rates
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.harness import eager, earning
from tests.harness.closing import closing

ROOT = Path(__file__).parents[2]
FIRST = "2026-11-24"
START = 1_795_449_600_000  # that day, 00:00 in Shanghai
MOST = 60.0  # seconds of one core

pytestmark = pytest.mark.soak


def test_a_month_of_a_thousand_members_takes_less_than_a_minute_of_one_core() -> None:
    """The start of the process is part of it."""
    before = _cpu()
    told = subprocess.run([sys.executable, "-m", "bot", "rehearse", "--from", FIRST, "--json"],
                          cwd=ROOT, check=True, capture_output=True)  # fmt: skip
    took, report = _cpu() - before, json.loads(told.stdout)
    sys.stderr.write(f"{took:.1f} s of CPU\n")
    assert report["inbound"] >= 20 * report["members"]
    assert report["outbound"] >= 10 * report["members"]
    assert took < MOST


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _earned_and_closed(played: Played) -> tuple[list[str], dict[str, int]]:
    await earning.commissions(played)
    broken = await closing(played)
    return broken, await played.house.store.read(_sizes)


def _sizes(tx: Tx) -> dict[str, int]:
    tables = ("outbox", "stay", "point", "reward_grant", "commission", "commission_act")
    return {name: int(tx.rows(Composed(f"SELECT COUNT(*) AS n FROM {name}"))[0]["n"])
            for name in tables}  # fmt: skip


def test_a_week_of_a_thousand_members_ends_with_nothing_given_up_and_every_ledger_closed(
    tmp_path: Path,
) -> None:
    """The sample brand with rewards for checking in and KOCs whose codes orders name."""
    config, rates = load_config(earning.brand(ROOT, tmp_path)), load_rates(ROOT / "rehearsal.toml")
    broken, sizes = rehearse(config, rates, Plan(start=START, days=7), _earned_and_closed)
    sys.stderr.write(f"{sizes}\n")
    assert not broken, f"{len(broken)}: {broken[:10]}"
    assert all(sizes.values())


def test_too_eager_plans_break_no_rule_for_anybody(tmp_path: Path) -> None:
    config = load_config(eager.brand(tmp_path / "brand"))
    verdict = rehearse(config, eager.RATES, Plan(start=START, days=90), eager.judged)
    assert verdict.judged > 2_000 and verdict.offers > 500
    assert all(sold and sold < made for made, sold in verdict.posts.values()), verdict.posts
    assert not verdict.broken, f"{verdict.by_rule}: {verdict.broken[:5]}"
