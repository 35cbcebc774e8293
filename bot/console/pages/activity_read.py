"""What the pages of activities read: versions, runs, and what waits for somebody in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.community.activity import Activity, parse_activity, shown
from bot.community.runs import Run
from bot.console.cells import BOM, lines
from bot.console.page import BASE
from bot.console.pages.campaign_read import setting_of, text_of
from bot.console.visit import Refused, Visit, whole
from bot.core.errors import BadInput
from bot.store import activitydesk, review, runs, versions
from bot.store.activitydesk import FIRST, Owed, Tally
from bot.store.engine import Row, Tx
from bot.store.review import DRAFT, REVIEW, Standing
from bot.store.versions import Edition
from scheduler.activities import upcoming

KIND, TOPIC = "activity", "activities"
OPEN = frozenset({"announced", "open", "closed", "judged"})
# In the order in which somebody has to look: what is over, what goes on, what comes, what was.
PHASES = ("closed", "review", "draft", "judged", "open", "announced", "planned", "awarded",
          "cancelled", "over")  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One activity. ``made``: as it serves, or the draft where nothing does; None: nobody can read
    that. ``run``: the one that goes on, or went last; ``ahead``: the next; ``waiting``: entries of
    all its runs that nobody has looked at, by run; ``unnamed``: runs whose winners staff name."""

    name: str
    made: Activity | None
    newest: Standing | None = None
    serving: int | None = None
    run: Row | None = None
    ahead: Run | None = None
    tally: Tally = field(default_factory=Tally)
    waiting: Mapping[str, int] = field(default_factory=dict)
    unnamed: Sequence[str] = ()
    owed: Sequence[Owed] = ()

    @property
    def title(self) -> str:
        """What staff call it."""
        return self.made.title if self.made is not None else self.name

    @property
    def drafted(self) -> bool:
        """True when a newer version than the one that serves is written or waits for review."""
        found = self.newest
        return found is not None and found.state in (DRAFT, REVIEW) and (
            found.version != self.serving)  # fmt: skip

    @property
    def phase(self) -> str:
        """A key of ``activity_phase``."""
        state = str(self.run["state"]) if self.run is not None else ""
        if state in OPEN:
            return state
        if self.serving is None and self.newest is not None and self.newest.state == REVIEW:
            return REVIEW
        if self.ahead is not None and self.serving is not None:
            return "planned"
        if state:
            return state
        return "over" if self.serving is not None else DRAFT

    @property
    def needs(self) -> int:
        """How much waits for somebody."""
        mine = self.newest is not None and self.newest.state == REVIEW and self.drafted
        return sum(self.waiting.values()) + len(self.unnamed) + len(self.owed) + mine


def parsed(edition: Edition | None, zone: str) -> Activity | None:
    """A version, or None where it cannot be read."""
    if edition is None:
        return None
    try:
        return parse_activity(text_of(edition), shown(edition.name), zone, edition.version)
    except BadInput:
        return None


def everything(tx: Tx, visit: Visit) -> list[Told]:
    """Every activity that has a version or took place, what needs somebody first."""
    listed = {row.newest.name: row for row in review.newest(tx) if row.newest.kind == KIND}
    names = {*listed, *(visit.cast.activities if visit.cast is not None else ())}
    waits = _Waits(tx)
    found = [_told(tx, visit, name, listed[name].newest if name in listed else None,
                   listed[name].serving if name in listed else None, waits)
             for name in sorted(names)]  # fmt: skip
    counts = activitydesk.tallies(tx, [one.run["id"] for one in found if one.run is not None])
    made = [_counted(one, counts) for one in found]
    return sorted(made, key=_order)


def _order(one: Told) -> tuple[bool, int, int, str]:
    """What needs somebody first, then by phase; what is to come by its time."""
    begins = one.ahead.announce_at if one.phase == "planned" and one.ahead is not None else 0
    return (not one.needs, PHASES.index(one.phase), begins, one.title)


def _counted(one: Told, counts: Mapping[str, Tally]) -> Told:
    tally = counts.get(one.run["id"]) if one.run is not None else None
    return replace(one, tally=tally) if tally is not None else one


def one(tx: Tx, visit: Visit, name: str) -> Told:
    """All of one activity. Raises Refused where there is none."""
    newest, last = versions.newest(tx, KIND, name), runs.of(tx, name, 1)
    if newest is None and not last:
        raise Refused(404, "activities.gone")
    held = versions.serving(tx, KIND, name)
    standing = review.get(tx, KIND, name, newest.version) if newest is not None else None
    told = _told(tx, visit, name, standing, held.version if held is not None else None, _Waits(tx))
    ids = [told.run["id"]] if told.run is not None else []
    return _counted(told, activitydesk.tallies(tx, ids))


class _Waits:
    """What waits in all activities, read once."""

    def __init__(self, tx: Tx) -> None:
        self.entries = activitydesk.waiting(tx)
        self.unnamed = activitydesk.to_name(tx)
        self.owed = activitydesk.owed(tx)


def _told(
    tx: Tx, visit: Visit, name: str, standing: Standing | None, serving: int | None, waits: _Waits
) -> Told:  # fmt: skip
    served = visit.cast.activities.get(name) if visit.cast is not None else None
    setting = setting_of(visit, tx) if served is not None else None
    made = served
    if made is None and standing is not None:
        made = parsed(versions.get(tx, KIND, name, standing.version),
                      visit.console.config.timezone)  # fmt: skip
    prefix = f"{name}@"
    return Told(
        name=name, made=made, newest=standing, serving=serving,
        run=runs.current(tx, name, visit.now),
        ahead=upcoming(setting, served) if setting is not None and served is not None else None,
        waiting={id: n for id, n in waits.entries.items() if id.startswith(prefix)},
        unnamed=[id for id in waits.unnamed if id.startswith(prefix)],
        owed=[one for one in waits.owed if one.run.startswith(prefix)],
    )  # fmt: skip


# -- addresses and one run -------------------------------------------------------------------------


def at(name: str, more: str = "") -> str:
    """The address of an activity's page."""
    return f"/activities/{quote(name)}{more}"


def run_at(run: str, page: str = "run", **more: str) -> str:
    """The address of a page of a run."""
    query = urlencode({"r": run, **{key: value for key, value in more.items() if value}})
    return f"/activities/{page}?{query}"


def run_link(run: str, page: str = "run", **more: str) -> str:
    """The same, from outside."""
    return BASE + run_at(run, page, **more)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A run with the rules that it goes by."""

    row: Row
    rules: Activity

    @property
    def id(self) -> str:
        """What it is called."""
        return str(self.row["id"])

    @property
    def is_wall(self) -> bool:
        """True where questions are asked that somebody should answer."""
        return self.rules.kind == "wall"

    @property
    def judged(self) -> bool:
        """True when winners stand fast."""
        return self.row["state"] in ("judged", "awarded")


def held(tx: Tx, run: str) -> Held:
    """The run that an address or a form names. Raises Refused."""
    row = runs.get(tx, run[:200])
    rules = runs.rules_of(tx, row) if row is not None else None
    if row is None or rules is None:
        raise Refused(404, "activities.no_run")
    return Held(row=row, rules=rules)


def behind(visit: Visit) -> tuple[int, str]:
    """The place behind which a page begins."""
    moment, _, event = visit.request.query.get("after", "")[:500].partition("~")
    number = whole(moment)
    return (number, event) if number is not None else FIRST


def sheet(
    visit: Visit, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> web.Response:  # fmt: skip
    """A table as a file, its columns called by the words of ``activity_column``."""
    head = [visit.t(f"activity_column.{column}") for column in columns]
    return visit.csv(name, BOM + lines([head, *rows]))


def older(run: str, page: str, rows: Sequence[Row], shown: int, **more: str) -> str:
    """The address of the next page; empty: there is none. ``rows`` has one more than is shown."""
    if len(rows) <= shown:
        return ""
    last = rows[shown - 1]
    return run_link(run, page, after=f"{last['at']}~{last['event']}", **more)
