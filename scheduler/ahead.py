"""What campaigns and activities add to the plan of some days: when they would come."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from bot.core.errors import BadInput
from bot.library.speech import Setting
from bot.store import audience, campaigns, people
from bot.store.campaigns import APPROVED, PAUSED, RUNNING, Run
from bot.store.engine import Tx
from scheduler import occasions
from scheduler.campaigns import Campaign, Sitting, sittings
from scheduler.enrolling import whom
from scheduler.outlook import Slot

DRAFT = "draft: nobody has approved it yet"
FAIR = frozenset({APPROVED, RUNNING, PAUSED})


def slots(tx: Tx, setting: Setting, since: int, until: int) -> list[Slot]:
    """Slots of [since, until) for ``scheduler.outlook``. What is not approved is ``held``; taps are
    those of its audience as it is now, at its pace."""
    mine = [slot for campaign in setting.cast.campaigns
            for slot in _of(tx, setting, campaign, since, until)]  # fmt: skip
    return mine + occasions.slots(tx, setting, since, until)


def _of(
    tx: Tx, setting: Setting, campaign: Campaign, since: int, until: int
) -> Iterator[Slot]:  # fmt: skip
    runs = {run.step: run for run in campaigns.of(tx, campaign.id)}
    times = {one.step: one for one in _times(campaign, since, until)}
    times |= {run.step: Sitting(run.step, run.at, run.until) for run in runs.values()
              if since <= run.at < until}  # fmt: skip
    if not times:
        return
    members = 0 if campaign.posts else _members(tx, setting, campaign)
    taps = _taps(tx, setting, campaign, members)
    for step, sitting in times.items():
        yield Slot(at=sitting.at, what="campaign", id=campaign.id, title=campaign.file.title,
                   persona=campaign.file.persona, do=campaign.file.do, step=step,
                   template=campaign.template_of(step), members=members, taps=taps,
                   held=_held(runs.get(step)))  # fmt: skip


def _held(run: Run | None) -> str:
    if run is None or run.state == "draft":
        return DRAFT
    return "" if run.state in FAIR else run.state


def _times(campaign: Campaign, since: int, until: int) -> Iterator[Sitting]:
    """Of each time it comes, its runs; a date may begin a run some hours before."""
    at = campaign.after(since)
    while at is not None and at < until:
        yield from (one for one in sittings(campaign, at) if since <= one.at < until)
        at = campaign.after(at + 1) if campaign.recurs else None


def _members(tx: Tx, setting: Setting, campaign: Campaign) -> int:
    """Nobody as long as its audience cannot be read: it would not begin."""
    try:
        wanted = whom(tx, setting, campaign)
    except BadInput:
        return 0
    return audience.count(tx, wanted, setting.now)


def _taps(
    tx: Tx, setting: Setting, campaign: Campaign, members: int
) -> Mapping[str, int]:  # fmt: skip
    """An owner taps once for each time that some may go; for a post once for all of his groups."""
    file = campaign.file
    own = setting.cast.accounts_of(file.persona, "contact")
    if file.do == "group_post":
        owners = {chat["owner"] for chat in people.groups_of(tx, own or [""])}
        return {one: 1 for one in own if one in owners and file.groups != "internal"}
    if file.do == "internal_post" or (not campaign.posts and "bulk" not in file.via):
        return {}
    rate = campaign.rate
    rounds = math.ceil(members / rate.most) if rate and members else 1
    return dict.fromkeys(own, rounds) if members or campaign.posts else {}
