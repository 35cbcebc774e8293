"""Entries of the calendar as drafts: kept, merged with what others did, or given back."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from bot.core.clock import DAY, HOUR, ManualClock
from bot.core.config import Config
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.library.desk import ContentDesk
from bot.library.library import Library
from bot.library.plandesk import CALENDAR, CannotMove, EntryChanged, PlanDesk, text_of
from bot.store import review, versions
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW

ENTRY = {"id": "table", "when": "wed 20:00", "do": "moment", "persona": "tester",
         "template": "moments/morning"}  # fmt: skip
WED = 1_796_212_800_000  # 2026-12-02 20:00 in Shanghai


class Office:
    """A brand that serves, with the desk of its calendar."""

    def __init__(self, store: SqliteStore, config: Config) -> None:
        self.store, self.clock = store, ManualClock(NOW)
        self.library = Library(store, config, self.clock)
        self.content = ContentDesk(store, config, self.clock)
        self.desk = PlanDesk(store, self.content, config.timezone)

    async def text(self) -> str:
        return text_of(await self.store.read(versions.newest, CALENDAR, CALENDAR))


@pytest.fixture
def office(store: SqliteStore, config: Config) -> Office:
    made = Office(store, config)
    asyncio.run(made.library.open())
    return made


def test_a_draft_serves_after_somebody_else_has_approved_it(office: Office) -> None:
    async def body() -> None:
        desk, before = office.desk, len(office.library.cast.calendar.entry)
        saved = await desk.add(ENTRY, "wu")
        assert (saved.entry, saved.changed) == ("table", True)
        again = await desk.add(ENTRY, "wu")
        assert again.entry == "table-2" and again.version == saved.version + 1
        await desk.remove("table-2", again.version, "wu")
        moved = await desk.move("table", WED, date(2026, 12, 4), again.version, "wu")
        assert 'when = "fri 20:00"' in await office.text()
        assert len(office.library.cast.calendar.entry) == before
        await office.content.submit(CALENDAR, CALENDAR, moved.version, "wu")
        with pytest.raises(ContentRefused, match="four_eyes"):
            await office.content.approve(CALENDAR, CALENDAR, moved.version, "wu")
        await office.content.approve(CALENDAR, CALENDAR, moved.version, "li")
        await office.library.follow()
        entry = office.library.cast.calendar.get("table")
        assert entry is not None and entry.when == "fri 20:00"

    asyncio.run(body())


def test_what_others_did_beside_stays_and_the_same_entry_is_given_back(office: Office) -> None:
    async def body() -> None:
        desk = office.desk
        first = await desk.add(ENTRY, "wu")
        base = (await desk.add({**ENTRY, "id": "other"}, "wu")).version
        assert first.version < base
        await desk.change("other", {"when": "thu 20:00"}, base, "li")
        moved = base + 1
        merged = await desk.change("table", {"title": "茶席"}, base, "wu")
        text = await office.text()
        assert "茶席" in text and "thu 20:00" in text
        with pytest.raises(EntryChanged) as caught:
            await desk.change("other", {"when": "sat 20:00"}, base, "wu")
        assert caught.value.values["when"] == "thu 20:00"
        assert (caught.value.version, caught.value.who) == (moved, "li")
        await desk.remove("other", merged.version, "li")
        with pytest.raises(EntryChanged) as gone:
            await desk.move("other", WED + DAY, date(2026, 12, 4), base, "wu")
        assert gone.value.values == {}
        assert await office.text() == text[: text.index('\n[[entry]]\nid = "other"')]

    asyncio.run(body())


def test_what_cannot_be_read_or_moved_is_not_kept(office: Office) -> None:
    async def body() -> None:
        desk = office.desk
        base = (await desk.add({**ENTRY, "when": "daily 09:00"}, "wu")).version
        same = await desk.change("table", {"when": "daily 09:00"}, base, "wu")
        assert not same.changed and same.version == base
        with pytest.raises(CannotMove):
            await desk.move("table", WED - 11 * HOUR, date(2026, 12, 4), base, "wu")
        for values in ({"when": "someday"}, {"late": "soon"}, {"do": "shout"}, {"jitter": "9h"}):
            with pytest.raises(BadInput):
                await desk.change("table", values, base, "wu")
        newest = await office.store.read(review.newest)
        assert {one.newest.version for one in newest if one.newest.kind == CALENDAR} == {base}

    asyncio.run(body())


def test_two_who_save_at_once_both_keep_their_entry(office: Office) -> None:
    async def body() -> None:
        made = await asyncio.gather(
            *(office.desk.add({**ENTRY, "id": f"e{n}"}, "wu") for n in range(3))
        )
        text = await office.text()
        assert len({saved.version for saved in made}) == 3
        assert all(f'id = "{saved.entry}"' in text for saved in made)

    asyncio.run(body())
