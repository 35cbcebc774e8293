"""The sidebar's calls: signatures, seats, and one click that sends into the open chat."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.rules.login import sign
from tests.sandbox.conftest import CORP, House

PAGE = "http://127.0.0.1:1/sidebar?x=1"
FRIEND, GROUP, STAFF = "wmBANZHAN0001", "wrBANZHAN01", "lin.xi"


async def post(home: House, name: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    url = f"{home.box.urls()['sandbox']}/jssdk/{name}"
    async with home.http.post(url, json=body) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        found: dict[str, Any] = await answer.json()
        assert answer.status == (400 if found["errcode"] else 200)
        return found["errcode"], found


async def signed(home: House, agent: bool, url: str = PAGE) -> dict[str, str]:
    path, query = ("ticket/get", {"type": "agent_config"}) if agent else ("get_jsapi_ticket", {})
    ticket = (await home.get(path, **query))["ticket"]
    made = sign(ticket, "n1", "1790000000", url)
    return {"url": PAGE, "nonceStr": "n1", "timestamp": "1790000000", "signature": made}


async def sit(home: House, agent: bool = True, **place: str) -> tuple[int, dict[str, Any]]:
    who = {"userid": STAFF, "corpid": CORP, "agentid": 1000002}
    return await post(home, "agent", who | place | await signed(home, agent))


async def call(home: House, seat: str, api: str, **args: Any) -> dict[str, Any]:
    found = (await post(home, "call", {"seat": seat, "api": api, "args": args}))[1]
    return {key: value for key, value in found.items() if key != "errcode" or value}


def test_signatures(play) -> None:
    async def story(home: House) -> None:
        assert (await post(home, "check", await signed(home, False)))[0] == 0
        other = await signed(home, False, PAGE + "#part")
        assert (await post(home, "check", other))[0] == 0
        wrong = await signed(home, False, "http://elsewhere/")
        assert (await post(home, "check", wrong))[0] == 40093
        assert (await sit(home, customer=FRIEND))[0] == 0
        assert (await sit(home, agent=False, customer=FRIEND))[0] == 42012
        right = await signed(home, True)
        assert (await post(home, "check", right | {"agent": 1000002}))[0] == 0
        assert (await post(home, "check", right | {"agent": 7}))[0] == 40056
        assert (await post(home, "check", {}))[0] == 40063
        assert (await post(home, "check", await signed(home, False) | {"corpid": "wwNO"}))[
            0
        ] == 40013
        abroad = {"url": "https://tea.example/sidebar"}
        assert (await post(home, "check", await signed(home, False) | abroad))[0] == 80001
        assert (await post(home, "check", right | {"agent": 1000002} | abroad))[0] == 80001
        assert (await post(home, "agent", right | {"userid": STAFF}))[0] == 40013

    play(story)


def test_a_signature_dies_with_its_ticket(play) -> None:
    async def story(home: House) -> None:
        old = await signed(home, True)
        assert (await post(home, "check", old | {"agent": 1000002}))[0] == 0
        await home.advance(7201)
        assert (await post(home, "check", old | {"agent": 1000002}))[0] == 40093
        assert (await sit(home, customer=FRIEND))[0] == 0

    play(story)


def test_the_page_of_the_toolbar(play) -> None:
    async def story(home: House) -> None:
        async def shown() -> str:
            return str((await home.see("/state?part=apps"))["apps"][0]["sidebar"])

        server = home.receiver.url.removesuffix("/callback")
        assert await shown() == f"{server}/console/sidebar", "beside the callbacks"
        where = "/apps/assistant/sidebar"
        assert await home.do(where, {"url": "/side?a=1"}) == {"sidebar": f"{server}/side?a=1"}
        await home.do("/apps/1000002/sidebar", {"url": "https://tea.example/side"})
        assert await shown() == "https://tea.example/side"
        assert (await home.control("POST", where, {"url": "javascript:alert(1)"}))[0] == 400
        assert (await home.control("POST", "/apps/none/sidebar", {"url": ""}))[0] == 404
        assert await home.do(where, {}) == {"sidebar": ""}

    play(story)


def test_where_a_page_is(play) -> None:
    async def story(home: House) -> None:
        one = (await sit(home, customer=FRIEND))[1]["seat"]
        many = (await sit(home, chat_id=GROUP))[1]["seat"]
        profile = (await sit(home, customer=FRIEND, entry="contact_profile"))[1]["seat"]
        lost = "without context of external contact"
        contact, chat = "getCurExternalContact", "getCurExternalChat"
        assert (await call(home, one, "getContext"))["entry"] == "single_chat_tools"
        assert (await call(home, many, "getContext"))["entry"] == "group_chat_tools"
        assert (await call(home, one, contact))["userId"] == FRIEND
        assert (await call(home, many, contact))["errmsg"] == lost
        assert (await call(home, many, chat))["chatId"] == GROUP
        assert (await call(home, one, chat))["errmsg"] == lost
        assert (await call(home, profile, contact))["userId"] == FRIEND
        assert (await call(home, profile, "sendChatMessage"))["errmsg"] == lost
        assert (await call(home, "none", contact))["errmsg"] == "no permission"
        lead = (await sit(home, userid="he.qing", customer=FRIEND))[1]["seat"]
        assert (await call(home, lead, contact))["errmsg"] == "no permission"
        assert (await sit(home, userid="su.he", chat_id=GROUP))[0] == -1
        assert (await sit(home, userid="nobody"))[0] == 60111

    play(story)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"msgtype": "text", "text": {"content": "您好"}}, "text"),
        ({"msgtype": "news", "news": {"link": "https://x.example", "title": "题"}}, "link"),
        ({"msgtype": "image", "image": {"mediaid": "M"}}, "image"),
        (
            {
                "msgtype": "miniprogram",
                "miniprogram": {"appid": "wx1", "title": "t", "imgUrl": "i", "page": "a.html"},
            },
            "miniprogram",
        ),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "image", "image": {"mediaid": "none"}}, 40007),
        ({"msgtype": "voice", "voice": {"mediaid": "none"}}, -1),
        ({"msgtype": "miniprogram", "miniprogram": {"appid": "wx1"}}, 41016),
    ],
)
def test_one_click_sends(play, message, kind) -> None:
    async def story(home: House) -> None:
        made = await home.upload("media/upload", "a.png", b"\x89PNG12345", type="image")
        if message.get("image", {}).get("mediaid") == "M":
            message["image"] = {"mediaid": made["media_id"]}
        for place, who in (({"customer": FRIEND}, FRIEND), ({"chat_id": GROUP}, "wmBANZHAN0002")):
            seat = (await sit(home, **place))[1]["seat"]
            found = await call(home, seat, "sendChatMessage", **message)
            rows = await home.see(f"/customers/{who}/messages")
            if isinstance(kind, int):
                assert found["errcode"] == kind and rows == []
            else:
                assert rows[-1]["kind"] == kind and rows[-1]["from"] == STAFF

    play(story)


def test_a_stranger_gets_nothing(play) -> None:
    async def story(home: House) -> None:
        stranger = await home.customer()
        seat = (await sit(home, customer=stranger))[1]["seat"]
        words = {"msgtype": "text", "text": {"content": "您好"}}
        assert (await call(home, seat, "sendChatMessage", **words))["errcode"] == -1
        assert await home.texts(stranger) == []

    play(story)
