"""Drafts of the language model, and the way into the WeCom client, at the pages of the inbox."""

from __future__ import annotations

from pathlib import Path

from bot.core.body import Text
from bot.core.clock import MINUTE
from bot.core.model import TO_CLIENT, Outbound
from bot.store import drafts, outbox, turns
from bot.store.drafts import LABEL
from bot.store.engine import Tx
from tests.console.desk import KF, hear, said, talk
from tests.console.test_inbox import does, fields, look, replies, row
from tests.contract.making import WINDOW, nothing_said
from tests.scenario.house import run
from tests.scenario.reception import NOW, Reception, reception

A = talk("wmA")


async def drafted(desk: Reception, number: int) -> int:
    """A draft for the words that wait, which somebody has read meanwhile."""
    made = Outbound(
        lane=A, pool="reply", channel="kf", account=KF, peer="wmA", kind="reply",
        body=Text("大概后天到\n（以上内容由 AI 生成）"), origin=f"reply:{number}:model", persona="tester",
        persona_version=1, content="model", operator="model", conversation=A, member="wmA",
        dedupe=f"draft/{number}", send_at=NOW, retry_at=NOW, state="draft", expires_at=NOW + 10**7,
        data={LABEL: ("", "（以上内容由 AI 生成）")},
    )  # fmt: skip

    def write(tx: Tx) -> int:
        kept = outbox.enqueue(tx, made, NOW)
        assert kept is not None
        return kept

    return await desk.store.write(write)


def test_a_draft_is_shown_sent_changed_or_refused_and_guarded(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as lin:
            await desk.publish()
            await hear(desk, said(1, "wmA", "几天到"))
            await does(lin, "take")
            await desk.store.write(read)  # what is drafted now is not overtaken
            number = await drafted(desk, 1)
            page = await look(lin)
            assert page.said("Draft of the language model") and page.said("大概后天到")
            given = fields(page, "draft") | {"draft": str(number), "verb": "send"}
            bad = await lin.post("/inbox/draft", **given | {"text": "全网最低价"})
            assert bad.status == 422 and bad.said("the guard stops")
            sent = await lin.post("/inbox/draft", **given | {"text": "大概后天到"})
            assert sent.status == 303, sent.text
            assert await replies(desk) == [("service", "大概后天到\n（以上内容由 AI 生成）")]
            late = await lin.post("/inbox/draft", **given)
            assert late.status == 409 and late.said("This draft is over")
            second = await drafted(desk, 2)
            again = await lin.post("/inbox/draft", c=A, draft=str(second), verb="discard")
            assert again.status == 303
            assert await desk.store.read(drafts.waiting, NOW) == []
            assert (await lin.post("/inbox/draft", c=A, draft="x")).status == 422

    run(scenario)


def read(tx: Tx) -> None:
    """The turn that waits is over, in silence."""
    for held in turns.claim(tx, NOW, "L", NOW + MINUTE, 9, 5):
        turns.finish(tx, held, nothing_said(), NOW)


def test_into_the_client_with_a_warning_and_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as lin:
            await desk.publish()
            await hear(desk, said(1, "wmA", "在吗"))
            await does(lin, "take")
            page = await look(lin)
            assert page.said("In the WeCom client it can only be read here")
            for _ in range(2):
                assert (await does(lin, "transfer", page=page)).status == 303
            assert (await row(desk))["mode"] == "staff", "until his last words have left"
            claim = (outbox.claim, "reply", NOW, "L", NOW + MINUTE, 9, WINDOW)
            rows = (await desk.store.write(*claim)).rows
            assert [each.data[TO_CLIENT] for each in rows] == [True]

    run(scenario)
