"""Campaigns of the folders: published like flows, with what is wrong with them in their company."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.clock import ManualClock
from bot.core.config import Config
from bot.core.findings import ERROR, Finding
from bot.library.checks import Company, examine
from bot.library.disk import read_disk
from bot.library.library import Library
from bot.library.usage import Use, usage
from bot.store import versions
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW

FILE = """id = "hello"
do = "care"
persona = "tester"
template = "care/day3"
"""


def put(config: Config, more: str = "", text: str = FILE) -> None:
    path = config.content_dir / "campaigns" / "hello.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + more, "utf-8")


def findings(config: Config) -> list[Finding]:
    return [f for f in read_disk(config).findings if f.file == "content/campaigns/hello.toml"]


def test_a_campaign_is_published_and_serves_and_its_template_is_in_use(
    config: Config, store: SqliteStore
) -> None:
    put(config, 'at = "daily 10:00"\nuntil = "2h"\n')
    library = Library(store, config, ManualClock(NOW))
    cast = asyncio.run(library.open())
    (campaign,) = cast.campaigns
    assert (campaign.id, campaign.version, campaign.zone) == ("hello", 1, "Asia/Shanghai")
    assert Use("campaign", "hello", "tester") in usage(cast)["care/day3"]
    edition = asyncio.run(store.read(versions.newest, "campaign", "hello"))
    assert edition is not None
    company = Company(config=config, editions=asyncio.run(store.read(versions.published)))
    assert examine(edition, company) == []


@pytest.mark.parametrize(("more", "rule", "words"), [
    ('audience = "tagg:a"\n', "campaign.audience", "there is no field"),
    ("holdout = 0.1\n", "campaign.goal", "没有写目标"),
    ('goal = "reply"\n', "campaign.goal", "没有对照组"),
    ('goal = "tag:已复购"\nholdout = 0.1\n', "campaign.conversion", "目标只有成交"),
])  # fmt: skip
def test_what_lint_says(config: Config, more: str, rule: str, words: str) -> None:
    put(config, more)
    (found,) = findings(config)
    assert found.rule == rule
    assert words in found.message


def test_kf_alone_cannot_carry_attachments(config: Config) -> None:
    path = config.content_dir / "promos" / "cup.j2"
    path.parent.mkdir()
    day3 = (config.content_dir / "care" / "day3.j2").read_text("utf-8")
    link = '[[attachment]]\ntype = "link"\ntitle = "店"\nurl = "https://banzhan.example/"\n+++\n'
    path.write_text(link.join(day3.rsplit("+++\n", 1)), "utf-8")
    offer = FILE.replace("care/day3", "promos/cup").replace('"care"', '"promo"')
    put(config, 'via = ["kf"]\n', offer)
    assert "campaign.via" in {f.rule for f in findings(config)}
    put(config, 'via = ["kf", "bulk"]\n', offer)
    assert "campaign.via" not in {f.rule for f in findings(config)}


def test_a_template_of_another_kind_and_what_is_not_there(config: Config) -> None:
    put(config, text=FILE.replace("care/day3", "moments/morning"))
    (found,) = findings(config)
    assert (found.rule, found.severity) == ("campaign.template", ERROR)
    put(config, text=FILE.replace("care/day3", "care/day9").replace("tester", "nobody"))
    assert {f.message for f in findings(config)} == {"there is no template 'care/day9'",
                                                     "there is no persona 'nobody'"}  # fmt: skip
    assert ("campaign", "hello") not in {(s.kind, s.name) for s in read_disk(config).sources}
