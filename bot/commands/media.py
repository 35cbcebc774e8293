"""``onevoice media``: the files that go with messages."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from bot.commands.database import has_database, read
from bot.commands.options import beside, looking, read_config, with_config
from bot.core.config import Config
from bot.library.disk import read_disk
from bot.library.imports.read import bytes_of
from bot.library.media import MOST, Known, MediaItem, add, know, library, remove, scan
from bot.store.versions import Edition


@click.group()
def media() -> None:
    """Files under content/assets: list, add, remove."""


@media.command("list")
@looking
def listing(config_path: Path, data: Path | None, json_out: bool) -> None:
    """Every file: what it is, where it is used, where it fits, what the platform has of it."""
    config = read_config(config_path, data)
    items = scan(config)
    items = library(config, items, _known(config, [item.digest for item in items]))
    if json_out:
        click.echo(orjson.dumps({"files": [item.as_dict() for item in items]}).decode())
        return
    for item in items:
        click.echo(_line(item))


@media.command("add")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", metavar="NAME", help="Under content/assets; default: the file's own name.")
@with_config
def adding(file: Path, name: str | None, config_path: Path) -> None:
    """Keep FILE. What is there already is never replaced."""
    item = add(read_config(config_path), name or file.name, bytes_of(file, MOST))
    click.echo(_line(item))


@media.command("remove")
@click.argument("name")
@beside
def removing(name: str, config_path: Path, data: Path | None) -> None:
    """Take NAME away, unless something uses it."""
    config = read_config(config_path, data)
    remove(config, name, _known(config, []))
    click.echo(f"{name} is gone")


def _known(config: Config, digests: list[str]) -> Known:
    """Before there is a database, the folders are all that is known."""
    if has_database(config):
        return read(config, lambda tx: know(tx, digests))
    return Known(tuple(Edition(kind=s.kind, name=s.name, version=0, digest="", files=s.files)
                       for s in read_disk(config).sources))  # fmt: skip


def _line(item: MediaItem) -> str:
    """``cover.png  12.3 KB  640x480  用于 [media] cover  可作 …``"""
    pixels = "x".join(map(str, item.facts.pixels)) if item.facts.pixels else item.facts.type
    uses = "、".join(use.what for use in item.uses) or "还没有用到"
    fits = "；".join(fit.place for fit in item.fits if fit.ok) or "哪里都发不了"
    return f"{item.name}  {item.facts.size / 1024:.1f} KB  {pixels}  用于：{uses}  可作：{fits}"
