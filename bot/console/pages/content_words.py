"""What pages of templates say in words of their own: refusals, and what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.console.told import told
from bot.console.visit import Visit
from bot.core.content import ContentRefused
from bot.core.findings import ERROR
from bot.library.compare import changed
from bot.store.engine import Row
from bot.store.versions import PUBLISH, Edition
from bot.studio.fence import FENCE

LINES_MAX = 400  # of a difference that are shown
_PLACE = re.compile(r"\+(\d+)")
_KINDS = {"+": "plus", "-": "minus", "@": "where"}
_INTO_SERVICE = ("approve", "publish", "reinstate")
Rows = Sequence[tuple[str, str]]


def refused(visit: Visit, exc: ContentRefused) -> tuple[str, Mapping[str, object]]:
    """The key and the facts of a refusal, for a line above the page."""
    facts = {key: str(value)[:300] for key, value in exc.facts.items() if key != "kind"}
    fault = next((one for one in exc.findings if one.severity == ERROR), None)
    if fault is not None:
        facts["first"] = f"{told(visit.lang, fault.message)} · {fault.file}:{fault.line}"
    if "why" in facts:
        facts["why"] = told(visit.lang, facts["why"])
    if "state" in facts:
        facts["state"] = visit.t(f"content_state.{exc.facts['state']}")
    return f"content_refused.{exc.code}", facts


def merged(trail: Sequence[Row]) -> list[Row]:
    """What was decided, each decision once: what put a version into service approved it, too."""
    own = {(row["at"], row["actor"]) for row in trail
           if row["subject"].startswith("content:") and row["event"] in _INTO_SERVICE}  # fmt: skip
    return [row for row in trail if row["subject"].startswith("content:")
            or row["event"] != PUBLISH or (row["at"], row["actor"]) not in own]  # fmt: skip


def differences(old: Edition | None, new: Edition) -> Sequence[tuple[str, Rows]]:
    """What differs, by file: lines with what became of each. A piece begins with the number
    of its first line."""
    return [(file, _rows(text)) for file, text in changed(new.name, old, new).items()]


def _rows(text: str) -> Rows:
    rows = [(_KINDS.get(line[:1], "same"), line[1:]) for line in text.split("\n")[2:]]
    return [(kind, _line(row) if kind == "where" else row) for kind, row in rows
            if row != FENCE][:LINES_MAX]  # fmt: skip


def _line(row: str) -> str:
    """The line of the new text at which a piece of a difference begins."""
    found = _PLACE.search(row)
    return found[1] if found else ""
