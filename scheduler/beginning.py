"""When a campaign takes place: its runs are made, begin at their time, and the next ones after."""

from __future__ import annotations

from functools import lru_cache

from bot.core.span import parse_span
from bot.library.speech import Setting
from bot.store import campaigns, versions
from bot.store.campaigns import APPROVED, DRAFT, Run
from bot.store.engine import Tx
from scheduler.campaigns import Campaign, parse_campaign, shown, sittings


def campaign_of(tx: Tx, run: Run, zone: str) -> Campaign | None:
    """The version of the campaign that a run carries out; later edits do not change it."""
    edition = versions.get(tx, "campaign", run.name, run.version)
    if edition is None:
        return None
    return _parsed(next(iter(edition.files.values())), run.name, zone, run.version)


@lru_cache(maxsize=256)
def _parsed(source: str, name: str, zone: str, version: int) -> Campaign:
    return parse_campaign(source, shown(name), zone, version)


def make(tx: Tx, campaign: Campaign, at: int, now: int) -> list[Run]:
    """The runs of the campaign that takes place at ``at``, drafts where there were none."""
    return [campaigns.add(tx, name=campaign.id, step=sitting.step, version=campaign.version,
                          persona=campaign.file.persona, at=sitting.at, until=sitting.until,
                          now=now) for sitting in sittings(campaign, at)]  # fmt: skip


def begin(tx: Tx, setting: Setting, run: Run) -> bool:
    """Starts an approved run whose time has come, or stops it when it is too late by now; False
    while it cannot begin. What comes round again has its next run then."""
    campaign = campaign_of(tx, run, setting.cast.zone)
    if campaign is None:
        return campaigns.move(tx, run, "stop", setting.now, reason="its version is gone")
    why = setting.cast.silence(run.persona, setting.now)
    late = setting.now - run.at > parse_span(campaign.file.late)
    if why and not late:
        return False
    if late:
        reason = f"more than {campaign.file.late} late" + (f": {why}" if why else "")
        moved = campaigns.move(tx, run, "stop", setting.now, reason=reason)
    else:
        moved = campaigns.move(tx, run, "start", setting.now)
    if moved and campaign.recurs:
        plan_next(tx, setting, run)
    return moved


def plan_next(tx: Tx, setting: Setting, run: Run) -> None:
    """The next time it takes place, approved as this one was while the same version serves."""
    serving = next((one for one in setting.cast.campaigns if one.id == run.name), None)
    if serving is None:
        return
    at = serving.after(max(setting.now, run.at) + 1)
    if at is None:
        return
    for made in make(tx, serving, at, setting.now):
        if made.state == DRAFT and serving.version == run.version:
            campaigns.move(tx, made, "approve", setting.now,
                           reason=f"as v{run.version} was")  # fmt: skip


def supersede(tx: Tx, run: Run, version: int, now: int, actor: str) -> bool:
    """An older version that has not begun yet gives way to the one that was approved now."""
    if run.state != APPROVED or run.version == version:
        return False
    return campaigns.move(tx, run, "stop", now, actor=actor, reason=f"v{version} takes its place")
