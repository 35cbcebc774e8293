"""Voices and videos made into words, by a program on this machine or a service over HTTP.

What a machine hears is shown to people as a machine's; nothing is decided by it. Nothing it answers
is trusted: its size is bounded, and what is no text is a failure like any other.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp

from bot.core.config import Config
from bot.core.credentials import listening_key
from bot.core.listening import FILE, ListeningConfig
from bot.core.ports import Deaf, Ear, MediaContent, Transcript

BYTES_MAX = 65_536  # of an answer
SANDBOX_PATH = "/v1/audio/transcriptions"
_ENDINGS: Mapping[str, str] = {"audio/amr": ".amr", "video/mp4": ".mp4"}
# All that a foreign program learns of our surroundings: no secret is among them.
_SURROUNDINGS = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


@contextlib.asynccontextmanager
async def open_ear(config: Config, sandbox: str | None) -> AsyncIterator[Ear | None]:
    """Whoever listens, while the block runs; None in mode off. Raises BadInput."""
    own = config.listening
    if own.mode == "command":
        yield CommandEar(own)
    elif own.mode == "http" or (own.mode == "sandbox" and sandbox):
        url = own.url if own.mode == "http" else f"{sandbox}{SANDBOX_PATH}"
        key = listening_key(config) if own.mode == "http" else ""
        async with aiohttp.ClientSession(trust_env=False) as http:
            yield HttpEar(http, url, key, own)
    else:
        yield None


class CommandEar:
    """A program: it gets the path of the file among its words and prints what it hears."""

    def __init__(self, own: ListeningConfig) -> None:
        self._own = own
        self._known = {name: os.environ[name] for name in _SURROUNDINGS if name in os.environ}

    async def listen(self, file: MediaContent, kind: str) -> Transcript | Deaf:
        """See ports.Ear."""
        with tempfile.TemporaryDirectory(prefix="listening-") as folder:
            path = Path(folder) / f"file{_ending(file)}"
            await asyncio.to_thread(path.write_bytes, file.content)
            words = [word.replace(FILE, str(path)) for word in self._own.command]
            try:
                return await self._run(words, folder)
            except OSError as exc:
                return Deaf(f"the command does not start: {type(exc).__name__}")

    async def _run(self, words: list[str], folder: str) -> Transcript | Deaf:
        program = await asyncio.create_subprocess_exec(
            *words, cwd=folder, env=self._known, start_new_session=True, limit=BYTES_MAX,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert program.stdout is not None
        try:
            async with asyncio.timeout(self._own.span / 1000):
                said = await _bounded(program.stdout)
                code = await program.wait() if said is not None else 0
        except TimeoutError:
            return Deaf("it took too long", again=True)
        finally:
            await _end(program)
        if said is None:
            return Deaf("it said too much")
        return heard(said) if code == 0 else Deaf(f"the command ended with {code}", again=True)


async def _end(program: asyncio.subprocess.Process) -> None:
    """Ends it with all that it started; nothing is left behind, also when we are ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)
    await program.wait()


class HttpEar:
    """A service that speaks the transcription protocol of OpenAI: a form with ``file``, and JSON
    with ``text`` in return. Many programs that run on one's own machine do."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, key: str, own: ListeningConfig
    ) -> None:  # fmt: skip
        self._http, self._url, self._own = http, url, own
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    async def listen(self, file: MediaContent, kind: str) -> Transcript | Deaf:
        """See ports.Ear."""
        form = aiohttp.FormData()
        form.add_field("file", file.content, filename=f"{kind}{_ending(file)}",
                       content_type=file.type)  # fmt: skip
        if self._own.model:
            form.add_field("model", self._own.model)
        timeout = aiohttp.ClientTimeout(self._own.span / 1000)
        try:
            async with self._http.post(self._url, data=form, headers=self._headers, timeout=timeout,
                                       allow_redirects=False) as answer:  # fmt: skip
                return await _judge(answer)
        except TimeoutError:
            return Deaf("it took too long", again=True)
        except (aiohttp.ClientError, OSError) as exc:
            return Deaf(f"the service is away: {type(exc).__name__}", again=True)


async def _judge(answer: aiohttp.ClientResponse) -> Transcript | Deaf:
    if answer.status != 200:
        return Deaf(f"the service answers {answer.status}",
                    again=answer.status == 429 or answer.status >= 500)  # fmt: skip
    raw = await _bounded(answer.content)
    if raw is None:
        return Deaf("it said too much")
    if answer.content_type != "application/json":
        return heard(raw)
    return _of_json(raw)


def _of_json(raw: bytes) -> Transcript | Deaf:
    try:
        found = json.loads(raw)
    except ValueError:
        return Deaf("the answer is no JSON")
    text = found.get("text") if isinstance(found, dict) else None
    return heard(text.encode()) if isinstance(text, str) else Deaf("the answer has no text")


async def _bounded(stream: asyncio.StreamReader | aiohttp.StreamReader) -> bytes | None:
    """All of it, or None as soon as it is more than may be."""
    pieces = bytearray()
    while piece := await stream.read(8_192):
        pieces += piece
        if len(pieces) > BYTES_MAX:
            return None
    return bytes(pieces)


def heard(raw: bytes) -> Transcript | Deaf:
    """What was said, as one text without control signs; silence is a failure, for a person has to
    listen then."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return Deaf("the answer is no text")
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return Transcript(text) if text else Deaf("nothing was heard")


def _ending(file: MediaContent) -> str:
    return _ENDINGS.get(file.type, ".bin")
