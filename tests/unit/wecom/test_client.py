"""One call, one token, at most one retry, and whether a failed request may have arrived."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web

from bot.core.clock import MINUTE, SECOND, ManualClock
from bot.wecom.client import Api
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.token import Tokens
from tests.unit.wecom.stub import Call, Stub, client, drop, platform
from tests.waiting import deaf_port

DEAD = [40001, 40014, 42001]


def with_api(stub: Stub, use: Any, **options: Any) -> Any:
    """Runs ``await use(api)`` against the stub."""

    async def run() -> Any:
        async with platform(stub), client(stub.url, **options) as api:
            return await use(api)

    return asyncio.run(run())


def failure(stub: Stub, **options: Any) -> CallFailed:
    async def use(api: Api) -> CallFailed:
        with pytest.raises(CallFailed) as caught:
            await api.call("kf/send_msg", {"a": 1})
        return caught.value

    return with_api(stub, use, **options)


def test_a_body_is_posted_as_json_and_its_absence_is_a_get() -> None:
    stub = Stub(answer=lambda call: {"errcode": 0, "msgid": "m"})

    async def use(api: Api) -> list[Any]:
        return [
            await api.call("kf/send_msg", {"text": "茶"}),
            await api.call("agent/get", agentid=7),
        ]

    answers = with_api(stub, use)
    assert [a["msgid"] for a in answers] == ["m", "m"]
    post, get = stub.calls
    assert (post.method, post.path, json.loads(post.body)) == (
        "POST",
        "kf/send_msg",
        {"text": "茶"},
    )
    assert (get.method, get.query) == ("GET", {"agentid": "7", "access_token": "T1"})


def test_an_errcode_is_an_error_that_names_path_and_code() -> None:
    stub = Stub(answer=lambda call: {"errcode": 95001, "errmsg": "no, hint: [1]"})

    async def use(api: Api) -> ApiError:
        with pytest.raises(ApiError) as caught:
            await api.call("kf/send_msg", {})
        return caught.value

    error = with_api(stub, use)
    assert (error.path, error.errcode) == ("kf/send_msg", 95001)
    assert "hint" not in str(error)
    assert len(stub.calls) == 1


def test_an_answer_without_errcode_is_a_good_one() -> None:
    assert with_api(Stub(answer=lambda c: {"x": 1}), lambda api: api.call("a/b")) == {"x": 1}


@pytest.mark.parametrize("code", DEAD)
def test_fifty_calls_with_a_dead_token_cause_one_refresh(code: int) -> None:
    def answer(call: Call) -> dict[str, Any]:
        return {"errcode": code if call.query["access_token"] == "T1" else 0}

    stub = Stub(answer=answer)

    async def use(api: Api) -> None:
        await asyncio.gather(*(api.call("kf/send_msg", {"n": n}) for n in range(50)))

    with_api(stub, use)
    assert stub.tokens == 2
    assert len(stub.calls) <= 100
    assert sum(c.query["access_token"] == "T2" for c in stub.calls) == 50


@pytest.mark.parametrize("code", DEAD)
def test_a_token_that_stays_dead_is_retried_once_and_no_more(code: int) -> None:
    stub = Stub(answer=lambda call: {"errcode": code, "errmsg": "dead"})

    async def use(api: Api) -> None:
        with pytest.raises(ApiError):
            await api.call("kf/send_msg", {"a": 1})

    with_api(stub, use)
    assert (len(stub.calls), stub.tokens) == (2, 2)
    assert stub.calls[0].body == stub.calls[1].body


def test_a_webhook_call_needs_no_token_and_is_not_repeated() -> None:
    stub = Stub(answer=lambda call: {"errcode": 40001})

    async def use(api: Api) -> None:
        with pytest.raises(ApiError):
            await api.call("webhook/send", {"a": 1}, key="k")

    with_api(stub, use)
    assert (len(stub.calls), stub.tokens) == (1, 0)
    assert stub.calls[0].query == {"key": "k"}


def test_a_refused_secret_is_an_error_of_gettoken() -> None:
    stub = Stub(token=lambda n: {"errcode": 40001, "errmsg": "invalid credential"})

    async def use(api: Api) -> ApiError:
        with pytest.raises(ApiError) as caught:
            await api.call("kf/send_msg", {})
        return caught.value

    assert with_api(stub, use).path == "gettoken"
    assert (stub.tokens, stub.calls) == (1, [])


def test_a_refused_connection_did_not_arrive() -> None:
    async def run() -> CallFailed:
        async with client(f"http://127.0.0.1:{deaf_port()}") as api:
            with pytest.raises(CallFailed) as caught:
                await api.call("kf/send_msg", {})
            return caught.value

    assert asyncio.run(run()).arrived is False


def test_a_dropped_connection_may_have_arrived() -> None:
    stub = Stub(answer=drop)
    assert failure(stub).arrived is True
    assert len(stub.calls) == 1


def test_silence_may_have_arrived() -> None:
    async def silent(call: Call) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    assert failure(Stub(answer=silent), seconds=0.3).arrived is True


@pytest.mark.parametrize(
    ("status", "arrived"), [(500, True), (502, True), (504, True), (400, False), (404, False),
                            (413, False)]
)  # fmt: skip
def test_a_server_error_may_have_arrived_and_a_refusal_did_not(status: int, arrived: bool) -> None:
    error = failure(Stub(answer=lambda call: web.Response(status=status, text="<html>")))
    assert error.arrived is arrived
    assert f"HTTP {status}" in str(error)


@pytest.mark.parametrize(
    "text", ["", "junk", "[]", "null", '"x"', "í\xa0½", "{" * 2000,
             '{"errcode": null}', '{"errcode": "zero"}', '{"errcode": [1]}'],
)  # fmt: skip
def test_an_answer_that_is_no_answer_may_have_arrived(text: str) -> None:
    assert failure(Stub(answer=lambda call: web.Response(text=text))).arrived is True


@pytest.mark.parametrize(
    "answer", [{"errcode": 0}, {}, {"access_token": "x", "expires_in": "soon"}]
)
def test_a_token_answer_without_a_token_is_a_failed_call(answer: dict[str, Any]) -> None:
    stub = Stub(token=lambda n: answer)
    assert failure(stub).path == "gettoken"


@pytest.mark.parametrize("status", [500, 404])
def test_without_a_token_nothing_was_sent_whatever_happened_to_the_token(status: int) -> None:
    stub = Stub(token=lambda n: web.Response(status=status))
    assert failure(stub).arrived is False
    assert stub.calls == []


def test_no_error_text_shows_a_token_or_a_secret() -> None:
    said = str(failure(Stub(answer=drop))) + repr(failure(Stub(answer=drop)))
    assert "T1" not in said and "corpsecret" not in said


class Fetches:
    """A token source that counts, waits and fails as told."""

    def __init__(self, *, seconds: int = 7200, fail: int = 0) -> None:
        self.n, self.seconds, self.fail = 0, seconds, fail
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> tuple[str, int]:
        self.n += 1
        await self.gate.wait()
        if self.n <= self.fail:
            raise CallFailed("gettoken", "no answer", arrived=True)
        return f"T{self.n}", self.seconds


def test_many_first_callers_cause_one_fetch() -> None:
    async def run() -> None:
        fetches = Fetches()
        fetches.gate.clear()
        tokens = Tokens(fetches, ManualClock())
        callers = [asyncio.create_task(tokens.get()) for _ in range(50)]
        await asyncio.sleep(0)
        fetches.gate.set()
        assert set(await asyncio.gather(*callers)) == {"T1"}
        assert fetches.n == 1

    asyncio.run(run())


def test_a_token_is_renewed_before_its_end_and_not_earlier() -> None:
    async def run() -> None:
        fetches, clock = Fetches(seconds=7200), ManualClock()
        tokens = Tokens(fetches, clock)
        assert await tokens.get() == "T1"
        clock.advance(7200 * SECOND - 5 * MINUTE - 1)
        assert await tokens.get() == "T1"
        clock.advance(1)
        assert await tokens.get() == "T2"

    asyncio.run(run())


def test_a_short_lived_token_is_not_fetched_for_every_call() -> None:
    async def run() -> None:
        fetches = Fetches(seconds=60)
        tokens = Tokens(fetches, ManualClock())
        assert [await tokens.get() for _ in range(3)] == ["T1"] * 3

    asyncio.run(run())


def test_a_failed_fetch_is_raised_and_the_next_call_tries_again() -> None:
    async def run() -> None:
        fetches = Fetches(fail=1)
        tokens = Tokens(fetches, ManualClock())
        with pytest.raises(CallFailed):
            await tokens.get()
        assert await tokens.get() == "T2"

    asyncio.run(run())


def test_a_live_token_is_not_replaced_because_an_older_one_died() -> None:
    async def run() -> None:
        fetches = Fetches()
        tokens = Tokens(fetches, ManualClock())
        first = await tokens.get()
        assert await tokens.replace(first) == "T2"
        assert await tokens.replace(first) == "T2"
        assert fetches.n == 2

    asyncio.run(run())


def test_an_answer_without_what_it_must_hold_is_a_failed_call() -> None:
    async def use(api: Any) -> CallFailed:
        answer = await api.call("externalcontact/add_msg_template", {})
        with pytest.raises(CallFailed, match="holds no msgid") as caught:
            answer["msgid"]
        assert answer.get("fail_list") is None
        return caught.value

    assert with_api(Stub(), use).arrived is True
