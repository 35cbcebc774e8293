"""``onevoice formula``: members x LTV x fission coefficient, and the members behind the factors."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from bot.commands.database import read, ready
from bot.commands.options import looking
from bot.commands.period import period, scope_of, with_period, with_scope
from bot.commands.personas import put_json, time
from bot.core.money import amount
from bot.members.formula import Scope, Value, half_up
from bot.offset import clock_of
from bot.store import formula as values
from bot.store.engine import Tx
from bot.store.formula import Line, Part

PARTS: dict[str, Part] = {"members": "", "stock": "stock", "own": "own", "invited": "invited"}


@click.command()
@with_period
@with_scope
@click.option("--rows", "part", type=click.Choice(list(PARTS)), help="The members behind it.")
@looking
def formula(since: datetime | None, until: datetime | None, persona: str | None,
            account: str | None, circle: str | None, part: str | None, config_path: Path,
            data: Path | None, json_out: bool) -> None:  # fmt: skip
    """What the private domain is worth in a period: members x LTV x fission coefficient."""
    config = ready(config_path, data)
    span = period(since, until, clock_of(config).now(), config.timezone)

    def look(tx: Tx) -> tuple[Scope, Value, list[Line]]:
        scope = scope_of(tx, config, persona, account, circle)
        lines = values.every(tx, scope, *span, PARTS[part]) if part else ()
        return scope, values.of(tx, scope, *span), list(lines)

    scope, value, lines = read(config, look)
    if json_out:
        rows = {"rows": [asdict(one) | {"ltv": amount(one.ltv)} for one in lines]} if part else {}
        put_json({"since": span[0], "until": span[1], "scope": scope.kind,
                  "places": list(scope.places), **_document(value), **rows})  # fmt: skip
        return
    click.echo("{members} 位会员 × 人均贡献 {ltv} × 裂变系数 {coefficient} = {product}".format(
        **_document(value)))  # fmt: skip
    click.echo(f"期初 {value.stock}，自己来的 {value.own}，被邀请来的 {value.invited}；"
               f"贡献共 {amount(value.contribution)}")  # fmt: skip
    if part:
        table = [(one.member, one.name, time(one.first_at, config.timezone), one.part, one.inviter,
                  amount(one.paid), amount(one.refunded), amount(one.cost), amount(one.ltv))
                 for one in lines]  # fmt: skip
        click.echo(tabulate(table, headers=HEADERS, disable_numparse=True))


HEADERS = ("member", "name", "since", "part", "inviter", "paid", "refunded", "cost", "ltv")


def _document(value: Value) -> dict[str, Any]:
    return {"members": value.members, "stock": value.stock, "own": value.own,
            "invited": value.invited, "hosts": value.hosts,
            "contribution": amount(value.contribution), "ltv": amount(half_up(value.ltv)),
            "coefficient": f"{Decimal(half_up(value.coefficient * 10_000)).scaleb(-4)}",
            "product": amount(value.product)}  # fmt: skip
