"""``onevoice consent``: who allows the use of his words or pictures, and who does no more."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.commands import contents
from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.core.clock import to_ms
from bot.store import consenting, ugc
from bot.store.ugc import Consent


@click.group()
def consent() -> None:
    """Consent to user-generated content: add, list, revoke."""


@consent.command()
@click.argument("number", metavar="ID")
@click.option("--who", required=True, metavar="MEMBER", help="A member's id, or a name.")
@click.option("--what", required=True, metavar="TEXT", help="Which words or pictures.")
@click.option("--licence", required=True, metavar="TEXT", help="Where and how long.")
@click.option("--how", required=True, metavar="TEXT", help="How the consent was given.")
@click.option("--given", type=click.DateTime(["%Y-%m-%d"]), help="The day; by default today.")
@click.option("--as", "actor", metavar="NAME", help="Who records it; by default the system's user.")
@beside
def add(number: str, who: str, what: str, licence: str, how: str, given: datetime | None,
        actor: str | None, config_path: Path, data: Path | None) -> None:  # fmt: skip
    """Record a consent under the ID that templates name."""
    config = ready(config_path, data)
    day = to_ms(given.replace(tzinfo=ZoneInfo(config.timezone))) if given else None
    write(config, lambda tx, now: consenting.record(tx, Consent(
        id=number, who=who, what=what, licence=licence, how=how, given_at=day or now,
        recorded_by=actor or user(), recorded_at=now)))  # fmt: skip
    click.echo(f"{number}: recorded")


@consent.command("list")
@click.option("--who", default="", metavar="MEMBER", help="Only of one person.")
@looking
def listing(who: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """All consents, the latest first."""
    config = ready(config_path, data)
    found = read(config, lambda tx: ugc.everybody(tx, who))
    contents.show_consents(found, config.timezone, json_out)


@consent.command()
@click.argument("number", metavar="ID")
@click.option("--reason", default="", metavar="TEXT", help="It stands in the history.")
@click.option("--as", "actor", metavar="NAME", help="Who revokes it; by default the system's user.")
@beside
def revoke(number: str, reason: str, actor: str | None, config_path: Path,
           data: Path | None) -> None:  # fmt: skip
    """What stands on it is used no more; what waits to leave is cancelled."""
    config = ready(config_path, data)
    found = write(config, lambda tx, now: consenting.revoke(tx, number, actor or user(), now,
                                                            reason))  # fmt: skip
    click.echo(f"{number}: revoked; {found.cancelled} messages cancelled, {found.dropped} pooled "
               f"steps dropped, {found.tasks} tasks on the platform are called off")  # fmt: skip
