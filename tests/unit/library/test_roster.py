"""All personas at a glance, what is wrong with a version in its company, and why it answers so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from bot.core.config import Config
from bot.core.findings import ERROR, Finding
from bot.core.model import Conversation, Member
from bot.library.cast import build
from bot.library.disk import read_disk
from bot.library.publish import publish_disk
from bot.library.roster import Listed, keep, roster
from bot.library.speech import Setting
from bot.library.vetting import unclean, vet
from bot.library.why import Asker, why
from bot.persona.brand import Brand
from bot.store import versions
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW, edit

TODAY = date(2026, 11, 22)
FILE = "personas/tester/persona.toml"


def look(store: SqliteStore, config: Config, *, live: bool = True) -> None:
    asyncio.run(store.write(publish_disk, read_disk(config), NOW, live=live))


def listed(store: SqliteStore, config: Config) -> Listed:
    found = roster(asyncio.run(store.read(keep)), read_disk(config), TODAY)
    return next(one for one in found if one.id == "tester")


def dates(config: Config, line: str) -> None:
    edit(config, FILE, lambda t: t.replace('kind = "virtual"', f'kind = "virtual"\n{line}'))


def decide(store: SqliteStore, version: int) -> None:
    asyncio.run(store.write(versions.serve, "persona", "tester", version, "li", NOW))


Change = Callable[[SqliteStore, Config], None]


def edited(store: SqliteStore, config: Config) -> None:
    edit(config, FILE, lambda t: t.replace("小试", "小小试"))


def broken(store: SqliteStore, config: Config) -> None:
    edit(config, FILE, lambda t: t + "oops\n")


def drafted(store: SqliteStore, config: Config) -> None:
    edited(store, config)
    look(store, config, live=False)


def rolled_back(store: SqliteStore, config: Config) -> None:
    edited(store, config)
    look(store, config)
    decide(store, 1)


def over(store: SqliteStore, config: Config) -> None:
    dates(config, "valid_to = 2026-11-21")
    look(store, config)


def early(store: SqliteStore, config: Config) -> None:
    dates(config, "valid_from = 2026-12-01")
    look(store, config)


@pytest.mark.parametrize(
    ("change", "state", "disk", "words"),
    [
        (lambda s, c: None, "serving", "same", ""),
        (edited, "draft", "new", "no version yet"),
        (drafted, "draft", "v2", "v2 waits"),
        (rolled_back, "held", "v2", "a person decided"),
        (broken, "broken", "broken", "last good version"),
        (over, "ended", "same", "ended on 2026-11-21"),
        (early, "not valid yet", "same", "begins on 2026-12-01"),
    ],
)
def test_the_state_of_a_persona(
    store: SqliteStore, config: Config, change: Change, state: str, disk: str, words: str
) -> None:
    look(store, config)
    change(store, config)
    one = listed(store, config)
    assert (one.state, one.disk) == (state, disk)
    assert words in one.note
    assert one.serving is not None


def test_a_persona_that_has_ended_lists_its_accounts_for_others(
    store: SqliteStore, config: Config
) -> None:
    over(store, config)
    one = listed(store, config)
    assert one.rebind and "kf:wkBANZHAN01" in one.accounts and len(one.accounts) == 6


def test_the_end_is_told_two_weeks_before(store: SqliteStore, config: Config) -> None:
    dates(config, "valid_to = 2026-12-06")
    look(store, config)
    assert listed(store, config).note == "ends on 2026-12-06"
    early_look = roster(asyncio.run(store.read(keep)), read_disk(config), date(2026, 11, 21))
    assert [one.note for one in early_look] == ["", ""]


def test_a_broken_folder_names_its_line(store: SqliteStore, config: Config) -> None:
    look(store, config)
    broken(store, config)
    (finding,) = listed(store, config).findings
    assert finding.file == FILE and finding.line > 10


def test_what_was_removed_is_listed_as_withdrawn(store: SqliteStore, config: Config) -> None:
    look(store, config)
    asyncio.run(store.write(versions.withdraw, "persona", "second", "disk", NOW))
    for file in (config.home / "personas" / "second").iterdir():
        file.unlink()
    found = roster(asyncio.run(store.read(keep)), read_disk(config), TODAY)
    assert [(one.id, one.state) for one in found] == [("second", "withdrawn"),
                                                      ("tester", "serving")]  # fmt: skip


def vetted(store: SqliteStore, config: Config, **changes: object) -> list[Finding]:
    kept = asyncio.run(store.read(keep))
    personas = read_disk(config).personas
    given = {"brand": Brand(name=""), "others": {}, "templates": {"replies/price"}} | changes
    return vet(
        kept.newest["tester"],
        **given
        | {
            "others": given["others"]
            or {name: one for name, one in personas.items() if name != "tester"}
        },
    )  # type: ignore[arg-type]


def test_a_version_is_clean_in_its_company(store: SqliteStore, config: Config) -> None:
    look(store, config)
    assert vetted(store, config) == []


def test_a_version_that_wants_the_account_of_another_is_an_error(
    store: SqliteStore, config: Config
) -> None:
    look(store, config)
    second = read_disk(config).personas["second"]
    taken = replace(second, accounts=replace(second.accounts, kf=("wkBANZHAN02",)))
    (found,) = vetted(store, config, others={"second": taken})
    assert (found.rule, found.severity) == ("account-bound-twice", ERROR)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"templates": set()}, "template-not-served"),
        ({"brand": Brand(name="", taboo=("八十五度",))}, "persona.taboo"),
    ],
)
def test_what_would_not_be_said_is_a_warning_with_its_line(
    store: SqliteStore, config: Config, changes: dict[str, object], rule: str
) -> None:
    look(store, config)
    (found,) = vetted(store, config, **changes)
    assert (found.rule, found.severity) == (rule, "warning")
    assert found.file == "personas/tester/faq.csv" and found.line > 1


def test_a_taboo_word_of_the_brand_is_found_in_personas_and_templates(
    store: SqliteStore, config: Config
) -> None:
    look(store, config)
    cast = build(asyncio.run(store.read(versions.published)), "Asia/Shanghai")
    assert unclean(cast) == []
    strict = replace(cast, brand=replace(cast.brand, taboo=("商品", "发票")))
    assert {f.file for f in unclean(strict)} == {"content/replies/price.j2",
                                                 "personas/tester/faq.csv"}  # fmt: skip
    assert all(f.severity == "warning" for f in unclean(strict))


KIT = '\n[kit]\navatar = "own.png"\n'


def test_a_persona_keeps_to_the_kit_of_the_brand(config: Config) -> None:
    edit(config, FILE, lambda t: t + KIT)
    disk = read_disk(config)
    assert "kit" in {f.rule for f in disk.findings}
    assert ("persona", "tester") not in {(s.kind, s.name) for s in disk.sources}


@pytest.mark.parametrize("line", ['kit_own = ["avatar"]\n', '[kit]\navatar = "own.png"\n'])
def test_what_the_brand_leaves_free_or_says_itself_may_stand_there(
    config: Config, line: str
) -> None:
    edit(config, FILE, lambda t: t + KIT)
    edit(config, "personas/brand.toml", lambda t: t + line)
    assert "kit" not in {f.rule for f in read_disk(config).findings}


def setting(store: SqliteStore) -> Setting:
    cast = build(asyncio.run(store.read(versions.published)), "Asia/Shanghai")
    return Setting(cast=cast, now=NOW)


def test_why_shows_answer_candidates_and_version(store: SqliteStore, config: Config) -> None:
    look(store, config)
    found = why(setting(store), "tester", "价格", Asker())
    assert (found["rule"], found["version"], found["silent"]) == ("faq:price", 1, "")
    assert found["candidates"][0]["rule"] == "faq:price"
    (bubble,) = found["bubbles"]
    assert (bubble["content"], bubble["version"], bubble["guard"]) == ("replies/price", 1, "")


def test_why_says_what_the_guard_would_stop(store: SqliteStore, config: Config) -> None:
    look(store, config)
    edit(config, "personas/brand.toml", lambda t: t.replace("最最好", "八十五度"))
    look(store, config)
    (bubble,) = why(setting(store), "tester", "这个茶怎么泡", Asker())["bubbles"]
    assert "taboo" in bubble["guard"]


def test_why_knows_the_member_and_who_holds_his_talk(store: SqliteStore, config: Config) -> None:
    look(store, config)
    talk = Conversation(id="k", channel="kf", account="wkBANZHAN01", peer="wm1", mode="staff")
    asker = Asker(member=Member(id="wm1"), talk=talk)
    found = why(setting(store), "tester", "价格", asker)
    assert (found["mode"], found["bubbles"], found["member"]) == ("staff", [], "wm1")
