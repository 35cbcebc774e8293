"""``onevoice ask``: talk to a persona in the terminal. No database, no network."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import orjson

from bot.adapters.embeddings import Embeddings, open_embeddings
from bot.commands.options import read_config, with_config
from bot.core.body import plain
from bot.core.clock import SystemClock
from bot.core.config import Config, Content, Wecom
from bot.core.errors import BadInput
from bot.core.findings import ERROR
from bot.library.disk import Disk, read_disk
from bot.library.programme import programme_of
from bot.persona.script import Script
from bot.persona.taker import Taker
from bot.persona.talk import Talker, as_json
from bot.studio.render import Shelf


@click.command()
@click.argument("persona")
@with_config
@click.option("--personas", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Folder of the persona scripts.")  # fmt: skip
@click.option("--content", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Folder of the templates.")  # fmt: skip
@click.option("--jsonl", is_flag=True, help="JSON values in, one JSON line out for each.")
def ask(
    persona: str, config_path: Path, personas: Path | None, content: Path | None, jsonl: bool
) -> None:
    """Talk to PERSONA."""
    config = _config(config_path, personas, content)
    talker = Talker(_script(persona, read_disk(config), config))
    (_jsonl if jsonl else _chat)(talker)


def _config(path: Path, personas: Path | None, content: Path | None) -> Config:
    """The configuration; a folder of its own needs none."""
    if personas is not None and not path.exists():
        config = Config(wecom=Wecom(corp_id="-"), home=Path.cwd())
    else:
        config = read_config(path)
    folders: Content = config.content
    if personas is not None:
        folders = replace(folders, personas=str(personas.resolve()))
    if content is not None:
        folders = replace(folders, templates=str(content.resolve()))
    return replace(config, content=folders)


def _script(persona: str, disk: Disk, config: Config) -> Script:
    if persona not in disk.personas:
        for finding in disk.findings:
            if finding.severity == ERROR and f"/{persona}/" in f"/{finding.file}":
                raise BadInput(finding.message, file=finding.file, line=finding.line,
                               fix=finding.fix)  # fmt: skip
        known = ", ".join(sorted(disk.personas)) or "none"
        raise click.UsageError(f"no persona {persona!r} in {config.personas_dir}; known: {known}")
    return Script.of(disk.personas[persona], disk.brand, Shelf.of(disk.templates.values()),
                     zone=config.timezone, meaning=_meaning(config),
                     doors=[circle.door for circle in disk.circles.values()],
                     taker=Taker.of(programme_of(disk.activities.values(),
                                                 disk.communities.values())))  # fmt: skip


def _meaning(config: Config) -> Embeddings | None:
    """Embeddings when config.toml asks for them; their cache stays in the data folder."""
    return open_embeddings(config, config.data_dir / "embeddings", patient=True)


def _jsonl(talker: Talker) -> None:
    clock = SystemClock()
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        text, member = _question(line, number)
        decision = talker.say(text, member, clock.now())
        sys.stdout.write(orjson.dumps(as_json(decision)).decode() + "\n")
        sys.stdout.flush()


def _question(line: str, number: int) -> tuple[str, str]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, str):
        return value, f"\x00{number}"  # a new unknown member each
    if isinstance(value, dict) and isinstance(value.get("text"), str):
        return value["text"], str(value.get("member", f"\x00{number}"))
    raise BadInput('wants a JSON string or {"text": …, "member": …}', file="<stdin>", line=number)


def _lines() -> Iterator[str]:
    while True:
        try:
            yield input("> ")
        except EOFError:
            return


def _chat(talker: Talker) -> None:
    clock = SystemClock()
    for text in _lines():
        decision = talker.say(text, "terminal", clock.now())
        for draft in decision.drafts:
            click.echo(plain(draft.body))
        click.echo(click.style(f"  {decision.rule or '-'} · {decision.score:.2f} · {decision.why}",
                               dim=True))  # fmt: skip
