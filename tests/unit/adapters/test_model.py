"""The OpenAI-compatible client against a real server on loopback, well behaved or not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.model import BYTES_MAX, open_model
from bot.core.config import Config, Wecom
from bot.core.errors import BadInput
from bot.core.modelconfig import ModelConfig
from bot.core.ports import NoAnswer, Prompt, Written
from tests.scenario.stub import Stub, model_stub

PROMPT = Prompt(system="照资料答。", user="几点发货")
SECONDS = 90.0


def settings(url: str = "http://127.0.0.1:9/v1", **more: Any) -> Config:
    model = ModelConfig(**{"mode": "auto", "base_url": url, "name": "m", "retries": 0} | more)
    return Config(wecom=Wecom(corp_id="ww1"), model=model)


def ask(behave: dict[str, Any], **more: Any) -> tuple[Written | NoAnswer, Stub]:
    async def run() -> tuple[Written | NoAnswer, Stub]:
        async with model_stub() as stub:
            stub.always(**behave)
            async with open_model(settings(stub.url, **more)) as model:
                assert model is not None
                return await asyncio.wait_for(model.write(PROMPT), SECONDS), stub

    return asyncio.run(run())


BOTH = pytest.mark.parametrize("stream", [True, False])


@BOTH
def test_a_good_answer_comes_back_whole(stream: bool) -> None:
    text = "下单后两天内发出，到了我告诉你。"
    got, stub = ask({"text": text}, stream=stream)
    assert got == Written(text=text, model="stub-1")
    (sent,) = stub.requests
    assert [m["content"] for m in sent["messages"]] == [PROMPT.system, PROMPT.user]
    assert (sent["model"], sent["temperature"], sent["max_tokens"]) == ("m", 0.3, 400)
    assert bool(sent.get("stream")) is stream


@BOTH
@pytest.mark.parametrize(
    ("behave", "why", "failed"),
    [
        ({"refusal": "no", "text": ""}, "refused", False),
        ({"text": "说到一半", "finish": "length"}, "too long", False),
        ({"text": "x", "finish": "content_filter"}, "refused", False),
        ({"text": "字" * 40_000}, "too long", False),
        ({"status": 429}, "HTTP 429", True),
        ({"status": 500}, "HTTP 500", True),
        ({"status": 401}, "HTTP 401", True),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, "HTTP 302", True),
        ({"raw": b" " * (BYTES_MAX + 10)}, "too long", True),
    ],
)
def test_what_is_no_answer_has_a_reason(
    behave: dict[str, Any], why: str, failed: bool, stream: bool
) -> None:
    assert ask(behave, stream=stream)[0] == NoAnswer(why, failed=failed)


@BOTH
@pytest.mark.parametrize("raw", [b"<html>hello</html>", b"{", b"[]", b'{"choices": []}', b"",
                                 b"data: {oops\n\n", b'data: {"choices": 3}\n\n'])  # fmt: skip
@pytest.mark.parametrize("kind", ["application/json", "text/html", "text/event-stream"])
def test_junk_is_no_answer(raw: bytes, kind: str, stream: bool) -> None:
    got, _ = ask({"raw": raw, "kind": kind}, stream=stream)
    assert isinstance(got, NoAnswer) and got.failed


@pytest.mark.parametrize("behave", [{"text": "说到一半就断了线", "break_off": True},
                                    {"text": "没有说完的话也没有收尾", "finish": None}])  # fmt: skip
def test_half_a_stream_is_no_answer(behave: dict[str, Any]) -> None:
    got, _ = ask(behave)
    assert isinstance(got, NoAnswer) and got.failed


def test_nobody_at_the_other_end() -> None:
    async def run() -> Written | NoAnswer:
        async with open_model(settings()) as model:
            assert model is not None
            return await asyncio.wait_for(model.write(PROMPT), SECONDS)

    got = asyncio.run(run())
    assert isinstance(got, NoAnswer) and got.failed


def test_retries_are_bounded() -> None:
    _, stub = ask({"status": 500, "headers": {"retry-after-ms": "1"}}, retries=2)
    assert len(stub.requests) == 3


def test_the_key_goes_in_the_header_and_nothing_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("sk-of-the-file\n", "utf-8")
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    _, stub = ask({"text": "好"}, key_file=str(tmp_path / "key"))
    (head,) = stub.headers
    assert head["Authorization"] == "Bearer sk-of-the-file"
    assert not {"OpenAI-Organization", "OpenAI-Project"} & {k for k, v in head.items() if v}


def test_without_a_named_key_it_is_an_error_that_names_the_key() -> None:
    async def run() -> None:
        async with open_model(settings(key_env="ONEVOICE_NO_SUCH_KEY")):
            raise AssertionError("opened")

    with pytest.raises(BadInput, match=r"model\.key"):
        asyncio.run(run())


def test_without_the_package_it_is_an_error_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with open_model(settings()):
            raise AssertionError("opened")

    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(BadInput, match="not installed") as caught:
        asyncio.run(run())
    assert "onevoice[model]" in caught.value.fix


def test_in_mode_off_nothing_is_imported() -> None:
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "import bot.workers\n"
        "from bot.adapters.model import open_model\n"
        "from bot.core.config import load_config\n"
        "async def main():\n"
        "    async with open_model(load_config(Path('config.toml'))) as model:\n"
        "        assert model is None\n"
        "asyncio.run(main())\n"
        "assert not {'openai', 'httpx', 'httpx2'} & sys.modules.keys()\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
