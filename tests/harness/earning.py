"""What a week by itself brings too little of: rewards that are soon earned, and KOCs whose codes
orders name, with settlements, a return and an order that is declared void."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.core.clock import DAY, HOUR
from bot.members.commission import KOC
from bot.members.orders import Report
from bot.members.terms import Terms
from bot.rehearsal.play import Played
from bot.store import circling, orders, payouts, terms
from bot.store.engine import Tx
from bot.store.sql import Composed

CIRCLE, ACTIVITY = "tea-friends", "today-half"
TERMS = Terms(window=30 * DAY, grace=DAY, burst=100, burst_in=HOUR, hold=DAY, rate=500, rates={})
# Fewer of the first than there are people, so it runs out; the second to whoever comes twice.
REWARDS = """
[[rewards]]
id = "leaf"
title = "一枚叶子书签"
how = "thing"
to = "all"
stock = 5
each = 1
cents = 300
budget = 1200
[[rewards]]
id = "again"
title = "连着来的三分"
how = "points"
to = "streak"
streak = 2
points = 3
"""


def brand(root: Path, folder: Path) -> Path:
    """A copy of the sample brand in which checking in is rewarded; its configuration."""
    for name in ("config.toml", "rehearsal.toml"):
        shutil.copy(root / name, folder / name)
    for name in ("personas", "content"):
        shutil.copytree(root / name, folder / name)
    file = folder / "content" / "activities" / f"{ACTIVITY}.toml"
    file.write_text(file.read_text("utf-8") + REWARDS, "utf-8")
    return folder / "config.toml"


async def commissions(played: Played) -> None:
    """Three KOCs, and what was bought by their codes."""
    people = [person.id for person in played.crowd.people]
    now, write = played.house.clock.now(), played.house.store.write
    await write(_roles, people[:3], played.plan.start)
    await write(_orders, people[3:43], people[:3], now)
    await write(payouts.settle_all, now, "test")
    await write(_undone, now)
    await write(_orders, people[43:53], people[:1], now)
    await write(payouts.settle_all, now + 1, "test")


def _roles(tx: Tx, kocs: list[str], start: int) -> None:
    terms.adopt(tx, TERMS, start)
    for koc in kocs:
        circling.grant(tx, KOC, CIRCLE, koc, start + 1, actor="test")


def _orders(tx: Tx, buyers: list[str], kocs: list[str], now: int) -> None:
    """Two thirds are older than returns take, one third is held."""
    codes = {row["owner"]: row["code"] for row in tx.rows(Composed("SELECT * FROM invite_code"))}
    made = [Report(order=f"K/{buyer}", member=buyer, at=now - (2 * DAY if n % 3 else HOUR),
                   amount=9_900 + n, category="茶叶", code=codes[kocs[n % len(kocs)]])
            for n, buyer in enumerate(buyers)]  # fmt: skip
    orders.take(tx, made, "test", now)


def _undone(tx: Tx, now: int) -> None:
    """Of what was settled one order goes back in part, another is declared void."""
    back, gone = tx.rows(Composed(
        "SELECT p.* FROM purchase p JOIN commission_act a ON a.commission = p.id"
        " WHERE a.cents > 0 ORDER BY p.id LIMIT 2"))  # fmt: skip
    orders.take(tx, [Report(order=back["id"], member=back["member"], at=back["at"],
                            amount=back["amount_cents"], category=back["category"],
                            refunded=back["amount_cents"] // 2)], "test", now)  # fmt: skip
    assert payouts.void(tx, gone["id"], now, "test", "测试单") is not None
