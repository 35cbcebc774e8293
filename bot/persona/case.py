"""What the guard is told besides a text, and what it says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.core.guarding import Guarding, Severity


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that should not be said; ``start`` and ``end`` are positions in the text.

    ``place`` is the part of the message: ``text``, ``menu.2``, ``link.title`` (see pieces.py).
    """

    code: str
    message: str
    start: int
    end: int
    fix: str = ""
    severity: Severity = "stop"
    place: str = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What the guard must know besides text, brand and persona.

    ``allowed`` are yuan that a template's data names, ``hosts`` domains besides the brand's (our
    own links), ``own`` what the member told us of himself, which is no third person's.
    """

    day: date
    policy: Guarding = field(default_factory=Guarding)
    allowed: frozenset[Decimal] = frozenset()
    hosts: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    staff: bool = False
    asked: bool = False
    markdown: bool = False
