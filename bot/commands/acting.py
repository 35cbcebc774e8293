"""What verbs that write once have in common: the database, one transaction, a line that says what
was done, and bad usage where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from bot.commands.casting import setting_of
from bot.commands.database import ready, write
from bot.core.config import Config
from bot.core.errors import IllegalTransition
from bot.library.speech import Setting
from bot.store.atmosphere import AtmosphereRefused
from bot.store.engine import Tx
from bot.store.granting import RewardRefused
from bot.store.honouring import CommunityRefused
from bot.store.missions import MissionRefused
from bot.store.runs import ActivityRefused

REFUSED = (ActivityRefused, AtmosphereRefused, CommunityRefused, MissionRefused, RewardRefused,
           IllegalTransition)  # fmt: skip


def once(config_path: Path, data: Path | None, work: Callable[[Tx, int], str]) -> None:
    """Writes, and says what came of it. Raises click.UsageError."""
    _once(ready(config_path, data), work)


def once_in(config_path: Path, data: Path | None, work: Callable[[Tx, Setting], str]) -> None:
    """The same for what goes by what is published."""
    config = ready(config_path, data)
    _once(config, lambda tx, now: work(tx, setting_of(tx, config, now)))


def _once(config: Config, work: Callable[[Tx, int], str]) -> None:
    try:
        click.echo(write(config, work))
    except REFUSED as refused:
        raise click.UsageError(str(refused)) from None
