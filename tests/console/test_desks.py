"""The desks over real HTTP: questions without an answer, tables to import, files, the week's mix."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.console.charts.pairs import LABEL, NUMBERS, WIDTH, Pair, pairs
from bot.console.pages.media import usable
from bot.persona.normalise import normalise
from bot.store import audit, unmatched, versions
from bot.store.engine import Tx
from bot.store.unmatched import Missed
from tests.console.desk import hear, said, talk
from tests.scenario.house import BRAND, run
from tests.scenario.reception import NOW, Answer, Browser, Reception, reception

PNG = (Path(__file__).parents[2] / "content" / "assets" / "cover.png").read_bytes()


def missed(tx: Tx, number: int, text: str) -> None:
    one = Missed(inbox=number, text=text, norm=normalise(text), score=0.2, rule="", why="unknown")
    unmatched.add(tx, "tester", talk(f"wm{number}"), f"wm{number}", [one], NOW)


async def faq(desk: Reception) -> str:
    found = await desk.store.read(versions.newest, "persona", "tester")
    assert found is not None
    return found.files["faq.csv"]


async def upload(browser: Browser, path: str, file: str, content: bytes, **more: str) -> Answer:
    form = aiohttp.FormData({"csrf": browser.csrf, **more})
    form.add_field("table" if "import" in path else "file", content, filename=file)
    headers = {"Sec-Fetch-Site": "same-origin"}
    return await browser.ask("POST", path, data=form, headers=headers)


def test_a_question_becomes_a_wording_or_an_answer_or_is_set_aside(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as desk,
            desk.signed_in("brand") as xu,
            desk.signed_in("readonly") as visitor,
        ):
            assert (await xu.get("/questions")).said("No persona serves yet")
            await desk.publish()
            assert (await xu.get("/questions")).said("No question waits")
            await hear(desk, *(said(n, f"wm{n}", "x") for n in range(1, 5)))
            asked = ("几天能发出货呀", "几天能发出货呀", "能带狗<b>吗", "呵呵呵呵")
            for n, text in enumerate(asked, 1):
                await desk.store.write(missed, n, text)
            page = await xu.get("/questions")
            assert page.said("2 times in 2 conversations") and page.said("能带狗&lt;b&gt;吗")
            assert page.said("faq:ship")
            seen = await visitor.get("/questions?p=tester")
            assert seen.said("能带狗") and not seen.said("Write a new answer")
            assert seen.said("Colleagues of the brand answer: brand.")
            assert not seen.said("is not published yet")
            at, first = "/questions/tester", normalise(asked[0])
            word = {"norms": first, "do": "wording", "rule": "faq:ship", "wording": asked[0]}
            assert (await visitor.post(at, **word)).status == 403
            bad = await xu.post(at, **word | {"rule": "faq:none"})
            assert bad.status == 422 and "问答表里没有" in bad.text
            assert (await xu.post(at, **word)).status == 303
            assert asked[0] in await faq(desk)
            assert (await visitor.get("/questions?p=tester")).said("Draft v2 is not published yet")
            new = {"norms": normalise(asked[2]), "do": "answer", "question": "能带狗吗"}
            assert (await xu.post(at, **new, answer=" ")).said("能带狗吗")
            assert (await xu.post(at, **new, answer="可以，牵好绳。")).status == 303
            assert "可以，牵好绳。" in await faq(desk)
            await xu.post(at, norms=normalise(asked[3]), do="aside")
            assert not (await xu.get("/questions")).said("<h2>呵呵呵呵")
            await xu.post(at, norms=normalise(asked[3]), do="take_up")
            assert (await xu.get("/questions")).said("<h2>呵呵呵呵")
            for typed in ({"do": "eat", "norms": "x"}, {"do": "aside"}):
                assert (await xu.post(at, **typed)).status == 422
            assert (await xu.post("/questions/nobody", do="aside", norms="x")).status == 422

    run(scenario)


def test_a_table_is_shown_row_by_row_before_it_is_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("brand") as xu:
            await desk.publish()
            await xu.get("/personas/tester/import")
            before = await faq(desk)
            table = "问题,答案,备注\n能开发票吗,能。,x\n有礼盒吗,有，两种。,\n,空,\n".encode("gbk")
            page = await upload(xu, "/personas/tester/import", "问答.csv", table)
            assert page.status == 200 and page.said("refused 1") and page.said("added 1")
            assert page.said("A4") and page.said("备注") and await faq(desk) == before
            text = re.search(r'name="text" hidden[^>]*>\n(.*?)</textarea>', page.text, re.S)
            assert text is not None
            kept = await xu.post(
                "/personas/tester/save", what="file", file="faq.csv", base="1",
                text=html.unescape(text[1]).replace("\n", "\r\n"))  # fmt: skip
            assert kept.status == 303 and "有礼盒吗,,有，两种。" in await faq(desk)
            for name, content in (
                ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
                ("x.csv", b"a,b\n1,2\n"),
            ):
                bad = await upload(xu, "/personas/tester/import", name, content)
                assert bad.status == 422 and bad.said("cannot be read")
            assert (await xu.post("/personas/tester/import")).status == 422
            async with desk.signed_in("content") as wen:
                assert (await wen.get("/catalogue")).said("The catalogue is empty")
                for tab in ("/history", "/findings", "/import"):
                    assert (await wen.get(f"/catalogue{tab}")).status == 200
                goods = "货号,品名,售价\nT-1,新茶,¥68\nT-2,旧茶,abc\n".encode()
                page = await upload(wen, "/catalogue/import", "价目.csv", goods)
                assert page.status == 200 and page.said("refused 1") and page.said("T-1")
                kept = await wen.post("/catalogue/save", what="file", file="catalogue.csv",
                                      base="0", text="sku,name,price,valid_from,valid_to\nT-1,新茶,68.00,,\n")  # fmt: skip
                assert kept.location == "/console/catalogue/files?file=catalogue.csv"
                assert (await wen.get("/catalogue")).said("新茶")
                for tab in ("/files", "/history", "/import", "/findings"):
                    assert (await wen.get(f"/catalogue{tab}")).status == 200
                assert (await wen.post("/catalogue/save", what="file", base="0")).status == 409
                assert (await upload(wen, "/personas/tester/import", "x.csv", table)).status == 403

    run(scenario)


def test_files_come_and_go_and_none_is_replaced(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as desk,
            desk.signed_in("content") as wen,
            desk.signed_in("lead") as su,
        ):
            await asyncio.to_thread(shutil.copytree, BRAND / "content", tmp_path / "content")
            config = desk.console.config
            own = replace(config.content, templates=str(tmp_path / "content"))
            desk.console.config = replace(config, content=own)
            await wen.get("/media")
            made = await upload(wen, "/media", "x.png", PNG, name="moments/窗.png")
            assert made.location == "/console/media"
            page = await wen.get("/media")
            assert page.said("moments/窗.png") and page.said("400×400")
            assert (await su.get("/media")).said("Colleagues of the content role upload")
            picture = await wen.get("/media/file", params={"name": "moments/窗.png"})
            assert picture.headers["Content-Type"] == "image/png"
            assert "sandbox" in picture.headers["Content-Security-Policy"]
            for name in ("../config.toml", "none.png", ""):
                assert (await wen.get("/media/file", params={"name": name})).status == 404
            for file, name in (("x.png", "../x.png"), ("x.jpg", ""), ("y.png", "")):
                assert (await upload(wen, "/media", file, PNG, name=name)).status == 422
            assert (await wen.post("/media")).status == 422
            await su.get("/media")
            assert (await upload(su, "/media", "z.png", PNG)).status == 403
            assert (await wen.post("/media/remove", name="../../config.toml")).status == 409
            gone = await wen.post("/media/remove", name="moments/窗.png")
            assert gone.location == "/console/media"
            trail = await desk.store.read(audit.history, "media", "moments/窗.png")
            assert [row["event"] for row in trail] == ["uploaded", "deleted"]

    run(scenario)


@pytest.mark.parametrize(
    ("own", "kept"),
    [("我的 照片 (1).PNG", "我的-照片-1.png"), ("C:\\pics\\a b.jpg", "a-b.jpg"), ("★.png", "file.png"),
     ("../x y.png", "x-y.png"), ("window.png", "window.png")],
)  # fmt: skip
def test_a_files_own_name_becomes_one_that_can_be_kept(own: str, kept: str) -> None:
    assert usable(own) == kept


def test_the_mix_of_a_week_and_of_its_neighbours(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("content") as wen:
            assert (await wen.get("/mix")).said("Nothing in this week")
            await desk.publish()
            page = await wen.get("/mix")
            assert page.status == 200 and page.said("2026-09-21") and page.said("<svg")
            assert page.said("week=2026-W38") and page.said("The line is the cap, 20%")
            assert page.said('<small class="num">09-21</small>') and page.said("/content/one?t=")
            assert page.said("Genres the week has nothing of:")
            assert (await wen.get("/mix?week=2026-W40&p=tester")).status == 200
            assert (await wen.get("/mix?week=1&p=<b>")).status == 404

    run(scenario)


def test_bars_stand_on_zero_and_stay_in_the_picture() -> None:
    made = pairs([Pair("a", 4, 1, "4 / 1"), Pair("b", 0, 2, "0 / 2")])
    room = WIDTH - LABEL - NUMBERS
    widths = [[rect.width for rect in line.rects] for line in made.lines]
    assert widths == [[room, room / 4], [0, room / 2]]
    assert {rect.x for line in made.lines for rect in line.rects} == {LABEL}
    assert pairs([]).lines == () and pairs([Pair("a", 0, 0, "")]).lines[0].rects[0].width == 0
    assert pairs([Pair("a", 2, 2, "")], 1.0, 0.5).cap == LABEL + room / 2
    assert pairs([Pair("a", 2, 2, "")], 1.0).lines[0].rects[0].width == room
