"""``onevoice segment``: audiences with a name: what they mean, how many they hold, who and why."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from tabulate import tabulate

from bot.commands.casting import cast_of
from bot.commands.database import read, ready, user, write
from bot.commands.options import beside, looking
from bot.commands.personas import put_json, time
from bot.commands.progress import shown
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.library.segments import Counted
from bot.offset import clock_of
from bot.store import audience, audit, people, segments
from bot.store.engine import Tx
from scheduler.reasons import Reason, Verdict

COLUMNS = ("name", "members", "words", "changed", "by")


@click.group()
def segment() -> None:
    """Segments: list, show, save, count, export, why."""


@segment.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """All segments, and how many members each holds now."""
    config = ready(config_path, data)
    now = clock_of(config).now()
    found = read(config, lambda tx: meant.counted(tx, cast_of(tx, config), now))
    if json_out:
        put_json({"segments": [_document(one) for one in found]})
        return
    rows = [(one.segment.name, one.wrong if one.count is None else f"{one.count:,}",
             one.segment.words, time(one.segment.changed_at, config.timezone),
             one.segment.changed_by) for one in found]  # fmt: skip
    click.echo(tabulate(rows, headers=COLUMNS, disable_numparse=True))


@segment.command()
@click.argument("name")
@looking
def show(name: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """The words of NAME, who wrote them, how many it holds now, and its history."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> tuple[Counted, list[dict[str, Any]]]:
        cast = cast_of(tx, config)
        if (one := segments.get(tx, name)) is None:
            meant.of(tx, cast, name)  # says which is the nearest
            raise AssertionError
        found = Counted(one, audience.count(tx, meant.of(tx, cast, name), now))
        return found, audit.history(tx, "segment", name)

    found, history = read(config, look)
    if json_out:
        past = [{key: row[key] for key in ("at", "actor", "before", "after")} for row in history]
        put_json(_document(found) | {"history": past})
        return
    click.echo(f"{name}: {found.count:,} members\n{found.segment.words}")
    for row in history:
        click.echo(f"{time(row['at'], config.timezone)}  {row['actor']}: {row['after']}")


@segment.command()
@click.argument("name")
@click.argument("words")
@click.option("--as", "actor", metavar="NAME", help="Who does it; by default the system's user.")
@beside
def save(
    name: str, words: str, actor: str | None, config_path: Path, data: Path | None
) -> None:  # fmt: skip
    """Make the segment NAME, or give it other words: 'tag:常客 AND active<30d'."""
    config = ready(config_path, data)
    changed = write(config, lambda tx, now: meant.save(tx, cast_of(tx, config), name, words,
                                                       actor or user(), now))  # fmt: skip
    click.echo(f"{name}: {'saved' if changed else 'it has these words already'}")


@segment.command()
@click.argument("words", metavar="WORDS")
@looking
def count(words: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """How many members the audience WORDS holds now; of a segment: segment:NAME."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> int:
        return audience.count(tx, meant.meaning(tx, cast_of(tx, config), words), now)

    found = read(config, look)
    if json_out:
        put_json({"words": words, "count": found})
    else:
        click.echo(f"{found:,}")


@segment.command()
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@beside
def export(name: str, file: Path, config_path: Path, data: Path | None) -> None:
    """Write everybody who is in NAME into FILE: CSV, or JSON lines when it ends in .jsonl."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def work(tx: Tx) -> int:
        wanted = meant.of(tx, cast_of(tx, config), name)
        total = audience.count(tx, wanted, now)
        with shown() as tell:
            return meant.write_file(tx, wanted, now, file, config.timezone,
                                    tell=lambda done: tell("exporting", done, total))  # fmt: skip

    try:
        click.echo(f"{read(config, work)} members in {file}")
    except OSError as exc:
        raise BadInput(f"cannot be written: {exc.strerror}", file=str(file),
                       fix="name another place") from None  # fmt: skip


@segment.command()
@click.argument("name")
@click.argument("member", metavar="MEMBER")
@looking
def why(name: str, member: str, config_path: Path, data: Path | None, json_out: bool) -> None:
    """Whether MEMBER is in NAME, and which conditions decide it."""
    config = ready(config_path, data)
    now = clock_of(config).now()

    def look(tx: Tx) -> Verdict:
        if people.known(tx, member) is None:
            raise BadInput(f"there is no member {member!r}",
                           fix="write the id that the log or the platform shows")  # fmt: skip
        return meant.why(tx, meant.of(tx, cast_of(tx, config), name), member, now)

    found = read(config, look)
    if json_out:
        put_json({"segment": name, "member": member, "belongs": found.belongs,
                  "because": [_reason(one) for one in found.because]})  # fmt: skip
        return
    click.echo(f"{member} is {'in' if found.belongs else 'not in'} {name}")
    for one in found.because:
        known = _known(one, config.timezone)
        click.echo(f"  {'yes' if one.holds else 'no '}  {one.said}   known: {known}")


def _document(one: Counted) -> dict[str, Any]:
    return asdict(one.segment) | {"count": one.count, "wrong": one.wrong}


def _reason(one: Reason) -> dict[str, Any]:
    found = sorted(one.found) if isinstance(one.found, frozenset) else one.found
    return {"said": one.said, "holds": one.holds, "found": found}


def _known(one: Reason, zone: str) -> str:
    if isinstance(one.found, frozenset):
        return ", ".join(sorted(one.found)) or "nothing"
    return "never" if one.found is None else time(one.found, zone)
