"""The plan desk: entries of the calendar are added, changed, moved and taken out, as drafts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.core.clock import local
from bot.core.content import ContentRefused
from bot.core.errors import OneVoiceError
from bot.library import entries
from bot.library.desk import ContentDesk
from bot.library.entries import FILE, Values
from bot.store import review, versions
from bot.store.engine import Store, Tx
from bot.store.versions import Edition
from scheduler.calendar import JITTER_MAX, Calendar, due_at, occurrences, parse_calendar
from scheduler.moving import moved

CALENDAR = "calendar"
NAME = "calendar.toml"
Change = Callable[[str], tuple[str, str]]  # the text to another text, and the entry's id
Form = tuple[str, int]  # an entry's id, and the version in which it was looked at
LOOK_BACK = 30  # versions in which it is looked for who changed an entry
TRIES = 3  # somebody may save between reading the newest version and keeping the next


class CannotMove(OneVoiceError):
    """This entry comes on no day of its own, or that day is too far away; change when it comes."""


class EntryChanged(OneVoiceError):
    """Somebody changed this entry since the form was opened; nothing was kept. ``values`` is how it
    stands now, empty where it is gone, ``before`` how the form was made."""

    def __init__(self, version: int, who: str, values: Values, before: Values) -> None:
        self.version, self.who, self.values, self.before = version, who, values, before
        super().__init__(f"{who} changed this entry in v{version}; look at it and save again")


@dataclass(frozen=True, slots=True)
class Saved:
    """The draft that was kept, the entry it is about, and whether anything is different."""

    version: int
    entry: str
    changed: bool = True


def moved_to(calendar: Calendar, name: str, at: int, target: date) -> str:
    """When an entry comes if what is due at ``at`` is moved to a day of the calendar's zone. Raises
    CannotMove."""
    entry = calendar.get(name)
    if entry is None:
        raise CannotMove
    recurrence = calendar.recurrence(entry)
    planned = (one for one in occurrences(calendar, entry, at - JITTER_MAX, at + 1)
               if due_at(entry, one) == at)  # fmt: skip
    source = next((local(one, recurrence.zone).date() for one in planned), None)
    if source is None:
        raise CannotMove
    when = moved(recurrence, source, source + (target - local(at, calendar.zone).date()))
    if when is None:
        raise CannotMove
    return when


def text_of(edition: Edition | None) -> str:
    """The file of a version; empty where there is none."""
    return next(iter(edition.files.values()), "") if edition is not None else ""


class PlanDesk:
    """Each change is a draft from the newest version, reviewed like any content. ``base`` is the
    version that a form was made from: what others changed beside is kept, the same entry is not
    overwritten. Raises BadInput, EntryChanged, CannotMove or ContentRefused; nothing is changed
    then."""

    def __init__(self, store: Store, content: ContentDesk, zone: str) -> None:
        self._store, self._content, self._zone = store, content, zone

    async def add(self, values: Values, actor: str) -> Saved:
        """One more entry. Its id is ``values["id"]``, with a number behind it when that is
        taken."""

        def change(text: str) -> tuple[str, str]:
            name = entries.free_id(text, values["id"])
            return entries.with_entry(text, {**values, "id": name}), name

        return await self._keep(change, actor)

    async def change(self, name: str, values: Values, base: int, actor: str) -> Saved:
        """Other values for some keys of an entry; an empty one takes its key away."""
        return await self._keep(lambda text: (entries.with_entry(text, values, name), name), actor,
                                (name, base))  # fmt: skip

    async def move(self, name: str, at: int, target: date, base: int, actor: str) -> Saved:
        """The occurrence that is due at ``at`` comes on another day, and so do all that follow the
        same rule."""

        def change(text: str) -> tuple[str, str]:
            when = moved_to(parse_calendar(text, FILE, self._zone), name, at, target)
            return entries.with_entry(text, {"when": when}, name), name

        return await self._keep(change, actor, (name, base))

    async def remove(self, name: str, base: int, actor: str) -> Saved:
        """Without the entry."""
        return await self._keep(lambda text: (entries.without_entry(text, name), name), actor,
                                (name, base))  # fmt: skip

    async def _keep(self, change: Change, actor: str, form: Form | None = None) -> Saved:
        for left in reversed(range(TRIES)):
            newest = await self._store.read(_newest, form)
            text = text_of(newest)
            made, name = change(text)
            version = newest.version if newest is not None else 0
            if made == text:
                return Saved(version, name, changed=False)
            parse_calendar(made, FILE, self._zone)
            try:
                version = await self._content.save(CALENDAR, CALENDAR, {NAME: made}, base=version,
                                                   author=actor)  # fmt: skip
            except ContentRefused as exc:
                if exc.code != "stale" or not left:
                    raise
                continue
            return Saved(version, name)
        raise AssertionError  # the last try returns or raises


def _newest(tx: Tx, form: Form | None) -> Edition | None:
    """The newest version. Raises EntryChanged when the form's entry is another there."""
    newest = versions.newest(tx, CALENDAR, CALENDAR)
    if form is None or newest is None or newest.version == form[1]:
        return newest
    name, base = form
    now, before = _values(tx, name, newest.version), _values(tx, name, base)
    if not now or now != before:
        raise EntryChanged(*_last_change(tx, name, base, newest.version), now, before)
    return newest


def _values(tx: Tx, name: str, version: int) -> Values:
    """An entry as a version has it; empty where it has none."""
    block = entries.find(text_of(versions.get(tx, CALENDAR, CALENDAR, version)), name)
    return block.values if block is not None else {}


def _last_change(tx: Tx, name: str, base: int, newest: int) -> tuple[int, str]:
    """In which version behind ``base`` the entry was changed last, and by whom."""
    after = _values(tx, name, newest)
    for version in range(newest, max(base, newest - LOOK_BACK), -1):
        before = _values(tx, name, version - 1)
        if before != after:
            newest = version
            break
        after = before
    made = review.get(tx, CALENDAR, CALENDAR, newest)
    return newest, made.author if made else ""
