"""``onevoice health``: how customer groups are, and were."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from bot.commands.casting import setting_of
from bot.commands.database import read, ready
from bot.commands.options import looking
from bot.commands.personas import put_json
from bot.community.grouphealth import PLACES, Figures, Health
from bot.library.speech import Setting
from bot.offset import clock_of
from bot.store import grouphealth
from bot.store.engine import Row, Tx
from scheduler import healthing

MOST = 500


@click.group()
def health() -> None:
    """How groups are: a score by published weights, and what to do."""


@health.command()
@click.argument("chat", default="")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 31))
@looking
def group(chat: str, days: int, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every customer group, or CHAT (id or name) with its parts, advice and weeks."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> list[dict[str, Any]]:
        setting = setting_of(tx, config, now)
        rows = [row for row in grouphealth.chats(tx, n=MOST)
                if not chat or chat in (row["id"], row["name"])]  # fmt: skip
        if chat and not rows:
            raise click.UsageError(f"there is no customer group {chat!r}")
        return [doc(tx, setting, *one, whole=bool(chat))
                for one in healthing.lately(tx, setting, rows, days)]  # fmt: skip

    found = read(config, look)
    if json_out:
        put_json({"days": days, "groups": found})
    elif chat:
        for one in found:
            _put_one(one)
    else:
        rows = [(one["name"] or one["chat"], one["circle"], _score(one["score"]),
                 f"{one['measured']}%", one["figures"]["members"], one["figures"]["joined"],
                 one["figures"]["left"]) for one in found]  # fmt: skip
        head = ("group", "circle", "score", "measured", "members", "joined", "left")
        click.echo(tabulate(rows, head, tablefmt="plain") if rows else "there are no groups")


def doc(
    tx: Tx, setting: Setting, row: Row, found: Figures, made: Health, *, whole: bool
) -> dict[str, Any]:  # fmt: skip
    """One group as data."""
    told: dict[str, Any] = {
        "chat": row["id"], "name": row["name"], "circle": healthing.circle_of(setting, row),
        "score": made.score, "measured": made.measured, "figures": asdict(found),
        "parts": [asdict(one) for one in made.parts],
        "advice": [{"part": one.name, "at": f"/console{PLACES[one.name]}"} for one in made.advice],
    }  # fmt: skip
    if whole:
        told["weeks"] = [{"week": one.week, "score": one.score, "measured": one.measured,
                          **asdict(one.figures)}
                         for one in grouphealth.history(tx, row["id"])]  # fmt: skip
    return told


def _score(score: int | None) -> str:
    return "not measurable" if score is None else str(score)


def _put_one(one: dict[str, Any]) -> None:
    click.echo(f"{one['name'] or one['chat']}: {_score(one['score'])} "
               f"(rests on {one['measured']}% of the weights)")  # fmt: skip
    rows = [(part["name"], "not measurable" if part["value"] is None else part["value"],
             part["why"] if part["worth"] is None else part["worth"], part["weight"])
            for part in one["parts"]]  # fmt: skip
    click.echo(tabulate(rows, ("part", "value", "worth", "weight"), tablefmt="plain"))
    for advice in one["advice"]:
        click.echo(f"look at {advice['part']}: {advice['at']}")
    weeks = [(week["week"], _score(week["score"]), f"{week['measured']}%", week["members"])
             for week in one["weeks"]]  # fmt: skip
    if weeks:
        click.echo(tabulate(weeks, ("week", "score", "measured", "members"), tablefmt="plain"))
