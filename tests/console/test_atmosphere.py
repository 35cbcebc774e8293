"""Pages of shifts, of groups and of what is to be looked at, over real HTTP."""

from __future__ import annotations

from pathlib import Path

from bot.community.moderating import Flag, parse_moderation
from bot.core.clock import DAY, HOUR
from bot.core.contacts import Chat, Seat
from bot.store import atmosphere, chats, moderation
from bot.store.atmosphere import Ask, Shift
from bot.store.engine import Tx
from bot.store.moderation import Heard
from tests.console.circling import TEA
from tests.contract import publishing
from tests.contract.test_atmosphere import ASK, TEAM
from tests.contract.test_moderation import RULES
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, Reception, reception

FILES = (("circle", "tea", "tea.toml", TEA), ("template", "groups/ask", "ask.j2", ASK),
         ("atmosphere", "tea", "tea.toml", TEAM),
         ("moderation", "moderation", "moderation.toml", RULES))  # fmt: skip
TODAY = "tea/noon@2026-09-21T21:00/lin.xi"
TOMORROW = "tea/noon@2026-09-22T14:00/lin.xi"


def life(tx: Tx) -> None:
    """Two groups, a shift that has begun, and two cases."""
    for kind, name, file, text in FILES:
        publishing.publish(tx, kind, name, {file: text}, "disk", NOW)
    seats = tuple(Seat(member=f"wm{n}", joined_at=NOW - 90 * DAY, name="阿宁") for n in range(6))
    for id, name in (("wr1", "茶友一群"), ("wr2", "<b>别的")):
        chats.put_chat(tx, Chat(id=id, owner="lin.xi", name=name, made_at=1, seats=seats), NOW)
    shift = Shift(id=TODAY, circle="tea", shift="noon", planned="lin.xi", userid="lin.xi",
                  since=NOW - HOUR, until=NOW + HOUR, version=1)  # fmt: skip
    asks = [Ask(ask="say", key="say", text="今天<b>等谁", content="groups/ask", persona="tester"),
            Ask(ask="silent", key="silent/wm1", about="wm1", text="阿宁 30 天没有动静了")]  # fmt: skip
    atmosphere.begin(tx, atmosphere.plan(tx, shift), asks, ["wr1"], NOW)
    rules = parse_moderation(RULES)
    for n in (1, 2):
        moderation.keep(tx, Heard(
            source=f"archive:{n}", spot="group", place="wr1", text=f"<i>{n} 加我微信", said_at=NOW,
            member="wm1", account="lin.xi", flags=(Flag("ads", "remind", "加我微信"),)),
            rules, NOW)  # fmt: skip


async def furnished(house: Reception) -> None:
    library = await house.publish()
    await house.store.write(life)
    await library.follow()
    await house.add("lin", "service", userid="lin.xi")


def test_a_colleague_does_what_he_is_asked_on_his_phone_and_nobody_else_may(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.browser() as lin, \
                house.signed_in("content") as other, house.signed_in("lead") as su:  # fmt: skip
            await furnished(house)
            assert (await lin.sign_in("lin")).status == 303
            mine = await lin.get("/tasks/mine")
            assert mine.said("今天&lt;b&gt;等谁") and mine.said("阿宁 30 天没有动静了")
            say, silent = sorted(one.id for one in await house.store.read(atmosphere.of, 0))
            await other.get("/tasks")
            assert (await other.post(f"/tasks/prompts/{say}/done")).status == 403
            fields = mine.form(f"/tasks/prompts/{say}/done")
            assert fields["said"] == "今天<b>等谁"
            await lin.post(f"/tasks/prompts/{say}/done", said="今天等谁来？")
            await lin.post(f"/tasks/prompts/{silent}/leave", why="群里正热闹")
            assert (await lin.post(f"/tasks/prompts/{say}/leave")).status == 303
            assert (await lin.get("/tasks/mine")).said("已经记过了：做了")
            rows = await house.store.read(atmosphere.of, 0)
            assert {(one.ask, one.state, one.note) for one in rows} == {
                ("say", "done", "今天等谁来？"), ("silent", "left", "群里正热闹")}  # fmt: skip
            page = await su.get("/shifts")
            assert page.said("done 1 · not done 1") and page.said("林溪")
            assert (await su.get("/audit")).status == 403

    run(scenario)


def test_a_shift_is_handed_over_on_the_page_to_declared_colleagues_only(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as su, \
                house.signed_in("readonly") as guest:  # fmt: skip
            assert (await su.get("/shifts")).said("No atmosphere team yet")
            await furnished(house)
            await su.get("/shifts")
            await su.post("/shifts/hand", shift=TOMORROW, to="xu.man")
            assert (await su.get("/shifts")).said(
                "没有在 content/atmosphere/tea.toml 的 [[team]] 里申报"
            )
            answer = await su.post("/shifts/hand", shift=TOMORROW, to="chen.mo", why="发烧",
                                   week="2026-09-21")  # fmt: skip
            assert answer.location == "/console/shifts?week=2026-09-21"
            page = await su.get("/shifts?week=2026-09-21")
            assert page.said("Handed to 陈陌") and page.said("was 林溪")
            file = await su.get("/shifts.csv?week=2026-09-21")
            assert "2026-09-22,14:00,15:00,茶友,午后,陈陌,chen.mo,0,0,0" in file.text
            await groups(su)
            await guest.get("/shifts")
            assert (await guest.post("/shifts/hand", shift=TOMORROW, to="lin.xi")).status == 403

    run(scenario)


async def groups(su: Browser) -> None:
    """They say what cannot be measured, and where to act."""
    page = await su.get("/group-health")
    assert page.said("茶友一群") and page.said("&lt;b&gt;别的") and page.said("no message archive")
    one = await su.get("/group-health/one?g=wr1")
    assert one.said("not measurable without the archive of all that time") and one.said(
        "No week is kept yet"
    )
    assert one.said("Few take part") and one.said('href="/console/activities"')
    assert "茶友一群,wr1,tea," in (await su.get("/group-health.csv")).text
    assert (await su.get("/group-health/one?g=wr9")).status == 404
    assert (await su.get("/group-health/one.csv?g=wr1")).status == 200


def test_the_queue_is_decided_once_and_says_where_the_platform_alone_can_act(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as house, house.signed_in("lead") as su, \
                house.signed_in("readonly") as guest:  # fmt: skip
            await furnished(house)
            page = await su.get("/moderation")
            assert page.said("&lt;i&gt;1 加我微信") and page.said("group blacklist")
            assert (await guest.get("/moderation")).said("&lt;i&gt;2") and (
                await guest.post("/moderation/1", act="accept")).status == 403  # fmt: skip
            await su.post("/moderation/1", act="warn")
            assert (await su.get("/moderation")).said("没有能私下说话的渠道")
            await su.post("/moderation/1", act="remove", why="群主移出了")
            page = await su.get("/moderation")
            assert page.said("dealt with") and page.said("群主移出了") and not page.said('"c-1"')
            await su.post("/moderation/1", act="accept")
            assert (await su.get("/moderation")).said("lead 已经处理过了")
            await su.post("/moderation/2", act="escalate")
            assert (await su.get("/moderation?spot=group")).said("lead told")
            assert (await su.post("/moderation/2", act="ban")).status == 400

    run(scenario)
