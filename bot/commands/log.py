"""``onevoice log``: search the reply log."""

from __future__ import annotations

import asyncio
from datetime import datetime
from heapq import merge
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import orjson

from bot.commands.options import beside, read_config
from bot.core.clock import local, to_ms
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.span import parse_span
from bot.offset import clock_of
from bot.store import called, replies
from bot.store.called import Names
from bot.store.engine import Row, Tx
from bot.store.opening import open_store, where

HEARD = "heard"  # the kind of what a machine made of a voice


@click.command()
@beside
@click.option("--since", metavar="T", help="A date, a date and time, or a span like 2h or 3d.")
@click.option("--persona", metavar="P", help="Only this persona.")
@click.option("--member", metavar="M", help="Only to this member.")
@click.option("--text", metavar="Q", help="Only texts that contain this.")
@click.option(
    "--heard", is_flag=True, help="Also what a machine made of members' voices, marked as heard."
)
@click.option("--jsonl", is_flag=True, help="One JSON object a line.")
def log(
    config_path: Path, data: Path | None, since: str | None, persona: str | None,
    member: str | None, text: str | None, heard: bool, jsonl: bool,
) -> None:  # fmt: skip
    """Search everything the brand has said; with --heard, members' voices as words, too."""
    config = read_config(config_path, data)
    path = where(config)
    if isinstance(path, Path) and not path.exists():
        raise BadInput("no database yet", file=path, fix="start 'onevoice run' once")
    from_ = _since(since, config.timezone, clock_of(config).now())
    wanted = {"since": from_, "persona": persona, "member": member, "text": text}

    def show(tx: Tx) -> None:
        names = called.names(tx)
        found = [replies.search(tx, **wanted)]  # type: ignore[arg-type]
        found += [replies.heard(tx, **wanted)] if heard else []  # type: ignore[arg-type]
        for row in merge(*found, key=lambda one: int(one["at"])):
            click.echo(_line(row, jsonl, config.timezone, names))

    asyncio.run(_read(config, show))


async def _read(config: Config, show: object) -> None:
    store = open_store(config, readers=1)
    try:
        await store.read(show)  # type: ignore[arg-type]
    finally:
        store.close()


def _since(text: str | None, zone: str, now: int) -> int | None:
    if text is None:
        return None
    try:
        return now - parse_span(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(
            f"--since {text}: write 2026-11-21, 2026-11-21T09:00 or a span like 2h"
        ) from None
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


def _line(row: Row, jsonl: bool, zone: str, names: Names) -> str:
    if jsonl:
        return orjson.dumps({k: v for k, v in row.items() if k not in ("outbox", "peer")}).decode()
    at = local(row["at"], zone).strftime("%Y-%m-%d %H:%M:%S")
    text, where = " ".join(row["text"].split()), _where(row, names)
    if row["kind"] == HEARD:
        return (f"{at}  {where}  ← {row['member'] or '-'}"
                f"  [heard by {row['operator']}] {text}")  # fmt: skip
    return (f"{at}  {row['persona']} v{row['persona_version']}  {where}"
            f"  → {row['member'] or '-'}  [{row['status']}] {text}")  # fmt: skip


def _where(row: Row, names: Names) -> str:
    """The account by its id, and as the platform calls it."""
    name = called.of(names, row["channel"], row["account"])
    at = f"{row['channel']}/{row['account']}"
    return at if name == row["account"] else f"{at} {name}"
