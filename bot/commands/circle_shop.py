"""``onevoice circle store``, ``stores`` and ``hand``: which store somebody is of."""

from __future__ import annotations

from pathlib import Path

import click
from tabulate import tabulate

from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.commands.personas import put_json
from bot.core.decode import nearest
from bot.store import people, shops
from bot.store.engine import Tx
from bot.store.shops import Kind

KINDS: dict[str, Kind] = {"account": "account", "member": "member"}


@click.command("store")
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.argument("name", metavar="ID")
@click.argument("store", default="")
@beside
def set_store(kind: str, name: str, store: str, config_path: Path, data: Path | None) -> None:
    """An account or a member is of this STORE; without one, of none."""
    config = ready(config_path, data)

    def act(tx: Tx, now: int) -> None:
        if kind == "member" and people.known(tx, name) is None:
            raise click.UsageError(f"there is no member {name!r}")
        shops.put(tx, KINDS[kind], name, store, now, actor=user())

    write(config, act)
    click.echo(f"{name}: of {store or 'no store'}")


@click.command("stores")
@looking
def list_stores(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every store with how many accounts and members are of it."""
    found = read(ready(config_path, data), shops.stores)
    if json_out:
        put_json({"stores": found})
        return
    rows = [(row["store"], row["accounts"], row["members"]) for row in found]
    click.echo(tabulate(rows, headers=("store", "accounts", "members")))


@click.command("hand")
@click.argument("member")
@click.argument("store")
@click.option("--note", required=True, metavar="TEXT", help="What the store should know of him.")
@beside
def hand_over(member: str, store: str, note: str, config_path: Path, data: Path | None) -> None:
    """MEMBER goes over to a STORE, with a note for its colleagues."""

    def act(tx: Tx, now: int) -> list[str]:
        if people.known(tx, member) is None:
            raise click.UsageError(f"there is no member {member!r}")
        takers = shops.hand(tx, member, store, note, now, actor=user())
        if not takers:
            known = [row["store"] for row in shops.stores(tx) if row["accounts"]]
            fix = nearest(store, known) if known else "set one: circle store account ID STORE"
            raise click.UsageError(f"no account is of the store {store!r}; {fix}")
        return takers

    takers = write(ready(config_path, data), act)
    click.echo(f"{member}: of {store}; to be added by {', '.join(takers)}")


SHOPS = (set_store, list_stores, hand_over)
