"""From disk to versions to the cast that serves: immutable, one at a time, last good one first."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.core.clock import ManualClock, to_ms
from bot.core.config import Config
from bot.library.cast import Cast, build
from bot.library.disk import read_disk
from bot.library.library import Library
from bot.library.publish import publish_disk
from bot.store import versions
from bot.store.engine import Tx
from bot.store.leases import LIBRARY
from bot.store.sqlite import SqliteStore
from bot.store.versions import Edition
from tests.unit.library.conftest import BRAND, NOW, edit

ZONE = "Asia/Shanghai"
Serving = Mapping[tuple[str, str], Edition]


def publish(store: SqliteStore, config: Config, *, live: bool = True) -> int:
    """Publishes what stands on disk; how many new versions that made."""
    return asyncio.run(store.write(publish_disk, read_disk(config), NOW, live=live))


def serving(store: SqliteStore) -> Serving:
    return {(e.kind, e.name): e for e in asyncio.run(store.read(versions.published))}


def cast_of(store: SqliteStore) -> Cast:
    return build(asyncio.run(store.read(versions.published)), ZONE)


def test_the_first_time_everything_becomes_version_one(store: SqliteStore, config: Config) -> None:
    assert publish(store, config) == len(read_disk(config).sources) == 11
    assert {e.version for e in serving(store).values()} == {1}


def test_unchanged_files_make_no_version(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    before = serving(store)
    assert publish(store, config) == 0
    assert serving(store) == before


def test_an_edit_makes_the_next_version_of_that_thing_alone(
    store: SqliteStore, config: Config
) -> None:
    publish(store, config)
    before = serving(store)
    edit(config, "content/care/day1.j2", lambda t: t + "再来一杯。\n")
    assert publish(store, config) == 1
    after = serving(store)
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {("template", "care/day1")}
    assert after["template", "care/day1"].version == 2
    assert "再来一杯" in next(iter(after["template", "care/day1"].files.values()))


def test_one_file_of_a_persona_makes_a_version_of_the_persona(
    store: SqliteStore, config: Config
) -> None:
    publish(store, config)
    edit(config, "personas/tester/faq.csv", lambda t: t + "new,新问题,,新答案\n")
    assert publish(store, config) == 1
    assert serving(store)["persona", "tester"].version == 2
    assert serving(store)["persona", "second"].version == 1


def test_going_back_to_an_older_text_is_a_new_version(store: SqliteStore, config: Config) -> None:
    path = config.home / "content/care/day1.j2"
    old = path.read_text(encoding="utf-8")
    publish(store, config)
    edit(config, "content/care/day1.j2", lambda t: t + "再来一杯。\n")
    publish(store, config)
    path.write_text(old, encoding="utf-8")
    assert publish(store, config) == 1
    assert serving(store)["template", "care/day1"].version == 3


def test_a_broken_edit_keeps_the_last_good_version(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    before = serving(store)
    edit(config, "content/care/day1.j2", lambda t: t + "{{ nobody }}\n")
    edit(config, "personas/tester/faq.csv", lambda t: "not,a,header\n")
    edit(config, "content/flows/welcome.toml", lambda t: t + "oops\n")
    assert publish(store, config) == 0
    assert serving(store) == before
    assert cast_of(store).scripts["tester"].version == 1


def test_a_mended_edit_is_the_next_version(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    edit(config, "content/care/day1.j2", lambda t: t + "{{ nobody }}\n")
    publish(store, config)
    edit(config, "content/care/day1.j2", lambda t: t.replace("{{ nobody }}", "大家"))
    assert publish(store, config) == 1
    assert serving(store)["template", "care/day1"].version == 2


def test_a_deleted_file_is_withdrawn_and_its_versions_stay(
    store: SqliteStore, config: Config
) -> None:
    publish(store, config)
    shutil.rmtree(config.home / "personas/second")
    (config.home / "content/replies/price.j2").unlink()
    edit(config, "personas/tester/faq.csv", lambda t: t.replace("template:replies/price", "68"))
    publish(store, config)
    assert serving(store).keys().isdisjoint({("persona", "second"), ("template", "replies/price")})
    shutil.copytree(config.home / "personas/tester", config.home / "personas/second")
    edit(
        config,
        "personas/second/persona.toml",
        lambda t: 'id = "second"\nname = "x"\ntype = "kol"\n',
    )
    publish(store, config)
    assert serving(store)["persona", "second"].version == 2


def test_without_auto_publish_an_edit_is_a_draft(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    before = serving(store)
    edit(config, "content/care/day1.j2", lambda t: t + "再来一杯。\n")
    assert publish(store, config, live=False) == 1
    assert serving(store) == before
    assert publish(store, config, live=False) == 0
    assert publish(store, config, live=True) == 0
    assert serving(store)["template", "care/day1"].version == 2


def test_without_auto_publish_a_deleted_file_serves_on(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    before = serving(store)
    (config.home / "content/moments/morning.j2").unlink()
    publish(store, config, live=False)
    assert serving(store) == before


def test_the_cast_is_everything_published_compiled(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    cast = cast_of(store)
    assert sorted(cast.scripts) == ["second", "tester"]
    assert cast.persona_of("kf", "wkBANZHAN02") == "tester"
    assert cast.persona_of("contact", "gu.song") == "second"
    assert cast.persona_of("group", "lin.xi") == cast.persona_of("moment", "lin.xi") == "tester"
    assert cast.persona_of("kf", "wkNOBODY") is None
    assert cast.accounts_of("tester", "contact") == ("lin.xi", "chen.mo")
    assert set(cast.all_accounts("kf")) == {"wkBANZHAN01", "wkBANZHAN02", "wkBANZHAN03"}
    assert [flow.id for flow in cast.flows] == ["welcome"]
    assert [entry.id for entry in cast.calendar.entry] == ["weekly", "morning"]
    assert (cast.calendar.zone, cast.brand.name) == (ZONE, "测试牌")
    assert cast.shelf.versions["welcome/day0"] == 1


def test_versions_reach_the_cast(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    edit(config, "personas/tester/faq.csv", lambda t: t + "new,新问题,,新答案\n")
    edit(config, "content/flows/welcome.toml", lambda t: t.replace("day = 3", "day = 4"))
    edit(config, "content/care/day1.j2", lambda t: t + "再来一杯。\n")
    publish(store, config)
    cast = cast_of(store)
    assert (cast.scripts["tester"].version, cast.scripts["second"].version) == (2, 1)
    assert cast.flows[0].version == 2
    assert cast.shelf.versions["care/day1"] == 2


def test_the_guard_of_a_persona_that_is_compiled_already_knows_the_new_brand_and_goods(
    store: SqliteStore, config: Config
) -> None:
    publish(store, config)
    cast = cast_of(store)
    known = {(name, one.version): one for name, one in cast.scripts.items()}
    again = build(asyncio.run(store.read(versions.published)), ZONE, known=known)
    assert again.scripts["tester"].guard is cast.scripts["tester"].guard
    goods = "sku,name,price,valid_from,valid_to\nT1,绿茶 50克,68.00,2026-01-01,2027-12-31\n"
    (config.home / "content/catalogue.csv").write_text(goods, encoding="utf-8")
    edit(config, "personas/brand.toml", lambda t: t.replace("最最好", "顶顶好"))
    publish(store, config)
    later = build(asyncio.run(store.read(versions.published)), ZONE, known=known)
    one = later.scripts["tester"]
    assert (one.version, one.matcher) == (1, known["tester", 1].matcher)
    assert [good.name for good in one.guard.goods] == ["绿茶 50克"] == [g.name for g in one.goods]
    assert one.guard.brand == later.brand != cast.brand


def test_a_cast_of_nothing_serves_nobody() -> None:
    cast = build([], ZONE)
    assert cast.scripts == {}
    assert cast.persona_of("kf", "wkBANZHAN01") is None


@pytest.mark.parametrize(
    ("day", "valid"),
    [("2026-08-31", False), ("2026-09-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_a_persona_serves_within_its_dates_both_included(
    store: SqliteStore, config: Config, day: str, valid: bool
) -> None:
    dates = "valid_from = 2026-09-01\nvalid_to = 2026-12-31"
    edit(config, "personas/tester/persona.toml", lambda t: t.replace('kind = "virtual"', dates))
    publish(store, config)
    cast = cast_of(store)
    for hour in ("00:00", "23:59"):
        now = to_ms(datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=ZoneInfo(ZONE)))
        assert cast.is_valid("tester", now) is valid
        assert cast.is_valid("second", now)


def test_templates_see_plain_values_only(store: SqliteStore, config: Config) -> None:
    publish(store, config)
    context = cast_of(store).context("tester", NOW, member={"name": "小周"})
    assert context["brand"] == {"name": "测试牌"}
    assert context["persona"]["name"] == "小试"
    assert context["member"] == {"name": "小周"}
    assert context["day"]["weekday"].startswith("周")


def test_the_library_replaces_the_cast_only_when_something_changed(
    store: SqliteStore, config: Config
) -> None:
    async def run() -> None:
        library = Library(store, config, ManualClock(NOW))
        first = await library.open()
        assert not await library.sync()
        assert library.cast is first
        edit(config, "content/care/day1.j2", lambda t: t + "再来一杯。\n")
        assert await library.sync()
        assert library.cast is not first
        assert library.cast.shelf.versions["care/day1"] == 2
        assert first.shelf.versions["care/day1"] == 1

    asyncio.run(run())


def test_the_library_reports_a_broken_edit_and_serves_on(
    store: SqliteStore, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    async def run() -> Library:
        library = Library(store, config, ManualClock(NOW))
        await library.open()
        edit(config, "content/flows/welcome.toml", lambda t: t + "oops\n")
        await library.sync()
        return library

    library = asyncio.run(run())
    assert [flow.id for flow in library.cast.flows] == ["welcome"]
    assert any("content/flows/welcome.toml" in str(f) for f in library.findings)
    assert "content/flows/welcome.toml:20: error" in caplog.text


def test_a_second_start_on_the_same_data_makes_nothing_new(
    store: SqliteStore, config: Config
) -> None:
    async def run() -> list[int]:
        found = []
        for _ in range(2):
            cast = await Library(store, config, ManualClock(NOW)).open()
            found.append(cast.scripts["tester"].version)
        return found

    assert asyncio.run(run()) == [1, 1]


def test_a_draft_does_not_serve_even_at_the_first_start(store: SqliteStore, config: Config) -> None:
    waiting = replace(config, content=replace(config.content, auto_publish=False))
    cast = asyncio.run(Library(store, waiting, ManualClock(NOW)).open())
    assert cast.scripts == {}


class Told:
    """Leads what it is told to."""

    process, alive = "told", True

    def __init__(self, *names: str) -> None:
        self.names, self.deposed = set(names), False

    def leads(self, name: str) -> bool:
        return name in self.names

    def holds(self, tx: Tx, name: str) -> bool:
        return name in self.names and not self.deposed

    def mark(self) -> str:
        return "told/1"

    def owns(self, mark: str) -> bool:
        return True


def elsewhere(config: Config, folder: Path) -> Config:
    """The same brand on another machine, with an older template and one that nobody else has."""
    shutil.copytree(BRAND, folder)
    other = replace(config, home=folder)
    edit(other, "content/care/day1.j2", lambda t: t + "旧的。\n")
    template = (folder / "content" / "care" / "day1.j2").read_text("utf-8")
    (folder / "content" / "care" / "own.j2").write_text(template, "utf-8")
    return other


def test_of_two_processes_with_different_folders_one_publishes_and_the_other_follows(
    store: SqliteStore, config: Config, tmp_path: Path
) -> None:
    async def run() -> None:
        other = elsewhere(config, tmp_path / "other")
        leader = Library(store, config, ManualClock(NOW), Told(LIBRARY))
        follower = Library(store, other, ManualClock(NOW), Told())
        await leader.open()
        await follower.open()
        edit(config, "content/care/day1.j2", lambda t: t + "新的。\n")
        assert await leader.sync() and await follower.sync()
        assert follower.cast.shelf.versions == leader.cast.shelf.versions
        assert leader.cast.shelf.versions["care/day1"] == 2
        edit(other, "content/care/day1.j2", lambda t: t + "更旧的。\n")
        assert not await follower.sync() and not await leader.sync()

    asyncio.run(run())


def test_whoever_comes_first_publishes_or_there_would_be_nothing_to_serve(
    store: SqliteStore, config: Config
) -> None:
    cast = asyncio.run(Library(store, config, ManualClock(NOW), Told()).open())
    assert cast.scripts["tester"].version == 1


def test_a_new_leader_publishes_its_folder_and_a_deposed_one_writes_nothing(
    store: SqliteStore, config: Config, tmp_path: Path
) -> None:
    async def run() -> None:
        other = elsewhere(config, tmp_path / "other")
        old, new = Told(LIBRARY), Told()
        first = Library(store, config, ManualClock(NOW), old)
        second = Library(store, other, ManualClock(NOW), new)
        await first.open()
        await second.open()
        new.names = {LIBRARY}
        assert await second.sync()
        assert "care/own" in second.cast.shelf.versions
        old.deposed = True
        edit(config, "content/care/day1.j2", lambda t: t + "太晚。\n")
        assert await first.sync(), "it follows"
        assert first.cast.shelf.versions == second.cast.shelf.versions

    asyncio.run(run())
