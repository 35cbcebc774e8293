"""What lint says about a template, in the words of the form: whoever fills in fields has never seen
the head of a file."""

from __future__ import annotations

import re

from bot.console.told import told
from bot.console.words import said_or, say
from bot.core.findings import Finding

_ATTACHMENT = re.compile(r"attachment\.(\d+)(?:\.(\w+))?: (.+)", re.S)
_LACKS = re.compile(r"([a-z]+) \w ([a-z]+)")  # the type, the word for lacking, the key


def by_field(lang: str, finding: Finding, *, fields: bool = True) -> tuple[str, str]:
    """The message and the fix; without ``fields`` in the words of the file."""
    message, fix = told(lang, finding.message), told(lang, finding.fix)
    if not fields:
        return message, fix
    if found := _ATTACHMENT.fullmatch(finding.message):
        return _attachment(lang, found, fix)
    rule = finding.rule.rpartition(".")[2].replace("-", "_")
    return said_or(lang, f"field_says.{rule}", message), said_or(lang, f"field_fix.{rule}", fix)


def _attachment(lang: str, found: re.Match[str], fix: str) -> tuple[str, str]:
    n, key, said = int(found[1]) + 1, found[2], found[3]
    if lacks := _LACKS.fullmatch(said):
        kind, what = (said_or(lang, f"content_attachment.{one}", one) for one in lacks.groups())
        return (say(lang, "field_says.lacks", n=n, kind=kind, what=what),
                say(lang, "field_fix.lacks", what=what))  # fmt: skip
    where = said_or(lang, f"content_attachment.{key}", key) if key else ""
    return say(lang, "field_says.attachment", n=n, where=where, why=told(lang, said)), fix
