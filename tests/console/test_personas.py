"""A persona over real HTTP: its parts change one by one, a draft talks, another colleague publishes."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from bot.console.pages.persona_parts import spoken, variants
from bot.library.usage import work_of
from bot.store import review, versions
from tests.scenario.house import run
from tests.scenario.reception import Answer, Browser, Reception, reception

HOME = "/personas/tester"


async def newest(desk: Reception, name: str = "tester", kind: str = "persona") -> versions.Edition:
    found = await desk.store.read(versions.newest, kind, name)
    assert found is not None
    return found


async def saves(browser: Browser, base: int, home: str = HOME, **fields: str) -> Answer:
    return await browser.post(f"{home}/save", base=str(base), **fields)


def said(answer: Answer) -> str:
    return html.unescape(answer.text)


def test_parts_change_by_themselves_and_only_the_same_one_twice_is_a_conflict(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await desk.publish()
            async with desk.signed_in("brand") as xu, desk.signed_in("service") as lin:
                page = await xu.get(HOME)
                assert page.status == 200 and page.said("k.voice.taboo")
                first = await saves(xu, 1, what="fields", **{"k.voice.address": "您"})
                assert first.location == "/console/personas/tester"
                # made from the same version, but another part of it
                row = {"what": "row", "row": "", "question": "几点打烊", "answer": "晚上十点。",
                       "similar": "几点关门\n开到几点", "id": "closing"}  # fmt: skip
                assert (await saves(xu, 1, **row)).status == 303
                kept = await newest(desk)
                assert kept.version == 3
                assert 'address = "您"' in kept.files["persona.toml"]
                assert "closing,几点打烊,几点关门|开到几点,晚上十点。" in kept.files["faq.csv"]
                late = await saves(xu, 1, what="fields", **{"k.voice.address": "阁下"})
                assert late.status == 409 and "阁下" in said(late) and "您" in said(late)
                assert (await newest(desk)).version == 3
                again = await saves(xu, 3, what="fields", **{"k.voice.address": "您"})
                assert again.status == 303 and (await newest(desk)).version == 3
                assert (await lin.get(f"{HOME}/faq")).status == 200
                assert (await saves(lin, 3, what="fields")).status == 403
                for typed in ({**row, "id": "closing"}, {**row, "id": "x", "answer": " "},
                              {"what": "fields", "k.valid_from": "gestern"},
                              {"what": "file", "file": "../brand.toml", "text": ""},
                              {"what": "block", "text": "a = 1"}, {"what": "nonsense"},
                              {"what": "row", "row": "nobody", "do": "drop"}):  # fmt: skip
                    bad = await saves(xu, 3, **typed)
                    assert bad.status == 422, typed
                assert (await saves(xu, 99, what="fields")).status == 409
                assert (await newest(desk)).version == 3
                page = await xu.get(f"{HOME}/faq", params={"q": "开到几点"})
                assert page.text.count("data-row") == 1 and page.said("几点打烊")
                page = await xu.get(f"{HOME}/faq", params={"row": "closing"})
                assert page.said("晚上十点。</textarea>")
                for path in ("/personas/..%2fx", "/personas/nobody", "/personas/A"):
                    assert (await xu.get(path)).status == 404

    run(scenario)


def test_a_draft_talks_and_another_colleague_publishes_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await desk.publish()
            await desk.add("he", "brand")
            async with desk.signed_in("brand") as xu, desk.browser() as he:
                await he.sign_in("he")
                await xu.get(HOME)
                rule = {"what": "block", "id": "tide", "keywords": "潮水", "say": "涨了。\n\n落了。\n别急。",
                        "priority": "40"}  # fmt: skip
                assert (await saves(xu, 1, **rule)).status == 303
                talk = await xu.post(f"{HOME}/try", say="潮水怎样")
                assert "涨了。" in talk.text
                talk = await xu.post(f"{HOME}/try", s0="潮水怎样", say="潮水怎样")
                assert "落了。" in talk.text and "别急。" in talk.text
                old = await xu.post(f"{HOME}/try", say="潮水怎样", v="serving")
                assert "涨了。" not in old.text
                assert (await xu.post(f"{HOME}/try", s0="潮水怎样", again="1")).status == 200
                refused = await xu.post(f"{HOME}/decide", do="publish", version="2")
                assert refused.status == 303 and (await xu.get(HOME)).said("You had a hand in")
                assert (await xu.get(HOME)).said("Who may: he.")
                await xu.post(f"{HOME}/decide", do="submit", version="2")
                assert not (await he.get(HOME)).said("Take it back")
                await he.post(f"{HOME}/decide", do="withdraw", version="2")
                assert (await he.get(HOME)).said("brand handed in v2")
                assert (await xu.get(HOME)).said("Take it back")
                await xu.post(f"{HOME}/decide", do="withdraw", version="2")
                assert not (await he.get()).said("versions of personas wait for your look")
                await xu.post(f"{HOME}/decide", do="submit", version="2")
                assert (await he.get()).said("versions of personas wait for your look")
                page = await he.get(HOME)
                assert page.said("asks for a look") and page.said("Send back")
                assert (await he.post(f"{HOME}/decide", do="reject", version="2")).status == 422
                await he.post(f"{HOME}/decide", do="reject", version="2", note="太短")
                assert (await xu.get(HOME)).said("he sent it back: 太短")
                await he.post(f"{HOME}/decide", do="publish", version="2", note="好")
                serving = await desk.store.read(versions.serving, "persona", "tester")
                assert serving is not None and (serving.version, serving.actor) == (2, "he")
                page = await xu.get(f"{HOME}/history", params={"from": "1", "to": "2"})
                assert page.said("tide") and page.said('value="rollback"')
                await xu.post(f"{HOME}/decide", do="rollback", version="1")
                serving = await desk.store.read(versions.serving, "persona", "tester")
                assert serving is not None and (serving.version, serving.actor) == (1, "brand")
                states = await desk.store.read(review.of, "persona", "tester")
                assert [one.state for one in states] == ["approved", "approved"]
                for do, version in (("eat", "1"), ("publish", "x")):
                    answer = await he.post(f"{HOME}/decide", do=do, version=version)
                    assert answer.status == 422

    run(scenario)


def test_a_persona_is_retired_by_a_button_that_says_what_stops_and_comes_back(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await desk.publish()
            async with desk.signed_in("brand") as xu, desk.signed_in("service") as lin:
                page = await xu.get(HOME)
                library = desk.console.library
                assert library is not None and library.cast is not None
                work = work_of(library.cast, "tester")
                assert len(work.accounts) > 3 and work.entries
                for n, what in ((work.accounts, "accounts speak"), (work.entries, "calendar entr")):
                    assert page.said(f"{len(n)} {what}") and page.said(n[0])
                assert not (await lin.get(HOME)).said('value="retire"')
                assert (await lin.post(f"{HOME}/decide", do="retire", version="1")).status == 403
                assert (await xu.post(f"{HOME}/decide", do="retire", version="9")).status == 409
                await xu.post(f"{HOME}/decide", do="retire", version="1", note="换人")
                assert await desk.store.read(versions.serving, "persona", "tester") is None
                trail = await desk.store.read(review.trail, "persona", "tester")
                assert {(row["actor"], row["reason"]) for row in trail[-2:]} == {("brand", "换人")}
                await desk.publish()  # a restart looks at the folder and takes nothing back
                assert await desk.store.read(versions.serving, "persona", "tester") is None
                page = await xu.get(HOME)
                assert page.said("This persona is retired") and not page.said('value="retire"')
                await xu.post(f"{HOME}/decide", do="rollback", version="1")
                serving = await desk.store.read(versions.serving, "persona", "tester")
                assert serving is not None and serving.version == 1
                assert not (await xu.get(HOME)).said("This persona is retired")

    run(scenario)


def test_a_broken_draft_is_kept_shown_with_its_place_and_not_published(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await desk.publish()
            async with desk.signed_in("brand") as xu:
                await xu.get(HOME)
                text = "id = 'tester'\nname = '<b>试'\ntype = \n"
                answer = await saves(xu, 1, what="file", file="persona.toml", text=text)
                assert "file=persona.toml" in answer.location
                page = await xu.get(HOME)
                assert page.status == 200 and page.said("persona.toml:3")
                assert (await xu.post(f"{HOME}/try", say="在吗")).said("cannot be read")
                found = await xu.get(f"{HOME}/findings")
                assert found.said("persona.toml:3") and found.said("file=persona.toml&amp;line=3")
                rows = await xu.get(f"{HOME}/faq")
                assert rows.status == 200 and rows.said("data-row")
                taboo = (await newest(desk, "brand", "brand")).files["brand.toml"]
                word = re.search(r'taboo = \[\s*"(\w+)"', taboo)
                assert word is not None
                text = (await desk.store.read(versions.get, "persona", "tester", 1)).files[
                    "persona.toml"
                ]  # type: ignore[union-attr]
                await saves(xu, 2, what="file", file="persona.toml", text=text)
                await saves(
                    xu, 3, what="row", row="", question="你们怎样", answer=f"我们{word[1]}。"
                )
                found = await xu.get(f"{HOME}/findings")
                assert found.said("keep it from being published") and found.said("/faq?row=q-")
                await xu.post(f"{HOME}/decide", do="submit", version="4")
                assert (await xu.get(HOME)).said("has errors. The first")
                await xu.get("/brand")
                more = taboo and "\n".join(re.findall(r'"(\w+)"', taboo)) + "\n新词"
                made = await saves(xu, 1, "/brand", what="fields", **{"k.taboo": more})
                assert made.location == "/console/brand"
                assert '"新词"' in (await newest(desk, "brand", "brand")).files["brand.toml"]

    run(scenario)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("在。", ("在。",)),
        ("在。\n来啦。", (("在。", "来啦。"),)),
        ("在。\r\n\r\n \n来啦。\n等等。\n\n", ("在。", ("来啦。", "等等。"))),
        (" \n", ()),
    ],
)
def test_variants_as_they_are_typed(text: str, made: object) -> None:
    assert variants(text) == made
    assert variants(spoken({"say": [list(v) if isinstance(v, tuple) else v for v in
                                    variants(text)]}) or "") == made  # fmt: skip
