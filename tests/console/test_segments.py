"""Segments over real HTTP: built row by row for every field of the language, counted against what
is true of the members without the database, explained, kept, renamed, exported."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from random import Random

from bot.core.clock import DAY
from bot.store import audit, segments
from bot.store.engine import Tx
from scheduler.audience import parse_audience
from scheduler.conditions import FIELDS
from scheduler.reasons import belongs
from tests.contract.peopled import Person, person, settle
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, Reception, reception

# A value of each field, as somebody types it; what is a choice is chosen.
VALUES = {"tag": "常客", "account": "lin.xi", "persona": "tester", "source": "poster",
          "group": "一群", "segment": "老客", "circle": "茶友", "level": "满壶", "badge": "早起", "fact": "taste=绿茶",
          "need": "睡不好", "consent": "gift", "kf": "3天", "order": "绿茶", "orders": "1",
          "ltv": "1", "uses": "绿茶", "stage": "绿茶/买过", "active": "3天", "joined": "3天"}  # fmt: skip
PERSONAS = {"tester": ("lin.xi", "chen.mo")}  # as its file has them


MADE = [person(rng, number) for rng in [Random(5)] for number in range(60)]


async def people(desk: Reception) -> list[Person]:
    def write(tx: Tx) -> None:
        settle(tx, MADE)
        segments.save(tx, "老客", "标签:老客", "lead", NOW - 9 * DAY)

    await desk.store.write(write)
    await desk.publish()
    return MADE


def oracle(made: list[Person], words: str, now: int) -> list[str]:
    """Who belongs by what is true of them, without the database."""
    wanted = parse_audience(words, PERSONAS, "Asia/Shanghai", segments={"老客": "标签:老客"})
    return [one.id for one in made if belongs(wanted, one.facts, now)]


def sentence(answer: Answer) -> str:
    found = re.search(r'<textarea id="f-text"[^>]*>(.*?)</textarea>', answer.text, re.S)
    assert found, answer.text
    return unescape(found[1])


def counted(answer: Answer) -> int:
    found = re.search(r'id="count"><b>([\d,]+)</b>', answer.text)
    assert found, answer.text
    return int(found[1].replace(",", ""))


async def press(browser: Browser, page: Answer, act: str, **fields: str) -> Answer:
    return await browser.post("/segments/new",
                              **(page.form("/segments/new") | fields | {"act": act}))  # fmt: skip


async def look(browser: Browser, page: Answer, **fields: str) -> Answer:
    return await browser.post("/segments/look", **(page.form("/segments/new") | fields))


async def every_field(desk: Reception, browser: Browser) -> None:
    made = MADE
    start = await press(browser, await browser.get("/segments/new"), "add:")
    some = 0
    for field in FIELDS:
        page = await press(browser, start, "build", **{"f-0": field})
        if field in VALUES:
            page = await press(browser, page, "build", **{"v-0": VALUES[field]})
        words = sentence(page)
        assert words.partition(":")[0].partition("<")[0].partition(">")[0] == \
            FIELDS[field].names[0], words  # fmt: skip
        assert 'class="fault"' not in page.text, (field, words)
        found = await look(browser, page)
        expected = oracle(made, words, NOW)
        assert counted(found) == len(expected), (field, words)
        some += 0 < len(expected) < len(made)
    assert some > len(FIELDS) - 8  # these conditions divide people: nothing is vacuous
    await values(browser)


async def values(browser: Browser) -> None:
    """What is offered is what members have."""
    offered = (await browser.get("/segments/values?f=tag")).text
    assert 'value="常客"' in offered and 'value="流失"' in offered
    assert 'value="老客"' in (await browser.get("/segments/values?f=segment")).text
    assert 'value="tester"' in (await browser.get("/segments/values?f=persona")).text
    for field in FIELDS:
        assert (await browser.get(f"/segments/values?f={field}")).status == 200
    assert (await browser.get("/segments/warm")).status == 204


async def groups(desk: Reception, browser: Browser) -> None:
    made = MADE
    page = await browser.get("/segments/new?a=tag:常客 AND active<2d")
    page = await press(browser, page, "group:")
    page = await press(browser, page, "build", **{
        "f-2.0": "source", "f-2.1": "promo", "n-2": "not", "n-0": "not"})  # fmt: skip
    page = await press(browser, page, "build", **{"v-2.0": "po ster", "v-2.1": "no"})
    words = 'NOT tag:常客 AND active<2d AND NOT (source:"po ster" OR promo:no)'
    assert sentence(page) == words
    page = await press(browser, page, "build", **{"v-2.0": "poster"})
    words = words.replace('"po ster"', "poster")
    found = await look(browser, page)
    assert counted(found) == len(oracle(made, words, NOW)) > 0
    assert found.said("not “has the tag 常客”") and found.said("within the last 2 days")
    outside = next(one.id for one in made if one.id not in oracle(made, words, NOW))
    asked = await look(browser, page, m=outside)
    assert asked.said(">not in<") and 'class="no"' in asked.text
    assert (await look(browser, page, m="nobody")).said("nobody was not found")
    page = await press(browser, page, "drop:2.0")
    assert sentence(page).endswith("AND NOT promo:no")
    wrong = await press(browser, page, "build", text="tag:常客 AND AND tag:x")
    assert sentence(wrong) == "tag:常客 AND AND tag:x"
    assert wrong.said("column 12: a condition is missing")
    assert wrong.said("<mark>AND</mark>")
    back = await press(browser, wrong, "undo:")
    assert sentence(back) == sentence(page)
    wrong = await press(browser, page, "build", text="tag:常客 AND tagg:x")
    assert wrong.said("there is no field &#39;tagg&#39;") and 'id="fault-1"' in wrong.text
    half = await press(browser, wrong, "add:", text="tag:常客")
    assert half.said("1 conditions still want a value")
    assert (await press(browser, half, "save", name="x")).status == 403


def test_it_is_kept_changed_renamed_archived_and_used(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            assert (await browser.get("/segments")).said("No segments yet")
            made = await people(desk)
            for fields, fault in (({"text": "tag:常客"}, "Give it a name"),
                                  ({"name": "x"}, "There are no conditions"),
                                  ({"name": "a b", "text": "tag:常客"}, "no name for a segment"),
                                  ({"name": "老客", "text": "tag:x"}, "there is a segment"),
                                  ({"name": "x", "text": "segment:gone"}, "there is no segment"),
                                  ):  # fmt: skip
                page = await press(browser, await browser.get("/segments/new"), "save", **fields)
                assert page.status in (409, 422) and fault.lower() in page.text.lower(), fields
                assert sentence(page) == fields.get("text", "")
            page = await browser.get("/segments/new?a=tag:常客 AND segment:老客&n=核心")
            assert (await press(browser, page, "save", name="核心")).status == 303
            page = await browser.get("/segments/one?s=核心")
            expected = oracle(made, "标签:常客 且 分群:老客", NOW)
            assert counted(page) == len(expected) > 0
            assert page.said("has the tag 常客, and is in the segment 老客")
            assert [m in page.text for m in expected[:3]] == [True] * 3
            assert (await browser.get("/segments/one?s=老客")).said("segment 核心")
            edit = await browser.get("/segments/edit?s=核心")
            colleague = await browser.get("/segments/edit?s=核心")
            desk.clock.advance(1_000)
            assert (await press(browser, edit, "save", text="tag:常客")).status == 303
            late = await press(browser, colleague, "save", text="tag:新客")
            assert late.status == 409 and late.said("has just changed it")
            assert sentence(late) == "tag:新客"
            assert (await press(browser, late, "save", text="tag:新客")).status == 303
            page = await browser.get("/segments/one?s=核心")
            assert page.text.count("Use this again") == 2 and page.said("tag:常客 AND segment:老客")
            await browser.post("/segments/rename", s="核心", name="新的")
            moved = await browser.get("/segments/one?s=核心")
            assert moved.status == 303 and "%E6%96%B0%E7%9A%84" in moved.location
            page = await browser.get("/segments/one?s=新的")
            assert page.said("tag:常客 AND segment:老客") and page.said("renamed it 新的")
            assert counted(page) == len(oracle(made, "标签:新客", NOW))
            old = await look(browser, await browser.get("/segments/new?a=segment:核心"))
            assert counted(old) == counted(page)
            await browser.post("/segments/rename", s="新的", name="老客")
            assert (await browser.get("/segments/one?s=新的")).said("there is a segment")
            await browser.post("/segments/archive", s="新的")
            listing = await browser.get("/segments")
            assert listing.said("Archived (1)") and listing.text.count("data-row") == 1
            await browser.post("/segments/archive", s="新的", back="1")
            rows = await browser.get("/segments/counts")
            assert rows.said(f">{len(oracle(made, '标签:老客', NOW))}</b>")
            desk.clock.advance(8 * DAY)
            await browser.sign_in("lead")
            assert (await browser.get("/segments/counts")).said("±0")
            assert (await browser.get("/segments/one?s=老客")).said('class="chart"')
            assert (await browser.get("/segments/days.csv?s=老客")).text.count("2026-") == 2
            draft = await browser.get("/campaigns/new?a=segment:新的")
            assert draft.status == 403  # a lead does not write campaigns

    run(scenario)


async def files(desk: Reception, browser: Browser) -> None:
    made = MADE
    wanted = [one for one in made if one.id in oracle(made, "标签:老客", NOW)]
    out = {one.id: "no" if one.promo else "yes" for one in wanted}
    assert {*out.values()} == {"yes", "no"}
    table = await browser.get("/segments/members.csv?s=老客")
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert {row["id"]: row["opted_out"] for row in rows} == out
    lines = (await browser.get("/segments/members.jsonl?s=老客")).text.splitlines()
    assert {row["id"]: row["opted_out"] for row in map(json.loads, lines)} == out
    noted = await desk.store.read(audit.history, "segment", "老客")
    assert [(row["actor"], row["after"], row["reason"]) for row in noted[1:]] == [
        ("owner", str(len(out)), "csv"), ("owner", str(len(out)), "jsonl")]  # fmt: skip
    assert (await browser.get("/segments/one?s=老客")).said(f"exported {len(out)} members")
    assert (await browser.get("/segments/members.csv?s=x")).status == 404


async def member_page(desk: Reception, browser: Browser) -> None:
    made = MADE
    inside = oracle(made, "标签:老客", NOW)
    await desk.store.write(segments.save, "没人", "标签:老客 且 非 标签:老客", "lead", NOW)
    for one, n in ((inside[0], 1), (next(m.id for m in made if m.id not in inside), 0)):
        page = (await browser.get(f"/members/one?m={one}")).text
        section = page.partition('id="segments"')[2].partition("</section>")[0]
        assert f"Not in ({2 - n})" in section
        assert ("has the tag 老客" in section) and ('class="no"' in section)
        assert ("He is in no segment" in section) is (n == 0)


def test_built_row_by_row_counted_explained_and_written_into_files(tmp_path: Path) -> None:
    """One office, in which a member of each role does what he may."""

    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await people(desk)
            for role, does in (("content", every_field), ("service", groups), ("owner", files),
                               ("readonly", member_page)):  # fmt: skip
                async with desk.signed_in(role) as browser:
                    await does(desk, browser)
                    if role != "owner":
                        refused = await browser.get("/segments/members.csv?s=x")
                        assert refused.status == 403

    run(scenario)
