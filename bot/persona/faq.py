"""faq.csv: questions with other wordings and one answer each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core import csvfile, findings
from bot.core.errors import BadInput
from bot.core.findings import ERROR, WARNING, Finding
from bot.persona.normalise import normalise

HEADER = ("id", "question", "similar", "answer")
OPTIONAL = ("topic", "source")  # columns that may follow, in any order
PREFIX = "faq:"
ID_MAX = 120  # bytes: a menu's click id holds 128 with the prefix


@dataclass(frozen=True, kw_only=True, slots=True)
class Faq:
    """One row; ``source`` is where the answer is written, ``line`` where the row starts."""

    id: str
    question: str
    similar: tuple[str, ...] = ()
    answer: str
    topic: str = ""
    source: str = ""
    line: int = 1

    @property
    def rule(self) -> str:
        """The rule id under which it is found: ``faq:<id>``."""
        return PREFIX + self.id

    @property
    def wordings(self) -> tuple[str, ...]:
        """The question and its other wordings."""
        return (self.question, *self.similar)


def parse_faq(text: str, file: str) -> tuple[tuple[Faq, ...], tuple[Finding, ...]]:
    """All good rows, and what is wrong or doubtful about the file. Never raises."""
    rows: list[Faq] = []
    found: list[Finding] = []
    try:
        for row in csvfile.parse(text, file, _header(text)):
            faults = list(_faults(row, file, {faq.id: faq.line for faq in rows}))
            found += faults
            if not faults:
                rows.append(_faq(row))
    except BadInput as exc:
        found.append(findings.of_error(exc, "faq.csv"))
    return tuple(rows), (*found, *_doubles(rows, file))


def _header(text: str) -> tuple[str, ...]:
    """The columns of this file; whatever is no such header is left for the parser to refuse."""
    first = text.removeprefix(csvfile.BOM).partition("\n")[0]
    names = tuple(name.strip().strip('"') for name in first.split(","))
    more = names[len(HEADER) :]
    fits = names[: len(HEADER)] == HEADER and set(more) <= set(OPTIONAL)
    return names if fits and len(set(more)) == len(more) else HEADER


def _faq(row: csvfile.Row) -> Faq:
    similar = (part.strip() for part in row.cells["similar"].split("|"))
    return Faq(
        id=row.cells["id"],
        question=row.cells["question"],
        similar=tuple(dict.fromkeys(part for part in similar if part)),
        answer=row.cells["answer"],
        topic=row.cells.get("topic", ""),
        source=row.cells.get("source", ""),
        line=row.line,
    )


def _faults(row: csvfile.Row, file: str, lines: dict[str, int]) -> Iterator[Finding]:
    for key in ("id", "question", "answer"):
        if not row.cells[key]:
            yield _finding(file, row.line, "empty", f"{key} is empty", "fill it or remove the row")
    name = row.cells["id"]
    if name in lines:
        message = f"id {name!r} stands already in line {lines[name]}"
        yield _finding(file, row.line, "duplicate-id", message, "give each row its own id")
    if len(name.encode()) > ID_MAX or any(not char.isprintable() for char in name):
        yield _finding(file, row.line, "id", "id is too long or unprintable", "a short plain id")


def _doubles(rows: list[Faq], file: str) -> Iterator[Finding]:
    seen: dict[str, Faq] = {}
    for faq in rows:
        for wording in faq.wordings:
            first = seen.setdefault(normalise(wording), faq)
            if first is not faq:
                message = f"{wording!r} is also a wording of {first.id!r} (line {first.line})"
                fix = "keep it in one row"
                yield _finding(file, faq.line, "duplicate-wording", message, fix, WARNING)


def _finding(
    file: str, line: int, rule: str, message: str, fix: str, severity: str = ERROR
) -> Finding:
    return Finding(
        file=file, line=line, rule=f"faq.{rule}", severity=severity, message=message, fix=fix
    )
