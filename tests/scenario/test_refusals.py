"""What the door refuses changes nothing: every table is as it was, and the reason is short."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from bot.web import callback as door
from bot.wecom.codec import encrypt, sign
from tests.fuzz.seeds import crashes, good
from tests.scenario.house import House, house, platform, run
from tests.scenario.test_street import DOOR, GOOD, QUERY, letter, post, signed
from tests.unit.wecom.test_codec import MALFORMED

MANY = 300


def tables(home: House) -> dict[str, int]:
    names = [
        row["name"] for row in home.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    return {name: home.rows(f'SELECT count(*) AS n FROM "{name}"')[0]["n"] for name in names
            if not name.startswith("sqlite_")}  # fmt: skip


def junk(rng: random.Random) -> bytes:
    """Near misses of good callbacks that still are not good: a cut somewhere inside."""
    known = [*good("xml"), *(data for target, _, data in crashes() if target in ("xml", "robot"))]
    data = rng.choice(known)
    return data[: rng.randrange(1, max(2, len(data) - 12))]


def test_junk_under_a_good_signature_leaves_no_row_behind(tmp_path: Path) -> None:
    async def scenario() -> None:
        rng = random.Random(4)
        async with platform() as phone, house(tmp_path, phone, roles=["web"]) as home:
            before = tables(home)
            for _ in range(MANY):
                query, body = letter(junk(rng))
                status, reason = await post(home, phone.http, "assistant", query, body)
                assert 400 <= status < 500, reason
                assert 0 < len(reason) < 60
            assert tables(home) == before

    run(scenario)


def test_what_cannot_be_opened_is_always_answered_the_same(tmp_path: Path) -> None:
    """No oracle: padding, length, receive id and XML inside are not told apart."""
    padding, receiver = MALFORMED["padding of 33"][0], MALFORMED["another corp"][0]
    sealed = [cipher for cipher, _ in MALFORMED.values() if cipher.isascii() and cipher.strip()]
    assert padding in sealed
    assert receiver in sealed

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, roles=["web"]) as home:
            answers = {await post(home, phone.http, "assistant", *signed(s)) for s in sealed}
            answers.add(await post(home, phone.http, "assistant", *letter(b"<xml>")))
            assert answers == {(400, "not a callback")}

    run(scenario)


def test_two_values_of_one_parameter_are_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, roles=["web"]) as home:
            query, body = letter(GOOD)
            for name in (*query, "other"):
                twice = [*query.items(), (name, "1"), (name, "2")]
                assert await post(home, phone.http, "assistant", twice, body) == (400, "query")
            sealed = encrypt(DOOR, b"1", b"0123456789abcdef")
            signature = sign(DOOR.token, QUERY["timestamp"], QUERY["nonce"], sealed)
            echo = {**QUERY, "msg_signature": signature, "echostr": sealed}
            twice = [*echo.items(), ("echostr", "x")]
            async with phone.http.get(f"{home.callback}/assistant", params=twice) as answer:
                assert (answer.status, await answer.text()) == (400, "query")

    run(scenario)


def test_a_body_that_trickles_in_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BODY_SECONDS", 0.05)

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, roles=["web"]) as home:
            host, port = home.callback.split("/")[2].split(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            words = "&".join(f"{key}={value}" for key, value in letter(GOOD)[0].items())
            writer.write(f"POST /callback/assistant?{words} HTTP/1.1\r\nHost: x\r\n"
                         "Content-Length: 500\r\n\r\n<xml>".encode())  # fmt: skip
            line = await asyncio.wait_for(reader.readline(), 90)
            assert line.startswith(b"HTTP/1.1 408")
            writer.close()
            assert home.rows("SELECT 1 FROM inbox") == []

    run(scenario)


def test_odd_questions_about_the_trace_are_answered(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone, roles=["web"]) as home:
            url = home.callback.replace("/callback", "/trace")
            for since in ("²", "9" * 5_000, "-1", "x", ""):
                async with phone.http.get(url, params={"since": since}) as answer:
                    assert answer.status == 200

    run(scenario)
