"""The guard may be wrong: a colleague asks a lead, and nothing leaves before he says so."""

from __future__ import annotations

from pathlib import Path

from bot.library.speech import Setting, look_at_row
from bot.persona.guard import blocking
from bot.store import audit, codec, desk, mentions
from tests.console.desk import hear, said
from tests.console.test_inbox import A, does, fields, look, replies
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, reception

WRONG = "这个价 77 元是仓库刚改的，我给您留着"  # an amount that the catalogue does not know


def asks(page: Answer) -> dict[str, str]:
    return fields(page, "reply") | {"text": WRONG}


async def decides(browser: Browser, note: int = 1, **more: str) -> Answer:
    form = fields(await look(browser), "appeal/decide")
    return await browser.post("/inbox/appeal/decide", **(form | {"note": str(note)} | more))


def test_a_lead_lets_words_pass_and_the_reason_is_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            library = await house.publish()
            await hear(house, said(1, "wmA", "便宜点"))
            async with house.signed_in("service") as lin, house.signed_in("lead") as su:
                await does(lin, "take")
                late = await does(lin, "reply", text=WRONG)
                beside = late.text.partition('id="compose"')[2]
                assert late.status == 422 and 'role="alert"' in beside.partition("</form>")[0]
                assert 'id="appeal" class="do">' in late.text and late.said(WRONG)
                assert (await lin.post("/inbox/appeal", **asks(late))).status == 303
                assert await replies(house) == [] and (await look(lin)).said("lead was asked")
                assert (await su.get("/inbox?f=named")).said(f'data-key="{A}"')
                assert "appeal/decide" not in (await look(lin)).text
                forced = await lin.post("/inbox/appeal/decide", c=A, note="1", verb="send",
                                        reason="我要发", seen="9-9")  # fmt: skip
                assert forced.status == 403
                page = await look(su)
                assert page.said("77 元") and page.said("may it be sent?")
                assert (await decides(su, verb="send")).said("Write a reason")
                assert (await decides(su, verb="send", reason="仓库确认过")).status == 303
                assert await replies(house) == [("service", WRONG)]
                assert (await look(lin)).said("lead let it pass</span> 仓库确认过")
                assert (await decides_again(su)).status == 409
            trail = await house.store.read(audit.history, "appeal", 1)
            assert [(one["event"], one["actor"], one["reason"]) for one in trail] == [
                ("asked", "service", "price"), ("let_pass", "lead", "仓库确认过"),
            ]  # fmt: skip
            assert await house.store.read(mentions.of, "service") == {A}
            (raw,) = await house.store.read(lambda tx: tx.rows("outbox_get", id=1))
            row = codec.outbound(raw)
            setting = Setting(cast=library.cast, now=NOW)
            assert not blocking(look_at_row(setting, row)), "the door lets it pass as well"
            assert blocking(look_at_row(setting, row.evolve(data={})))

    run(scenario)


async def decides_again(browser: Browser) -> Answer:
    return await browser.post("/inbox/appeal/decide", c=A, note="1", verb="send", reason="再来",
                              seen="1-9")  # fmt: skip


def test_a_lead_keeps_words_back_and_what_the_law_forbids_is_not_asked(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "便宜点"))
            async with house.signed_in("service") as lin:
                await does(lin, "take")
                page = await look(lin)
                asked = await lin.post("/inbox/appeal", **asks(page))
                assert asked.status == 422 and asked.said("There is no lead to ask")
                assert asked.said(WRONG) and not (await look(lin)).said("by-note")
                for text, words in (("全网最低价", "forbidden by law"),
                                    ("好的", "just send them")):  # fmt: skip
                    asked = await lin.post("/inbox/appeal", **asks(page) | {"text": text})
                    assert asked.status == 422 and asked.said(words), text
                late = await does(lin, "reply", text="全网最低价")
                assert 'id="appeal" class="do" hidden' in late.text
                async with house.signed_in("lead") as su:
                    await lin.post("/inbox/appeal", **asks(page))
                    assert (await decides(su, verb="refuse", reason="没有这个价")).status == 303
                    assert await replies(house) == []
                    assert (await look(lin)).said("lead did not let it pass</span> 没有这个价")
                    gone = await su.post("/inbox/appeal/decide", c=A, note="77", verb="send",
                                         reason="x", seen="1-0")  # fmt: skip
                    assert gone.status == 409

    run(scenario)


def test_a_request_is_taken_back_by_who_asked_or_falls_with_the_conversation(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house:
            await house.publish()
            await hear(house, said(1, "wmA", "便宜点"))
            async with house.signed_in("service") as lin, house.signed_in("lead") as su:
                await does(lin, "take")
                asked = asks(await look(lin)) | {"why": "仓库  今天改的"}
                await lin.post("/inbox/appeal", **asked)
                assert (await look(su)).said("Why: 仓库 今天改的")
                form = fields(await look(lin), "appeal/withdraw")
                own = {"c": A, "note": form["note"], "seen": form["seen"]}
                theirs = await su.post("/inbox/appeal/withdraw", **own)
                assert theirs.status == 409 and theirs.said("这是 service 的请示")
                await does(lin, "reply", text="好的，我看看")
                assert (await look(lin)).said("was asked about still wait")
                assert "appeal/decide" in (await look(su)).text
                assert (await lin.post("/inbox/appeal/withdraw", **form)).status == 303
                page = await look(lin)
                assert page.said("taken back by service") and "appeal/withdraw" not in page.text
                assert "appeal/decide" not in (await look(su)).text
                late = await su.post("/inbox/appeal/decide", c=A, note="1", verb="send",
                                     reason="可以", seen="1-9")  # fmt: skip
                assert late.status == 409 and late.said("撤回了这条请示")
                assert await house.store.read(mentions.of, "lead") == set()

                await lin.post("/inbox/appeal", **asks(page))
                await house.store.write(desk.put_back, A, "service", NOW, "下班")
                assert "appeal/decide" not in (await look(su)).text
                assert (await look(su)).said("下班")
            assert await replies(house) == [("service", "好的，我看看")]
            trail = await house.store.read(audit.history, "appeal", 2)
            assert [(one["event"], one["actor"]) for one in trail] == [
                ("asked", "service"), ("withdrawn", "service"),
            ]  # fmt: skip

    run(scenario)
