"""Findings of one file: each says where its key stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.findings import Finding


@dataclass(frozen=True, slots=True)
class At:
    """A file, and where its keys stand."""

    file: str
    lines: Mapping[str, int]

    def say(self, key: str, severity: str, rule: str, message: str, fix: str) -> Finding:
        """One finding, on the line of this key; of one that has none, on the first."""
        return Finding(file=self.file, line=self.lines.get(key, 1), rule=rule, severity=severity,
                       message=message, fix=fix)  # fmt: skip
