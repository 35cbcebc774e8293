"""The mood of what a member wrote: kept with the message, shown, a reason for a draft, and no more."""

from __future__ import annotations

from pathlib import Path

from bot.store import inbox
from bot.store.engine import Row
from tests.console.desk import hear, said
from tests.console.test_inbox import does, look, replies, row
from tests.console.test_why import turns
from tests.scenario.house import run
from tests.scenario.reception import Reception, reception


async def moods(desk: Reception) -> list[str]:
    def read(tx: object) -> list[Row]:
        return tx.rows("thread_inbox", conversation="kf:wkBANZHAN01:wmA", before=1 << 60, n=9)  # type: ignore[attr-defined,no-any-return]

    return [each["mood"] for each in await desk.store.read(read)][::-1]


def test_each_message_has_its_mood_staff_see_it_and_nothing_leaves_by_itself(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as lin:
            library = await desk.publish()
            await hear(desk, said(1, "wmA", "在吗"), said(2, "wmA", "等了五天，太失望了"))
            await turns(desk, library)
            assert await moods(desk) == ["", "unhappy\t等了五天\t失望"]
            assert (await row(desk))["upset_at"] is not None, "no offer leaves for a while"
            before = await replies(desk)
            await does(lin, "take")
            await hear(desk, said(3, "wmA", "气死我了"))
            page = await look(lin)
            assert page.said("unhappy<q>等了五天, 失望</q>") and page.said("His last words:")
            assert page.text.count('class="mark bad">angry') == 1, "in the list"
            assert page.said("Empathy first") and page.said("换作是我也会生气")
            assert await replies(desk) == before, "a draft is sent by nobody"
            await desk.store.write(inbox.recall, "kf:wmA:2")
            assert await moods(desk) == ["", "", ""]

    run(scenario)
