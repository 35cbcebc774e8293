"""Flows and the calendar before they serve: what is wrong in them, and what is planned of them."""

from __future__ import annotations

import asyncio
import json
from datetime import date
from pathlib import Path

from click.testing import CliRunner

from bot.commands.calendar import calendar as calendar_command
from bot.commands.flow import flow as flow_command
from bot.core.config import Config
from bot.core.findings import ERROR
from bot.library.disk import read_disk
from bot.library.publish import publish_disk
from bot.library.review import review_calendar
from bot.store import flows
from bot.store.engine import Tx
from bot.store.flows import Begun
from bot.store.opening import migrate_store, open_store
from scheduler.calendar import parse_calendar
from tests.contract.conftest import NOW
from tests.contract.test_flows import step

ENTRY = '[[entry]]\nid = "e"\nwhen = "{}"\ndo = "moment"\npersona = "p"\ntemplate = "t"\n'


def test_an_audience_that_nobody_understands_keeps_a_flow_from_serving(config: Config) -> None:
    path = config.content_dir / "flows" / "care.toml"
    head = 'id = "care"\ntrigger = "order"\n'
    path.write_text(head + step("a", more='when = "标签：常客 且 来源"'), "utf-8")
    disk = read_disk(config)
    [found] = [f for f in disk.findings if f.rule == "flow.when"]
    assert found.severity == ERROR and found.file.startswith("content/flows/care.toml")
    assert ("flow", "care") not in {(s.kind, s.name) for s in disk.sources}
    path.write_text(head + step("a", more='when = "标签:常客 且 人设:tester"'), "utf-8")
    disk = read_disk(config)
    assert ("flow", "care") in {(s.kind, s.name) for s in disk.sources}


def test_the_doctor_warns_before_a_year_whose_days_off_nobody_knows() -> None:
    work = parse_calendar(ENTRY.format("workday 09:00"), "calendar.toml", "UTC")
    plain = parse_calendar(ENTRY.format("daily 09:00"), "calendar.toml", "UTC")
    far, known = date(2098, 12, 20), date(2026, 6, 1)
    assert not list(review_calendar(plain, far)) and not list(review_calendar(work, known))
    [found] = review_calendar(work, far)
    assert (found.rule, found.severity) == ("calendar.holidays", "warning")
    assert found.message.startswith("e：手头的节假日表只到 20")


def begin(tx: Tx) -> None:
    begun = Begun(key="k", flow="welcome", version=1, persona="tester", member="wm1",
                  account="lin.xi")  # fmt: skip
    flows.start(tx, begun, [("day1", NOW), ("day3", NOW)], NOW)


def test_the_commands_tell_who_stands_where_and_what_is_planned(
    config: Config, tmp_path: Path
) -> None:
    migrate_store(config, NOW)
    store = open_store(config, readers=1)
    asyncio.run(store.write(publish_disk, read_disk(config), NOW, live=True))
    asyncio.run(store.write(begin))
    store.close()
    where = ["--config", str(config.home / "config.toml")]

    def run(*words: str) -> str:
        command = calendar_command if words[0] == "calendar" else flow_command
        rest = words[1:] if words[0] == "calendar" else words
        result = CliRunner().invoke(command, [*rest, *where], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.stdout

    [listed] = json.loads(run("list", "--json"))["flows"]
    assert (listed["id"], listed["runs"]["running"]) == ("welcome", 1)
    shown = json.loads(run("show", "welcome", "--json"))
    assert [(s["id"], s["waiting"]) for s in shown["steps"]] == [
        ("day0", 0), ("day1", 1), ("day3", 1)]  # fmt: skip
    month = json.loads(run("calendar", "--month", "2026-09", "--json"))
    slots = [slot for slot in month["slots"] if slot["what"] == "flow"]
    assert [(slot["step"], slot["members"], slot["taps"]) for slot in slots] == [
        ("day1", 1, {"lin.xi": 1}), ("day3", 1, {"lin.xi": 1})]  # fmt: skip
    assert month["known"]["lunar_until"] == 2099 and len(month["days"]) == 30
    assert "中秋节" in run("calendar", "--month", "2026-09")
    assert run("stop", "welcome", "--as", "wu", "--note", "改版") == "welcome：停了 1 人\n"
    assert "停了（改版）" in run("show", "welcome", "--member", "wm1")
    assert CliRunner().invoke(flow_command, ["show", "nothing", *where]).exit_code == 2
    assert CliRunner().invoke(calendar_command, ["--month", "2026", *where]).exit_code == 2
