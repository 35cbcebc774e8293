"""A customer's first hour: added, welcomed, led to the persona's chat, answered."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.house import house, platform, run, until


def test_a_new_friend_is_welcomed_and_answered_through_the_link_of_the_welcome(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (customer,) = (await phone.post("/customers", name="小周"))["ids"]
            await phone.post(f"/customers/{customer}/add", userid="lin.xi", state="poster-a")
            (welcome,) = await until(lambda: phone.texts(customer), "a welcome")
            assert welcome.startswith("小周，你好，我是小试。")
            link = welcome.rpartition("：")[2]
            opened = await phone.post(f"/customers/{customer}/open", url=link)
            assert opened["open_kfid"] == "wkBANZHAN01"
            greeting = await until(lambda: phone.texts(customer, "kf"), "a greeting")
            assert greeting == ["你来啦，我是小试。"]
            await phone.write(customer, "多久发货")
            answers = await until(lambda: _at_least(phone, customer, 2), "an answer")
            assert answers == ["你来啦，我是小试。", "下单后两天内发出。"]
            rows = home.rows("SELECT * FROM replies ORDER BY id")
            assert [r["kind"] for r in rows] == ["welcome", "welcome", "reply"]
            await until(lambda: _all_sent(home), "all of it is in the log as sent")
            for row in rows:
                assert (row["persona"], row["persona_version"], row["operator"]) == (
                    "tester", 1, "bot")  # fmt: skip
                assert row["member"] == customer
            assert [r["account"] for r in rows] == ["lin.xi", "wkBANZHAN01", "wkBANZHAN01"]
            assert rows[0]["origin"] == "flow:welcome:day0"
            assert rows[2]["content"] == "faq:ship"
            friend = home.rows("SELECT * FROM friend WHERE member = ?", customer)
            assert friend[0]["state"] == "poster-a"

    async def _at_least(phone, customer: str, n: int):  # type: ignore[no-untyped-def]
        texts = await phone.texts(customer, "kf")
        return texts if len(texts) >= n else None

    def _all_sent(home):  # type: ignore[no-untyped-def]
        return not home.rows("SELECT 1 FROM replies WHERE status <> 'sent'")

    run(scenario)


def test_a_welcome_goes_out_without_the_name_when_the_platform_is_slow_to_tell_it(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, name_deadline='"100ms"'):
            await phone.post("/faults", on="api", kind="slow", path="externalcontact/get",
                             delay_ms=3000)  # fmt: skip
            (customer,) = (await phone.post("/customers", name="小周"))["ids"]
            await phone.post(f"/customers/{customer}/add", userid="lin.xi")
            (welcome,) = await until(lambda: phone.texts(customer), "a welcome")
            assert welcome.startswith("朋友，你好，我是小试。")

    run(scenario)


def test_the_same_persona_answers_alike_on_all_its_accounts_and_another_one_differs(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            people = await phone.customers(3)
            kfs = ["wkBANZHAN01", "wkBANZHAN02", "wkBANZHAN03"]
            for who, kf in zip(people, kfs, strict=True):
                await phone.write(who, "泡几分钟", kf)
            for who in people:
                await until(lambda who=who: phone.texts(who), "an answer")  # type: ignore[misc]
            first, second, third = [await phone.texts(who) for who in people]
            assert first == second == ["八十五度的水，泡一分钟就好。"]
            assert third != first
            rows = home.rows("SELECT DISTINCT persona, account FROM replies ORDER BY account")
            assert [r["persona"] for r in rows] == ["tester", "tester", "second"]

    run(scenario)


def test_a_burst_of_fragments_is_answered_as_one_turn(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(
            tmp_path, phone, settle='"3s"', settle_max='"30s"'
        ) as home:  # fmt: skip
            (customer,) = await phone.customers(1)
            for fragment in ("那个", "我想问下", "多久发货"):
                await phone.write(customer, fragment)
            assert await until(lambda: phone.texts(customer), "an answer") == ["下单后两天内发出。"]
            assert len(home.rows("SELECT 1 FROM inbox WHERE state = 'done'")) == 3
            assert len(home.rows("SELECT 1 FROM replies")) == 1

    run(scenario)


def test_what_nobody_wrote_down_is_met_with_words_and_then_with_a_person(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (customer,) = await phone.customers(1)
            for i, text in enumerate(("火星上能种水稻不", "量子纠缠怎么算", "你觉得呢"), 1):
                await phone.write(customer, text)
                await until(lambda n=i: _enough(phone, customer, n), "an answer")  # type: ignore[misc]
            row = home.rows("SELECT waiting_since, waiting_for, mode FROM conversation")[0]
            assert row["waiting_since"] and row["waiting_for"] and row["mode"] == "auto"
            said = await phone.texts(customer)
            assert said[0] == "这个我没听懂。"
            assert said[-1] == "收到，一起转给同事。"

    async def _enough(phone, customer: str, n: int):  # type: ignore[no-untyped-def]
        return len(await phone.texts(customer)) >= n

    run(scenario)
