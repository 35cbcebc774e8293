"""Files that people sent: bytes, gone, or the platform is away."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import ManualClock
from bot.core.filetypes import NAME_MOST, plain_name
from bot.core.ports import MediaContent, PlatformAway
from bot.wecom.client import fetch_token
from bot.wecom.download import MOST, Downloads
from bot.wecom.token import Tokens
from tests.unit.wecom.stub import Answer, Stub, drop, platform

FILE = {"Content-Disposition": 'attachment; filename="cup.png"', "Content-Type": "image/png"}


def fetched(*answers: Answer | str) -> MediaContent | None:
    waiting = list(answers)

    async def scenario() -> MediaContent | None:
        stub = Stub(answer=lambda call: drop(call) if waiting[0] == "drop" else waiting.pop(0))  # type: ignore[arg-type, return-value]
        async with platform(stub), aiohttp.ClientSession() as http:
            tokens = Tokens(lambda: fetch_token(http, stub.url, "c", "s", 5), ManualClock())
            return await Downloads(http, stub.url, tokens, 5).fetch("M1")

    return asyncio.run(scenario())


PNG = b"\x89PNG\r\n\x1a\n tea"


def file(content: bytes = PNG) -> web.Response:
    return web.Response(body=content, headers=FILE)


def test_a_file_comes_with_its_type_and_name() -> None:
    assert fetched(file()) == MediaContent(PNG, "image/png", "cup.png")


@pytest.mark.parametrize(
    ("content", "told", "found", "shown"),
    [
        (PNG, "text/html", "image/png", True),
        (b"<script>alert(1)</script>", "image/png", "application/octet-stream", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "application/octet-stream", False),
        (b"#!AMR\n\x3c", "audio/amr", "audio/amr", False),
        (b"\0\0\0\x18ftypmp42", "video/mp4", "video/mp4", True),
    ],
)  # fmt: skip
def test_what_a_file_is_shows_in_its_bytes_and_not_in_words(
    content: bytes, told: str, found: str, shown: bool
) -> None:
    headers = {**FILE, "Content-Type": told}
    got = fetched(web.Response(body=content, headers=headers))
    assert got is not None and (got.type, got.shown) == (found, shown)


@pytest.mark.parametrize(
    ("told", "name"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\茶单.pdf", "茶单.pdf"), ("cup\u202egnp.exe", "cupgnp.exe"),
     ('a".pdf', "a.pdf"), ("a\r\nb.png", "ab.png"), (f"{'x' * 300}.pdf", f"{'x' * 116}.pdf"), ("...", ""),
     ("", "")],
)  # fmt: skip
def test_a_name_is_fit_for_a_header(told: str, name: str) -> None:
    assert plain_name(told) == name


@given(st.text(max_size=400))
def test_no_name_can_leave_its_place(told: str) -> None:
    name = plain_name(told)
    assert len(name) <= NAME_MOST and not set(name) & set('/\\"\r\n\0\u202e') and name != ".."
    assert plain_name(name) == name


def test_a_json_file_is_a_file() -> None:
    headers = {**FILE, "Content-Type": "application/json"}
    found = fetched(web.Response(body=b'{"errcode": 40007}', headers=headers))
    assert found is not None and found.content == b'{"errcode": 40007}'


def test_what_is_gone_is_none_and_a_dead_token_is_replaced_once() -> None:
    assert fetched({"errcode": 40007, "errmsg": "x"}) is None
    assert fetched({"errcode": 42001, "errmsg": "x"}, file()) is not None


@pytest.mark.parametrize(
    "answer",
    [{"errcode": 48001, "errmsg": "x"}, {"errcode": "x"}, web.Response(status=500), "drop",
     web.Response(body=b"{", content_type="application/json"),
     web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})],
)  # fmt: skip
def test_anything_else_is_a_platform_that_is_away(answer: Answer | str) -> None:
    with pytest.raises(PlatformAway):
        fetched(answer)


def test_a_file_above_the_limit_is_not_kept_in_memory() -> None:
    assert fetched(file(b"x" * MOST)) is not None
    with pytest.raises(PlatformAway):
        fetched(file(b"x" * (MOST + 1)))
