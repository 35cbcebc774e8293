"""Pages of templates: written by one, approved by another, looked at by everybody who may."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot.console.pages.content_trial import cut
from bot.console.studio import Studio
from bot.library.library import Library
from bot.store import results, review, staff, versions
from bot.store.engine import Tx
from tests.contract import publishing
from tests.scenario.house import run
from tests.scenario.reception import Answer, Browser, Reception, reception

MOMENT = "moments/morning"
AT = "t=moments%2Fmorning"
TEXT = """+++
title = "早安"
genre = "story"
origin = "BGC"
+++
早安，水刚烧开。
"""
SCRIPT = "<script>alert(1)</script>"


@asynccontextmanager
async def two(folder: Path) -> AsyncIterator[tuple[Reception, Library, Browser, Browser]]:
    """A console that serves the test brand; a writer, and a lead who may approve."""
    async with reception(folder) as desk:
        library = await desk.publish()
        async with desk.signed_in("content") as writer, desk.signed_in("lead") as lead:
            yield desk, library, writer, lead


def state(number: int) -> object:
    def read(tx: Tx) -> tuple[str, int | None]:
        found, serving = review.get(tx, "template", MOMENT, number), None
        if (held := versions.serving(tx, "template", MOMENT)) is not None:
            serving = held.version
        return (found.state if found else "", serving)

    return read


async def draft(browser: Browser, text: str = TEXT, base: int = 1, **more: str) -> str:
    """Saves; where it leads."""
    answer = await browser.post("/content/save", t=MOMENT, view="text", source=text,
                                base=str(base), **more)  # fmt: skip
    return answer.location or answer.text


def test_from_a_draft_to_service_and_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, library, writer, lead):

            async def found(number: int) -> object:
                return await desk.store.read(state(number))  # type: ignore[arg-type]

            assert (await draft(writer)).startswith(f"/console/content/edit?{AT}")
            assert await found(2) == ("draft", 1)
            assert "第 2 版" not in (await lead.get()).text
            assert (await draft(writer, base=2, go="submit")) == f"/console/content/one?{AT}"
            assert await found(2) == ("review", 1)
            nav = await lead.get()
            assert re.search(r'content" data-key="t">.*?class="count"[^>]*>1<', nav.text, re.S)
            mine = await writer.get(f"/content/one?{AT}")
            assert mine.said("You had a hand in this version") and not mine.said('id="decide"')
            assert mine.said("Who may: lead.") and mine.said("A colleague decides")
            await writer.post("/content/withdraw", t=MOMENT, v="2")
            assert await found(2) == ("draft", 1)
            await writer.post("/content/submit", t=MOMENT, v="2")
            theirs = await lead.get(f"/content/one?{AT}")
            assert (
                theirs.said('id="decide"') and theirs.said("水刚烧开。") and theirs.said("v1 → v2")
            )
            assert (await lead.get("/content/review")).said("早安")
            own = await writer.post("/content/approve", t=MOMENT, v="2")
            assert (await writer.get(own.location.removeprefix("/console"))).said("a colleague has")
            silent = await lead.post("/content/reject", t=MOMENT, v="2")
            assert (await lead.get(silent.location.removeprefix("/console"))).said("say what to")
            await lead.post("/content/reject", t=MOMENT, v="2", note=f"短一点 {SCRIPT}")
            assert await found(2) == ("draft", 1)
            again = await writer.get(f"/content/edit?{AT}")
            assert again.said("lead sent it back: 短一点") and SCRIPT not in again.text
            await writer.post("/content/submit", t=MOMENT, v="2")
            await lead.post("/content/approve", t=MOMENT, v="2", note="好")
            assert await found(2) == ("approved", 2)
            assert (await lead.get(f"/content/one?{AT}")).said("its file is being written")
            await library.follow()
            await lead.post("/content/rollback", t=MOMENT, v="1")
            assert await found(1) == ("approved", 1)
            await lead.post("/content/retire", t=MOMENT, v="1")
            assert await found(1) == ("retired", None)
            trail = await lead.get(f"/content/one?{AT}&v=2&from=1")
            assert trail.text.count("lead approved v2") == 1 and not trail.said("lead published v2")
            assert trail.said("from line") and not trail.said("@@") and not trail.said("+++")
            assert trail.said("短一点") and trail.said("This is the newest") is False
            for path in (f"?{AT}&v=9", "?t=moments%2Fnone", "?t=../../etc", ""):
                assert (await lead.get(f"/content/one{path}")).status == 404

    run(scenario)


def test_somebody_saved_meanwhile_and_errors_keep_what_was_typed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, writer, _lead):
            await draft(writer, TEXT.replace("烧开", "开了"))
            both = await draft(writer, TEXT)
            assert "Somebody saved first" in both and "水刚开了。" in both
            assert "水刚烧开。" in both and 'name="base" value="2"' in both
            await draft(writer, TEXT, base=2)
            broken = await draft(writer, TEXT + "{{ nickname }}", base=3, go="submit")
            page = await writer.get(broken.removeprefix("/console"))
            assert page.said("v4 has errors") and page.said("{{ nickname }}")
            assert await desk.store.read(state(4)) == ("draft", 1)  # type: ignore[arg-type]
            large = await draft(writer, "x" * 500_000, base=4)
            assert "too much at once" in large
            lost = await writer.post("/content/new", kind="moments", slug="../x", title="x")
            assert lost.status == 422 and lost.said("is no name")
            taken = await writer.post("/content/new", kind="moments", slug="morning", title="x")
            assert taken.status == 422 and taken.said("there is a template of this name")

    run(scenario)


def put_in(answer: Answer) -> str:
    """The variable that the page puts into the text."""
    return str(json.loads(answer.headers["HX-Trigger-After-Swap"])["wrote"]["put"])


def test_fields_write_the_head_and_a_press_mends_a_finding(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _library, writer, _lead):
            config = desk.console.config = replace(desk.console.config, home=tmp_path)
            folder = config.content_dir / "assets"
            folder.mkdir(parents=True)
            (folder / "window.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
            fields = {"t": MOMENT, "view": "fields", "source": TEXT, "title": SCRIPT, "genre": "joke",
                      "origin": "BGC", "body": "早，{{ weekday }} www.a.com"}  # fmt: skip
            seen = await writer.post("/content/preview", **fields)
            assert seen.said("1 errors") and seen.said("&#39;weekday&#39;")
            step = await writer.post("/content/write", **fields, do="fix:template:6")
            assert step.said("day.weekday") and put_in(step) == ""
            added = await writer.post("/content/write", **fields, do="var:day.weekday")
            assert put_in(added) == "weekday"
            kept = {"v0_name": "weekday", "v0_source": "day.weekday", "v0_type": "text",
                    "v0_sample": "周一", "v0_was": "weekday"}  # fmt: skip
            assert all(f'value="{value}"' in added.text for value in ("weekday", "周一"))
            text = await writer.post("/content/write", **fields, **kept, do="view:text")
            source = re.search(
                r"<textarea id=\"f-source\".*?>\n\n?(.*?)</textarea>", text.text, re.S
            )
            assert source is not None and "&lt;script&gt;" in source[1] and SCRIPT not in text.text
            assert '[vars.weekday]\nsource = "day.weekday"' in source[1].replace("&#34;", '"')
            read = await writer.post("/content/preview", **fields, **kept)
            assert read.said('class="bubble"') and read.said("do&#34;") is False
            odd = await writer.post("/content/write", t=MOMENT, view="text", do="view:fields",
                                    source="+++\ntitle = \n+++\nx")  # fmt: skip
            assert odd.said("cannot show this head") and odd.said('id="f-source"')
            bare = await writer.post("/content/write", **fields, **kept, do="drop:weekday")
            assert not bare.said('name="v0_name"')
            attached = await writer.post("/content/write", **fields, do="attach:link")
            assert attached.said('name="a0_url"')
            picture = await writer.post("/content/write", **fields, do="attach:image")
            assert picture.said('<select id="f-a0_asset" name="a0_asset"')
            assert picture.said('<option value="window.png">')
            lacks = await writer.post("/content/preview", **fields, a0_type="image")
            assert lacks.said("Attachment 1 (Picture) lacks: File") and not lacks.said(
                "content/mom"
            )
            empty = await writer.post("/content/preview", **fields | {"body": "", "genre": ""})
            assert empty.said("There is no text yet") and empty.said("choose one under Genre")
            assert not empty.said('class="stop"')
            gone = await writer.post("/content/write", **fields, a0_type="link", do="detach:0")
            assert not gone.said('name="a0_url"')

    run(scenario)


def test_the_list_filters_counts_and_saves(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, writer, lead):
            await draft(writer, TEXT.replace("早安", SCRIPT, 1))
            page = await lead.get("/content")
            assert SCRIPT not in page.text and not page.said("New template")
            assert (await writer.get("/content")).said("New template")
            for query, n in (("state=draft", 1), ("state=serving", 6), ("kind=moments", 1),
                             ("genre=story&state=draft", 1), ("q=DAY0", 1), ("origin=UGC", 0),
                             ("state=odd&page=x", 6)):  # fmt: skip
                rows = (await lead.get(f"/content?{query}")).text.count("<tr data-row")
                assert rows == n, query
            assert (await lead.get("/content?q=none")).said("No templates match")
            assert not page.said("shared parts")  # there are none in this brand
            file = await lead.get("/content.csv?q=moments")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert rows[1][:4] == [MOMENT, SCRIPT, "Moment", "draft serving"]
            assert await desk.store.read(results.of, [MOMENT]) == {}

    run(scenario)


def test_a_copy_is_a_draft_of_its_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, writer, _lead):
            form = (await writer.get("/content/new?copy=welcome/day0")).form("/content/new")
            assert (form["copy"], form["slug"]) == ("welcome/day0", "day0-2")
            made = await writer.post("/content/new", **form | {"title": "另一个"})
            assert made.location == "/console/content/edit?t=welcome%2Fday0-2"
            found = await desk.store.read(versions.newest, "template", "welcome/day0-2")
            assert found is not None and 'title = "另一个"' in found.files["day0-2.j2"]
            again = await writer.post("/content/new", **form)
            assert again.status == 422 and again.form("/content/new")["copy"] == "welcome/day0"
            odd = await writer.post("/content/new", **form | {"copy": "x/y", "title": "留着"})
            assert odd.status == 404 and odd.said(">Title</label>") and odd.said("留着")
            assert not odd.said("x/y")
            fresh = await writer.post(
                "/content/new", kind="care", slug="a", title="新", genre="joke"
            )
            assert fresh.location == "/console/content/edit?t=care%2Fa"

    run(scenario)


def test_a_second_wording_is_reviewed_by_itself_and_stands_beside_the_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (_, library, writer, lead):
            one = "/content/one?t=welcome%2Fday0"
            first = await writer.get(one)
            assert first.said("Write version B") and first.said("as=.b")
            page = await writer.get("/content/new?copy=welcome/day0&as=.b")
            assert page.said("Kept as welcome/day0.b") and not page.said("<select")
            made = await writer.post("/content/new", **page.form("/content/new"))
            assert made.location == "/console/content/edit?t=welcome%2Fday0.b"
            beside = await lead.get(one)
            assert beside.said("day0.b</a>") and beside.said("not in use")
            await writer.post("/content/submit", t="welcome/day0.b", v="1")
            await lead.post("/content/approve", t="welcome/day0.b", v="1")
            await library.follow()
            both = await writer.get("/content/one?t=welcome%2Fday0.b")
            assert both.said("welcome/day0</a>") and both.said("not in use") is False
            assert not both.said("Write version") and both.said("Flow")
            assert not (await writer.get(f"/content/one?{AT}")).said("A/B")

    run(scenario)


def test_an_edit_on_disk_that_serves_is_told_on_the_first_page(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, writer, _lead):
            assert not (await writer.get()).said("without a review")

            def edit(tx: Tx) -> None:
                files = {"morning.j2": TEXT}
                publishing.publish(tx, "template", MOMENT, files, "disk", desk.clock.now())

            await desk.store.write(edit)
            page = await writer.get()
            assert page.said("1 templates were changed") and page.said(f"{AT}&amp;v=2#diff")

    run(scenario)


def queued(tx: Tx, number: int) -> dict[str, object] | None:
    return tx.row("outbox_get", id=number)


def test_a_test_goes_to_oneself_alone_and_says_that_it_is_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with two(tmp_path) as (desk, _, writer, _lead):
            await draft(writer)

            async def told(version: str) -> str:
                answer = await writer.post("/content/trial", t=MOMENT, v=version)
                return (await writer.get(answer.location.removeprefix("/console"))).text

            assert "has no WeCom userid" in await told("2")
            await desk.store.write(staff.set_userid, 1, "wu.id", desk.clock.now(), actor="test")
            assert "Sent to you in WeCom" in await told("2")
            row = await desk.store.read(queued, 1)
            assert row is not None
            assert (row["peer"], row["kind"], row["channel"]) == ("wu.id", "notice", "app")
            assert "[Test, for you only] 早安 · v2\\n早安，水刚烧开。" in str(row["body"])
            await draft(writer, TEXT + "全网第一名，{{ x }}", base=2)
            assert "have to be mended first" in await told("3")
            assert await desk.store.read(queued, 2) is None
            assert len(cut("好" * 2_000).encode()) <= 2_048

    run(scenario)


def test_one_preview_at_a_time_and_only_the_newest() -> None:
    async def scenario() -> None:
        studio = Studio.__new__(Studio)
        studio._turns, studio._locks = {}, {}
        going, made = asyncio.Event(), list[int]()

        def making(number: int) -> object:
            async def make() -> int:
                made.append(number)
                await going.wait()
                return number

            return make

        asked = []
        for number in range(5):
            asked.append(asyncio.ensure_future(studio.newest_turn("wu", making(number))))  # type: ignore[arg-type]
            await asyncio.sleep(0)
        other = await asyncio.wait_for(_other(studio), 5)
        going.set()
        assert await asyncio.gather(*asked) == [0, None, None, None, 4]
        assert (made, other) == ([0, 4], "other")

    async def _other(studio: Studio) -> str | None:
        async def make() -> str:
            return "other"

        return await studio.newest_turn("li", make)

    run(scenario)
