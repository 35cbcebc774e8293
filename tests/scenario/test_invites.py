"""A friend hands on her code: one comes by it, another names it, and she cannot use it herself."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from click.testing import CliRunner

from bot.commands.invite import invite
from tests.scenario.house import House, Phone, house, platform, run, until


async def _befriended(home: House, phone: Phone, name: str, state: str = "") -> str:
    (customer,) = (await phone.post("/customers", name=name))["ids"]
    await phone.post(f"/customers/{customer}/add", userid="lin.xi", state=state)
    seen = partial(home.rows, "SELECT 1 FROM event WHERE kind = 'added' AND member = ?", customer)
    await until(seen, "she is in the log")
    return str(customer)


def test_who_comes_by_a_code_and_who_names_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            first = await _befriended(home, phone, "小周")
            made = await asyncio.to_thread(CliRunner().invoke, invite, [
                "code", first, "--config", str(tmp_path / "config.toml")])  # fmt: skip
            code = made.stdout.strip()
            second = await _befriended(home, phone, "小吴", code)
            third = await _befriended(home, phone, "小郑")
            for customer in (first, third):
                await phone.write(customer, f"我有邀请码 {code.lower()}")
            claims = "SELECT member, verdict FROM invite_claim ORDER BY member"
            found = await until(lambda: len(home.rows(claims)) == 3 and home.rows(claims),
                                "three claims")  # fmt: skip
            assert {row["member"]: row["verdict"] for row in found} == {
                first: "self", second: "taken", third: "taken"}  # fmt: skip
            edges = home.rows("SELECT member, inviter FROM invite_edge")
            assert {row["member"]: row["inviter"] for row in edges} == {
                second: first, third: first}  # fmt: skip

    run(scenario)
