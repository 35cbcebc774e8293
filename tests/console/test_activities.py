"""Activities in the console over real HTTP: written, reviewed, watched, judged, won, answered."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from urllib.parse import quote

from bot.community import draw
from bot.store import audit, judged, photos, runs, versions
from bot.store.engine import Tx
from tests.console.taking import closed, do, made, run_of, settle, text_of
from tests.scenario.house import run
from tests.scenario.reception import Answer, reception


def table(file: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))


def test_one_writes_by_fields_or_as_text_and_another_approves(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("content") as writer,
            house.signed_in("lead") as lead,
            house.signed_in("readonly") as guest,
        ):
            assert (await guest.get("/activities")).said("No activities yet")
            await settle(house)
            form = (await writer.get("/activities/new")).form("/activities/new")
            form |= {"slug": "talk", "title": "一句话<i>", "kind": "vote", "options": "热\n凉",
                     "do": "save", "words": "话题、一句", "how": "once", "date": "2026-10-01",
                     "time": "09:00", "when_close": "2d", "circle": "tea"}  # fmt: skip
            look = await writer.post("/activities/look", **form)
            assert look.said("Nothing is wrong") and look.said("2026-10-01 09:00"), look.text
            assert look.said("1 tap") is False and look.said("speaks.")
            for fields, words in (({"slug": "new"}, "An id has"), ({"winners": "x"}, "are numbers"),
                                  ({"options": "一个"}, "")):  # fmt: skip
                again = await writer.post("/activities/new", **form | fields)
                assert again.said(words), fields
                if words:
                    assert again.status == 422 and again.said("一句话&lt;i&gt;")
            page = await writer.get("/activities/talk/edit?view=text")
            assert page.said("options = [&#34;一个&#34;]") and not page.said("limits")
            faulty = await writer.post("/activities/look", **page.form("/activities/talk/edit"))
            assert faulty.said("data-line") and faulty.said("1 to mend"), faulty.text
            whole = (
                text_of("vote")
                .replace('"vote"\nc', '"talk"\nc')
                .replace("2026-09-21", "2026-10-01")
            )
            fields = page.form("/activities/talk/edit") | {"source": whole, "do": "view:fields"}
            page = await writer.post("/activities/talk/edit", **fields)
            fields = page.form("/activities/talk/edit")
            fields["source"] = fields["source"].removeprefix("\n")  # as a browser does
            assert (
                fields["options"].split() == ["绿", "红"]
                and fields["kind"] == "vote"
                and fields["when_close"] == "2d"
            )
            saved = await writer.post("/activities/talk/edit", **fields | {"do": "submit"})
            assert saved.location == "/console/activities/talk", saved.text
            assert (await writer.get("/activities/talk")).said("v2 is in review")
            kept = await house.store.read(versions.newest, "activity", "talk")
            assert kept is not None and kept.files["talk.toml"] == whole
            stale = await writer.post("/activities/talk/edit", **fields | {"do": "save", "base": "1",
                                      "title": "又改"})  # fmt: skip
            assert stale.status == 409 and stale.said("has just saved v2")
            await writer.post("/activities/talk/publish", n="2")
            assert (await writer.get("/activities/talk")).said("You had a hand in this version")
            assert (await guest.get("/activities?state=mine")).said("v2 to review")
            await lead.get("/activities/talk")
            await lead.post("/activities/talk/reject", n="2")
            await lead.post("/activities/talk/publish", n="2", note="好")
            assert house.console.library is not None
            await house.console.library.follow()
            page = await guest.get("/activities/talk")
            assert page.said("v2 serves") and page.said("What the next run would do")
            assert (await guest.post("/activities/talk/retire", n="2")).status == 403
            assert (await guest.get("/activities/talk/edit")).status == 403
            assert (await guest.get("/activities/nothing")).status == 404
            rows = table(await guest.get("/activities.csv"))
            assert ["talk", "选一款"] in [row[:2] for row in rows]
            await lead.post("/activities/talk/retire", n="2")
            assert (await lead.get("/activities/talk")).said("no new run begins")

    run(scenario)


def test_a_run_is_watched_and_its_entries_judged(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("service") as agent,
            house.signed_in("readonly") as guest,
        ):
            await settle(house)
            one = await do(house, "submit", "photo", "wm1", text="=秋天<i>")
            photo = await house.store.write(photos.add, "wm2", run_of("photo"), "image/png",
                                            b"bytes", house.clock.now())  # fmt: skip
            two = await do(house, "submit", "photo", "wm2", text="广告", media=[photo])
            for n, team in ((1, "甲"), (2, "甲"), (3, "乙")):
                await do(house, "join_team", "team", f"wm{n}", team)
            asked = await do(house, "sign_up", "help", "wm1")
            for n in (2, 3):
                await do(house, "help_with", "help", f"wm{n}", asked.ticket)
            await do(house, "vote", "vote", "wm1", "红")
            await do(house, "check_in", "half", "wm4", text="热的")
            page = await agent.get("/activities")
            assert page.said("2 to look at") and page.said("秋&lt;b&gt;光")
            board = await guest.get(f"/activities/run?r={run_of('photo')}")
            assert board.said("茶客2") and board.said("广告") and board.said('hx-trigger="sse:act')
            for name, words in (("team", "甲"), ("vote", "红"), ("help", "Full groups"),
                                ("half", "Days in a row")):  # fmt: skip
                found = await guest.get(f"/activities/run?r={run_of(name)}")
                assert found.said(words), found.text
            rows = table(await guest.get(f"/activities/board.csv?r={run_of('team')}"))
            assert ["What was done", "joined a team · counts · 甲", "2"] in rows
            queue = await agent.get(f"/activities/entries?r={run_of('photo')}")
            assert queue.text.count("data-apply") == 2 and queue.said("=秋天&lt;i&gt;")
            assert not (await guest.get(f"/activities/entries?r={run_of('photo')}")).said("verdict")
            judge = {"r": run_of("photo"), "state": "waiting"}
            assert (await guest.post("/activities/judge", **judge, e=one.event)).status == 403
            done = await agent.post("/activities/judge", **judge, e=one.event, verdict="accept")
            assert done.location.endswith("state=waiting")
            await agent.post("/activities/judge", **judge, e=two.event, verdict="reject")
            page = await agent.get(f"/activities/entries?r={run_of('photo')}&state=rejected")
            assert page.said("Please say why") and not page.said("data-apply")
            await agent.post(
                "/activities/judge", **judge, e=two.event, verdict="reject", why="像广告"
            )
            page = await agent.get(f"/activities/entries?r={run_of('photo')}&state=rejected")
            assert page.said("茶客2") and page.said("像广告")
            picture = await agent.get(f"/activities/media?e={quote(two.event)}&n=0")
            assert (picture.text, picture.headers["Content-Type"]) == ("bytes", "image/png")
            assert "sandbox" in picture.headers["Content-Security-Policy"]
            assert (await agent.get(f"/activities/media?e={quote(two.event)}&n=1")).status == 404
            rows = table(await agent.get(f"/activities/entries.csv?r={run_of('photo')}"))
            assert [row[9] for row in rows[1:]] == ["'=秋天<i>", "广告"]
            assert [row[7] for row in rows[1:]] == ["counts", "rejected"]
            trail = await house.store.read(audit.history, "entry", two.event)
            assert [(row["event"], row["actor"], row["reason"]) for row in trail] == [
                ("rejected", "service", "像广告")]  # fmt: skip
            team = await agent.get(f"/activities/entries?r={run_of('team')}")
            event = team.form("/activities/judge")["e"]
            await agent.post("/activities/judge", r=run_of("team"), e=event, verdict="reject",
                             why="小号")  # fmt: skip
            rows = table(
                await agent.get(f"/activities/entries.csv?r={run_of('team')}&state=struck")
            )
            assert len(rows) == 2
            gone = await agent.post("/activities/judge", **judge, e="none", verdict="accept")
            assert gone.status == 303
            assert (await agent.get("/activities/run?r=none")).status == 404

    run(scenario)


def test_winners_with_reasons_a_draw_to_check_and_a_run_that_is_called_off(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("lead") as lead,
            house.signed_in("service") as agent,
        ):
            await settle(house)
            entries = [
                await do(house, "submit", "pick", f"wm{n}", text=f"第 {n} 份") for n in (1, 2)
            ]
            for n in (1, 2, 3):
                await do(house, "sign_up", "draw", f"wm{n}")
            if_now = await agent.get(f"/activities/winners/again?r={run_of('draw')}")
            assert if_now.said("drawn ticket")
            for name in ("pick", "draw"):
                await closed(house, name)
            assert (await lead.get("/activities?state=mine")).said("name the winners")
            page = await agent.get(f"/activities/winners?r={run_of('pick')}")
            assert page.said("A lead names them")
            picking = {"r": run_of("pick"), "tickets": entries[1].ticket[:5], "why": "杯子在光里"}
            assert (await agent.post("/activities/pick", **picking)).status == 403
            await lead.get(f"/activities/winners?r={run_of('pick')}")
            await lead.post("/activities/pick", **picking | {"tickets": "春春春春春"})
            page = await lead.get(f"/activities/winners?r={run_of('pick')}")
            assert page.said("Not done") and page.said("data-pick")
            await lead.post("/activities/pick", **picking)
            page = await lead.get(f"/activities/winners?r={run_of('pick')}")
            assert page.said("杯子在光里") and page.said("第 2 份") and page.said("茶客2")
            assert (await agent.get(f"/activities/proof?r={run_of('draw')}")).status == 404

            def decide(tx: Tx) -> None:
                row = runs.get(tx, run_of("draw")) or {}
                judged.judge(tx, row, made("draw"), house.clock.now())

            await house.store.write(decide)
            proof = json.loads((await agent.get(f"/activities/proof?r={run_of('draw')}")).text)
            assert draw.order(proof["seed"], proof["tickets"])[:1] == proof["winners"]
            again = await agent.get(f"/activities/winners/again?r={run_of('draw')}")
            assert again.said("as it was recorded") and not again.said("not as it was")
            rows = table(await agent.get(f"/activities/winners.csv?r={run_of('draw')}"))
            assert len(rows) == 2 and rows[1][6].startswith("drawn ticket")
            over = await agent.get(f"/activities/winners.csv?r={run_of('draw')}&table=over")
            assert len(table(over)) == 1
            await do(house, "join_team", "team", "wm1", "甲")
            off = f"/activities/run?r={run_of('team')}"
            assert (await lead.get(off)).said("1 people who took part")
            for why, words in (("", "Please say why"), ("下大雨", "1 people took part"),
                               ("下大雨", "called off already")):  # fmt: skip
                await lead.post("/activities/cancel", r=run_of("team"), why=why)
                assert (await lead.get(off)).said(words), words
            assert (await lead.get(off)).said("Called off: 下大雨")
            trail = await house.store.read(audit.history, "activity_run", run_of("team"))
            assert (trail[-1]["actor"], trail[-1]["reason"]) == ("lead", "下大雨")

    run(scenario)


def test_questions_of_a_live_session_are_followed_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as agent:
            await settle(house)
            first = await do(house, "submit", "wall", "wm1", text="水温多少<i>")
            await do(house, "submit", "wall", "wm2", text="隔夜能喝吗")
            page = await agent.get(f"/activities/questions?r={run_of('wall')}")
            assert page.text.count("data-apply") == 2 and page.said("水温多少&lt;i&gt;")
            done = {"r": run_of("wall"), "e": first.event, "which": "open"}
            await agent.post("/activities/answer", **done, why="九十度")
            page = await agent.get(f"/activities/questions?r={run_of('wall')}&which=open")
            assert page.said("隔夜能喝吗") and not page.said("水温")
            page = await agent.get(f"/activities/questions?r={run_of('wall')}&which=answered")
            assert page.said("九十度") and page.said("answered on air")
            rows = table(await agent.get(f"/activities/questions.csv?r={run_of('wall')}"))
            assert [(row[5], row[6], row[9]) for row in rows[1:]] == [
                ("水温多少<i>", "answered on air", "九十度"), ("隔夜能喝吗", "open", "")]  # fmt: skip
            await agent.post("/activities/answer", **done, do="back")
            page = await agent.get(f"/activities/questions?r={run_of('wall')}&which=open")
            assert page.said("水温")
            assert (await agent.get(f"/activities/questions?r={run_of('draw')}")).status == 404

    run(scenario)
