"""Login of staff and signatures for pages: the platform vouches, nobody else."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import HOUR, ManualClock
from bot.core.ports import LoginRefused, PlatformAway, StaffIdentity
from bot.core.signed import STATE_LASTS, make_state, state_is_good
from bot.wecom.jssdk import Signatures, sign
from bot.wecom.login import Hosts, Login
from tests.unit.wecom.stub import Answer, Call, Stub, client, drop, platform

KEY, NONCE, NOW = b"k" * 32, "abcdef0123456789", 1_790_000_000_000


def test_a_state_is_good_for_its_session_until_its_time_is_over() -> None:
    state = make_state(KEY, "session", NONCE, NOW)
    assert state.isalnum() and len(state) <= 128
    assert state_is_good(KEY, "session", state, NOW)
    assert state_is_good(KEY, "session", state, NOW + STATE_LASTS - 1)
    assert not state_is_good(KEY, "session", state, NOW + STATE_LASTS)
    assert not state_is_good(KEY, "other", state, NOW)
    assert not state_is_good(b"other", "session", state, NOW)
    assert not state_is_good(KEY, "session", "", NOW)
    with pytest.raises(ValueError, match="nonce"):
        make_state(KEY, "session", "short", NOW)


@given(st.integers(0, 90), st.characters(codec="utf-8"))
def test_a_state_with_one_letter_changed_is_not_good(place: int, letter: str) -> None:
    state = make_state(KEY, "session", NONCE, NOW)
    place %= len(state)
    forged = state[:place] + letter + state[place + 1 :]
    assert state_is_good(KEY, "session", forged, NOW) == (forged == state)


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_the_two_pages_are_asked_for_as_documented() -> None:
    login = Login(None, "wwC", 1000002, Hosts())  # type: ignore[arg-type]
    inside = login.inside_url("https://c.example/back?a=1&b=茶", "S")
    assert inside.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=wwC&")
    assert inside.endswith("#wechat_redirect")
    assert query(inside) == {
        "appid": "wwC", "redirect_uri": "https://c.example/back?a=1&b=茶", "agentid": "1000002",
        "response_type": "code", "scope": "snsapi_base", "state": "S",
    }  # fmt: skip
    outside = login.qr_url("https://c.example/back", "S")
    assert outside.startswith("https://login.work.weixin.qq.com/wwlogin/sso/login?")
    assert query(outside)["login_type"] == "CorpApp" and query(outside)["state"] == "S"


def who(answers: dict[str, Answer], code: str = "C") -> StaffIdentity:
    async def scenario() -> StaffIdentity:
        stub = Stub(answer=lambda call: answers[call.path])
        async with platform(stub), client(stub.url) as api:
            found = await Login(api, "wwC", 1, Hosts()).who(code)
            assert stub.calls[0].query["code"] == code
            return found

    return asyncio.run(scenario())


MEMBER: Answer = {"errcode": 0, "userid": "li.na"}
PERSON: Answer = {"errcode": 0, "userid": "li.na", "name": "李娜", "status": 1}


def test_an_active_member_in_scope_is_vouched_for() -> None:
    found = who({"auth/getuserinfo": MEMBER, "user/get": PERSON})
    assert found == StaffIdentity(userid="li.na", name="李娜")


REFUSED: dict[str, dict[str, Answer]] = {
    "code used": {"auth/getuserinfo": {"errcode": 42022, "errmsg": "x"}},
    "code too old": {"auth/getuserinfo": {"errcode": 42003, "errmsg": "x"}},
    "code of nobody": {"auth/getuserinfo": {"errcode": 40029, "errmsg": "x"}},
    "a customer": {"auth/getuserinfo": {"errcode": 0, "openid": "o", "external_userid": "wm1"}},
    "a junk userid": {"auth/getuserinfo": {"errcode": 0, "userid": ["li.na"]}},
    "not in scope": {"auth/getuserinfo": MEMBER, "user/get": {"errcode": 60011, "errmsg": "x"}},
    "deleted": {"auth/getuserinfo": MEMBER, "user/get": {"errcode": 60111, "errmsg": "x"}},
    "has left": {"auth/getuserinfo": MEMBER, "user/get": {**PERSON, "status": 5}},
    "disabled": {"auth/getuserinfo": MEMBER, "user/get": {**PERSON, "status": 2}},
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_whoever_the_platform_does_not_vouch_for_is_refused(case: str) -> None:
    with pytest.raises(LoginRefused):
        who(REFUSED[case])


@pytest.mark.parametrize("code", ["", "c" * 513])
def test_a_code_that_cannot_be_one_is_not_asked_about(code: str) -> None:
    with pytest.raises(LoginRefused):
        asyncio.run(Login(None, "wwC", 1, Hosts()).who(code))  # type: ignore[arg-type]


def test_an_absent_platform_refuses_nobody() -> None:
    async def scenario() -> None:
        async with platform(Stub(answer=drop)) as stub, client(stub.url) as api:
            await Login(api, "wwC", 1, Hosts()).who("C")

    with pytest.raises(PlatformAway):
        asyncio.run(scenario())


VECTOR = "30b9f0d9adec10e82d28086a0016a57db47e54a9"


def test_the_signature_is_sha1_over_the_four_in_their_order() -> None:
    """Vector computed with sha1sum; the fragment does not count."""
    url = "https://mp.example/page?a=1"
    text = f"jsapi_ticket=sM4AOVdWfPE4&noncestr=Wm3WZYTPz0wzccnW&timestamp=1414587457&url={url}"
    expected = hashlib.sha1(text.encode()).hexdigest()
    made = sign("sM4AOVdWfPE4", "Wm3WZYTPz0wzccnW", 1414587457, url + "#top")
    assert made == expected == VECTOR


def ticket(n: dict[str, int], call: Call) -> Answer:
    name = call.query.get("type", "corp")
    n[name] = n.get(name, 0) + 1
    return {"errcode": 0, "ticket": f"{name}{n[name]}", "expires_in": 7200}


def test_tickets_are_fetched_once_for_many_and_again_when_they_end() -> None:
    async def scenario() -> None:
        counts: dict[str, int] = {}
        clock = ManualClock()
        stub = Stub(answer=lambda call: ticket(counts, call))
        async with platform(stub), client(stub.url) as api:
            made = Signatures(api, "wwC", 7, clock, lambda: "n")
            both = [made.corp_signature("u"), made.agent_signature("u")]
            both += [made.corp_signature("u"), made.agent_signature("u")]
            first, second, *_ = await asyncio.gather(*both)
            assert counts == {"corp": 1, "agent_config": 1}
            assert first.signature == sign("corp1", "n", clock.now() // 1000, "u")
            assert second.signature == sign("agent_config1", "n", clock.now() // 1000, "u")
            clock.advance(2 * HOUR)
            later = await made.corp_signature("u")
            assert later.signature == sign("corp2", "n", clock.now() // 1000, "u")

    asyncio.run(scenario())


@pytest.mark.parametrize("answer", [{"errcode": 45009, "errmsg": "x"}])
def test_without_a_ticket_the_page_is_told(answer: dict[str, Any]) -> None:
    async def scenario() -> None:
        async with platform(Stub(answer=lambda _: answer)) as stub, client(stub.url) as api:
            await Signatures(api, "wwC", 7, ManualClock()).corp_signature("u")

    with pytest.raises(PlatformAway):
        asyncio.run(scenario())
