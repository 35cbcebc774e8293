"""A circle with rules whose members take part in activities, for the pages of leads."""

from __future__ import annotations

from typing import Any

from bot.community.activity import Activity, Reward, parse_activity
from bot.community.runs import plan, plan_day
from bot.community.seeds import Judged, Proof
from bot.core.clock import DAY, HOUR, local
from bot.core.event import Event, Happened
from bot.store import (
    circling,
    events,
    granting,
    missiondesk,
    people,
    rewards,
    runs,
    seedlists,
    taking_part,
)
from bot.store.answers import Answer, Who
from bot.store.engine import Tx
from bot.store.entering import begin
from bot.store.seedlists import Found, Looked
from tests.contract import publishing
from tests.contract.test_community import BADGE, CIRCLE, TEXT
from tests.scenario.reception import NOW, Reception

ZONE = "Asia/Shanghai"
ONCE = '[when]\nannounce = "2026-09-21 09:00"\nclose = "2d"\n'
FILES = {
    "photo": f'title = "秋<b>光"\nkind = "contest"\nmoderated = true\njudge = "votes"\nwinners = 2\n'
             f'words = ["征集"]\n{ONCE}[limits]\neach = 2\n[templates]\nannounce = "groups/news"\n',
    "pick": f'title = "挑一份"\nkind = "contest"\njudge = "staff"\nwinners = 1\n{ONCE}',
    "draw": f'title = "抽奖"\nkind = "draw"\njudge = "chance"\nwinners = 1\n{ONCE}',
    "wall": f'title = "开杯"\nkind = "wall"\nmedia = "text"\n{ONCE}[limits]\neach = 5\n',
    "half": 'title = "半盏"\nkind = "checkin"\n[when]\nevery = "daily 06:00"\n',
    "vote": f'title = "选一款"\nkind = "vote"\noptions = ["绿", "红"]\n{ONCE}',
    "team": f'title = "组队"\nkind = "team"\nneed = 2\n{ONCE}',
    "help": f'title = "助力"\nkind = "help"\nneed = 2\n{ONCE}',
    "soon": 'title = "下个月"\nkind = "topic"\n[when]\nannounce = "2026-10-09 09:00"\n',
}  # fmt: skip
SEEDS = '[seeds]\n[seeds.loyal]\nstay = "1d"\n'
NEWS = '+++\ntitle = "来了"\ngenre = "news"\norigin = "BGC"\n+++\n征集开始了，交一张秋天的照片。\n'


def text_of(name: str) -> str:
    return f'id = "{name}"\ncircle = "tea"\n{FILES[name]}'


def made(name: str) -> Activity:
    return parse_activity(text_of(name), f"content/activities/{name}.toml", ZONE, 1)


def run_of(name: str) -> str:
    return f"{name}@2026-09-21"


async def settle(desk: Reception, members: int = 5) -> None:
    """The circle, its rules and its activities serve, all but the last have begun, and these are
    members of the circle."""
    library = await desk.publish()

    def write(tx: Tx) -> None:
        circle = CIRCLE + '[leader]\npersona = "tester"\n'
        publishing.publish(tx, "circle", "tea", {"tea.toml": circle}, "t", NOW - 9 * DAY)
        tx.run("circle_put", id="tea", title="茶友")
        for n in range(members):
            people.ensure_member(tx, f"wm{n}", NOW - 9 * DAY, f"茶客{n}")
            circling.admit(tx, "tea", f"wm{n}", NOW - 8 * DAY, rule="staff", actor="lin")
        begin_all(tx)

    await desk.store.write(write)
    await library.follow()


def begin_all(tx: Tx) -> None:
    """The rules of the circle and its activities serve, and all but the last have begun."""
    rules = TEXT.replace("counts =", 'persona = "tester"\ncounts =', 1) + SEEDS
    publishing.publish(tx, "community", "tea", {"tea.toml": rules}, "t", NOW - 9 * DAY)
    publishing.publish(tx, "template", "groups/badge", {"badge.j2": BADGE}, "t", NOW - 9 * DAY)
    publishing.publish(tx, "template", "groups/news", {"news.j2": NEWS}, "t", NOW)
    for name in FILES:
        publishing.publish(tx, "activity", name, {f"{name}.toml": text_of(name)}, "t", NOW)
        if name == "half":
            begin(tx, plan_day(made(name), local(NOW, ZONE).date(), ZONE), ZONE, NOW)
        elif name != "soon":
            one = plan(made(name), _nine(), ZONE)
            begin(tx, one, ZONE, NOW)
            runs.move(tx, runs.get(tx, one.id) or {}, "open", NOW)


def given(tx: Tx, member: str) -> str:
    """One reward of one person, as of a mission that was accepted."""
    cause = Event(kind=Happened.MISSION, at=NOW, dedupe="accepted", member=member, place="mission:a@1",
                  which="accepted", data={"circle": "tea"})  # fmt: skip
    events.record(tx, [cause], NOW)
    plan = {"run": "mission:a@1", "mission": "a", "circle": "tea"}
    cup = Reward(id="cup", title="杯垫", how="thing", to="all")
    granting.give(tx, [cup], missiondesk.place_of(plan, "UTC"), cause, NOW)
    (found,) = rewards.grants_of(tx, member)
    return found.id


async def listed(desk: Reception, n: int) -> str:
    """A list of seed users with so many on it, the first with evidence."""
    assert desk.console.library is not None
    rules = desk.console.library.cast.communities["tea"]
    days = Proof(what="days", wanted=12, found=1, events=("checked/none",))
    people = tuple(Found(f"wmBench{1_000_000_000 + k}", Judged((days,)), k + 1) for k in range(n))
    found = Looked(
        rules=rules, day=local(NOW, ZONE).date(), at=NOW, looked=n, fits=n, people=people
    )
    await desk.store.write(seedlists.keep, found, NOW, "lead")
    return found.id


async def crowd(desk: Reception, n: int) -> None:
    """So many entries, questions and check-ins, of as many people, as the log has them."""
    for first in range(0, n, 500):
        told = [one for k in range(first, min(first + 500, n)) for one in _done(k)]
        await desk.store.write(events.record, told, NOW)


def _done(k: int) -> list[Event]:
    who, at = f"wmBench{1_000_000_000 + k}", NOW - 3_600_000 + k
    said = {"circle": "tea", "day": "2026-09-21"}
    return [
        *(Event(kind=Happened.SUBMITTED, at=at, member=who, place=run_of(name), data=said | {
            "text": f"第 {k} 句"}, dedupe=f"submitted/{run_of(name)}/{who}") for name in ("photo", "wall")),
        Event(kind=Happened.SIGNED, at=at, member=who, place=run_of("draw"), data=said,
              dedupe=f"signed/{run_of('draw')}/{who}"),
        Event(kind=Happened.CHECKED, at=at, member=who, place=run_of("half"), which="2026-09-21",
              dedupe=f"checked/{run_of('half')}/{who}", data=said),
        Event(kind=Happened.HONOURED, at=at, member=who, place="tea", which="row",
              dedupe=f"honoured/tea/{who}", data={"why": "带过一席", "by": "lin"}),
    ]  # fmt: skip


def _nine() -> int:
    return NOW - 13 * HOUR - 800_000  # 09:00 of the day


async def do(desk: Reception, what: str, name: str, member: str, *args: Any, **more: Any) -> Answer:
    """One of the functions of the door, a second later than the one before."""
    desk.clock.advance(1_000)
    who, now = Who(member=member, zone=ZONE), desk.clock.now()
    found = getattr(taking_part, what)
    answer: Answer = await desk.store.write(lambda tx: found(tx, made(name), who, now, *args,
                                                             **more))  # fmt: skip
    assert answer.ok, answer
    return answer


async def closed(desk: Reception, name: str) -> None:
    """The run is over, and nobody has won yet."""

    def write(tx: Tx) -> None:
        runs.move(tx, runs.get(tx, run_of(name)) or {}, "close", desk.clock.now())

    await desk.store.write(write)
