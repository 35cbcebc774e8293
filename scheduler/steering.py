"""What people do with campaigns: approve, start, pause, resume, stop, and reach who was missed.

Each is one transaction with its trail; the worker (``scheduler.running``) does the rest. Raises
CampaignRefused; nothing is changed then.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.campaigns import CampaignRefused
from bot.core.clock import local
from bot.core.decode import nearest
from bot.core.lifecycle import sources
from bot.core.span import parse_span
from bot.library.cast import Cast
from bot.library.speech import Setting
from bot.store import campaigns, recipients
from bot.store.campaigns import APPROVED, DONE, DRAFT, PAUSED, RUNNING, STOPPED, Run
from bot.store.engine import Tx
from scheduler import beginning
from scheduler.campaigns import Campaign


def serving(cast: Cast, name: str) -> Campaign:
    """The version of a campaign that is published."""
    found = next((one for one in cast.campaigns if one.id == name), None)
    if found is None:
        fix = nearest(name, [one.id for one in cast.campaigns]) if cast.campaigns else "write one"
        raise CampaignRefused("unknown", name=name, fix=fix)
    return found


def approve(tx: Tx, setting: Setting, name: str, actor: str) -> list[Run]:
    """The published version takes place at its next time. What was approved of older versions and
    has not begun gives way."""
    campaign, now = serving(setting.cast, name), setting.now
    at = campaign.after(now)
    if at is None and campaign.file.at:
        raise CampaignRefused("over", name=name, at=campaign.file.at)
    if at is not None and not campaign.recurs and now - at > parse_span(campaign.file.late):
        raise CampaignRefused("over", name=name, at=_time(at, setting))
    made = beginning.make(tx, campaign, now if at is None else at, now)
    known = campaigns.of(tx, name)
    _refuse_held(name, made, known)
    drafts = [run for run in made if run.state == DRAFT]
    if not drafts:
        raise CampaignRefused("approved", name=name, version=campaign.version)
    for run in known:
        beginning.supersede(tx, run, campaign.version, now, actor)
    for run in drafts:
        campaigns.move(tx, run, "approve", now, actor=actor)
    return [run for run in campaigns.of(tx, name) if run.id in {one.id for one in made}]


def _refuse_held(name: str, made: Sequence[Run], known: Sequence[Run]) -> None:
    """Another version that has begun at the same time would reach everybody twice."""
    steps = {run.step for run in made}
    own = {run.id for run in made}
    for run in known:
        if run.step in steps and run.id not in own and run.state in (RUNNING, PAUSED, DONE):
            raise CampaignRefused("held", name=name, version=run.version)
    if all(run.state in (RUNNING, PAUSED, DONE, STOPPED) for run in made):
        raise CampaignRefused("held", name=name, version=made[0].version)


def start(tx: Tx, setting: Setting, name: str, actor: str) -> Run:
    """The earliest approved run begins now, and lasts as long as it would have."""
    run, now = _in_state(tx, name, (APPROVED,))[0], setting.now
    if why := setting.cast.silence(run.persona, now):
        raise CampaignRefused("silent", name=name, why=why)
    campaigns.put_window(tx, run, now, max(run.until, now + run.until - run.at))
    campaigns.move(tx, run, "start", now, actor=actor)
    campaign = beginning.campaign_of(tx, run, setting.cast.zone)
    if campaign is not None and campaign.recurs:
        beginning.plan_next(tx, setting, run)
    return run


def pause(tx: Tx, name: str, now: int, actor: str, reason: str = "") -> list[Run]:
    """Nothing more is handed over; what waits for a tap can still be tapped."""
    return _move_all(tx, name, "pause", now, actor, reason)


def resume(tx: Tx, name: str, now: int, actor: str, reason: str = "") -> list[Run]:
    """It goes on; what has failed so far does not pause it again."""
    moved = _move_all(tx, name, "resume", now, actor, reason)
    for run in moved:
        known = recipients.by_state(tx, run.id)
        campaigns.forgive(tx, run, known.get("sent", 0), known.get("failed", 0))
    return moved


def stop(tx: Tx, name: str, now: int, actor: str, reason: str = "") -> list[Run]:
    """It is over for whoever was not reached; the worker takes back what is on its way."""
    return _move_all(tx, name, "stop", now, actor, reason)


def resend(tx: Tx, name: str, now: int, actor: str, reason: str = "") -> Run:
    """Whom the latest run certainly did not reach is to be reached again: failed and expired, never
    unsure. A page at once, so call ``recipients.again`` until it finds fewer."""
    run = _in_state(tx, name, (DONE, RUNNING, PAUSED))[-1]
    if now >= run.until:
        campaigns.put_window(tx, run, run.at, now + run.until - run.at)
    if run.state == DONE:
        campaigns.move(tx, run, "again", now, actor=actor, reason=reason)
    recipients.again(tx, run.id)
    return run


def _move_all(
    tx: Tx, name: str, event: str, now: int, actor: str, reason: str
) -> list[Run]:  # fmt: skip
    found = _in_state(tx, name, sources("campaign", event))
    return [run for run in found
            if campaigns.move(tx, run, event, now, actor=actor, reason=reason)]  # fmt: skip


def _in_state(tx: Tx, name: str, states: Sequence[str]) -> list[Run]:
    known = campaigns.of(tx, name)
    found = [run for run in known if run.state in states]
    if not found:
        is_now = ", ".join(dict.fromkeys(run.state for run in known)) or DRAFT
        raise CampaignRefused("state", name=name, wanted=" or ".join(states), states=is_now)
    return found


def _time(at: int, setting: Setting) -> str:
    return local(at, setting.cast.zone).strftime("%Y-%m-%d %H:%M")
