"""``onevoice feedback``: what members say of products, by product and theme."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, astuple, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot.commands.database import read, ready
from bot.commands.options import looking
from bot.commands.personas import put_json
from bot.console.cells import lines
from bot.core.clock import local, to_ms
from bot.store import feedback as store
from bot.store.feedback import Group

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@looking
@click.option("--since", type=DAY, metavar="DAY", help="From this day on; default: ever.")
@click.option("--until", type=DAY, metavar="DAY", help="Up to the end of this day.")
@click.option("--product", metavar="NAME", help="Only of one product; '' is the brand itself.")
@click.option("--quotes", is_flag=True, help="CSV of every quote instead of the groups.")
def feedback(
    config_path: Path, data: Path | None, json_out: bool, since: datetime | None,
    until: datetime | None, product: str | None, quotes: bool,
) -> None:  # fmt: skip
    """How often which theme of which product is spoken of, with how many people and what mood.

    As CSV when it is piped. Quotes come without the names of those who said them.
    """
    config = ready(config_path, data)
    zone = config.timezone
    span = (_start(since, zone, 0), _start(until + timedelta(days=1) if until else None, zone,
                                           store.EVER))  # fmt: skip
    if quotes:
        rows = read(config, lambda tx: store.every(tx, *span))
        columns = ["product", "theme", "mood", "quote", "at", "persona"]
        told = (_quote(row, zone) for row in rows if product in (None, row["product"]))
        click.echo(lines([columns, *told]), nl=False)
        return
    groups = read(config, lambda tx: store.grouped(tx, *span, product))
    if json_out:
        put_json({"groups": [asdict(one) for one in groups]})
    elif sys.stdout.isatty():
        _table(groups)
    else:
        head = [one.name for one in fields(Group)]
        click.echo(lines([head, *map(astuple, groups)]), nl=False)


def _start(day: datetime | None, zone: str, otherwise: int) -> int:
    return otherwise if day is None else to_ms(day.replace(tzinfo=ZoneInfo(zone)))


def _quote(row: dict[str, Any], zone: str) -> Sequence[object]:
    at = local(row["at"], zone).strftime("%Y-%m-%d %H:%M")
    return (row["product"], row["theme"], row["mood"], row["quote"], at, row["persona"])


def _table(groups: Sequence[Group]) -> None:
    if not groups:
        click.echo("还没有记下反馈")
    for one in groups:
        moods = "，".join(
            f"{word} {n}" for word, n in (("满意", one.happy), ("不满", one.sad)) if n
        )
        click.echo(f"{one.product or '品牌'} · {one.theme}  {one.n} 条，{one.people} 人"
                   + (f"（{moods}）" if moods else ""))  # fmt: skip
