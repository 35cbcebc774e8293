"""Staff see what a kf customer is called, though no callback says it, and that a follower of the
official account is the same person."""

from __future__ import annotations

from pathlib import Path

from tests.scenario.house import house, platform, run, until


def test_a_customer_who_writes_has_a_name_soon(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            first, second = await phone.customers(2)
            await phone.write(first, "几天发货")
            await phone.write(second, "几天发货")
            await phone.post("/oa/say", openid=f"oSBX{first}", text="你好")

            def named() -> bool:
                rows = home.rows("SELECT name, union_id FROM member WHERE id IN (?, ?)", first,
                                 second)  # fmt: skip
                return len(rows) == 2 and all(row["name"] and row["union_id"] for row in rows)

            await until(named, "both have their nicknames and union ids")
            kept = home.rows("SELECT name FROM member WHERE id = ?", first)[0]["name"]
            people = (await phone.get("/state"))["customers"]
            assert kept in [one["name"] for one in people if one["id"] == first]
            followed = "SELECT person FROM member WHERE id = ?"
            await until(lambda: [row["person"] for row in home.rows(followed, f"oa:oSBX{first}")]
                        == [first], "the follower is the customer")  # fmt: skip
            calls = await phone.calls("kf/customer/batchget")
            assert 1 <= len(calls) <= 2

    run(scenario)
