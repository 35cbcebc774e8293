"""The governor over a database: what it reads, and the gate within the claim."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR, local
from bot.core.config import load_config
from bot.core.goods import Good
from bot.core.governing import Governing
from bot.core.model import Outbound, TapResult, TapStatus
from bot.core.policy import Verdict
from bot.library.cast import build
from bot.library.disk import read_disk
from bot.library.library import aliases
from bot.library.speech import Setting
from bot.store import audit, consent, outbox, people, retention, taps, turns
from bot.store import governor as facts
from bot.store.engine import Store, Tx
from bot.store.outbox import Batch, Receiver
from bot.store.versions import Edition
from bot.studio.parse import parse_files
from bot.studio.render import Shelf
from scheduler import admission, gate
from scheduler.governor import Ask, Ruling
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.making import (
    LEASE,
    WINDOW,
    answer,
    claim_turns,
    hear,
    listen,
    nothing_said,
    queue,
    said,
    task,
)
from tests.scenario.house import BRAND

T = NOW + 14 * HOUR  # a quarter past noon in Shanghai
NIGHT = NOW
KF, KF2 = "wkBANZHAN01", "wkBANZHAN02"
OPEN = Governing(trust_contacts=0, trust_days="0d", ratio=0)
LIN = "lin.xi"


@pytest.fixture(scope="module")
def brand() -> Iterator[Setting]:
    """What the brand of the tests publishes."""
    config = load_config(BRAND / "config.toml")
    editions = [Edition(kind=s.kind, name=s.name, version=1, digest="", files=s.files)
                for s in read_disk(config).sources]  # fmt: skip
    cast = build(editions, config.timezone, aliases(config))
    yield Setting(cast=cast, now=T, governing=OPEN)


def chat(
    number: int, peer: str = "wm1", *, account: str = KF, at: int = T, **more: Any
) -> Outbound:
    """A kf message that nobody asked for."""
    key = f"kf:{account}:{peer}"
    values: dict[str, Any] = {
        "kind": "care", "origin": "flow:care7:day1", "account": account, "conversation": key,
        "lane": f"{key}/bulk", "dedupe": f"flow/{peer}/{number}",
    }  # fmt: skip
    return answer(number, peer=peer, at=at, **(values | more))


def offer(number: int, peer: str = "wm1", **more: Any) -> Outbound:
    return chat(number, peer, kind="promo", origin="campaign:spring:1", **more)


def meets(db: Bench, peer: str = "wm1", *, at: int = T - HOUR, account: str = KF) -> None:
    """He writes to the persona and is answered: the kf window is open, nothing waits."""
    hear(db, replace(said(at=at, peer=peer, account=account), dedupe=f"{account}/{peer}/{at}"))
    for held in claim_turns(db, at, f"meets-{peer}-{at}"):
        db.write(outbox.note_said, replace(
            answer(at % 997, peer=peer, at=at + 1), state="sent", account=account, lane="",
            conversation=f"kf:{account}:{peer}"), at + 1)  # fmt: skip
        db.write(_done, held, at + 1)


def _done(tx: Tx, held: Any, now: int, **more: Any) -> None:
    turns.finish(tx, held, nothing_said(**more), now)


def door(setting: Setting) -> outbox.Gate:
    def rule(tx: Tx, rows: Sequence[Outbound], now: int) -> Mapping[int, Verdict]:
        return gate.gate(tx, replace(setting, now=now), rows)

    return rule


def leaves(db: Bench, setting: Setting, now: int = T, pool: str = "reply", n: int = 10) -> Batch:
    return db.write(outbox.claim, pool, now, f"L{now}", now + LEASE, n, WINDOW, gate=door(setting))


def sent(db: Bench, rows: Sequence[Outbound], now: int) -> None:
    for row in rows:
        db.write(outbox.finish, row, Verdict("sent", provider_id="p"), now)


def asks(db: Bench, setting: Setting, *, kind: Any = "promo", member: str = "wm1",
         channel: str = "kf", now: int = T, **more: Any) -> Ruling:  # fmt: skip
    ask = Ask(persona="tester", member=member, channel=channel, kind=kind, sells=kind == "promo",
              origin="campaign:spring:1", **more)  # fmt: skip
    [made] = db.read(admission.ask_all, replace(setting, now=now), [ask])
    return made


def rows(db: Bench) -> list[tuple[str, str]]:
    return [(r["state"], r["note"]) for r in db.look("SELECT state, note FROM outbox ORDER BY id")]


def test_what_is_known_of_a_member_is_read(db: Bench, brand: Setting) -> None:
    strict = replace(brand, governing=Governing())
    assert asks(db, strict).code == "unreachable"
    meets(db)
    assert asks(db, strict).code == "trust"
    meets(db, at=T + 2 * HOUR)
    meets(db, at=T + 4 * HOUR)
    assert asks(db, strict, now=T + 5 * HOUR).code == "", "three hours in which he was served"
    assert asks(db, strict, now=T + 9 * DAY).code == "unreachable", "the window is closed"
    db.write(consent.opt_out, "wm1", T)
    assert asks(db, brand).code == "opted_out"
    assert asks(db, brand, kind="care").answer == "yes"


def test_a_wish_for_fewer_lasts_over_all_accounts(db: Bench, brand: Setting) -> None:
    meets(db)
    meets(db, account=KF2)
    loose = replace(brand, governing=replace(OPEN, promo_week=9, promo_month=9, promo_day=9))
    db.write(consent.fewer, "wm1", T)
    assert asks(db, loose).answer == "yes"
    queue(db, offer(1, account=KF2), now=T)
    sent(db, leaves(db, loose).rows, T)
    held = asks(db, loose, now=T + DAY)
    assert (held.code, held.until) == ("fewer", T + 30 * DAY)


def test_open_questions_complaints_and_moods_are_seen(db: Bench, brand: Setting) -> None:
    meets(db)
    listen(db, at=T - 1)  # he wrote to another account, and nobody has answered yet
    assert asks(db, brand).code == "open_question"
    assert asks(db, brand, kind="care").answer == "yes"
    hear(db, said(5, at=T, account=KF))
    for held in claim_turns(db, T, "angry"):
        db.write(_done, held, T, waiting_since=T, waiting_for="x", waiting_why="complaint",
                 upset=True)  # fmt: skip
    assert asks(db, brand, kind="care").code == "open_complaint"
    looked = {one.code for one in asks(db, brand).looked if not one.holds}
    assert looked == {"open_complaint", "open_question", "mood"}


def test_a_friend_is_reached_by_a_task_and_others_are_not(db: Bench, brand: Setting) -> None:
    bulk = {"channel": "contact", "tap": True}
    db.write(people.befriend, "wm1", LIN, T - DAY)
    assert asks(db, brand, account=LIN, **bulk).answer == "yes"
    assert asks(db, brand, **bulk).answer == "yes"
    assert asks(db, brand, account="chen.mo", **bulk).code == "unreachable"
    assert asks(db, brand, member="wm2", **bulk).code == "unreachable"
    db.write(people.unfriend, "wm1", LIN, T, "member")
    assert asks(db, brand, **bulk).code == "unreachable"


def test_the_cap_counts_all_accounts_and_what_is_on_its_way(db: Bench, brand: Setting) -> None:
    meets(db)
    meets(db, account=KF2)
    queue(db, chat(1), chat(2, account=KF2), now=T)
    assert asks(db, brand, kind="care").code == "cap_day"
    [first] = db.look("SELECT MIN(id) AS id FROM outbox")
    assert asks(db, brand, kind="care").until == T + DAY
    ask = Ask(persona="tester", member="wm1", channel="kf", kind="care", origin="flow:a:b",
              sells=False)  # fmt: skip
    leaving = frozenset([first["id"]])
    [made] = db.read(admission.ask_all, brand, [ask], leaving=leaving)
    assert made.answer == "yes", "a message that is taken back makes room"


def test_what_arrived_counts_from_when_it_did(db: Bench, brand: Setting) -> None:
    """A task is decided on Monday and tapped on Tuesday."""
    db.write(people.befriend, "wm1", LIN, T - DAY)
    db.write(outbox.enqueue, task(1, at=T), T, [Receiver("wm1", "wm1")])
    [row] = leaves(db, brand, pool="bulk").rows
    db.write(outbox.finish, row, Verdict("human", provider_id="t1", retry_at=T), T)
    tapped = T + 22 * HOUR
    [held] = db.write(taps.due, tapped, 60_000)
    db.write(taps.report, held, TapStatus(done=True, results=(
        TapResult(peer="wm1", ok=True, at=tapped - 5),)), tapped)  # fmt: skip
    assert db.look("SELECT sent_at, status FROM replies") == [
        {"sent_at": tapped - 5, "status": "sent"}]  # fmt: skip
    one = replace(brand, governing=replace(OPEN, day=1))
    made = asks(db, one, kind="care", channel="contact", now=tapped)
    assert (made.code, made.until) == ("cap_day", tapped - 5 + DAY)


def test_what_failed_counts_nothing_and_what_is_unsure_counts(db: Bench, brand: Setting) -> None:
    meets(db)
    one = replace(brand, governing=replace(OPEN, day=1))
    for number, event in ((1, "never"), (2, "unsure")):
        queue(db, chat(number, at=T + number), now=T)
        [row] = leaves(db, one, T + number).rows
        db.write(outbox.finish, row, Verdict(event), T + number)
        assert asks(db, one, kind="care", now=T + 9).code == ("" if event == "never" else "cap_day")


def test_a_row_of_the_night_waits_for_the_morning(db: Bench, brand: Setting) -> None:
    meets(db, at=NIGHT - HOUR)
    queue(db, chat(1, at=NIGHT), now=NIGHT)
    batch = leaves(db, brand, NIGHT)
    [row] = db.look("SELECT state, retry_at, attempts FROM outbox")
    assert (batch.rows, row["state"], row["attempts"]) == ([], "ready", 0)
    assert local(row["retry_at"], "Asia/Shanghai").strftime("%d %H:%M:%S") == "22 08:30:00"
    assert db.look("SELECT status, note FROM replies WHERE outbox > 0") == [
        {"status": "queued", "note": "quiet_hours"}]  # fmt: skip
    [trail] = [r for r in db.read(audit.history, "outbox", 1) if r["event"] == "pace"]
    assert trail["reason"] == "quiet_hours"
    assert len(leaves(db, brand, row["retry_at"]).rows) == 1


def test_a_row_that_may_never_leave_is_cancelled_with_its_code(db: Bench, brand: Setting) -> None:
    meets(db)
    queue(db, chat(1), offer(2), now=T)
    strict = replace(brand, governing=Governing())
    [care] = leaves(db, strict).rows
    assert rows(db) == [("sending", ""), ("ready", "")], "the lane is in order"
    sent(db, [care], T)
    assert leaves(db, strict, T + 1).rows == []
    assert rows(db)[1] == ("cancelled", "trust"), "a week is too long to stand before others"
    assert db.read(facts.refusals, "2026-09-22", "2026-09-22") == [
        facts.Refused("2026-09-22", "tester", "campaign:spring", "later", "trust", 1)]  # fmt: skip


def test_of_two_for_one_member_at_one_moment_one_leaves(db: Bench, brand: Setting) -> None:
    """Two accounts of the persona, one batch: the second sees the first."""
    meets(db)
    meets(db, account=KF2)
    queue(db, offer(1), offer(2, account=KF2), now=T)
    assert [row.account for row in leaves(db, brand).rows] == [KF]
    assert rows(db) == [("sending", ""), ("cancelled", "cap_week")]


def test_what_has_not_left_holds_back_nothing_at_the_door(db: Bench, brand: Setting) -> None:
    """Else of three that are planned for one day none would ever leave."""
    meets(db)
    queue(db, *(chat(number, at=T + number) for number in range(3)), now=T)
    for number in range(3):
        sent(db, leaves(db, brand, T + number).rows, T + number)
    assert [state for state, _ in rows(db)] == ["sent", "sent", "ready"]


def test_who_may_not_get_it_is_taken_off_a_task(db: Bench, brand: Setting) -> None:
    for number in (1, 2, 3):
        db.write(people.befriend, f"wm{number}", LIN, T - DAY)
    both = [Receiver(f"wm{number}", f"wm{number}") for number in (1, 2, 3, 4)]
    db.write(outbox.enqueue, task(1, at=T, kind="promo", origin="campaign:a:1"), T, both)
    db.write(consent.opt_out, "wm2", T)
    meets(db, "wm3")
    hear(db, said(7, at=T, peer="wm3", account=KF))
    assert len(leaves(db, brand, pool="bulk").rows) == 1
    found = {r["peer"]: (r["status"], r["note"])
             for r in db.look("SELECT * FROM replies WHERE outbox > 0")}  # fmt: skip
    assert found.pop("wm2")[0] == "cancelled"
    assert found == {"wm1": ("queued", ""), "wm3": ("cancelled", "open_question"),
                     "wm4": ("cancelled", "unreachable")}  # fmt: skip


def test_a_task_for_nobody_is_cancelled_and_one_of_the_night_waits(
    db: Bench, brand: Setting
) -> None:
    db.write(people.befriend, "wm1", LIN, NIGHT - DAY)
    for number, peer in ((1, "wm1"), (2, "wm9")):
        made = task(number, at=NIGHT, lane=str(number), expires_at=NIGHT + 2 * DAY)
        db.write(outbox.enqueue, made, NIGHT, [Receiver(peer, peer)])
    assert leaves(db, brand, NIGHT, "bulk").rows == []
    assert rows(db) == [("ready", ""), ("cancelled", "unreachable")]
    [first] = db.look("SELECT retry_at FROM outbox WHERE state = 'ready'")
    assert len(leaves(db, brand, first["retry_at"], "bulk").rows) == 1


def test_a_row_that_would_wait_beyond_its_end_is_cancelled(db: Bench, brand: Setting) -> None:
    meets(db, at=NIGHT - HOUR)
    queue(db, chat(1, at=NIGHT, expires_at=NIGHT + 3 * HOUR), now=NIGHT)
    leaves(db, brand, NIGHT)
    assert rows(db) == [("cancelled", "quiet_hours")]


def test_answers_and_welcomes_pass_at_any_hour(db: Bench, brand: Setting) -> None:
    meets(db, at=NIGHT - HOUR)
    queue(db, answer(1, at=NIGHT, account=KF, conversation=f"kf:{KF}:wm1"),
          answer(2, at=NIGHT, kind="welcome", lane="w", conversation=""), now=NIGHT)  # fmt: skip
    assert len(leaves(db, brand, NIGHT).rows) == 2


def test_bulk_messages_of_colleagues_use_up_the_month(db: Bench, brand: Setting) -> None:
    db.write(people.befriend, "wm1", LIN, T - DAY)
    two = replace(brand, governing=replace(OPEN, platform_month=2))
    bulk = {"channel": "contact", "account": LIN, "kind": "care"}
    before = T - 30 * DAY
    db.write(facts.add_own, "m1", LIN, {"wm1": T - HOUR, "wm2": T})
    db.write(facts.add_own, "m0", LIN, {"wm1": before})
    db.write(facts.add_own, "m1", LIN, {"wm1": T - HOUR})
    assert asks(db, two, **bulk).answer == "yes"
    db.write(facts.add_own, "m2", LIN, {"wm1": T - 2})
    made = asks(db, two, **bulk)
    assert made.code == "quota_month" and made.until is not None
    assert asks(db, two, kind="care", channel="").answer == "yes", "by kf it might still go"
    db.write(retention.leftovers, T + 40 * DAY)
    assert db.look("SELECT DISTINCT id FROM own_bulk ORDER BY id") == [{"id": "m1"}, {"id": "m2"}]


def test_the_zone_of_a_member_decides_when_it_is_night(db: Bench, brand: Setting) -> None:
    meets(db, at=NIGHT - HOUR)
    db.write(people.ensure_member, "wm1", NIGHT)
    assert asks(db, brand, now=NIGHT).code == "quiet_hours"
    db.write(lambda tx: tx.run("member_zone", id="wm1", zone="Europe/London"))
    assert asks(db, brand, now=NIGHT).answer == "yes"


def test_posts_are_counted_once_whatever_the_number_of_accounts(db: Bench, brand: Setting) -> None:
    def post(number: int, account: str, at: int, content: str = "groups/weekly") -> None:
        made = task(number, at=at, kind="group_post", channel="group", account=account,
                    lane=f"{number}", content=content, content_version=1,
                    origin=f"campaign:e{at}:1", persona="tester")  # fmt: skip
        db.write(outbox.enqueue, made, at, [Receiver(f"wr{number}")])

    ask = admission.ask_feed
    assert db.read(ask, brand, "tester", "group_post").answer == "yes"
    post(1, LIN, T - HOUR)
    post(2, "chen.mo", T - HOUR)
    assert db.read(ask, brand, "tester", "group_post").answer == "yes"
    post(3, LIN, T - 2)
    assert db.read(ask, brand, "tester", "group_post").code == "cap_day"
    assert db.read(ask, brand, "second", "group_post").answer == "yes"
    assert db.read(ask, brand, "tester", "moment").answer == "yes"
    assert db.read(ask, brand, "nobody", "moment").code == "persona_dates"


def test_a_post_to_groups_waits_for_the_morning_and_a_moment_does_not(
    db: Bench, brand: Setting
) -> None:
    for channel, kind in (("group", "group_post"), ("moment", "moment")):
        post = task(1, at=NIGHT, kind=kind, channel=channel, lane=channel, dedupe=channel,
                    origin="campaign:weekly:1")  # fmt: skip
        db.write(outbox.enqueue, post, NIGHT, [Receiver("wr1")])
    assert [row.channel for row in leaves(db, brand, NIGHT, "bulk").rows] == ["moment"]
    assert rows(db) == [("ready", ""), ("sending", "")]
    gone = task(2, at=T, kind="moment", channel="moment", lane="x", persona="nobody")
    db.write(outbox.enqueue, gone, T, [Receiver(LIN)])
    leaves(db, brand, T, "bulk")
    assert rows(db)[2] == ("cancelled", "persona_dates")


def test_what_is_not_published_any_more_does_not_leave(db: Bench, brand: Setting) -> None:
    meets(db)
    queue(db, chat(1, content="care/day1", content_version=1), now=T)
    sent(db, leaves(db, brand).rows, T)
    queue(db, chat(2, content="care/gone", content_version=1), now=T)
    leaves(db, brand, T + 1)
    assert rows(db) == [("sent", ""), ("cancelled", "content_withheld")]
    ended = replace(
        brand, cast=replace(brand.cast, withheld={"care/day1": "consent c1 was revoked"})
    )
    assert asks(db, ended, kind="care", content="care/day1").code == "consent"


def test_kind_words_with_a_price_are_an_offer(db: Bench, brand: Setting) -> None:
    """Whatever it is called, it is asked like one, and counts like one."""
    meets(db)
    files = {"day9.j2": '+++\ntitle = "九日"\n+++\n晨雾绿茶今天 58 元，想喝就说。\n'}
    shelf = Shelf.of([*brand.cast.shelf.templates.values(), parse_files("care/day9", files)])
    goods = (Good(sku="T1", name="晨雾绿茶 50克", price=Decimal(58)),)
    sly = replace(brand, cast=replace(brand.cast, shelf=shelf, goods=goods))
    assert asks(db, sly, kind="care", content="care/day9").answer == "yes"
    queue(db, chat(1, content="care/day9", content_version=1), now=T)
    sent(db, leaves(db, sly).rows, T)
    assert asks(db, sly).code == "cap_week", "one offer a week"
    assert asks(db, sly, kind="care").answer == "yes"
    db.write(consent.opt_out, "wm1", T)
    assert asks(db, sly, kind="care", content="care/day9").code == "opted_out"


def test_a_page_is_read_in_as_many_queries_as_one_member(db: Bench, brand: Setting) -> None:
    members = [f"wm{number}" for number in range(40)]
    for number, member in enumerate(members):
        db.write(people.befriend, member, LIN, T - number * DAY)
        old = offer(number, member, at=T - number * DAY, conversation="", state="sent")
        db.write(outbox.note_said, old, T - number * DAY)

    def counted(tx: Tx, n: int) -> int:
        told = Counting(tx)
        page = [
            Ask(
                persona="tester",
                member=member,
                channel="contact",
                kind="promo",
                origin="campaign:a:1",
                sells=True,
                tap=True,
            )
            for member in members[:n]
        ]
        made = admission.ask_all(told, replace(brand, governing=Governing()), page)
        assert len(made) == n
        return told.queries

    few, many = db.read(counted, 2), db.read(counted, 40)
    assert few <= many <= 12, "service is looked up by weeks: at most five times"


class Counting:
    """A transaction that counts what is asked of it."""

    def __init__(self, tx: Tx) -> None:
        self._tx, self.queries = tx, 0

    def rows(self, query: Any, **params: Any) -> Any:
        self.queries += 1
        return self._tx.rows(query, **params)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)


def test_two_processes_rule_one_after_the_other(
    pg: PostgresBench, other: Store, brand: Setting
) -> None:
    """Both have claimed an offer to one member; whoever rules second sees what the first let go."""
    meets(pg)
    meets(pg, account=KF2)
    queue(pg, offer(1), offer(2, account=KF2), now=T)
    ruled, begun = threading.Event(), threading.Event()

    def first(tx: Tx) -> Batch:
        made = outbox.claim(tx, "reply", T, "A", T + LEASE, 1, WINDOW, gate=door(brand))
        ruled.set()
        assert begun.wait(20)
        for _ in range(2_000):
            if waits() or second_done.is_set():
                break
        return made

    def waits() -> bool:
        return bool(pg.look("SELECT 1 FROM pg_locks WHERE NOT granted"))

    def second(tx: Tx) -> Batch:
        assert ruled.wait(20)
        begun.set()
        made = outbox.claim(tx, "reply", T, "B", T + LEASE, 1, WINDOW, gate=door(brand))
        second_done.set()
        return made

    second_done = threading.Event()

    async def both() -> list[Batch]:
        return list(await asyncio.gather(pg.store.write(first), other.write(second)))

    one, two = asyncio.run(both())
    assert (len(one.rows), len(two.rows)) == (1, 0)
    assert sorted(state for state, _ in rows(pg)) == ["cancelled", "sending"]
