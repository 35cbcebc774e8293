"""Immutable versions of what people edit, and which one is published."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.store.engine import Tx

Mark = tuple[str, str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One published version; ``files`` maps file names to text."""

    kind: str
    name: str
    version: int
    digest: str
    files: Mapping[str, str]


def digest(files: Mapping[str, str]) -> str:
    """Equal for equal files."""
    return hashlib.sha256(_source(files).encode()).hexdigest()


def publish(
    tx: Tx, kind: str, name: str, files: Mapping[str, str], author: str, now: int
) -> tuple[int, bool]:
    """Makes these files the published version; (its number, whether it is a new one).

    Files equal to the latest version make no new one.
    """
    number, new = draft(tx, kind, name, files, author, now)
    tx.run("publish", kind=kind, name=name, version=number, now=now)
    return number, new


def draft(
    tx: Tx, kind: str, name: str, files: Mapping[str, str], author: str, now: int
) -> tuple[int, bool]:
    """Keeps these files as a version that does not serve; (its number, whether it is new)."""
    mark = digest(files)
    latest = tx.row("version_latest", kind=kind, name=name)
    if latest is not None and latest["digest"] == mark:
        return int(latest["version"]), False
    number = 1 if latest is None else latest["version"] + 1
    tx.run("version_add", kind=kind, name=name, version=number, digest=mark,
           source=_source(files), author=author, now=now)  # fmt: skip
    return number, True


def withdraw(tx: Tx, kind: str, name: str) -> None:
    """Nothing of this name is published any more; its versions stay."""
    tx.run("unpublish", kind=kind, name=name)


def published(tx: Tx) -> list[Edition]:
    """Everything that serves now."""
    return [
        Edition(kind=r["kind"], name=r["name"], version=r["version"], digest=r["digest"],
                files=json.loads(r["source"]))
        for r in tx.rows("published_all")
    ]  # fmt: skip


def marks(tx: Tx) -> list[Mark]:
    """Which version of everything serves now: all that is needed to see whether that changed."""
    return [(r["kind"], r["name"], r["version"]) for r in tx.rows("published_marks")]


def _source(files: Mapping[str, str]) -> str:
    return json.dumps(dict(files), ensure_ascii=False, sort_keys=True)
