"""Versions by command, beside a running house: compare, publish, go back, explain, and the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main
from tests.scenario.house import House, brand, house, opened, platform, run, until
from tests.scenario.test_commands import in_here
from tests.scenario.test_schedule import befriend, jump_to, task_of, tuesday

FAQ = "personas/tester/faq.csv"
ASKED = "几天发货"


def persona(folder: Path, *arguments: str) -> str:
    """Runs one command that must succeed; what it said."""
    done = in_here("persona", *arguments, "--config", str(folder / "config.toml"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def edit(folder: Path, file: str, before: str, after: str) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


async def serves(home: House, version: int) -> None:
    """The running house answers by that version."""
    await until(
        lambda: (
            home.app.parts is not None
            and home.app.parts.library.cast.scripts["tester"].version == version
        ),
        f"v{version} serves",
    )


def at_rest(home: House) -> bool:
    """Nothing is under way: what is in the database now stays."""
    return not home.rows(
        "SELECT 1 FROM inbox WHERE state <> 'done' UNION ALL SELECT 1 FROM outbox WHERE state <>"
        " 'sent' UNION ALL SELECT 1 FROM replies WHERE status <> 'sent' UNION ALL"
        " SELECT 1 FROM conversation WHERE lease IS NOT NULL"
    )


def test_a_version_is_compared_rolled_back_and_published_while_the_house_runs(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            edit(tmp_path, FAQ, "两天内", "三天内")
            await serves(home, 2)
            shown = persona(tmp_path, "diff", "tester", "--from", "1", "--to", "v2")
            assert "-ship,几天发货,多久发货|什么时候能发出来,下单后两天内发出。" in shown
            assert "+++ tester/faq.csv (v2)" in shown
            back = persona(tmp_path, "rollback", "tester", "--as", "li", "--reason", "太慢")
            assert back == "tester: v1 serves\n"
            await serves(home, 1)
            await phone.write(who, ASKED)
            assert await until(lambda: phone.texts(who), "an answer") == ["下单后两天内发出。"]
            edit(tmp_path, "content/care/day1.j2", "问候", "问好")
            await until(lambda: home.rows("SELECT 1 FROM version WHERE name = 'care/day1'"
                                          " AND version = 2"), "another edit")  # fmt: skip
            await serves(home, 1)
            listed = json.loads(persona(tmp_path, "list", "--json"))["personas"]
            mine = next(one for one in listed if one["id"] == "tester")
            assert (mine["state"], mine["disk"], mine["newest"]) == ("held", "v2", 2)
            assert (mine["serving"]["version"], mine["serving"]["actor"]) == (1, "li")
            assert persona(tmp_path, "publish", "tester", "--as", "wang") == "tester: v2 serves\n"
            await serves(home, 2)
            rows = json.loads(persona(tmp_path, "list", "--history", "tester", "--json"))["history"]
            assert [(r["event"], r["after"], r["actor"]) for r in rows] == [
                ("publish", "v1", "disk"), ("publish", "v2", "disk"), ("rollback", "v1", "li"),
                ("publish", "v2", "wang")]  # fmt: skip
            assert rows[2]["reason"] == "太慢"

    run(scenario)


def test_without_auto_publish_an_edit_waits_for_the_command(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await serves(home, 1)
        edit(tmp_path, "config.toml", "[content]\n", "[content]\nauto_publish = false\n")
        edit(tmp_path, FAQ, "两天内", "三天内")
        async with platform() as phone, opened(tmp_path, phone) as home:
            await until(lambda: home.rows("SELECT 1 FROM version WHERE name = 'tester'"
                                          " AND version = 2"), "a draft")  # fmt: skip
            await serves(home, 1)
            assert "draft" in persona(tmp_path, "list")
            assert persona(tmp_path, "publish", "tester") == "tester: v2 serves\n"
            await serves(home, 2)

    run(scenario)


def test_why_says_what_would_be_answered_and_changes_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            await phone.write(who, "你好")
            await until(lambda: phone.texts(who), "an answer")
            await until(lambda: at_rest(home), "the turn is over and its answer is sent")
            tables = ("replies", "inbox", "outbox", "audit", "memory", "conversation")
            before = [home.rows(f"SELECT * FROM {table}") for table in tables]
            found = json.loads(
                persona(tmp_path, "why", "tester", "你好", "--member", who, "--json")
            )
            assert (found["rule"], found["reply"]) == ("hello", ["来啦。"]), (
                "he heard the other one"
            )
            fresh = json.loads(persona(tmp_path, "why", "tester", "你好", "--json"))
            assert (fresh["reply"], fresh["version"]) == (["在呢。"], 1)
            assert "faq:price" in persona(tmp_path, "why", "tester", "价格")
            assert [home.rows(f"SELECT * FROM {table}") for table in tables] == before

    run(scenario)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["publish", "nobody"], 2, "no persona 'nobody'; known: second, tester"),
        (["rollback", "tester"], 2, "served before this one"),
        (["rollback", "tester", "7"], 2, "has no version 7; known: v1"),
        (["rollback", "tester", "x"], 2, "write 3 or v3"),
        (["diff", "nobody"], 2, "no persona 'nobody'"),
        (["diff", "tester", "--to", "newest"], 2, "write 3 or v3"),
        (["list", "--history", "nobody"], 2, "no persona 'nobody'"),
        (["why", "nobody", "你好"], 2, "no persona 'nobody'"),
        (["why", "tester", "你好", "--member", "wm1"], 2, "nobody of that id"),
        (["publish", "second"], 1, "personas/second/persona.toml:9: error"),
        (["fly"], 2, "No such command"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    served: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["persona", *arguments, "--config", str(served / "config.toml")])
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (code, "")
    assert words in said.err
    assert said.err.count("\n") == 1


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brand that was served once; one of its folders was broken afterwards."""
    folder = tmp_path_factory.mktemp("served")

    async def scenario() -> None:
        async with platform() as phone, house(folder, phone) as home:
            await serves(home, 1)

    run(scenario)
    file = folder / "personas" / "second" / "persona.toml"
    file.write_text(file.read_text("utf-8") + "\noops\n", "utf-8")
    return folder


def test_before_the_first_start_there_is_a_list_and_nothing_to_go_back_to(tmp_path: Path) -> None:
    config = str(brand(tmp_path))
    assert "not" in persona(tmp_path, "list") or "draft" in persona(tmp_path, "list")
    done = in_here("persona", "rollback", "tester", "--config", config)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "start 'onevoice run' once" in done.stderr


def end(folder: Path) -> None:
    """The persona ended long ago, by any clock."""
    edit(folder, "personas/tester/persona.toml", 'kind = "virtual"',
         'kind = "virtual"\nvalid_to = 2020-01-31')  # fmt: skip


def test_after_its_end_nothing_leaves_tasks_are_called_off_and_a_person_is_asked(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            people = await befriend(phone, "lin.xi", 1)
            await jump_to(phone, 10, 0, days=1)
            task = await task_of(phone, "lin.xi", "bulk_single")
            end(tmp_path)
            await serves(home, 2)
            await until(lambda: home.rows("SELECT 1 FROM outbox WHERE state = 'cancelled'"
                                          " AND note LIKE 'persona tester ended on%'"),
                        "the task is called off")  # fmt: skip
            calls = await phone.calls("cancel_groupmsg_send")
            assert len(calls) == 1
            await phone.write(people[0], ASKED)
            await until(lambda: home.rows("SELECT 1 FROM conversation WHERE waiting_since > 0"
                                          " AND waiting_for LIKE 'persona tester ended%'"),
                        "he waits for a person")  # fmt: skip
            await jump_to(phone, 20, 1, weekday=2)
            await until(lambda: home.rows("SELECT 1 FROM due WHERE kind = 'calendar'"
                                          " AND note = 'persona tester does not serve now'"),
                        "the weekly post is left out")  # fmt: skip
            assert len(await phone.texts(people[0])) == 1, "the welcome, and nothing after the end"
            shown = persona(tmp_path, "list")
            assert "bind to another persona: contact:lin.xi" in shown
            assert task["id"] not in [one["id"] for one in await phone.tasks("lin.xi")]

    run(scenario)


def test_what_waits_to_be_tried_again_is_looked_at_once_more(tmp_path: Path) -> None:
    """An answer was decided while the persona spoke, and comes to the door after its end."""

    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            await phone.post("/faults", on="api", kind="rate_limit", path="send_msg")
            await phone.write(who, ASKED)
            await until(lambda: home.rows("SELECT 1 FROM outbox WHERE attempts > 0"
                                          " AND state = 'ready'"), "a first try")  # fmt: skip
            end(tmp_path)
            await serves(home, 2)
            await phone.clear_faults()
            await phone.post("/clock", advance_s=120)
            await until(lambda: home.rows("SELECT 1 FROM replies WHERE status = 'cancelled'"
                                          " AND note LIKE 'persona tester ended on%'"),
                        "it is cancelled")  # fmt: skip
            assert await phone.texts(who) == []

    run(scenario)
