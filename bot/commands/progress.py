"""How far long work has come: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.store.shelf import Tell, silent

WIDTH = 30


@contextmanager
def shown() -> Iterator[Tell]:
    """A bar on stderr that says what is being done; it is wiped away at the end."""
    if not sys.stderr.isatty():
        yield silent
        return
    last = ""

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        part = done / total if total else 1.0
        filled = int(part * WIDTH)
        line = f"\r{what:<10} {'█' * filled}{'·' * (WIDTH - filled)} {part:4.0%}"
        if line != last:
            click.echo(line, err=True, nl=False)
            last = line

    try:
        yield tell
    finally:
        click.echo("\r\033[K", err=True, nl=False)
