"""The words for an audience, as a content editor writes them. Pure.

    标签:常客 且 活跃<30天 且 非 (来源:poster 或 推广:否)
    tag:常客 AND active<30d AND NOT (source:poster OR promo:no)

A condition is a field, a sign and a value without spaces; AND binds closer than OR.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.audience import And, Audience, Is, Leaf, Not, Or
from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.core.rfm import Thresholds
from scheduler.conditions import SEGMENT, condition
from scheduler.written import Context

SIZE_MAX = 1_000  # characters
CONDITIONS_MAX = 32
DEPTH_MAX = 8  # brackets and negations inside one another, and segments
EXPANDED_MAX = 256  # conditions, those of the segments counted too
USUAL = Thresholds()

_TOKEN = re.compile(
    r"\s*(?:(?P<open>[(（])|(?P<close>[)）])"
    r"|(?P<word>(?:AND|OR|NOT|且|并且|或|或者|不是)(?![^\s()（）])|非)"
    r"|(?P<said>(?:[^\s()（）\"“「]|\"[^\"]*\"|“[^”]*”|「[^」]*」)+)|(?P<odd>\S))",
    re.IGNORECASE,
)
_WORDS = {"and": "AND", "且": "AND", "并且": "AND", "or": "OR", "或": "OR", "或者": "OR",
          "not": "NOT", "非": "NOT", "不是": "NOT"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Token:
    """``kind``: AND, OR, NOT, a bracket, ``said`` or ``end``; the column counts from 1."""

    kind: str
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class _Segments:
    """The words of all segments by name; the names that are being read, the outermost first; what
    was read of others, with how many conditions."""

    words: Mapping[str, str]
    inside: tuple[str, ...] = ()
    read: dict[str, tuple[Audience, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Reader:
    """The tokens that are left, and where to point when something is wrong. ``columns``: where the
    conditions begin; ``expanded``: how many there are, those of segments too."""

    tokens: Sequence[_Token]
    context: Context
    file: str | None
    line: int | None
    segments: _Segments | None
    read: Callable[[str, Context], Leaf | And] = condition
    at: int = 0
    columns: list[int] = field(default_factory=list)
    expanded: int = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def refuse(self, token: _Token, message: str, fix: str) -> BadInput:
        return BadInput(f"column {token.column}: {message}", file=self.file, line=self.line,
                        fix=fix)  # fmt: skip


def parse_audience(
    text: str,
    personas: Mapping[str, Sequence[str]],
    zone: str,
    *,
    segments: Mapping[str, str] | None = None,
    thresholds: Thresholds = USUAL,
    file: str | None = None,
    line: int | None = None,
) -> Audience:
    """Reads an audience; days are those of ``zone``.

    ``personas`` maps a persona to its staff accounts, ``segments`` a segment to its words, which
    are read in its place. Without ``segments`` any name is taken, and what comes out cannot be
    counted. ``thresholds``: what the company calls recent, often and much. Raises BadInput naming
    column and fix.
    """
    context = Context(personas=personas, zone=zone, thresholds=thresholds)
    known = None if segments is None else _Segments(segments)
    return _whole(text, context, file, line, known)[0]


def outline(text: str) -> tuple[Audience, Sequence[int]]:
    """How conditions are combined, each as it is written (``said``), whether it means anything or
    not; and at which column each of them begins. Raises BadInput naming column and fix where the
    words between them are wrong."""
    reader = _Reader(_all_tokens(text), Context(), None, None, None, _unread)
    return _ended(reader)[0], reader.columns


def _unread(said: str, context: Context) -> Leaf | And:
    return Is("", (), said)


def _whole(
    text: str, context: Context, file: str | None, line: int | None, segments: _Segments | None
) -> tuple[Audience, int]:
    """An audience, and how many conditions it has."""
    return _ended(_Reader(_all_tokens(text), context, file, line, segments))


def _all_tokens(text: str) -> tuple[_Token, ...]:
    """What is too long is cut, and its end tells."""
    found = list(_tokens(text[: SIZE_MAX + 1]))
    if len(text) > SIZE_MAX:
        found[-1] = _Token("end", "", len(text) + 1)
    return tuple(found)


def _ended(reader: _Reader) -> tuple[Audience, int]:
    """What the tokens say, to the last of them."""
    if reader.tokens[-1].column > SIZE_MAX + 1:
        raise reader.refuse(reader.tokens[-1], f"over {SIZE_MAX} characters",
                            "use tags instead of lists")  # fmt: skip
    found = _any_of(reader, 0)
    if reader.next.kind != "end":
        raise _stray(reader, reader.next)
    return found, reader.expanded


def _tokens(text: str) -> Iterator[_Token]:
    text = text.rstrip()
    at = 0
    while (found := _TOKEN.match(text, at)) is not None:
        kind = str(found.lastgroup)
        token = found[kind]
        yield _Token(_WORDS[token.lower()] if kind == "word" else kind, token,
                     found.start(kind) + 1)  # fmt: skip
        at = found.end()
    yield _Token("end", "", len(text) + 1)


def _stray(reader: _Reader, token: _Token) -> BadInput:
    if token.kind == "close":
        return reader.refuse(token, "a bracket closes that was not opened", "remove it")
    if token.kind == "odd":
        return reader.refuse(token, f"{token.text} opens a quotation without an end", "close it")
    return reader.refuse(token, "two conditions stand side by side",
                         "write AND (且) or OR (或) between them")  # fmt: skip


def _any_of(reader: _Reader, depth: int) -> Audience:
    parts = [_all_of(reader, depth)]
    while reader.next.kind == "OR":
        reader.take()
        parts.append(_all_of(reader, depth))
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _all_of(reader: _Reader, depth: int) -> Audience:
    parts = [_one(reader, depth)]
    while reader.next.kind == "AND":
        reader.take()
        parts.append(_one(reader, depth))
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _one(reader: _Reader, depth: int) -> Audience:
    token = reader.take()
    if depth > DEPTH_MAX:
        raise reader.refuse(token, "nested too deeply", f"at most {DEPTH_MAX} levels")
    if token.kind == "NOT":
        return Not(_one(reader, depth + 1))
    if token.kind == "open":
        return _bracket(reader, token, depth + 1)
    if token.kind != "said":
        if token.kind in ("close", "odd"):
            raise _stray(reader, token)
        raise reader.refuse(token, "a condition is missing", "write one like tag:常客 or 活跃<30天")
    return _condition(reader, token)


def _bracket(reader: _Reader, opened: _Token, depth: int) -> Audience:
    inside = _any_of(reader, depth)
    closed = reader.take()
    if closed.kind == "end":
        raise reader.refuse(opened, "this bracket is not closed", "add )")
    if closed.kind != "close":
        raise _stray(reader, closed)
    return inside


def _condition(reader: _Reader, token: _Token) -> Audience:
    if reader.next.kind == "odd":
        raise _stray(reader, reader.next)
    reader.columns.append(token.column)
    if len(reader.columns) > CONDITIONS_MAX:
        raise reader.refuse(token, f"more than {CONDITIONS_MAX} conditions", "use fewer")
    try:
        found = reader.read(token.text, reader.context)
    except BadInput as wrong:
        raise reader.refuse(token, wrong.message, wrong.fix) from None
    if isinstance(found, Is) and found.field == SEGMENT and reader.segments is not None:
        return _segment(reader, token, found.values[0], reader.segments)
    reader.expanded += 1
    return found


def _segment(reader: _Reader, token: _Token, name: str, known: _Segments) -> Audience:
    """What stands for a segment."""
    if name not in known.read:
        known.read[name] = _named(reader, token, name, known)
    found, size = known.read[name]
    reader.expanded += size
    if reader.expanded > EXPANDED_MAX:
        raise reader.refuse(token, f"over {EXPANDED_MAX} conditions with those of the segments",
                            "use fewer segments")  # fmt: skip
    return found


def _named(reader: _Reader, token: _Token, name: str, known: _Segments) -> tuple[Audience, int]:
    inside = (*known.inside, name)
    if name in known.inside:
        raise reader.refuse(token, f"the segment {name!r} asks for itself: {' > '.join(inside)}",
                            "take one of them out")  # fmt: skip
    if name not in known.words:
        fix = nearest(name, known.words) if known.words else "'onevoice segment save' makes one"
        raise reader.refuse(token, f"there is no segment {name!r}", fix)
    if len(inside) > DEPTH_MAX:
        raise reader.refuse(token, "nested too deeply", f"at most {DEPTH_MAX} segments")
    inner = _Segments(known.words, inside, known.read)
    try:
        return _whole(known.words[name], reader.context, None, None, inner)
    except BadInput as wrong:
        raise reader.refuse(token, f"segment {name!r}: {wrong.message}", wrong.fix) from None
