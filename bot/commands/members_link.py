"""``onevoice members link``: for whom somebody buys."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.database import ready, user, write
from bot.commands.options import beside
from bot.core.errors import BadInput
from bot.members.kin import GIFT, HOW
from bot.store import kinship
from bot.store.kinship import NotKin

WHY = {"nobody": "there is no such member", "self": "both ids are one person",
       "same": "it stands like that already"}  # fmt: skip


@click.command()
@click.argument("member", metavar="A")
@click.argument("other", metavar="B")
@click.option("--how", type=click.Choice(HOW), default=GIFT, show_default=True,
              help="gift: B uses it; household: both do.")  # fmt: skip
@click.option("--category", default="", metavar="C", help="Only of this category.")
@click.option("--undo", is_flag=True, help="A buys for B no more.")
@beside
def link(
    member: str, other: str, how: str, category: str, undo: bool, config_path: Path,
    data: Path | None,
) -> None:  # fmt: skip
    """What A buys is for B; who pays is worth it, once."""
    config = ready(config_path, data)
    try:
        buyer, uses = write(config, lambda tx, now: kinship.say(
            tx, member, other, how, category, now, user(), on=not undo))  # fmt: skip
    except NotKin as why:
        raise BadInput(f"{member} and {other}: {WHY[str(why)]}",
                       fix="see 'onevoice members show A'") from None  # fmt: skip
    click.echo(f"{buyer} {'no more buys' if undo else 'buys'} for {uses} ({how})")
