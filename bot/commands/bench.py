"""``onevoice bench``: the benchmarks, each against its own floor."""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import orjson
from tabulate import tabulate

from bot.bench.frame import Result
from bot.commands.options import as_json

# Each has a function ``measure(progress)``; contract section 6 says what it measures.
MODULES = {name: f"bot.bench.{name}" for name in
           ("ingest", "deliver", "dialogue", "audience", "render", "tick")}  # fmt: skip
# What the floor of each is, for people; docs/benchmarks.md says more.
FLOORS = {
    "ingest": "the same web server, which decrypts and answers but keeps nothing",
    "deliver": "the bare HTTP client on the same stub, without a store",
    "dialogue": "character bigrams with TF-IDF and a cosine over the same wordings",
    "audience": "the same segments as SQL written by hand",
    "render": "plain Jinja2 with the same text and the same values",
    "tick": "the bare claim in SQL, without our code",
}


@click.command()
@click.argument("name", required=False, type=click.Choice(list(MODULES)), metavar="[NAME]")
@as_json
@click.option(
    "--data",
    default=None,
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder on the disk to be measured; by default the system's temporary one.",
)
def bench(name: str | None, json_out: bool, data: Path | None) -> None:  # fmt: skip
    """Measure NAME, or everything: each as a ratio to its own floor in the same run."""
    if data is not None:
        tempfile.tempdir = str(data.resolve())
    wanted = [name] if name else list(MODULES)
    found = [_measure(one, _teller()) for one in wanted]
    if json_out:
        documents = [_document(results) for results in found]
        click.echo(orjson.dumps(documents[0] if name else documents))
    else:
        _show([result for results in found for result in results])


def _measure(name: str, progress: Callable[[str], None]) -> list[Result]:
    progress(name)
    results: list[Result] = importlib.import_module(MODULES[name]).measure(progress)
    return results


def _document(results: Sequence[Result]) -> dict[str, Any]:
    """A benchmark's main result, with its further figures under ``more``."""
    main, *more = (result.as_json() for result in results)
    return {**main, "more": more} if more else main


def _teller() -> Callable[[str], None]:
    """Says on a terminal what is being measured; nothing when piped."""
    if not sys.stderr.isatty():
        return lambda step: None
    return lambda step: click.echo(f"\r\033[K{step}", err=True, nl=False)


COLUMNS = ("benchmark", "value", "unit", "floor", "to the floor", "to the usual")


def _show(results: Sequence[Result]) -> None:
    rows = [(one.name, f"{one.value:g}", one.unit, f"{one.floor:g}", f"{one.ratio_to_floor:.1%}",
             "" if one.ratio_to_usual is None else f"{one.ratio_to_usual:g} ×")
            for one in results]  # fmt: skip
    click.echo(tabulate(rows, headers=COLUMNS, disable_numparse=True))
    for one in results:
        if one.detail:
            click.echo(f"\n{one.name}: " + ", ".join(f"{k} {v}" for k, v in one.detail.items()))
    for name in dict.fromkeys(one.name.partition(".")[0] for one in results):
        click.echo(f"\nfloor of {name}: {FLOORS[name]}")
