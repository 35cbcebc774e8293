"""The whole house on PostgreSQL: welcomed, a day later cared for by a tap, answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.contract import server
from tests.scenario.house import House, Phone, brand, opened, platform, run, until
from tests.scenario.test_schedule import jump_to, task_of

pytestmark = pytest.mark.skipif(
    bool(server.missing()), reason=f"PostgreSQL is not tested: {server.missing()}"
)


def test_a_friend_is_welcomed_answered_and_cared_for_on_postgresql(tmp_path: Path) -> None:
    async def scenario(url: str) -> None:
        async with platform() as phone:
            config = brand(tmp_path)
            config.write_text(config.read_text("utf-8") + f'\n[store]\nurl = "{url}"\n', "utf-8")
            await jump_to(phone, 12, 0, weekday=1)
            async with opened(tmp_path, phone) as home:
                await first_day(phone, home, url)

    async def first_day(phone: Phone, home: House, url: str) -> None:
        (who,) = await phone.customers(1)
        await phone.post(f"/customers/{who}/add", userid="lin.xi")
        await until(lambda: phone.texts(who), "a welcome")
        await jump_to(phone, 10, 0, days=1)
        task = await task_of(phone, "lin.xi", "bulk_single")
        await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
        await until(lambda: said(url, "care") == [("sent", "lin.xi")], "the log knows who tapped")
        await phone.write(who, "几天发货")
        await until(lambda: phone.texts(who, "kf"), "an answer")
        assert (await phone.texts(who, "kf")) == ["下单后两天内发出。"]
        assert not (home.data / "onevoice.db").exists()

    with server.running() as one:
        address = one.url(one.create("house"))
        run(lambda: scenario(address))


def said(url: str, kind: str) -> list[tuple[Any, ...]]:
    """Status and operator of the reply rows of a kind, bulk tasks only."""
    import psycopg

    with psycopg.connect(url) as connection:
        sql = "SELECT status, operator FROM replies WHERE kind = %s AND channel = 'contact'"
        return connection.execute(sql, [kind]).fetchall()
