"""An account that nobody stands behind, as staff see it: in the list, the thread, before they write,
and where they arrive."""

from __future__ import annotations

from pathlib import Path

from bot.core.accounts import Trouble
from bot.store import staffwords, troubles
from tests.console.desk import KF, hear, said, talk
from tests.console.test_inbox import does, look
from tests.scenario.house import run
from tests.scenario.reception import NOW, Reception, reception

A = talk("wmA")


async def put(house: Reception, code: str, detail: str = "", channel: str = "kf",
              account: str = KF) -> bool:  # fmt: skip
    found = Trouble(code, detail)  # type: ignore[arg-type]
    return await house.store.write(troubles.put, channel, account, found, NOW)


def test_staff_are_told_where_they_are_before_a_customer_finds_out(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "在吗"))
            async with house.signed_in("service") as lin, house.signed_in("content") as other:
                assert not (await lin.get("")).said("Accounts in trouble")
                assert await put(house, "kf_unmanaged") and not await put(house, "kf_unmanaged")
                for path in ("", "/inbox"):
                    assert (await lin.get(path)).said("not managed by API"), path
                assert not (await other.get("")).said("not managed by API")
                page = await look(lin)
                assert page.said("the platform refuses what you send")
                assert (await lin.get(f"/talks/{A}/more")).said("Allow it in the admin console")
                # without servicers words leave, so only a hand-over to the client is warned of
                await put(house, "no_servicer")
                page = await look(lin)
                assert not page.said("the platform refuses") and not page.said("no servicer")
                assert not (await lin.get("")).said("Accounts in trouble")
                await does(lin, "take")
                assert (await look(lin)).said("a hand-over to the client finds nobody")
                await put(house, "")
                assert not (await look(lin)).said("a hand-over to the client finds nobody")
                # an account that no persona speaks through any more
                await hear(house, said(2, "wmB", "在吗", account="wkGONE"))
                assert (await lin.get("/inbox")).said("no persona")
                assert staffwords.ANSWER_WITHIN == 6 * 3_600_000  # as the words about robots say
                trail = await house.store.read(lambda tx: tx.rows("audit_of",
                                                                  subject=f"account:kf:{KF}"))  # fmt: skip
                assert [row["event"] for row in trail] == ["trouble", "trouble", "well"]

    run(scenario)
