"""A language model behind the OpenAI chat-completions protocol, hosted or on the own machine.

The ``openai`` package is an extra (``pip install 'onevoice[model]'``) and is imported only when
``[model] mode`` asks for it. Nothing the service answers is trusted: its size is bounded here, its
content is looked at by ``bot.persona.grounding``.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from bot.core.config import Config
from bot.core.credentials import model_key
from bot.core.errors import BadInput, OneVoiceError
from bot.core.modelconfig import ModelConfig
from bot.core.ports import Model, NoAnswer, Prompt, Written

if TYPE_CHECKING:
    import httpx2

BYTES_MAX = 262_144  # of one response, whatever it is
CHARS_MAX = 4_000  # of an answer: far above [model] text_max, so what is longer is junk


class _TooLong(OneVoiceError):
    """The response is longer than any answer."""


@contextlib.asynccontextmanager
async def open_model(config: Config) -> AsyncIterator[Model | None]:
    """The model while the block runs; None in mode off, where nothing is even imported.

    Raises BadInput when the package or the key is missing.
    """
    if config.model.off:
        yield None
        return
    try:
        import openai
    except ImportError as exc:
        raise BadInput(f"model: the package {exc.name} is not installed", file="config.toml",
                       fix="pip install 'onevoice[model]', or set mode to off"
                       ) from None  # fmt: skip
    key = model_key(config)
    async with _client(openai, config.model, key) as client:
        yield OpenAIModel(client, config.model)


def _client(openai: Any, model: ModelConfig, key: str) -> Any:
    """A client that reads nothing from the environment and does not follow redirects: a key goes
    to the configured address or nowhere."""
    http = openai.DefaultAsyncHttpxClient(
        trust_env=False, follow_redirects=False, event_hooks={"response": [_bound]},
        timeout=model.ms("budget") / 1000,
    )  # fmt: skip
    return openai.AsyncOpenAI(
        api_key=key or "none", base_url=model.base_url, organization="", project="",
        webhook_secret="", max_retries=model.retries, http_client=http,
        timeout=model.ms("budget") / 1000, default_headers={"Accept-Encoding": "identity"},
    )  # fmt: skip


async def _bound(response: httpx2.Response) -> None:
    """Lets only so many bytes of a response through, and nothing that would grow by unpacking."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise _TooLong("packed, though asked not to")
    response.stream = _bounded(response.stream)


def _bounded(stream: Any) -> Any:
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            seen = 0
            async for chunk in stream:
                seen += len(chunk)
                if seen > BYTES_MAX:
                    raise _TooLong(f"over {BYTES_MAX} bytes")
                yield chunk

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()


class OpenAIModel:
    """Any service that speaks the protocol."""

    def __init__(self, client: Any, config: ModelConfig) -> None:
        self._client, self._config = client, config

    async def write(self, prompt: Prompt) -> Written | NoAnswer:
        """One answer; see the port."""
        try:
            return await self._ask(prompt)
        except Exception as exc:  # a foreign service and two foreign packages: anything may come
            return NoAnswer(_fault(exc), failed=True)

    async def _ask(self, prompt: Prompt) -> Written | NoAnswer:
        config = self._config
        answer = await self._client.chat.completions.create(
            model=config.name, stream=config.stream, max_tokens=config.tokens,
            temperature=config.temperature,
            messages=[{"role": "system", "content": prompt.system},
                      {"role": "user", "content": prompt.user}],
        )  # fmt: skip
        if config.stream:
            async with answer:
                return _judge(await _gather(answer))
        return _judge(_whole(answer))


class _Heard:
    """What came of an answer so far."""

    def __init__(self) -> None:
        self.text, self.model, self.end, self.refused = "", "", "", False


async def _gather(stream: Any) -> _Heard:
    heard = _Heard()
    async for chunk in stream:
        heard.model = str(chunk.model or heard.model)
        for choice in (chunk.choices or [])[:1]:
            _hear(heard, choice.delta, choice.finish_reason)
        if len(heard.text) > CHARS_MAX:
            heard.end = "length"
            return heard
    return heard


def _whole(answer: Any) -> _Heard:
    heard = _Heard()
    heard.model = str(answer.model or "")
    choice = answer.choices[0]
    _hear(heard, choice.message, choice.finish_reason)
    return heard


def _hear(heard: _Heard, part: Any, end: str | None) -> None:
    heard.text += getattr(part, "content", None) or ""
    heard.refused = heard.refused or bool(getattr(part, "refusal", None))
    heard.end = end or heard.end


def _judge(heard: _Heard) -> Written | NoAnswer:
    """Only an answer that came to its own end is one."""
    if heard.refused or heard.end == "content_filter":
        return NoAnswer("refused")
    if heard.end == "length" or len(heard.text) > CHARS_MAX:
        return NoAnswer("too long")
    if heard.end != "stop":
        return NoAnswer(f"ended by {heard.end[:20]}" if heard.end else "broken off", failed=True)
    return Written(text=heard.text, model=heard.model[:80])


def _fault(exc: Exception) -> str:
    """A short reason without anything the service wrote."""
    status = getattr(exc, "status_code", None)
    if isinstance(status, int):
        return f"HTTP {status}"
    if isinstance(exc, json.JSONDecodeError | AttributeError | TypeError | LookupError):
        return "not the protocol"
    cause: BaseException | None = exc
    while cause is not None:
        if isinstance(cause, _TooLong):
            return "too long"
        cause = cause.__cause__ or cause.__context__
    return type(exc).__name__
