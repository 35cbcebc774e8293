"""One set of data, seen by carrier and by persona: both add up to the same, and to the rows."""

from __future__ import annotations

import csv
import io
import random
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from bot.core.body import Text
from bot.core.clock import DAY, HOUR, MINUTE, local
from bot.core.event import Event, Happened
from bot.core.model import Inbound, Outbound
from bot.members.ledger import days
from bot.store import events, figures_event, inbox, ledger, outbox, versions
from bot.store.engine import Tx
from bot.store.inbox import Settle
from tests.console.circling import told
from tests.console.test_figures import settle
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, reception

ACCOUNTS = (("kf", "wk1"), ("kf", "wk2"), ("contact", "lin.xi"), ("group", "wr1"))
PERSONAS = ("tester", "other", "")
DAYS = "days=7"


def life(tx: Tx) -> None:
    """Six days of talks on four accounts under two personas and none, drawn by chance."""
    chance = random.Random(69)
    for n in range(120):
        channel, account = chance.choice(ACCOUNTS)
        key, at = f"{channel}:{account}:wm{n % 17}", NOW - chance.randrange(5 * DAY) - HOUR
        inbox.accept_all(tx, [Inbound(
            channel=channel, account=account, peer=f"wm{n % 17}", kind="text", text="在吗",
            sent_at=at, received_at=at, dedupe=f"{key}/{n}")], Settle(0, 0))  # fmt: skip
        if chance.random() < 0.8:
            say(tx, n, key, at + chance.randrange(1, 30) * MINUTE, chance.choice(PERSONAS),
                chance.choice(("bot", "model", "lin")))  # fmt: skip
        if chance.random() < 0.2:
            figures_event.put_back(tx, key, chance.choice(("idle", "complaint")), at)
    came: list[Event] = []
    for n in range(60):
        account, source = chance.choice(("lin.xi", "nobody")), chance.choice(("poster", "", "door"))
        came.append(told(Happened.ADDED, NOW - DAY + n, f"wx{n}", account=account, which=source))
        if n % 3:
            came.append(told(Happened.JOINED, NOW - DAY + n + 99, f"wx{n}", place="wr1"))
    events.record(tx, came, NOW)


def say(tx: Tx, n: int, key: str, at: int, persona: str, operator: str) -> None:
    channel, account, peer = key.split(":")
    outbox.enqueue(tx, Outbound(
        lane=key, pool="reply", channel=channel, account=account, peer=peer, kind="reply",
        body=Text("在"), origin="reply:1:0", persona=persona, persona_version=1, conversation=key,
        member=peer, operator=operator, dedupe=f"r/{n}", send_at=at, retry_at=at,
    ), at)  # fmt: skip


async def table(browser: Browser, name: str) -> list[list[str]]:
    file = await browser.get(f"/figures/views.csv?table={name}&{DAYS}")
    return list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))


def sums(rows: Sequence[Sequence[str]]) -> list[int]:
    return [sum(int(row[column]) for row in rows[1:-1]) for column in range(1, len(rows[0]))]


def counted(file: Path) -> dict[str, int]:
    """The same from the rows, by nobody's code but SQLite's."""
    with closing(sqlite3.connect(file)) as base:
        return {name: base.execute(sql).fetchone()[0] for name, sql in (
            ("in", "SELECT COUNT(*) FROM inbox WHERE kind <> 'event'"),
            ("out", "SELECT COUNT(*) FROM replies WHERE conversation <> '' AND kind = 'reply'"),
            ("handoff", "SELECT COUNT(*) FROM figure_event WHERE what = 'handoff'"),
            ("friend", "SELECT COUNT(*) FROM event WHERE kind = 'added'"),
            ("group", "SELECT COUNT(*) FROM event WHERE kind = 'joined'"))}  # fmt: skip


def test_carrier_and_brand_add_up_to_each_other_and_to_the_rows(tmp_path: Path) -> None:
    """A69."""

    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("analyst") as browser:
            await desk.publish()
            assert (await browser.get("/figures/views")).said("No figures for these days")
            await desk.store.write(life)
            await settle(desk)
            rows = counted(tmp_path / "test.db")
            carrier, brand = (
                await table(browser, "said-carrier"),
                await table(browser, "said-brand"),
            )
            assert len(carrier) == 2 + 3 and len(brand) == 2 + 3, "channels, and personas and none"
            both = sums(carrier)
            assert both == sums(brand) == [int(n) for n in carrier[-1][1:]]
            head = carrier[0][1:]
            told = dict(zip(head, both, strict=True))
            assert told["Messages in"] == rows["in"] > 100
            assert told["Messages out"] == rows["out"] > 50
            assert told["Hand-offs"] == rows["handoff"] > 5
            source, led = await table(browser, "came-carrier"), await table(browser, "came-brand")
            assert sums(source) == sums(led) == [rows["friend"], rows["group"], 0]
            page = await browser.get(f"/figures/views?{DAYS}")
            assert page.said("Both views add up to the same") and not page.said("do not add up")
            one = re.search(r'href="[^"]*/figures\?persona=tester[^"]*"', page.text)
            assert one, "a persona leads to its figures"
            assert (await browser.get("/figures/views.csv?table=said-none")).status == 404

    run(scenario)


def test_what_each_persona_did(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            library = await desk.publish()
            await desk.store.write(life)
            await desk.store.write(
                lambda tx: versions.serve(tx, "persona", "tester", 1, "lin", NOW)
            )
            await settle(desk)
            page = await browser.get("/figures/personas")
            file = await browser.get(f"/figures/personas.csv?{DAYS}")
            rows = list(csv.DictReader(io.StringIO(file.text.removeprefix("\ufeff"))))
            name = library.cast.scripts["tester"].persona.name
            tester = next(row for row in rows if row["Persona"] == name)
            report = await browser.get(f"/figures.csv?table=personas&{DAYS}")
            same = list(csv.DictReader(io.StringIO(report.text.removeprefix("\ufeff"))))
            twin = next(row for row in same if row["Persona"] == tester["Persona"])
            for mine, theirs in (("Talks", "Conversations"), ("Hand-offs", "Hand-offs")):
                assert tester[mine] == twin.get(theirs, tester[mine])
            assert int(tester["Answered"]) == sum(
                int(tester[by]) for by in ("by script", "by model", "by staff"))  # fmt: skip
            zone = desk.console.config.timezone
            today = days(local(NOW, zone).date(), 1, zone)
            closing = await desk.store.read(ledger.of_places, "account", today)
            friends = sum(one.closing for one in closing if one.place == "lin.xi")
            assert int(tester["Reaches"]) == friends > 10
            complaints = sum(int(row["Complaints"]) for row in rows)
            assert 0 < complaints < sum(int(row["Hand-offs"]) for row in rows)
            assert page.said("/circles/rows?kind=persona") and page.said("version 1 serves")

    run(scenario)
