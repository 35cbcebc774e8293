"""Tokens, methods, bodies, frequency, and the scripted faults of the API side."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.sandbox.conftest import CORP, SECRET
from tests.waiting import until

WELCOME = "externalcontact/send_welcome_msg"


def test_tokens(play) -> None:
    async def story(home) -> None:
        first, home.token = home.token, ""
        again = await home.get("gettoken", corpid=CORP, corpsecret=SECRET)
        assert again["access_token"] == first and again["expires_in"] == 7200
        wrong = await home.get("gettoken", corpid=CORP, corpsecret="no")
        assert wrong["errcode"] == 40001
        wrong = await home.get("gettoken", corpid="wwNO", corpsecret=SECRET)
        assert wrong["errcode"] == 40013
        assert (await home.get("gettoken", corpid=CORP))["errcode"] == 41004
        assert (await home.get("gettoken"))["errcode"] == 41002
        assert await home.code("kf/account/list") == 41001
        assert await home.code("kf/account/list", access_token="invented") == 40014
        await home.advance(7199)
        assert await home.code("kf/account/list", access_token=first) == 0
        await home.do("/clock", {"advance_s": 1})
        assert await home.code("kf/account/list", access_token=first) == 42001
        renewed = await home.get("gettoken", corpid=CORP, corpsecret=SECRET)
        assert renewed["access_token"] != first

    play(story)


def test_no_such_path_and_wrong_requests(play) -> None:
    async def story(home) -> None:
        api = home.box.urls()["api"]
        async with home.http.get(api + "/no/such", params={"access_token": home.token}) as found:
            assert found.status == 404 and "errcode" in await found.json()
        assert (await home.get(WELCOME))["errcode"] == 40063
        for raw in (b"{", b"[1]", b"\xff\xfe", b"[" * 100_000):
            async with home.http.post(
                f"{api}/kf/send_msg?access_token={home.token}", data=raw
            ) as found:
                assert (await found.json())["errcode"] == 40058

    play(story)


@pytest.mark.parametrize("escaped", [True, False])
def test_json_raw_or_escaped_and_ids_as_numbers(play, escaped) -> None:
    import json

    async def story(home) -> None:
        body = {
            "touser": "lin.xi",
            "agentid": "1000002",
            "msgtype": "text",
            "text": {"content": "茶🍵"},
        }
        raw = json.dumps(body, ensure_ascii=escaped).encode()
        url = f"{home.box.urls()['api']}/message/send?access_token={home.token}"
        async with home.http.post(url, data=raw) as found:
            assert (await found.json())["errcode"] == 0
        assert (await home.see("/chats/lin.xi/messages"))[0]["text"] == "茶🍵"

    play(story)


def test_frequency_per_api(play) -> None:
    async def story(home) -> None:
        codes = [(await home.get("getcallbackip"))["errcode"] for _ in range(4)]
        assert codes == [0, 0, 0, 45009]
        assert (await home.get("get_api_domain_ip"))["errcode"] == 0
        await home.advance(60)
        assert (await home.get("getcallbackip"))["errcode"] == 0

    play(story, "limits.api_per_minute = 3")


def test_calls_are_logged_with_body_and_verdict(play) -> None:
    async def story(home) -> None:
        await home.post(WELCOME, {"welcome_code": "x", "text": {"content": "a"}})
        await home.upload("media/upload", "a.txt", b"123456", type="file")
        rows = await home.see("/calls?path=welcome")
        assert rows[0]["body"]["welcome_code"] == "x" and rows[0]["errcode"] == 41050
        rows = await home.see("/calls")
        assert [row["seq"] for row in rows] == [1, 2, 3]
        assert rows[2]["body"] == {"filename": "a.txt", "size": 6}
        assert "access_token" not in rows[2]["query"] and rows[2]["http"] == 200
        counters = (await home.see("/state?part=counters"))["counters"]
        assert counters["refusals"] == {"41050": 1}

    play(story)


async def code_for(home) -> tuple[str, dict]:
    made = await home.customer()
    found = await home.do(f"/customers/{made}/add", {"userid": "lin.xi"})
    return made, {"welcome_code": found["welcome_code"], "text": {"content": "你好"}}


def test_slow_takes_effect_on_arrival(play) -> None:
    async def story(home) -> None:
        made, body = await code_for(home)
        await home.do(
            "/faults", {"on": "api", "kind": "slow", "path": "welcome", "delay_ms": [2_000, 2_020]}
        )
        waiting = asyncio.ensure_future(home.code(WELCOME, body))
        await until(lambda: home.texts(made), "it has its effect", pause=0.005)
        assert len(await home.texts(made)) == 1 and not waiting.done()
        await home.do("/clock", {"advance_s": 60})
        assert await waiting == 0, "judged when it arrived, not when it was answered"

    play(story)


@pytest.mark.parametrize(("kind", "arrives"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_connections(play, kind, arrives) -> None:
    async def story(home) -> None:
        made, body = await code_for(home)
        await home.do("/faults", {"on": "api", "kind": kind, "path": "welcome", "n": 1})
        with pytest.raises(aiohttp.ClientError):
            await home.code(WELCOME, body)
        assert len(await home.texts(made)) == arrives
        assert await home.code(WELCOME, body) == (41051 if arrives else 0)
        row = (await home.see("/calls?path=welcome"))[0]
        assert row["fault"] == [kind] and row["http"] == 0

    play(story)


def test_refusing_faults(play) -> None:
    async def story(home) -> None:
        made, body = await code_for(home)
        await home.do("/faults", {"on": "api", "kind": "rate_limit", "path": "welcome", "n": 2})
        assert [await home.code(WELCOME, body) for _ in range(2)] == [45009, 45009]
        await home.do("/faults", {"on": "api", "kind": "rate_limit", "n": 1, "errcode": -1})
        assert await home.code(WELCOME, body) == -1
        await home.do("/faults", {"on": "api", "kind": "http500", "path": "welcome", "n": 1})
        with pytest.raises(aiohttp.ContentTypeError):
            await home.code(WELCOME, body)
        assert await home.texts(made) == []
        await home.do("/faults", {"on": "api", "kind": "token_expired", "path": "welcome", "n": 1})
        assert await home.code(WELCOME, body) == 42001
        assert await home.code(WELCOME, body) == 42001, "the token is really dead"
        home.token = ""
        await home.login()
        assert await home.code(WELCOME, body) == 0

    play(story)


def test_garbled_answers_come_after_the_effect(play) -> None:
    async def story(home) -> None:
        made, body = await code_for(home)
        await home.do("/faults", {"on": "api", "kind": "bad_json", "n": 1})
        with pytest.raises(ValueError):
            await home.code(WELCOME, body)
        assert len(await home.texts(made)) == 1

    play(story)


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"on": "api"},
        {"on": "tv", "kind": "slow"},
        {"on": "api", "kind": "reorder"},
        {"on": "api", "kind": "slow", "delay_ms": "long"},
        {"on": "api", "kind": "slow", "n": 0},
        {"on": "api", "kind": "slow", "delay_ms": [9, 1]},
    ],
)
def test_faults_that_mean_nothing_are_refused(play, spec) -> None:
    async def story(home) -> None:
        status, told = await home.control("POST", "/faults", spec)
        assert status == 400 and told["error"]
        assert await home.see("/faults") == []

    play(story)


def test_faults_are_listed_and_cleared(play) -> None:
    async def story(home) -> None:
        made = await home.do("/faults", {"on": "api", "kind": "slow", "delay_ms": 1})
        await home.do("/faults", {"on": "callback", "kind": "duplicate"})
        assert (await home.see("/faults"))[0]["id"] == made["id"]
        assert await home.control("DELETE", "/faults") == (200, {"cleared": 2})
        assert await home.see("/faults") == []

    play(story)
