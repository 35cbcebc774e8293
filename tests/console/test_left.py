"""What is left to send unasked, in the member panel."""

from __future__ import annotations

from pathlib import Path

from tests.console.desk import hear, said, talk
from tests.console.test_inbox import look
from tests.scenario.house import run
from tests.scenario.reception import reception

A = talk("wmA")


def test_the_panel_tells_what_is_left_when_it_is_unfolded(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("service") as lin:
            await hear(house, said(1, "wmA", "在吗"))
            path = f"/talks/{A}/left"
            assert (await lin.get(path)).said("Nothing is known"), "no persona is published"
            await house.publish()
            assert (await look(lin)).said(f"/console{path.replace(':', '%3A')}")
            part = await lin.get(path)
            assert part.status == 200 and part.text.count("<dt>") == 6
            assert part.said("0 sent, 2 left") and part.said("0 sent, 3 left")
            assert part.said("a question is open") and part.said("at the earliest")
            assert (await lin.get("/talks/nobody/left")).status == 404

    run(scenario)
