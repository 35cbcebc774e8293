"""The set-up checklist in the console: what is left, and for whom."""

from __future__ import annotations

import re
from pathlib import Path

from tests.scenario.house import run
from tests.scenario.reception import reception


def test_what_is_left_stands_on_the_first_page_and_leads_to_its_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            assert "/start" not in (await browser.get()).text, "nothing is published yet"
            await desk.publish()
            home = (await browser.get()).text
            left = re.search(r'/start#\w+"><b class="num">(\d)</b><span>steps are left', home)
            page = (await browser.get("/start")).text
            steps = re.findall(r'<section class="card" id="(\w+)">', page)
            assert steps == ["position", "ip", "persona", "content", "seeds", "circle", "culture",
                             "platform"]  # fmt: skip
            assert left and int(left[1]) == len(re.findall(r"\d missing", page))
            assert 'href="/console/circles"' in page and "this is the sandbox" in page
            async with desk.signed_in("service") as other:
                assert "/start" not in (await other.get()).text
                assert (await other.get("/start")).status == 200
            async with desk.signed_in("analyst") as other:
                assert (await other.get("/start")).status == 403

    run(scenario)


def test_every_step_leads_to_a_page_that_is_there(tmp_path: Path) -> None:
    """A68: each of the eight has a place of its own, for somebody who may go there."""

    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            await desk.publish()
            page = (await browser.get("/start")).text
            for name in ("position", "ip", "persona", "content", "seeds", "circle", "culture",
                         "platform"):  # fmt: skip
                part = page.partition(f'id="{name}"')[2].partition("</section>")[0]
                (path,) = re.findall(r'href="/console(/[^"]+)"', part)
                assert (await browser.get(path)).status == 200, (name, path)

    run(scenario)
