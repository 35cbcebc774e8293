"""One person at one run: whether it is open to him, and the entry that he makes.

The person is held, so that of two doors the second sees what the first did.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Literal

from bot.community import draw
from bot.community import entries as pure
from bot.community.activity import Activity
from bot.community.runs import Run, stage_at
from bot.core.clock import local
from bot.core.event import Event, Happened
from bot.store import (
    communityterms,
    events,
    facts,
    moderation,
    people,
    persons,
    projections,
    rewards,
    runs,
    schedule,
    stays,
)
from bot.store.answers import Answer, State, Who
from bot.store.engine import Row, Tx

DUE = "activity"
NOTHING: Mapping[str, Any] = {}
TICKET_MIN = 4


@dataclass(frozen=True, slots=True)
class At:
    """One person at one run, which is open to him."""

    made: Activity
    run: Row
    person: str
    day: str
    who: Who
    now: int
    mine: Sequence[Row] = ()

    def answer(self, state: State, **more: Any) -> Answer:
        """What he is told."""
        return Answer(state=state, title=self.made.title, run=self.run["id"], **more)


def begin(tx: Tx, run: Run, zone: str, now: int) -> bool:
    """The run is there, and what is to be done in it is due; False when it was there."""
    if runs.get(tx, run.id) is not None:
        return False
    if not runs.add(tx, run, zone, secrets.token_hex(16), draw.spelt(secrets.token_hex(16)), now):
        return False
    for what, at in run.due:
        schedule.add_due(tx, f"activity/{run.id}/{what}", DUE, at, {"run": run.id, "do": what})
    return True


def today(tx: Tx, who: Who, now: int) -> date:
    """The member's local day."""
    row = people.known(tx, who.member)
    return local(now, (row["zone"] if row else "") or who.zone).date()


def step_options(made: Activity, step: str) -> tuple[str, ...]:
    """What may be chosen in a step of a co-creation."""
    return next((one.options for one in made.stages if one.id == step), ())


def at_run(
    tx: Tx, made: Activity, who: Who, now: int, run: str = "", *, submits: bool = False,
    anybody: bool = False,
) -> At | Answer:  # fmt: skip
    """``anybody``: people from outside the circle, too."""
    row = runs.get(tx, run) if run else runs.current(tx, made.id, now)
    if row is None:
        return Answer(state="none", title=made.title)
    rules = runs.rules_of(tx, row) or made
    people.ensure_member(tx, who.member, now)
    projections.hold(tx, [who.member])
    person = persons.person_of(tx, [who.member])[who.member]
    at = At(rules, row, person, today(tx, who, now).isoformat(), who, now,
             tx.rows("entries_of", runs=[row["id"]], members=[person]))  # fmt: skip
    why = _shut(row, now, submits) or ("" if anybody or at.mine else _barred(tx, at))
    return at.answer(why) if why else at


def _shut(row: Row, now: int, submits: bool) -> State | Literal[""]:
    if row["state"] == runs.CANCELLED:
        return "cancelled"
    if now < (row["submit_at"] if submits else row["join_at"]):
        return "early"
    return "closed" if now >= row["close_at"] or row["state"] not in ("announced", "open") else ""


def _barred(tx: Tx, at: At) -> State | Literal[""]:
    if not stays.inside(tx, "circle", at.made.circle, at.person):
        return "circle"
    if at.made.limits.level and not _high(tx, at):
        return "level"
    return "" if at.who.fits else "audience"


def _high(tx: Tx, at: At) -> bool:
    rules = communityterms.now_of(tx).get(at.made.circle)
    wanted = rules.level(at.made.limits.level) if rules else None
    row = tx.row("standing_get", member=at.person, circle=at.made.circle)
    has = rules.level(row["level"]) if rules and row else None
    return wanted is not None and has is not None and has.start >= wanted.start


def step_of(at: At) -> str | Answer:
    """The step of a co-creation that is on; empty: it has none."""
    if at.made.kind != "cocreate":
        return ""
    on = stage_at(at.made, at.run["announce_at"], at.now)
    if on is None:
        return at.answer("closed")
    before = {row["which"] for row in at.mine if row["state"] in (pure.COUNTED, pure.WAITING)}
    return at.answer("audience") if on.id == "trial" and not before else on.id


def missing(
    at: At, text: str, media: Sequence[str], answers: Sequence[int]
) -> State | Literal[""]:  # fmt: skip
    """What his entry lacks of what this kind of activity wants; empty: nothing."""
    if at.made.kind == "quiz":
        return "" if len(answers) == len(at.made.questions) else "unknown"
    wants = {"photo": bool(media), "text": bool(text.strip()), "none": True}
    return "" if wants.get(at.made.media, bool(media or text.strip())) else "empty"


def agreed(tx: Tx, at: At) -> bool:
    """He agrees to what his entry is shown for; what he says now is kept."""
    purpose = at.made.consent
    held = facts.consents(tx, at.person).get(purpose)
    if held is not None and held.given:
        return True
    if at.who.agrees:
        events.record(tx, [Event(
            kind=Happened.CONSENTED, at=at.now, member=at.person, which=purpose,
            dedupe=f"consented/{at.run['id']}/{at.person}/{at.now}", channel=at.who.channel,
            account=at.who.account)], at.now)  # fmt: skip
    return at.who.agrees


def choice_of(tx: Tx, at: At, choice: str) -> str:
    """What he votes for by what he wrote: an option, its number, or the ticket of an entry; empty
    where that is none."""
    options = at.made.options
    if at.made.kind == "cocreate":
        on = stage_at(at.made, at.run["announce_at"], at.now)
        options = on.options if on else ()
    if options:
        number = int(choice) if choice.isdecimal() else 0
        return options[number - 1] if 0 < number <= len(options) else choice * (choice in options)
    found = called(tx, at.run["id"], choice)
    fits = found is not None and found["kind"] == Happened.SUBMITTED
    return found["event"] if found and fits and found["state"] == pure.COUNTED else ""


def called(tx: Tx, run: str, ticket: str) -> Row | None:
    """The entry whose ticket begins like this; None where there is none, or more than one."""
    start = ticket.strip()
    if len(start) < TICKET_MIN:
        return None
    found = tx.rows("entry_called", run=run, start=start)
    return found[0] if len(found) == 1 else None


def enter(
    tx: Tx, at: At, kind: Happened, once: str, which: str = "", data: Mapping[str, Any] = NOTHING,
) -> Answer:  # fmt: skip
    """An entry, if he has one left and there is a place."""
    dedupe = _dedupe(at, kind, once)
    held = [row for row in at.mine if row["kind"] == kind.value]
    same = next((row for row in held if row["event"] == dedupe), None)
    if same is None and kind is not Happened.SUBMITTED:
        same = next((row for row in held if row["state"] in (pure.COUNTED, pure.WAITING)), None)
    if same is not None:
        return at.answer("already", event=same["event"], ticket=same["ticket"])
    used = [row for row in held if row["state"] in (pure.COUNTED, pure.WAITING)
            and (at.made.kind != "cocreate" or row["which"] == which)]  # fmt: skip
    if len(used) >= pure.most(kind, at.made):
        return at.answer("enough")
    places = at.made.limits.places
    if places and not at.mine and not tx.run("activity_place_take", id=at.run["id"], places=places):
        return at.answer("full")
    return record(tx, at, kind, once, which=which, data=data)


def record(
    tx: Tx, at: At, kind: Happened, once: str, *, which: str = "", other: str = "",
    data: Mapping[str, Any] = NOTHING,
) -> Answer:  # fmt: skip
    """Writes down what he does here; what he wrote is looked at by the rules of moderation."""
    who, dedupe = at.who, _dedupe(at, kind, once)
    said = {"circle": at.made.circle, "day": at.day, **data}
    if who.device:
        said["device"] = who.device
    told = events.record(tx, [Event(
        kind=kind, at=at.now, dedupe=dedupe, member=who.member, channel=who.channel,
        account=who.account, persona=who.persona, place=at.run["id"], which=which, other=other,
        data=said)], at.now)  # fmt: skip
    if told and moderation.said(said):
        schedule.add_due(tx, f"{moderation.DUE}/{dedupe}", moderation.DUE, at.now,
                         {"entry": dedupe})  # fmt: skip
    row = tx.row("entry_get", event=dedupe)
    state: State = "waiting" if row and row["state"] == pure.WAITING else "done"
    earned = tuple(one.words for one in rewards.by_cause(tx, dedupe)) if at.made.rewards else ()
    return at.answer(state if told else "already", event=dedupe,
                     ticket=row["ticket"] if row else "", earned=earned)  # fmt: skip


def _dedupe(at: At, kind: Happened, once: str) -> str:
    return "/".join(filter(None, (kind.value, at.run["id"], at.person, once)))


def digest(said: Mapping[str, Any]) -> str:
    """Sixteen characters that are the same for equal words."""
    return sha256(repr(sorted(said.items())).encode()).hexdigest()[:16]
