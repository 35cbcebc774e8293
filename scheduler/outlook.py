"""What is planned between two moments, as data: entries of the calendar, steps of flows, and what
campaigns and activities add; with how many taps it costs whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from bot.core.clock import local
from bot.library.cast import Cast
from scheduler import almanac
from scheduler.calendar import Entry, due_at, occurrences
from scheduler.flows import Flow

What = Literal["entry", "flow", "campaign", "activity"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """One thing that is planned. ``members``: how many it is for, where that is known; ``taps``:
    how many taps of whom it costs; ``held``: why it will be left out, as far as one can say now.

    Steps of a flow stand together: one slot for each step, persona and local day.
    """

    at: int
    what: What
    id: str
    title: str
    persona: str
    do: str
    template: str
    step: str = ""
    members: int = 0
    taps: Mapping[str, int] = field(default_factory=dict)
    held: str = ""


@dataclass(frozen=True, slots=True)
class DayOf:
    """What kind of day it is: solar term, festivals, statutory holiday, and whether people work."""

    day: date
    term: str
    festivals: tuple[str, ...]
    holiday: str
    workday: bool
    blackout: str


def outlook(
    cast: Cast, since: int, until: int, steps: Iterable[Mapping[str, Any]] = (),
    groups: Mapping[str, int] | None = None, more: Iterable[Slot] = (),
) -> tuple[Slot, ...]:  # fmt: skip
    """Everything planned in [since, until), in the order of time.

    ``steps``: rows of ``bot.store.flows.ahead``; ``groups``: how many customer groups each account
    owns; ``more``: slots of campaigns and activities.
    """
    found = [*_entries(cast, since, until, groups or {}), *_steps(cast, steps),
             *(slot for slot in more if since <= slot.at < until)]  # fmt: skip
    return tuple(sorted(found, key=lambda slot: (slot.at, slot.what, slot.id, slot.step)))


def taps(slots: Iterable[Slot]) -> dict[str, int]:
    """How many taps all of them cost each account."""
    total: Counter[str] = Counter()
    for slot in slots:
        if not slot.held:
            total.update(slot.taps)
    return dict(sorted(total.items()))


def day_of(cast: Cast, day: date) -> DayOf:
    """What the almanac and the calendar say of a day."""
    silent = next((b.why for b in cast.calendar.blackout if b.begins <= day <= b.ends), "")
    return DayOf(day, almanac.solar_term(day), almanac.festivals(day), almanac.holiday(day),
                 almanac.is_workday(day), silent)  # fmt: skip


def _entries(
    cast: Cast, since: int, until: int, groups: Mapping[str, int]
) -> Iterator[Slot]:  # fmt: skip
    for entry in cast.calendar.entry:
        for planned in occurrences(cast.calendar, entry, since, until):
            yield Slot(at=due_at(entry, planned), what="entry", id=entry.id, title=entry.title,
                       persona=entry.persona, do=entry.do, template=entry.template,
                       taps=_owners(cast, entry, groups),
                       held=_held(cast, entry, planned))  # fmt: skip


def _owners(cast: Cast, entry: Entry, groups: Mapping[str, int]) -> dict[str, int]:
    """A moment costs every account a tap, a post every owner of a customer group."""
    if entry.persona not in cast.scripts:
        return {}
    accounts = cast.accounts_of(entry.persona, "contact")
    if entry.do == "moment":
        return dict.fromkeys(accounts, 1)
    wanted = entry.groups in ("customer", "both")
    return {account: 1 for account in accounts if wanted and groups.get(account)}


def _held(cast: Cast, entry: Entry, at: int) -> str:
    if why := cast.silence(entry.persona, at):
        return f"persona_dates: {why}"
    if why := cast.withheld.get(entry.template, ""):
        return f"content_withheld: {why}"
    template = cast.shelf.get(entry.template)
    day = local(at, cast.zone).date()
    if template is None:
        return f"there is no template {entry.template}"
    if not template.valid_on(day):
        return "content_dates"
    silent = cast.calendar.silence(at, entry.do, entry.persona)
    return f"blackout: {silent[0]}" if silent else ""


def _steps(cast: Cast, rows: Iterable[Mapping[str, Any]]) -> Iterator[Slot]:
    flows = {flow.id: flow for flow in cast.flows}
    alike: dict[tuple[str, str, str, date], list[Mapping[str, Any]]] = {}
    for row in rows:
        day = local(row["at"], cast.zone).date()
        alike.setdefault((row["flow"], row["step"], row["persona"], day), []).append(row)
    for (name, step, persona, _), found in alike.items():
        yield _step(flows.get(name), name, step, persona, found)


def _step(
    flow: Flow | None, name: str, step: str, persona: str, rows: Sequence[Mapping[str, Any]]
) -> Slot:
    """Whoever has an open kf window costs no tap; that is not known ahead."""
    written = flow.step(step) if flow else None
    bulk = written is not None and "bulk" in written.via
    return Slot(
        at=min(row["at"] for row in rows), what="flow", id=name, step=step, persona=persona,
        title=flow.file.title if flow else "", do="care", members=len(rows),
        template=written.template if written else "",
        taps={row["account"]: 1 for row in rows if row["account"] and bulk},
        held="" if written else "the step is not in the flow any more",
    )  # fmt: skip
