"""Named SQL: files of ``-- name: …`` sentences, one text for two engines.

Rules that keep it one text: named parameters only (``:x``), lists as ``IN (:ids…)``, integers for
times and flags, no data-modifying CTEs. Two marks speak to PostgreSQL only: ``/*skip locked*/``
takes rows that nobody else holds, ``/*lock*/`` waits until nobody else does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from operator import itemgetter

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.M)
_LIST = re.compile(r":(\w+)…")
# A literal, a list, a parameter, a mark, or a percent sign.
_TOKEN = re.compile(
    r"(?P<literal>'(?:[^']|'')*')|(?P<other>NOT )?IN \(:(?P<list>\w+)…\)"
    r"|(?<![:\w]):(?P<name>\w+)|/\*(?P<mark>skip locked|lock)\*/|(?P<percent>%)"
)
_MARKS = {"skip locked": "FOR UPDATE SKIP LOCKED", "lock": "FOR UPDATE"}


@cache
def queries() -> Mapping[str, str]:
    """All named queries. Raises ValueError when a name stands twice."""
    found: dict[str, str] = {}
    for file in sorted(files("bot.store").joinpath("queries").iterdir(), key=lambda f: f.name):
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
    """(number, name, SQL text) of every migration, in order."""
    folder = files("bot.store").joinpath("migrations")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return tuple(
        (int(n.split("_")[0]), n.removesuffix(".sql"), folder.joinpath(n).read_text("utf-8"))
        for n in names
    )


def statements(script: str) -> list[str]:
    """Splits a migration into statements; comments go."""
    return [part.strip() for part in _strip(script).split(";") if part.strip()]


@cache
def numbered(sql: str) -> tuple[str, Callable[[Mapping[str, object]], tuple[object, ...]]]:
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

    text = _TOKEN.sub(number, sql)
    if len(names) < 2:
        return text, lambda params: tuple(params[name] for name in names)
    return text, itemgetter(*names)


def bind(sql: str, params: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Expands ``(:ids…)`` into one parameter per element. An empty list matches nothing."""
    if "…" not in sql:
        return sql, dict(params)
    values = dict(params)

    def expand(found: re.Match[str]) -> str:
        items = values.pop(found[1])
        assert isinstance(items, (list, tuple))
        for i, item in enumerate(items):
            values[f"{found[1]}_{i}"] = item
        return ", ".join(f":{found[1]}_{i}" for i in range(len(items))) or "NULL"

    return _LIST.sub(expand, sql), values


@cache
def postgres(sql: str) -> tuple[bytes, frozenset[str]]:
    """The same sentence for psycopg, and the names of its lists, which travel as arrays: a list
    of any length is one text, so that it is prepared once."""
    lists = frozenset(found["list"] for found in _TOKEN.finditer(sql) if found["list"])
    return _TOKEN.sub(_spell, sql).encode(), lists


def _spell(found: re.Match[str]) -> str:
    if found["list"]:
        return ("<> ALL" if found["other"] else "= ANY") + f"(%({found['list']})s)"
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
