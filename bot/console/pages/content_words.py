"""What pages of templates say in words of their own: refusals, and what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.console.told import told
from bot.console.visit import Visit
from bot.core.content import ContentRefused
from bot.core.findings import ERROR
from bot.library.compare import changed
from bot.store.versions import Edition

LINES_MAX = 400  # of a difference that are shown
_KINDS = {"+": "plus", "-": "minus", "@": "where"}
Rows = Sequence[tuple[str, str]]


def refused(visit: Visit, exc: ContentRefused) -> tuple[str, Mapping[str, object]]:
    """The key and the facts of a refusal, for a line above the page."""
    facts = {key: str(value)[:300] for key, value in exc.facts.items() if key != "kind"}
    fault = next((one for one in exc.findings if one.severity == ERROR), None)
    if fault is not None:
        facts["first"] = f"{told(visit.lang, fault.message)} · {fault.file}:{fault.line}"
    if "state" in facts:
        facts["state"] = visit.t(f"content_state.{exc.facts['state']}")
    return f"content_refused.{exc.code}", facts


def differences(old: Edition | None, new: Edition) -> Sequence[tuple[str, Rows]]:
    """What differs, by file: lines with what became of each."""
    return [(file, _rows(text)) for file, text in changed(new.name, old, new).items()]


def _rows(text: str) -> Rows:
    lines = text.split("\n")[2:]
    rows = [(_KINDS.get(line[:1], "same"), line if line.startswith("@") else line[1:])
            for line in lines]  # fmt: skip
    return rows[:LINES_MAX]
