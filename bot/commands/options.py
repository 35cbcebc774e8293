"""Options that many commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.core.config import Config, load_config
from bot.core.decode import nearest

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def with_config(fn: F) -> F:
    """``--config PATH``."""
    return click.option(
        "--config", "config_path", default="config.toml", show_default=True, metavar="PATH",
        type=click.Path(path_type=Path), help="The configuration file.",
    )(fn)  # fmt: skip


def with_data(fn: F) -> F:
    """``--data DIR``."""
    return click.option(
        "--data", default=None, metavar="DIR", type=click.Path(path_type=Path),
        help="Folder of the database, instead of the one in the configuration.",
    )(fn)  # fmt: skip


def as_json(fn: F) -> F:
    """``--json``."""
    return click.option("--json", "json_out", is_flag=True, help="One JSON document on stdout.")(fn)


def beside(fn: F) -> F:
    """``--config`` and ``--data``: a command beside the database."""
    return with_config(with_data(fn))


def looking(fn: F) -> F:
    """The same and ``--json``: a command that shows what is there."""
    return beside(as_json(fn))


def served(there: Mapping[str, T], kind: str, name: str, fix: str) -> T:
    """What serves under a name. Raises click.UsageError with the nearest, or ``fix`` where there is
    nothing."""
    found = there.get(name)
    if found is None:
        raise click.UsageError(
            f"there is no {kind} {name!r}; {nearest(name, there) if there else fix}"
        )
    return found


def read_config(path: Path, data: Path | None = None) -> Config:
    """The configuration with ``--data`` applied. Raises BadInput or click.UsageError."""
    config = load_config(path)
    if data is None:
        return config
    if config.store.url.startswith("postgres"):
        raise click.UsageError("--data names a folder, but [store] url is PostgreSQL; leave it out")
    return replace(config, store=replace(config.store, data=str(data.resolve())))
