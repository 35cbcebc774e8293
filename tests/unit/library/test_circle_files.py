"""Circles of the folders: published like campaigns, and what may name them."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.clock import ManualClock
from bot.core.config import Config
from bot.core.findings import ERROR, Finding
from bot.library.checks import Company, examine
from bot.library.disk import read_disk
from bot.library.library import Library
from bot.store import circles, versions
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW

HEAD = 'id = "tea"\ntitle = "茶友"\nprinciple = "lifestyle"\n'
POSITION = '[position]\nwho = "甲"\nwhere = "乙"\nneed = "丙"\nhabit = "丁"\nvalue = "戊"\n'
LEADER = '[leader]\npersona = "tester"\n'
ASKS = '[admission]\nhow = "questions"\nquestions = ["为什么？"]\n'
CAMPAIGN = 'id = "hello"\ndo = "care"\npersona = "tester"\ntemplate = "care/day3"\n'


def put(config: Config, text: str, file: str = "circles/tea.toml") -> None:
    path = config.content_dir / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")


def findings(config: Config, file: str = "circles/tea.toml") -> list[Finding]:
    return [f for f in read_disk(config).findings if f.file == f"content/{file}"]


def test_a_circle_is_published_and_serves(config: Config, store: SqliteStore) -> None:
    put(config, HEAD + POSITION + LEADER)
    cast = asyncio.run(Library(store, config, ManualClock(NOW)).open())
    circle = cast.circles["tea"]
    assert (circle.title, circle.version, circle.leader.persona, circle.unanswered) == (
        "茶友", 1, "tester", ())  # fmt: skip
    assert asyncio.run(store.read(circles.known)) == {"tea": "茶友"}
    edition = asyncio.run(store.read(versions.newest, "circle", "tea"))
    assert edition is not None
    company = Company(config=config, editions=asyncio.run(store.read(versions.published)))
    assert examine(edition, company) == []


@pytest.mark.parametrize(("text", "rule", "words"), [
    (HEAD + LEADER, "circle.position", "他们是谁（who）、在哪里遇得到他们（where）"),
    (HEAD + POSITION, "circle.leader", "谁带"),
    (HEAD + POSITION + LEADER + ASKS, "circle.reject", "没进圈"),
    (HEAD + POSITION + LEADER + '[admission]\nauto = "群啊:a"\n', "circle.auto", "no field"),
    (HEAD + POSITION + LEADER + '[admission]\nauto = "圈层:茶友"\n', "circle.auto", "谁也进不来"),
    (HEAD + POSITION + '[leader]\npersona = "nobody"\n', "missing-reference", "nobody"),
    (HEAD.replace('"tea"', '"coffee"'), "circle", "but the file is"),
    (HEAD + '[admission]\nhow = "questions"\n', "circle", "ask something"),
    (HEAD + '[leader]\npersona = "a"\nmember = "b"\n', "circle", "leave one"),
    (HEAD + '[goal]\nmetric = "memberz"\n', "circle", "did you mean 'members'"),
    (HEAD + ASKS + 'auto = "群:a"\n', "circle", "past the questions"),
    (HEAD + '[admission]\nhow = "closed"\nauto = "群:a"\n', "circle", "closed circle"),
    (HEAD + '[admission]\nmost = -1\n', "circle", "below 0"),
])  # fmt: skip
def test_what_lint_says(config: Config, text: str, rule: str, words: str) -> None:
    put(config, text)
    (found,) = findings(config)
    assert found.rule.startswith(rule)
    assert words in f"{found.message} {found.fix}"


def test_who_is_turned_away_hears_it_from_a_flow(config: Config) -> None:
    put(config, HEAD + POSITION + LEADER + ASKS)
    put(config, 'id = "no"\ntrigger = "circle_rejected:tea"\npersona = ["tester"]\n[[step]]\n'
        'id = "say"\nday = 1\nat = "10:00"\ntemplate = "care/day3"\nvia = ["bulk"]\n',
        "flows/no.toml")  # fmt: skip
    assert findings(config) == []


def test_a_circle_with_a_gap_is_no_audience(config: Config) -> None:
    put(config, HEAD + POSITION.replace('"丙"', '""') + LEADER)
    put(config, f'{CAMPAIGN}audience = "圈层:茶友 且 推广:可"\n', "campaigns/hello.toml")
    (found,) = findings(config, "campaigns/hello.toml")
    assert (found.rule, found.severity, found.line) == ("circle.position", ERROR, 5)
    assert "他们要什么（need）" in found.message
    assert ("campaign", "hello") not in {(s.kind, s.name) for s in read_disk(config).sources}
    put(config, HEAD + POSITION + LEADER)
    assert findings(config, "campaigns/hello.toml") == []


def test_a_circle_that_is_not_there_is_no_audience_of_a_flow_either(config: Config) -> None:
    put(config, HEAD + POSITION + LEADER)
    put(config, 'id = "f"\ntrigger = "order"\npersona = ["tester"]\n[[step]]\nid = "a"\nday = 1\n'
        'at = "10:00"\ntemplate = "care/day3"\nvia = ["bulk"]\nwhen = "圈子:teas"\n',
        "flows/f.toml")  # fmt: skip
    (found,) = findings(config, "flows/f.toml")
    assert (found.rule, found.fix) == ("circle.unknown", "did you mean 'tea'?")
