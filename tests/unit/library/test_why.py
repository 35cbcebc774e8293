"""`onevoice why`: the governor's answer for one member and one plan."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner

from bot.commands.database import write
from bot.commands.why import why as command
from bot.core.clock import DAY, SystemClock
from bot.core.config import Config
from bot.library.disk import read_disk
from bot.library.publish import publish_disk
from bot.store import people
from bot.store.opening import migrate_store

NOON, NIGHT = "2026-12-01 12:00", "2026-12-01 23:00"


def asked(config: Config, *words: str) -> Any:
    where = ["--config", str(config.home / "config.toml")]
    return CliRunner().invoke(command, [*words, *where])


def seeded(config: Config) -> None:
    now = SystemClock().now()
    migrate_store(config, now)

    def fill(tx: Any, at: int) -> None:
        publish_disk(tx, read_disk(config), at, live=True)
        for member, account in (("wm1", "lin.xi"), ("wm2", "gu.song")):
            people.ensure_member(tx, member, at)
            people.befriend(tx, member, account, at - 30 * DAY)

    write(config, fill)


def test_every_rule_is_named_with_what_it_saw(config: Config) -> None:
    seeded(config)
    made = json.loads(asked(config, "wm1", "flow:welcome", "--at", NOON, "--json").stdout)
    assert (made["member"], made["campaign"], made["answer"]) == ("wm1", "flow:welcome", "yes")
    ways = {(one["step"], one["way"]): one["answer"] for one in made["asks"]}
    assert ways["day1", "bulk"] == "yes" and ways["day1", "kf"] == "no"
    assert {one["code"] for one in made["looked"]} >= {"unreachable", "cap_day", "quiet_hours"}
    assert all(one["holds"] and one["said"] for one in made["looked"])

    shown = asked(config, "wm1", "flow:welcome", "--at", NIGHT)
    assert shown.exit_code == 0, shown.output
    assert "wm1 · flow:welcome · tester · day1 · 群发给好友" in shown.stdout
    assert "  现在不行：安静时段，12-02 08:30 之后再看" in shown.stdout
    assert "  拦下  在安静时段（21:30–08:30），到 12-02 08:30" in shown.stdout
    assert "  通过  1 天内已有 0 条主动消息，最多 2 条" in shown.stdout

    post = json.loads(asked(config, "wm1", "entry:morning", "--at", NIGHT, "--json").stdout)
    assert (post["answer"], post["asks"][0]["way"]) == ("yes", "moment")

    stranger = json.loads(asked(config, "wm2", "flow:welcome", "--at", NOON, "--json").stdout)
    assert (stranger["answer"], stranger["code"]) == ("no", "unreachable")

    for words, message in (
        (("wm9", "flow:welcome"), "there is no member 'wm9'"),
        (("wm1", "flow:welcom"), "there is no flow 'welcom'"),
        (("wm1", "entry:x"), "there is no entry 'x'"),
        (("wm1", "plan:x"), "'plan:x' is no plan"),
        (("wm1", "flow:welcome", "--at", "noon"), "--at 'noon' is no time"),
    ):
        wrong = asked(config, *words)
        assert wrong.exit_code != 0
        assert message in str(wrong.exception) + wrong.output
