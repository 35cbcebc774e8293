"""The field tables themselves: every row of every endpoint, missing, wrong, at its limit."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.api.table import build
from sandbox.errors import MEANING, ApiError
from sandbox.fields import Field, check, flag, items, number, obj, text

TABLE = build()
ROWS = [(path, name, row) for path, point in TABLE.items() for name, row in point.fields.items()]


def sample(row: Field) -> Any:
    """A smallest legal value."""
    if row.choices:
        return row.choices[0]
    if row.kind == "list":
        return [sample(row.item)] * max(1, row.min_items) if row.item else []
    if row.kind == "obj":
        return {name: sample(part) for name, part in row.fields.items() if part.required} or {
            "a": 1
        }
    return {"str": "a", "int": int(row.low or 0), "num": 0.0, "bool": True}.get(row.kind, "a")


def body(path: str, **more: Any) -> dict[str, Any]:
    fields = TABLE[path].fields
    return {name: sample(row) for name, row in fields.items() if row.required} | more


def code(path: str, given: dict[str, Any]) -> int:
    try:
        check(TABLE[path].fields, given)
    except ApiError as error:
        return error.errcode
    return 0


@pytest.mark.parametrize("path", TABLE)
def test_a_smallest_body_passes_and_every_required_field_is_missed(path: str) -> None:
    assert code(path, body(path)) == 0
    for name, row in TABLE[path].fields.items():
        if row.required:
            for absent in ({}, {name: None}, {name: ""}):
                given = {k: v for k, v in body(path).items() if k != name} | absent
                assert code(path, given) == row.missing


@pytest.mark.parametrize(("path", "name", "row"), ROWS, ids=[f"{p}-{n}" for p, n, _ in ROWS])
def test_wrong_types_and_limits(path: str, name: str, row: Field) -> None:
    wrong: Any = "x" if row.kind in ("list", "obj", "int", "num", "bool") else {"a": 1}
    if row.kind != "any":
        assert code(path, body(path, **{name: wrong})) == row.bad
    if row.kind == "str" and row.max_bytes and not row.choices and not row.pattern:
        full = "茶" * (row.max_bytes // 3) + "x" * (row.max_bytes % 3)
        if row.max_chars is None:
            assert code(path, body(path, **{name: full})) == 0
        assert code(path, body(path, **{name: full + "x"})) == row.over
    if row.kind == "list" and row.max_items and row.max_items <= 10_000:
        most = [sample(row.item)] * row.max_items if row.item else []
        assert code(path, body(path, **{name: most})) == 0
        assert code(path, body(path, **{name: [*most, *most[:1]]})) == row.over
    if row.kind == "int" and row.high is not None and not row.choices:
        assert code(path, body(path, **{name: int(row.high)})) == 0
        assert code(path, body(path, **{name: int(row.high) + 1})) == row.over


def test_every_code_in_a_table_has_a_meaning() -> None:
    used = {each for _, _, row in ROWS for each in (row.missing, row.bad, row.over)}
    assert used <= set(MEANING)


@pytest.mark.parametrize(
    ("row", "given", "found"),
    [
        (text(), 7, "7"),
        (number(), "12", 12),
        (number(), 3.0, 3),
        (flag(), 1, True),
        (flag(), "false", False),
        (items(number()), ["1"], [1]),
        (obj({"a": text()}), {"a": 1}, {"a": "1"}),
    ],
)
def test_values_are_taken_liberally(row: Field, given: Any, found: Any) -> None:
    assert check({"x": row}, {"x": given, "unknown": 1}) == {"x": found}


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (text(), True),
        (text(), ["a"]),
        (number(), True),
        (number(), "1.5"),
        (number(), "9" * 30),
        (flag(), 2),
        (flag(), "yes"),
        (items(text()), {}),
        (obj(), []),
    ],
)
def test_and_refused_where_they_make_no_sense(row: Field, given: Any) -> None:
    with pytest.raises(ApiError) as refused:
        check({"x": row}, {"x": given})
    assert refused.value.errcode == row.bad
