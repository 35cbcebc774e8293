"""The sidebar over real HTTP, with the real personas and no client: what it shows, refuses and keeps."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bot.console.pages import sidebar as page
from bot.core.model import Inbound
from bot.core.ports import JsSignature, PlatformAway
from bot.library.library import Library
from bot.store import inbox, listening, people, quick
from bot.store.engine import Tx
from bot.store.inbox import Settle
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, Reception, reception

SCRIPT = "<script>alert(1)</script>"
HERE = {"member": "wm1", "entry": "single_chat_tools"}
KEY = "0" * 31 + "1"


class Signs:
    """A platform that signs, or is away."""

    corp_id, agent_id = "ww1", 7
    away = False

    async def corp_signature(self, url: str) -> JsSignature:
        if self.away:
            raise PlatformAway("away")
        return JsSignature(timestamp=1, nonce="n", signature=f"corp {url}")

    async def agent_signature(self, url: str) -> JsSignature:
        return JsSignature(timestamp=1, nonce="n", signature=f"agent {url}")


@contextlib.asynccontextmanager
async def office(
    folder: Path, role: str = "service", userid: str = "lin.xi"
) -> AsyncIterator[tuple[Reception, Browser]]:
    """A console with published personas, and a colleague who is signed in."""
    async with reception(folder) as desk:
        library = Library(desk.store, desk.console.config, desk.clock)
        await library.open()
        desk.console.library, desk.console.js = library, Signs()
        await desk.add("lin", role, userid=userid)
        async with desk.browser() as browser:
            assert (await browser.sign_in("lin")).status == 303
            yield desk, browser


def member(tx: Tx) -> None:
    """A friend of lin.xi with a hostile name, who also wrote to customer service."""
    people.ensure_member(tx, "wm1", NOW)
    tx.run("member_profile", id="wm1", name=f"青柚{SCRIPT}", union_id="", kind=1, gender=0,
           company="")  # fmt: skip
    inbox.accept_all(tx, [Inbound(
        channel="kf", account="wkBANZHAN01", peer="wm1", kind="text", text=f"多久发货{SCRIPT}",
        sent_at=NOW, received_at=NOW, dedupe="1")], Settle(0, 0))  # fmt: skip


def upset(tx: Tx) -> None:
    """What he wrote is kept as unhappy; a machine heard what he said then."""
    tx.run("inbox_mood", id=1, mood="unhappy\t等了五天\t失望")
    inbox.accept_all(tx, [Inbound(
        channel="kf", account="wkBANZHAN01", peer="wm1", kind="voice", sent_at=NOW + 1,
        received_at=NOW + 1, dedupe="2")], Settle(0, 0))  # fmt: skip
    listening.want(tx, [2], NOW)
    [one] = listening.claim(tx, NOW, NOW + 9, 1)
    listening.heard(tx, one, "气死我了", "", "http", NOW, "")


def loaded(answer: Answer) -> Any:
    assert answer.status == 200, answer.text
    return json.loads(answer.text)


async def kept(desk: Reception) -> list[dict[str, Any]]:
    return await desk.store.read(lambda tx: tx.rows(
        "reply_search", since=None, persona=None, member=None, text=None, n=99, skip=0))  # fmt: skip


def test_the_member_his_last_words_and_the_answer_stand_there_as_text(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(tmp_path) as (desk, browser):
            fresh = await browser.get("/sidebar/chat", params=HERE)
            assert fresh.said("We know nothing of this customer yet")
            assert fresh.said("Paste his words below")
            await desk.store.write(member)
            await desk.store.write(
                quick.add, "tester", "发货", "{name}你好，{persona}查一下", "lin", NOW
            )
            await desk.store.write(upset)
            part = await browser.get("/sidebar/chat", params=HERE)
            assert part.said("unhappy<q>等了五天, 失望</q>") and part.said("His last words:")
            assert part.said("may be wrong:</small> 气死我了")
            assert SCRIPT not in part.text and part.said("青柚&lt;script&gt;")
            assert part.said("下单后两天内发出") and part.said("Sent as 小试")
            assert part.said("你好，小试查一下")
            group = {"chat": "wrA", "entry": "group_chat_tools"}
            assert (await browser.get("/sidebar/chat", params=group)).said("nothing of this group")
            await desk.store.write(lambda tx: tx.run(
                "chat_put", id="wrA", kind="customer", owner="lin.xi", name="茶友", now=NOW))  # fmt: skip
            assert (await browser.get("/sidebar/chat", params=group)).said("茶友")
            for odd in ({}, {"member": "x", "chat": "y"}, {"member": "x" * 200}):
                assert (await browser.get("/sidebar/chat", params=odd)).status == 422

    run(scenario)


def test_only_words_that_the_guard_let_pass_are_kept_and_only_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(tmp_path) as (desk, browser):
            await desk.store.write(member)
            await browser.get("/me")
            bad = loaded(await browser.post("/sidebar/check", text="最最好的茶", **HERE))
            assert bad["seal"] == "" and bad["findings"][0]["stop"]
            good = loaded(await browser.post("/sidebar/check", text="马上给你看", **HERE))
            assert good["seal"]
            report = {"text": "马上给你看", "seal": good["seal"], "key": KEY}
            for changed in ({"text": "最最好的茶"}, {"seal": ""}, {"seal": "é"}, {"key": "x"},
                            {"member": "wm2"}):  # fmt: skip
                answer = await browser.post("/sidebar/said", **(HERE | report | changed))
                assert answer.status == 422, changed
            assert loaded(await browser.post("/sidebar/said", **HERE, **report)) == {"kept": True}
            assert loaded(await browser.post("/sidebar/said", **HERE, **report)) == {"kept": False}
            (row,) = await kept(desk)
            assert (row["operator"], row["kind"], row["persona"], row["status"]) == (
                "lin", "staff", "tester", "sent")  # fmt: skip
            assert (row["channel"], row["account"], row["member"]) == ("contact", "lin.xi", "wm1")
            assert row["origin"] == f"staff:lin:{KEY}"
            # what is said in a session of customer service is read from its log
            kf = {"member": "wm1", "entry": "single_kf_tools"}
            seal = loaded(await browser.post("/sidebar/check", text="马上给你看", **kf))["seal"]
            again = await browser.post("/sidebar/said", **kf, **(report | {"seal": seal}))
            assert loaded(again) == {"kept": False} and len(await kept(desk)) == 1

    run(scenario)


def test_asking_the_persona_changes_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(tmp_path) as (desk, browser):
            await desk.store.write(member)
            before = await desk.store.read(
                lambda tx: tx.rows("conversation_memories", member="wm1")
            )
            await browser.get("/me")
            answer = await browser.post("/sidebar/suggest", words="能开票吗，我要投诉", **HERE)
            assert answer.said("would call a person")
            assert (await browser.post("/sidebar/suggest", words=" ", **HERE)).status == 422
            assert await kept(desk) == []
            after = await desk.store.read(lambda tx: tx.rows("conversation_memories", member="wm1"))
            assert after == before

    run(scenario)


def test_only_its_own_address_is_signed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(tmp_path) as (desk, browser):
            mine = f"{desk.url}/sidebar?x=1"
            signed = await browser.get("/sidebar/sign", params={"kind": "agent", "url": mine})
            assert loaded(signed)["signature"] == f"agent {mine}"
            for url in ("http://evil.example/console/sidebar", f"{desk.url}/staff", "", "http://["):
                answer = await browser.get("/sidebar/sign", params={"url": url})
                assert answer.status == 422, url
            signs = Signs()
            signs.away = True
            desk.console.js = signs
            answer = await browser.get("/sidebar/sign", params={"kind": "corp", "url": mine})
            assert answer.status == 503

    run(scenario)


def test_who_cannot_use_it_is_told_why(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(tmp_path, userid="") as (_, browser):
            answer = await browser.get("/sidebar/chat", params=HERE)
            assert answer.status == 422 and answer.said("no WeCom userid")
        (tmp_path / "two").mkdir()
        async with office(tmp_path / "two", role="analyst") as (desk, browser):
            assert (await browser.get("/sidebar")).said("may not reply as a persona")
            assert (await browser.get("/sidebar/chat", params=HERE)).status == 403
            async with desk.browser() as stranger:
                assert (await stranger.get("/sidebar")).status == 503

    run(scenario)


def test_the_page_may_load_one_strange_script_and_stand_in_no_frame() -> None:
    made = page.policy("https://js.example/a/b.js", "")
    assert "script-src 'self' https://js.example;" in made
    assert made.endswith("frame-ancestors 'none'")
    assert "unsafe" not in made and "*" not in made
    assert page.policy("x://y/z", "http://127.0.0.1:1").endswith(
        "frame-ancestors http://127.0.0.1:1"
    )
