"""What a running house writes into its log, at the level at which it says most."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from pathlib import Path

import pytest

from bot.core import logs
from bot.core.config import SANDBOX_AES_KEY, SANDBOX_TOKEN, load_config
from bot.core.credentials import known_secrets
from tests.scenario.house import House, Phone, house, platform, run, until
from tests.scenario.test_street import GOOD, HOSTILE, letter, post

PHONE_NUMBER, NAME, WORDS = "13987654321", "欧阳若兰", "我的订单号是TX99812"
HOSTILE_TEXT = "恶意文本<script>"
SECRETS = (SANDBOX_TOKEN, SANDBOX_AES_KEY, "sandbox-secret-assistant", "sandbox-secret-oa",
           "sandbox-robot-secret", "wh-BANZHAN-01", "SBXTOKEN_", "OATOKEN_")  # fmt: skip


async def talk(home: House, phone: Phone) -> list[str]:
    """A friend, a kf customer, a staff member; failing sends, hostile callbacks, dead tokens."""
    (customer,) = (await phone.post("/customers", name=NAME))["ids"]
    await phone.post(f"/customers/{customer}/add", userid="lin.xi")
    await until(lambda: phone.texts(customer, "contact"), "the welcome")
    for path, errcode in (("kf/send_msg", 95018), ("externalcontact/get", 40096)):
        await phone.post("/faults", on="api", kind="rate_limit", path=path, n=2, errcode=errcode)
    await phone.post("/faults", on="api", kind="token_expired", n=1)
    await phone.post("/faults", on="api", kind="bad_json", path="kf/sync_msg", n=1)
    await phone.write(customer, f"{WORDS}，电话{PHONE_NUMBER}，我叫{NAME}")
    await phone.post("/apps/1000002/say", userid="he.qing", text=WORDS)
    for query, body, _ in HOSTILE.values():
        await post(home, phone.http, "assistant", query, body)
    await post(
        home,
        phone.http,
        "assistant",
        *letter(GOOD.replace(b"hi", f"<![CDATA[{HOSTILE_TEXT}]]>".encode())),
    )
    await until(
        lambda: len(home.rows("SELECT 1 FROM inbox WHERE state = 'done'")) >= 4, "all is answered"
    )
    await until(lambda: home.rows("SELECT 1 FROM outbox WHERE state = 'dead'"), "a send that fails")
    return [customer]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_person_no_words_and_no_secret_are_logged(form: str, tmp_path: Path) -> None:
    stream, people = io.StringIO(), []
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook

    async def scenario() -> None:
        async with platform() as phone:
            logs.set_up("debug", form, stream)
            async with house(tmp_path, phone) as home:
                logs.keep_secret(known_secrets(load_config(tmp_path / "config.toml")))
                people.extend(await talk(home, phone))
                broken(home)

    def broken(home: House) -> None:
        """A bug on the way of one message: its traceback must not quote it."""
        try:
            {"x": 1}[WORDS + PHONE_NUMBER]
        except KeyError:
            logging.getLogger("bot.pipeline.loop").exception("turn %s failed", 7)

    try:
        run(scenario)
    finally:
        root.handlers[:], root.level = before, level
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    text = stream.getvalue()
    ours = [line for line in text.splitlines() if "bot." in line]
    assert ours, "the scenario logs nothing, so it proves nothing"
    assert any("KeyError" in line for line in text.splitlines())
    hidden = (
        PHONE_NUMBER,
        NAME,
        WORDS,
        "TX99812",
        HOSTILE_TEXT,
        "恶意",
        "he.qing",
        *SECRETS,
        *people,
    )
    assert [word for word in hidden if word in text] == []
    if form == "json":
        assert all({"time", "level", "logger", "event"} <= json.loads(line).keys()
                   for line in text.splitlines())  # fmt: skip
