"""A conversation goes to the people in the WeCom client, and comes back."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.house import brand, house, opened, platform, run, until


def test_a_handoff_to_the_client_moves_the_session_and_the_persona_is_silent_until_it_ends(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            brand(tmp_path)
            persona = tmp_path / "personas" / "tester" / "persona.toml"
            text = persona.read_text("utf-8").replace("[handoff]", '[handoff]\nto = "client"')
            persona.write_text(text, "utf-8")
            async with opened(tmp_path, phone) as home:
                (who,) = await phone.customers(1)
                await phone.write(who, "转人工")
                await until(lambda: home.rows("SELECT 1 FROM conversation WHERE mode='client'"),
                            "the session is in the client")  # fmt: skip
                assert await phone.texts(who) == ["我请同事来看看。"]
                kf = {"open_kfid": "wkBANZHAN01", "customer": who}
                await phone.post("/staff/lin.xi/kf", action="take", **kf)
                await phone.post("/staff/lin.xi/kf", action="say", text="我是林溪，我来看看", **kf)
                await phone.write(who, "几天发货")
                await until(lambda: len(home.rows(
                    "SELECT 1 FROM inbox WHERE state='done' AND kind='text'")) >= 2, "read")  # fmt: skip
                assert await phone.texts(who) == ["我请同事来看看。", "我是林溪，我来看看"]
                (row,) = home.rows("SELECT * FROM replies WHERE kind = 'staff'")
                assert (row["operator"], row["text"]) == ("lin.xi", "我是林溪，我来看看")
                await phone.post("/staff/lin.xi/kf", action="end", **kf)
                await until(lambda: home.rows("SELECT 1 FROM conversation WHERE mode='auto'"),
                            "it is the persona's again")  # fmt: skip
                await phone.write(who, "几天发货")
                await until(lambda: _said(phone, who, "下单后两天内发出。"), "the persona answers")

    async def _said(phone, who: str, text: str) -> bool:  # type: ignore[no-untyped-def]
        return text in await phone.texts(who)

    run(scenario)


def test_a_recalled_message_is_forgotten(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            await phone.write(who, "我的电话是 13800000000")
            await until(lambda: phone.texts(who), "an answer")
            row = home.rows("SELECT dedupe FROM inbox WHERE kind = 'text'")[0]
            await phone.post(f"/customers/{who}/kf", open_kfid="wkBANZHAN01", event="recall",
                             msgid=row["dedupe"].rpartition(":")[2])  # fmt: skip
            await until(lambda: home.rows("SELECT 1 FROM inbox WHERE kind='text' AND text=''"),
                        "the words are gone")  # fmt: skip

    run(scenario)
