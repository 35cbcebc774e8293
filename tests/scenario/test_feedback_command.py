"""``onevoice feedback``: what members say of products, for those who make them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner

from bot.commands.feedback import feedback
from bot.core.event import Event, Happened
from bot.store import events
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from tests.scenario.house import brand

DAY_1, DAY_2 = 1_793_500_000_000, 1_793_590_000_000  # noon of the 1st and 2nd of November 2026


def call(config: Path, *words: str) -> str:
    made = CliRunner().invoke(feedback, [*words, "--config", str(config)])
    assert made.exit_code == 0, made.output
    return made.stdout


def said(n: int, at: int, product: str, theme: str, mood: int, quote: str) -> Event:
    return Event(kind=Happened.FEEDBACK, at=at, dedupe=f"f/{n}", member=f"wm{n}", place=product,
                 which=theme, amount=mood, data={"quote": quote})  # fmt: skip


async def tell(folder: Path) -> None:
    store = SqliteStore(folder / "onevoice.db", readers=1)
    told = [said(1, DAY_1, "岩茶", "浓淡", -1, "=太淡"), said(2, DAY_2, "岩茶", "浓淡", 1, "刚好"),
            said(3, DAY_2, "", "客服", 1, "回得快")]  # fmt: skip
    await store.write(lambda tx: events.record(tx, told, DAY_2))
    store.close()


def test_groups_and_quotes_leave_as_csv(tmp_path: Path) -> None:
    config = brand(tmp_path)
    (tmp_path / "data").mkdir(exist_ok=True)
    migrate_sqlite(tmp_path / "data" / "onevoice.db", DAY_1)
    assert call(config).splitlines() == ["product,theme,n,happy,sad,people,last_at"]
    asyncio.run(tell(tmp_path / "data"))
    assert call(config).splitlines()[1:] == [
        f",客服,1,1,0,1,{DAY_2}", f"岩茶,浓淡,2,1,1,2,{DAY_2}"]  # fmt: skip
    assert call(config, "--quotes", "--product", "岩茶").splitlines() == [
        "product,theme,mood,quote,at,persona", "岩茶,浓淡,-1,'=太淡,2026-11-01 10:26,",
        "岩茶,浓淡,1,刚好,2026-11-02 11:26,"]  # fmt: skip
    groups = json.loads(call(config, "--json", "--since", "2026-11-02", "--until", "2026-11-02"))
    assert [(one["product"], one["n"]) for one in groups["groups"]] == [("", 1), ("岩茶", 1)]
