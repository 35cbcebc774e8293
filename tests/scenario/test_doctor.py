"""The doctor as a whole: silent about the healthy, read only, doors, clock, robots, and its table."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.commands.checkup import make_case
from bot.core.clock import ManualClock
from bot.core.config import SANDBOX_AES_KEY, SANDBOX_TOKEN, load_config
from bot.library.disk import read_disk
from bot.wecom import doctor
from bot.wecom.codec import Door, decrypt
from bot.wecom.doctor import callbacks
from bot.wecom.doctor.rules import RULES
from sandbox.server import Sandbox
from tests.architecture.source import ROOT
from tests.clients.robots import BOT, SECRET
from tests.scenario.born import finished
from tests.scenario.house import Phone, opened, until
from tests.scenario.ward import Ward, play, told, ward

READING = {
    "get_api_domain_ip", "gettoken", "agent/get", "user/get", "stable_token", "kf/account/list",
    "kf/servicer/list", "externalcontact/get_follow_user_list", "externalcontact/groupchat/list",
    "externalcontact/get_groupmsg_list_v2", "externalcontact/get_moment_list",
    "webhook/upload_media", "msgaudit/get_permit_user_list",
}  # fmt: skip


def sample(folder: Path) -> Ward:
    """The sample brand as it is shipped."""
    for name in ("personas", "content"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "config.toml", folder)
    return Ward(folder)


@pytest.mark.parametrize("make", [ward, sample])
def test_a_healthy_set_up_gives_no_finding_and_is_left_as_it_was(make: Any, tmp_path: Path) -> None:
    patient = make(tmp_path)

    async def story() -> None:
        async with patient.platform() as box, _phone(box) as phone:
            before = await phone.get("/state")
            assert await patient.examine(phone.url, online=False) == []
            assert await patient.examine(phone.url) == []
            after = await phone.get("/state")
            for part in ("clock", "counters"):
                before.pop(part), after.pop(part)
            assert after == before
            rows = box.calls.rows("", 0)
            assert {row["path"] for row in rows} <= READING
            uploads = [row["errcode"] for row in rows if row["path"] == "webhook/upload_media"]
            assert uploads and set(uploads) == {44001}

    play(story)


@contextlib.asynccontextmanager
async def _phone(box: Sandbox) -> AsyncIterator[Phone]:
    async with aiohttp.ClientSession() as http:
        yield Phone(str(box.urls()["sandbox"]), http)


SECRETS = 'agent_id = 1000002\ntoken_file = "token"\naes_key_file = "aes"'
OTHER_KEY = "BBECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


def keyed(folder: Path, token: str, key: str) -> Ward:
    patient = ward(folder)
    patient.edit("config.toml", ("agent_id = 1000002", SECRETS))
    for name, text in (("token", token), ("aes", key)):
        (folder / name).write_text(text, "utf-8")
        (folder / name).chmod(0o600)
    return patient


@pytest.mark.parametrize(
    ("token", "key", "rule"),
    [("T1", OTHER_KEY, ""), ("T2", OTHER_KEY, "callback-token"),
     ("T1", OTHER_KEY.replace("BBEC", "CCEC"), "callback-aes-key")],
)  # fmt: skip
def test_the_running_service_is_asked_as_the_platform_asks(
    token: str, key: str, rule: str, tmp_path: Path
) -> None:
    keyed(tmp_path / "runs", "T1", OTHER_KEY)
    patient = keyed(tmp_path / "looks", token, key)

    async def story() -> None:
        async with patient.platform() as box, _phone(box) as phone, opened(tmp_path / "runs", phone) as home:  # fmt: skip
            port = int(home.callback.split(":")[2].split("/")[0])
            await until(lambda: home.app.parts and home.app.parts.robots.live, "the robot connects")
            found = await patient.examine(phone.url, port=port)
            assert told(found) == ([rule] if rule else []), found
            assert home.app.parts and home.app.parts.robots.live, "the doctor took the connection"
            if rule:
                key_line = "token_file" if rule == "callback-token" else "aes_key_file"
                assert found[0].line == patient.line("config.toml", key_line)

    play(story)


@pytest.mark.parametrize(
    ("status", "text", "rule"),
    [(404, "no such page", "callback-other"), (200, "welcome", "callback-other"),
     (200, "echo", "callback-open"), (0, "", "callback-unreachable")],
)  # fmt: skip
def test_the_public_address_is_tried(status: int, text: str, rule: str, tmp_path: Path) -> None:
    patient = ward(tmp_path)

    async def answer(request: web.Request) -> web.Response:
        if text != "echo":
            return web.Response(status=status, text=text)
        sent = request.query["echostr"]
        if request.path.endswith("/oa"):
            return web.Response(text=sent)
        door = Door(SANDBOX_TOKEN, SANDBOX_AES_KEY, "wwSANDBOX00000001")
        return web.Response(body=decrypt(door, sent))

    async def story() -> None:
        app = web.Application()
        app.router.add_get("/callback/{name}", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1] if status else 9
        patient.edit("config.toml", ("[web]", f'[web]\npublic_url = "http://127.0.0.1:{port}"'))
        try:
            async with patient.platform() as box:
                found = await patient.examine(str(box.urls()["sandbox"]))
        finally:
            await runner.cleanup()
        assert told(found) == [rule, rule]  # the application's door and the official account's
        assert "/callback/assistant" in found[0].message

    play(story)


def test_a_clock_that_is_wrong_is_named(tmp_path: Path) -> None:
    patient = ward(tmp_path)

    async def story(clock: ManualClock) -> list[str]:
        async with patient.platform() as box:
            config = load_config(patient.config)
            clock.advance(box.world.now() - clock.now())
            late = ManualClock(clock.now() - 30_000)
            case = make_case(config, patient.config, read_disk(config), late, box.urls()["sandbox"])
            found = await doctor.examine(case, online=True)
            assert "behind" in found[-1].message and "NTP" in found[-1].fix
            return [each for each in told(found) if each != "port-taken"]

    assert play(lambda: story(ManualClock(1))) == ["clock-skew"]


def test_a_robot_that_another_program_takes_back_is_named(tmp_path: Path) -> None:
    patient = ward(tmp_path)

    async def rival(phone: Phone, held: asyncio.Event) -> None:
        """A program that connects again at once, as badly written ones do."""
        ask = {"cmd": "aibot_subscribe", "headers": {"req_id": "aibot_subscribe_1_x"},
               "body": {"bot_id": BOT, "secret": SECRET}}  # fmt: skip
        while True:
            async with phone.http.ws_connect(f"{phone.url}/aibot") as socket:
                await socket.send_json(ask)
                async for _ in socket:
                    held.set()

    async def story() -> None:
        held = asyncio.Event()
        async with patient.platform() as box, _phone(box) as phone:
            other = asyncio.create_task(rival(phone, held))
            await held.wait()
            found = await patient.examine(phone.url)
            other.cancel()
            await asyncio.gather(other, return_exceptions=True)
            assert told(found) == ["robot-taken"], found

    play(story)


def test_the_page_of_rules_is_the_table() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text("utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines()
            if line.startswith("| `")]  # fmt: skip
    wanted = [[f"`{r.id}`", r.severity, r.what, r.fix] for r in RULES.values()]
    assert rows == wanted


def test_every_rule_is_played() -> None:
    """A rule that no test reproduces is a promise that nobody keeps."""
    files = Path(__file__).parent.glob("test_doctor*.py")
    texts = "".join(path.read_text("utf-8") for path in files)
    assert {rule for rule in RULES if f'"{rule}"' not in texts} == set()


def test_a_url_check_that_takes_too_long_is_a_warning() -> None:
    """The platform waits one second; the doctor waits longer, to tell slow from dead."""
    assert callbacks._judge(callbacks.Answer(200, "17", 1.2), "17") == "callback-slow"
    assert callbacks._judge(callbacks.Answer(200, "17", 0.9), "17") == ""


def test_the_command_asks_the_named_platform(tmp_path: Path) -> None:
    patient = ward(tmp_path)
    patient.edit("config.toml", ("queue_limit", "port = 0\nqueue_limit"))
    words = ["check", "--config", str(patient.config), "--online", "--json", "--platform"]

    async def story() -> None:
        async with patient.platform() as box:
            url = str(box.urls()["sandbox"])
            good = await asyncio.to_thread(finished, *words, url)
            assert (good.returncode, json.loads(good.stdout)) == (0, {"ok": True, "findings": []})
        gone = await asyncio.to_thread(finished, *words, url)
        report = json.loads(gone.stdout)
        assert (gone.returncode, report["ok"]) == (1, False)
        assert [each["rule"] for each in report["findings"]] == ["platform-unreachable"]

    play(story)
