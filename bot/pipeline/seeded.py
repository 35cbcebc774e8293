"""What somebody says to being asked to be a seed user, and his missions, in a chat."""

from __future__ import annotations

from bot.community.rules import Community
from bot.core.clock import local
from bot.core.taking import Took
from bot.pipeline.ground import Ground
from bot.store import seeds
from bot.store.answers import Who
from scheduler import seeding

SHOWN = 6


def answer(on: Ground) -> Took:
    """Yes or no to the invitation that stands, in whichever circle it is."""
    rules = _asked_in(on)
    if rules is None:
        return Took(line="seed_none")
    talk = on.held.conversation
    who = Who(member=on.member, zone=rules.zone, channel=talk.channel, account=talk.account)
    found = seeds.answer(on.tx, rules, who, on.wish.do == "seed_yes", on.now)
    circle = on.setting.cast.circles.get(rules.circle)
    facts = {"circle": circle.title if circle else ""}
    if found.ends_at is not None:
        facts["deadline"] = f"{local(found.ends_at, rules.zone):%Y-%m-%d}"
    return Took(line=f"seed_{found.state}", facts={key: one for key, one in facts.items() if one})


def missions(on: Ground) -> Took:
    """What he may take and has; he takes it, and hands in, on his own page."""
    if on.in_group:
        return Took(line="not_here")
    cards = seeding.board(on.tx, on.setting, on.member)[:SHOWN]
    if not cards:
        return Took(line="no_missions")
    told = []
    for one in cards:
        due = local(one.take.due_at, on.zone) if one.take and one.holds else None
        told.append(f"「{one.mission.title}」" + (
            f"，{due:%m-%d} 前交" if due and one.can else "，等同事看" if due
            else "，可以接" if one.can else f"，{one.words}"))  # fmt: skip
    return Took(line="missions", facts={"activities": "\n".join(told)})


def _asked_in(on: Ground) -> Community | None:
    there = on.setting.cast.communities
    mine = [one for one in seeds.standing_of(on.tx, on.member, on.now) if one.circle in there]
    open_ = [one for one in mine if one.state in ("asked", "declined")]
    return next((there[one.circle] for one in (*open_, *mine)), None)
