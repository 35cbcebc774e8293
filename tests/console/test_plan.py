"""Pages of the plan: entries go to another day as drafts, and what became of them is told."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from bot.core.clock import DAY, local
from bot.library.plandesk import CALENDAR, text_of
from bot.store import schedule, versions
from bot.store.engine import Tx
from tests.console.test_content import two
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, Reception

ZONE = "Asia/Shanghai"
TODAY = local(NOW, ZONE).date()
SCRIPT = "<script>alert(1)</script>"
NEW = {"title": "冬至", "do": "moment", "persona": "tester", "template": "moments/morning",
       "how": "term", "term": "冬至", "shift": "-1", "time": "08:00", "groups": "customer",
       "late": "2h"}  # fmt: skip


async def text(desk: Reception) -> str:
    return text_of(await desk.store.read(versions.newest, CALENDAR, CALENDAR))


async def done(browser: Browser, answer: Answer) -> Answer:
    """The page that a form leads to."""
    assert answer.status == 303, answer.text[:2_000]
    return await browser.get(answer.location.removeprefix("/console"))


def base(answer: Answer) -> str:
    found = re.search(r'name="base" value="(\d+)"', answer.text)
    assert found is not None
    return found[1]


def dragged(answer: Answer, name: str) -> dict[str, str]:
    """What the browser sends when the first occurrence of an entry is dropped on another day."""
    found = re.search(rf'data-entry="{name}" data-at="(\d+)"', answer.text)
    assert found is not None, answer.text[-9_000:]
    return {"e": name, "at": found[1], "base": base(answer)}


def test_an_entry_goes_to_another_day_is_handed_in_and_serves(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (_, library, planner, lead):
            page = await planner.get("/plan/week")
            assert not page.said("in the draft")
            form = dragged(page, "weekly")
            day = local(int(form["at"]), ZONE).date() + timedelta(days=1)
            answer = await planner.post(
                "/plan/move", **form, to=day.isoformat(), **{"from": "week"}
            )
            assert answer.location == f"/console/plan/week?w=2026-W39#d-{day}"
            page = await done(planner, answer)
            assert page.said("now comes every Thu at 20:00, in draft v2")
            assert page.said("in the draft") and page.said("showing draft v2")
            same = await planner.post("/plan/move", **dragged(page, "weekly"), to=day.isoformat())
            assert (await done(planner, same)).said("Nothing was changed")
            served = await lead.get("/plan?v=serving")
            assert served.said("v1 serves") and not served.said("in the draft")
            changes = await planner.get("/plan/changes")
            assert changes.said("1 changed") and changes.said("every Wed at 20:00")
            await lead.get("/plan/changes")
            early = await done(lead, await lead.post("/plan/approve", n="2"))
            assert early.said("Nothing changed: v2 is draft now")
            await planner.get("/plan/changes")
            handed = await done(planner, await planner.post("/plan/submit", n="2"))
            assert handed.said("v2 is handed in") and handed.said("You had a hand in this version")
            own = await done(planner, await planner.post("/plan/approve", n="2"))
            assert own.said("somebody else must approve it") or own.said("another colleague")
            asks = await done(lead, await lead.post("/plan/reject", n="2"))
            assert not asks.said("was sent back")
            approved = await done(lead, await lead.post("/plan/approve", n="2"))
            assert approved.said("v2 is approved and serves")
            await library.follow()
            entry = library.cast.calendar.get("weekly")
            assert entry is not None and entry.when == "thu 20:00"
            back = await done(lead, await lead.post("/plan/rollback", n="1"))
            assert back.said("v1 serves again")

    run(scenario)


def test_a_new_entry_is_written_previewed_and_taken_out_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, planner, lead):
            form = await planner.get(f"/plan/new?day={TODAY}&t=moments/morning&p=tester")
            assert form.said("moments/morning") and form.said(f'value="{TODAY}"')
            asked = await planner.post("/plan/next", **NEW)
            assert asked.said("1 days before 冬至") and asked.said("2026-12-21 08:00")
            assert (await planner.post("/plan/next", **NEW | {"zone": "Mars/X"})).said(
                "no such zone"
            )
            told = await planner.post("/plan/new", **NEW | {"time": "late", "title": SCRIPT})
            assert told.status == 422 and told.said("Write the time like")
            assert SCRIPT not in told.text and told.said("&lt;script&gt;")
            for fault in ({"template": ""}, {"late": "soon"}, {"do": "shout"}, {"jitter": "9h"}):
                assert (await planner.post("/plan/new", **NEW | fault)).status == 422
            page = await done(planner, await planner.post("/plan/new", **NEW))
            assert page.said("冬至 is in draft v2") and page.said(
                'href="/console/plan/entry?e=morning-2'
            )
            assert 'when = "term:冬至-1d 08:00"' in await text(desk)
            entry = await planner.get("/plan/entry?e=morning-2")
            assert entry.said("1 days before 冬至") and entry.said('value="冬至"')
            same = await planner.post("/plan/entry", e="morning-2", base=base(entry), **NEW)
            assert (await done(planner, same)).said("Nothing was changed")
            gone = await planner.post("/plan/remove", e="morning-2", base=base(entry))
            assert (await done(planner, gone)).said("is gone from draft v3")
            assert (await planner.get("/plan/entry?e=morning-2")).status == 404
            assert (await lead.get("/plan/entry?e=weekly")).said("Your role only sees")
            assert (await lead.post("/plan/remove", e="weekly", base="3")).status == 403

    run(scenario)


def test_whoever_comes_second_to_an_entry_sees_what_the_first_one_did(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, planner, _lead):
            mine = await planner.get("/plan/entry?e=weekly")
            weekly = {"e": "weekly", "title": "", "do": "group_post", "persona": "tester",
                      "template": "groups/weekly", "groups": "both", "late": "2h", "how": "weekly",
                      "d2": "1", "time": "20:00", "base": base(mine)}  # fmt: skip
            await desk.add("other", "content")
            async with desk.browser() as other:
                await other.sign_in("other")
                await other.post("/plan/entry", **weekly | {"time": "21:00"})
                await other.post("/plan/new", **NEW)
            clash = await planner.post("/plan/entry", **weekly | {"title": "茶席"})
            assert clash.status == 409 and clash.said("other changed this entry in v2")
            assert clash.said("every Wed at 21:00") and clash.said('value="茶席"')
            again = await planner.post(
                "/plan/entry", **weekly | {"title": "茶席", "base": base(clash)}
            )
            assert (await done(planner, again)).said("is changed in draft v4")
            kept = await text(desk)
            assert "茶席" in kept and '"wed 20:00"' in kept and "term:冬至-1d" in kept

    run(scenario)


def test_days_that_are_over_tell_what_became_of_each_entry(tmp_path: Path) -> None:
    def fill(tx: Tx) -> None:
        for n, (name, event, note) in enumerate(
            (("weekly", "skip", "spacing"), ("morning", "skip", "more than 2h late"),
             ("old", "finish", ""))):  # fmt: skip
            at = NOW - (n + 1) * 60_000
            schedule.add_due(tx, f"calendar/{name}/{at}", "calendar", at, {"entry": name, "at": at})
            (row,) = schedule.take_due(tx, NOW)
            schedule.done_all(tx, [row["id"]], NOW, event, note)

    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, planner, lead):
            await desk.store.write(fill)
            page = await lead.get("/plan")
            assert page.said("left out: too soon after the last that sells")
            assert page.said("left out: more than 2h late") and page.said("went out")
            assert not page.said('data-day="') and not page.said("data-entry")
            entry = await planner.get("/plan/entry?e=weekly")
            assert entry.said("left out: too soon after the last that sells")
            late = dragged(await planner.get("/plan/week"), "weekly")
            past = local(NOW - DAY, ZONE).date().isoformat()
            refused = await done(planner, await planner.post("/plan/move", **late, to=past))
            assert refused.said("That day is over")

    run(scenario)


def test_a_draft_that_cannot_be_read_leaves_what_serves_in_sight(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, planner, _lead):
            await desk.console.studio.desk.save(
                CALENDAR, CALENDAR, {"calendar.toml": "[[entry]]\nid = 3\n"}, base=1, author="x")  # fmt: skip
            page = await planner.get("/plan")
            assert page.said("Draft v2 cannot be read") and page.said("data-entry")
            changes = await planner.get("/plan/changes")
            assert changes.status == 200 and changes.said("disabled")
            for path in ("/plan?m=2026-13", "/plan?m=9999-01", "/plan/week?w=x", "/plan/entry",
                         "/plan/entry?e=nobody"):  # fmt: skip
                assert (await planner.get(path)).status == 404, path

    run(scenario)
