"""The consent desk over real HTTP: recorded, found, revoked with what that stops."""

from __future__ import annotations

from pathlib import Path

from bot.store import audit, outbox, ugc
from bot.store.engine import Tx
from tests.contract.making import answer
from tests.scenario.house import run
from tests.scenario.reception import NOW, reception

GIVEN = {"id": "ugc-1", "who": "阿宁<b>", "what": "窗边那段话", "licence": "朋友圈一年", "how": "11-20 会话",
         "given": "2026-09-20"}  # fmt: skip


def queue(tx: Tx) -> None:
    """Something that stands on it waits to leave."""
    ugc.use(tx, "moments/window", 1, ["ugc-1"])
    outbox.enqueue(tx, answer(1, content="moments/window", content_version=1), NOW)


def test_recorded_found_and_revoked_with_what_it_stops(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as desk,
            desk.signed_in("content") as wen,
            desk.signed_in("lead") as su,
        ):
            empty = await wen.get("/consents")
            assert empty.said("No consents yet")
            assert empty.form("/consents")["id"] == "ugc-2026-001"
            for key in ("who", "what", "licence", "how", "id", "given"):
                for bad in ("", "2026-13-01", "2099-01-01") if key == "given" else ("", " "):
                    got = await wen.post("/consents", **GIVEN | {key: bad})
                    assert got.status == 422, (key, bad)
                    assert key == "what" or got.said("窗边那段话")
            made = await wen.post("/consents", **GIVEN)
            assert made.location == "/console/consents/ugc-1"
            assert (await wen.post("/consents", **GIVEN)).said("already")
            await wen.post("/consents", **GIVEN | {"id": "ugc-2026-041"})
            assert (await wen.get("/consents")).form("/consents")["id"] == "ugc-2026-042"
            assert (await su.post("/consents", **GIVEN | {"id": "x"})).status == 403
            await desk.store.write(queue)
            page = await su.get("/consents", params={"q": "窗边", "state": "good"})
            assert page.said("ugc-1") and page.said("1 templates") and page.said("&lt;b&gt;")
            assert (await su.get("/consents", params={"q": "海边"})).said("No consents match")
            page = await su.get("/consents/ugc-1")
            assert page.said("moments/window") and not page.said("Revoke it")
            page = await wen.get("/consents/ugc-1")
            assert page.said("1 messages that have not left are cancelled")
            assert (await wen.post("/consents/ugc-1/revoke", why=" ")).status == 422
            assert (await su.post("/consents/ugc-1/revoke", why="x")).status == 403
            done = await wen.post("/consents/ugc-1/revoke", why="他不愿意了")
            assert done.location == "/console/consents/ugc-1"
            page = await wen.get("/consents/ugc-1")
            assert page.said("1 messages cancelled") and page.said("他不愿意了")
            again = await wen.post("/consents/ugc-1/revoke", why="x")
            assert again.location == "/console/consents"
            assert (await wen.get("/consents")).said("was revoked already")
            gone = await desk.store.read(ugc.get, "ugc-1")
            assert gone is not None and (gone.revoked_by, gone.why) == ("content", "他不愿意了")
            trail = await desk.store.read(audit.history, "consent", "ugc-1")
            assert [row["actor"] for row in trail] == ["content", "content"]
            assert (await wen.get("/consents/none")).status == 404

    run(scenario)


GUEST = """+++
title = "窗台"
genre = "story"
origin = "UGC"
author = "薄荷"
licence = "朋友圈"
consent = ["ugc-1"]
+++
一位茶友的窗台。
"""


def test_a_draft_that_names_it_is_told_and_what_serves_is_withheld(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as desk,
            desk.signed_in("content") as wen,
            desk.signed_in("lead") as su,
        ):
            await desk.publish()
            name = "moments/guest"
            made = await wen.post("/content/new", kind="moments", slug="guest", title="窗台")
            assert made.status == 303
            await wen.post("/content/save", t=name, view="text", source=GUEST, base="1",
                           go="submit")  # fmt: skip
            refused = await su.post("/content/approve", t=name, v="2")
            assert refused.status == 303
            assert (await su.get("/content/one", params={"t": name})).said("授权 ugc-1 还没有登记")
            await wen.post("/consents", **GIVEN)
            assert (await wen.get("/consents")).said("1 templates")
            page = await wen.get("/consents/ugc-1")
            assert (
                page.said("窗台</a>") and page.said("Then 1 templates") and not page.said("serves")
            )
            await su.get("/content")
            await su.post("/content/approve", t=name, v="2")
            assert not (await su.get("/content")).said("withheld")
            await wen.post("/consents/ugc-1/revoke", why="他不愿意了")
            shown = await su.get("/content?state=withheld")
            assert shown.text.count("<tr data-row") == 1 and shown.said("withheld")
            assert (await su.get("/content?state=serving&q=guest")).said("No templates match")
            one = await su.get("/content/one", params={"t": name})
            assert one.said("Withheld: consent ugc-1 was revoked")
            assert (await su.get("/consents/ugc-1")).said("withheld")

    run(scenario)
