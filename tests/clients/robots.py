"""A robot program as a process of its own, trusting the sandbox's CA by its environment alone."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import certifi

from sandbox.server import Sandbox
from sandbox.tls import write_ca

SCRIPT = Path(__file__).parent / "robot_script.py"
BOT, SECRET = "aibBANZHAN01", "sandbox-robot-secret"

# Seconds for one line of a client that starts beside other tests; it returns as soon as it comes.
PATIENCE = 90

# The SDKs' own default. A client that misses two beats connects anew, so a short beat on a busy
# machine changes who is connected; only the test of the beat itself asks for one.
RESTING = 30_000


class Program:
    """The process: what it says, one JSON line at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.heard: list[dict[str, Any]] = []

    async def wait(self, event: str, patience: float = PATIENCE) -> dict[str, Any]:
        """The next line that names this event. Raises TimeoutError."""
        assert self._process.stdout is not None
        while True:
            line = await asyncio.wait_for(self._process.stdout.readline(), patience)
            assert line, f"the program ended before {event}: {await self.errors()}"
            found: dict[str, Any] = json.loads(line)
            self.heard.append(found)
            assert found["event"] in (event, "disconnected") or found["event"] != "error", found
            if found["event"] == event:
                return found

    async def errors(self) -> str:
        assert self._process.stderr is not None
        return (await self._process.stderr.read()).decode()[-2000:]

    async def end(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.communicate()


def trust(folder: Path, box: Sandbox) -> dict[str, str]:
    """An environment whose certifi and default bundle also hold the sandbox's CA.

    certifi has no setting for its bundle: a copy of it, found first on PYTHONPATH, stands in.
    """
    assert box.authority is not None
    write_ca(box.authority, folder / "ca.pem")
    source = Path(certifi.__file__).parent
    copy = folder / "trusted" / "certifi"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    bundle = copy / "cacert.pem"
    bundle.write_bytes(bundle.read_bytes() + b"\n" + (folder / "ca.pem").read_bytes())
    return os.environ | {"PYTHONPATH": str(copy.parent), "SSL_CERT_FILE": str(bundle)}


@asynccontextmanager
async def program(
    sdk: str, box: Sandbox, env: dict[str, str], beat: int = RESTING
) -> AsyncIterator[Program]:
    """The program over TLS, its heartbeat in ms; it has subscribed when this is entered."""
    pipe = asyncio.subprocess.PIPE
    url = f"wss://127.0.0.1:{box.tls_port}"
    words = [sys.executable, str(SCRIPT), sdk, url, BOT, SECRET, str(beat)]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=pipe, stdout=pipe, stderr=pipe, env=env
    )
    made = Program(process)
    try:
        await made.wait("authenticated")
        yield made
    finally:
        await made.end()
