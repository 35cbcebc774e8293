"""What stands in the middle and beside: the FAQ as a table, findings with their places, a talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.console.naming import built_in, codes, source
from bot.console.pages import persona_parts as parts
from bot.console.pages.persona_subject import View
from bot.console.rehearsal import SAID_MAX
from bot.console.visit import Refused, Visit, whole
from bot.core.errors import BadInput
from bot.core.findings import Finding
from bot.library.speech import Setting
from bot.library.writing import blocks
from bot.persona.faq import PREFIX, Faq
from bot.persona.normalise import normalise
from bot.persona.reading import BUILTIN
from bot.store import versions

ROWS = 40
SAID_LONG = 500
NEAREST = 3


def faq_page(visit: Visit, view: View, **more: Any) -> dict[str, Any]:
    """The rows that were looked for, a page of them, and one that is open."""
    words, rows = visit.query("q"), parts.rows_of(view.newest.files)
    found = [row for row in rows if _about(row, words)]
    name = visit.typed.get("row") or visit.query("row")
    return paged(found, whole(visit.query("from")) or 0, "rows") | {
        "q": words,
        "row": parts.row_of(view.newest.files, name) if name else None,
        "new": bool(visit.query("new")) or visit.typed.get("row") == "",
    } | more  # fmt: skip


def paged(found: Sequence[Any], first: int, name: str) -> dict[str, Any]:
    """One page of a list, and where the ones beside it begin."""
    first = min(first, max(len(found) - 1, 0)) // ROWS * ROWS
    return {name: found[first : first + ROWS], "total": len(found), "first": first, "step": ROWS,
            "older": first + ROWS if first + ROWS < len(found) else 0}  # fmt: skip


def _about(row: Faq, words: str) -> bool:
    key = normalise(words)
    return not key or any(key in normalise(text)
                          for text in (row.id, *row.wordings, row.answer))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding, and where in the console it can be mended; empty where it cannot."""

    finding: Finding
    link: str


def found_lines(view: View, found: Sequence[Finding]) -> list[Placed]:
    """Errors first, each with the place that it is about."""
    order = {"error": 0, "warning": 1}
    folder = view.subject.shown.rpartition("/")[0] + "/"
    rows = {row.line: row.id for row in parts.rows_of(view.newest.files)}
    return [Placed(one, _link(view, one, folder, rows))
            for one in sorted(found, key=lambda one: order.get(one.severity, 2))]  # fmt: skip


def _link(view: View, one: Finding, folder: str, rows: Mapping[int, str]) -> str:
    file = one.file.removeprefix(folder)
    if file == parts.FAQ and one.line in rows:
        return f"{view.subject.path}/faq?" + urlencode({"row": rows[one.line]})
    if file == parts.DIALOGUE and (block := _block_at(view, one.line)):
        return f"{view.subject.path}/dialogue?" + urlencode({"block": block})
    if file in parts.file_names(view.subject, view.newest.files):
        return f"{view.subject.path}/files?" + urlencode({"file": file, "line": one.line})
    return ""


def _block_at(view: View, line: int) -> str:
    try:
        found = blocks(view.newest.files.get(parts.DIALOGUE, ""), parts.DIALOGUE)
    except BadInput:
        return ""
    return next((f"{one.kind}:{one.id}" for one in found if one.first <= line < one.after), "")


async def talk_of(visit: Visit, view: View, setting: Setting | None) -> dict[str, Any]:
    """The talk so far with one more line; ``v`` names the version, by default the newest."""
    said = [text for n in range(SAID_MAX) if (text := visit.typed.get(f"s{n}", "").strip())]
    text = visit.typed.get("say", "").strip()
    if visit.typed.get("again"):
        said, text = [], ""
    said = [*said, text][-SAID_MAX:] if text else said
    edition = view.newest
    if visit.typed.get("v") == "serving" and view.serving is not None:
        number = view.serving.version
        found = await visit.read(versions.get, view.subject.kind, view.subject.name, number)
        edition = found or edition
    lines, fault = [], ""
    if setting is None:
        raise Refused(503, "personas.no_cast")
    try:
        lines = await visit.console.rehearsal.talk(
            setting, edition, [one[:SAID_LONG] for one in said]
        )
    except BadInput as exc:
        fault = str(exc)
    return {"said": said, "lines": [_shown(visit, view, line) for line in lines],
            "which": visit.typed.get("v", ""), "broken": fault}  # fmt: skip


def _shown(visit: Visit, view: View, line: Any) -> dict[str, Any]:
    decision, lang, name = line.decision, visit.lang, view.subject.name
    near = [{"name": _called(visit, name, one.rule), "rule": one.rule, "score": one.score}
            for one in decision.candidates[:NEAREST]]  # fmt: skip
    return {
        "said": line.said, "rule": decision.rule or "", "score": decision.score,
        "name": _called(visit, name, decision.rule) if decision.rule else "",
        "handoff": decision.handoff, "near": near, "link": _rule_link(view, decision.rule or ""),
        "bubbles": [(one.text, codes(lang, one.stopped) if one.stopped else "")
                    for one in line.bubbles],
    }  # fmt: skip


def _called(visit: Visit, name: str, rule: str) -> str:
    if rule.startswith(BUILTIN):
        return built_in(visit.lang, rule, rule)
    return source(visit.lang, visit.cast, name, rule)


def _rule_link(view: View, rule: str) -> str:
    if rule.startswith(PREFIX):
        return f"{view.subject.path}/faq?" + urlencode({"row": rule.removeprefix(PREFIX)})
    if rule and not rule.startswith(BUILTIN) and ":" not in rule:
        return f"{view.subject.path}/dialogue?" + urlencode({"block": f"rule:{rule}"})
    return ""
