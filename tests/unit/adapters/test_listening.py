"""A program and a service that listen: what they hear, and every way in which they fail."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.adapters.listening import BYTES_MAX, open_ear
from bot.core.config import Config, Wecom, load_config
from bot.core.errors import BadInput
from bot.core.listening import ListeningConfig
from bot.core.ports import Deaf, MediaContent, Transcript
from tests.waiting import until

VOICE = MediaContent(b"#!AMR\nsounds", "audio/amr")
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]


def settings(**more: Any) -> Config:
    return Config(wecom=Wecom(corp_id="ww1"), listening=ListeningConfig(**more))


def listen(config: Config) -> Transcript | Deaf:
    async def run() -> Transcript | Deaf:
        async with open_ear(config, None) as ear:
            assert ear is not None
            return await ear.listen(VOICE, "voice")

    return asyncio.run(run())


def told(script: str, **more: Any) -> Transcript | Deaf:
    return listen(
        settings(mode="command", command=("/bin/sh", "-c", script, "x", "{file}"), **more)
    )


def served(answering: Answering, **more: Any) -> Transcript | Deaf:
    async def run() -> Transcript | Deaf:
        app = web.Application()
        app.router.add_post("/hear", answering)
        runner = web.AppRunner(app, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/hear"
        try:
            async with open_ear(settings(mode="http", url=url, **more), None) as ear:
                assert ear is not None
                return await ear.listen(VOICE, "voice")
        finally:
            await runner.cleanup()

    return asyncio.run(run())


def test_off_there_is_nobody() -> None:
    async def run() -> None:
        async with open_ear(settings(), "http://127.0.0.1:1") as ear:
            assert ear is None

    asyncio.run(run())


def test_a_program_gets_the_file_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEVOICE_MODEL_KEY", "secret")
    assert told('cat "$1"; case "$1" in *.amr) echo; echo "  听到了 " ;; esac') == Transcript(
        "#!AMR sounds 听到了"
    )
    assert told("env | grep -c ONEVOICE") == Deaf("the command ended with 1", again=True)


@pytest.mark.parametrize(("script", "why"), [
    ("echo 1; exit 3", Deaf("the command ended with 3", again=True)),
    ("true", Deaf("nothing was heard")),
    (r"printf '\377\376'", Deaf("the answer is no text")),
    (f"head -c {BYTES_MAX + 1} /dev/zero", Deaf("it said too much")),
])  # fmt: skip
def test_a_program_that_fails_says_why(script: str, why: Deaf) -> None:
    assert told(script) == why


def test_a_program_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    found = told(f"sleep 600 & echo $! > {mark}; wait", timeout="300ms")
    assert found == Deaf("it took too long", again=True)
    child = int(mark.read_text())

    def gone() -> bool:
        try:
            return Path(f"/proc/{child}/stat").read_text().split()[2] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    asyncio.run(until(gone, "its child is gone")) if os.path.isdir("/proc") else None


def test_a_program_that_is_not_there() -> None:
    config = settings(mode="command", command=("/nowhere/transcribe", "{file}"))
    assert listen(config) == Deaf("the command does not start: FileNotFoundError")


def test_a_service_gets_a_form_with_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARING_KEY", "k1")
    got: dict[str, Any] = {}

    async def answering(request: web.Request) -> web.Response:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        got.update(key=request.headers["Authorization"], model=form["model"],
                   name=file.filename, kind=file.content_type, content=file.file.read())  # fmt: skip
        return web.json_response({"text": "杯子碎了\u2028两只\u0007"})

    assert served(answering, key_env="HEARING_KEY", model="whisper") == Transcript("杯子碎了 两只")
    assert got == {"key": "Bearer k1", "model": "whisper", "name": "voice.amr",
                   "kind": "audio/amr", "content": VOICE.content}  # fmt: skip


@pytest.mark.parametrize(("status", "body", "why"), [
    (503, b"", Deaf("the service answers 503", again=True)),
    (429, b"", Deaf("the service answers 429", again=True)),
    (401, b"", Deaf("the service answers 401")),
    (302, b"", Deaf("the service answers 302")),
    (200, b"{", Deaf("the answer is no JSON")),
    (200, b'{"text": 3}', Deaf("the answer has no text")),
    (200, b"[]", Deaf("the answer has no text")),
    (200, b'{"text": " "}', Deaf("nothing was heard")),
    (200, b" " * (BYTES_MAX + 1), Deaf("it said too much")),
])  # fmt: skip
def test_a_service_that_fails_says_why(status: int, body: bytes, why: Deaf) -> None:
    async def answering(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body, content_type="application/json",
                            headers={"Location": "/other"})  # fmt: skip

    assert served(answering) == why


def test_a_service_that_is_slow_or_away_may_be_asked_again() -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    assert served(never, timeout="50ms") == Deaf("it took too long", again=True)
    away = listen(settings(mode="http", url="http://127.0.0.1:9/hear"))
    assert isinstance(away, Deaf) and away.again and away.why.startswith("the service is away")


@pytest.mark.parametrize(("lines", "key"), [
    ('mode = "command"', "command"), ('mode = "command"\ncommand = ["x"]', "command"),
    ('mode = "http"', "url"), ('mode = "http"\nurl = "http://asr.example/x"', "url"),
    ('timeout = "11m"', "timeout"), ('timeout = "soon"', "timeout"), ("mb = 21", "mb"),
    ('kinds = ["image"]', "kinds"), ("tries = 0", "tries"),
])  # fmt: skip
def test_a_configuration_that_cannot_hold_is_refused_with_its_key(
    tmp_path: Path, lines: str, key: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(f'timezone = "Asia/Shanghai"\n[wecom]\ncorp_id = "ww1"\nmode = "sandbox"\n'
                    f"[listening]\n{lines}\n", encoding="utf-8")  # fmt: skip
    with pytest.raises(BadInput) as refused:
        load_config(file)
    assert key in str(refused.value)


def test_a_key_that_is_named_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HEARING_KEY", raising=False)
    with pytest.raises(BadInput, match=r"listening\.key"):
        listen(settings(mode="http", url="http://127.0.0.1:9/", key_env="HEARING_KEY"))
