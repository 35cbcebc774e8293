"""The brand above its personas: what none of them says, and what all of them may say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bot.core import decode, tomlfile
from bot.persona.third import digits_of

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """[contact]: what the brand publishes about itself, so that its personas may say it."""

    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Brand:
    """personas/brand.toml. ``kit`` is the visual identity that personas share.

    ``amounts`` are yuan that the published terms name (free shipping from 99, say), ``words``
    are never said at all, ``rivals`` are names that no comparison may hold, ``allow`` are phrases
    that are let pass whatever the guard thinks of them. ``kit_own`` are the parts of the kit that a
    persona may have of its own.
    """

    name: str
    taboo: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()
    amounts: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()
    contact: Contact = field(default_factory=Contact)
    kit: Mapping[str, str] = field(default_factory=dict)
    kit_own: tuple[str, ...] = ()

    @property
    def terms(self) -> frozenset[Decimal]:
        """``amounts`` as exact yuan."""
        return frozenset(Decimal(str(amount)) for amount in self.amounts)


_LISTS = ("taboo", "link_domains", "words", "rivals", "allow")


def parse_brand(source: str, file: str) -> Brand:
    """Reads brand.toml. Raises BadInput with file and line."""
    doc = tomlfile.parse(source.removeprefix("\ufeff"), file)
    made = decode.decode(Brand, doc)
    for key in _LISTS:
        if any(not word.strip() for word in getattr(made, key)):
            raise decode.fail(doc, (key,), "holds an empty word", "remove it")
    for domain in made.link_domains:
        if not _DOMAIN.fullmatch(domain):
            fix = "write it like shop.example, without https://"
            raise decode.fail(doc, ("link_domains",), f"{domain!r} is no domain", fix)
    for phone in made.contact.phones:
        if len(digits_of(phone)) < 3:
            raise decode.fail(doc, ("contact", "phones"), f"{phone!r} is no phone number")
    return made
