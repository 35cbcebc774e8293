"""Questions that the script had no good answer to: gathered, and turned into drafts of the FAQ.

Files go in and come out; whoever keeps them makes a version of them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.core.model import Candidate
from bot.library.imports.questions import NAMES, Book, check_id, made_id, wordings
from bot.library.imports.report import Refusal
from bot.persona.faq import PREFIX, Faq
from bot.persona.match import Matcher, Wording
from bot.persona.normalise import normalise
from bot.persona.script import Script
from bot.store.unmatched import Open

Files = Mapping[str, str]
FAQ = "faq.csv"
# From this score on two questions are one: few texts are indexed, so scores are lower than those
# of a script.
ALIKE = 0.55
NEAREST = 3
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Near:
    """An answer that may be meant: its rule, what it is about, and how likely it is."""

    rule: str
    label: str
    score: float

    @property
    def is_faq(self) -> bool:
        """True for a row of the FAQ, which can be given another wording; the others stand in
        dialogue.toml."""
        return self.rule.startswith(PREFIX)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Questions that ask the same, the most asked first, and the answers that are nearest."""

    questions: tuple[Open, ...]
    near: tuple[Near, ...] = ()

    @property
    def text(self) -> str:
        """The words it is asked in most."""
        return self.questions[0].text

    @property
    def norms(self) -> tuple[str, ...]:
        """What is decided about, when something is decided about all of them."""
        return tuple(one.norm for one in self.questions)

    @property
    def times(self) -> int:
        """How often it was asked."""
        return sum(one.times for one in self.questions)

    @property
    def first_at(self) -> int:
        """When it was asked first, in UTC ms."""
        return min(one.first_at for one in self.questions)

    @property
    def last_at(self) -> int:
        """When it was asked last, in UTC ms."""
        return max(one.last_at for one in self.questions)


def gather(questions: Sequence[Open], script: Script | None = None) -> tuple[Group, ...]:
    """Near-equal questions together, the most asked group first; ``script`` knows what is near."""
    groups: dict[str, list[Open]] = {}
    leader: dict[str, str] = {}
    index = Matcher.of(Wording(one.norm, one.norm) for one in questions)
    for one in questions:
        near = (leader[c.rule] for c in index.best(one.norm)
                if c.rule != one.norm and c.score >= ALIKE and c.rule in leader)  # fmt: skip
        leader[one.norm] = lead = next(near, one.norm)
        groups.setdefault(lead, []).append(one)
    made = (Group(questions=tuple(ones), near=_near(ones[0], script)) for ones in groups.values())
    return tuple(sorted(made, key=lambda group: (-group.times, -group.last_at, group.text)))


def _near(question: Open, script: Script | None) -> tuple[Near, ...]:
    if script is None:
        return ()
    found: Sequence[Candidate] = script.matcher.best(question.text, NEAREST)
    return tuple(Near(c.rule, script.labels.get(c.rule, c.rule), c.score) for c in found)


def with_wording(files: Files, rule: str, wording: str) -> dict[str, str]:
    """The persona's files with one more wording of the FAQ row ``rule`` (``faq:ID``).

    Raises Refusal when there is no such row, or when another row has that wording.
    """
    book, wording = _book(files), one_line(wording)
    row = book.rows.get(rule.removeprefix(PREFIX)) if rule.startswith(PREFIX) else None
    if row is None:
        raise Refusal("no_row", value=rule)
    _free(book, row.id, (wording,))
    if normalise(wording) not in map(normalise, row.wordings):
        book.put(replace(row, similar=(*row.similar, wording)))
    return {**files, FAQ: book.text()}


def with_answer(
    files: Files, question: str, answer: str, similar: str = "", name: str = ""
) -> tuple[dict[str, str], str]:
    """The persona's files with a new row, and its rule (``faq:ID``).

    ``similar`` holds other wordings as in a table to import; without ``name`` the id is made from
    the question. Raises Refusal for an empty question or answer, an id that is taken, or a
    wording that another row has.
    """
    book, question = _book(files), one_line(question)
    row = Faq(id=name.strip() or made_id(question), question=question, answer=answer.strip(),
              similar=wordings(similar))  # fmt: skip
    for what, text in (("question", normalise(question)), ("answer", row.answer)):
        if not text:
            raise Refusal("empty", what, what=NAMES[what])
    check_id(row.id)
    if row.id in book.rows:
        raise Refusal("id_taken", "id", value=row.id)
    _free(book, row.id, row.wordings)
    book.put(row)
    return {**files, FAQ: book.text()}, row.rule


def one_line(text: str) -> str:
    """A wording as a cell can hold it among others."""
    return _SPACES.sub(" ", text.replace("|", " ")).strip()


def _free(book: Book, row: str, texts: Sequence[str]) -> None:
    for text in texts:
        if not normalise(text):
            raise Refusal("empty", "similar", what=NAMES["similar"])
        other = book.wordings.get(normalise(text), row)
        if other != row:
            raise Refusal("taken", "similar", value=text, other=other)


def _book(files: Files) -> Book:
    return Book.of(files.get(FAQ, ""), FAQ)
