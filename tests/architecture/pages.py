"""Pages of the documents as text: what stands outside of fences, and how its headings are named."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tests.architecture.source import ROOT

FENCE = re.compile(r"^ *(```|~~~)(\w*)[^\n]*\n(.*?)^ *\1$", re.M | re.S)


def name(page: Path) -> str:
    """As one says it from the top of the repository."""
    return page.relative_to(ROOT).as_posix()


@cache
def prose(page: Path) -> str:
    """The page without what stands in fences."""
    return FENCE.sub("", page.read_text("utf-8"))


@cache
def anchors(page: Path) -> tuple[str, ...]:
    """As GitHub names headings, in their order, and what has a name of its own."""
    found: list[str] = []
    for line in re.findall(r"^#+ +(.*?)\s*$", prose(page), flags=re.M):
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", line).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        found.append(f"{slug}-{found.count(slug)}" if slug in found else slug)
    return (*found, *re.findall(r'<a id="([\w-]+)">', prose(page)))
