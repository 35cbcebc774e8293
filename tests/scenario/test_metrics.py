"""Health and metrics of a running house: the list in the docs, the time-outs, no personal data."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from bot.core.clock import ManualClock
from bot.core.meters import COUNTS, SPREADS
from bot.web.health import Vitals
from bot.wecom.errors import ApiError
from tests.architecture.source import ROOT
from tests.scenario.house import House, Phone, house, platform, run, until

LABELS = {"outcome", "channel", "worker", "state", "robot", "status", "le"}


async def page(home: House, phone: Phone) -> str:
    async with phone.http.get(home.callback.replace("/callback", "/metrics")) as answer:
        assert answer.status == 200
        return await answer.text()


def ours(text: str) -> dict[str, list[Any]]:
    found = {f.name: f.samples for f in text_string_to_metric_families(text)}
    named = (
        name for name in found if name.startswith("onevoice_") and not name.endswith("_created")
    )
    return {name: found[name] for name in named}


def test_what_happens_is_counted_and_names_nobody(tmp_path: Path) -> None:
    pages: list[str] = []

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (customer,) = await phone.customers(1)
            await phone.post(
                "/faults", on="api", kind="rate_limit", path="kf/send_msg", n=1, errcode=-1
            )
            await phone.post(f"/customers/{customer}/add", userid="lin.xi")
            await phone.write(customer, "几天发货")
            await until(lambda: phone.texts(customer, "kf"), "an answer")
            await until(lambda: home.app.parts and home.app.parts.robots.live, "the robot")
            pages.append(await page(home, phone))
            assert customer not in pages[0] and "lin.xi" not in pages[0]

    run(scenario)
    found = ours(pages[0])
    assert set(found) == documented()
    assert {label for rows in found.values() for row in rows for label in row.labels} <= LABELS

    def total(name: str, **labels: str) -> float:
        rows = [
            row for row in found[name] if not row.name.endswith(("_created", "_bucket", "_sum"))
        ]
        return sum(row.value for row in rows if labels.items() <= row.labels.items())

    assert total("onevoice_callbacks", outcome="ok") >= 2
    assert total("onevoice_callback_seconds") >= 2
    assert total("onevoice_turns", outcome="answered") >= 2
    assert total("onevoice_decide_seconds") >= 2
    assert total("onevoice_sends", channel="kf", outcome="sent") >= 1
    assert total("onevoice_sends", channel="kf", outcome="later") >= 1
    assert total("onevoice_send_retries", channel="kf") >= 1
    assert total("onevoice_send_seconds", channel="kf") >= 2
    # the page may have been made between the two: another commit never rests
    apart = total("onevoice_commit_writes") - total("onevoice_commit_seconds")
    assert abs(apart) <= 1 and total("onevoice_commit_seconds") >= 5
    assert total("onevoice_token_refreshes", outcome="ok") >= 1
    assert total("onevoice_robot_connected", robot="desk") == 1
    assert [row.value for row in found["onevoice_reward_grants"]] == [0, 0, 0, 0]


def documented() -> set[str]:
    """Names in the list of docs/operations.md, without the suffix that counters get."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    return {name.removesuffix("_total") for name in re.findall(r"^\| `(onevoice_\w+)`", text, re.M)}


def test_every_meter_is_documented_and_shown() -> None:
    made = {each.name for each in (*COUNTS, *SPREADS)}
    gauges = {"onevoice_inbox_rows", "onevoice_outbox_rows", "onevoice_queue_age_seconds",
              "onevoice_reward_grants",
              "onevoice_robot_connected"}  # fmt: skip
    assert documented() == made | gauges


class Slow:
    """A platform and a database that hang."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()

    async def keep_warm(self) -> None:
        self.asked += 1
        await self.go.wait()
        raise ApiError("gettoken", 40001, "invalid credential, secret=abc wmBANZHAN0001")

    async def read(self, *_: Any) -> dict[str, Any]:
        await self.go.wait()
        return {"inbox": {}, "outbox": {}, "queue_age_ms": 0}


def test_a_platform_that_hangs_makes_no_answer_late() -> None:
    async def scenario() -> None:
        slow = Slow()
        vitals = Vitals(slow, ManualClock(), {}, limit=0.05)  # type: ignore[arg-type]
        vitals.gateway = slow
        for _ in range(3):
            found = await vitals.look()
            assert found["ok"] is False
            assert found["platform"] == found["database"] == "no answer within 0.05 s"
        assert slow.asked == 1, "a question under way is not asked again"
        slow.go.set()
        found = await until(lambda: _done(vitals), "the answers arrive")
        assert found["database"] == "ok" and "40001" in found["platform"]
        assert "abc" not in str(found) and "wmBANZHAN0001" not in str(found)
        vitals.close()

    async def _done(vitals: Vitals) -> dict[str, Any] | None:
        found = await vitals.look()
        return found if found["database"] == "ok" and "40001" in found["platform"] else None

    run(scenario)
