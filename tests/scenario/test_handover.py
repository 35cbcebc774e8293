"""A conversation goes to the people in the WeCom client, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.body import Text
from bot.core.handoff import Conflict
from bot.library.speech import Setting, stopped
from bot.pipeline.desk import PutDown
from bot.pipeline.turn import NOT_HANDED
from bot.store import desk, staffwords, waiting
from bot.store.outbox import KfWindow
from bot.store.staffwords import Words
from bot.workers import Parts
from tests.scenario.house import House, Phone, brand, house, opened, platform, run, until


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


KF = "wkBANZHAN01"


def parts(home: House) -> Parts:
    assert home.app.parts is not None
    return home.app.parts


def at_the_desk(home: House, text: str, key: str) -> Words:
    """What the console does before it writes: the guard reads the text, the cast names the version."""
    cast = parts(home).library.cast
    setting = Setting(cast=cast, now=parts(home).clock.now())
    return Words(body=Text(text), persona="tester", client_key=key,
                 persona_version=cast.scripts["tester"].version,
                 stopped=stopped(setting, "tester", text))  # fmt: skip


def test_staff_take_over_answer_by_api_and_give_it_back_with_the_memory_intact(
    tmp_path: Path,
) -> None:
    """The session is in state 1 (assistant): what the product sends is accepted there."""

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            store, now = parts(home).store, parts(home).clock.now
            (who,) = await phone.customers(1)
            key = f"kf:{KF}:{who}"
            await phone.write(who, "单号 20261122")
            await until(lambda: phone.texts(who), "an answer")
            await _in_state(phone, home, who, 1)
            [waits] = await until(lambda: store.read(waiting.queue, now()), "it waits for a person")
            assert (waits.why, waits.reason, waits.words) == ("rule", "查订单", "单号 20261122")
            await store.write(desk.take, key, "lin", now(), await store.read(desk.glance, key))
            await phone.write(who, "你好")
            await phone.write(who, "退订")
            await until(lambda: home.rows("SELECT 1 FROM member WHERE promo_ok = 0"), "opted out")
            assert "退订" in home.rows("SELECT text FROM desk_note WHERE author = ''")[0]["text"]
            before = await phone.texts(who)
            with pytest.raises(Conflict, match="没过用语检查"):
                await _reply(home, key, "全网最低价，只要 1 元", "k0")
            await _reply(home, key, "我是林溪，单子在路上了，推送也替你停了", "k1")
            await until(
                lambda: _said(phone, who, "我是林溪，单子在路上了，推送也替你停了"), "heard"
            )
            assert len(await phone.texts(who)) == len(before) + 1
            await store.write(desk.release, key, "lin", now(), await store.read(desk.glance, key))
            await phone.write(who, "几天发货")
            await until(lambda: _said(phone, who, "下单后两天内发出。"), "the persona answers")
            (row,) = home.rows("SELECT * FROM conversation WHERE id = ?", key)
            assert row["waiting_since"] is None and row["misses"] == 0
            assert "20261122" in str(home.rows("SELECT data FROM memory")) + row["memory"]
            (reply,) = home.rows("SELECT * FROM replies WHERE kind = 'staff'")
            assert (reply["operator"], reply["status"]) == ("lin", "sent")

    async def _said(phone: Phone, who: str, text: str) -> bool:
        return text in await phone.texts(who)

    run(scenario)


async def _reply(home: House, key: str, text: str, client_key: str) -> None:
    store, limits = parts(home).store, parts(home).config.wecom.limits
    window = KfWindow(limits.kf_messages, limits.kf_hours)
    await store.write(staffwords.reply, key, "lin", at_the_desk(home, text, client_key),
                      parts(home).clock.now(), await store.read(desk.glance, key), window)  # fmt: skip
    parts(home).bells.ring_outbox()


async def _in_state(phone: Phone, home: House, who: str, state: int) -> None:
    """Moves the session by API, as an assistant that received it."""
    api = parts(home).gateway._with("kf").api
    await api.call("kf/service_state/trans", {"open_kfid": KF, "external_userid": who,
                                              "service_state": state}, seconds=5)  # fmt: skip


@pytest.mark.parametrize(
    ("errcode", "why"), [(95014, "不是这个客服账号的接待人员"), (95019, "接待人员都停止接待了")]
)
def test_when_nobody_in_the_client_takes_it_the_member_is_told_and_it_waits_here(
    tmp_path: Path, errcode: int, why: str
) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            brand(tmp_path)
            persona = tmp_path / "personas" / "tester" / "persona.toml"
            text = persona.read_text("utf-8").replace("[handoff]", '[handoff]\nto = "client"')
            persona.write_text(text, "utf-8")
            async with opened(tmp_path, phone) as home:
                (who,) = await phone.customers(1)
                await phone.post("/faults", on="api", kind="rate_limit", n=1, errcode=errcode,
                                 path="kf/service_state/trans")  # fmt: skip
                await phone.write(who, "转人工")
                said = await until(lambda: _two(phone, who), "two lines")
                assert said == ["我请同事来看看。", NOT_HANDED]
                [waits] = await parts(home).store.read(waiting.queue, parts(home).clock.now())
                assert (waits.why, waits.mode) == ("client", "auto")
                assert why in waits.reason

    async def _two(phone: Phone, who: str) -> list[str]:
        texts = await phone.texts(who)
        return texts if len(texts) > 1 else []

    run(scenario)


def test_a_holder_who_is_silent_gives_it_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            config = brand(tmp_path)
            config.write_text(config.read_text("utf-8") + '\n[handoff]\nidle = "200ms"\n', "utf-8")
            async with opened(tmp_path, phone) as home:
                store, now = parts(home).store, parts(home).clock.now
                (who,) = await phone.customers(1)
                key = f"kf:{KF}:{who}"
                await phone.write(who, "你好")
                await until(lambda: phone.texts(who), "an answer")
                # the worker has looked by now and will not look again within this test by itself
                await store.write(desk.take, key, "lin", now(), await store.read(desk.glance, key))
                await PutDown(store, parts(home).config, parts(home).bells).step(now() + 1_000)
                (row,) = home.rows("SELECT mode, held_by FROM conversation")
                assert (row["mode"], row["held_by"]) == ("auto", "")
                await phone.write(who, "几天发货")
                await until(lambda: _said(phone, who), "the persona answers")

    async def _said(phone: Phone, who: str) -> bool:
        return "下单后两天内发出。" in await phone.texts(who)

    run(scenario)
