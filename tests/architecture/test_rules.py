"""House rules that a reader of the syntax tree can check."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from bot.core import model
from bot.persona.persona import Persona
from bot.studio.template import Template
from scheduler.campaigns import Campaign
from tests.architecture.source import (
    PACKAGES,
    ROOT,
    Function,
    Module,
    dotted,
    imports,
    module,
    modules,
    names,
)

FILE_MAX = 300
FUNCTION_MAX = 40
# A verb alone is an HTTP method, not a statement.
SQL = re.compile(
    r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|WITH|BEGIN|VACUUM|ATTACH|ANALYZE"
    r"|select|insert into|delete from)\b(?!\Z)"
)
CLOCKS = frozenset({
    "time.time", "time.time_ns", "time.localtime", "time.gmtime",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
    "datetime.date.today",
})  # fmt: skip
PRODUCT = ("bot", "scheduler")
# The sandbox shares no code, so it has a clock of its own.
CLOCK_FILES = {"bot.core.clock", "sandbox.clock"}
# The words of the house: frozen, and every field by its name.
CENTRAL = (
    model.Inbound, model.Turn, model.Decision, model.Outbound, model.Member, model.Conversation,
    Persona, Template, Campaign,
)  # fmt: skip


def sql_strings(source: Module) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.match(node.value):
            yield f"{source.path}:{node.lineno}: {node.value.strip()[:40]!r}"


def clock_readings(source: Module) -> Iterator[str]:
    known = names(source)
    for node in source.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node, known) in CLOCKS:
            yield f"{source.path}:{node.lineno}: {dotted(node, known)}"


def awaits_under_tx(source: Module) -> Iterator[str]:
    for function in source.functions():
        if not _takes_tx(function):
            continue
        for node in ast.walk(function):
            waits = ast.Await | ast.AsyncFor | ast.AsyncWith | ast.AsyncFunctionDef
            if isinstance(node, waits):
                yield f"{source.path}:{node.lineno}: {function.name} waits inside a transaction"


def _takes_tx(function: Function) -> bool:
    """True when it is given an open transaction, at whatever place."""
    given = function.args
    return any(one.arg == "tx" for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))


def prints(source: Module) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            yield f"{source.path}:{node.lineno}"


def long_functions(source: Module) -> Iterator[str]:
    for function in source.functions():
        if (lines := lines_of(function)) > FUNCTION_MAX:
            yield f"{source.path}:{function.lineno}: {function.name} has {lines} lines"


def lines_of(function: Function) -> int:
    """Without its docstring."""
    return (function.end_lineno or 0) - function.lineno + 1 - _docstring_lines(function)


def silent(source: Module) -> Iterator[str]:
    """What anybody may call and that does not say what it promises. A method may keep the promise
    of what it stands for."""
    for node in source.tree.body:
        named = isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if named and ast.get_docstring(node) is None:
            yield f"{source.path}:{node.lineno}: {node.name}"


def _docstring_lines(function: Function) -> int:
    if ast.get_docstring(function) is None:
        return 0
    return (function.body[0].end_lineno or 0) - function.body[0].lineno + 1


def test_sql_stands_only_in_the_store() -> None:
    found = [text for source in modules(*PACKAGES) if not source.path.startswith("bot/store/")
             for text in sql_strings(source)]  # fmt: skip
    assert not found, "\n".join(found)


def test_only_the_clock_reads_the_time() -> None:
    found = [text for source in modules(*PACKAGES) if source.name not in CLOCK_FILES
             for text in clock_readings(source)]  # fmt: skip
    assert not found, "\n".join(found)


def test_no_transaction_waits() -> None:
    found = [text for source in modules(*PRODUCT) for text in awaits_under_tx(source)]
    assert not found, "\n".join(found)


def test_nothing_prints() -> None:
    found = [text for source in modules(*PRODUCT) for text in prints(source)]
    assert not found, "\n".join(found)


def test_files_stay_small() -> None:
    found = [f"{s.path}: {n} lines" for s in modules(*PACKAGES)
             if (n := len(s.text.splitlines())) > FILE_MAX]  # fmt: skip
    assert not found, "\n".join(found)


def test_functions_stay_small() -> None:
    found = [text for source in modules(*PACKAGES) for text in long_functions(source)]
    assert not found, "\n".join(found)


def test_the_usual_function_is_short() -> None:
    lines = sorted(lines_of(one) for source in modules(*PACKAGES) for one in source.functions())
    assert lines[len(lines) // 2] <= 8 and lines[len(lines) * 95 // 100] <= 25


def test_whoever_may_be_called_says_what_he_promises() -> None:
    found = [text for source in modules(*PRODUCT) for text in silent(source)]
    assert not found, "\n".join(found)


def test_the_words_of_the_house_do_not_change() -> None:
    for kind in CENTRAL:
        assert is_dataclass(kind) and kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        assert all(one.kw_only for one in fields(kind) if one.init), kind


def test_who_knows_an_engine_is_counted() -> None:
    """One text for two engines: beside the engines themselves only these know PostgreSQL's driver,
    and nobody but the store, and its benchmarks, knows which engine there is."""
    knows = {source.name.rpartition(".")[2] for source in modules(*PRODUCT)
             for _, target in imports(source) if target.partition(".")[0] == "psycopg"}  # fmt: skip
    assert knows == {"postgres", "pgline", "pgmigrate", "pgshelf", "notices", "opening"}
    engines = ("bot.store.sqlite.", "bot.store.postgres.", "bot.store.pgline.")
    outside = {source.path for source in modules(*PRODUCT) for _, target in imports(source)
               if f"{target}.".startswith(engines)}  # fmt: skip
    assert not [path for path in outside if not path.startswith(("bot/store/", "bot/bench/"))]


@pytest.mark.parametrize("folder", ["personas", "content"])
def test_what_people_edit_holds_no_code(folder: str) -> None:
    assert (ROOT / folder).is_dir()
    assert not [str(p) for p in (ROOT / folder).rglob("*.py*")]


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (sql_strings, "q = 'SELECT 1'"),
        (sql_strings, "q = f'''\n  UPDATE {t} SET x = 1'''"),
        (sql_strings, "q = 'CREATE TABLE x (a)'"),
        (sql_strings, "q = 'with x as (y) select 1'.upper(), 'WITH x AS (y)'"),
        (clock_readings, "import time\nx = time.time()"),
        (clock_readings, "import time as t\nx = t.time_ns"),
        (clock_readings, "from time import time as t\nx = t()"),
        (clock_readings, "import datetime\nx = datetime.datetime.now()"),
        (clock_readings, "from datetime import datetime as dt, UTC\nx = dt.now(UTC)"),
        (clock_readings, "from datetime import date\nx = date.today()"),
        (awaits_under_tx, "async def f(tx): pass"),
        (awaits_under_tx, "class A:\n async def f(self, b, *, tx): pass"),
        (silent, "def f(): pass"),
        (silent, "@dataclass\nclass A:\n b: int"),
        (prints, "print('x')"),
        (long_functions, "def f():\n" + " x = 1\n" * 40),
    ],
)
def test_the_checkers_see(check: object, text: str) -> None:
    assert callable(check)
    assert len(list(check(module("bot.planted", text)))) == 1


def test_the_checkers_let_pass_what_is_meant_otherwise() -> None:
    text = (
        "from datetime import datetime\nimport time\n"
        "def now(clock): return clock.now(), time.monotonic(), datetime.fromtimestamp(0)\n"
        "WORD = 'Select a day'\n"
        'def f():\n """' + "Long.\n" * 60 + '"""\n' + " x = 1\n" * 38 + "\n"
        "async def g(store, write): await store.write(write)\n"
    )
    planted = module("bot.planted", text)
    checks = (sql_strings, clock_readings, awaits_under_tx, prints, long_functions)
    assert [hit for check in checks for hit in check(planted)] == []
