"""Casts of what a database serves. A persona takes longest to compile, and every test has the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.library.cast import Cast, build
from bot.persona.script import Script
from bot.store import versions
from bot.store.versions import Edition
from tests.contract.conftest import Bench

_COMPILED: dict[tuple[str, ...], Script] = {}
# What a persona is compiled with.
BESIDE = ("brand", "catalogue")


def serving(db: Bench, zone: str, **more: Any) -> Cast:
    """The cast that the library of a process makes of it, which keeps what it has compiled, too."""
    editions = db.read(versions.published)
    keys = {one.name: _key(one, editions) for one in editions if one.kind == "persona"}
    known = {
        (one.name, one.version): replace(found, version=one.version)
        for one in editions
        if one.kind == "persona" and (found := _COMPILED.get(keys[one.name]))
    }
    cast = build(editions, zone, known=known, **more)
    _COMPILED.update({keys[name]: script for name, script in cast.scripts.items()})
    return cast


def _key(persona: Edition, editions: Sequence[Edition]) -> tuple[str, ...]:
    others = sorted(one.digest for one in editions if one.kind in BESIDE)
    return (persona.name, persona.digest, *others)
