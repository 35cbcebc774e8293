"""A person leaves while the service runs: nothing of him is left in any file of the product."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from tests.scenario.house import House, Phone, house, platform, run, until
from tests.scenario.test_commands import in_here

NAME = "欧阳碧螺春"
SAID = "我家住在听雨巷七号，电话13800001234"
ORDER = "单号 998877665544"
IN_GROUP = "群里的各位，我是碧螺春本人呀"


def traces(data: Path, *needles: str) -> list[str]:
    """Every file of the product in which one of these stands; the platform's own are not ours."""
    found = []
    for file in sorted(data.rglob("*")):
        if file.is_file() and "sandbox" not in file.relative_to(data).parts:
            content = file.read_bytes()
            found += [f"{file.name}: {one}" for one in needles if one.encode() in content]
    return found


async def onevoice(*arguments: str) -> Any:
    """A command beside the service, and what it says in JSON."""
    done = await asyncio.to_thread(in_here, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def live(home: House, phone: Phone) -> tuple[str, str]:
    """Somebody who adds an account, writes, sits in a group and waits for a person; and somebody
    else who does much the same."""
    him, her = (await phone.post("/customers", name=NAME, n=1))["ids"][0], ""
    her = (await phone.post("/customers", name="何小满", n=1))["ids"][0]
    for one in (him, her):
        await phone.post(f"/customers/{one}/add", userid="lin.xi")
        await phone.write(one, "你好")
    for text in (SAID, ORDER):
        await phone.write(him, text)
    group = await phone.post("/groups", kind="customer", owner="lin.xi", members=[him, her],
                             name="茶友群")  # fmt: skip
    chat = group["ids"][0] if "ids" in group else group["chat_id"]
    await phone.post(f"/groups/{chat}/say", **{"from": him, "text": IN_GROUP})
    await until(lambda: home.rows("SELECT 1 FROM inbox WHERE text = ?", ORDER)
                and not home.rows("SELECT 1 FROM inbox WHERE state <> 'done'")
                and home.rows("SELECT 1 FROM replies WHERE member = ? AND text LIKE '%99887%'", him)
                and home.rows("SELECT 1 FROM chat_member WHERE member = ?", him),
                "he has lived")  # fmt: skip
    return him, her


async def exported(folder: Path, him: str, her: str, config: tuple[str, ...]) -> None:
    """He gets everything first, and nothing of anybody else."""
    done = await asyncio.to_thread(
        in_here, "members", "export-person", him, "--out", str(folder), *config
    )
    assert done.returncode == 0, done.stderr
    page = (folder / "person.html").read_text("utf-8")
    plain = (folder / "person.json").read_text("utf-8")
    for words in (NAME, SAID, ORDER):
        assert words in page and words in plain
    found = json.loads(plain)
    assert found["ids"] == [him] and {"member", "inbox", "replies", "event"} <= set(found["tables"])
    assert her not in plain and "何小满" not in plain and her not in page


def test_who_is_erased_is_in_no_file_any_more_and_comes_back_as_somebody_new(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            him, her = await live(home, phone)
            needles = (him, NAME, SAID, "998877665544", "13800001234", IN_GROUP)
            config = ("--config", str(tmp_path / "config.toml"))
            before = home.rows("SELECT COUNT(*) AS n FROM replies")[0]["n"]
            hers = home.rows("SELECT text FROM inbox WHERE peer = ? ORDER BY id", her)
            assert traces(home.data, *needles)
            backup = home.data.parent / "backup.db"
            assert (
                await asyncio.to_thread(in_here, "backup", str(backup), *config)
            ).returncode == 0

            await exported(tmp_path / "copy", him, her, config)
            told = await onevoice("members", "erase", him, "--yes", *config)

            assert traces(home.data, *needles) == []
            assert told["removed"]["conversation"] and told["left"] == 0
            assert [one["path"] for one in told["backups"]] == [str(backup)]
            assert told["platform"]["friends"] == ["lin.xi"]
            assert home.rows("SELECT COUNT(*) AS n FROM replies")[0]["n"] == before
            assert home.rows("SELECT text FROM inbox WHERE peer = ? ORDER BY id", her) == hers
            assert not (await onevoice("members", "erase", him, "--yes", *config))["found"]

            await phone.write(him, "你好")
            await until(lambda: home.rows("SELECT 1 FROM replies WHERE member = ?", him),
                        "he is answered as a new member")  # fmt: skip
            assert traces(home.data, SAID, "998877665544", IN_GROUP) == []

    run(scenario)
