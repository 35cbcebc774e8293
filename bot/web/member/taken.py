"""What goes on in a circle, as one member sees it: what is open to him, and what he did in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.community.activity import Activity, Question, Stage
from bot.community.entries import COUNTED, WAITING
from bot.community.runs import CHECKIN, plan_day, question, stage_at
from bot.core.clock import DAY
from bot.core.event import Event
from bot.library.speech import Setting
from bot.store import entering, facts, history, memberview, runs
from bot.store.balloting import may_change
from bot.store.engine import Row, Tx
from bot.web.member.visit import Me, Visit
from scheduler import entitling

LATELY = 14 * DAY  # what ended is shown for so long
MOST = 40
WEEK = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkin:
    """A check-in of today: ``row`` days in a row, ``days`` the last seven with whether he was
    there."""

    made: Activity
    ask: str
    done: bool
    row: int
    best: int
    days: Sequence[tuple[date, bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One run. ``state``: open, early, closed, judged, cancelled; ``mine``: how often he handed
    something in or voted; ``waits``: some of it waits for a colleague."""

    made: Activity
    run: Row
    state: str
    mine: int = 0
    waits: bool = False

    @property
    def open(self) -> bool:
        """True while one may take part."""
        return self.state == "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One question of a quiz that he answered: what he said, whether it was right."""

    it: Question
    said: int
    right: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Mine:
    """Something that he handed in; ``state`` is a key of the words."""

    state: str
    at: int
    text: str
    media: Sequence[str]
    ticket: str
    which: str
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One activity as he sees it. ``bar``: why he may not take part, a key of the words; ``left``:
    how many entries he still has; ``agreed``: he has said yes to what entries are shown for."""

    card: Card
    ask: str
    stage: Stage | None
    bar: str = ""
    left: int = 0
    votes_left: int = 0
    may_change: bool = False
    agreed: bool = True
    mine: Sequence[Mine] = ()
    voted: frozenset[str] = frozenset()
    quiz: Sequence[Asked] = ()
    helped: Sequence[Row] = ()
    signed: str = ""
    team: str = ""
    hash: str = ""
    told: Mapping[str, Event] = field(default_factory=dict)

    @property
    def made(self) -> Activity:
        """The rules of the run."""
        return self.card.made

    @property
    def can(self) -> bool:
        """True when he may hand something in now."""
        return self.card.open and not self.bar and self.left > 0


def checkins(tx: Tx, visit: Visit, me: Me, circle: str) -> list[Checkin]:
    """Those of a circle that come round each day."""
    zone = visit.pages.config.timezone
    today = entering.today(tx, visit.who(), visit.now)
    week = [today - timedelta(days=n) for n in range(WEEK - 1, -1, -1)]
    rows = memberview.streaks(tx, me.person)
    found = []
    for made in visit.pages.cast.activities.values():
        if made.kind != CHECKIN or made.circle != circle:
            continue
        ids = {plan_day(made, one, zone).id: one for one in week}
        there = {row["run"] for row in memberview.entries(tx, list(ids), me.person)
                 if row["state"] == COUNTED}  # fmt: skip
        row = rows.get(made.id)
        alive = row is not None and date.fromisoformat(row["last_day"]) >= today - timedelta(days=1)
        found.append(Checkin(
            made=made, ask=question(made, today.isoformat()),
            done=plan_day(made, today, zone).id in there, best=row["best"] if row else 0,
            row=row["streak"] if row and alive else 0,
            days=[(one, plan_day(made, one, zone).id in there) for one in week],
        ))  # fmt: skip
    return found


def cards(tx: Tx, visit: Visit, me: Me, circle: str) -> list[Card]:
    """Runs of a circle that are on, what ends first before; then those that ended of late."""
    rows = memberview.runs(tx, circle, visit.now - LATELY, visit.now, MOST)
    shown = [row for row in rows if _kind(visit, row) not in ("", CHECKIN)]
    ids = [row["id"] for row in shown]
    mine = _mine(tx, ids, me.person)
    made = [_card(tx, visit, row, mine.get(row["id"], ())) for row in shown]
    fresh = list({one.made.id: one for one in reversed(made) if one is not None}.values())
    on = [one for one in fresh if one.state in ("open", "early")]
    over = [one for one in fresh if one.state in ("closed", "judged", "cancelled")]
    return sorted(on, key=lambda one: one.run["close_at"]) + over


def card(tx: Tx, visit: Visit, me: Me, activity: str) -> Card | None:
    """The run of an activity that is on, else the latest one."""
    row = runs.current(tx, activity, visit.now)
    if row is None:
        return None
    return _card(tx, visit, row, _mine(tx, [row["id"]], me.person).get(row["id"], ()))


def part(tx: Tx, visit: Visit, me: Me, one: Card, setting: Setting) -> Part:
    """All of one activity."""
    run, made = one.run, one.made
    rows = memberview.entries(tx, [run["id"]], me.person)
    told = history.named(tx, [row["event"] for row in rows])
    ballots = [row for row in memberview.ballots(tx, [run["id"]], me.person)
               if row["state"] == COUNTED]  # fmt: skip
    stage = stage_at(made, run["announce_at"], visit.now) if made.kind == "cocreate" else None
    handed = [row for row in rows if row["kind"] == "submitted"]
    consent = facts.consents(tx, me.person).get(made.consent) if made.consent else None
    signed = next((r["ticket"] for r in rows if r["kind"] == "signed" and _good(r)), "")
    return Part(
        card=one, stage=stage, ask=stage.ask if stage else question(made, run["key"]),
        bar=_bar(tx, me, one, setting, bool(rows)), left=_left(made, handed, stage),
        votes_left=max(made.limits.votes - len(ballots), 0),
        may_change=bool(ballots) and one.open and may_change(made),
        agreed=not made.consent or (consent is not None and consent.given),
        mine=[_handed(row, told[row["event"]].event) for row in handed if row["event"] in told],
        voted=frozenset(row["which"] for row in ballots), signed=signed,
        quiz=_quiz(made, [told[row["event"]].event for row in handed if row["event"] in told]),
        helped=[row for row in memberview.helped(tx, run["id"], me.person)
                if row["state"] == COUNTED],
        team=next((r["which"] for r in rows if r["kind"] == "teamed" and _good(r)), ""),
        hash=runs.seed_hash(run) if made.judge == "chance" else "",
    )  # fmt: skip


def _kind(visit: Visit, row: Row) -> str:
    made = visit.pages.cast.activities.get(row["activity"])
    return made.kind if made else ""


def _mine(tx: Tx, ids: Sequence[str], person: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in (*memberview.entries(tx, ids, person), *memberview.ballots(tx, ids, person)):
        if _good(row):
            found.setdefault(row["run"], []).append(row)
    return found


def _good(row: Row) -> bool:
    return row["state"] in (COUNTED, WAITING)


def _card(tx: Tx, visit: Visit, row: Row, mine: Sequence[Row]) -> Card | None:
    made = runs.rules_of(tx, row) or visit.pages.cast.activities.get(row["activity"])
    if made is None:
        return None
    return Card(made=made, run=row, state=_state(row, visit.now), mine=len(mine),
                waits=any(one["state"] == WAITING for one in mine))  # fmt: skip


def _state(row: Row, now: int) -> str:
    if row["state"] == runs.CANCELLED:
        return "cancelled"
    if row["state"] in (runs.JUDGED, "awarded"):
        return "judged"
    if now >= row["close_at"] or row["state"] == runs.CLOSED:
        return "closed"
    return "early" if now < row["join_at"] else "open"


def _left(made: Activity, handed: Sequence[Row], stage: Stage | None) -> int:
    used = [row for row in handed if _good(row) and (stage is None or row["which"] == stage.id)]
    once = made.kind in ("quiz", "cocreate")
    return max((1 if once else made.limits.each) - len(used), 0)


def _bar(tx: Tx, me: Me, one: Card, setting: Setting, began: bool) -> str:
    """What keeps him out, before he tries; the door itself decides."""
    made = one.made
    if began or made.kind in ("help", "groupbuy"):
        return ""
    if made.circle not in me.circles:
        return "circle"
    rules = setting.cast.communities.get(made.circle)
    wanted = rules.level(made.limits.level) if rules and made.limits.level else None
    if rules and wanted:
        row = memberview.standing(tx, me.person, made.circle)
        has = rules.level(row["level"]) if row else None
        if has is None or has.start < wanted.start:
            return "level"
    fits = entitling.of_audience(tx, setting, made.limits.audience, me.person)
    return "" if fits else "audience"


def _handed(row: Row, event: Event) -> Mine:
    return Mine(state=row["state"], at=row["at"], text=str(event.data.get("text", "")),
                media=[str(one) for one in event.data.get("media", ())], ticket=row["ticket"],
                which=str(event.data.get("option", "")))  # fmt: skip


def _quiz(made: Activity, handed: Sequence[Event]) -> list[Asked]:
    if made.kind != "quiz" or not handed:
        return []
    said = [int(one) for one in handed[0].data.get("answers", ())]
    return [Asked(it=it, said=one, right=one in it.right)
            for it, one in zip(made.questions, said, strict=False)]  # fmt: skip
