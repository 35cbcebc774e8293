"""The one door by which members take part, whatever channel they come through.

Each function records at most one event and answers what happened, as a value with words for the
member. What it does twice, it does once: the ``dedupe`` follows from what is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.community import entries as pure
from bot.community.activity import Activity
from bot.community.runs import CHECKIN, plan_day
from bot.core.event import Happened
from bot.store import balloting
from bot.store.answers import Answer, Who
from bot.store.engine import Tx
from bot.store.entering import (
    agreed,
    at_run,
    begin,
    called,
    choice_of,
    digest,
    enter,
    missing,
    record,
    step_of,
    step_options,
    today,
)

TEXT_MAX, TEAM_MAX = 1_000, 40


def check_in(tx: Tx, made: Activity, who: Who, now: int, text: str = "") -> Answer:
    """He checks in on his own day: each day once, wherever he lives."""
    if made.kind != CHECKIN:
        return Answer(state="unknown", title=made.title)
    day = today(tx, who, now)
    begin(tx, plan_day(made, day, who.zone), who.zone, now)
    at = at_run(tx, made, who, now, plan_day(made, day, who.zone).id)
    if isinstance(at, Answer):
        return at
    data = {"answer": text[:TEXT_MAX]} if text else {}
    found = enter(tx, at, Happened.CHECKED, "", which=at.day, data=data)
    row = tx.row("streak_of", member=at.person, activity=made.id)
    return replace(found, streak=row["streak"] if row and found.ok else 0)


def sign_up(tx: Tx, made: Activity, who: Who, now: int) -> Answer:
    """He wants to take part: in a draw, in what asks for helpers, in what has places."""
    at = at_run(tx, made, who, now)
    return at if isinstance(at, Answer) else enter(tx, at, Happened.SIGNED, "")


def join_team(tx: Tx, made: Activity, who: Who, now: int, team: str) -> Answer:
    """He belongs to a team from now on."""
    at = at_run(tx, made, who, now)
    if isinstance(at, Answer):
        return at
    if made.kind != "team" or not team.strip():
        return at.answer("unknown")
    return enter(tx, at, Happened.TEAMED, "", which=" ".join(team.split())[:TEAM_MAX])


def submit(
    tx: Tx, made: Activity, who: Who, now: int, *, text: str = "", media: Sequence[str] = (),
    answers: Sequence[int] = (), option: str = "",
) -> Answer:  # fmt: skip
    """He hands something in. ``media``: ids of what is kept; ``answers``: of a quiz, from 1.

    Of a co-creation it belongs to the step that is on, and the last step is for those who were
    part of one before.
    """
    at = at_run(tx, made, who, now, submits=True)
    if isinstance(at, Answer):
        return at
    step = step_of(at)
    if isinstance(step, Answer):
        return step
    if why := missing(at, text, media, answers):
        return at.answer(why)
    if at.made.consent and not agreed(tx, at):
        return at.answer("consent")
    if option and step and option not in step_options(made, step):
        return at.answer("unknown")
    data = {"text": text[:TEXT_MAX], "media": list(media), "answers": list(answers),
            "option": option}  # fmt: skip
    said = {key: one for key, one in data.items() if one}
    once = step if made.kind in ("cocreate", "quiz") else digest(said)
    return enter(tx, at, Happened.SUBMITTED, once or "1", which=step, data=said)


def vote(tx: Tx, made: Activity, who: Who, now: int, choice: str) -> Answer:
    """He votes for an option, by its number or words, or for an entry, by the beginning of its
    ticket. Who has one vote may give it to another while the vote is on."""
    at = at_run(tx, made, who, now)
    if isinstance(at, Answer):
        return at
    which = choice_of(tx, at, choice.strip())
    if not which:
        return at.answer("unknown")
    if which in {row["event"] for row in at.mine}:
        return at.answer("own")
    told = tx.rows("ballots_of", runs=[at.run["id"]], members=[at.person])
    counted = [row for row in told if row["state"] == pure.COUNTED]
    same = next((row["event"] for row in counted if row["which"] == which), "")
    if same:
        return at.answer("already", event=same)
    back = balloting.taken_back(tx, [row["event"] for row in told if row["which"] == which])
    if len(counted) >= at.made.limits.votes:
        if not balloting.may_change(at.made):
            return at.answer("enough")
        balloting.take_back(tx, at, counted[0]["event"])
    once = {"for": which} | ({"again": back} if back else {})
    return record(tx, at, Happened.VOTED, digest(once), which=which)


def help_with(tx: Tx, made: Activity, who: Who, now: int, ticket: str) -> Answer:
    """He helps whoever asked with this ticket, or joins his group: one in a run."""
    at = at_run(tx, made, who, now, anybody=True)
    if isinstance(at, Answer):
        return at
    asked = called(tx, at.run["id"], ticket)
    if asked is None or asked["kind"] != Happened.SIGNED:
        return at.answer("unknown")
    if asked["member"] == at.person:
        return at.answer("own")
    return record(tx, at, Happened.HELPED, "", other=asked["member"])
