"""One person in several conversations over real HTTP: offered, joined, answered through an account
that staff choose, parted; and what nobody may join."""

from __future__ import annotations

from pathlib import Path

from bot.core.clock import MINUTE
from bot.store import conversations, people
from tests.console.desk import hear, said, talk
from tests.console.test_inbox import does, fields, look
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

TWO = "wkBANZHAN02"
A, B = talk("wmA"), talk("wmA", account=TWO)
OTHER = talk("wmB", account="wkBANZHAN03")  # another persona's


async def together(browser: Browser, key: str = A, **query: str) -> str:
    part = await browser.get(f"/talks/{key}/together", params=query)
    assert part.status == 200, part.text
    return part.text


async def held(house: Reception) -> list[str]:
    rows = [await house.store.read(conversations.get, key) for key in (A, B)]
    return [row["held_by"] for row in rows if row is not None]


def test_joined_held_and_answered_as_one_and_parted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "一号店问"))
            await hear(house, said(2, "wmA", "二号店问，很急", at=NOW + MINUTE, account=TWO))
            page = await together(lin)
            assert "the same customer id" in page and "一号店问" not in page
            made = await lin.post(f"/talks/{A}/join", other=B, evidence="member")
            assert made.status == 303
            page_ = await lin.get("/inbox")
            assert page_.text.count("data-row") == 1 and page_.said("urgent")
            page_ = await look(lin)  # opens where he wrote last
            assert (
                page_.said("一号店问")
                and page_.said("二号店问")
                and page_.said("2 accounts as one")
            )
            assert page_.said("<b>Customer service 2</b>")
            took = await lin.post("/inbox/take", **fields(page_, "take"))
            assert took.status == 303 and await held(house) == ["service"] * 2
            # what he has not read in the other one stops the answer's way back to the persona
            mine = await look(lin)
            chosen = await lin.get("/inbox", params={"c": A, "via": "1"})
            assert chosen.said("<b>Customer service 1</b>") and chosen.said("Answer there")
            sent = await lin.post("/inbox/reply", text="我在", **fields(chosen, "reply"))
            assert sent.status == 303 and "via=1" in sent.location
            out = await house.store.read(
                lambda tx: tx.rows("desk_spoken", conversation=A, staff="", after=0)
            )
            assert [row["conversation"] for row in out] == [A]
            await hear(house, said(3, "wmA", "还有", at=NOW + 2 * MINUTE, account=TWO))
            late = await lin.post("/inbox/release", **fields(mine, "release"))
            assert late.status == 409 and late.said("还有") and await held(house) == ["service"] * 2
            # older lines, and a file's address, by the conversation that the line is of
            older = await lin.get("/inbox/older", params={"c": B, "before": "inbox:3,inbox1:3"})
            assert older.status == 200 and older.said("一号店问") and older.said("二号店问")
            assert (await lin.get("/inbox/older", params={"c": B, "before": "x1:3"})).status == 404
            assert (await lin.post(f"/talks/{B}/part", other=A)).status == 303
            page_ = await look(lin)
            assert not page_.said("二号店问") and not page_.said("Answer through")
            assert "the same customer id" in await together(lin)

    run(scenario)


def test_staff_find_him_by_name_and_nothing_crosses_a_persona(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            stranger = talk("wmC", account=TWO)
            await hear(
                house, said(1, "wmA", "在吗"), said(2, "wmB", "在吗", account="wkBANZHAN03"),
                said(3, "wmC", "在吗", account=TWO),
            )  # fmt: skip
            for who, name in (("wmA", "阿宁"), ("wmB", "阿宁"), ("wmC", "宁宁<b>")):
                await house.store.write(people.ensure_member, who, NOW, name)
            async with house.signed_in("lead") as su, house.signed_in("readonly") as visitor:
                page = await together(su)
                assert "wkBANZHAN03" not in page and "May be the same" not in page
                page = await together(su, q="宁宁")
                assert "known to staff" in page and "宁宁&lt;b&gt;" in page
                assert "Nobody of this name" in await together(su, q="没有")
                seen = await together(visitor, q="宁宁")
                assert "<form" not in seen
                await su.get("/inbox")
                for other, evidence, status in (
                    (OTHER, "staff", 409), (stranger, "guess", 422), ("", "staff", 422),
                    ("kf:x:gone", "staff", 409), (A, "staff", 303), (stranger, "staff", 303),
                ):  # fmt: skip
                    got = await su.post(f"/talks/{A}/join", other=other, evidence=evidence)
                    assert got.status == status, (other, got.text)
                assert (await su.post(f"/talks/{A}/part", other=OTHER)).status == 409
                assert (await visitor.post(f"/talks/{A}/part", other=A)).status == 403
                audit = await look(su, A)
                assert audit.said("lead 合并显示：同事核对过")
                bad = await does(su, "take", A, seen="1-0 1-0@" + "x" * 2_000)
                assert bad.status == 409  # of the other one he has read nothing

    run(scenario)
