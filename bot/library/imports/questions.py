"""Questions and answers into the faq.csv of a persona: rows are added and changed, never removed.

A row is known by its number, else by its question. An empty cell leaves what is there.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from bot.core import csvfile
from bot.core.errors import BadInput
from bot.core.findings import ERROR
from bot.library.imports.read import Upload, understand
from bot.library.imports.report import Line, Refusal, Report, done
from bot.library.imports.sheet import CELL_MAX, Column, Record
from bot.library.review import Judge, objection
from bot.persona.faq import HEADER, ID_MAX, OPTIONAL, Faq, parse_faq
from bot.persona.normalise import normalise
from bot.persona.rule import TEMPLATE

COLUMNS = (
    Column("id", ("编号", "id", "问题编号")),
    Column("question", ("问题", "标准问题", "标准问", "标准问法", "question"), needed=True),
    Column("similar", ("相似问法", "相似问题", "相似问", "其他问法", "扩展问", "同义问法",
                       "similar")),
    Column("answer", ("答案", "回答", "回复", "标准答案", "answer"), needed=True),
    Column("topic", ("主题", "话题", "topic")),
    Column("source", ("出处", "来源", "依据", "source")),
)  # fmt: skip
NAMES = {column.key: column.names[0] for column in COLUMNS}
MADE = "q-"  # begins the id of a row that came without one
_BETWEEN = re.compile(r"[|｜\n;；]+")


def import_faq(
    content: bytes, file: str, current: str, templates: Collection[str] | None = None,
    shown: str = "faq.csv", judge: Judge | None = None,
) -> Report:  # fmt: skip
    """What an import makes of ``current``, the text of a faq.csv that may be empty.

    ``templates`` are the names that answers may refer to (None: any); an answer that is new, and
    that the guard of ``judge`` would stop, is refused. Raises BadInput when the
    import cannot be read, or when ``current`` has errors of its own; ``shown`` names that file.
    A large one takes seconds: not on an event loop.
    """
    upload = understand(content, COLUMNS, file)
    book = Book.of(current, shown)
    lines = tuple(_take(book, record, templates, judge) for table in upload.tables
                  for record in table.records)  # fmt: skip
    return report(upload, book.text(), lines)


def report(upload: Upload, text: str, lines: tuple[Line, ...]) -> Report:
    """The report of an import."""
    ignored = tuple(dict.fromkeys(name for table in upload.tables for name in table.ignored))
    return Report(file=upload.file, form=upload.form, text=text, lines=lines, ignored=ignored)


@dataclass(slots=True)
class Book:
    """The rows of a faq.csv, changed one by one; ``wordings`` says which row knows a wording."""

    rows: dict[str, Faq] = field(default_factory=dict)
    mark: str = ""
    columns: tuple[str, ...] = HEADER
    wordings: dict[str, str] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, shown: str) -> Book:
        """Reads a file. Raises BadInput when it has errors."""
        if not text.strip(csvfile.BOM + " \r\n"):
            return cls()
        rows, found = parse_faq(text, shown)
        for one in found:
            if one.severity == ERROR:
                raise BadInput(one.message, file=one.file, line=one.line, fix=one.fix)
        mark = csvfile.BOM if text.startswith(csvfile.BOM) else ""
        header = next(csv.reader(io.StringIO(text.removeprefix(csvfile.BOM))))
        book = cls(mark=mark, columns=tuple(cell.strip() for cell in header))
        for row in rows:
            book.put(row)
        return book

    def put(self, row: Faq) -> None:
        """Adds a row or puts it in the place of the one with its id."""
        for wording in self.rows[row.id].wordings if row.id in self.rows else ():
            if self.wordings.get(normalise(wording)) == row.id:
                del self.wordings[normalise(wording)]
        self.rows[row.id] = row
        for wording in row.wordings:
            self.wordings.setdefault(normalise(wording), row.id)
        for name in OPTIONAL:
            if getattr(row, name) and name not in self.columns:
                self.columns += (name,)

    def text(self) -> str:
        """The file."""
        made = io.StringIO()
        write = csv.writer(made, lineterminator="\n").writerow
        write(self.columns)
        for row in self.rows.values():
            write(["|".join(row.similar) if name == "similar" else getattr(row, name)
                   for name in self.columns])  # fmt: skip
        return self.mark + made.getvalue()


def changed(before: Faq | None, after: Faq) -> list[str]:
    """The names of the columns in which two rows differ."""
    return [name for key, name in NAMES.items()
            if before is None or getattr(before, key) != getattr(after, key)]  # fmt: skip


def made_id(question: str) -> str:
    """The id of a row that has none: the same for the same question, however it is punctuated."""
    return MADE + hashlib.sha256(normalise(question).encode()).hexdigest()[:8]


def wordings(cell: str) -> tuple[str, ...]:
    """Other wordings in one cell: by bars, line breaks or semicolons."""
    parts = (part.strip() for part in _BETWEEN.split(cell))
    return tuple(dict.fromkeys(part for part in parts if part))


def check_id(name: str) -> None:
    """Raises Refusal for what cannot be the id of a row."""
    if len(name.encode()) > ID_MAX or not name.isprintable():
        raise Refusal("id", "id", value=name[:40])


def _take(
    book: Book, record: Record, templates: Collection[str] | None, judge: Judge | None
) -> Line:  # fmt: skip
    key = record.cells.get("id", "") or _known(book, record) or made_id(record.cells["question"])
    before = book.rows.get(key)
    try:
        _single(book, record, key)
        after = _row(record, key, before)
        _check(book, after, templates)
        if judge is not None and (before is None or before.answer != after.answer):
            _judge(after, judge)
    except Refusal as refusal:
        return refusal.line(record, key if record.cells["question"] else record.cells.get("id", ""))
    book.put(after)
    book.taken[key] = record.line
    return done(record, key, changed(before, after), new=before is None)


def _known(book: Book, record: Record) -> str | None:
    """The row that asks this question already."""
    found = book.wordings.get(normalise(record.cells["question"]))
    row = book.rows.get(found or "")
    same = row and normalise(row.question) == normalise(record.cells["question"])
    return row.id if row and same else None


def _single(book: Book, record: Record, key: str) -> None:
    """Raises Refusal when an earlier row of the import was about the same."""
    if key in book.taken:
        named = bool(record.cells.get("id"))
        raise Refusal("twice" if named else "same_question", "id" if named else "question",
                      value=key, other=book.taken[key])  # fmt: skip


def _row(record: Record, key: str, before: Faq | None) -> Faq:
    def cell(name: str) -> str:
        return record.cells.get(name, "") or (str(getattr(before, name)) if before else "")

    similar = wordings(record.cells.get("similar", "")) or (before.similar if before else ())
    return Faq(id=key, question=" ".join(cell("question").split()), similar=similar,
               answer=cell("answer"), topic=cell("topic"), source=cell("source"),
               line=before.line if before else 1)  # fmt: skip


def _judge(row: Faq, judge: Judge) -> None:
    if problem := objection(judge, row.answer):
        raise Refusal("guard", "answer", why=problem.message, fix=problem.fix)


def _check(book: Book, row: Faq, templates: Collection[str] | None) -> None:
    for key in ("question", "answer"):
        if not getattr(row, key) or (key == "question" and not normalise(row.question)):
            raise Refusal("empty", key, what=NAMES[key])
    long: Mapping[str, Iterable[str]] = {"question": (row.question,), "similar": row.similar,
                                         "answer": (row.answer,)}  # fmt: skip
    for key, texts in long.items():
        if sum(map(len, texts)) > CELL_MAX:
            raise Refusal("long", key, what=NAMES[key], most=CELL_MAX)
    check_id(row.id)
    name = row.answer.removeprefix(TEMPLATE).strip()
    if row.answer.startswith(TEMPLATE) and templates is not None and name not in templates:
        raise Refusal("template", "answer", value=name)
    for place, wording in enumerate(row.wordings):
        other = book.wordings.get(normalise(wording), row.id)
        if other != row.id:
            raise Refusal("taken", "similar" if place else "question", value=wording, other=other)
