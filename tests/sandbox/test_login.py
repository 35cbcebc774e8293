"""OAuth codes, user tickets, JS-SDK signatures."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from sandbox.rules.login import sign
from tests.sandbox.conftest import CORP

BACK = "http://127.0.0.1:8080/back?x=1"


async def code(home, **more) -> str:
    query = {
        "appid": CORP,
        "redirect_uri": BACK,
        "response_type": "code",
        "state": "S1",
        "scope": "snsapi_base",
        "agentid": "1000002",
    } | more
    url = home.box.urls()["sandbox"] + "/connect/oauth2/authorize"
    async with home.http.get(url, params=query, allow_redirects=False) as found:
        assert found.status == 302
        query = parse_qs(urlsplit(found.headers["Location"]).query)
    assert query["state"] == ["S1"] and query["x"] == ["1"]
    return query["code"][0]


def test_codes_work_once_for_five_minutes(play) -> None:
    async def story(home) -> None:
        first = await code(home, userid="lin.xi")
        assert (await home.get("auth/getuserinfo", code=first))["userid"] == "lin.xi"
        assert (await home.get("auth/getuserinfo", code=first))["errcode"] == 42022
        assert (await home.get("auth/getuserinfo", code="no"))["errcode"] == 40029
        old = await home.get("user/getuserinfo", code=await code(home, userid="su.he"))
        assert old["UserId"] == "su.he"
        late = await code(home, userid="lin.xi")
        await home.advance(301)
        assert (await home.get("auth/getuserinfo", code=late))["errcode"] == 42003
        guest = await code(home, external_userid="wmBANZHAN0001")
        found = await home.get("auth/getuserinfo", code=guest)
        assert found["external_userid"] == "wmBANZHAN0001" and "userid" not in found

    play(story)


def test_private_info_needs_its_scope(play) -> None:
    async def story(home) -> None:
        asked = await code(home, userid="lin.xi", scope="snsapi_privateinfo")
        ticket = (await home.get("auth/getuserinfo", code=asked))["user_ticket"]
        found = await home.post("auth/getuserdetail", {"user_ticket": ticket})
        assert found["userid"] == "lin.xi"
        assert await home.code("auth/getuserdetail", {"user_ticket": "no"}) == 84015
        await home.advance(1801)
        assert await home.code("auth/getuserdetail", {"user_ticket": ticket}) == 84014

    play(story)


def test_the_authorize_page_lets_a_person_choose(play) -> None:
    async def story(home) -> None:
        url = home.box.urls()["sandbox"] + "/wwlogin/sso/login"
        query = {"appid": CORP, "redirect_uri": BACK, "agentid": "1000002"}
        async with home.http.get(url, params=query) as found:
            text = await found.text()
            assert "小盏·林溪" in text and "userid=lin.xi" in text
        async with home.http.get(url, params=query | {"appid": "wwNO"}) as found:
            assert found.status == 400

    play(story)


def test_jssdk_signature(play) -> None:
    async def story(home) -> None:
        corp = (await home.get("get_jsapi_ticket"))["ticket"]
        app = (await home.get("ticket/get", type="agent_config"))["ticket"]
        assert corp != app and (await home.get("get_jsapi_ticket"))["ticket"] == corp
        check = home.box.urls()["sandbox"] + "/jssdk/check"
        page = "http://127.0.0.1:8080/side?a=1"
        for value, agent in ((corp, ""), (app, "1000002")):
            body = {
                "url": page + "#top",
                "timestamp": 1,
                "nonceStr": "n",
                "agent": agent,
                "signature": sign(value, "n", "1", page),
            }
            async with home.http.post(check, json=body) as found:
                assert found.status == 200
            async with home.http.post(check, json=body | {"nonceStr": "m"}) as found:
                assert (await found.json())["errcode"] == 40093

    play(story)


async def page(home, path="/connect/oauth2/authorize", **query) -> tuple[int, str]:
    asked = {"appid": CORP, "redirect_uri": BACK, "agentid": "1000002", "userid": "lin.xi"} | query
    url = home.box.urls()["sandbox"] + path
    async with home.http.get(url, params=asked, allow_redirects=False) as found:
        return found.status, found.headers.get("Location") or await found.text()


def test_a_page_leads_back_to_its_own_domain_alone(play) -> None:
    async def story(home) -> None:
        assert (await page(home))[0] == 302
        assert (
            await home.code("agent/set", {"agentid": 1000002, "redirect_domain": "tea.example"})
            == 0
        )
        status, said = await page(home)
        assert status == 400 and "50001" in said and "redirect_uri" in said
        for good in ("https://tea.example/x", "http://TEA.example:81/x?a=1"):
            assert (await page(home, redirect_uri=good))[0] == 302
        for bad in ("https://www.tea.example/", "ftp://tea.example/", "https://tea.example:x/"):
            assert (await page(home, redirect_uri=bad))[0] == 400
        assert (await page(home, "/wwlogin/sso/login"))[0] == 302, "the QR page has its own domain"
        await home.code("agent/set", {"agentid": 1000002, "redirect_domain": "tea.example:81"})
        assert (await page(home, redirect_uri="http://tea.example:81/x"))[0] == 302
        assert (await page(home, redirect_uri="http://tea.example/x"))[0] == 400

    play(story)


def test_what_is_added_to_the_address_keeps_its_parts(play) -> None:
    async def story(home) -> None:
        _, back = await page(home, redirect_uri="http://127.0.0.1/a?b=1#part", state="S")
        parts = urlsplit(back)
        assert parts.fragment == "part" and parse_qs(parts.query)["b"] == ["1"]
        assert parse_qs(parts.query)["state"] == ["S"]
        _, back = await page(home, redirect_uri="http://127.0.0.1")
        assert list(parse_qs(urlsplit(back).query)) == ["code"], "no state was given"

    play(story)


def test_each_refusal_has_its_code(play) -> None:
    async def story(home) -> None:
        for code, wrong in {
            40013: {"appid": "wwOTHER"},
            40056: {"agentid": "7"},
            41011: {"agentid": "", "scope": "snsapi_privateinfo"},
            84025: {"state": "<b>"},
        }.items():
            status, said = await page(home, **wrong)
            assert status == 400 and f"错误码 {code}" in said and "<b>" not in said
        assert (await page(home, agentid=""))[0] == 302
        assert (await page(home, "/wwopen/sso/qrConnect", agentid=""))[0] == 400
        assert (await page(home, userid="nobody"))[0] == 404

    play(story)


def test_an_official_accounts_page_learns_the_openid_once(play) -> None:
    ask = {"appid": "wxSANDBOX00000001", "secret": "sandbox-secret-oa",
           "grant_type": "authorization_code"}  # fmt: skip

    async def story(home) -> None:
        url = home.box.urls()["sandbox"] + "/sns/oauth2/access_token"

        async def exchange(**more) -> dict:
            async with home.http.get(url, params=ask | more) as found:
                return await found.json()

        wanted = {"appid": ask["appid"], "agentid": "", "external_userid": "wmBANZHAN0001"}
        first = await code(home, **wanted)
        assert (await home.get("auth/getuserinfo", code=first))["errcode"] == 40029
        assert (await exchange(code=first, secret="no"))["errcode"] == 40125
        assert (await exchange(code=first, appid="no"))["errcode"] == 40013
        assert (await exchange(code=first, grant_type="x"))["errcode"] == 40002
        found = await exchange(code=first)
        assert (found["openid"], found["scope"]) == ("oSBXwmBANZHAN0001", "snsapi_base")
        assert (await exchange(code=first))["errcode"] == 40163
        staff = await code(home, userid="lin.xi")
        assert (await exchange(code=staff))["errcode"] == 40029
        late = await code(home, **wanted)
        await home.advance(301)
        assert (await exchange(code=late))["errcode"] == 42003
        page = home.box.urls()["sandbox"] + "/connect/oauth2/authorize"
        query = {"appid": CORP, "redirect_uri": BACK, "agentid": "1000002"}
        for asked in (query, query | {"appid": ask["appid"]}):
            async with home.http.get(page, params=asked) as seen:
                assert "external_userid=wmBANZHAN0001" in await seen.text()

    play(story)
