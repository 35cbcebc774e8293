"""Members on their way through flows: what begins one, what is left out and why, how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.body import Text
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.contacts import Tag, TagGroup
from bot.library.cast import Cast
from bot.library.speech import Setting
from bot.members.orders import Report
from bot.store import (
    audit,
    codes,
    consent,
    contacts,
    correcting,
    flows,
    happened,
    orders,
    outbox,
    people,
    schedule,
    versions,
)
from bot.store.engine import Tx
from bot.store.flows import Begun
from scheduler.begin import begin
from scheduler.outlook import outlook, taps
from scheduler.tick import tick
from scheduler.versions import move
from tests.contract import publishing
from tests.contract.casting import serving
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, hear, said
from tests.contract.test_content_desk import CONFIG, Desk

MORNING = NOW + 11 * HOUR + 46 * MINUTE + 40_000  # 10:00 in Shanghai, a Tuesday

STEP = """
[[step]]
id = "{id}"
day = {day}
at = "{at}"
template = "care/day1"
via = ["kf", "bulk"]
{more}
"""


def step(name: str, day: int = 1, at: str = "10:00", more: str = "") -> str:
    return STEP.format(id=name, day=day, at=at, more=more)


class World:
    """The sample brand with flows of its own, and the tick in the place of a process."""

    def __init__(self, db: Bench) -> None:
        self.db, self.now = db, MORNING
        Desk(db)
        self.pool = 0
        self.cast: Cast | None = None

    def publish(self, name: str, head: str, *steps: str) -> int:
        source = f'id = "{name}"\n{head}\n{"".join(steps)}'
        self.cast = None
        version, _ = self.db.write(publishing.publish, "flow", name, {f"{name}.toml": source}, "disk",
                                   self.now)  # fmt: skip
        return version

    @property
    def setting(self) -> Setting:
        if self.cast is None:
            self.cast = serving(self.db, CONFIG.timezone)
        return Setting(cast=self.cast, now=self.now, pool=self.pool)

    def tick(self, later: int = 0) -> None:
        self.now += later
        setting = self.setting
        while self.db.write(tick, setting).more or (self.due_now() <= self.now):
            pass

    def due_now(self) -> int:
        found = self.db.read(schedule.next_due)
        return self.now + 1 if found is None else found

    def friend(self, member: str, account: str = "lin.xi", at: int | None = None) -> None:
        self.db.write(people.ensure_member, member, self.now)
        self.db.write(people.befriend, member, account, self.now if at is None else at)

    def begin(self, event: str, member: str, key: str = "1", **more: Any) -> int:
        return self.db.write(begin, self.setting, event, member, "tester", "lin.xi", key, self.now,
                             **more)  # fmt: skip

    def steps(self, flow: str = "") -> dict[tuple[str, str], tuple[str, str]]:
        rows = self.db.look("SELECT r.member, r.flow, d.step, d.state, d.note FROM due d"
                            " JOIN flow_run r ON r.id = d.run ORDER BY d.id")  # fmt: skip
        return {(r["member"], r["step"]): (r["state"], r["note"]) for r in rows
                if flow in ("", r["flow"])}  # fmt: skip

    def runs(self, flow: str) -> dict[str, str]:
        rows = self.db.look("SELECT member, state, note, flow FROM flow_run ORDER BY id")
        return {r["member"]: f"{r['state']} {r['note']}".strip() for r in rows if r["flow"] == flow}

    def tasks(self) -> list[list[str]]:
        rows = self.db.look("SELECT outbox, member FROM replies WHERE channel = 'contact'"
                            " ORDER BY outbox, member")  # fmt: skip
        found: dict[int, list[str]] = {}
        for row in rows:
            found.setdefault(row["outbox"], []).append(row["member"])
        return list(found.values())


@pytest.fixture
def world(db: Bench) -> World:
    return World(db)


def test_a_happening_begins_what_waits_for_it_once(world: World) -> None:
    world.publish("care", 'trigger = "order"\nonce = "event"', step("a"))
    world.publish("first", 'trigger = "order_first"', step("a"))
    world.friend("wm1")
    tell = world.db.write
    assert tell(happened.tell, "order", "o1", "wm1", world.now) is True
    assert tell(happened.tell, "order", "o1", "wm1", world.now) is False
    world.tick()
    assert tell(happened.tell, "order", "o2", "wm1", world.now + 5) is True
    world.tick(10)
    counts = world.db.read(flows.counts)
    assert (counts["care"], counts["first"]) == ({"running": (2, 0)}, {"running": (1, 0)})
    causes = {row["cause"] for row in world.db.look("SELECT cause FROM flow_run")}
    assert causes == {"order/o1", "order/o2", "order_first/o1"}


def test_nobody_waits_for_it_and_the_plan_says_so(world: World) -> None:
    world.db.write(happened.tell, "level_reached", "l1", "wm1", world.now, which="满室")
    world.tick()
    [row] = world.db.look("SELECT id, state, note FROM due WHERE kind = 'happened'")
    assert (row["state"], row["note"]) == ("skipped", "no flow begins with it")
    [trail] = world.db.read(audit.history, "due", row["id"])
    assert (trail["event"], trail["before"], trail["after"]) == ("skip", "waiting", "skipped")


def test_a_new_tag_and_a_closed_complaint_are_told(world: World) -> None:
    world.publish("tagged", 'trigger = "tag_added:常客"', step("a"))
    world.publish("sorry", 'trigger = "complaint_closed"\nonce = "event"', step("a"))
    world.friend("wm1")
    group = TagGroup(id="g", name="客", sort=0, tags=(Tag(id="t1", name="常客"),
                                                     Tag(id="t2", name="生客")))  # fmt: skip
    world.db.write(contacts.put_tags, [group])
    for tags in (["t1", "t2"], ["t1"]):
        world.db.write(contacts.mark, "lin.xi", "wm1", tags, [], world.now)
    talk = {"id": "kf:wk:wm1", "complaint_at": 7, "member": "wm1", "account": "wkBANZHAN01",
            "persona": "tester"}  # fmt: skip
    world.db.write(happened.complaint_closed, talk, world.now)
    world.db.write(happened.complaint_closed, talk | {"complaint_at": None}, world.now)
    world.tick()
    assert (world.runs("tagged"), world.runs("sorry")) == ({"wm1": "running"}, {"wm1": "running"})
    names = {(r["event"], r["which"]) for r in world.db.look("SELECT event, which FROM happening")}
    assert names == {("tag_added", "常客"), ("tag_added", "生客"), ("complaint_closed", "")}


def test_equal_steps_wait_for_each_other_and_cost_one_tap(world: World) -> None:
    world.publish("care", 'trigger = "order"', step("a"))
    world.pool = 2 * HOUR
    for member, later in (("wm1", 0), ("wm2", 20 * MINUTE), ("wm3", 60 * MINUTE)):
        world.friend(member)
        world.now += later
        world.begin("order", member)
    world.now = MORNING
    shown = outlook(world.setting.cast, MORNING, MORNING + 3 * DAY,
                    world.db.read(flows.ahead, MORNING, MORNING + 3 * DAY))  # fmt: skip
    mine = [slot for slot in shown if slot.id == "care"]
    assert [(slot.members, slot.taps) for slot in mine] == [(3, {"lin.xi": 1})]
    assert taps(mine) == {"lin.xi": 1}
    world.tick(DAY)
    assert world.tasks() == []
    world.tick(2 * HOUR - MINUTE)
    assert world.tasks() == []
    world.tick(MINUTE)
    assert world.tasks() == [["wm1", "wm2", "wm3"]]
    assert set(world.runs("care").values()) == {"done"}


def write(world: World, text: str, member: str = "wm1", number: int = 1) -> None:
    """The member says something in a kf chat of the persona."""
    hear(world.db, said(number, at=world.now, peer=member, account="wkBANZHAN01", text=text))


def test_a_step_to_one_person_knows_him_and_one_for_many_does_not(world: World) -> None:
    text = (
        '+++\ntitle = "t"\ngenre = "story"\norigin = "BGC"\n'
        '[vars.name]\nsource = "member.name"\nsample = "周"\nfallback = "你"\n'
        '[vars.taste]\nsource = "fact.taste"\nsample = "绿茶"\nfallback = "茶"\n'
        '[vars.code]\nsource = "member.invite_code"\nsample = "E38HW7"\nfallback = ""\n+++\n'
        "{{ name }}的{{ taste }}。{% if code %}邀请码：{{ code }}{% endif %}"
    )
    world.db.write(
        publishing.publish, "template", "care/day1", {"day1.j2": text}, "disk", world.now
    )
    world.publish("care", 'trigger = "order"', step("a"))
    for member in ("wm1", "wm2", "wm3"):
        world.friend(member)
        world.db.write(people.ensure_member, member, world.now, "小周")
        world.db.write(correcting.correct, member, "taste", "红茶", world.now, "wu")
        world.begin("order", member)
    world.db.write(correcting.consent, "wm3", "personal", False, world.now, "wu")
    world.now += 20 * HOUR
    write(world, "在吗", "wm1", 1)
    write(world, "在吗", "wm3", 2)
    world.tick(4 * HOUR)
    rows = world.db.look("SELECT peer, channel, text FROM replies ORDER BY peer")
    mine = world.db.read(codes.own, ["wm1", "wm2", "wm3"])
    assert [(row["channel"], row["text"]) for row in rows] == [
        ("kf", f"小周的红茶。邀请码：{mine['wm1']}"), ("contact", "你的茶。"),
        ("kf", f"小周的茶。邀请码：{mine['wm3']}")]  # fmt: skip
    assert "wm2" not in mine and mine["wm1"] != mine["wm3"], "only who is told of it gets one"


def buy(world: World, order: str, member: str = "wm1", at: int | None = None) -> None:
    """A shop tells of an order, at once."""
    bought = Report(order=order, member=member, at=world.now if at is None else at, amount=12_000,
                    category="绿茶")  # fmt: skip
    world.db.write(orders.take, [bought], "api", world.now)


def test_orders_begin_flows_and_the_first_is_the_oldest_known(world: World) -> None:
    world.publish("care", 'trigger = "order:绿茶"\nonce = "event"', step("a"))
    world.publish("first", 'trigger = "order_first"', step("a"))
    for member in ("wm1", "wm2"):
        world.friend(member)
    buy(world, "old", "wm1", world.now - 90 * DAY)
    buy(world, "o1", "wm1")
    buy(world, "o2", "wm2")
    world.tick()
    assert (world.runs("care"), world.runs("first")) == (
        {"wm1": "running", "wm2": "running"}, {"wm2": "running"})  # fmt: skip


@pytest.mark.parametrize(
    ("more", "act", "expected"),
    [
        ('unless = ["replied"]', lambda w: write(w, "在吗"), "unless: replied"),
        ('unless = ["bought"]', lambda w: buy(w, "o"), "unless: bought"),
        ('unless = ["opted_out"]', lambda w: w.db.write(consent.opt_out, "wm1", w.now),
         "unless: opted_out"),
        ('answer = "苦|涩"', lambda w: write(w, "有点酸"), "answer: nothing like 苦|涩"),
        ('when = "推广:否"', lambda w: None, "when: not of 推广:否"),
    ],
)  # fmt: skip
def test_a_step_is_left_out_with_the_reason(
    world: World, more: str, act: Callable[[World], None], expected: str
) -> None:
    world.publish("care", 'trigger = "tag_added:x"', step("a", day=4, more=more))
    for member in ("wm1", "wm2"):
        world.friend(member)
        world.begin("tag_added", member, which="x")
    world.now += MINUTE
    act(world)
    world.tick(4 * DAY)
    state = world.steps("care")
    assert state["wm1", "a"] == ("skipped", expected)
    both = more.startswith(("answer", "when"))
    assert state["wm2", "a"] == (("skipped", expected) if both else ("done", ""))


def test_an_answer_opens_its_own_step(world: World) -> None:
    world.publish("care", 'trigger = "order"', step("fix", day=4, more='answer = "苦|涩"'),
                  step("keep", day=4, more='unless = ["wrote:苦|涩"]'))  # fmt: skip
    world.friend("wm1")
    world.begin("order", "wm1")
    world.now += MINUTE
    write(world, "这一罐有點苦澀")
    world.tick(4 * DAY)
    assert world.steps("care") == {("wm1", "fix"): ("done", ""),
                                   ("wm1", "keep"): ("skipped", "unless: wrote:苦|涩")}  # fmt: skip


def test_a_goal_ends_the_flow_and_gives_up_the_rest(world: World) -> None:
    world.publish("care", 'trigger = "tag_added:x"\ngoal = "replied"', step("a", day=4),
                  step("b", day=6))  # fmt: skip
    world.friend("wm1")
    world.begin("tag_added", "wm1", which="x")
    world.now += MINUTE
    write(world, "来啦")
    world.tick(4 * DAY)
    assert world.steps("care") == {("wm1", "a"): ("skipped", "goal: replied"),
                                   ("wm1", "b"): ("dropped", "goal: replied")}  # fmt: skip
    assert world.runs("care") == {"wm1": "done goal: replied"}
    assert world.db.read(flows.counts)["care"] == {"done": (1, 1)}


def test_the_held_out_get_nothing_and_are_measured(world: World) -> None:
    world.publish("care", 'trigger = "tag_added:x"\ngoal = "replied"\nholdout = 0.5',
                  step("a", day=2))  # fmt: skip
    people_ = [f"wm{n}" for n in range(12)]
    for member in people_:
        world.friend(member)
        world.begin("tag_added", member, which="x")
    runs = world.runs("care")
    held = {member for member, state in runs.items() if state == "control"}
    assert 0 < len(held) < 12
    assert {member for member, _ in world.steps("care")} == set(people_) - held
    world.now += MINUTE
    write(world, "好", member=min(held))
    world.tick()
    world.tick(DAY)
    assert world.db.read(flows.counts)["care"]["control"] == (len(held), 1)


def test_an_opt_out_stops_a_flow_that_only_promotes(world: World) -> None:
    good = world.db.read(versions.newest, "template", "care/day1")
    assert good is not None
    world.db.write(publishing.publish, "template", "promos/a", {"a.j2": good.files["day1.j2"]},
                   "disk", world.now)  # fmt: skip
    promo = [step(name, day).replace("care/day1", "promos/a") for name, day in (("a", 2), ("b", 3))]
    world.publish("sell", 'trigger = "order"', *promo)
    world.publish("mixed", 'trigger = "order"', promo[0], step("c", day=5))
    world.friend("wm1")
    world.begin("order", "wm1")
    world.db.write(consent.opt_out, "wm1", world.now)
    world.tick(2 * DAY)
    assert world.runs("sell") == {"wm1": "stopped opted_out"}
    assert world.steps("sell") == {("wm1", "a"): ("skipped", "opted_out"),
                                   ("wm1", "b"): ("dropped", "opted_out")}  # fmt: skip
    assert world.steps("mixed")["wm1", "c"] == ("waiting", "")


def test_what_the_governor_puts_off_waits_with_its_code_and_goes_when_it_may(world: World) -> None:
    world.publish("night", 'trigger = "order"', step("a", at="23:30"))
    world.publish("stale", 'trigger = "order"', step("a", at="23:30", more='late = "1h"'))
    world.friend("wm1")
    world.begin("order", "wm1")
    world.tick(DAY + 13 * HOUR + 30 * MINUTE)
    assert world.steps("night") == {("wm1", "a"): ("waiting", "quiet_hours")}
    assert world.steps("stale") == {("wm1", "a"): ("skipped", "quiet_hours")}
    assert world.runs("stale") == {"wm1": "done"}
    world.tick(9 * HOUR)
    assert world.steps("night") == {("wm1", "a"): ("done", "")}
    assert world.tasks() == [["wm1"]]
    sums = world.db.look("SELECT origin, answer, code, n FROM refusal ORDER BY origin")
    assert [(r["origin"], r["code"]) for r in sums] == [
        ("flow:night", "quiet_hours"), ("flow:stale", "quiet_hours")]  # fmt: skip


def test_several_steps_of_one_page_do_not_slip_past_a_cap_together(world: World) -> None:
    """Two flows have words for him at the same minute; kf counts what is queued."""
    for name in ("one", "two", "three"):
        world.publish(name, 'trigger = "order"', step("a", at="10:00"))
    world.friend("wm1")
    world.begin("order", "wm1")
    world.now += DAY - MINUTE
    write(world, "在吗")
    world.db.write(outbox.enqueue, answer(1, peer="wm1", at=world.now, account="wkBANZHAN01",
                                          body=Text("在")), world.now)  # fmt: skip
    world.now += MINUTE
    world.tick()
    done = [key for key, (state, _) in world.steps().items() if state == "done"]
    assert len(done) <= 2, "at most two a day"


def test_members_keep_their_version_unless_they_are_moved(world: World) -> None:
    old = world.publish("care", 'trigger = "order"', step("a", day=2), step("b", day=4))
    for member in ("wm1", "wm2"):
        world.friend(member)
        world.begin("order", member)
    new = world.publish("care", 'trigger = "order"', step("b", day=4), step("c", day=5))
    assert (old, new) == (1, 2)
    [page] = world.db.read(lambda tx: list(flows.running(tx, "care")))
    run = next(row for row in page if row["member"] == "wm2")
    serving = next(flow for flow in world.setting.cast.flows if flow.id == "care")
    assert world.db.write(move, run, serving, world.now, "wu") is True
    assert world.db.write(move, run | {"flow_version": 2}, serving, world.now, "wu") is False
    world.tick(2 * DAY)
    assert world.steps("care") == {
        ("wm1", "a"): ("done", ""), ("wm1", "b"): ("waiting", ""),
        ("wm2", "a"): ("dropped", "not in v2"), ("wm2", "b"): ("waiting", ""),
        ("wm2", "c"): ("waiting", "")}  # fmt: skip
    assert [r["event"] for r in world.db.read(audit.history, "flow_run", run["id"])] == ["move"]
    world.publish("care", 'trigger = "order"\nmove = true', step("c", day=5))
    world.tick(2 * DAY)
    assert world.steps("care")["wm1", "b"][0] == "dropped"


def test_a_sweep_finds_birthdays_festivals_and_the_silent(world: World) -> None:
    now = step("a", day=0)
    world.publish("birthday", 'trigger = "birthday"\nonce = "year"', now)
    world.publish("moon", 'trigger = "festival:中秋节-2d"\nonce = "year"', now)
    world.publish("silent", 'trigger = "silent:60d"\nonce = "event"', now)
    for n in range(1, 5):
        world.friend(f"wm{n}", at=world.now - 200 * DAY)
    world.friend("wm5", at=world.now - 61 * DAY)

    def remember(tx: Tx) -> None:
        for member, birthday in (("wm1", "09-23"), ("wm2", "1996-09-23"), ("wm3", "09-24")):
            correcting.correct(tx, member, "birthday", birthday, world.now, "wu")

    world.db.write(remember)
    for member, days in (("wm3", 59.5), ("wm4", 80)):
        hear(world.db, said(1, at=int(world.now - days * DAY), peer=member,
                            account="wkBANZHAN01"))  # fmt: skip
    world.tick()
    world.tick(DAY)  # 2026-09-23; the moon is full on the 25th
    assert set(world.runs("birthday")) == {"wm1", "wm2"}
    assert set(world.runs("moon")) == {"wm1", "wm2", "wm3", "wm4", "wm5"}
    assert set(world.runs("silent")) == {"wm3", "wm5"}
    world.tick(DAY)
    assert set(world.runs("birthday")) == {"wm1", "wm2", "wm3"}
    assert world.db.read(flows.counts)["silent"].keys() <= {"running", "done"}
    assert len(world.db.look("SELECT 1 FROM flow_run WHERE flow = 'silent'")) == 2


def test_a_run_ends_once_and_leaves_a_trail(db: Bench) -> None:
    begun = Begun(key="k", flow="care", version=2, persona="tester", member="wm1", account="lin.xi")
    run = db.write(flows.start, begun, [("a", NOW)], NOW)
    assert run is not None
    assert db.write(flows.start, begun, [("a", NOW)], NOW) is None
    assert db.write(flows.end, [run], "stop", NOW, "the member asked", "wu") == 1
    assert db.write(flows.end, [run], "finish", NOW + 1) == 0
    assert db.write(schedule.drop_run, run, NOW, "stopped", "wu") == 1
    pooled = {"account": "a", "persona": "tester", "persona_version": 1, "member": "wm1",
              "kind": "care", "origin": "o", "content": "c", "content_version": 1, "digest": "d",
              "body": "{}", "due_at": NOW}  # fmt: skip
    for key in (f"flow/{run}/b", f"flow/{run}0/b"):
        db.write(lambda tx, key=key: schedule.pool(tx, key=key, **pooled))
    assert db.write(schedule.unpool_run, run, "wm1", NOW, "stopped") == 1
    assert [r["key"] for r in db.read(schedule.open_pool, "a", "d", 9)] == [f"flow/{run}0/b"]
    [row] = db.read(flows.of_member, "wm1")
    assert (row["state"], row["note"], row["ended_at"]) == ("stopped", "the member asked", NOW)
    assert [(s["step"], s["state"], s["note"]) for s in row["steps"]] == [
        ("a", "dropped", "stopped")]  # fmt: skip
    [trail] = db.read(audit.history, "flow_run", run)
    assert (trail["actor"], trail["event"], trail["after"]) == ("wu", "stop", "stopped")
    empty = replace(begun, key="k2", member="wm2")
    assert db.write(flows.start, empty, [], NOW) is not None
    assert db.read(flows.of_member, "wm2")[0]["state"] == "done"


def died(tx: Tx, setting: Setting) -> None:
    """The process ends between the tick and its commit."""
    tick(tx, setting)
    raise ZeroDivisionError


def test_a_flow_that_this_program_does_not_read_any_more_harms_nobody(world: World) -> None:
    world.publish("old", 'trigger = "contact.removed"', step("a"))
    world.publish("care", 'trigger = "order"', step("a"))
    assert {flow.id for flow in world.setting.cast.flows} == {"care", "welcome"}


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from(["run", "kill", "twice"])),
                min_size=1, max_size=12))  # fmt: skip
def test_every_planned_step_comes_once_whatever_the_clock_and_the_process_do(
    world: World, jumps: list[tuple[int, str]]
) -> None:
    """The clock jumps by hours, a tick dies before its commit, two ticks come at one time."""
    begun = Begun(key=f"p{world.now}", flow="welcome", version=1, persona="tester",
                  member=f"wm{world.now}", account="lin.xi")  # fmt: skip
    world.friend(begun.member)
    planned = [("day1", world.now + 30 * HOUR), ("day3", world.now + 60 * HOUR)]
    run = world.db.write(flows.start, begun, planned, world.now)
    for hours, how in [*jumps, (100, "run"), (12, "run")]:
        world.now += hours * HOUR
        if how == "kill":
            with pytest.raises(ZeroDivisionError):
                world.db.write(died, world.setting)
        world.tick()
        if how == "twice":
            world.tick()
    rows = world.db.look("SELECT step, state, note FROM due WHERE run = ?", run)
    sent = world.db.look("SELECT origin FROM replies WHERE member = ?", begun.member)
    done = sorted(r["step"] for r in rows if r["state"] == "done")
    assert len(rows) == 2 and all(r["state"] in ("done", "skipped") for r in rows), rows
    assert sorted(r["origin"].rpartition(":")[2] for r in sent) == done
