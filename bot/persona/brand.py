"""The brand above its personas: what none of them says, and where links may lead."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core import decode, tomlfile

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Brand:
    """personas/brand.toml. ``kit`` is the visual identity that personas share; ``kit_own`` are the
    parts of it that a persona may have of its own."""

    name: str
    taboo: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()
    kit: Mapping[str, str] = field(default_factory=dict)
    kit_own: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _BrandFile:
    name: str
    taboo: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()
    kit: dict[str, str] = field(default_factory=dict)
    kit_own: tuple[str, ...] = ()


def parse_brand(source: str, file: str) -> Brand:
    """Reads brand.toml. Raises BadInput with file and line."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    raw = decode.decode(_BrandFile, doc)
    for key, words in (("taboo", raw.taboo), ("link_domains", raw.link_domains)):
        if any(not word.strip() for word in words):
            raise decode.fail(doc, (key,), "holds an empty word", "remove it")
    for domain in raw.link_domains:
        if not _DOMAIN.fullmatch(domain):
            fix = "write it like shop.example, without https://"
            raise decode.fail(doc, ("link_domains",), f"{domain!r} is no domain", fix)
    return Brand(name=raw.name, taboo=raw.taboo, link_domains=raw.link_domains, kit=raw.kit,
                 kit_own=raw.kit_own)  # fmt: skip
