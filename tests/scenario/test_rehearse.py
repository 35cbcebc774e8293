"""A rehearsal of the small brand: the whole product, a platform in the same process, equal digests."""

from __future__ import annotations

import contextlib
import json
import re
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands.rehearse import rehearse as command
from bot.core.config import load_config
from bot.rehearsal.page import page
from bot.rehearsal.play import Plan, Played, rehearse
from bot.rehearsal.rates import Acts, Community, Rates, Say, Talk
from bot.rehearsal.report import Report
from bot.rehearsal.telling import tell
from bot.rehearsal.words import reason
from bot.store.sql import Composed
from tests.harness import eager
from tests.harness.closing import closing
from tests.scenario.test_taking_part import content_in

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
START = 1_795_449_600_000  # 2026-11-24 00:00 in Shanghai
LIVELY = Rates(
    talk=Talk(month=60), say=Say(ask=8, chat=1, complain=1),
    acts=Acts(buy=6, opt_out=3, join=9, leave=3, delete=3, come_back=9, invite=3, fall_silent=2),
)  # fmt: skip


def played(seed: int = 1, **more: object) -> Report:
    plan = Plan(start=START, days=4, members=25, seed=seed)
    return rehearse(load_config(BRAND / "config.toml"), LIVELY, plan, tell, **more)  # type: ignore[arg-type]


async def told_and_closed(over: Played) -> tuple[Report, list[str]]:
    return await tell(over), await closing(over)


# What somebody meddles with, and how the first sentence about it begins.
MEDDLED = {
    "UPDATE outbox SET state = 'dead' WHERE id = 1": "outbox is dead",
    "UPDATE outbox SET state = 'unsure', note = '?' WHERE id = 2": "outbox 2 is unsure",
    "UPDATE stay SET since = since + 90000000 WHERE since = (SELECT MIN(since) FROM stay)": "the ledger of account",
    "UPDATE worth SET orders = orders + 1": "worth is not what the log says",
    "UPDATE audit SET after = 'new' WHERE subject = 'outbox:3'": "trail_is_complete",
    "UPDATE replies SET text = '' WHERE channel = 'kf' AND status = 'sent'": "received_is_written",
}  # fmt: skip


async def meddled(over: Played) -> tuple[Report, list[str], list[str]]:
    report, open_ends = await told_and_closed(over)
    for text in MEDDLED:
        await over.house.store.write(lambda tx, text=text: tx.run(Composed(text)))
    return report, open_ends, await closing(over)


@pytest.fixture(scope="module")
def whole() -> tuple[Report, list[str], list[str]]:
    plan = Plan(start=START, days=4, members=25)
    return rehearse(load_config(BRAND / "config.toml"), LIVELY, plan, meddled)


@pytest.fixture(scope="module")
def report(whole: tuple[Report, list[str], list[str]]) -> Report:
    return whole[0]


def test_in_the_end_nothing_is_given_up_and_every_ledger_closes(
    whole: tuple[Report, list[str], list[str]],
) -> None:
    """A week of the sample brand with 1,000 members is in test_rehearsal_soak.py."""
    _, open_ends, noticed = whole
    assert open_ends == []
    assert not [said for said in MEDDLED.values() if not any(x.startswith(said) for x in noticed)]


def test_members_talk_and_are_answered(report: Report) -> None:
    assert report.inbound > 2 * report.members
    assert report.outbound > report.members
    assert report.did["added"] >= 15
    assert sum(n for _, n in report.histogram) == report.members


def test_the_days_add_up(report: Report) -> None:
    sums = {name: sum(day[name] for day in report.daily) for name in report.daily[0]}
    assert len(report.daily) == report.days
    assert sums["inbound"] == report.inbound
    assert 0 < sums["welcome"] <= sums["added"] == report.did["added"]
    assert sums["reply"] > report.members
    assert sums["tasks"] == sum(one.tasks for one in report.accounts)
    assert sums["taps"] == sum(one.tapped for one in report.accounts) > 0


def test_equal_inputs_are_equal_and_another_seed_is_not(report: Report, tmp_path: Path) -> None:
    again, other = played(folder=tmp_path), played(seed=2)
    assert again == report
    assert other.digest != report.digest
    with contextlib.closing(sqlite3.connect(tmp_path / "onevoice.db")) as base:
        (n, paid) = base.execute("SELECT COUNT(*), MIN(paid_cents) FROM purchase").fetchone()
        (told,) = base.execute("SELECT COUNT(*) FROM happening WHERE event = 'order'").fetchone()
    assert n == told == report.did["buy"] > 0
    assert paid > 0


def test_the_json_has_what_the_contract_promises(report: Report) -> None:
    found = json.loads(json.dumps(report.as_json()))
    assert {"digest", "days", "members", "messages", "per_member", "refusals", "taps"} <= set(found)
    assert {"p50", "p95", "max"} <= set(found["per_member"])
    assert found["messages"] == found["inbound"] + found["outbound"]
    assert set(found["taps"]) == {one.account for one in report.accounts}


def test_what_was_kept_back_adds_up_by_day_and_is_told_in_words(report: Report) -> None:
    assert sum(row["refused"] for row in report.daily) == sum(report.refusals.values()) > 0
    assert [code for code in report.refusals if not re.search("[一-鿿]", reason(code))] == []


def test_too_eager_plans_break_no_rule(tmp_path: Path) -> None:
    """The full size is in test_rehearsal_soak.py."""
    config = load_config(eager.brand(tmp_path / "brand"))
    plan = Plan(start=START, days=12, members=20)
    verdict = rehearse(config, eager.RATES, plan, eager.judged)
    assert verdict.judged > 20 and verdict.offers > 0
    assert all(sold and sold < made for made, sold in verdict.posts.values()), verdict.posts
    assert not verdict.broken, f"{verdict.by_rule}: {verdict.broken[:5]}"


CUPS = """
id = "cups"
title = "晒杯子"
circle = "tea"
kind = "contest"
words = ["晒杯子"]
media = "text"
moderated = true
judge = "votes"
winners = 1
[when]
announce = "2026-11-26 09:00"
close = "2d"
"""


def test_members_of_a_circle_take_part_in_what_is_on(tmp_path: Path) -> None:
    content_in(tmp_path, since="2026-11-26 09:00")
    (tmp_path / "content" / "activities" / "cups.toml").write_text(CUPS, "utf-8")
    joins = Community(enter=1, check_in=0.7, join=0.9, look=9, accept=0.9, vote=0.5)
    rates = Rates(community=joins, talk=Talk(month=3))
    plan = Plan(start=START, days=5, members=14)
    found, open_ends = rehearse(load_config(tmp_path / "config.toml"), rates, plan, told_and_closed)
    assert open_ends == []
    rows = {one.activity: one for one in found.activities}
    half, asks, cups = rows["half"], rows["asks"], rows["cups"]
    assert cups.entries > 1 and cups.winners == 1  # a lead looked at them, and members voted
    assert (half.activity, half.title, asks.activity) == ("half", "今日半盏", "asks")
    assert 2 < half.people <= 14 and half.acts > half.people
    assert 0 < asks.people == asks.acts  # one try each
    assert all(one.acts == sum(one.daily) for one in found.activities)
    acts = half.acts + asks.acts + cups.acts
    assert sum(day["took_part"] for day in found.daily) == acts
    assert "今日半盏" in page(found)


def test_the_page_needs_nothing_else(report: Report) -> None:
    text = page(report)
    assert "src=" not in text and "href=" not in text and "url(" not in text
    assert text.count("<svg") >= 10 and report.digest in text


def test_the_command_keeps_the_database_and_says_what_is_wrong(tmp_path: Path) -> None:
    run = CliRunner().invoke(command, [
        "--config", str(BRAND / "config.toml"), "--days", "1", "--members", "5",
        "--from", "2026-11-24", "--keep", str(tmp_path / "kept"),
        "--html", str(tmp_path / "report.html"), "--json",
    ])  # fmt: skip
    assert run.exit_code == 0 and json.loads(run.stdout)["start"] == "2026-11-24"
    assert (tmp_path / "kept" / "onevoice.db").is_file()
    assert (tmp_path / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    full = CliRunner().invoke(command, ["--config", str(BRAND / "config.toml"),
                                        "--keep", str(tmp_path / "kept")])  # fmt: skip
    assert full.exit_code == 2 and "is not empty" in full.output
