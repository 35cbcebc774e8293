"""The files follow what people put into service; an edit on disk meanwhile is kept, and a process
that dies on the way leaves nothing half done."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from bot.core.clock import ManualClock
from bot.core.config import Config
from bot.core.content import ContentRefused
from bot.library import following, places
from bot.library.desk import ContentDesk
from bot.library.disk import Disk
from bot.library.library import AGAIN, Library
from bot.store import review, versions, wanted
from bot.store.leases import LIBRARY
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW, edit
from tests.unit.library.test_publish import Told

KIND, NAME, FILE = "template", "care/day1", "content/care/day1.j2"


class Studio:
    """A folder, a database, whoever looks after the folder, and people at their desks."""

    def __init__(self, store: SqliteStore, config: Config) -> None:
        self.store, self.config, self.clock = store, config, ManualClock(NOW)
        self.desk = ContentDesk(store, config, self.clock)
        self.library = self.born()

    def born(self, lead: Told | None = None) -> Library:
        """A process that just started."""
        return Library(self.store, self.config, self.clock, lead or Told(LIBRARY))

    @property
    def path(self) -> Path:
        return self.config.home / FILE

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    async def serve(self, before: str, after: str) -> int:
        """Somebody writes a new version of the template, and somebody else approves it."""
        found = await self.store.read(versions.newest, KIND, NAME)
        assert found is not None
        text = found.files["day1.j2"].replace(before, after)
        save = self.desk.save(KIND, NAME, {"day1.j2": text}, base=found.version, author="wu")
        number = await save
        await self.desk.submit(KIND, NAME, number, "wu")
        await self.desk.approve(KIND, NAME, number, "li")
        return number

    async def kept(self) -> list[tuple[int, str, str]]:
        return [(one.version, one.author, one.state)
                for one in await self.store.read(review.of, KIND, NAME)]  # fmt: skip

    async def agree(self, version: int) -> None:
        """File, history and service say the same, and nothing is left to do."""
        edition = await self.store.read(versions.get, KIND, NAME, version)
        serving = await self.store.read(versions.serving, KIND, NAME)
        assert edition is not None and serving is not None
        assert (serving.version, self.text) == (version, edition.files["day1.j2"])
        assert await self.store.read(wanted.standing) == []
        before = await self.kept()
        self.library = self.born()
        await self.library.open()
        assert await self.kept() == before, "what was written comes back as no edit"
        assert not list(self.path.parent.glob(".*")), "no draft of the file is left"


@pytest.fixture
def studio(store: SqliteStore, config: Config) -> Studio:
    return Studio(store, config)


def test_what_is_approved_stands_in_the_file_and_is_no_edit(studio: Studio) -> None:
    async def scenario() -> None:
        await studio.library.open()
        studio.path.chmod(0o660)
        await studio.serve("今天", "今早")
        await studio.library.sync()
        assert "今早" in studio.text and stat.S_IMODE(studio.path.stat().st_mode) == 0o660
        await studio.agree(2)
        assert studio.library.cast.shelf.versions[NAME] == 2
        await studio.desk.roll_back(KIND, NAME, "li")
        await studio.library.sync()
        assert "今天" in studio.text
        await studio.agree(1)

    asyncio.run(scenario())


def test_an_edit_on_disk_meanwhile_is_kept_as_a_draft_first(studio: Studio) -> None:
    async def scenario() -> None:
        await studio.library.open()
        edit(studio.config, FILE, lambda text: text + "盘上加的。\n")
        await studio.serve("今天", "今早")
        await studio.library.sync()
        assert await studio.kept() == [
            (1, "disk", "approved"), (2, "wu", "approved"), (3, "disk", "draft")]  # fmt: skip
        draft = await studio.store.read(versions.get, KIND, NAME, 3)
        assert draft is not None and "盘上加的" in draft.files["day1.j2"]
        await studio.agree(2)

    asyncio.run(scenario())


def test_even_a_broken_edit_is_kept_and_one_that_cannot_be_read_is_left_alone(
    studio: Studio,
) -> None:
    async def scenario() -> None:
        await studio.library.open()
        studio.path.write_bytes("写坏了".encode("gbk"))
        await studio.serve("今天", "今早")
        await studio.library.sync()
        assert studio.path.read_bytes() == "写坏了".encode("gbk")
        (want,) = await studio.store.read(wanted.standing)
        assert "cannot be read" in want.note
        found = await studio.store.read(wanted.findings)
        assert any(one.file == FILE and "UTF-8" in one.message for one in found)
        studio.path.write_text("写坏了", "utf-8")
        await studio.library.sync()
        assert [one[1:] for one in await studio.kept()][2:] == [("disk", "draft")]
        await studio.agree(2)

    asyncio.run(scenario())


class Died(Exception):
    """The process was killed here."""


def test_a_process_that_dies_before_or_after_it_wrote_is_made_up_for(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = places.put

    def dies(before: bool) -> None:
        def put(*arguments: object) -> None:
            if not before:
                real(*arguments)  # type: ignore[arg-type]
            raise Died

        monkeypatch.setattr(following, "put", put)

    async def scenario() -> None:
        await studio.library.open()
        await studio.serve("今天", "今早")
        for before, held in ((True, "今天"), (False, "今早")):
            dies(before)
            with pytest.raises(Died):
                await studio.born().open()
            assert held in studio.text and await studio.store.read(wanted.standing) != []
        await studio.desk.roll_back(KIND, NAME, "li")  # decided while nobody looked
        monkeypatch.setattr(following, "put", real)
        studio.library = studio.born()
        await studio.library.open()
        assert await studio.kept() == [(1, "disk", "approved"), (2, "wu", "approved")]
        await studio.agree(1)

    asyncio.run(scenario())


def test_a_disk_that_breaks_in_the_middle_leaves_the_old_file_whole(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        await studio.library.open()
        before = studio.text
        await studio.serve("今天", "今早")

        def full(number: int) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", full)
            await studio.library.sync()
        assert studio.text == before and not list(studio.path.parent.glob(".*"))
        (want,) = await studio.store.read(wanted.standing)
        assert want.note == "No space left on device"
        await studio.library.sync()
        assert studio.text == before, "it waits a while"
        studio.clock.advance(AGAIN)
        await studio.library.sync()
        await studio.agree(2)

    asyncio.run(scenario())


def test_what_changed_since_the_look_is_looked_at_again_and_lost_nowhere(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        await studio.library.open()
        await studio.serve("今天", "今早")
        real = places.put

        def slow(*arguments: object) -> None:
            edit(studio.config, FILE, lambda text: text + "最后一刻。\n")
            monkeypatch.setattr(following, "put", real)
            real(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(following, "put", slow)
        await studio.library.sync()
        assert "最后一刻" in studio.text, "not overwritten before it is kept"
        await studio.library.sync()
        draft = await studio.store.read(versions.get, KIND, NAME, 3)
        assert draft is not None and "最后一刻" in draft.files["day1.j2"]
        await studio.agree(2)

    asyncio.run(scenario())


def test_what_is_decided_after_a_look_waits_for_the_next_one(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what a look kept may be replaced, and that look kept no broken text."""
    real = following.Following.write

    async def late(self: following.Following, disk: Disk) -> following.Written:
        monkeypatch.setattr(following.Following, "write", real)
        await studio.serve("今天", "今早")
        return await real(self, disk)

    async def scenario() -> None:
        await studio.library.open()
        studio.path.write_text("写坏了", "utf-8")
        monkeypatch.setattr(following.Following, "write", late)
        await studio.library.sync()
        assert studio.text == "写坏了"
        await studio.library.sync()
        draft = await studio.store.read(versions.get, KIND, NAME, 3)
        assert draft is not None and draft.files == {"day1.j2": "写坏了"}
        await studio.agree(2)

    asyncio.run(scenario())


def test_a_template_takes_the_shared_parts_along_and_writes_its_own_file_only(
    studio: Studio,
) -> None:
    part = studio.config.content_dir / "parts" / "sign-off.j2"
    part.parent.mkdir()
    part.write_text("慢慢喝。", "utf-8")

    async def scenario() -> None:
        edit(studio.config, FILE, lambda text: text + '{% include "sign-off" %}\n')
        await studio.library.open()
        for number, (before, after) in ((2, ("今天", "今早")), (3, ("今早", "今晚"))):
            found = await studio.store.read(versions.newest, KIND, NAME)
            assert found is not None
            own = {"day1.j2": found.files["day1.j2"].replace(before, after)}
            save = studio.desk.save(KIND, NAME, own, base=number - 1, author="wu")
            assert await save == number
        await studio.desk.submit(KIND, NAME, 3, "wu")
        await studio.desk.approve(KIND, NAME, 3, "li")
        await studio.library.sync()
        kept = await studio.store.read(versions.get, KIND, NAME, 3)
        assert kept is not None and kept.files["parts/sign-off.j2"] == "慢慢喝。"
        assert part.read_text("utf-8") == "慢慢喝。" and "今晚" in studio.text
        await studio.agree(3)

    asyncio.run(scenario())


def test_a_deposed_process_writes_nothing(studio: Studio) -> None:
    async def scenario() -> None:
        lead = Told(LIBRARY)
        library = studio.born(lead)
        await library.open()
        before = studio.text
        await studio.serve("今天", "今早")
        lead.deposed = True
        assert await library.sync(), "it follows"
        assert studio.text == before and len(await studio.store.read(wanted.standing)) == 1

    asyncio.run(scenario())


def test_a_persona_is_written_file_by_file_and_what_it_lost_is_removed(studio: Studio) -> None:
    async def scenario() -> None:
        await studio.library.open()
        first = await studio.store.read(versions.newest, "persona", "second")
        assert first is not None
        folder = studio.config.personas_dir / "second"
        files = {"persona.toml": first.files["persona.toml"],
                 "dialogue.toml": '[[rule]]\nid = "a"\nexamples = ["你好呀"]\nsay = ["好。"]\n'}  # fmt: skip
        number = await studio.desk.save("persona", "second", files, base=1, author="wu")
        await studio.desk.submit("persona", "second", number, "wu")
        await studio.desk.approve("persona", "second", number, "li")
        await studio.library.sync()
        assert {p.name for p in folder.iterdir()} == {"persona.toml", "dialogue.toml"}
        assert await studio.store.read(wanted.standing) == []
        assert studio.library.cast.scripts["second"].version == number

    asyncio.run(scenario())


def test_a_new_template_gets_a_file_of_its_own(studio: Studio) -> None:
    async def scenario() -> None:
        await studio.library.open()
        name = "replies/deep/new"
        files = {"new.j2": '+++\ntitle = "新"\ngenre = "story"\norigin = "BGC"\n+++\n新的。\n'}
        await studio.desk.save(KIND, name, files, base=0, author="wu")
        await studio.desk.submit(KIND, name, 1, "wu")
        await studio.desk.approve(KIND, name, 1, "li")
        await studio.library.sync()
        assert (studio.config.content_dir / f"{name}.j2").read_text("utf-8") == files["new.j2"]
        assert await studio.store.read(wanted.standing) == []

    asyncio.run(scenario())


def test_a_link_that_leads_out_of_the_folder_is_not_followed(
    studio: Studio, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (studio.config.content_dir / "promos").symlink_to(outside)
    (outside / "day1.j2").write_text("theirs", "utf-8")
    studio.path.unlink()
    studio.path.symlink_to(outside / "day1.j2")
    for name in ("promos/x", NAME):
        file = f"{name.rsplit('/', maxsplit=1)[-1]}.j2"
        with pytest.raises(ContentRefused, match="a link leads out"):
            places.put(studio.config, KIND, name, {file: "x"}, {file: "theirs"})
    assert [p.name for p in outside.iterdir()] == ["day1.j2"]
    assert (outside / "day1.j2").read_text("utf-8") == "theirs"


def test_an_edit_is_a_draft_when_nothing_publishes_by_itself(studio: Studio) -> None:
    async def scenario() -> None:
        await studio.library.open()
        content = studio.config.content
        object.__setattr__(content, "auto_publish", False)
        edit(studio.config, FILE, lambda text: text + "再来一杯。\n")
        await studio.library.sync()
        assert await studio.kept() == [(1, "disk", "approved"), (2, "disk", "draft")]
        await studio.desk.submit(KIND, NAME, 2, "wu")
        await studio.desk.approve(KIND, NAME, 2, "wu")
        await studio.library.sync()
        await studio.agree(2)

    asyncio.run(scenario())
