"""``onevoice campaign``: what is planned to many members, whom it would reach, and how it goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from bot.commands import campaigns as shown
from bot.commands.casting import setting_of
from bot.commands.content import by
from bot.commands.database import read, ready, user, write
from bot.commands.options import as_json, looking, with_config, with_data
from bot.core.campaigns import CampaignRefused
from bot.core.config import Config
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import campaigns, people, recipients
from bot.store.campaigns import Run
from bot.store.engine import Tx
from scheduler import beginning, measuring, previewing, steering
from scheduler.campaigns import Campaign


@click.group()
def campaign() -> None:
    """Messages to many: preview, approve, start, pause, stop, and what came of them."""


@campaign.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every campaign that serves or took place, and its runs, the latest first."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> shown.Listing:
        runs = campaigns.everything(tx)
        counts = {run.id: recipients.by_state(tx, run.id) for run in runs}
        return shown.Listing(setting_of(tx, config, now).cast.campaigns, runs, counts)

    shown.put_list(read(config, look), now, config.timezone, json_out)


@campaign.command()
@click.argument("name")
@looking
def show(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """How NAME goes: its runs, the ledger in numbers, the lift, and whom to follow up."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> list[shown.Shown]:
        setting = setting_of(tx, config, now)
        runs = campaigns.of(tx, name)
        if not runs:
            steering.serving(setting.cast, name)
        found = ((run, beginning.campaign_of(tx, run, config.timezone)) for run in runs)
        return [shown.Shown(run, one, measuring.result(tx, run, one, now),
                            measuring.follow_up(tx, run, one))
                for run, one in found if one is not None]  # fmt: skip

    shown.put_runs(name, _asked(config, look), config.timezone, json_out)


@campaign.command()
@click.argument("name")
@looking
@click.option("--member", metavar="ID", help="Why this member is in or out.")
def preview(
    name: str, config_path: Path, data: Path | None, json_out: bool, member: str | None
) -> None:  # fmt: skip
    """Whom NAME would reach if it began now, who is left out and why, and how many taps it takes of
    whom."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> tuple[Campaign, previewing.Preview | previewing.Why]:
        setting = setting_of(tx, config, now)
        found = steering.serving(setting.cast, name)
        if member is None:
            return found, previewing.preview(tx, setting, found)
        if people.known(tx, member) is None:
            raise click.UsageError(f"there is no member {member!r}")
        return found, previewing.why(tx, setting, found, member)

    _, made = _asked(config, look)
    if isinstance(made, previewing.Why):
        shown.put_why(made, json_out)
    else:
        shown.put_preview(made, json_out)


def _asked(config: Config, look: Callable[[Tx], shown.T]) -> shown.T:
    """Reads; what nobody knows is bad usage."""
    try:
        return read(config, look)
    except CampaignRefused as refused:
        raise click.UsageError(str(refused)) from None


def _approve(tx: Tx, setting: Setting, name: str, actor: str, note: str) -> list[Run]:
    return steering.approve(tx, setting, name, actor)


def _start(tx: Tx, setting: Setting, name: str, actor: str, note: str) -> list[Run]:
    return [steering.start(tx, setting, name, actor)]


def _pause(tx: Tx, setting: Setting, name: str, actor: str, note: str) -> list[Run]:
    return steering.pause(tx, name, setting.now, actor, note)


def _resume(tx: Tx, setting: Setting, name: str, actor: str, note: str) -> list[Run]:
    return steering.resume(tx, name, setting.now, actor, note)


def _stop(tx: Tx, setting: Setting, name: str, actor: str, note: str) -> list[Run]:
    return steering.stop(tx, name, setting.now, actor, note)


def _resend(tx: Tx, setting: Setting, name: str, actor: str, note: str) -> list[Run]:
    run = steering.resend(tx, name, setting.now, actor, note)
    while recipients.again(tx, run.id) == recipients.PAGE:
        pass
    return [run]


Verb = Callable[[Tx, Setting, str, str, str], list[Run]]
_VERBS: tuple[tuple[str, Verb, str], ...] = (
    ("approve", _approve, "Let NAME take place at its next time, as it serves now."),
    ("start", _start, "Begin the approved run of NAME now."),
    ("pause", _pause, "Hand over no more of NAME; what waits for a tap can still be tapped."),
    ("resume", _resume, "Let NAME go on."),
    ("stop", _stop, "End NAME; what was handed over and has not arrived is taken back."),
    ("resend", _resend, "Reach whom NAME certainly missed: failed and expired, never unsure."),
)  # fmt: skip


def _command(name: str, verb: Verb, does: str) -> click.Command:
    @click.command(name, help=does)
    @click.argument("name")
    @with_config
    @with_data
    @as_json
    @by
    def decide(
        name: str, config_path: Path, data: Path | None, json_out: bool, actor: str | None,
        note: str,
    ) -> None:  # fmt: skip
        config = ready(config_path, data)

        def act(tx: Tx, now: int) -> list[Run]:
            made = verb(tx, setting_of(tx, config, now), name, actor or user(), note)
            return [run for one in made if (run := campaigns.get(tx, one.id)) is not None]

        try:
            runs = write(config, act)
        except CampaignRefused as refused:
            raise click.UsageError(str(refused)) from None
        shown.put_done(name, runs, config.timezone, json_out)

    return decide


for _row in _VERBS:
    campaign.add_command(_command(*_row))
