"""What a sentence does with its parameters: which column each is compared with or written into.

Read off the text itself, so that nobody has to say beside a query what the query says already. It
knows as much SQL as ``queries/*.sql`` use; a test walks all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bot.store.schema import schema

Column = tuple[str, str]  # table, name

_TOKEN = re.compile(
    r"/\*.*?\*/|(?P<text>'(?:[^']|'')*')|(?P<param>(?<![:\w]):\w+…?)"
    r"|(?P<word>[A-Za-z_][\w$]*(?:\.[A-Za-z_]\w*)?)|(?P<sign>\|\||<>|<=|>=|!=|[-+*/=<>(),;]|\d+)",
    re.S,
)
_FROM = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "EXISTS"})
_CLAUSES = frozenset({"SELECT", "FROM", "WHERE", "SET", "VALUES", "INTO", "ON", "GROUP", "ORDER"})
_ENDS = frozenset({"WHERE", "FROM", "RETURNING", "ON", "ORDER", "GROUP", "LIMIT", "UNION"})
_NO_ALIAS = _ENDS | frozenset({
    "SET", "JOIN", "LEFT", "INNER", "CROSS", "VALUES", "SELECT", "HAVING", "DEFAULT", "FOR",
    "USING", "AND", "NOT", "INDEXED",
})  # fmt: skip
_THROUGH = frozenset({"CAST", "COALESCE", "NULLIF"})


@dataclass(frozen=True, slots=True)
class Use:
    """A parameter, and a column that it meets. ``written``: it goes in there; else it is compared
    with what is there."""

    param: str
    column: Column
    written: bool


@dataclass(slots=True)
class _Scope:
    """What stands between two brackets: its tables by the names they go by there."""

    parent: int | None
    tables: dict[str, str] = field(default_factory=dict)


@lru_cache(maxsize=2_048)
def uses(sql: str) -> tuple[Use, ...]:
    """Every meeting of a parameter with a column."""
    return tuple(dict.fromkeys(Reader(sql).uses()))


class Reader:
    """One sentence, cut into words."""

    def __init__(self, sql: str) -> None:
        self.words: list[str] = [found[0] for found in _TOKEN.finditer(sql)
                                 if not found[0].startswith("/*")]  # fmt: skip
        self.upper = [word.upper() for word in self.words]
        self._scopes: list[_Scope] = [_Scope(None)]
        self._at: list[int] = []  # the scope of each word
        self._close: dict[int, int] = {}
        self._open: dict[int, int] = {}
        self._brackets()
        self._tables()

    def _brackets(self) -> None:
        stack, scopes = list[int](), [0]
        for i, word in enumerate(self.words):
            self._at.append(scopes[-1])
            if word == "(":
                stack.append(i)
                if i + 1 < len(self.words) and self.upper[i + 1] == "SELECT":
                    self._scopes.append(_Scope(scopes[-1]))
                    scopes.append(len(self._scopes) - 1)
                else:
                    scopes.append(scopes[-1])
            elif word == ")":
                opened = stack.pop()
                scopes.pop()
                self._close[opened], self._open[i] = i, opened

    def _tables(self) -> None:
        known, clauses = schema(), [""]
        for i, word in enumerate(self.words):
            if word in "()":
                clauses = [*clauses, ""] if word == "(" else clauses[:-1]
            elif self.upper[i] in _CLAUSES:
                clauses[-1] = self.upper[i]
            # a column may be called like a table: only behind FROM is a comma before a table
            listed = i and self.words[i - 1] == "," and clauses[-1] == "FROM"
            if word in known and i and (self.upper[i - 1] in _FROM or listed):
                scope = self._scopes[self._at[i]]
                scope.tables[self._alias(i + 1) or word] = word
                if self.upper[i - 1] in ("INTO", "UPDATE"):
                    scope.tables[word] = scope.tables["excluded"] = word

    def _alias(self, i: int) -> str:
        if i < len(self.words) and self.upper[i] == "AS":
            i += 1
        word = self.words[i] if i < len(self.words) else ""
        return word if word.isidentifier() and word.upper() not in _NO_ALIAS else ""

    def column(self, i: int) -> Column | None:
        """The column that a word names, if it names one."""
        table, dot, name = self.words[i].rpartition(".")
        known = schema()
        scope: int | None = self._at[i]
        while scope is not None:
            tables = self._scopes[scope].tables
            if dot and table in tables:
                return tables[table], name
            held = (each for each in tables.values() if not dot and name in known[each])
            if (each := next(held, None)) is not None:
                return each, name
            scope = self._scopes[scope].parent
        return None

    def uses(self) -> Iterator[Use]:
        """See ``uses``."""
        slots = self._slots()
        for i, word in enumerate(self.words):
            names = [word[1:].rstrip("…")] if word.startswith(":") else self._of_values(i)
            if not names:
                continue
            compared, column = self._compared(i)
            into = column if compared else slots.get(i)
            if into is not None:
                yield from (Use(name, into, not compared) for name in names)

    def _of_values(self, i: int) -> list[str]:
        """``v.column2`` stands for what is second in ``(VALUES (…)) AS v``."""
        alias, _, name = self.words[i].rpartition(".")
        if not alias or not re.fullmatch(r"column\d+", name):
            return []
        for j, word in enumerate(self.upper):
            opens = word == "VALUES" and j and self.words[j - 1] == "("
            if opens and self._alias(self._close[j - 1] + 1) == alias:
                return [self.words[k][1:] for k, n in self._listed(j + 1)
                        if n == int(name[6:]) - 1 and self.words[k][0] == ":"]  # fmt: skip
        return []

    def _listed(self, opened: int) -> Iterator[tuple[int, int]]:
        """Words between brackets, each with the number of its part."""
        yield from self._numbered(opened + 1, self._close[opened])

    def _numbered(self, i: int, end: int) -> Iterator[tuple[int, int]]:
        number, depth = 0, 0
        while i < end:
            word = self.words[i]
            depth += (word == "(") - (word == ")")
            if word == "," and not depth:
                number += 1
            else:
                yield i, number
            i += 1

    def _slots(self) -> dict[int, Column]:
        """The words of what is written, each with the column that it is written into."""
        found: dict[int, Column] = {}
        for i, word in enumerate(self.upper):
            if word == "INTO":
                found |= self._inserted(i + 1)
            elif word == "SET" and self.upper[i - 1] != "FOR":
                found |= self._set(i + 1)
        return found

    def _inserted(self, i: int) -> dict[int, Column]:
        table = self.words[i]
        i += 1
        if self.words[i] != "(":
            return {}
        columns = [self.words[k] for k, _ in self._listed(i)]
        i = self._close[i] + 1
        found: dict[int, Column] = {}
        if self.upper[i] == "SELECT":
            for start in self._arms(i):
                parts = self._numbered(start, self._end(start))
                found |= {k: (table, columns[n]) for k, n in parts if n < len(columns)}
            return found
        i += 1
        while i < len(self.words) and self.words[i] in ("(", ","):
            if self.words[i] == "(":
                found |= {k: (table, columns[n]) for k, n in self._listed(i)}
                i = self._close[i]
            i += 1
        return found

    def _arms(self, i: int) -> Iterator[int]:
        """Where the lists of a SELECT, and of those that UNION adds to it, begin."""
        yield i + 1
        for k in range(i, len(self.words)):
            if self.upper[k] == "UNION" and self._at[k] == self._at[i]:
                yield k + (3 if self.upper[k + 1] == "ALL" else 2)

    def _end(self, i: int) -> int:
        """Where a list ends that begins here and stands in no brackets of its own."""
        depth = 0
        while i < len(self.words):
            depth += (self.words[i] == "(") - (self.words[i] == ")")
            if depth < 0 or (not depth and self.upper[i] in _ENDS):
                return i
            i += 1
        return i

    def _set(self, i: int) -> dict[int, Column]:
        found: dict[int, Column] = {}
        into: Column | None = None
        last = -1
        for k, n in self._numbered(i, self._end(i)):
            if n != last:
                into, last = self.column(k), n
            elif into is not None:
                found[k] = into
        return found

    def _compared(self, i: int) -> tuple[bool, Column | None]:
        """Whether a value is held against something, and the column if that is one."""
        first, last = i, i
        while first >= 2 and self.words[first - 1] == "(" and self.upper[first - 2] in _THROUGH:
            first, last = first - 2, self._close[first - 1]
        before = self.upper[first - 1] if first else ""
        if before == "(" and first >= 2 and self.upper[first - 2] == "IN":
            return True, self._left(first - (4 if self.upper[first - 3] == "NOT" else 3))
        if before == "FROM" and self.upper[first - 2] == "DISTINCT":
            return True, self._left(first - (5 if self.upper[first - 3] == "NOT" else 4))
        if before in ("=", "<>", "!=", "IS") and not self._assigns(first - 1):
            return True, self._left(first - 2)
        if last + 2 < len(self.words) and self.upper[last + 1] in ("=", "<>", "!="):
            return True, self._left(last + 2)
        return False, None

    def _assigns(self, i: int) -> bool:
        """Whether this ``=`` gives a column its value: only SET and a comma stand before it."""
        return self.words[i] == "=" and i in self._assignments()

    def _assignments(self) -> frozenset[int]:
        found = set()
        for i, word in enumerate(self.upper):
            if word == "SET":
                last = -1
                for k, n in self._numbered(i + 1, self._end(i + 1)):
                    if n != last:
                        found.add(k + 1)
                        last = n
        return frozenset(found)

    def _left(self, i: int) -> Column | None:
        """The column in an operand that ends (or, of a name, stands) here."""
        if i < 0:  # a piece, whose column comes from elsewhere
            return None
        if self.words[i] == ")":
            opened = self._open[i]
            if self.upper[opened - 1] in _THROUGH:
                return next((met for k in range(opened + 1, i) if (met := self.column(k))), None)
            return None
        if self.upper[i] in _THROUGH and self.words[i + 1] == "(":
            return self._left(self._close[i + 1])
        return self.column(i)
