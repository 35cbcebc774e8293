"""The parts of a persona that a form may change, each by itself.

Two people who change different parts do not meet; of the same part the second is shown what the
first has written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.console.pages.persona_fields import changes
from bot.console.pages.persona_subject import Subject
from bot.core import tomlfile
from bot.core.errors import BadInput
from bot.library.imports.questions import made_id
from bot.library.writing import (
    BLOCKS,
    Block,
    Value,
    Variants,
    blocks,
    value_of,
    with_block,
    with_row,
    with_values,
)
from bot.persona.faq import Faq, parse_faq
from bot.persona.load import FILES

Files = Mapping[str, str]
Typed = Mapping[str, str]
DIALOGUE, FAQ = "dialogue.toml", "faq.csv"
CELLS = ("id", "question", "similar", "answer", "topic", "source")
# Keys of a rule that have fields; whatever else stands in its table stays.
RULE_LINES = ("keywords", "not_keywords", "examples")
RULE_TEXTS = ("handoff", "why")
_TRIAL = re.compile(r"tests/[a-z0-9][a-z0-9_.-]{0,99}\.toml")
_GAP = re.compile(r"\n\s*\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One change. ``held``: what stands there now; ``put``: the files with the change; ``tab`` and
    ``query``: where one is afterwards."""

    tab: str
    held: Callable[[Files], Any]
    put: Callable[[Files], dict[str, str]]
    query: str = ""


def part_of(subject: Subject, base: Files, typed: Typed) -> Part:
    """What a form wants, seen from the version that it was made from. Raises BadInput."""
    make = _MAKERS.get(typed.get("what", ""))
    if make is None:
        raise BadInput("unknown")
    return make(subject, base, typed)


def _fields(subject: Subject, base: Files, typed: Typed) -> Part:
    main, shown = subject.main, subject.shown
    values = changes(subject.kind, base.get(main, ""), typed, shown)

    def held(files: Files) -> Any:
        doc = tomlfile.parse(files.get(main, "").removeprefix("\ufeff"), shown)
        return {key: value_of(doc, key) for key in values}

    return Part(tab="", held=held, put=lambda files: {
        **files, main: with_values(files.get(main, ""), shown, values)})  # fmt: skip


def _file(subject: Subject, base: Files, typed: Typed) -> Part:
    name = typed.get("file", "")
    if name not in file_names(subject, base):
        raise BadInput("unknown")
    text = typed.get("text", "").replace("\r\n", "\n")
    return Part(tab="files", query=f"?file={name}", held=lambda files: files.get(name, ""),
                put=lambda files: {**files, name: text})  # fmt: skip


def file_names(subject: Subject, files: Files) -> tuple[str, ...]:
    """Files that it has or may have."""
    if subject.kind != "persona":
        return (subject.main,)
    return (*FILES, *sorted(name for name in files if _TRIAL.fullmatch(name)))


def rows_of(files: Files) -> tuple[Faq, ...]:
    """The good rows of the FAQ."""
    return parse_faq(files.get(FAQ, ""), FAQ)[0] if FAQ in files else ()


def row_of(files: Files, name: str) -> Faq | None:
    """One row by its id."""
    return next((row for row in rows_of(files) if row.id == name), None)


def _row(subject: Subject, base: Files, typed: Typed) -> Part:
    name, gone = typed.get("row", ""), typed.get("do") == "drop"
    cells = {key: typed.get(key, "").strip() for key in CELLS}
    cells["similar"] = "|".join(_lines(typed.get("similar", "")))
    cells["id"] = cells["id"] or name or made_id(cells["question"])
    for key in ("question", "answer"):
        if not cells[key] and not gone:
            raise BadInput("empty", file=f"faq_{key}")
    if cells["id"] != name and row_of(base, cells["id"]):
        raise BadInput("taken", file="faq_id")

    def held(files: Files) -> Any:
        row = row_of(files, name) if name else None
        return (row.wordings, row.answer, row.topic, row.source) if row else None

    return Part(tab="faq", held=held, query="" if gone else f"?row={cells['id']}",
                put=lambda files: {**files, FAQ: with_row(
                    files.get(FAQ, ""), name or None, None if gone else cells, FAQ)})  # fmt: skip


def _lines(text: str) -> list[str]:
    return [line.strip().replace("|", " ") for line in text.splitlines() if line.strip()]


def block_of(files: Files, key: str) -> Block | None:
    """A table of the dialogue by ``rule:crisis``. Raises BadInput when the file cannot be read."""
    kind, _, name = key.partition(":")
    return next((one for one in blocks(files.get(DIALOGUE, ""), DIALOGUE)
                 if (one.kind, one.id) == (kind, name)), None)  # fmt: skip


def _block(subject: Subject, base: Files, typed: Typed) -> Part:
    key, gone = typed.get("block", ""), typed.get("do") == "drop"
    old = block_of(base, key) if key else None
    if key and old is None:
        raise BadInput("unknown")
    text = "" if gone else _worded(old, typed) if "say" in typed else typed.get("text", "")
    if not gone:
        key = _named(text) or key

    def held(files: Files) -> Any:
        found = block_of(files, f"{old.kind}:{old.id}") if old else None
        return found.text if found else None

    def put(files: Files) -> dict[str, str]:
        now = block_of(files, f"{old.kind}:{old.id}") if old else None
        return {**files, DIALOGUE: with_block(files.get(DIALOGUE, ""), now, text, DIALOGUE)}

    return Part(tab="dialogue", held=held, put=put, query="" if gone else f"?block={key}")


def _named(text: str) -> str:
    """``rule:crisis`` of a table as it was typed. Raises BadInput when it is not one table."""
    found = blocks(text.replace("\r\n", "\n"), DIALOGUE)
    if len(found) != 1 or found[0].kind not in BLOCKS or not found[0].id:
        raise BadInput("one_block", file="block_text")
    return f"{found[0].kind}:{found[0].id}"


def _worded(old: Block | None, typed: Typed) -> str:
    """A rule with what its fields say."""
    values: dict[str, Value] = {f"rule.0.{key}": tuple(_lines(typed.get(key, ""))) or None
                                for key in RULE_LINES}  # fmt: skip
    values |= {f"rule.0.{key}": typed.get(key, "").strip() or None for key in RULE_TEXTS}
    values["rule.0.say"] = variants(typed.get("say", "")) or None
    priority = typed.get("priority", "").strip().removeprefix("-")
    if priority and not (priority.isascii() and priority.isdigit() and len(priority) < 5):
        raise BadInput("number", file="block_priority")
    values["rule.0.priority"] = int(typed["priority"]) if priority else None
    name = typed.get("id", "").strip()
    if old is not None:
        return with_values(old.text, DIALOGUE, values)
    if not name:
        raise BadInput("empty", file="block_id")
    given = {key: value for key, value in values.items() if value is not None}
    return with_values(f'[[rule]]\nid = "{_plain(name)}"\n', DIALOGUE, given).strip()


def _plain(name: str) -> str:
    return name.replace("\\", "").replace('"', "").replace("\n", "")


def variants(text: str) -> Variants:
    """Variants as they are typed: a blank line between two, a line for each bubble."""
    found = [_bubbles(part) for part in _GAP.split(text.replace("\r\n", "\n").strip())]
    return tuple(one[0] if len(one) == 1 else one for one in found if one)


def _bubbles(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def spoken(data: Mapping[str, Any]) -> str | None:
    """What a rule says, as it is typed; None where that cannot be typed in a field."""
    said = data.get("say", [])
    if not isinstance(said, list):
        return None
    parts = [one if isinstance(one, list) else [one] for one in said]
    if any(not isinstance(text, str) or "\n" in text for part in parts for text in part):
        return None
    return "\n\n".join("\n".join(part) for part in parts)


_MAKERS: Mapping[str, Callable[[Subject, Files, Typed], Part]] = {
    "fields": _fields,
    "file": _file,
    "row": _row,
    "block": _block,
}
