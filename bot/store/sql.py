"""Named SQL: files of ``-- name: …`` sentences, one text for two engines.

Rules that keep it one text: named parameters only (``:x``), lists as ``IN (:ids…)``, integers for
times and flags, no data-modifying CTEs. Four marks speak to PostgreSQL only: ``/*skip locked*/``
takes rows that nobody else holds, ``/*lock*/`` waits until nobody else does, ``/*share*/`` keeps
others from taking a row, though not from changing what is no key of it. ``/*few*/`` before a list
of texts keeps its length from the planner, which then goes by an index and does not read a whole
table instead. One speaks to SQLite: behind ``/*rows*/`` stands a row's place, which ``spread``
repeats.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from operator import itemgetter

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.M)
_WORD = re.compile(r"[a-z_]+")
# A literal, or a parameter and the mark of a list.
_VALUE = re.compile(r"'(?:[^']|'')*'|(?<![:\w]):(\w+)(…?)")
_PARAMETER = re.compile(r"(?<![:\w]):(\w+)")
_HOLE = re.compile(r"/\*(\w+)…\*/")
# A literal, a list, a parameter, a mark, or a percent sign.
_TOKEN = re.compile(
    r"(?P<literal>'(?:[^']|'')*')|(?P<few>/\*few\*/ )?(?P<other>NOT )?IN \(:(?P<list>\w+)…\)"
    r"|(?<![:\w]):(?P<name>\w+)|/\*(?P<mark>skip locked|lock|share|rows)\*/|(?P<percent>%)"
)
_MARKS = {"skip locked": "FOR UPDATE SKIP LOCKED", "lock": "FOR UPDATE",
          "share": "FOR KEY SHARE SKIP LOCKED", "rows": ""}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Composed:
    """A sentence put together from named pieces by ``compose``; nothing else makes one."""

    text: str


Query = str | Composed
Values = Callable[[Mapping[str, object]], tuple[object, ...]]


def text_of(query: Query) -> str:
    """The SQL of a query, known by its name or composed."""
    return query.text if isinstance(query, Composed) else queries()[query]


def compose(piece: str, number: int | None = None, /, **holes: Composed) -> Composed:
    """A named piece with its holes (``/*where…*/``) filled.

    ``number`` keeps the parameters apart where a piece occurs several times: ``:at`` becomes
    ``:at_3``. It does not reach into what fills the holes.
    """
    text = pieces()[piece].strip().rstrip(";")
    if number is not None:
        text = _PARAMETER.sub(rf":\1_{number}", text)
    return Composed(_HOLE.sub(lambda hole: holes[hole[1]].text, text))


def join(word: str, parts: Sequence[Composed]) -> Composed:
    """Composed conditions with AND or OR between, composed sets with UNION, or a list."""
    assert word in ("AND", "OR", "UNION", "UNION ALL", ",")
    return Composed(f" {word} ".join(part.text for part in parts))


def word(name: str) -> Composed:
    """The name of a table or a column, to fill a hole with."""
    assert _WORD.fullmatch(name)
    return Composed(name)


@cache
def queries() -> Mapping[str, str]:
    """All named queries. Raises ValueError when a name stands twice."""
    return _named("queries")


@cache
def pieces() -> Mapping[str, str]:
    """What ``compose`` puts sentences together from: no piece is run by itself."""
    return _named("queries", "pieces")


def _named(*folder: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for file in sorted(files("bot.store").joinpath(*folder).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".sql"):
            continue
        parts = _NAME.split(file.read_text(encoding="utf-8"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True):
            if name in found:
                raise ValueError(f"query {name} stands twice ({file.name})")
            found[name] = _strip(text)
    return found


@cache
def migrations() -> tuple[tuple[int, str, str], ...]:
    """(number, name, SQL text) of every migration, in order. Raises ValueError when two have one
    number: the second would never be applied."""
    folder = files("bot.store").joinpath("migrations")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    if len({name.split("_")[0] for name in names}) < len(names):
        raise ValueError("two migrations have one number")
    return tuple(
        (int(n.split("_")[0]), n.removesuffix(".sql"), folder.joinpath(n).read_text("utf-8"))
        for n in names
    )


def statements(script: str) -> list[str]:
    """Splits a migration into statements; comments go."""
    return [part.strip() for part in _strip(script).split(";") if part.strip()]


@lru_cache(maxsize=2_048)
def numbered(sql: str) -> tuple[str, Values]:
    """A sentence without lists for sqlite3: ``?1`` instead of ``:x``, and what makes a tuple of
    its values. To sqlite3 a name is a string made anew for every value it binds."""
    names: list[str] = []

    def number(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return found[0]
        if name not in names:
            names.append(name)
        return f"?{names.index(name) + 1}"

    return _TOKEN.sub(number, sql), _getter(names)


@lru_cache(maxsize=4_096)
def prepared(query: Query) -> tuple[str, Values | None]:
    """A query for sqlite3 as ``numbered`` tells it; its text and None where it has lists."""
    text = text_of(query)
    return (text, None) if "…" in text else numbered(text)


ROWS = "/*rows*/"
_ROW = re.compile(r"/\*rows\*/\s*\(([^()]*)\)")


@lru_cache(maxsize=512)
def spread(sql: str, n: int) -> tuple[str, Values, Values]:
    """``n`` rows in one statement for sqlite3: the text, what makes a tuple of a row's values, and
    of the values that all rows share (the first row's), which come last."""
    (inner,) = _ROW.findall(sql)
    names = tuple(dict.fromkeys(_PARAMETER.findall(inner)))
    shared = tuple(dict.fromkeys(_PARAMETER.findall(_ROW.sub("", sql))))

    def row(i: int) -> str:
        place = {name: i * len(names) + j + 1 for j, name in enumerate(names)}
        return "(" + _PARAMETER.sub(lambda found: f"?{place[found[1]]}", inner) + ")"

    last = {name: n * len(names) + j + 1 for j, name in enumerate(shared)}
    text = _ROW.sub(lambda _: ROWS + ", ".join(map(row, range(n))), sql)
    text = _PARAMETER.sub(lambda found: f"?{last[found[1]]}", text)
    return text, _getter(names), _getter(shared)


def _getter(names: Sequence[str]) -> Values:
    """What makes a tuple of these values."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda params: tuple(params[name] for name in names)


def bind(sql: str, params: Mapping[str, object]) -> tuple[str, list[object]]:
    """The sentence for sqlite3 with one parameter for each element of ``(:ids…)``, and the values
    in their order. An empty list matches nothing."""
    single, lists = _parameters(sql)
    values, lengths = [params[name] for name in single], []
    for name in lists:
        items = params[name]
        assert isinstance(items, (list, tuple))
        lengths.append(len(items))
        values += items
    return _with_lists(sql, tuple(lengths)), values


@lru_cache(maxsize=2_048)
def _parameters(sql: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the single values and of the lists, each once."""
    found = dict.fromkeys((name, many) for name, many in _VALUE.findall(sql) if name)
    return (tuple(name for name, many in found if not many),
            tuple(name for name, many in found if many))  # fmt: skip


@lru_cache(maxsize=1_024)
def _with_lists(sql: str, lengths: tuple[int, ...]) -> str:
    """The same text for lists of the same lengths: it is made, and prepared, once."""
    single, lists = _parameters(sql)
    places = {(name, ""): f"?{i}" for i, name in enumerate(single, 1)}
    first = len(single) + 1
    for name, n in zip(lists, lengths, strict=True):
        places[name, "…"] = ", ".join(f"?{i}" for i in range(first, first + n)) or "NULL"
        first += n
    return _VALUE.sub(lambda found: places[found[1], found[2]] if found[1] else found[0], sql)


@lru_cache(maxsize=2_048)
def postgres(sql: str) -> tuple[bytes, frozenset[str]]:
    """The same sentence for psycopg, and the names of its lists, which travel as arrays: a list
    of any length is one text, so that it is prepared once."""
    lists = frozenset(found["list"] for found in _TOKEN.finditer(sql) if found["list"])
    return _TOKEN.sub(_spell, sql).encode(), lists


def _spell(found: re.Match[str]) -> str:
    if found["list"]:
        values = f"%({found['list']})s"
        values = f"ARRAY(SELECT unnest({values}::text[]))" if found["few"] else values
        return ("<> ALL" if found["other"] else "= ANY") + f"({values})"
    if found["name"]:
        return f"%({found['name']})s"
    return _MARKS[found["mark"]] if found["mark"] else found[0].replace("%", "%%")


def bind_postgres(sql: str, params: Mapping[str, object]) -> tuple[bytes, Mapping[str, object]]:
    """The sentence and its values for psycopg. An empty list matches nothing, with NOT too."""
    text, lists = postgres(sql)
    if not lists:
        return text, params
    return text, {key: _array(value) if key in lists else value for key, value in params.items()}


def _array(items: object) -> list[object]:
    assert isinstance(items, (list, tuple))
    return list(items) or [None]


def _strip(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
