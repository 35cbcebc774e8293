"""The one place of the studio that touches files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.core import findings
from bot.core.errors import BadInput
from bot.core.findings import Finding
from bot.core.goods import Good
from bot.core.textfile import read_text
from bot.studio.catalogue import parse_catalogue
from bot.studio.parse import parse_template
from bot.studio.template import Template

FILE_MAX = 64 * 1024


def read_content(folder: Path) -> tuple[tuple[Template, ...], tuple[Finding, ...]]:
    """Every good template under ``folder`` and what is wrong with the others.

    File names in findings are ``<folder name>/<path inside>``. A folder that is not there is empty.
    """
    templates: list[Template] = []
    faults: list[Finding] = []
    for path in sorted(folder.rglob("*.j2")):
        inside = path.relative_to(folder).as_posix()
        try:
            source = read_text(path, f"{folder.name}/{inside}", FILE_MAX)
            templates.append(
                parse_template(inside.removesuffix(".j2"), source, f"{folder.name}/{inside}")
            )
        except BadInput as exc:
            faults.append(findings.of_error(exc, "template"))
    return tuple(templates), tuple(faults)


def read_catalogue(folder: Path) -> tuple[tuple[Good, ...], tuple[Finding, ...]]:
    """The goods of ``folder``/catalogue.csv; no file means no goods."""
    path = folder / "catalogue.csv"
    if not path.exists():
        return (), ()
    try:
        shown = f"{folder.name}/catalogue.csv"
        return parse_catalogue(read_text(path, shown, 4 * 1024 * 1024), shown), ()
    except BadInput as exc:
        return (), (findings.of_error(exc, "catalogue"),)


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and text of every readable template file: what a version in the database keeps."""
    for path in sorted(folder.rglob("*.j2")):
        inside = path.relative_to(folder).as_posix()
        yield inside.removesuffix(".j2"), read_text(path, f"{folder.name}/{inside}", FILE_MAX)
