"""Communities in the console over real HTTP: who has what and why, given and taken back, rules."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from bot.store import audit, claiming, communityterms, honours, versions
from tests.console.taking import do, run_of, settle
from tests.scenario.house import run
from tests.scenario.reception import Answer, reception


def table(file: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))


def test_who_has_what_and_why_and_what_a_lead_puts_right(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("lead") as lead,
            house.signed_in("readonly") as guest,
        ):
            assert (await guest.get("/community")).said("No circle has points")
            await settle(house)
            await do(house, "check_in", "half", "wm1", text="热的")
            own = {"c": "tea", "m": "wm1"}
            assert (await guest.post("/community/give", **own, badge="row", why="x")).status == 403
            page = await lead.get("/community/one?m=wm1")
            assert page.said("checked in to 半盏 2026-09-21"), page.text
            assert not (await guest.get("/community/one?m=wm1")).said(
                '<form method="post" action="/console/community'
            )
            for verb, fields, words in (
                ("give", {"badge": "row"}, "Please say why"),
                ("give", {"badge": "row", "why": "带过一席<b>"}, "He has it now"),
                ("give", {"badge": "row", "why": "又一次"}, "He has it already"),
                ("give", {"badge": "none", "why": "x"}, "Not given"),
                ("points", {"n": "many", "why": "x"}, "Not done"),
                ("points", {"n": "30", "why": "补记"}, "Put right"),
                ("name", {"name": ""}, "He has a code-name"),
            ):  # fmt: skip
                await lead.post(f"/community/{verb}", **own, **fields)
                page = await lead.get("/community/one?m=wm1&c=tea&why=row")
                assert page.said(words), (verb, fields)
            assert page.said("带过一席&lt;b&gt;") and page.said("茶则")
            level = await guest.get("/community/one?m=wm1&c=tea&why=one")
            assert level.said("Why he has") and level.said("+2")
            points = table(await guest.get("/community/points.csv?m=wm1&c=tea"))
            assert [row[3] for row in points[1:]] == ["2", "30"], points
            event = points[1][5]
            assert points[1][1].startswith("checked in")
            await lead.get("/community/one?m=wm1&c=tea")
            await lead.post("/community/strike", **own, event=event, why="小号")
            page = await lead.get("/community/one?m=wm1&c=tea")
            assert page.said("struck out") and page.said("Count it again")
            await lead.post("/community/strike", **own, event=event, why="查清了", do="back")
            await lead.post("/community/take", **own, badge="row", why="记错了人")
            page = await lead.get("/community/one?m=wm1&c=tea")
            assert page.said("taken back 20") and page.said("记错了人")
            trail = await house.store.read(audit.history, "member", "wm1")
            assert [(row["event"], row["reason"]) for row in trail
                    if row["actor"] == "lead" and row["event"].endswith("ed")] == [
                ("honoured", "带过一席<b>"), ("pointed", "补记"), ("named", ""),
                ("unhonoured", "记错了人")]  # fmt: skip
            page = await guest.get("/members/one?m=wm1")
            assert page.said("/console/community/one?m=wm1")
            assert (await lead.get("/community/one?m=nobody")).status == 404
            assert (await lead.get("/community?c=nowhere")).status == 404

    run(scenario)


def test_boards_of_a_circle_and_their_files(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as lead:
            await settle(house)
            await do(house, "check_in", "half", "wm1")
            for member, n in (("wm1", 30), ("wm2", 60)):
                await lead.get("/community/one?m=wm1")
                await lead.post("/community/points", c="tea", m=member, n=str(n), why="补记")
                await lead.post("/community/name", c="tea", m=member, name="")
            await lead.post("/community/give", c="tea", m="wm2", badge="row", why="=带过一席")
            page = await lead.get("/community")
            assert page.said("every 3 days in a row: 5 points") and page.said("checking in")
            rules = (await house.store.read(communityterms.now_of))["tea"]
            await house.store.write(claiming.claim, rules, "spoon", "wm2", house.clock.now(),
                                    fits=True)  # fmt: skip
            for path, words in (("top", "60"), ("top?days=7", "60"), ("wall", "=带过一席"),
                                ("names", "公道"), ("rights", "茶客2"), ("holders?level=one", "茶"),
                                ("holders?badge=row", "=带过一席"), ("rules?c=tea", "[[levels]]")):  # fmt: skip
                page = await lead.get(f"/community/{path}")
                assert page.status == 200 and page.said(words), path
            for path, n in (("top.csv", 3), ("wall.csv", 2), ("names.csv", 3), ("rights.csv", 2),
                            ("holders.csv?badge=row", 2)):  # fmt: skip
                rows = table(await lead.get(f"/community/{path}"))
                assert len(rows) == n, path
            assert "'=带过一席" in table(await lead.get("/community/wall.csv"))[1]
            counts = table(await lead.get("/community.csv"))
            assert [(row[0], row[3]) for row in counts if row[1] == "row"] == [("Badge", "1")]
            event = (await lead.get("/community/rights")).form("/community/claw")["event"]
            await lead.post("/community/claw", c="tea", m="wm2", event=event, why="不来了")
            assert (await lead.get("/community/rights")).said("taken back")
            assert run_of("half") not in page.text

    run(scenario)


def test_new_rules_say_what_they_would_change(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as house,
            house.signed_in("content") as writer,
            house.signed_in("lead") as lead,
        ):
            await settle(house)
            await lead.get("/community/one?m=wm1")
            await lead.post("/community/points", c="tea", m="wm1", n="30", why="补记")
            page = await writer.get("/community/rules?c=tea")
            form = page.form("/community/rules")
            text = form["source"].removeprefix("\n").replace("from = 20", "from = 40")
            assert text != form["source"].removeprefix("\n"), text
            look = await writer.post("/community/look", **form | {"source": text + RIGHT})
            assert look.said("from 40 points") and look.said(">new<") and look.said("-1")
            assert (await writer.post("/community/look", **form | {"source": "x"})).said("to mend")
            await writer.post("/community/rules", **form | {"source": text, "do": "submit"})
            stale = await writer.post("/community/rules", **form | {"source": text + "#"})
            assert stale.status == 409
            page = await writer.get("/community/rules?c=tea")
            assert page.said("You had a hand in this version")
            n = (await lead.get("/community/rules?c=tea")).form("/community/rules/publish")["n"]
            await lead.post("/community/rules/publish", c="tea", n=n)
            served = await house.store.read(versions.serving, "community", "tea")
            assert served is not None and str(served.version) == n
            assert (await house.store.read(honours.of, "wm1"))[0]["level"]
            assert (await lead.get("/community/rules?c=none")).status == 404

    run(scenario)


RIGHT = '\n[[rights]]\nid = "cup"\ntitle = "一只杯子"\n'
