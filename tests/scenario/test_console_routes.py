"""Every route of the console, walked by its table: rights, tokens, headers, and pages that hold
together."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

from bot.console.page import CSP, Route
from bot.console.pages import PAGES
from bot.console.rights import ROLES, Access, may
from bot.store import audit
from bot.store.engine import StoreFailed, Tx
from tests.scenario.house import run, until
from tests.scenario.reception import SECRET, Answer, Browser, reception

ROUTES = [route for page in PAGES for route in page.routes]
CHANGING = [route for route in ROUTES if route.method != "GET"]
LOOKING = [route for route in ROUTES if route.method == "GET" and route.path != "/live"]
SCRIPT = "<script>alert(1)</script>"
# An open page that asks for a part of itself is refused by the same gate, in a line instead of a page.
OPEN = {"HX-Request": "true"}


def address(route: Route) -> str:
    return route.path.replace("{id}", "1")


def test_the_table_is_whole() -> None:
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    assert {route.method for route in ROUTES} == {"GET", "POST"}
    public = {route.path for route in ROUTES if route.needs is Access.PUBLIC}
    assert public == {"/sign-in", "/sign-in/wecom", "/sign-in/wecom/back", "/setup", "/look",
                      "/sidebar", "/sidebar/back"}  # fmt: skip
    assert len(CHANGING) > 10


def test_what_changes_something_wants_the_token_of_this_browser(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            before = await everything(desk.store)
            async with desk.browser() as other:
                await other.get("/sign-in")
                strange = other.csrf
            for route in CHANGING:
                for given, by in (({}, {}), ({"csrf": ""}, OPEN), ({"csrf": strange}, OPEN),
                                  ({"csrf": browser.csrf[:-1]}, OPEN)):  # fmt: skip
                    answer = await browser.ask("POST", address(route), data=given, headers=by)
                    assert answer.status == 403, (route.path, given)
                right = {"csrf": browser.csrf}
                for headers in ({"Sec-Fetch-Site": "cross-site"}, OPEN | {"Origin": "null"},
                                OPEN | {"Origin": "http://evil.example"}):  # fmt: skip
                    answer = await browser.ask("POST", address(route), data=right, headers=headers)
                    assert answer.status == 403 and answer.said("Another site sent this")
            assert await everything(desk.store) == before

    run(scenario)


async def everything(store: Any) -> list[dict[str, Any]]:
    def look(tx: Tx) -> list[dict[str, Any]]:
        return tx.rows("staff_everybody") + tx.rows("audit_of", subject="staff:owner")

    found: list[dict[str, Any]] = await store.read(look)
    return found


def test_without_a_session_nothing_is_shown_or_changed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await desk.add("lin", "owner")
            await browser.get("/sign-in")
            for route in ROUTES:
                if route.needs is Access.PUBLIC:
                    continue
                given = {} if route.method == "GET" else {"data": {"csrf": browser.csrf}}
                answer = await browser.ask(route.method, address(route), **given)
                if route.method == "GET":
                    where = f"/console/sign-in?next=/console{address(route)}"
                    assert (answer.status, answer.location) == (303, where)
                else:
                    assert answer.status == 401, route.path

    run(scenario)


def test_every_wrong_role_is_refused_and_every_right_one_is_let_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            for role in ROLES:
                async with desk.signed_in(role) as browser:
                    for route in LOOKING:
                        allowed = may(role, route.needs)
                        answer = await browser.get(address(route), headers={} if allowed else OPEN)
                        assert (answer.status == 403) is not allowed, route.path
                    for route in CHANGING:
                        if not may(role, route.needs):
                            given = {"csrf": browser.csrf}
                            answer = await browser.ask("POST", address(route), data=given,
                                                       headers=OPEN)  # fmt: skip
                            assert answer.status == 403, (role, route.path)
                            assert answer.said("Your role does not include this")

    run(scenario)


def fine(answer: Answer, csp: str = CSP) -> None:
    headers = answer.headers
    assert headers["Content-Security-Policy"] == csp
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers
    for found in headers.getall("Set-Cookie", []):
        assert {"HttpOnly", "SameSite=Lax", "Path=/console"} <= set(found.split("; "))


def test_every_answer_has_its_headers(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            for route in LOOKING:
                fine(await browser.get(address(route)), route.csp)
            for route in CHANGING:
                fine(await browser.ask("POST", address(route)), route.csp)
            for path in ("/nothing", "/staff/x/role", "/static/none.css", "/static/..%2fx"):
                answer = await browser.get(path)
                assert answer.status in (404, 405)
                fine(answer)
            assert (await browser.ask("PUT", "/staff")).status == 405
            large = await browser.post("/staff", login="x" * 70_000)
            assert large.status == 413 and large.said("too much at once")

    run(scenario)


def test_files_are_kept_for_good_under_a_name_of_their_content(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            page = await browser.get("/setup")
            names = re.findall(r'(?:src|href)="/console(/static/[^"]+)"', page.text)
            assert len(names) == 7
            for name in names:
                answer = await browser.get(name)
                assert answer.status == 200
                assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
                assert answer.headers["Content-Encoding"] == "gzip"
                assert "Set-Cookie" not in answer.headers
            assert not re.search(r'(?:src|href|action)="(?!/console|#)', page.text)

    run(scenario)


def test_an_owner_adds_changes_resets_and_disables(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            await browser.get("/staff")
            made = await browser.post("/staff", login="Lin", role="service", userid="lin.xi")
            (password,) = re.findall(r'id="made">([0-9a-z-]{19})<', made.text)
            async with desk.browser() as lin:
                assert (await lin.sign_in("lin", password)).status == 303
                number = 2
                for verb, fields in (("role", {"role": "lead"}), ("wecom", {"userid": "x"}),
                                     ("disable", {}), ("enable", {})):  # fmt: skip
                    answer = await browser.post(f"/staff/{number}/{verb}", **fields)
                    assert answer.location == "/console/staff", answer.text
                    assert (await lin.get()).location.startswith(
                        "/console/sign-in" if verb in ("disable", "enable") else "/console/me"
                    )
                again = await browser.post(f"/staff/{number}/reset")
                (newer,) = re.findall(r'id="made">([0-9a-z-]{19})<', again.text)
                assert (await lin.sign_in("lin", password)).status == 422
                assert (await lin.sign_in("lin", newer)).status == 303
            for path, fields, words in (
                ("/staff", {"login": "LIN", "role": "service"}, "Somebody has this login already"),
                ("/staff", {"login": "x", "role": "service"}, "2 to 64"),
                ("/staff/1/role", {"role": "lead"}, "This is the last owner"),
                ("/staff/1/disable", {}, "Not to your own account"),
                ("/staff/9/enable", {}, "There is no such account"),
                ("/staff/2/role", {"role": "cook"}, "There is no such role"),
            ):
                answer = await browser.post(path, **fields)
                assert answer.status == 422 and answer.said(words), path
            file = await browser.get("/staff.csv")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert [row[:3] for row in rows[1:]] == [["lin", "Service lead", "x"],
                                                     ["owner", "Owner", ""]]  # fmt: skip

    run(scenario)


def _hostile(tx: Tx) -> None:
    rows = [audit.note("staff", SCRIPT, "reset", at=1_000 + n, actor="=1+1", reason=SCRIPT)
            for n in range(120)]  # fmt: skip
    audit.record(tx, rows)


def test_the_audit_page_pages_filters_and_keeps_scripts_text(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            await desk.store.write(_hostile)
            path, seen = "/audit?actor=%3D1%2B1", 0
            while path:
                page = await browser.get(path)
                assert page.status == 200 and SCRIPT not in page.text
                seen += page.text.count('<td title="reset">')
                older = re.search(r'href="/console([^"]+)" rel="next"', page.text)
                path = older[1].replace("&amp;", "&") if older else ""
            assert seen == 120
            file = await browser.get("/audit.csv?actor=%3D1%2B1")
            rows = list(csv.reader(io.StringIO(file.text.removeprefix("\ufeff"))))
            assert len(rows) == 121 and rows[1][1] == "'=1+1"
            odd = await browser.get("/audit", params={"since": SCRIPT, "subject": SCRIPT})
            assert odd.status == 200 and SCRIPT not in odd.text and odd.said("Write a day like")
            assert (await browser.get("/audit?since=2020-01-01&until=2020-01-02")).said("No rows")
            assert (await browser.get("/audit?subject=staff:owner")).said("signed in")

    run(scenario)


def test_what_was_typed_survives_an_error_and_secrets_do_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            await browser.get("/staff")
            desk.clock.advance(10 * 3_600_000)
            lost = await browser.post("/staff", login=f"lin{SCRIPT}", password=SECRET)
            assert lost.status == 401 and lost.said("lin&lt;script&gt;")
            assert SECRET not in lost.text and SCRIPT not in lost.text
            for cookie in ("W10=", "bm8=", "!", "WyJnb29kIiwieCIse31d"):
                jar = {"onevoice-note": cookie}
                assert (await browser.get("/sign-in", cookies=jar)).status == 200

    run(scenario)


def test_a_database_that_fails_is_told_and_an_error_of_ours_tells_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            await browser.get("/staff")
            read = desk.store.read

            async def broken(*_: object, **__: object) -> Any:
                raise StoreFailed("disk I/O error")

            desk.store.read = broken  # type: ignore[method-assign]
            assert (await browser.get("/staff")).status == 503
            desk.store.read = read  # type: ignore[method-assign]
            desk.console.topics = None  # type: ignore[assignment]
            answer = await browser.get("/live")
            assert answer.status == 500 and answer.said("Something went wrong here")
            assert "Traceback" not in answer.text

    run(scenario)


def test_language_and_look_are_kept_and_one_stays_where_one_was(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.browser() as browser:
            await browser.get("/setup")
            headers = {"Referer": f"{desk.url}/setup"}
            form = {"csrf": browser.csrf, "lang": "zh", "look": "dark"}
            answer = await browser.ask("POST", "/look", data=form, headers=headers)
            assert answer.location == "/console/setup"
            page = await browser.get("/setup")
            assert page.said("开始使用") and page.said('<html lang="zh-CN" data-look="dark">')
            await desk.add("lin", "owner")
            await browser.sign_in("lin")
            await browser.post("/look", lang="en")
            async with desk.browser(**{"Accept-Language": "zh"}) as other:
                await other.sign_in("lin")
                assert (await other.get()).said("Hello, lin")

    run(scenario)


async def events(browser: Browser, query: str, ring: Any, n: int) -> list[dict[str, str]]:
    """The first ``n`` events of a page that listens, and what rings once it does."""
    found: list[dict[str, str]] = []
    async with browser.http.get(f"{browser.url}/live?{query}") as answer:
        assert answer.content_type == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        await answer.content.readuntil(b": hello\n\n")
        ring()
        while len(found) < n:
            block = (await answer.content.readuntil(b"\n\n")).decode()
            found.append(dict(re.findall(r"^(\w+): (.*)$", block, re.M)))
    return [event for event in found if event]


def test_an_open_page_hears_its_topics_and_what_it_missed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:

            def ring() -> None:
                for name in ("inbox", "console", "console", "library"):
                    desk.bells.ring(name)

            desk.console.hub._beat = 0.1  # a page that left is noticed at the next beat
            (first,) = await events(browser, "t=console", ring, 1)
            assert first["event"] == "console" and first["data"] == "1"
            await until(lambda: len(desk.console.hub) == 0, "the page is gone")
            after = f"t=console&after={first['id']}"
            ring()
            (missed,) = await events(browser, after, lambda: None, 1)
            assert missed["event"] == "console" and missed["id"] != first["id"]
            (forgotten,) = await events(browser, "t=console&after=other-1", lambda: None, 1)
            assert forgotten["event"] == "console"
            # what rings between the making of a page and its connection is told as well
            made = re.search(r"/live\?\S+after=([\w-]+)", (await browser.get("")).text)
            assert made is not None
            ring()
            (late,) = await events(browser, f"t=console&after={made[1]}", lambda: None, 1)
            assert late["event"] == "console"
            assert (await browser.get("/live?t=secrets")).status == 403
        async with reception(tmp_path / "two") as desk, desk.signed_in("service") as browser:
            assert (await browser.get("/live?t=console")).status == 403

    (tmp_path / "two").mkdir()
    run(scenario)


def test_the_oldest_page_gives_way_and_a_session_that_ends_says_so(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            hub, url = desk.console.hub, f"{desk.url}/live?t=console"
            open_pages = [await browser.http.get(url) for _ in range(5)]
            text = await open_pages[0].text()  # it was ended by the server
            assert "event: parked" in text
            assert len(hub) == 4
            await desk.store.write(lambda tx: tx.run("session_end_all", staff=1, but=0))
            hub._beat = 0.01
            desk.bells.ring("console")  # each goes on to its next, shorter, beat
            for page in open_pages[1:]:
                assert "event: signed-out" in await page.text()
            assert len(hub) == 0

    run(scenario)
