"""What activities give: once each, never more than there is, taken back when the ground is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.orders import Report
from bot.store import (
    circling,
    codes,
    coupons,
    events,
    granting,
    grants,
    happened,
    history,
    honouring,
    judged,
    merging,
    orders,
    people,
    rewardbook,
    rewards,
    runs,
)
from bot.store.answers import Answer
from bot.store.codes import Purpose
from bot.store.engine import Row, Tx
from bot.store.granting import RewardRefused
from scheduler import activities
from tests.contract import publishing
from tests.contract.conftest import Bench
from tests.contract.test_activities import DAILY, ONCE, ZONE, do
from tests.contract.test_community import CIRCLE
from tests.contract.test_flows import World, write
from tests.harness.closing import derived_anew

FILES = {
    "last": f'kind = "register"\n{ONCE}[[rewards]]\nid = "cup"\ntitle = "杯垫"\nhow = "thing"\n'
            'to = "all"\nstock = 3\ncents = 500\n',
    "half": f'kind = "checkin"\n{DAILY}[[rewards]]\nid = "row"\ntitle = "连着三天"\n'
            'how = "points"\nto = "streak"\nstreak = 3\npoints = 30\n',
    "quiz": f'kind = "quiz"\njudge = "first"\nwinners = 2\n{ONCE}'
            '[[questions]]\nask = "？"\noptions = ["一", "二"]\nright = [2]\n'
            '[[rewards]]\nid = "code"\ntitle = "茶券"\nhow = "coupon"\ncoupons = "spring"\nlast = 2\n',
    "money": f'kind = "register"\n{ONCE}[[rewards]]\nid = "packet"\ntitle = "见面礼"\n'
             'how = "redpacket"\nto = "all"\ncents = 188\nbudget = 400\n',
}  # fmt: skip
FILES["trio"] = (
    f'kind = "groupbuy"\njudge = "first"\nwinners = 5\nneed = 3\norder = true\n{ONCE}award = "3d"\n'
    '[[rewards]]\nid = "tin"\ntitle = "一罐"\nhow = "thing"\nlast = 5\ncents = 900\n'
)
FILES["bring"] = (
    f'kind = "register"\n{ONCE}[[rewards]]\nid = "by"\ntitle = "带朋友"\nhow = "points"\n'
    'to = "inviter"\npoints = 20\n[[rewards]]\nid = "new"\ntitle = "新朋友"\nhow = "points"\n'
    'to = "invited"\npoints = 10\n[[rewards]]\nid = "buyer"\ntitle = "下单礼"\nhow = "thing"\n'
    'to = "all"\norder = true\ncents = 900\n')  # fmt: skip
PEOPLE = 8


@pytest.fixture
def world(db: Bench) -> World:
    made = World(db)
    made.now = activities.moment("2026-09-23 08:59", ZONE) or 0
    for kind, name, text in (
        ("circle", "tea", CIRCLE), ("community", "tea", 'circle = "tea"\n'),
        *(("activity", name, f'id = "{name}"\ntitle = "{name}"\ncircle = "tea"\n{text}')
          for name, text in FILES.items()),
    ):  # fmt: skip
        db.write(publishing.publish, kind, name, {f"{name}.toml": text}, "disk", made.now)
    made.cast = None

    def enter(tx: Tx) -> None:
        for n in range(PEOPLE):
            circling.admit(tx, "tea", f"wm{n}", made.now, rule="staff", actor="lin")

    for n in range(PEOPLE):
        made.friend(f"wm{n}")
    db.write(enter)
    made.tick()
    made.tick(120_000)
    return made


def every(world: World) -> list[Row]:
    return sorted(world.db.read(page), key=lambda row: (row["at"], row["id"]))


def page(tx: Tx) -> list[Row]:
    return tx.rows("grants_page", activity="", reward="", state="", member="", at=None, id="", n=99)


def states(world: World) -> list[str]:
    return [row["state"] for row in every(world)]


def out(world: World, activity: str, reward: str) -> tuple[int, int]:
    row = world.db.read(lambda tx: tx.row("reward_get", activity=activity, reward=reward))
    return (row["taken"], row["spent"]) if row else (0, 0)


def strike(world: World, event: str) -> None:
    world.now += 1
    world.db.write(honouring.strike, event, world.now, why="小号", actor="lin")


def kinds(world: World, member: str) -> list[str]:
    told = world.db.read(history.of, [member], [Happened.GRANTED, Happened.CLAWED])
    return [one.kind.value for one in told]


def check(world: World, member: str) -> Answer:
    found = do(world, "check_in", "half", member)
    world.tick(DAY)
    return found


def community_points(world: World, member: str) -> int:
    row = world.db.read(lambda tx: tx.row("standing_get", member=member, circle="tea"))
    return row["points"] if row else 0


def again(tx: Tx, id: str, world: World) -> None:
    row = granting.called(tx, id)
    rules = world.setting.cast.activities[row["activity"]]
    granting.again(tx, row, rules.rewards[0], world.now, actor="lin", why="补")


def test_the_first_get_what_there_is_and_the_others_are_told(world: World) -> None:
    told = [do(world, "sign_up", "last", f"wm{n}") for n in range(5)]
    assert told[2].words == "收到了，「last」算你一份。「杯垫」归你了，同事会联系你交到手上。"
    assert told[3].words == "收到了，「last」算你一份。「杯垫」刚刚发完了，这回没赶上，抱歉。"
    assert states(world) == ["granted"] * 3 + ["failed"] * 2
    assert do(world, "sign_up", "last", "wm0").state == "already"  # and nothing more
    assert len(every(world)) == 5
    assert out(world, "last", "cup") == (3, 1_500)
    row = world.db.read(lambda tx: grants.get(tx, every(world)[4]["id"]))
    assert row and row["why"] == "stock"


def test_what_is_struck_out_loses_its_reward_and_the_next_may_have_it(world: World) -> None:
    first = do(world, "sign_up", "last", "wm0")
    for n in range(1, 4):
        do(world, "sign_up", "last", f"wm{n}")
    strike(world, first.event)
    clawed = next(row for row in every(world) if row["cause"] == first.event)
    assert (clawed["state"], clawed["why"], clawed["loss"]) == ("clawed", "gone", None)
    assert out(world, "last", "cup") == (2, 1_000)
    assert do(world, "sign_up", "last", "wm4").words.endswith("归你了，同事会联系你交到手上。")
    assert kinds(world, "wm0") == ["granted", "clawed"]


def test_points_of_a_row_of_days_follow_the_log_and_a_rebuild_gives_the_same(world: World) -> None:
    days = [check(world, "wm1") for _ in range(3)]
    assert "「连着三天」30 分，已经记上。" in days[2].words
    points = community_points(world, "wm1")
    assert points == 30
    before = every(world)
    world.db.write(derived_anew, world.now)
    assert every(world) == before
    assert community_points(world, "wm1") == 30
    strike(world, days[1].event)  # a day in the middle: the row is broken
    assert [row["state"] for row in every(world)] == ["clawed"]
    assert community_points(world, "wm1") == 0


def test_codes_are_given_once_and_run_out(world: World) -> None:
    made, flaws = coupons.read("code\nTEA-0001\nTEA-0001\nx y\nTEA-0002\n")
    assert made == ["TEA-0001", "TEA-0002"] and [one.line for one in flaws] == [3, 4]
    assert world.db.write(coupons.add, "spring", made[:1], world.now, "lin") == 1
    assert world.db.write(coupons.add, "other", made[:1], world.now, "lin") == 0
    for n in range(2):
        do(world, "submit", "quiz", f"wm{n}", answers=[2])
    world.tick(3 * DAY)
    won, lost = (world.db.read(rewards.grants_of, f"wm{n}")[0] for n in range(2))
    assert (won.state, won.code, won.words) == (
        "sent", "TEA-0001", "「茶券」的券码是 TEA-0001，到店报码就行。")  # fmt: skip
    assert (lost.state, lost.code) == ("failed", "")
    row = world.db.write(granting.called, won.id)
    loss = world.db.write(granting.claw, row, world.now, actor="lin", why="小号")
    assert loss == 0  # he has seen the code: it is out, and stands as lost
    assert world.db.read(rewards.grants_of, "wm0")[0].code == ""
    with pytest.raises(RewardRefused):
        world.db.write(again, won.id, world)


def test_a_budget_is_never_overspent_and_staff_may_add_to_it(world: World) -> None:
    told = [do(world, "sign_up", "money", f"wm{n}") for n in range(3)]
    assert "1.88 元红包正在路上" in told[1].words and "预算用完了" in told[2].words
    last = every(world)[2]
    with pytest.raises(RewardRefused):
        world.db.write(again, last["id"], world)
    world.db.write(granting.more, "money", "packet", world.now, n=0, cents=188, why="加一个",
                   actor="lin")  # fmt: skip
    world.db.write(again, last["id"], world)
    assert states(world) == ["granted"] * 3
    assert out(world, "money", "packet") == (3, 564)


def test_the_same_device_is_held_and_a_colleague_decides(world: World) -> None:
    for n in range(3):
        do(world, "sign_up", "last", f"wm{n}", device="d1" if n else "d0")
    assert [(row["state"], row["why"]) for row in every(world)] == [
        ("granted", ""), ("granted", ""), ("held", "device")]  # fmt: skip
    assert out(world, "last", "cup") == (3, 1_500)  # it waits with one of the stock
    held = every(world)[2]
    assert kinds(world, "wm2") == []
    assert world.db.read(rewardbook.waiting_by_state) == {
        "held": 1, "granted": 2, "paying": 0, "unsure": 0}  # fmt: skip
    world.db.write(granting.refuse, held, world.now, actor="lin", why="同一台手机")
    assert out(world, "last", "cup") == (2, 1_000)
    do(world, "sign_up", "last", "wm3", device="d1")
    held = every(world)[3]
    world.db.write(granting.accept, held, world.now, actor="lin", why="一家人")
    assert states(world) == ["granted", "granted", "failed", "granted"]
    assert kinds(world, "wm3") == ["granted"]


def test_newcomers_in_a_burst_are_held(world: World) -> None:
    def come(tx: Tx) -> None:
        for n in range(10):
            people.ensure_member(tx, f"new{n}", world.now)
            circling.admit(tx, "tea", f"new{n}", world.now, rule="staff", actor="lin")

    world.db.write(come)
    world.db.write(granting.more, "last", "cup", world.now, n=20, cents=0, why="多", actor="lin")
    for n in range(10):
        do(world, "sign_up", "last", f"new{n}")
    assert states(world) == ["granted"] * 8 + ["held"] * 2
    assert {row["why"] for row in every(world)[8:]} == {"burst"}


def come(world: World, member: str, code: str = "") -> str:
    """Somebody becomes a friend, by somebody's code or by himself, and signs up; his own code."""
    world.now += 600_000

    def work(tx: Tx) -> str:
        people.ensure_member(tx, member, world.now - 30 * DAY)
        events.record(tx, [Event(kind=Happened.ADDED, at=world.now, member=member, account="lin.xi",
                                 which=code, dedupe=f"added/{member}")], world.now)  # fmt: skip
        circling.admit(tx, "tea", member, world.now, rule="staff", actor="lin")
        return codes.make(tx, Purpose(owner=member), world.now - 60_000).code

    mine = world.db.write(work)
    do(world, "sign_up", "bring", member)
    return mine


def test_rings_of_invitations_earn_nothing_and_say_why(world: World) -> None:
    honest = come(world, "d1")
    come(world, "d2", honest)
    first = come(world, "a")
    second = come(world, "b", first)
    third = come(world, "c", second)
    world.db.write(events.record, [Event(
        kind=Happened.INVITED, at=world.now, member="a", which=third, dedupe="ring")],
        world.now)  # fmt: skip
    world.tick(3 * DAY)
    found = {(row["member"], row["reward"]): (row["state"], row["why"]) for row in every(world)
             if row["reward"] != "buyer"}  # fmt: skip
    assert found == {
        ("d1", "by"): ("sent", ""), ("d2", "new"): ("sent", ""),
        ("a", "by"): ("held", "ring"), ("b", "by"): ("held", "ring"),
        ("b", "new"): ("held", "ring"), ("c", "new"): ("held", "ring"),
    }  # fmt: skip
    assert [community_points(world, one) for one in ("d1", "d2", "a", "b", "c")] == [
        20,
        10,
        0,
        0,
        0,
    ]
    # the two turn out to be one: nobody was invited, and what was given is taken back
    world.db.write(merging.merge, "d2", "d1", "staff", world.now, "lin")
    world.tick(8 * DAY)
    ended = {row["reward"]: (row["state"], row["why"]) for row in every(world)
             if row["own"] in ("d1", "d2") and row["reward"] != "buyer"}  # fmt: skip
    assert ended == {"by": ("clawed", "undone"), "new": ("clawed", "undone")}
    assert community_points(world, "d1") == 0


def test_what_wants_an_order_goes_with_it(world: World) -> None:
    bought = Report(order="o1", member="wm0", at=world.now + 1, amount=5_000, category="茶叶")
    world.db.write(orders.take, [bought], "api", world.now + 1)
    told = [do(world, "sign_up", "bring", f"wm{n}") for n in range(2)]
    assert "同事会联系你" in told[0].words and "没有查到订单" in told[1].words
    row = every(world)[0]
    world.db.write(granting.hand_over, row, world.now, actor="lin")
    world.now += 1_000
    world.db.write(orders.take, [replace(bought, state="refunded", refunded=5_000)], "api",
                   world.now)  # fmt: skip
    after = every(world)[0]
    assert (after["state"], after["why"], after["loss"]) == ("clawed", "refunded", 900)


def buys(world: World, member: str, at: int, **more: Any) -> None:
    told = Report(order=f"o/{member}", member=member, at=at, amount=5_000, category="茶叶")
    world.db.write(orders.take, [replace(told, **more)], "api", world.now)


@pytest.mark.parametrize(("loses", "out", "loss"), [("wm1", False, None), ("wm0", True, 900)])
def test_a_group_wants_orders_that_were_made_in_time_and_kept(
    world: World, loses: str, out: bool, loss: int | None
) -> None:
    began = world.now
    tickets = {who: do(world, "sign_up", "trio", who).ticket for who in ("wm0", "wm3")}
    for helper, whose in (("wm1", "wm0"), ("wm2", "wm0"), ("wm4", "wm3"), ("wm5", "wm3")):
        assert do(world, "help_with", "trio", helper, tickets[whose]).ok
    for who in ("wm0", "wm1", "wm3", "wm4"):
        buys(world, who, began + 60_000)
    buys(world, "wm5", began + 3 * DAY)  # after the close
    world.tick(2 * DAY)  # closed; an order of wm2 is told of late
    run, rules = world.db.read(lambda tx: (row := runs.get(tx, "trio@2026-09-23"),
                                           runs.rules_of(tx, row)))  # fmt: skip
    assert not world.db.read(judged.find, run, rules).winners
    buys(world, "wm2", began + 120_000)
    found = world.db.read(judged.find, run, rules)
    assert [(one.member, one.at, one.why) for one in found.winners] == [
        ("wm0", began + 120_000, "ordered 2")]  # fmt: skip
    assert ("wm5", "order") in found.refused
    world.tick(DAY + 3_600_000)
    (grant,) = every(world)
    assert (grant["member"], grant["state"]) == ("wm0", "granted")
    buys(world, "wm5", began + 60_000, state="refunded", refunded=5_000)  # of another group
    assert every(world)[0]["state"] == "granted"
    if out:
        world.db.write(lambda tx: grants.hand(tx, grant, world.now, "wu"))
    buys(world, loses, began + 60_000, state="refunded", refunded=5_000)
    (gone,) = every(world)
    assert (gone["state"], gone["why"], gone["loss"]) == ("clawed", "gone", loss)
    left = world.db.look("SELECT taken FROM reward WHERE activity = 'trio'")
    assert [row["taken"] for row in left] == [int(out)], "what is out stays counted"


CODE = (
    '+++\ntitle = "t"\ngenre = "news"\norigin = "BGC"\n'
    '[vars.what]\nsource = "reward.title"\nsample = "茶券"\nfallback = ""\n'
    '[vars.code]\nsource = "reward.code"\nsample = "TEA-0001"\nfallback = ""\n+++\n'
    "{% if code %}「{{ what }}」的券码：{{ code }}{% else %}奖励到了。{% endif %}"
)
TELL = '[[step]]\nid = "a"\nat = "now"\ntemplate = "care/day1"\nvia = ["kf", "bulk"]\n'


def test_a_flow_names_the_code_of_whom_it_goes_to_and_nobody_elses(world: World) -> None:
    world.db.write(
        publishing.publish, "template", "care/day1", {"day1.j2": CODE}, "disk", world.now
    )
    world.publish("mine", 'trigger = "reward_sent:quiz"\nonce = "event"', TELL)
    world.db.write(coupons.add, "spring", ["TEA-0001", "TEA-0002"], world.now, "lin")
    for n in range(2):
        do(world, "submit", "quiz", f"wm{n}", answers=[2])
    world.now += 2 * DAY
    for member in ("wm0", "wm2"):
        write(world, "在吗", member, 1)
    world.tick(DAY + 3 * 3_600_000)
    first, second = (world.db.read(rewards.grants_of, f"wm{n}")[0] for n in range(2))
    # a happening that speaks of somebody else's grant is told of a third one
    world.db.write(happened.tell, "reward_sent", f"{first.id}/x", "wm2", world.now, which="quiz")
    # and what is not his any more is not named again
    row = world.db.write(granting.called, first.id)
    world.db.write(granting.claw, row, world.now, actor="lin", why="小号")
    world.db.write(happened.tell, "reward_sent", f"{first.id}/y", "wm0", world.now, which="quiz")
    world.tick(1_000)
    world.tick(8 * 3_600_000)  # what goes by a tap waits for others
    rows = world.db.look("SELECT peer, channel, text FROM replies WHERE origin LIKE 'flow:mine%'"
                         " ORDER BY peer, id")  # fmt: skip
    assert {(row["peer"], row["channel"], row["text"]) for row in rows} == {
        ("wm0", "kf", f"「茶券」的券码：{first.code}"), ("wm0", "kf", "奖励到了。"),
        ("wm1", "contact", "奖励到了。"), ("wm2", "kf", "奖励到了。")}  # fmt: skip
    assert {first.code, second.code} == {"TEA-0001", "TEA-0002"}
