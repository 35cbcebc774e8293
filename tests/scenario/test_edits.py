"""People edit files while the bot runs."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.house import house, platform, run, until


def test_an_edit_is_live_for_the_next_customer_and_has_its_own_version(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            first, second = await phone.customers(2)
            await phone.write(first, "几天发货")
            await until(lambda: phone.texts(first), "an answer")
            faq = tmp_path / "personas" / "tester" / "faq.csv"
            faq.write_text(faq.read_text("utf-8").replace("两天内", "三天内"), "utf-8")
            await until(lambda: home.rows("SELECT 1 FROM version WHERE name='tester'"
                                          " AND version = 2"), "the edit is a version")  # fmt: skip

            async def new_answer() -> bool:
                await phone.write(second, "几天发货")
                return "下单后三天内发出。" in await phone.texts(second)

            await until(new_answer, "the new wording")
            rows = home.rows("SELECT persona_version AS v, text FROM replies ORDER BY id")
            assert {(r["v"], r["text"]) for r in rows} >= {
                (1, "下单后两天内发出。"), (2, "下单后三天内发出。")}  # fmt: skip

    run(scenario)


def test_a_broken_edit_changes_nothing_and_the_last_good_version_serves(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (tmp_path / "personas" / "tester" / "dialogue.toml").write_text("[[rule\n", "utf-8")
            (tmp_path / "content" / "welcome" / "day0.j2").write_text("+++\nbroken", "utf-8")
            (tmp_path / "content" / "care" / "extra.j2").write_text(
                '+++\ntitle="x"\ngenre="story"\norigin="BGC"\n+++\nhello', "utf-8")  # fmt: skip
            await until(
                lambda: home.rows("SELECT 1 FROM version WHERE name = 'care/extra'"), "seen"
            )
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/add", userid="lin.xi")
            await until(lambda: phone.texts(who), "a welcome")
            await phone.write(who, "你好")
            assert await until(lambda: phone.texts(who, "kf"), "an answer") == ["在呢。"]
            assert home.rows("SELECT MAX(version) AS v FROM version WHERE name='tester'") == [
                {"v": 1}]  # fmt: skip

    run(scenario)
