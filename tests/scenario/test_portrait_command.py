"""``onevoice portrait``: what is known of a member, and what staff put right."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from click.testing import CliRunner

from bot.commands.portrait import portrait
from bot.core.event import Event, Happened
from bot.store import events, people
from bot.store.engine import Tx
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from tests.scenario.house import brand

NOW = 1_793_500_000_000


def call(config: Path, *words: str, code: int = 0) -> str:
    made = CliRunner().invoke(portrait, [*words, "--config", str(config)])
    assert made.exit_code == code, made.output
    return made.stdout if code == 0 else made.output


async def tell(file: Path) -> None:
    def write(tx: Tx) -> None:
        people.ensure_member(tx, "wm1", NOW, "小周")
        events.record(tx, [Event(kind=Happened.IMPORTED, at=NOW, dedupe="row/1", member="wm1",
                                 data={"city": "杭州", "birthday": "03-05"})], NOW)  # fmt: skip

    store = SqliteStore(file, readers=1)
    await store.write(write)
    store.close()


def test_staff_see_correct_and_strike_out(tmp_path: Path) -> None:
    config, file = brand(tmp_path), tmp_path / "data" / "onevoice.db"
    file.parent.mkdir(exist_ok=True)
    migrate_sqlite(file, NOW)
    asyncio.run(tell(file))
    assert call(config, "correct", "wm1", "城市", "成都市") == "wm1: 城市 = 成都\n"
    call(config, "need", "wm1", "担心：睡不好", "--as", "wu")
    call(config, "consent", "wm1", "partners", "yes", "--as", "wu")
    shown = call(config, "show", "wm1").splitlines()
    assert shown[0].startswith("birthday  03-05  导入 2026-11-01")
    assert shown[1].startswith("city  成都  同事")
    assert shown[2].endswith("（未采用）") and "杭州  导入" in shown[2]
    assert shown[3].startswith("给合作伙伴  同意") and shown[4].startswith("担心  睡不好")
    assert call(config, "find", "city=成都") == "wm1\n" == call(config, "find", "生日=3月5日")
    assert call(config, "find", "睡") == "wm1  担心：睡不好\n"
    call(config, "strike", "wm1", "city", "--source", "staff")
    found = json.loads(call(config, "show", "wm1", "--json"))
    assert [(one["name"], one["value"]) for one in found["facts"] if one["won"]] == [
        ("birthday", "03-05"), ("city", "杭州")]  # fmt: skip
    assert found["consents"]["partners"]["origin"] == "staff:wu"


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    config, file = brand(tmp_path), tmp_path / "data" / "onevoice.db"
    file.parent.mkdir(exist_ok=True)
    migrate_sqlite(file, NOW)
    asyncio.run(tell(file))
    for words, why in (
        (("show", "wm9"), "there is no member 'wm9'"),
        (("correct", "wm1", "birthday", "春天"), "'春天' is no birthday"),
        (("consent", "wm1", "partnes", "no"), "did you mean 'partners'"),
        (("consent", "wm1", "promo", "no"), "or in the inbox"),
        (("need", "wm1", "睡不好"), "write worry:"),
    ):
        assert why in call(config, *words, code=2), words
