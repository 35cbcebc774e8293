"""Two wordings of one thing: ``welcome/day0.b`` beside ``welcome/day0``, each for a part of the
members. Pure.

Only where one person is written to; a member reads the same wording every time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from bot.studio.render import Shelf
from bot.studio.template import BULK

LETTERS = ("b", "c", "d")


def base_of(name: str) -> str:
    """The template that a name is a variant of; the name itself when it is none."""
    base, dot, letter = name.rpartition(".")
    return base if dot and letter in LETTERS else name


def family(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """A template and its variants, as far as they are known."""
    there, base = frozenset(known), base_of(name)
    wanted = (base, *(f"{base}.{letter}" for letter in LETTERS))
    return tuple(one for one in wanted if one in there)


def chosen(shelf: Shelf, name: str, member: str, day: date) -> str:
    """The variant that this member gets of a template that somebody names.

    Only variants that serve, on a day on which they may be sent, and of the same kind. It depends
    on the member and the name alone, so the shares are even and nobody changes sides until a
    variant comes or goes.
    """
    template = shelf.get(name)
    if template is None or template.kind in BULK or not member or base_of(name) != name:
        return name
    those = [one for one in family(name, shelf.templates)
             if one == name or shelf.templates[one].valid_on(day)]  # fmt: skip
    if len(those) < 2:
        return name
    mark = hashlib.sha256(f"{name}\0{member}".encode()).digest()
    return those[int.from_bytes(mark[:8], "big") % len(those)]
