"""Getting into the console and out again, over real HTTP."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.core.clock import HOUR, MINUTE
from bot.core.errors import OneVoiceError
from bot.core.ports import LoginRefused, PlatformAway, StaffIdentity
from bot.store import audit, sessions, staff
from tests.scenario.house import run
from tests.scenario.reception import SECRET, Browser, reception

WRONG = "The login or the password is wrong, or the account is disabled."


def test_the_first_run_makes_one_owner_and_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            assert (await browser.get("/sign-in")).location == "/console/setup"
            await browser.get("/setup")
            given = {"login": "Chen.Yu", "password": SECRET, "again": SECRET}
            code = desk.console.set_up_code
            for wrong, words in (({"code": "abcd"}, "set-up code is wrong"),
                                 ({"password": "short"}, "10 to 128"), ({"again": "x"}, "differ"),
                                 ({"login": "bot"}, "product itself")):  # fmt: skip
                answer = await browser.post("/setup", **({"code": code} | given | wrong))
                assert answer.status == 422 and answer.said(words)
            assert answer.said('value="bot"') and not answer.said(SECRET)
            made = await browser.post("/setup", code=f" {code.upper()} ", **given)
            assert (made.status, made.location) == (303, "/console/staff")
            home = await browser.get()
            assert home.said("Welcome, chen.yu") and home.said("Staff")
            assert not (await browser.get()).said("Welcome, chen.yu")
            async with desk.browser() as other:
                assert (await other.get("/setup")).location == "/console/sign-in"
                await other.get("/sign-in")
                late = await other.post("/setup", code=code, **given)
                assert late.status == 403 and late.said("There is an owner already")
            assert [a.login for a in await desk.store.read(staff.everybody)] == ["chen.yu"]

    run(scenario)


def test_wrong_unknown_and_disabled_are_one_answer(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            number = await desk.add("lin", "service")
            gone = await desk.add("gone", "service")
            await desk.store.write(staff.disable, gone, desk.clock.now(), actor="boss")
            texts = set()
            for login, password in (("lin", "wrong"), ("nobody", SECRET), ("gone", SECRET)):
                answer = await browser.sign_in(login, password)
                assert answer.status == 422 and answer.said(WRONG)
                assert answer.said(f'value="{login}"') and not answer.said(password + '"')
                texts.add(answer.text.replace(f'value="{login}"', "").replace(browser.csrf, ""))
            assert len(texts) == 1
            assert (await browser.sign_in("LIN ")).status == 303
            trail = await desk.store.read(audit.history, "staff", "lin")
            assert [(r["event"], r["after"], r["reason"]) for r in trail][1:] == [
                ("sign_in", "password", "127.0.0.1")]  # fmt: skip
            assert number and (await browser.get("/me")).said("this one")

    run(scenario)


def test_too_many_tries_wait_and_nobody_learns_who_exists(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await desk.add("lin", "service")
            for login in ("lin", "nobody"):
                for _ in range(sessions.PER_LOGIN.most):
                    assert (await browser.sign_in(login, "wrong")).status == 422
                answer = await browser.sign_in(login, SECRET)
                assert answer.status == 429 and answer.said("Too many tries; please wait 15 min.")
            desk.clock.advance(15 * MINUTE)
            assert (await browser.sign_in("lin")).status == 303

    run(scenario)


def test_a_new_token_at_every_sign_in_and_none_after_signing_out(tmp_path: Path) -> None:
    def cookie(browser: Browser) -> str:
        return {c.key: c.value for c in browser.http.cookie_jar}["onevoice-session"]

    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await desk.add("lin", "service")
            await browser.get("/sign-in")
            guest = cookie(browser)
            await browser.sign_in("lin")
            mine = cookie(browser)
            assert mine != guest
            answer = await browser.post("/sign-out")
            assert answer.location == "/console/sign-in"
            assert cookie(browser) not in (guest, mine)
            assert (await browser.get("/sign-in")).said("You are signed out.")
            for old in (guest, mine):
                browser.http.cookie_jar.clear()
                stale = await browser.get("/me", cookies={"onevoice-session": old})
                assert stale.location == "/console/sign-in?next=/console/me"

    run(scenario)


def test_a_session_ends_by_itself_and_an_open_page_does_not_keep_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("service") as browser:
            desk.clock.advance(3 * HOUR)
            assert (await browser.get("/nav", headers={"X-Live": "1"})).status == 200
            desk.clock.advance(2 * HOUR)
            assert (await browser.get()).status == 303
            part = await browser.get("/nav", headers={"HX-Request": "true"})
            assert (part.status, part.headers["HX-Refresh"]) == (401, "true")
            await browser.sign_in("service")
            for _ in range(23):
                desk.clock.advance(HOUR)
                assert (await browser.get()).status == 200
            desk.clock.advance(HOUR)
            assert (await browser.get()).status == 303

    run(scenario)


def test_one_sees_and_ends_ones_own_sessions(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with (
            reception(tmp_path) as desk, desk.signed_in("service") as here,
            desk.browser(**{"User-Agent": "Chrome/120 (Windows NT)"}) as there,
        ):  # fmt: skip
            await there.sign_in("service")
            page = await here.get("/me")
            assert page.said("Chrome · Windows") and page.text.count('/end"') == 2
            (other,) = re.findall(r"/me/sessions/(\d+)/end", page.text)
            assert (await here.post(f"/me/sessions/{other}/end")).status == 303
            assert (await there.get()).status == 303
            await there.sign_in("service")
            await here.get("/me")
            assert (await here.post("/me/sessions/end")).location == "/console/sign-in"
            assert (await here.get()).status == (await there.get()).status == 303

    run(scenario)


def test_a_made_password_is_changed_before_anything_else(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await desk.add("lin", "service", made=True)
            await browser.sign_in("lin")
            assert (await browser.get()).location == "/console/me"
            assert (await browser.get("/sheet")).location == "/console/me"
            new = {"password": "another long secret", "again": "another long secret"}
            for wrong, words in (({"old": "x"}, "not the present password"),
                                 ({"password": "short"}, "10 to 128"), ({"again": ""}, "differ"),
                                 ({"password": SECRET}, "the old password")):  # fmt: skip
                answer = await browser.post("/me/password", **({"old": SECRET} | new | wrong))
                assert answer.status == 422 and answer.said(words), words
            assert (await browser.post("/me/password", old=SECRET, **new)).status == 303
            assert (await browser.get()).status == 200
            async with desk.browser() as other:
                assert (await other.sign_in("lin", SECRET)).status == 422
                assert (await other.sign_in("lin", "another long secret")).status == 303

    run(scenario)


@pytest.mark.parametrize(
    ("following", "place"),
    [("/console/audit?actor=lin", "/console/audit?actor=lin"), ("https://evil.example/", "/console"),
     ("//evil.example/console/", "/console"), ("/console//evil", "/console"), ("", "/console")],
)  # fmt: skip
def test_one_arrives_where_one_wanted_to_go_and_nowhere_else(
    tmp_path: Path, following: str, place: str
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await desk.add("lin", "owner")
            await browser.get("/sign-in", params={"next": following})
            answer = await browser.post("/sign-in", login="lin", password=SECRET, next=following)
            assert answer.location == place

    run(scenario)


@dataclass
class Corp:
    """A platform that vouches for whoever holds a code of its own making."""

    codes: dict[str, StaffIdentity | OneVoiceError]

    def inside_url(self, redirect: str, state: str) -> str:
        return f"https://inside.example/?redirect={redirect}&state={state}"

    def qr_url(self, redirect: str, state: str) -> str:
        return f"https://qr.example/?redirect={redirect}&state={state}"

    async def who(self, code: str) -> StaffIdentity:
        found = self.codes.get(code, LoginRefused("no such code"))
        if isinstance(found, OneVoiceError):
            raise found
        return found


CORP = Corp({"lin": StaffIdentity(userid="lin.xi"), "new": StaffIdentity(userid="<b>new"),
             "away": PlatformAway("no answer")})  # fmt: skip


async def start(browser: Browser, path: str = "/sign-in/wecom") -> tuple[str, dict[str, list[str]]]:
    answer = await browser.get(path)
    assert answer.status == 303
    return answer.location, parse_qs(urlsplit(answer.location).query)


def test_wecom_lets_in_whom_an_owner_has_entered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path, CORP) as desk, desk.browser() as browser:
            await desk.add("lin", "service", userid="lin.xi")
            assert (await browser.get("/sign-in")).said("Sign in with WeCom")
            where, query = await start(browser, "/sign-in/wecom?next=/console/sheet")
            assert where.startswith("https://qr.example/")
            assert query["redirect"][0].startswith(f"{desk.url}/sign-in/wecom/back")
            back = {"state": query["state"][0], "code": "lin", "next": "/console/sheet"}
            answer = await browser.get("/sign-in/wecom/back", params=back)
            assert answer.location == "/console/sheet"
            assert (await browser.get("/me")).said("WeCom")
            again = await browser.get("/sign-in/wecom/back", params=back)
            assert again.status == 403  # the browser's token is a new one since

    run(scenario)


def test_wecom_lets_nobody_else_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path, CORP) as desk, desk.browser() as browser:
            await desk.add("lin", "service", userid="lin.xi")
            _, query = await start(browser)
            state = query["state"][0]
            another = "1" if state.endswith("0") else "0"

            async def back(who: Browser, code: str, state: str) -> tuple[int, str]:
                params = {"state": state, "code": code}
                answer = await who.get("/sign-in/wecom/back", params=params)
                return answer.status, answer.text

            async with desk.browser() as other:
                await start(other)
                assert (await back(other, "lin", state))[0] == 403
            assert (await back(browser, "lin", ""))[0] == 403
            assert (await back(browser, "lin", state[:-1] + another))[0] == 403
            assert (await back(browser, "stolen", state))[0] == 403
            assert (await back(browser, "away", state))[0] == 503
            status, text = await back(browser, "new", state)
            assert status == 403 and "&lt;b&gt;new has no access yet" in text
            desk.clock.advance(10 * MINUTE)
            assert (await back(browser, "lin", state))[0] == 403
            assert not await desk.store.read(lambda tx: tx.rows("session_of", staff=1, now=0,
                                                                seen_after=0))  # fmt: skip

    run(scenario)


def test_without_a_platform_or_a_way_back_wecom_is_not_offered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await desk.add("lin", "service")
            assert not (await browser.get("/sign-in")).said("Sign in with WeCom")
            assert (await browser.get("/sign-in/wecom")).status == 404
        inside = {"User-Agent": "Chrome wxwork/4.1"}
        async with (
            reception(tmp_path / "two", CORP, public_url="https://bot.example.com") as desk,
            desk.browser(**inside) as browser,
        ):
            where, query = await start(browser)
            assert where.startswith("https://inside.example/")
            assert query["redirect"] == ["https://bot.example.com/console/sign-in/wecom/back"]

    (tmp_path / "two").mkdir()
    run(scenario)


def test_with_https_the_cookies_belong_to_this_host_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        url = "https://bot.example.com"
        async with reception(tmp_path, public_url=url) as desk, desk.browser() as browser:
            found = (await browser.get("/setup")).headers["Set-Cookie"]
        assert found.startswith("__Host-onevoice-session=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(found.split("; "))
        assert "Domain" not in found

    run(scenario)


def test_behind_a_proxy_tries_are_counted_for_the_address_that_it_saw(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            console = desk.console
            console.config = replace(
                console.config, console=replace(console.config.console, proxies=1)
            )
            await desk.add("lin", "service")
            async with desk.browser(**{"X-Forwarded-For": "6.6.6.6, 9.9.9.9"}) as browser:
                await browser.sign_in("lin")
                assert (await browser.get("/me")).said("9.9.9.9")

    run(scenario)
