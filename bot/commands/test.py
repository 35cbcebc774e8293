"""``onevoice test``: the conversation tests kept beside personas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bot.commands.lint import show
from bot.commands.options import as_json, read_config, with_config
from bot.core.config import Config
from bot.core.findings import ERROR
from bot.core.textfile import read_text
from bot.library.disk import Disk, read_disk
from bot.library.programme import programme_of
from bot.persona.script import Script
from bot.persona.taker import Taker
from bot.persona.trials.coverage import Coverage, coverage
from bot.persona.trials.play import Miss, Played, play
from bot.persona.trials.read import Trial, parse_trials
from bot.studio.render import Shelf

SHOWN = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Sat:
    """All tests of one persona, played."""

    coverage: Coverage
    played: tuple[Played, ...]


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…]", type=click.Path(path_type=Path, exists=True))
@with_config
@as_json
def test(paths: Sequence[Path], config_path: Path, json_out: bool) -> None:
    """Play the conversation tests of all personas, or those under PATH."""
    config = read_config(config_path)
    disk = read_disk(config)
    wanted = {path.resolve() for path in paths}
    sat = list(_sit(config, disk, wanted))
    played = [one for persona in sat for one in persona.played]
    if not played:
        raise click.UsageError(f"no tests under {', '.join(map(str, paths)) or config.personas_dir}"
                               "; they stand in personas/<id>/tests/*.toml")  # fmt: skip
    misses = [one.miss for one in played if one.miss]
    broken = [f for f in disk.findings if f.severity == ERROR]
    if not json_out:
        _tell(misses, sat)
    show([*broken, *(miss.finding() for miss in misses)] if json_out else broken, json_out,
         f"{len(played) - len(misses)} of {len(played)} conversations went as written",
         tests=len(played), failed=len(misses),
         coverage={one.coverage.persona: one.coverage.as_json() for one in sat})  # fmt: skip
    if misses:
        raise click.exceptions.Exit(1)


def _sit(config: Config, disk: Disk, wanted: set[Path]) -> Iterator[Sat]:
    shelf = Shelf.of(disk.templates.values())
    doors = [circle.door for circle in disk.circles.values()]
    taker = Taker.of(programme_of(disk.activities.values(), disk.communities.values()))
    for name, persona in disk.personas.items():
        files = list(_files(config.personas_dir / name / "tests", wanted))
        if not files:
            continue
        script = Script.of(persona, disk.brand, shelf, disk.goods, zone=config.timezone,
                           doors=doors, taker=taker)  # fmt: skip
        trials = [trial for path in files for trial in _trials(path, name, config.timezone)]
        played = tuple(play(script, trial) for trial in trials)
        touched = (rule for one in played for rule in one.touched)
        yield Sat(coverage=coverage(script, touched), played=played)


def _trials(path: Path, persona: str, zone: str) -> tuple[Trial, ...]:
    shown = f"personas/{persona}/tests/{path.name}"
    return parse_trials(read_text(path, shown), shown, zone)


def _files(folder: Path, wanted: set[Path]) -> Iterator[Path]:
    for path in sorted(folder.glob("*.toml")):
        here = path.resolve()
        if not wanted or here in wanted or wanted & set(here.parents):
            yield path


def _tell(misses: Sequence[Miss], sat: Sequence[Sat]) -> None:
    for miss in misses:
        click.echo(f"{miss.trial.file}:{miss.step.line}: 「{miss.trial.name}」 "
                   f"step {miss.number}, {miss.step.shown}")  # fmt: skip
        for part in miss.differences:
            click.echo(f"  {part.what:<9}- {part.expected}")
            got = part.got.replace("\n", "\n" + " " * 13)
            click.echo(f"  {'':<9}+ {got}")
        if miss.why:
            click.echo(f"  {'why':<9}  {miss.why}")
    for one in (persona.coverage for persona in sat):
        rest = ", ".join(one.untouched[:SHOWN])
        more = f" and {len(one.untouched) - SHOWN} more" if len(one.untouched) > SHOWN else ""
        click.echo(f"{one.persona}: {one.touched} of {one.total} answers are touched by a test"
                   + (f"; not: {rest}{more}" if rest else ""))  # fmt: skip
