"""What activities add to the plan of some days: when each is announced, closed and awarded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.community.activity import Activity
from bot.community.runs import Run, plan
from bot.core.clock import DAY
from bot.core.daytime import moment
from bot.library.speech import Setting
from bot.store import runs
from bot.store.engine import Tx
from scheduler.activities import voice
from scheduler.foreseen import owners_of
from scheduler.outlook import Slot
from scheduler.recurrence import parse_when

LONGEST = 92 * DAY  # so long before some days a run may have begun that ends in them


def slots(tx: Tx, setting: Setting, since: int, until: int) -> list[Slot]:
    """Slots of [since, until) for ``scheduler.outlook``: of each run its announcement, and its end
    where it lasts longer than a day or says who won. A run that was cancelled is not there."""
    found: list[Slot] = []
    for made in setting.cast.activities.values():
        said = setting.cast.circles.get(made.circle)
        owners = owners_of(tx, setting, said)
        for run in _runs(tx, setting, made, since, until):
            found += [one for one in _of(setting, made, run, owners) if since <= one.at < until]
    return found


def _runs(tx: Tx, setting: Setting, made: Activity, since: int, until: int) -> Iterator[Run]:
    known = {row["id"]: row for row in runs.of(tx, made.id)}
    for at in _times(setting, made, since, until):
        run = plan(made, at, setting.cast.zone)
        row = known.get(run.id)
        if row is None:
            yield run
        elif row["state"] != runs.CANCELLED:
            yield runs.plan_of(row)


def _times(setting: Setting, made: Activity, since: int, until: int) -> Iterator[int]:
    """When it is announced, of all times of which something lies between these moments."""
    zone = setting.cast.zone
    if not made.recurs:
        at = moment(made.when.announce, zone)
        if at is not None and since - LONGEST <= at < until:
            yield at
        return
    every = parse_when(made.when.every, zone)
    at = every.after(since - 1 - _lasts(made, zone, since))
    while at is not None and at < until:
        yield at
        at = every.after(at)


def _lasts(made: Activity, zone: str, around: int) -> int:
    run = plan(made, around, zone)
    return min(max(run.award_at - run.announce_at, 0), LONGEST)


def _of(setting: Setting, made: Activity, run: Run, owners: Mapping[str, int]) -> Iterator[Slot]:
    said = made.templates
    yield _slot(setting, made, "announce", run.announce_at, said.announce, owners)
    if made.kind != "checkin" and (said.winners or run.close_at - run.announce_at > DAY):
        yield _slot(setting, made, "award" if said.winners else "close", run.award_at,
                    said.winners, owners)  # fmt: skip


def _slot(
    setting: Setting, made: Activity, step: str, at: int, template: str, owners: Mapping[str, int]
) -> Slot:  # fmt: skip
    speaks = voice(setting, made)
    return Slot(at=at, what="activity", id=made.id, title=made.title, persona=speaks,
                do="activity", template=template, step=step,
                taps=dict.fromkeys(owners, 1) if template else {},
                held=_held(setting, speaks, template, at))  # fmt: skip


def _held(setting: Setting, speaks: str, template: str, at: int) -> str:
    """Why a post would be left out, as far as one can say now."""
    if not template:
        return ""
    why = setting.cast.silence(speaks, at) if speaks else "nobody speaks for the circle"
    return f"persona_dates: {why}" if why else ""
