"""Missions and seed users as time goes by: places that come back, rewards that are due; and what
members are asked of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.community.mission import Mission
from bot.library.speech import Setting
from bot.store import granting, missiondesk, missions
from bot.store.answers import Who
from bot.store.engine import Row, Tx
from bot.store.missions import Card
from scheduler.entitling import of_audience
from scheduler.fate import DONE, Fate


def run_mission(tx: Tx, setting: Setting, due: Row) -> Fate:
    """The time to hand something in is over."""
    why = missiondesk.expire(tx, due["data"]["take"], setting.now)
    return Fate("skip", why) if why else DONE


def run_reward(tx: Tx, setting: Setting, due: Row) -> Fate:
    """What somebody gets for a mission that was accepted, each once."""
    plan = due["data"]
    made, cause = missiondesk.earned(tx, plan["take"], plan["event"])
    if made is None or cause is None:
        return Fate("skip", "its file, or the event, is gone")
    granting.give(tx, made.rewards, missiondesk.place_of(plan, setting.cast.zone), cause,
                  setting.now)  # fmt: skip
    return DONE


def who(
    tx: Tx, setting: Setting, made: Mission, member: str, **through: Any
) -> Who:  # fmt: skip
    """A member as the functions of ``store/missions.py`` want him; ``through``: what channel,
    account or persona he comes by."""
    return Who(member=member, zone=setting.cast.zone,
               fits=of_audience(tx, setting, made.audience, member), **through)  # fmt: skip


def board(tx: Tx, setting: Setting, member: str) -> list[Card]:
    """The missions that concern a member, by title."""
    made = sorted(_of(setting), key=lambda one: (one.title, one.id))
    fits = {one.id: of_audience(tx, setting, one.audience, member) for one in made if one.audience}
    return missions.board(tx, made, Who(member=member, zone=setting.cast.zone), setting.now, fits)


def _of(setting: Setting) -> Iterable[Mission]:
    return setting.cast.missions.values()
