"""The doctor's page: the same engine as the command, asked for in the background, kept with its time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.checkups import Checkups
from bot.core.findings import Finding
from bot.store import saved
from tests.scenario.house import brand, run
from tests.scenario.reception import NOW, reception
from tests.scenario.test_commands import in_here
from tests.waiting import until

WELL: dict[str, Any] = {
    "database": "ok", "scheduler": "ok", "dead_workers": [], "platform": "ok", "queue_age": "ok",
    "inbox": {"new": 2, "done": 9}, "outbox": {"ready": 3}, "robots": {}, "model": "off",
}  # fmt: skip


class Vital:
    """What ``/readyz`` would say."""

    def __init__(self, **other: Any) -> None:
        self.found = WELL | other

    async def look(self) -> dict[str, Any]:
        return self.found


async def command(arguments: Sequence[str]) -> tuple[bytes, bytes]:
    """The command itself, on a thread of this process."""
    done = await asyncio.to_thread(in_here, *arguments)
    return done.stdout.encode(), done.stderr.encode()


def faulty(folder: Path) -> Path:
    """The test brand with one fault in its settings."""
    config = brand(folder / "brand")
    text = config.read_text("utf-8")
    config.write_text(
        text.replace("[web]\n", '[web]\npublic_url = "bot.example.com"\n', 1), "utf-8"
    )
    return config


async def over(doctor: Checkups) -> None:
    async def ended() -> bool:
        return (await doctor.look()).since is None

    await until(ended, "the check is over")


def test_a_check_runs_beside_and_its_result_stays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            await desk.publish()
            assert (await browser.get("/doctor")).said("This process cannot do it")
            home = await browser.get()
            assert not home.said("faults that the doctor found"), "nobody can ask here"
            config = replace(desk.console.config, file=faulty(tmp_path),
                             store=replace(desk.console.config.store, data=str(tmp_path)))  # fmt: skip
            doctor = Checkups(config, desk.clock, "http://127.0.0.1:1", run=command)
            desk.console.doctor = doctor
            assert (await browser.get()).said("check is yet to be made")
            page = await browser.get("/doctor")
            assert page.said("There was no check yet")
            answer = await browser.post("/doctor", online="0")
            assert answer.status == 303
            await over(doctor)
            page = await browser.get("/doctor")
            assert page.said("Mend this first") and page.said("public_url is no address")
            assert page.said("config.toml, line") and page.said("the platform was not asked")
            assert page.said("by owner") and page.said("not looked at")
            kept = json.loads((tmp_path / "checkup.json").read_text("utf-8"))
            assert [one["rule"] for one in kept["findings"]][:1] == ["public-url"]
            again = await Checkups(config, desk.clock, "http://127.0.0.1:1").look()
            assert again.last is not None and again.last.faults == 1, "another process reads it"
            home = await browser.get()
            assert home.said("faults that the doctor found") and home.said("/console/doctor")

    run(scenario)


def test_one_at_a_time_and_what_comes_to_nothing_says_why(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            config = replace(desk.console.config,
                             store=replace(desk.console.config.store, data=str(tmp_path)))  # fmt: skip
            gate, asked = asyncio.Event(), list[Sequence[str]]()

            async def slow(arguments: Sequence[str]) -> tuple[bytes, bytes]:
                asked.append(arguments)
                await gate.wait()
                return b"no json", b"a line\nconfig.toml:3: it is broken\n"

            doctor = Checkups(config, desk.clock, "http://127.0.0.1:8123", "http://sand", run=slow)
            desk.console.doctor = doctor
            await browser.get("/doctor")
            assert (await browser.post("/doctor", online="1")).status == 303
            page = await browser.get("/doctor")
            assert page.said("Under way since") and page.said('hx-trigger="every 2s"')
            await browser.post("/doctor", online="1")
            assert (await browser.get("/doctor")).said("One is under way already")
            assert len(asked) == 1
            gate.set()
            await over(doctor)
            given = " ".join(asked[0])
            assert "--online" in given and "--platform http://sand" in given
            assert "--port 8123" in given and f"--data {tmp_path}" in given
            page = await browser.get("/doctor")
            assert page.said("came to nothing: config.toml:3: it is broken")
            (tmp_path / "checkup.json").write_text("{", "utf-8")
            assert (await browser.get("/doctor")).said("There was no check yet")
            await doctor.close()

    run(scenario)


@pytest.mark.parametrize(("other", "words"), [
    ({}, ("2 to be handled, 3 to be sent", ">ok<")),
    ({"queue_age": "old", "dead_workers": ["deliver"]}, ("something waits longer",
                                                         "stopped: deliver")),
    ({"outbox": {"dead": 2, "unsure": 1}}, ("3 wait for somebody", 'href="/console/given-up"')),
    ({"robots": {"helper": "taken"}, "model": "resting"}, ("taken by another", "resting after")),
])  # fmt: skip
def test_how_the_process_runs_is_told_in_words(
    tmp_path: Path, other: dict[str, Any], words: Sequence[str]
) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("owner") as browser:
            assert (await browser.get("/doctor/health")).said("This process cannot see it")
            desk.console.health = Vital(**other)
            part = await browser.get("/doctor/health")
            assert all(part.said(each) for each in words), part.text

    run(scenario)


def test_others_see_the_files_alone_and_backups_are_the_owners(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            library = await desk.publish()
            library.findings = [
                Finding(
                    file="content/welcome/day0.j2",
                    line=3,
                    rule="x",
                    severity="error",
                    message="no such thing",
                    fix="mend it",
                )
            ]
            async with desk.signed_in("content") as browser:
                page = await browser.get("/doctor")
                assert page.said("no such thing") and page.said("mend it")
                assert page.said("/content/edit?t=welcome%2Fday0&amp;view=text")
                assert not page.said("Backups") and not page.said("This machine only")
                assert (await browser.get("/doctor/health")).status == 403
                assert (await browser.post("/doctor", online="1")).status == 403
            async with desk.signed_in("owner") as browser:
                assert (await browser.get("/doctor")).said("onevoice backup FILE")
                await desk.store.write(saved.note, tmp_path / "one.backup", NOW - 1)
                assert (await browser.get("/doctor")).said("1 are noted")

    run(scenario)
