"""The sandbox as a process: ready line, signals, watched parent; the world kept on disk."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from sandbox.server import Sandbox
from sandbox.world import snapshot
from sandbox.world.load import BadWorld, read
from tests.sandbox.conftest import house

ROOT = Path(__file__).resolve().parents[2]
KF = "wkBANZHAN01"


def start(*args: str, stdin: int | None = None) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sandbox", "--port", "0", *args]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=stdin, stdout=pipe, stderr=pipe, text=True)


def ready(process: subprocess.Popen[str]) -> dict:
    assert process.stdout is not None
    word, _, rest = process.stdout.readline().partition(" ")
    assert word == "ready"
    return json.loads(rest)


def call(url: str, body: object = None) -> dict:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=data), timeout=60) as answer:
        return json.loads(answer.read())


def test_ready_line_signal_and_resumed_world(tmp_path) -> None:
    state = str(tmp_path / "kept")
    with start("--state", state) as process:
        urls = ready(process)
        assert set(urls) == {"sandbox", "api", "ws", "phone"}
        assert urls["api"] == urls["sandbox"] + "/cgi-bin" and urls["ws"].endswith("/aibot")
        made = call(urls["sandbox"] + "/sandbox/customers", {"name": "阿青"})["ids"][0]
        call(urls["sandbox"] + "/sandbox/clock", {"advance_s": 3600})
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert process.stdout is not None and process.stdout.read() == ""
    with start("--state", state) as process:
        urls = ready(process)
        found = call(urls["sandbox"] + "/sandbox/state")
        assert {"id": made, "name": "阿青"}.items() <= found["customers"][-1].items()
        assert found["clock"]["offset_ms"] == 3_600_000
        assert len(found["staff"]) == 7
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def test_ends_with_its_parent() -> None:
    reader, writer = os.pipe()
    with start("--watch-stdin", stdin=reader) as process:
        os.close(reader)
        ready(process)
        os.close(writer)
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("--world", "nowhere.toml"), "nowhere.toml"),
        (("--tls-port", "0"), "--ca-out"),
    ],
)
def test_unusable_arguments_are_one_sentence(args, word) -> None:
    with start(*args) as process:
        assert process.wait(60) == 2
        assert process.stderr is not None
        told = process.stderr.read()
        assert word in told and len(told.strip().splitlines()) == 1


def test_everything_survives_a_snapshot(tmp_path) -> None:
    async def main() -> None:
        async with house(state=tmp_path) as home:
            made = await home.friend("su.he")
            await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": "在吗"})
            body = {
                "touser": made,
                "open_kfid": KF,
                "msgid": "r1",
                "msgtype": "text",
                "text": {"content": "在"},
            }
            assert await home.code("kf/send_msg", body) == 0
            page = await home.post("kf/sync_msg", {"open_kfid": KF})
            await home.post(
                "externalcontact/add_msg_template", {"sender": "su.he", "text": {"content": "周末"}}
            )
            media = await home.upload("media/upload", "a.txt", b"123456", type="file")
            token, before = home.token, home.box.world.store
            await home.receiver.wait(2)
            await asyncio.sleep(0.02)
        async with house(state=tmp_path) as home:
            assert home.token == token
            assert snapshot.dump(home.box.world.store) == snapshot.dump(before)
            assert await home.code("kf/send_msg", body) == 40058
            again = {"open_kfid": KF, "cursor": page["next_cursor"]}
            assert (await home.post("kf/sync_msg", again))["msg_list"] == []
            assert len(await home.see("/staff/su.he/tasks")) == 1
            assert await home.texts(made) == [("kf", "text", "在")]
            assert (
                await home.code(
                    "kf/send_msg", body | {"msgid": "r2", "msgtype": "file", "file": media}
                )
                == 0
            )
            fresh = await home.customer()
            assert fresh != made

    asyncio.run(main())


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "unreadable"),
        ('{"format": 0}', "another version"),
        ('{"format": 1, "store": {"corp_id": "wwOTHER"}}', "wwOTHER"),
        ('{"format": 1, "store": {"staff": []}}', "unreadable"),
    ],
)
def test_foreign_snapshots_are_refused_with_a_sentence(tmp_path, text, word) -> None:
    (tmp_path / snapshot.FILE).write_text(text)
    with pytest.raises(snapshot.BadSnapshot, match=word):
        Sandbox(state=tmp_path)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("x = ", "world.toml"),
        ("", "corp"),
        ('[corp]\nid="a"\nname="b"\ncolour="c"', "colour"),
        ('seed=1\n[corp]\nid="a"\nname="b"\n[rules]\nkf.speed=1', "kf.speed"),
        ('[corp]\nid="a"\nname="b"\n[[customer]]\nid="c"\nname="d"\nfriends=["e"]', "'e'"),
        (
            '[corp]\nid="a"\nname="b"\n[[group]]\nchat_id="w"\nname="n"\nkind="customer"\nowner="o"\n'
            'members=[]\nwebhook_keys=["k"]',
            "webhook",
        ),
    ],
)
def test_world_files_are_read_strictly(tmp_path, text, word) -> None:
    path = tmp_path / "world.toml"
    path.write_text(text)
    with pytest.raises(BadWorld, match=word):
        read(path)[1](0)


def test_the_default_world_is_the_sample_brand() -> None:
    store = Sandbox().world.store
    assert store.corp_id == "wwSANDBOX00000001"
    assert set(store.kf_accounts) == {"wkBANZHAN01", "wkBANZHAN02", "wkBANZHAN03"}
    assert [each.userid for each in store.staff.values() if not each.can_add] == ["he.qing"]
    assert store.webhooks == {"wh-BANZHAN-01": "wrINTERNAL01"}
    assert "🍵" in store.customers["wmBANZHAN0003"].name
