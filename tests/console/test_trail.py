"""The audit page over real HTTP: states in the words of what they are states of."""

from __future__ import annotations

from pathlib import Path

from bot.store import audit
from tests.scenario.house import run
from tests.scenario.reception import NOW, reception


def test_an_open_task_waits_for_a_tap_and_an_open_activity_is_open(tmp_path: Path) -> None:
    rows = [audit.note(what, 1, "open", at=NOW, actor="tick", after="open")
            for what in ("tap", "activity_run")]  # fmt: skip

    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("owner") as su:
            await house.store.write(audit.record, rows)
            tap = await su.get("/audit?subject=tap:1")
            activity = await su.get("/audit?subject=activity_run:1")
            assert "<td>waits for a tap</td>" in tap.text
            assert "<td>open</td>" in activity.text and "waits for a tap" not in activity.text

    run(scenario)
