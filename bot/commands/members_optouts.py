"""``onevoice members optouts``: what a person said no to, in one place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
import orjson

from bot.commands.database import read, ready, user, write
from bot.commands.options import looking
from bot.core.errors import BadInput
from bot.store import optouts
from bot.store.engine import Tx
from bot.store.optouts import CHOICES, Wish


@click.command("optouts")
@click.argument("member", metavar="ID")
@click.option("--set", "settings", multiple=True, metavar="SCOPE=CHOICE",
              help="Set a scope on his word, as often as you like.")  # fmt: skip
@looking
def show_optouts(
    member: str, settings: tuple[str, ...], config_path: Path, data: Path | None, json_out: bool
) -> None:  # fmt: skip
    """What the person ID wants to get, and what his data may be used for."""
    config = ready(config_path, data)
    wanted = [_pair(one) for one in settings]
    if _of(read(config, lambda tx: optouts.of(tx, member)), member) and wanted:

        def work(tx: Tx, now: int) -> None:
            for scope, choice in wanted:
                optouts.put(tx, member, scope, choice, user(), now)

        write(config, work)
    found = _of(read(config, lambda tx: optouts.of(tx, member)), member)
    if json_out:
        click.echo(orjson.dumps({one.scope: asdict(one) for one in found}).decode())
        return
    for one in found:
        more = one.note or f"may be {', '.join(one.choices)}"
        click.echo(f"{one.scope:<12} {one.holds:<10} ({more})")


def _pair(text: str) -> tuple[str, str]:
    scope, _, choice = text.partition("=")
    if choice in CHOICES.get(scope, ()):
        return scope, choice
    fix = "; ".join(f"{name}={'|'.join(choices)}" for name, choices in CHOICES.items())
    raise BadInput(f"--set {text}: no such wish", fix=f"one of {fix}")


def _of(found: list[Wish] | None, member: str) -> list[Wish]:
    if found is None:
        raise BadInput(f"no member {member!r}", fix="'onevoice members export' lists all")
    return found
