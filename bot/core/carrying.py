"""[carriers]: by which codes people come from which carrier."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class OfCarrier:
    """[carriers.NAME]: codes that do not name the carrier themselves; a ``*`` at the end stands for
    anything."""

    codes: tuple[str, ...] = ()


def by_code(carriers: Mapping[str, OfCarrier]) -> dict[str, str]:
    """The carrier of each code."""
    return {code: name for name, one in carriers.items() for code in one.codes}
