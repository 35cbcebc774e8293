"""What is said in a chat is carried out on both engines: by whom, when, and only once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.core.body import plain
from bot.core.clock import DAY, HOUR
from bot.core.model import Conversation, Inbound, Member
from bot.pipeline import taking, watching
from bot.store import circling, correcting, people
from bot.store.turns import Claimed
from scheduler import activities
from tests.contract import publishing
from tests.contract.conftest import Bench
from tests.contract.test_activities import ONCE, ZONE
from tests.contract.test_community import CIRCLE
from tests.contract.test_flows import World

FILES = {
    "half": 'kind = "checkin"\nwords = ["打卡"]\n[when]\nevery = "daily 06:00"\n',
    "draw": f'kind = "draw"\nwords = ["抽一个"]\njudge = "chance"\nwinners = 1\n{ONCE}',
    "photo": f'kind = "contest"\nwords = ["交照片"]\nconsent = "ugc"\njudge = "votes"\nwinners = 1\n{ONCE}',
    "pick": f'kind = "vote"\nwords = ["选茶"]\noptions = ["白茶", "黄茶"]\n{ONCE}',
    "asks": f'kind = "quiz"\nwords = ["三问"]\njudge = "right"\nwinners = 1\n{ONCE}' + "".join(
        f'[[questions]]\nask = "{one}"\noptions = ["一", "二"]\nright = [2]\n' for one in "甲乙"),
    "help": f'kind = "help"\nwords = ["求助"]\nneed = 2\n{ONCE}',
}  # fmt: skip
RULES = 'circle = "tea"\n[[points.rules]]\nid = "c"\ntitle = "打卡"\nwhen = "checked"\npoints = 2\n'


@pytest.fixture
def world(db: Bench) -> World:
    made = World(db)
    made.now = activities.moment("2026-09-23 09:00", ZONE) or 0
    named = [("circle", "tea", CIRCLE), ("community", "tea", RULES), *(
        ("activity", name, f'id = "{name}"\ntitle = "{name}"\ncircle = "tea"\n{text}')
        for name, text in FILES.items())]  # fmt: skip
    for kind, name, text in named:
        db.write(publishing.publish, kind, name, {f"{name}.toml": text}, "disk", made.now)
    made.cast = None
    db.write(activities.plan_runs, made.setting)
    made.tick()
    for member in ("wm1", "wm2", "staff:lin"):
        db.write(lambda tx, who=member: circling.admit(
            tx, "tea", who, made.now, rule="staff", actor="lin"))  # fmt: skip
    cast = made.setting.cast
    made.cast = replace(cast, accounts={**cast.accounts, ("robot", "bot1"): "tester"})
    return made


def said(
    world: World, text: str, who: str = "wm1", *, channel: str = "kf", peer: str = "",
    memory: Any = None, kind: str = "text", at: int = 0, beside: tuple[Inbound, ...] = (),
) -> tuple[str, Any]:  # fmt: skip
    """What one message (and those of others ``beside`` it) is answered, and the memory after it."""
    world.now += 1
    account = {"kf": "wkBANZHAN01", "robot": "bot1", "archive": "lin.xi"}[channel]
    userid = who.removeprefix("staff:")
    message = Inbound(channel=channel, account=account, dedupe=f"m/{world.now}", kind=kind, text=text,
                      peer=peer or userid, sent_at=at or world.now, received_at=world.now,
                      data={"from": userid, "to": ["lin.xi"]})  # fmt: skip
    talk = Conversation(id=message.conversation, channel=channel, account=account, peer=message.peer,
                        memory=memory or {})  # fmt: skip
    held = Claimed(lease="", conversation=talk, messages=(message, *beside), ids=tuple(range(1, len(beside) + 2)), memories={},
                   member=Member(id="" if peer else who))  # fmt: skip
    done = watching.work_out(held, world.setting)
    if done.takes:
        done = world.db.write(taking.carried, held, done, world.setting, None)
    return "\n".join(plain(out.body) for out in done.finish.outbounds), done.finish.memory


def told(world: World, kind: str) -> list[tuple[str, str]]:
    rows = world.db.look("SELECT kind, member, which FROM event ORDER BY at, id")
    return [(row["member"], row["which"]) for row in rows if row["kind"] == kind]


def test_a_member_checks_in_once_a_day(world: World) -> None:
    assert "记上了" in said(world, "打卡 喝了白茶")[0]
    assert "已经记下了" in said(world, "打卡")[0]
    assert "先进圈" in said(world, "打卡", "wm9")[0]
    world.now += DAY
    assert "连着 2 天" in said(world, "打卡")[0]
    assert told(world, "checked") == [("wm1", "2026-09-23"), ("wm1", "2026-09-24")]


def test_who_draws_a_ticket_and_who_helps_by_one(world: World) -> None:
    assert "票号" in said(world, "抽一个")[0]
    asks, _ = said(world, "求助")
    ticket = asks.partition("助力 ")[2].partition("」")[0]
    assert len(ticket) == 10
    assert "自己的不算" in said(world, f"助力 {ticket}")[0]
    assert "帮到他" in said(world, f"助力 {ticket[:6]}", "wm2")[0]
    assert "没对上号" in said(world, "助力 春春春春", "wm2")[0]
    assert told(world, "helped") == [("wm2", "")]


def test_a_picture_is_taken_with_his_consent(world: World) -> None:
    asks, memory = said(world, "交照片")
    assert "发在这里" in asks
    asks, memory = said(world, "", kind="image", memory=memory)
    assert "同意" in asks and told(world, "submitted") == []
    assert "有你一份" in said(world, "同意", memory=memory)[0]
    assert told(world, "consented") == [("wm1", "ugc")]
    (row,) = world.db.look("SELECT data FROM event WHERE kind = 'submitted'")
    assert '"media":["m/' in str(row["data"]).replace(" ", "")


def test_a_colleague_takes_part_by_the_robot_where_he_was_let_in(world: World) -> None:
    robot: dict[str, Any] = {"channel": "robot"}
    assert "记上了" in said(world, "打卡", "staff:lin", **robot)[0]
    assert "把你加进圈里" in said(world, "打卡", "staff:su", **robot)[0]
    assert world.db.read(people.known, "staff:su") is None
    world.now += DAY
    in_group = {**robot, "peer": "group:wr1"}
    answer, memory = said(world, "打卡", "staff:lin", **in_group)
    assert "记上了" in answer and "taking" not in memory
    assert "单独跟我说" in said(world, "我的主页", "staff:lin", **in_group)[0]
    assert [who for who, _ in told(world, "checked")] == ["staff:lin", "staff:lin"]


def test_what_the_archive_shows_counts_when_it_was_said(world: World) -> None:
    heard: dict[str, Any] = {"channel": "archive", "peer": "wrBANZHAN01"}
    yesterday = world.now - 10 * HOUR
    for text in ("打卡", "打卡", "打卡在哪", "抽一个", "我的积分"):
        assert said(world, text, at=yesterday, **heard)[0] == ""
    assert said(world, "打卡", "lin.xi", at=yesterday, **heard)[0] == ""
    assert told(world, "checked") == [("wm1", "2026-09-22")]
    assert told(world, "signed") == []


def test_votes_quizzes_and_pictures_of_a_group_count_by_the_archive(world: World) -> None:
    heard: dict[str, Any] = {"channel": "archive", "peer": "wrBANZHAN01"}
    world.now += HOUR
    for text in ("选茶", "选茶 9", "三问", "三问 1A", "交照片"):  # each would have to be asked back
        assert said(world, text, **heard)[0] == ""
    assert not told(world, "voted") and not told(world, "submitted")
    for text, who in (
        ("选茶 2", "wm1"),
        ("投票 白茶", "wm2"),
        ("三问 1B2A", "wm1"),
        ("投2", "lin.xi"),
    ):
        assert said(world, text, who, **heard)[0] == ""
    assert told(world, "voted") == [("wm1", "黄茶"), ("wm2", "白茶")]
    assert told(world, "submitted") == [("wm1", "")]
    near, far = (picture(world, "wm1", at) for at in (60_000, 600_000))
    beside = (near, far, picture(world, "wm2", 0))
    said(world, "交照片", beside=beside, **heard)
    assert len(told(world, "submitted")) == 1, "nobody has agreed that it is shown"
    world.db.write(correcting.consent, "wm1", "ugc", True, world.now, "lin")
    said(world, "交照片", beside=beside, **heard)
    (row,) = world.db.look(
        "SELECT data FROM event WHERE place LIKE 'photo@%' AND kind = 'submitted'"
    )
    assert json.loads(row["data"])["media"] == [near.dedupe]


def picture(world: World, who: str, later: int) -> Inbound:
    """A picture in the group, so much later than the next message."""
    at = world.now + 1 + later
    return Inbound(channel="archive", account="lin.xi", dedupe=f"p/{who}/{later}", kind="image", text="",
                   peer="wrBANZHAN01", sent_at=at, received_at=at,
                   data={"from": who, "to": ["lin.xi"]})  # fmt: skip
