"""The log's lines: what is masked, what of others passes, and both formats."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.core import logs
from bot.core.errors import BadInput


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A log of its own; everything is put back afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook, sys.unraisablehook)
    before = root.handlers[:], root.level
    out = io.StringIO()
    yield out
    root.handlers[:], root.level = before
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


@pytest.mark.parametrize(
    "text",
    ["wmBANZHAN0001", "woAJ2GCAAAXtWyujaWJHDDGi0mAAAA", "oSBXwmSBX000001", "13812345678",
     "138 1234 5678", "+86-13812345678", "li.na@example.com", "staff:he.qing",
     "oa:oABCDEFGHIJKLMNOPQRSTUVWXYZ1", "SBXTOKEN_ab12cd34ef56ab12cd34ef56ab12cd34ef56",
     "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"],
)  # fmt: skip
def test_what_names_a_person_or_opens_a_door_is_masked(text: str) -> None:
    for frame in ("{}", "no such customer: {}", "({})", "x={}, y", '"{}"', "客户{}说"):
        assert text not in logs.masked(frame.format(text))


def test_the_peer_of_a_conversation_is_masked_and_its_account_is_not() -> None:
    shown = logs.masked("turn app:1000002:he.qing and kf:wkBANZHAN01:wmBANZHAN0001 failed")
    assert "he.qing" not in shown and "wmBANZHAN0001" not in shown
    assert "app:1000002:#" in shown and "kf:wkBANZHAN01:#" in shown


@pytest.mark.parametrize("name", ["access_token", "corpsecret", "key", "msg_signature", "code"])
def test_a_parameter_with_a_secret_is_masked(name: str) -> None:
    assert logs.masked(f"GET /x?a=1&{name}=abc&b=2") == f"GET /x?a=1&{name}=***&b=2"


@pytest.mark.parametrize(
    "text",
    ["60020: this server's IP is not trusted, from ip: 203.0.113.9", "content/welcome/day0.j2:3: x",
     "kf:wkBANZHAN01; again in 5 s", "migration 0001_spine.sql applied", "row 812: 45009", "turn 17"],
)  # fmt: skip
def test_what_an_operator_needs_stays(text: str) -> None:
    assert logs.masked(text) == text


def test_known_secrets_are_masked_everywhere_and_equal_ids_look_equal() -> None:
    logs.keep_secret(["sekrit-of-the-app", "ab"])
    assert logs.masked("a sekrit-of-the-app ab") == "a *** ab"
    assert logs.short("x") == logs.short("x") != logs.short("y")


def write(stream: io.StringIO, form: str) -> None:
    logs.set_up("debug", form, stream)
    log = logging.getLogger("bot.pipeline.x")
    log.info("row %s of wmBANZHAN0001\nnext", 7, extra={"row": 7, "peer": "wmBANZHAN0001"})
    for error in (ValueError("他说13812345678"), BadInput("wmBANZHAN0001 is wrong", file="a.toml")):
        try:
            raise error
        except ValueError:
            log.exception("send 8 failed")
        except BadInput:
            log.exception("send 9 failed")
    logging.getLogger("asyncio").error(
        "Task exception\nfuture: <Task exception=ValueError('他说')>"
    )
    logging.getLogger("aiohttp.server").debug("request %s", "他说")
    logging.getLogger("apscheduler.executors").info("job %s", "他说")


def test_a_line_for_people(stream: io.StringIO) -> None:
    write(stream, "text")
    lines = stream.getvalue().splitlines()
    assert (
        lines[0].split(" ", 1)[1]
        == f"INFO bot.pipeline.x: row 7 of {logs.short('wmBANZHAN0001')} next"
    )
    assert lines[0][:20].count("T") == 1 and lines[0].split(" ")[0].endswith("Z")
    assert lines[2] == "  ValueError"
    assert lines[3].startswith("  at ") and lines[3].endswith(" write")
    assert "a.toml:1: #" in lines[5]
    assert [line.split(" ", 1)[1] for line in lines[7:]] == [
        "ERROR asyncio: Task exception", "DEBUG aiohttp.server: request %s"]  # fmt: skip


def test_a_line_for_machines(stream: io.StringIO) -> None:
    write(stream, "json")
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [row["level"] for row in rows] == ["info", "error", "error", "error", "debug"]
    assert rows[0]["fields"] == {"row": 7, "peer": logs.short("wmBANZHAN0001")}
    assert set(rows[0]) == {"time", "level", "logger", "event", "fields"}
    assert rows[1]["fault"]["type"] == "ValueError" and "why" not in rows[1]["fault"]
    assert "13812345678" not in stream.getvalue() and "他说" not in stream.getvalue()


def test_errors_that_nobody_caught_are_lines_too(stream: io.StringIO) -> None:
    logs.set_up("info", "json", stream)

    def fall() -> None:
        raise ValueError("他说")

    thread = threading.Thread(target=fall)
    thread.start()
    thread.join()
    row = json.loads(stream.getvalue())
    assert row["event"] == "uncaught" and row["fault"]["type"] == "ValueError"
    assert "他说" not in stream.getvalue()
