"""The files under content/assets, looked at: for lint, and for whoever plans to send one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.core.filetypes import type_of
from bot.core.findings import Finding
from bot.studio.assets import Facts, faults, needs
from bot.studio.lint import say
from bot.studio.pictures import pixels
from bot.studio.template import Template

FOLDER = "assets"  # under content/
HEAD = 256 * 1024  # bytes; a camera writes much before the size of its picture


def facts(folder: Path, name: str) -> Facts | None:
    """What a file in ``folder`` is; None when it is not there, or lies outside."""
    path = (folder / name).resolve()
    try:
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(HEAD)
        size = path.stat().st_size
    except OSError:
        return None
    kind = type_of(head)
    return Facts(size, kind, pixels(head) if kind.startswith("image/") else None)


def review_assets(template: Template, folder: Path) -> Iterator[Finding]:
    """What is wrong with the files that ``template`` carries; ``folder`` is content/assets.

    Whoever schedules asks the same: with an error among these it cannot be sent.
    """
    for need in needs(template):
        line = template.heads.get(f"attachment.{need.place}", 1)
        for fault in faults(need, facts(folder, need.name)):
            yield say(template, f"asset-{fault.rule}", fault.message, fault.fix, fault.severity,
                      (template.file, line))  # fmt: skip
