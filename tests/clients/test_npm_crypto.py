"""The official npm package @wecom/crypto 1.0.1 against the bot's codec and the sandbox's."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.wecom import codec
from sandbox.crypto import Envelope
from sandbox.rules.login import sign as sign_ticket
from tests.clients.vectors import CORP, KEY, NONCE, PUBLISHED, RANDOM, STAMP, TOKEN, texts

FOLDER = Path(__file__).parent / "node"
NODE = shutil.which("node")
INSTALLED = (FOLDER / "node_modules" / "@wecom" / "crypto").is_dir()
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="node is not installed"),
    pytest.mark.skipif(not INSTALLED, reason="npm packages are missing: make node"),
]
Jobs = list[dict[str, Any]]


def node(jobs: Jobs) -> list[Any]:
    """One run of the package over all jobs."""
    command = [NODE or "node", "crypto.js"]
    text = json.dumps(jobs)
    made = subprocess.run(command, cwd=FOLDER, input=text, text=True, capture_output=True)
    assert made.returncode == 0, made.stderr
    found: list[Any] = json.loads(made.stdout)
    return found


@pytest.mark.parametrize("receiver", [CORP, ""], ids=("corp", "robot"))
def test_it_reads_what_we_write(receiver: str) -> None:
    given = texts(receiver)
    envelope, door = Envelope(TOKEN, KEY, receiver), codec.Door(TOKEN, KEY, receiver)
    ours = [envelope.encrypt(text.encode(), RANDOM) for text in given.values()]
    assert ours == [codec.encrypt(door, text.encode(), RANDOM) for text in given.values()]
    jobs = [{"op": "decrypt", "key": KEY, "encrypted": each} for each in ours]
    assert node(jobs) == [{"message": text, "id": receiver} for text in given.values()]


@pytest.mark.parametrize("receiver", [CORP, ""], ids=("corp", "robot"))
def test_we_read_what_it_writes(receiver: str) -> None:
    given = list(texts(receiver).values())
    random = base64.b64encode(RANDOM).decode()
    head = {"op": "encrypt", "key": KEY, "id": receiver, "random": random}
    envelope, door = Envelope(TOKEN, KEY, receiver), codec.Door(TOKEN, KEY, receiver)
    for text, made in zip(given, node([head | {"message": each} for each in given]), strict=True):
        assert made == envelope.encrypt(text.encode(), RANDOM)
        assert envelope.decrypt(made) == text.encode()
        assert codec.decrypt(door, made) == text.encode()


def test_signatures_are_equal() -> None:
    head = {"op": "sign", "token": TOKEN, "timestamp": STAMP, "nonce": NONCE}
    found = node([head | {"encrypted": each.encrypted} for each in PUBLISHED])
    assert found == [each.signature for each in PUBLISHED]
    assert found == [codec.sign(TOKEN, STAMP, NONCE, each.encrypted) for each in PUBLISHED]


def test_ticket_signatures_are_equal() -> None:
    url = "https://page.example/a?b=1"
    job = {"op": "ticket", "url": url, "ticket": "T1", "nonceStr": "n", "timestamp": 1790000000}
    assert node([job]) == [sign_ticket("T1", "n", "1790000000", url)]
