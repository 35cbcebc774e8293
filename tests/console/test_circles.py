"""The pages of circles over real HTTP; what they count is counted again over the log of events."""

from __future__ import annotations

from pathlib import Path

from tests.console.circling import settle
from tests.scenario.house import run
from tests.scenario.reception import reception


def test_smoke(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("lead") as browser:
            page = await browser.get("/circles")
            assert page.status == 200, page.text[-3000:]
            await settle(desk)
            for path in ("/circles", "/circles/one?c=tea", "/circles/one?c=cup&q=wm1", "/circles/queue",
                         "/circles/queue?c=cup", *(f"/circles/ledger?kind={k}" for k in ("circle", "group", "account", "persona", "brand")),
                         "/circles/ledger?kind=circle&place=tea", "/circles/rows?kind=circle&place=tea&what=joined",
                         "/circles/rows?kind=brand&what=closing", "/circles/rows?kind=persona&place=tester&what=left",
                         "/circles/flow", "/circles/flow/rows?dir=forward&source=douyin&target=friend",
                         "/circles/flow/rows?dir=reverse&source=group&target=shop", "/circles/flow/rows?dir=code&source=douyin.1",
                         "/circles/links", "/circles/ledger.csv?kind=group", "/circles/flow.csv?table=codes", "/circles/members.csv?c=tea"):
                page = await browser.get(path)
                assert page.status == 200, (path, page.text[-3000:])
                print(path, len(page.text))
    run(scenario)
