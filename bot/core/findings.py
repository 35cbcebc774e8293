"""A finding: one thing a checker has to say about one place in a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bot.core.errors import BadInput

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What ``check``, ``lint``, ``render`` and ``test`` report; only errors fail a command."""

    file: str
    line: int
    rule: str
    severity: str
    message: str
    fix: str = ""

    def __str__(self) -> str:
        tail = f"; {self.fix}" if self.fix else ""
        return f"{self.file}:{self.line}: {self.severity}: {self.message}{tail} [{self.rule}]"


def has_errors(findings: Iterable[Finding]) -> bool:
    """True when at least one finding is of severity error."""
    return any(f.severity == ERROR for f in findings)


def of_error(error: BadInput, rule: str) -> Finding:
    """The finding that says what ``error`` says."""
    return Finding(file=error.file or "", line=error.line or 1, rule=rule, severity=ERROR,
                   message=error.message, fix=error.fix)  # fmt: skip


def of_faults(error: BadInput, rule: str) -> list[Finding]:
    """The same for all that it brings along."""
    return [of_error(one, rule) for one in error.every]


def report(findings: Iterable[Finding], **extra: Any) -> dict[str, Any]:
    """The JSON document of contract section 2: ``{"ok", "findings", ...}``."""
    rows = list(findings)
    return {"ok": not has_errors(rows), "findings": [asdict(f) for f in rows], **extra}
