"""The page of a member over real HTTP, on a phone without a screen."""

from __future__ import annotations

import gzip
import re
from collections.abc import Awaitable, Callable
from html import unescape
from pathlib import Path

import pytest

from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.event import Event, Happened
from bot.core.ports import LoginRefused, PlatformAway
from bot.store import (
    consent,
    events,
    facts,
    history,
    judged,
    memberlinks,
    merging,
    people,
    photos,
    runs,
    stays,
)
from tests.architecture.source import ROOT
from tests.scenario.house import run
from tests.scenario.memberdesk import KF, MemberDesk, Phone, memberdesk, served
from tests.scenario.reception import NOW, Answer
from tests.unit.core.test_pictures import jpeg

Story = Callable[[MemberDesk], Awaitable[None]]
TEA = "/c/tea"
PAGES = ("", "/points", "/badges", "/badges/first", "/results", "/rights", "/name", "/a/quiz",
         "/a/vote", "/missions", "/a/photo", "/a/wall", "/a/draw", "/a/help", "/a/team", "/a/spring")  # fmt: skip


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., None]:
    def played(story: Story, **options: object) -> None:
        async def scenario() -> None:
            async with memberdesk(tmp_path, **options) as desk:  # type: ignore[arg-type]
                await story(desk)

        run(scenario)

    return played


def note(page: Answer) -> str:
    found = re.search(r'<p class="note (?:good|wait)" role="status">([^<]*)', page.text)
    return unescape(found[1]) if found else ""


async def kinds(desk: MemberDesk, member: str) -> list[Happened]:
    told = await desk.store.read(history.of, [member], list(Happened))
    return [one.kind for one in told]


# -- who comes in ----------------------------------------------------------------------------------


def test_a_link_opens_once_in_one_browser_and_goes_from_the_address(play) -> None:
    async def story(desk: MemberDesk) -> None:
        link = desk.link("wm1")
        async with desk.phone() as phone, desk.phone() as friend:
            looked = await phone.get(f"/{link}")
            assert looked.status == 200 and looked.said("打开我的主页") and not looked.said("真名1")
            answer = await phone.act(f"/{link}")
            assert (answer.status, answer.location) == (303, "/m/c/tea")
            for said in ("HttpOnly", "SameSite=Lax", "Path=/m", "Max-Age=43200"):
                assert said in answer.headers.getall("Set-Cookie")[0], said
            page = await phone.get(TEA)
            assert page.status == 200 and page.said("茶友") and link not in page.text
            assert (await phone.get(f"/{link}")).location == "/m/c/tea"  # he is in already
            await friend.get(f"/{link}")
            taken = await friend.act(f"/{link}")
            assert taken.status == 401 and taken.said("在另一台手机或另一个浏览器里打开过")
            assert taken.said("我的主页") and taken.said(KF) and not taken.said("茶则")
            assert (await friend.get(TEA)).status == 401

    play(story)


def test_who_is_not_known_is_told_whom_to_write_to(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.phone() as phone:
            late = desk.link("wm1")
            desk.clock.advance(15 * MINUTE)
            for path, why in (
                (TEA, "还不知道你是谁"), (f"/{late}", "这个链接过期了"),
                (f"/{late[:-3]}", "不完整"), ("/i/" + "x" * 60, "不完整"), ("/back", ""),
            ):  # fmt: skip
                page = await phone.get(path)
                assert page.status == (404 if path == "/back" else 401), path
                assert page.said(why) and page.said("小试" if page.status == 401 else "")
            await phone.get(f"/{desk.link('wm1')}")
            assert (await phone.act(f"/{late}")).said("这个链接过期了")
            assert (await phone.get("/no")).status == 404
            assert (await phone.get("/privacy")).said("别人看得到我什么")
            assert (await phone.get(TEA)).said(KF)

    play(story)


def test_a_stay_ends_and_nobody_else_has_it(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone, desk.phone() as thief:
            assert (await phone.get(TEA)).status == 200
            jar = {cookie.key: cookie.value for cookie in phone.http.cookie_jar}
            stolen = f"onevoice-m-member={jar['onevoice-m-member']}"
            assert (await thief.get(TEA, headers={"Cookie": stolen})).status == 401
            desk.clock.advance(12 * HOUR)
            assert (await phone.get(TEA)).status == 401
        async with desk.member("wm2") as phone:
            await phone.get(TEA)
            assert (await phone.act("/out")).status == 303
            assert (await phone.get(TEA)).status == 401
            assert (await phone.get(f"/{desk.link('wm-nobody')}")).status == 200
            await phone.act(f"/{desk.link('wm-nobody')}")
            assert (await phone.get(TEA)).said("这里已经没有你的资料了")

    play(story)


def test_forms_of_others_do_nothing(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone, desk.member("wm2") as other:
            await phone.get(TEA)
            await other.get(TEA)
            check = f"{TEA}/a/half/check"
            refused = await phone.act(check, csrf=other.csrf)
            assert refused.status in (303, 403)
            own = phone.csrf
            phone.csrf = other.csrf
            assert (await phone.act(check)).status == 403
            phone.csrf = own
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
                answer = await phone.ask("POST", check, data={"csrf": own}, headers=headers)
                assert answer.status == 403, headers
            assert await kinds(desk, "wm1") == [Happened.ENTERED]

    play(story)


def test_nobody_does_too_much_in_a_minute_and_no_answer_is_kept(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone:
            for n in range(6):
                page = await phone.get(TEA)
                assert page.status == (200 if n < 5 else 429), n
            desk.clock.advance(MINUTE)
            page = await phone.get(TEA)
            headers = page.headers
            assert headers["Cache-Control"] == "no-store" and "noindex" in headers["X-Robots-Tag"]
            assert headers["Referrer-Policy"] == "same-origin"
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert not re.search(r"<script(?! src)|style=|\son\w+=|javascript:", page.text)

    play(story, per_minute=5)


class Vouching:
    """A platform that says who came back."""

    def __init__(self) -> None:
        self.asked = ""

    def ask(self, redirect: str, state: str) -> str:
        self.asked = state
        return f"https://open.example/authorize?to={redirect}&state={state}"

    async def who(self, code: str) -> str:
        if code == "away":
            raise PlatformAway("closed")
        if code == "none":
            raise LoginRefused("a stranger")
        return code


def test_the_platform_names_a_member_to_the_browser_that_asked(play) -> None:
    login = Vouching()

    async def story(desk: MemberDesk) -> None:
        async with desk.phone() as phone, desk.phone() as other:
            assert (await phone.get(TEA)).said("用微信身份打开")
            sent = await phone.get("/sign-in?c=tea")
            assert sent.status == 303 and "/m/back?c=tea" in sent.location
            state = login.asked
            await other.get(TEA)
            for code, status, said in (("none", 401, "没有告诉我们"), ("away", 503, "没有回应"),
                                       ("wm-new", 401, "没有告诉我们")):  # fmt: skip
                page = await phone.get(f"/back?code={code}&state={state}")
                assert (page.status, page.said(said)) == (status, True), code
            assert (await other.get(f"/back?code=wm1&state={state}")).status == 401
            assert (await phone.get("/back?code=wm1&state=x")).said("等得太久")
            back = await phone.get(f"/back?c=tea&code=wm1&state={state}")
            assert (back.status, back.location) == (303, "/m/c/tea")
            assert (await phone.get(TEA)).status == 200
            desk.clock.advance(11 * MINUTE)
            assert (await phone.get(f"/back?code=wm2&state={state}")).status == 401

    play(story, login=login)


# -- taking part -----------------------------------------------------------------------------------


def test_one_tap_checks_in_and_the_streak_grows(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone:
            page = await phone.get(TEA)
            assert page.said("热的？") and page.said("打卡</button>") and not page.said("连着")
            for n in range(1, 4):
                page = await phone.done(f"{TEA}/a/half/check", text="温的")
                assert note(page).startswith("收到了") and page.said("今天打过卡了")
                assert page.said(f"连着 {n} 天") and page.text.count('<li class="yes">') == n
                again = await phone.done(f"{TEA}/a/half/check")
                assert "已经记下" in note(again) and again.said(f"连着 {n} 天")
                desk.clock.advance(DAY)
                await phone.enter(desk.link("wm1"))
                page = await phone.get(TEA)
            assert page.said("连着 3 天") and page.said("打卡</button>")
            assert page.said("续盏") and page.said('<span class="num">15</span>')
            badges = await phone.get(f"{TEA}/badges")
            assert badges.said("得了 2 枚") and badges.said("🫖")
            why = await phone.get(f"{TEA}/badges/three")
            assert why.said("凭什么得的") and why.text.count("打卡 · half的活动") == 3
            points = await phone.get(f"{TEA}/points")
            assert points.text.count("+5</b>") == 4 and points.said("一天最多 5 分")
            told = await desk.store.read(history.of, ["wm1"], [Happened.CHECKED])
            assert [one.channel for one in told] == ["page"] * 3 and told[0].data["device"]
        async with desk.member("wm1") as phone:
            desk.clock.advance(DAY)
            await phone.enter(desk.link("wm1"))
            assert not (await phone.get(TEA)).said("连着")  # a day was missed

    play(story)


def test_quiz_vote_draw_team_wishes_and_steps(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone:
            page = await phone.get(f"{TEA}/a/quiz")
            assert page.said("白茶炒吗？") and not page.said("摊开晾着")
            page = await phone.done(f"{TEA}/a/quiz/quiz", q1="1")
            for said in ("答对 0 题，共 1 题", "✗ 你选的：炒", "正确的是：不炒", "摊开晾着。"):
                assert page.said(said), said
            assert "已经" in note(await phone.done(f"{TEA}/a/quiz/quiz", q1="2"))
            page = await phone.done(f"{TEA}/a/vote/vote", choice="2")
            assert page.said("1 票") and page.said("我投的") and not page.said("投这一票")
            page = await phone.done(f"{TEA}/a/draw/sign")
            (ticket,) = await _tickets(desk, "draw", "wm1")
            assert page.said(ticket) and page.said("暗语已经封好")
            page = await phone.done(f"{TEA}/a/team/team", team="早起队")
            assert page.said("你在「早起队」队") and page.said("替队里交一份")
            page = await phone.done(f"{TEA}/a/wish/submit", text="想要<b>小罐</b>")
            assert page.said("想要&lt;b&gt;小罐") and page.said("算数")
            page = await phone.done(f"{TEA}/a/spring/submit", text="先闻到雨")
            assert page.said("先闻到雨") and not page.said("交上去</button>")
            assert (await phone.get(f"{TEA}/a/high")).said("要再高一级")
            assert "再高一级" in note(await phone.done(f"{TEA}/a/high/vote", choice="1"))
            home = await phone.get(TEA)
            assert home.text.count("已参加") == 6
            for odd in ("a/no", "a/quiz/no", "a/half/fly"):
                assert (await phone.act(f"{TEA}/{odd}")).status in (404, 405), odd
        async with desk.member("wm6") as phone:
            page = await phone.get(f"{TEA}/a/vote")
            assert page.said("先进圈再来") and (await phone.get(TEA)).said("你还没进「茶友」")

    play(story)


async def _tickets(desk: MemberDesk, activity: str, member: str) -> list[str]:
    row = await desk.store.read(runs.current, activity, desk.clock.now())
    every = await desk.store.read(judged.every, row["id"])
    return [one["ticket"] for one in every if one["member"] == member]


def test_a_friend_helps_by_the_address_that_was_passed_on(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as asks, desk.member("wm2") as helps:
            await asks.get(f"{TEA}/a/help")
            page = await asks.done(f"{TEA}/a/help/sign")
            share = unescape(re.findall(r'id="share">([^<]+)', page.text)[0])
            assert share.isascii() and page.said("0 / 2")
            path = share.partition("/m")[2]
            async with desk.phone() as stranger:
                assert (await stranger.get(path)).status == 401
                back = await stranger.enter(desk.link("wm3"))
                assert back.location == f"/m{path}"  # where he wanted to go
                assert (await stranger.get(path)).said("帮他一把")
                assert (await stranger.enter(desk.link("wm3"))).location == "/m/c/tea"
            page = await helps.get(path)
            assert page.said("帮他一把")
            (ticket,) = await _tickets(desk, "help", "wm1")
            assert "收到了" in note(await helps.done(f"{TEA}/a/help/help", ticket=ticket))
            assert (await asks.get(f"{TEA}/a/help")).said("1 / 2")
            assert "自己的不算" in note(await asks.done(f"{TEA}/a/help/help", ticket=ticket))

    play(story)


def test_pictures_are_taken_with_consent_without_where_they_were_taken(play) -> None:
    photo = jpeg(place=True)

    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone, desk.member("wm2") as other:
            page = await phone.get(f"{TEA}/a/photo")
            assert page.said("我同意把交上来的内容给圈里的人看")
            refused = await phone.done(f"{TEA}/a/photo/submit", photo=photo)
            assert "同意" in note(refused)
            assert await _count(desk, "photo") == 0
            await phone.get(f"{TEA}/a/photo")
            for bad, status in ((b"GIF89a" + b"x" * 50, 415), (b"x" * 20_001, 413)):
                assert (await phone.act(f"{TEA}/a/photo/submit", photo=bad, agrees="1")).status \
                    == status  # fmt: skip
            page = await phone.done(f"{TEA}/a/photo/submit", photo=photo, text="冬天", agrees="1")
            assert "同事看过以后" in note(page) and page.said("等同事看")
            (path,) = re.findall(r'src="/m(/photo/[0-9a-f]+)"', page.text)
            async with phone.http.get(f"{phone.url}{path}") as answer:
                kept = await answer.read()
                assert answer.headers["Content-Type"] == "image/jpeg"
                assert answer.headers["Content-Security-Policy"].endswith("sandbox")
            assert b"GPS" in photo and b"GPS" not in kept and len(kept) < len(photo)
            assert (await other.get(path)).status == 404  # nobody has looked at it
            row = await desk.store.read(runs.current, "photo", desk.clock.now())
            (entry,) = await desk.store.read(judged.every, row["id"])
            await desk.store.write(lambda tx: judged.accept(
                tx, entry["event"], NOW, yes=True, why="", actor="lin"))  # fmt: skip
            page = await other.get(f"{TEA}/a/photo")
            assert page.said(path) and page.said("冬天") and not page.said("真名1")
            assert (await other.get(path)).status == 200
            page = await other.done(f"{TEA}/a/photo/vote", choice=entry["ticket"])
            assert page.said("1 票") and page.said("我投的")
            await phone.get("/me")
            await phone.done("/me/wish", scope="ugc", choice="no")
            page = await other.get(f"{TEA}/a/photo")
            assert not page.said(path) and (await other.get(path)).status == 404
            assert (await phone.get(path)).status == 200

    play(story, photo_bytes=20_000)


async def _count(desk: MemberDesk, table: str) -> int:
    found = await desk.store.read(lambda tx: tx.row("photos_count", member="wm1",
                                                    run="photo@2026-09-21"))  # fmt: skip
    return int(found["n"]) if found else 0


def test_winners_have_reasons_and_a_draw_is_checked_by_strangers(play, tmp_path: Path) -> None:
    async def story(desk: MemberDesk) -> None:
        for n in (1, 2):
            async with desk.member(f"wm{n}") as phone:
                await phone.get(f"{TEA}/a/draw")
                await phone.done(f"{TEA}/a/draw/sign")
                await phone.done(f"{TEA}/a/quiz/quiz", q1="2")
        row = await desk.store.read(runs.current, "draw", desk.clock.now())
        async with desk.phone() as stranger:
            assert (await stranger.get(f"/proof/{row['id']}")).status == 404  # not yet
            await desk.tick(2 * DAY)
            proof = await stranger.get(f"/proof/{row['id']}")
            assert proof.status == 200 and "wm" not in proof.text
        async with desk.member("wm1") as phone:
            page = await phone.get(f"{TEA}/results")
            assert page.said("答对 1 题") and page.said("抽中号码") and not page.said("真名")
            script = unescape(re.findall(r"<pre>(.*?)</pre>", page.text, re.S)[0])
        assert script.strip() in (ROOT / "docs" / "activities.md").read_text("utf-8")

    play(story)


# -- what he has, and what is known of him ---------------------------------------------------------


def test_the_board_shows_code_names_and_nobody_is_last(play) -> None:
    async def story(desk: MemberDesk) -> None:
        for n in range(1, 6):
            points = Event(kind=Happened.POINTED, at=NOW, dedupe=f"p{n}", member=f"wm{n}",
                           place="tea", amount=10 * n, data={"why": "x"})  # fmt: skip
            await desk.store.write(lambda tx, one=points: events.record(tx, [one], NOW))
        async with desk.member("wm1") as phone:
            await phone.get(f"{TEA}/name")
            page = await phone.done(f"{TEA}/name", name="公道")
            assert "以后就叫「公道」" in note(page)
            board = page.text.partition('id="board"')[2]
            assert [int(n) for n in re.findall(r'<span class="pts">(\d+)</span></li>', board)] \
                == [50, 40, 30, 20, 10]  # fmt: skip
            assert "公道（我）" in board and "你是第 5 名" in board and "真名" not in page.text
            assert "最后" not in board and board.count("一位朋友") == 4
            assert "现在换不了" in note(await phone.done(f"{TEA}/name", name="茶则"))

    play(story)


def test_a_right_is_taken_once_and_the_last_one_by_one_of_two(play) -> None:
    async def story(desk: MemberDesk) -> None:
        for n in (1, 2):
            async with desk.member(f"wm{n}") as phone:
                await phone.get(TEA)
                await phone.done(f"{TEA}/a/half/check")
                page = await phone.get(f"{TEA}/rights")
                assert page.said("一席")
                page = await phone.done(f"{TEA}/claim", right="seat")
                assert ("领到了" in note(page), page.said("已领")) == (n == 1, n == 1)
        async with desk.member("wm3") as phone:
            assert (await phone.get(f"{TEA}/rights")).said("到「初盏」可以领")
            assert "领不了" in note(await phone.done(f"{TEA}/claim", right="no"))

    play(story)


def test_he_sees_what_is_known_corrects_it_and_strikes_it_out(play) -> None:
    told = [Event(kind=Happened.FACT, at=NOW - n, dedupe=f"f{n}", member="wm1", which=name,
                  place=source, data={"value": value, "from": "x"})
            for n, (name, source, value) in enumerate((
                ("city", "staff", "北京"), ("birthday", "said", "03-05"),
                ("job", "guess", "画家"), ("remark", "platform", "难缠")))]  # fmt: skip

    async def story(desk: MemberDesk) -> None:
        await desk.store.write(lambda tx: events.record(tx, told, NOW))
        async with desk.member("wm1") as phone:
            page = await phone.get("/me")
            assert page.said("北京") and page.said("同事记的") and page.said("推测的")
            assert not page.said("难缠")  # for colleagues alone
            page = await phone.done("/me/correct", name="city", value="上海市")
            assert page.said("上海") and not page.said("北京") and page.said("你说的")
            page = await phone.done("/me/correct", name="birthday", value="13月")
            assert "没看懂" in note(page) and page.said("03-05")
            page = await phone.done("/me/strike", name="job")
            assert not page.said("画家")
            assert (await phone.act("/me/correct", name="remark", value="x")).status == 303
            known = {one.name: one.value for one in await desk.store.read(facts.of, "wm1")}
            assert known == {"city": "上海", "birthday": "03-05", "remark": "难缠"}
            copy = await phone.act("/me/copy")
            assert copy.said("真名1") and "attachment" in copy.headers["Content-Disposition"]
            assert (await phone.act("/me/copy", **{"as": "json"})).said("onevoice.person/1")

    play(story)


def test_fewer_none_again_and_out_of_the_circle(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone:
            await phone.get("/me")
            for choice, wish in (("fewer", (True, True)), ("no", (False, True)),
                                 ("usual", (True, False))):  # fmt: skip
                await phone.done("/me/wish", scope="promotion", choice=choice)
                assert await desk.store.read(consent.of_member, "wm1") == wish, choice
            await phone.done("/me/wish", scope="personal", choice="no")
            said = await desk.store.read(facts.consents, "wm1")
            assert (said["personal"].given, said["personal"].origin) == (False, "himself")
            for odd in ({"scope": "x", "choice": "yes"}, {"scope": "promotion", "choice": "all"}):
                assert (await phone.act("/me/wish", **odd)).status == 422
            page = await phone.done("/me/leave", circle="tea")
            assert "已退出「茶友」" in note(page) and page.said("删除我的全部资料")
            assert not await desk.store.read(lambda tx: stays.inside(tx, "circle", "tea", "wm1"))
            assert (await phone.act("/me/leave", circle="tea")).status == 422

    play(story)


def test_a_seed_user_is_asked_and_takes_a_mission(play) -> None:
    asked = [Event(kind=Happened.SEED, at=NOW, member=f"wm{n}", place="tea", which="asked",
                   dedupe=f"seed/{n}/0-asked", data={"until": NOW + DAY, "list": "l"})
             for n in (1, 2)]  # fmt: skip

    async def story(desk: MemberDesk) -> None:
        await desk.store.write(lambda tx: events.record(tx, asked, NOW))
        async with desk.member("wm1") as phone, desk.member("wm2") as other:
            page = await phone.get(TEA)
            assert page.said("请你做「茶友」的种子用户") and not page.said("体验任务")
            page = await phone.done(f"{TEA}/seed", answer="yes")
            assert note(page).startswith("说定了") and page.said("体验任务")
            assert not page.said("请你做")
            await other.get(TEA)
            assert "不打扰" in note(await other.done(f"{TEA}/seed", answer="no"))
            assert not (await other.get(f"{TEA}/missions")).said("说句实话")
            page = await phone.get(f"{TEA}/missions")
            assert page.said("写一百字。") and page.said("还有 1 个名额")
            page = await phone.done(f"{TEA}/missions/say/take")
            assert note(page).startswith("接下了") and page.said("进行中")
            page = await phone.done(f"{TEA}/missions/say/prove", text="不甜", photo=jpeg())
            assert note(page).startswith("收到了") and page.said("等同事看")
            assert (await phone.act(f"{TEA}/missions/say/fly")).status == 404
            assert (await phone.act(f"{TEA}/missions/no/take")).status == 404

    play(story)


def test_somebody_with_two_ids_is_one(play) -> None:
    async def story(desk: MemberDesk) -> None:
        await desk.store.write(lambda tx: people.ensure_member(tx, "openid1", NOW, "他"))
        async with desk.member("openid1") as phone:
            await phone.get(TEA)
            await phone.done(f"{TEA}/a/vote/vote", choice="1")
            await desk.store.write(lambda tx: merging.merge(
                tx, "openid1", "wm1", "staff", NOW, "lin"))  # fmt: skip
            page = await phone.get(TEA)
            assert page.status == 200 and not page.said("你还没进")
            page = await phone.done(f"{TEA}/a/half/check")
            assert page.said("连着 1 天")
        async with desk.member("wm1") as phone:
            assert (await phone.get(TEA)).said("连着 1 天")

    play(story)


# -- weight and words ------------------------------------------------------------------------------


async def weight(phone: Phone, path: str) -> int:
    """Bytes that a first look at a page transfers, packed."""
    headers = {"Accept-Encoding": "gzip"}
    total, text = 0, ""
    async with phone.http.get(phone.url + path, headers=headers) as answer:
        assert answer.status == 200 and answer.headers["Content-Encoding"] == "gzip", path
        text = await answer.text()
        total += len(gzip.compress(text.encode(), 6))
    for asset in re.findall(r'(?:href|src)="/m(/static/[^"]+)"', text):
        async with phone.http.get(phone.url + asset, headers=headers) as answer:
            assert answer.status == 200 and "immutable" in answer.headers["Cache-Control"]
            total += int(answer.headers["Content-Length"])
    return total


def test_every_page_opens_is_light_and_speaks_both_languages(play) -> None:
    async def story(desk: MemberDesk) -> None:
        async with desk.member("wm1") as phone, desk.phone(**{"Accept-Language": "en"}) as other:
            assert (await other.enter(desk.link("wm2"))).status == 303
            for path in (*(TEA + one for one in PAGES), "/me", "/privacy"):
                assert 3_000 < await weight(phone, path) < 60_000, path
                page = await other.get(path)
                assert page.status == 200 and '<html lang="en">' in page.text, path
            assert (await other.get(TEA)).said("Check in</button>")

    play(story)


def test_a_link_that_is_over_is_forgotten(play) -> None:
    async def story(desk: MemberDesk) -> None:
        take = memberlinks.take
        assert await desk.store.write(take, "a", "one", NOW + 5, NOW)
        assert await desk.store.write(take, "a", "one", NOW + 5, NOW)
        assert not await desk.store.write(take, "a", "two", NOW + 5, NOW)
        assert await desk.store.write(take, "a", "two", NOW + 9, NOW + 5)
        first = await desk.store.write(photos.add, "wm1", "r", "image/png", b"x", NOW)
        assert first == await desk.store.write(photos.add, "wm1", "r", "image/png", b"x", NOW)
        more = [await desk.store.write(photos.add, "wm1", "r", "image/png", bytes([n]), NOW)
                for n in range(12)]  # fmt: skip
        assert more.count("") == 4

    play(story)


def test_each_process_brakes_and_none_counts_twice(play: Callable[..., None]) -> None:
    """The brake is each process's own: of two, twice as much gets through, and nothing of it is
    more than what one process would let count."""

    async def story(desk: MemberDesk) -> None:
        config, library = desk.pages.config, desk.pages.library
        assert library is not None
        async with served(config, desk.store, desk.clock, library) as other:
            assert other.pages.passes.key == desk.pages.passes.key  # either takes the other's pass
            refused = 0
            for one in (desk, other):
                async with one.member("wm1") as phone:
                    await phone.get(TEA)
                    for text in ("一", "二", "三", "四", "五", "六"):
                        answer = await phone.act(f"{TEA}/a/wish/submit", text=text)
                        refused += answer.status == 429
            assert refused == 4  # 5 of 7 (a look and six wishes) pass, in each
            told = await kinds(desk, "wm1")
            assert told.count(Happened.SUBMITTED) == 1  # each = 1, whichever process
            desk.clock.advance(MINUTE)
            async with desk.member("wm1") as phone:
                assert (await phone.get(TEA)).status == 200

    play(story, per_minute=5)
