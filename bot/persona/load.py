"""From the files of a folder to a Persona. Versions in the database are such mappings of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core import decode, findings, tomlfile
from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.core.findings import ERROR, Finding
from bot.core.textfile import read_text
from bot.core.tomlfile import TomlDoc
from bot.persona.dialogue import Dialogue, parse_dialogue
from bot.persona.faq import Faq, parse_faq
from bot.persona.persona import Persona

FILES = ("persona.toml", "dialogue.toml", "faq.csv")
FILE_MAX = 8 * 1024 * 1024
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """What could be understood. ``persona`` is None when persona.toml itself cannot be used."""

    persona: Persona | None
    doc: TomlDoc | None
    findings: tuple[Finding, ...]


def parse_persona(files: Mapping[str, str], folder: str) -> Persona:
    """The persona in ``files`` (``persona.toml``, ``dialogue.toml``, ``faq.csv`` -> text).

    ``folder`` stands before the file names in errors, like ``personas/xiaozhan``. Raises
    BadInput for the first fault.
    """
    parsed = understand(files, folder)
    for found in parsed.findings:
        if found.severity == ERROR:
            raise BadInput(found.message, file=found.file, line=found.line, fix=found.fix)
    if parsed.persona is None:
        raise BadInput("is no persona", file=folder)
    return parsed.persona


def understand(files: Mapping[str, str], folder: str) -> Parsed:
    """As much of a persona as can be read, with every fault found. Never raises."""
    found: list[Finding] = []
    said = Dialogue()
    faq: tuple[Faq, ...] = ()
    doc = persona = None
    try:
        doc, persona = _identity(files, folder)
    except BadInput as exc:
        found += findings.of_faults(exc, "persona")
    try:
        said = parse_dialogue(files.get("dialogue.toml", ""), f"{folder}/dialogue.toml")
    except BadInput as exc:
        found += findings.of_faults(exc, "dialogue")
    if "faq.csv" in files:
        faq, faults = parse_faq(files["faq.csv"], f"{folder}/faq.csv")
        found += faults
    whole = replace(persona, rules=said.rules, steps=said.steps, forms=said.forms,
                    consents=said.consents, faq=faq) if persona else None  # fmt: skip
    return Parsed(persona=whole, doc=doc, findings=tuple(found))


def _identity(files: Mapping[str, str], folder: str) -> tuple[TomlDoc, Persona]:
    file = f"{folder}/persona.toml"
    if "persona.toml" not in files:
        raise BadInput("no such file", file=file, fix="the smallest has id, name and type")
    doc = tomlfile.parse(files["persona.toml"].removeprefix("\ufeff"), file)
    raw = decode.decode(Persona, doc)
    faults = Faults()
    faults.add(_identity_faults(raw, doc, folder.rstrip("/").rsplit("/", 1)[-1]))
    faults.check()
    return doc, raw


def _identity_faults(raw: Persona, doc: TomlDoc, name: str) -> Iterator[BadInput]:
    if not _ID.fullmatch(raw.id):
        yield decode.fail(doc, ("id",), f"{raw.id!r} is no id", "small letters, digits, - and _")
    elif raw.id != name:
        yield decode.fail(doc, ("id",), f"{raw.id!r}, but the folder is {name!r}",
                          "make them equal")  # fmt: skip
    if not raw.name.strip():
        yield decode.fail(doc, ("name",), "is empty", "the name members see")
    if raw.valid_from and raw.valid_to and raw.valid_from > raw.valid_to:
        yield decode.fail(doc, ("valid_to",), "is before valid_from")


def read_persona_folder(path: Path) -> dict[str, str]:
    """The files of a persona as text, by relative name: the one place here that touches a disk.

    Also takes ``tests/*.toml``. Raises BadInput for a file that is too large or not UTF-8.
    """
    wanted = [path / name for name in FILES]
    wanted += sorted((path / "tests").glob("*.toml"))
    names = {p.relative_to(path).as_posix(): p for p in wanted if p.is_file()}
    shown = f"personas/{path.name}"
    return {name: read_text(p, f"{shown}/{name}", FILE_MAX) for name, p in names.items()}
