"""Only an edit acts: what a person put into service holds until the files change again."""

from __future__ import annotations

import asyncio
import logging
import shutil

import pytest

from bot.core.clock import ManualClock
from bot.core.config import Config
from bot.library.disk import read_disk
from bot.library.library import Library
from bot.library.publish import publish_disk
from bot.store import versions
from bot.store.sqlite import SqliteStore
from bot.store.versions import ROLLBACK
from tests.unit.library.conftest import NOW, edit

FAQ = "personas/tester/faq.csv"
TESTER = ("persona", "tester")


class Desk:
    """The folders, the database, and a person who decides."""

    def __init__(self, store: SqliteStore, config: Config) -> None:
        self.store, self.config = store, config
        self.look()

    def look(self, *, live: bool = True) -> int:
        disk = read_disk(self.config)
        return asyncio.run(self.store.write(publish_disk, disk, NOW, live=live))

    def answer(self, days: str) -> None:
        edit(self.config, FAQ, lambda text: text.replace(self.says(text), f"{days}天内"))

    @staticmethod
    def says(text: str) -> str:
        at = text.index("天内")
        return text[at - 1 : at + 2]

    def decide(self, version: int) -> None:
        asyncio.run(self.store.write(versions.serve, *TESTER, version, "li", NOW, event=ROLLBACK))

    @property
    def serving(self) -> int | None:
        found = asyncio.run(self.store.read(versions.serving, *TESTER))
        return found.version if found else None


@pytest.fixture
def desk(store: SqliteStore, config: Config) -> Desk:
    return Desk(store, config)


def other_edit(desk: Desk) -> None:
    """Somebody changes another file."""
    edit(desk.config, "content/care/day1.j2", lambda text: text + "再来一杯。\n")
    assert desk.look() == 1


def test_a_rollback_is_not_undone_by_an_edit_of_something_else(desk: Desk) -> None:
    desk.answer("三")
    desk.look()
    desk.decide(1)
    other_edit(desk)
    assert desk.serving == 1


def test_the_next_edit_of_its_files_is_published_again(desk: Desk) -> None:
    desk.answer("三")
    desk.look()
    desk.decide(1)
    desk.answer("四")
    assert desk.look() == 1
    assert desk.serving == 3


def test_files_that_go_back_and_forth_act_each_time(desk: Desk) -> None:
    desk.answer("三")
    desk.look()
    desk.decide(1)
    desk.answer("两")
    assert desk.look() == 0, "as what serves: no version"
    assert desk.serving == 1
    desk.answer("三")
    assert desk.look() == 0, "as the latest: no new version, but an edit"
    assert desk.serving == 2


def test_a_version_that_differs_from_the_folder_serves_on(desk: Desk) -> None:
    desk.answer("三")
    desk.look()
    desk.answer("两")
    desk.look()
    assert desk.serving == 3
    desk.decide(2)
    other_edit(desk)
    assert desk.serving == 2


def test_a_draft_waits_for_somebody_and_a_decision_ends_its_waiting(desk: Desk) -> None:
    desk.answer("三")
    assert desk.look(live=False) == 1
    assert desk.serving == 1
    desk.decide(2)
    desk.decide(1)
    desk.look(live=True)
    assert desk.serving == 1, "it was decided upon, and the files are the same"


def test_a_draft_that_nobody_decided_about_goes_live_with_auto_publish(desk: Desk) -> None:
    desk.answer("三")
    desk.look(live=False)
    desk.look(live=True)
    assert desk.serving == 2


def test_a_folder_that_comes_back_as_it_was_serves_again(desk: Desk) -> None:
    folder = desk.config.home / "personas" / "tester"
    shutil.move(folder, desk.config.home / "aside")
    shutil.rmtree(desk.config.content_dir / "flows")
    (desk.config.content_dir / "calendar.toml").unlink()
    desk.look()
    assert desk.serving is None
    shutil.move(desk.config.home / "aside", folder)
    assert desk.look() == 0
    assert desk.serving == 1


def test_a_person_may_bring_back_what_is_not_in_the_folders(desk: Desk) -> None:
    shutil.rmtree(desk.config.home / "personas" / "second")
    desk.look()
    write = desk.store.write
    asyncio.run(write(versions.serve, "persona", "second", 1, "li", NOW))
    other_edit(desk)
    assert asyncio.run(desk.store.read(versions.serving, "persona", "second")) is not None


@pytest.mark.parametrize("folder", ["personas", "content"])
def test_when_a_whole_folder_is_not_there_nothing_is_withdrawn(desk: Desk, folder: str) -> None:
    before = asyncio.run(desk.store.read(versions.marks))
    shutil.move(desk.config.home / folder, desk.config.home / "aside")
    desk.look()
    assert asyncio.run(desk.store.read(versions.marks)) == before


def test_files_are_read_when_nobody_writes_into_them(store: SqliteStore, config: Config) -> None:
    path = config.home / FAQ
    whole = path.read_text("utf-8").replace("两天内", "三天内")

    async def write_slowly() -> None:
        for n in range(len(whole) // 40):  # every state in between is a legal faq.csv
            path.write_text(whole[: whole.index("\n", n * 40) + 1], "utf-8")
            await asyncio.sleep(0.02)
        path.write_text(whole, "utf-8")

    async def scenario() -> list[str]:
        library = Library(store, config, ManualClock(NOW))
        await library.open()
        path.write_text(whole[: whole.index("\n") + 1], "utf-8")
        writing = asyncio.create_task(write_slowly())
        while not writing.done():
            await library.sync()
        await library.sync()
        found = [await store.read(versions.get, *TESTER, n) for n in (1, 2, 3)]
        return [e.files["faq.csv"] for e in found if e is not None]

    assert asyncio.run(scenario())[1:] == [whole]


def test_a_word_that_the_brand_gives_up_is_reported_where_it_serves(
    store: SqliteStore, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        library = Library(store, config, ManualClock(NOW))
        await library.open()
        caplog.clear()
        edit(config, "personas/brand.toml", lambda t: t.replace("最最好", "八十五度"))
        with caplog.at_level(logging.WARNING):
            await library.sync()

    asyncio.run(scenario())
    said = [r.getMessage() for r in caplog.records if "in spite of" in r.getMessage()]
    assert len(said) == 1 and "personas/tester/faq.csv:3" in said[0] and "八十五度" in said[0]


def test_going_back_compiles_nothing_again_and_takes_the_brand_of_today(
    desk: Desk, store: SqliteStore, config: Config
) -> None:
    async def scenario() -> None:
        library = Library(store, config, ManualClock(NOW))
        first = (await library.open()).scripts["tester"]
        edit(config, FAQ, lambda text: text.replace("两天内", "三天内"))
        edit(config, "personas/brand.toml", lambda text: text.replace("最最好", "顶顶好"))
        await library.sync()
        second = library.cast.scripts["tester"]
        assert second.matcher is not first.matcher
        await store.write(versions.serve, *TESTER, 1, "li", NOW, event=ROLLBACK)
        assert await library.follow()
        again = library.cast.scripts["tester"]
        assert (again.version, again.matcher) == (1, first.matcher)
        assert again.matcher is first.matcher
        assert again.brand.taboo == ("顶顶好",) and again.shelf is library.cast.shelf

    asyncio.run(scenario())
