"""``onevoice init``: a brand's own folder to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from bot.core.errors import BadInput
from bot.library import starter


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--brand", default=starter.BRAND, show_default=True, metavar="NAME",
              help="What the brand is called.")  # fmt: skip
@click.option("--persona", default=starter.PERSONA, show_default=True, metavar="NAME",
              help="What its spokesperson is called.")  # fmt: skip
def init(folder: Path, brand: str, persona: str) -> None:
    """Make DIR with configuration, persona and content of a brand of your own."""
    named = {"--brand": brand, "--persona": persona}
    for option, name in named.items():
        if why := starter.refused(name):
            raise BadInput(f"{option} {name!r}: {why}", fix="write a short name, like 山前")
    made = starter.make(folder, starter.Names(brand=brand, persona=persona))
    place = shlex.quote(str(folder))
    click.echo(f"{len(made)} files in {folder}. Next:\n  cd {place}\n  onevoice check\n"
               "  onevoice run")  # fmt: skip
