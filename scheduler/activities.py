"""Activities take place: announced, opened, closed, judged, awarded, each at its minute and once.

What a run is to do stands in the table of what is due from its announcement on. What it says goes
into the groups of its circle, by the tap of their owners; what concerns one member begins flows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.community import draw
from bot.community.activity import Activity
from bot.community.days import season_of
from bot.community.runs import Run, plan, question
from bot.core.clock import DAY, HOUR, local
from bot.core.daytime import moment
from bot.library.speech import Setting
from bot.store import happened, honours, judged, runs, schedule
from bot.store.answers import Who
from bot.store.engine import Row, Tx
from bot.store.entering import DUE, begin
from scheduler.circleposts import Post, say
from scheduler.entitling import of_audience
from scheduler.fate import DONE, Fate
from scheduler.reached import SOMEBODY
from scheduler.recurrence import parse_when

ANNOUNCE, AWARD = "announce", "award"
JUDGED_WITHIN = 7 * DAY  # so long a run waits for colleagues to look at what was handed in
CANCELLED, REMINDER, WON = "activity_cancelled", "activity_reminder", "activity_won"
SEASONS = {"spring": "春天", "summer": "夏天", "autumn": "秋天", "winter": "冬天"}


def plan_runs(tx: Tx, setting: Setting) -> None:
    """The next announcement of each activity stands in the table before it is due."""
    nexts = (upcoming(setting, made) for made in setting.cast.activities.values())
    ahead = {f"activity/{run.id}/{ANNOUNCE}/{run.announce_at}": run
             for run in nexts if run is not None}  # fmt: skip
    known = schedule.planned(tx, list(ahead)) if ahead else frozenset()
    for key, run in ahead.items():
        if key not in known:
            schedule.add_due(tx, key, DUE, run.announce_at, {"activity": run.activity,
                             "at": run.announce_at, "do": ANNOUNCE})  # fmt: skip


def upcoming(setting: Setting, made: Activity) -> Run | None:
    """The run that is announced next; one that takes place once, until it is closed."""
    zone, now = setting.cast.zone, setting.now
    if made.recurs:
        at = parse_when(made.when.every, zone).after(now)
        return plan(made, at, zone) if at is not None else None
    at = moment(made.when.announce, zone)
    run = plan(made, at, zone) if at is not None else None
    return run if run is not None and run.close_at > now else None


def run_activity(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One thing of one run."""
    do = due["data"]["do"]
    if do == ANNOUNCE:
        return _announce(tx, setting, due)
    row = runs.hold(tx, due["data"]["run"])
    rules = runs.rules_of(tx, row) if row else None
    if row is None or rules is None:
        return Fate("skip", "the run is gone")
    if row["state"] == runs.CANCELLED:
        return Fate("skip", "the run is cancelled")
    return _DO[do](tx, setting, due, row, rules)


def _announced_at(made: Activity, at: int, zone: str) -> bool:
    """Its file may have been changed since this was planned."""
    if made.recurs:
        return parse_when(made.when.every, zone).after(at - 1) == at
    return moment(made.when.announce, zone) == at


def _announce(tx: Tx, setting: Setting, due: Row) -> Fate:
    made = setting.cast.activities.get(due["data"]["activity"])
    if made is None:
        return Fate("skip", "the activity is not published any more")
    at, zone = due["data"]["at"], setting.cast.zone
    if not _announced_at(made, at, zone):
        return Fate("skip", "it is announced at another time by now")
    run = plan(made, at, zone)
    if setting.now >= run.close_at:
        return Fate("skip", "it would be closed by now")
    begin(tx, run, zone, setting.now)
    row = runs.get(tx, run.id)
    assert row is not None  # it has just begun
    if row["state"] == runs.CANCELLED:
        return Fate("skip", "the run is cancelled")
    rules = runs.rules_of(tx, row) or made
    return _say(tx, setting, due, row, rules, rules.templates.announce)


def _open(tx: Tx, setting: Setting, due: Row, row: Row, rules: Activity) -> Fate:
    if row["state"] != runs.ANNOUNCED:
        return Fate("skip", f"the run is {row['state']}")
    runs.move(tx, row, "open", setting.now)
    return DONE


def _remind(tx: Tx, setting: Setting, due: Row, row: Row, rules: Activity) -> Fate:
    """Whoever signed up and handed nothing in hears of it; the groups do where a text is named."""
    if row["state"] not in (runs.ANNOUNCED, runs.OPEN):
        return Fate("skip", f"the run is {row['state']}")
    told = judged.entries(tx, row)
    done = {one.member for one in told if one.kind != "signed"}
    for one in told:
        if one.kind == "signed" and one.member not in done:
            _tell(tx, setting, REMINDER, row, rules, one.member)
    found = setting.cast.shelf.get(rules.templates.remind) if rules.templates.remind else None
    if found is None or found.kind not in ("group_post", "activity"):
        return DONE
    return _say(tx, setting, due, row, rules, rules.templates.remind)


def _close(tx: Tx, setting: Setting, due: Row, row: Row, rules: Activity) -> Fate:
    if row["state"] == runs.ANNOUNCED:  # the two were due at once, and this came first
        runs.move(tx, row, "open", setting.now)
        row = {**row, "state": runs.OPEN}
    runs.move(tx, row, "close", setting.now)
    return DONE


def _judge(tx: Tx, setting: Setting, due: Row, row: Row, rules: Activity) -> Fate:
    """Found by the rule; those that staff name are waited for, and so is who looks at entries."""
    if row["state"] in (runs.ANNOUNCED, runs.OPEN):
        return Fate("wait", "it is not closed yet", max(setting.now + 1, row["close_at"]))
    if row["state"] == runs.CLOSED:
        wait = judged.waiting(tx, row["id"])
        last = row["award_at"] + JUDGED_WITHIN
        if (wait or rules.judge == "staff") and setting.now < last:
            why = f"{wait} entries wait to be looked at" if wait else "staff name the winners"
            return Fate("wait", why, min(setting.now + HOUR, last))
        judged.judge(tx, row, rules, setting.now)
    schedule.add_due(tx, f"activity/{row['id']}/{AWARD}", DUE, setting.now,
                     {"run": row["id"], "do": AWARD})  # fmt: skip
    return DONE


def _award(tx: Tx, setting: Setting, due: Row, row: Row, rules: Activity) -> Fate:
    """Winners are told and the names are posted; what they get hangs on the rows of `winner`."""
    if row["state"] != runs.JUDGED:
        return Fate("skip", f"the run is {row['state']}")
    board = judged.board(tx, row["id"])
    # without a judge there are results to show, and nobody who wins
    said = rules.templates.winners if board or rules.judge == "none" else ""
    fate = _say(tx, setting, due, row, rules, said)
    if fate.event != "wait":
        for one in board:
            if one["rank_of"] == judged.WINNER:
                _tell(tx, setting, WON, row, rules, one["member"])
        runs.move(tx, row, "award", setting.now)
    return fate


Step = Callable[[Tx, Setting, Row, Row, Activity], Fate]
_DO: Mapping[str, Step] = {"open": _open, "remind": _remind, "close": _close, "judge": _judge,
                           "award": _award}  # fmt: skip


def cancel(tx: Tx, setting: Setting, run: str, *, why: str, actor: str) -> int:
    """The run does not take place; whoever took part is told. How many. Raises ActivityRefused,
    and IllegalTransition when it is judged."""
    row = runs.hold(tx, run)
    if row is None:
        raise runs.ActivityRefused(f"there is no run {run!r}")
    if not why.strip():
        raise runs.ActivityRefused("say why")
    runs.move(tx, row, "cancel", setting.now, actor=actor, why=why)
    schedule.drop(tx, f"activity/{run}/", setting.now, "the run is cancelled", actor)
    rules = runs.rules_of(tx, row)
    people = sorted({one.member for one in judged.entries(tx, row)}) if rules else []
    for member in people:
        assert rules is not None  # else there are none
        _tell(tx, setting, CANCELLED, row, rules, member)
    return len(people)


def _tell(
    tx: Tx, setting: Setting, what: str, row: Row, rules: Activity, member: str
) -> None:  # fmt: skip
    happened.tell(tx, what, f"{row['id']}/{member}", member, setting.now, which=row["activity"],
                  persona=voice(setting, rules))  # fmt: skip


def who(
    tx: Tx, setting: Setting, made: Activity, member: str, **through: Any
) -> Who:  # fmt: skip
    """A member as the functions of ``store/taking_part.py`` want him; ``through``: what channel,
    account, persona or device he comes by, and whether he agrees."""
    return Who(member=member, zone=setting.cast.zone,
               fits=of_audience(tx, setting, made.limits.audience, member), **through)  # fmt: skip


def voice(setting: Setting, rules: Activity) -> str:
    """Who speaks for an activity; empty: nobody."""
    circle = setting.cast.circles.get(rules.circle)
    found = rules.persona or (circle.leader.persona if circle else "")
    return found if found in setting.cast.scripts else ""


def _say(
    tx: Tx, setting: Setting, due: Row, row: Row, rules: Activity, template: str
) -> Fate:  # fmt: skip
    if not template:
        return DONE
    circle, persona = setting.cast.circles.get(rules.circle), voice(setting, rules)
    if circle is None or not persona:
        return Fate("skip", "nobody speaks for the circle")
    return say(tx, setting, circle, due, Post(
        voice=persona, template=template, given=given(tx, row, rules),
        origin=f"activity:{row['activity']}:{row['key']}"))  # fmt: skip


def given(tx: Tx, row: Row, rules: Activity) -> Mapping[str, Any]:
    """What texts of a run may name besides what every text may."""
    names = [honours.codename(tx, one["member"], row["circle"]) or SOMEBODY
             for one in judged.board(tx, row["id"]) if one["rank_of"] == judged.WINNER]  # fmt: skip
    votes = judged.tally(tx, row["id"]) if rules.options or rules.stages else {}
    return _known(rules, runs.plan_of(row), row["zone"]) | {
        "winners": names, "results": [f"{what}：{n}" for what, n in votes.items()],
        "seed_hash": runs.seed_hash(row),
        "seed": row["seed"] if row["state"] in ("judged", "awarded") else "",
    }  # fmt: skip


def _known(rules: Activity, run: Run, zone: str) -> dict[str, Any]:
    """What is known of a run before anybody took part."""
    day = local(run.announce_at, zone).date()
    return {"name": rules.title, "about": rules.about, "question": question(rules, run.key),
            "deadline": local(run.close_at, zone).date(), "options": list(rules.options),
            "season": SEASONS[season_of(day).partition("-")[2]], "run": run.id}  # fmt: skip


def sample(rules: Activity, run: Run, zone: str) -> Mapping[str, Any]:
    """The same for a run to come, with samples of what is known only then."""
    secret = draw.spelt(draw.digest(run.id))
    return _known(rules, run, zone) | {
        "winners": [SOMEBODY] * max(rules.winners, 1), "seed": secret[:32],
        "seed_hash": draw.commitment(secret[:32]),
        "results": [f"{what}：{n}" for n, what in enumerate(reversed(rules.options), 1)],
    }  # fmt: skip
