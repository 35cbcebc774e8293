"""What became of what was planned, on both engines."""

from __future__ import annotations

from bot.core.body import Text
from bot.core.model import Outbound
from bot.core.policy import Verdict
from bot.store import outbox, plan, schedule
from bot.store.engine import Tx
from bot.store.outbox import Receiver
from bot.store.plan import Occurred
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim

HOUR = 3_600_000
ORIGIN = "campaign:table/a:20261125T2000"


def _entry(tx: Tx, name: str, at: int) -> None:
    schedule.add_due(tx, f"calendar/{name}/{at}", "calendar", at, {"entry": name, "at": at})


def test_entries_of_the_days_that_are_asked_for_and_what_became_of_each(db: Bench) -> None:
    def fill(tx: Tx) -> None:
        for n, name in enumerate(("done", "late", "a/b", "wait", "before")):
            _entry(tx, name, NOW + n * HOUR if name != "before" else NOW - 1)
        schedule.add_due(tx, "flow/1/day1", "flow", NOW, {})
        rows = {row["key"].split("/")[1]: row for row in schedule.take_due(tx, NOW + 9 * HOUR)}
        schedule.done_all(tx, [rows["done"]["id"]], NOW, "finish", "")
        schedule.done_all(tx, [rows["late"]["id"]], NOW, "skip", "more than 2h late")
        schedule.put_off(tx, [(rows["wait"]["id"], NOW + 5 * HOUR, "quiet_hours")])

    db.write(fill)
    found = db.read(plan.occurred, NOW, NOW + 6 * HOUR)
    assert [(one.entry, one.state, one.note) for one in found] == [
        ("done", "done", ""), ("late", "skipped", "more than 2h late"), ("a/b", "waiting", ""),
        ("wait", "waiting", "quiet_hours"),
    ]  # fmt: skip
    assert found[3] == Occurred(entry="wait", planned=NOW + 3 * HOUR, at=NOW + 5 * HOUR,
                                state="waiting", note="quiet_hours")  # fmt: skip
    assert not db.read(plan.occurred, NOW + 6 * HOUR, NOW + 7 * HOUR)


def _post(account: str) -> Outbound:
    return Outbound(
        lane=f"group:{account}/bulk", pool="bulk", channel="group", account=account, peer=account,
        kind="group_post", body=Text("晒茶席"), origin=ORIGIN, persona="xiaozhan", persona_version=1,
        content="groups/table", content_version=1, operator=account, dedupe=f"{ORIGIN}/{account}",
        send_at=NOW, retry_at=NOW, expires_at=NOW + HOUR,
    )  # fmt: skip


def test_a_post_is_one_line_with_how_far_it_came(db: Bench) -> None:
    def fill(tx: Tx) -> None:
        outbox.enqueue(tx, _post("lin"), NOW, [Receiver("a"), Receiver("b")])
        outbox.enqueue(tx, _post("gu"), NOW + 1, [Receiver("c")])

    db.write(fill)
    first, second = claim(db, NOW + 1, pool="bulk")
    db.write(outbox.finish, first, Verdict("sent"), NOW + 2)
    db.write(outbox.finish, second, Verdict("expire", note="too late"), NOW + 2)
    [post] = db.read(plan.posted, NOW, NOW + 10)
    assert (post.origin, post.at, post.total) == (ORIGIN, NOW, 3)
    assert (post.sent, post.waits, post.unsure) == (2, 0, 0)
