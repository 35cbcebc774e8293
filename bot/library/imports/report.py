"""What became of each row of an import, in words for the people who keep the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from bot.core.coded import Coded, Refused, Words
from bot.library.imports.sheet import Record

ADDED, CHANGED, UNCHANGED, REFUSED = "added", "changed", "unchanged", "refused"
OUTCOMES = (ADDED, CHANGED, UNCHANGED, REFUSED)

# By code: what is to be said, and what to do about it.
WORDS: Words = MappingProxyType({
    "added": ("新增", ""),
    "changed": ("更新了{what}", ""),
    "unchanged": ("和现有内容一致", ""),
    "empty": ("“{what}”没有填", "补上内容，或者删掉这一行"),
    "long": ("“{what}”超过 {most} 字", "精简内容，或者拆成几条"),
    "id": ("编号“{value}”太长，或含有看不见的字符", "换一个简短的编号，比如 brew-green"),
    "id_taken": ("编号“{value}”已经有了", "换一个编号"),
    "twice": ("编号“{value}”和第 {other} 行重复", "每一行用不同的编号"),
    "same_question": ("和第 {other} 行是同一个问题", "合并成一行，不同的说法写进“相似问法”"),
    "taken": ("“{value}”已经是“{other}”的一种问法", "从其中一处删掉"),
    "template": ("没有名为“{value}”的模板", "检查模板名，或者直接写答案"),
    "no_row": ("问答表里没有“{value}”", "换一条问答，或者新增一条"),
    "guard": ("答案过不了用语检查：{why}", "{fix}"),
    "price": ("价格“{value}”无法识别", "只写金额，最多两位小数，比如 68 或 19.90"),
    "date": ("日期“{value}”无法识别", "写成 2026-11-21，长期有效就留空"),
    "order": ("失效日期早于生效日期", "检查这两个日期"),
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Line(Coded):
    """One row of the import. ``key`` is the id that it has here, ``column`` the letter of the cell
    that a refusal is about; ``code`` and ``facts`` say why, for whoever words it anew."""

    WORDS = WORDS
    sheet: str
    line: int
    outcome: str
    code: str
    key: str = ""
    column: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"sheet": self.sheet, "line": self.line, "column": self.column,
                "outcome": self.outcome, "key": self.key, "code": self.code,
                "message": self.message, "fix": self.fix}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """All rows in the order of the file. ``text`` is what the folder's file is to hold; ``form``
    what the import was written in, ``ignored`` the headings that mean nothing to us."""

    file: str
    form: str
    text: str
    lines: tuple[Line, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome."""
        counted = Counter(line.outcome for line in self.lines)
        return {outcome: counted[outcome] for outcome in OUTCOMES}

    @property
    def changes(self) -> bool:
        """True when the folder's file becomes another one."""
        return any(line.outcome in (ADDED, CHANGED) for line in self.lines)

    @property
    def ok(self) -> bool:
        """True when no row was refused."""
        return not self.counts[REFUSED]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"ok": self.ok, "file": self.file, "form": self.form, "counts": self.counts,
                "ignored": list(self.ignored),
                "lines": [line.as_dict() for line in self.lines]}  # fmt: skip


class Refusal(Refused):
    """A row that is not taken; ``column`` is the key of the column that it is about."""

    WORDS = WORDS

    def __init__(self, code: str, column: str = "", **facts: Any) -> None:
        self.column = column
        super().__init__(code, **facts)

    def line(self, record: Record, key: str) -> Line:
        """The row of the report."""
        return Line(sheet=record.sheet, line=record.line, outcome=REFUSED, code=self.code, key=key,
                    column=record.letters.get(self.column, ""), facts=self.facts)  # fmt: skip


def done(record: Record, key: str, changed: Sequence[str], *, new: bool) -> Line:
    """The row of the report for one that was taken; ``changed`` names its columns."""
    outcome = ADDED if new else CHANGED if changed else UNCHANGED
    return Line(sheet=record.sheet, line=record.line, outcome=outcome, code=outcome, key=key,
                facts={"what": "、".join(changed)})  # fmt: skip
