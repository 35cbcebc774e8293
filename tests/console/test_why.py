"""Why a line was said: what was decided then, and apart from it what would be said now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from bot.console import naming
from bot.console.unsent import unsent
from bot.console.words import known
from bot.core.guarding import CODES
from bot.library.library import Library
from bot.persona.script import Script
from bot.pipeline.converse import Converse
from bot.pipeline.trace import Trace
from tests.console.desk import answered, hear, said
from tests.console.test_inbox import A, Nameless, look
from tests.scenario.house import run
from tests.scenario.reception import NOW, Answer, Browser, Reception, reception


async def why(browser: Browser, line: str = "replies-1") -> Answer:
    return await browser.get("/inbox/why", params={"c": A, "line": line})


async def turns(house: Reception, library: Library) -> None:
    worker = Converse(house.store, library, Nameless(), house.console.config, house.clock,
                      house.bells, Trace())  # fmt: skip
    await worker.step(NOW)
    await worker.slots.drain(10)


def changed(library: Library) -> SimpleNamespace:
    """The same house with a second version, in which the question has another name and answer."""
    cast = library.cast
    old = cast.scripts["tester"]
    faq = tuple(replace(row, id="parcel", question="多久能收到", similar=(row.question, *row.similar))
                if row.id == "ship" else row for row in old.persona.faq)  # fmt: skip
    new = Script.of(replace(old.persona, faq=faq), old.brand, old.shelf, old.goods, version=2)
    return SimpleNamespace(cast=replace(cast, scripts={**cast.scripts, "tester": new}))


def test_what_was_decided_then_stays_when_the_persona_changes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("readonly") as lin:
            library = await house.publish()
            question = library.cast.scripts["tester"].labels["faq:ship"]
            await hear(house, said(1, "wmA", "几天发货"))
            await turns(house, library)
            page = await look(lin)
            assert page.said(f'小试</b> · <span title="faq:ship">“{question}”</span>')
            told = await why(lin)
            assert told.said("几天发货") and told.said(f"It met the question “{question}”")
            assert told.said("written down word for word") and told.said("The same as then")
            assert told.said("小试 version 1") and "1.00" not in told.text.replace("score 1.00", "")
            house.console.library = changed(library)  # type: ignore[assignment]
            told = await why(lin)
            then, _, now = told.text.partition("<details")
            assert f"“{question}”" in then and "多久能收到" not in then and "version 1" in then
            assert "version 2" in now and "“多久能收到”" in now and "so it differs" in now

    run(scenario)


def test_a_line_of_before_says_that_nothing_was_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("readonly") as lin:
            await house.publish()
            await hear(house, said(1, "wmA", "几天发货"))
            await answered(house, "wmA", "两天内", 1)
            told = await why(lin)
            assert told.said("is not kept") and told.said("asked today (version 1)")

    run(scenario)


def test_codes_become_words() -> None:
    assert all(known(f"code.{code}") for code in CODES)
    assert unsent("zh", "guard: price (text: 不在价目里的价格)") == "用语检查拦下：不在价目里的价格"
    assert unsent("zh", "guard: price, promise") == "用语检查拦下：价格 / 承诺"
    assert unsent("zh", "95001: 5 messages were sent") == "客人最后一句话之后已经发满 5 条"
    assert unsent("zh", "95999: something new") == "95999: something new"
    assert unsent("zh", "over 48 h") == "客人最后一句话之后超过 48 小时"
    kept = {"rule": "builtin:human", "name": "builtin:human", "others": [], "flags": ["urgent"],
            "guard": ["address"], "handoff": "guard: price, promise", "text": ""}  # fmt: skip
    told = naming.because("zh", kept)
    assert (told["name"], told["flags"], told["guard"]) == ("想找真人", ["着急"], "称呼")
    assert told["handoff"] == "用语检查拦下：价格 / 承诺"
