"""Which files of content/assets a version names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.core.errors import BadInput
from bot.library import assets
from bot.persona.brand import parse_brand
from bot.persona.load import understand
from bot.store.versions import Edition
from bot.studio.assets import needs
from bot.studio.parse import parse_files

KEPT = 500  # versions whose files are remembered


def named(edition: Edition) -> tuple[str, ...]:
    """The files that a version names; a broken draft names none."""
    return _named(_Kept(edition.kind, edition.name, edition.digest, edition))


@dataclass(frozen=True, slots=True)
class _Kept:
    """A version, which never changes, by what makes it equal to itself."""

    kind: str
    name: str
    digest: str
    edition: Edition = field(compare=False)


@lru_cache(KEPT)
def _named(kept: _Kept) -> tuple[str, ...]:
    read = _READ.get(kept.kind)
    try:
        return tuple(read(kept.edition)) if read else ()
    except BadInput:
        return ()


def _by_template(edition: Edition) -> list[str]:
    return [need.name for need in needs(parse_files(edition.name, edition.files))]


def _by_persona(edition: Edition) -> list[str]:
    persona = understand(edition.files, f"personas/{edition.name}").persona
    return _kit(persona.kit if persona else {})


def _by_brand(edition: Edition) -> list[str]:
    return _kit(parse_brand(next(iter(edition.files.values())), "personas/brand.toml").kit)


def _kit(kit: Mapping[str, str]) -> list[str]:
    """A kit names files as ``assets/avatar.png``; its other values name none."""
    return [value.removeprefix(f"{assets.FOLDER}/") for value in kit.values()]


_READ = {"template": _by_template, "persona": _by_persona, "brand": _by_brand}
