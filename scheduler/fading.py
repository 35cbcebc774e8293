"""Every night, where the rules of a circle say so, who has earned nothing for long is noted; what
that takes from them is reckoned with their points (``bot/community/points.py``)."""

from __future__ import annotations

from bot.core.clock import local
from bot.core.event import Event, Happened
from bot.library.speech import Setting
from bot.store import events, honours, schedule
from bot.store.engine import Row, Tx
from scheduler.fate import DONE, Fate
from scheduler.recurrence import parse_when
from scheduler.triggers import SWEPT_AT

PAGE = 500


def plan_sweeps(tx: Tx, setting: Setting) -> None:
    """The next sweep of each circle whose points fade stands in the table before it is due."""
    names = [one.circle for one in setting.cast.communities.values() if one.decay]
    if not names:
        return
    at = parse_when(f"daily {SWEPT_AT}", setting.cast.zone).after(setting.now)
    assert at is not None  # every day comes
    keys = {f"fade/{name}/{at}": name for name in names}
    known = schedule.planned(tx, list(keys))
    for key, name in keys.items():
        if key not in known:
            schedule.add_due(tx, key, "fade", at, {"circle": name, "after": ""})


def run_fade(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One page of one sweep."""
    circle, after = due["data"]["circle"], due["data"]["after"]
    rules = setting.cast.communities.get(circle)
    if rules is None or rules.decay is None:
        return Fate("skip", "points do not fade any more")
    day = local(setting.now, rules.zone).date().isoformat()
    page = honours.idle(tx, circle, rules.decay, setting.now, after, PAGE)
    events.record(tx, [
        Event(kind=Happened.FADED, at=setting.now, dedupe=f"faded/{circle}/{member}/{day}",
              member=member, place=circle, which=day) for member in page], setting.now)  # fmt: skip
    if len(page) == PAGE:
        key = f"{due['key'].partition('//')[0]}//{page[-1]}"
        schedule.add_due(tx, key, "fade", due["at"], {"circle": circle, "after": page[-1]})
    return DONE
