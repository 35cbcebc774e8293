"""Which way leads to a member: an open kf window, or the account that knows him best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.clock import HOUR
from bot.library.speech import Setting
from bot.store import reach
from bot.store.engine import Tx
from bot.store.reach import Reach
from scheduler.campaigns import Campaign, Way
from scheduler.ways import KEPT_FOR_ANSWERS, WINDOW_MARGIN


@dataclass(frozen=True, slots=True)
class Chosen:
    """The account that is to say it, and how: ``kf`` leaves by itself, ``contact`` by a tap."""

    channel: str
    account: str
    conversation: str = ""


def ways_of(setting: Setting, campaign: Campaign, template: str) -> tuple[Way, ...]:
    """The ways of a campaign that can carry what it says: kf takes one thing at a time, so a text
    with attachments goes by a task."""
    found = setting.cast.shelf.get(template)
    if found is None or not found.attachments:
        return campaign.file.via
    return tuple(way for way in campaign.file.via if way != "kf")


def choose(
    tx: Tx, setting: Setting, persona: str, via: Sequence[Way], members: Sequence[str]
) -> dict[str, Chosen]:
    """The first way of ``via`` that leads to each member; who cannot be reached is left out.

    Of several friends the one he talked with last, as the archive shows it, else the oldest.
    """
    friends = setting.cast.accounts_of(persona, "contact")
    limits = setting.limits
    since = setting.now - limits.kf_hours * HOUR + WINDOW_MARGIN
    found = reach.of(tx, members, friends, since, limits.kf_messages - KEPT_FOR_ANSWERS)
    windows = frozenset(setting.cast.accounts_of(persona, "kf"))
    made = ((member, _first(one, via, windows)) for member, one in found.items())
    return {member: chosen for member, chosen in made if chosen is not None}


def _first(known: Reach, via: Sequence[Way], windows: frozenset[str]) -> Chosen | None:
    for way in via:
        chosen = _kf(known, windows) if way == "kf" else _contact(known)
        if chosen is not None:
            return chosen
    return None


def _kf(known: Reach, windows: frozenset[str]) -> Chosen | None:
    open_now = (Chosen("kf", *one) for one in known.windows if one[0] in windows)
    return next(open_now, None)


def _contact(known: Reach) -> Chosen | None:
    talked = (account for account in known.talked if account in known.friends)
    best = next(talked, None) or next(iter(known.friends), None)
    return Chosen("contact", best) if best else None
