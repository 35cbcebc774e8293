"""One text and one persona looked at by themselves: what the product does with many at once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal

from bot.core.clock import local
from bot.core.findings import Finding
from bot.core.goods import Good
from bot.core.guarding import Guarding
from bot.persona.brand import Brand
from bot.persona.guard import Case, Guard, Problem
from bot.persona.lint import examine
from bot.persona.load import understand
from bot.persona.persona import Persona


def inspect(
    text: str, brand: Brand, persona: Persona | None = None, goods: Iterable[Good] = (),
    now: int = 0, *, allowed: Iterable[Decimal] = (),
) -> list[Problem]:  # fmt: skip
    """Everything that is wrong with one text."""
    case = Case(day=local(now, "Asia/Shanghai").date(), allowed=frozenset(allowed),
                policy=Guarding())  # fmt: skip
    return list(Guard(brand, persona, goods).inspect(text, case))


def lint_persona(
    files: Mapping[str, str], folder: str, brand: Brand | None = None,
    templates: Container[str] | None = None,
) -> list[Finding]:  # fmt: skip
    """All findings for the files of one persona; ``templates``: the names there are."""
    parsed = understand(files, folder)
    return [*parsed.findings, *examine(parsed, folder, brand, templates)]
