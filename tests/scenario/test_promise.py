"""A word given at night is kept in the morning, through the whole house."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.house import brand, opened, platform, run, until
from tests.scenario.test_schedule import jump_to

HOURS = """
[hours]
open = "09:00"
close = "21:30"
away = ["打烊了，明早九点回你。"]
back = ["早，你留的话我看了。"]
"""


def test_the_morning_after(tmp_path: Path) -> None:
    async def scenario() -> None:
        brand(tmp_path / "brand")
        persona = tmp_path / "brand" / "personas" / "tester" / "persona.toml"
        persona.write_text(persona.read_text("utf-8") + HOURS, "utf-8")
        async with platform() as phone:

            async def came_back(who: str) -> bool:
                return (await phone.texts(who))[-1] == "早，你留的话我看了。"

            await jump_to(phone, 23, 0)
            async with opened(tmp_path / "brand", phone) as home:
                asked, served = await phone.customers(2)
                await phone.write(asked, "蓝色的壶嘴配得到嘛呜呜")
                await phone.write(served, "几天发货")
                for who in (asked, served):
                    await until(lambda who=who: phone.texts(who), "an answer")  # type: ignore[misc]
                assert (await phone.texts(asked))[-1] == "打烊了，明早九点回你。"
                assert "打烊" not in (await phone.texts(served))[-1]
                await jump_to(phone, 9, 0)
                await until(lambda: came_back(asked), "the promise is kept")
                rows = home.rows("SELECT * FROM conversation")
                waits = {row["peer"]: row["waiting_for"] for row in rows if row["waiting_since"]}
                assert waits == {asked: "下班时间留的话，答应上班就回"}
                assert len(await phone.texts(served)) == 1
                due = home.rows("SELECT state FROM due WHERE kind = 'promise'")
                assert [row["state"] for row in due] == ["done"]

    run(scenario)
