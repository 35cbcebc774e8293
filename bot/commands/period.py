"""A period of whole days as options, and of whom something is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from bot.commands.casting import cast_of
from bot.core.clock import local, to_ms
from bot.core.config import Config
from bot.core.decode import nearest
from bot.members.formula import Scope
from bot.store.engine import Tx

F = TypeVar("F", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d"])


def with_period(fn: F) -> F:
    """``--since DAY --until DAY``."""
    until = click.option("--until", type=_DAY, metavar="DAY",
                         help="The day after the last one; by default tomorrow.")  # fmt: skip
    since = click.option("--since", type=_DAY, metavar="DAY",
                         help="The first day; by default 30 days before --until.")  # fmt: skip
    return since(until(fn))


def with_scope(fn: F) -> F:
    """``--persona P``, ``--account A`` or ``--circle C``."""
    persona = click.option("--persona", metavar="P", help="Friends of one of its accounts.")
    account = click.option("--account", metavar="A", help="Friends of one account.")
    circle = click.option("--circle", metavar="C", help="Members of one circle.")
    return persona(account(circle(fn)))


def moment(day: datetime | None, zone: str) -> int | None:
    """When a day begins in a zone, UTC ms."""
    return to_ms(day.replace(tzinfo=ZoneInfo(zone))) if day else None


def period(
    since: datetime | None, until: datetime | None, now: int, zone: str
) -> tuple[int, int]:  # fmt: skip
    """From when until before when, UTC ms. Raises click.UsageError."""
    today = local(now, zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    end = until or today + timedelta(days=1)
    begin = since or end - timedelta(days=30)
    if begin >= end:
        raise click.UsageError(f"--since {begin:%Y-%m-%d} does not lie before --until "
                               f"{end:%Y-%m-%d}")  # fmt: skip
    return moment(begin, zone) or 0, moment(end, zone) or 0


def scope_of(
    tx: Tx, config: Config, persona: str | None, account: str | None, circle: str | None
) -> Scope:
    """Of whom it is told; of the brand where nothing is named. Raises click.UsageError."""
    if sum(one is not None for one in (persona, account, circle)) > 1:
        raise click.UsageError("name one of --persona, --account and --circle")
    if account is not None:
        return Scope("account", (account,))
    if circle is not None:
        return Scope("circle", (circle,))
    return Scope() if persona is None else Scope("persona", _accounts(tx, config, persona))


def _accounts(tx: Tx, config: Config, persona: str) -> tuple[str, ...]:
    cast = cast_of(tx, config)
    if persona not in cast.scripts:
        raise click.UsageError(f"no persona {persona!r} serves; {nearest(persona, cast.scripts)}")
    return cast.accounts_of(persona, "contact")
