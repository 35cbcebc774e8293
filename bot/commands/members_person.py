"""``onevoice members export-person``: what is held of one person, for himself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import orjson

from bot.commands.database import ready, user, write
from bot.commands.options import beside
from bot.core.errors import BadInput
from bot.library.personpage import page
from bot.store import dossier, lookups
from bot.store.engine import Tx

folder = click.Path(path_type=Path, file_okay=False)


@click.command("export-person")
@click.argument("member", metavar="ID")
@click.option("--out", required=True, metavar="DIR", type=folder,
              help="A folder for person.json (all of it) and person.html.")  # fmt: skip
@beside
def export_person(member: str, out: Path, config_path: Path, data: Path | None) -> None:
    """Write everything that is held of the person ID, for machines and for himself."""
    config = ready(config_path, data)

    def work(tx: Tx, now: int) -> dict[str, Any] | None:
        found = dossier.of(tx, member, now)
        if found is not None:
            lookups.note(tx, user(), found["ids"][0], "export", now, config.timezone)
        return found

    found = write(config, work)
    if found is None:
        raise BadInput(f"no member {member!r}", fix="'onevoice members export' lists all")
    out.mkdir(parents=True, exist_ok=True)
    _put(out / "person.json", orjson.dumps(found, option=orjson.OPT_INDENT_2))
    _put(out / "person.html", page(found, config.timezone).encode())
    rows = sum(len(one) for one in found["tables"].values())
    click.echo(f"{rows} rows of {len(found['tables'])} tables in {out / 'person.json'}; "
               f"to be read: {out / 'person.html'}")  # fmt: skip


def _put(path: Path, content: bytes) -> None:
    """A new file that only its owner may read. Raises BadInput when there is one."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            stream.write(content)
    except FileExistsError:
        raise BadInput(f"{path} exists", fix="name an empty folder") from None
