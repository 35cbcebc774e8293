"""Every endpoint x every field, nested ones too: missing, wrong type, at the limit, one over it.

Generated from the tables that the gate and the messages are checked against; then the same
refusals once more over HTTP, where other rules could come first.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox.api import moment
from sandbox.api.table import build
from sandbox.errors import MEANING, ApiError
from sandbox.fields import Field, check, obj
from sandbox.rules import cards, payload, robots
from tests.sandbox.conftest import House

TABLE = build()
MESSAGES: dict[str, Mapping[str, Field]] = {
    "kf": payload.KF,
    "kf event": payload.KF_EVENT,
    "attachment": payload.ATTACHMENTS,
    "webhook": payload.WEBHOOK,
    "app": payload.APP,
    "moment": moment.ATTACHMENTS,
    "menu": payload.MENU_ITEM,
    "robot": robots.REPLY,
    "robot letter": robots.LETTER,
    "robot welcome": robots.GREETING,
}
SCHEMAS = {path: point.fields for path, point in TABLE.items()}
SCHEMAS |= {f"{name}:{kind}": {kind: row} for name, rows in MESSAGES.items()
            for kind, row in rows.items()}  # fmt: skip
SCHEMAS["card"] = cards.PARTS
Path = tuple[str | int, ...]
TEA, CUP = "茶", "🍵"


def sample(row: Field) -> Any:
    """A legal value with every field filled in."""
    if row.choices:
        return row.choices[0]
    if row.kind == "list":
        assert row.item is not None
        return [sample(row.item)] * max(1, row.min_items)
    if row.kind == "obj":
        return {name: sample(part) for name, part in row.fields.items()} or {"a": 1}
    if row.pattern is not None and row.pattern.startswith(r".+\.html"):
        return "a.html"
    low = row.low or 0
    return {"str": "a", "int": int(low), "num": float(low), "bool": True, "any": "a"}[row.kind]


def walk(fields: Mapping[str, Field], at: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Every field below a table, with its place in the sample."""
    for name, row in fields.items():
        here = (*at, name)
        yield here, row
        if row.kind == "obj":
            yield from walk(row.fields, here)
        if row.kind == "list" and row.item is not None:
            yield (*here, 0), row.item
            yield from walk(row.item.fields, (*here, 0))


def put(body: Any, at: Path, value: Any) -> Any:
    """A copy with one place changed."""
    made = copy.deepcopy(body)
    place = made
    for step in at[:-1]:
        place = place[step]
    place[at[-1]] = value
    return made


def longest(limit: int, char: str) -> str:
    """Exactly `limit` UTF-8 bytes, as many of them in `char` as fit."""
    size = len(char.encode())
    return char * (limit // size) + "x" * (limit % size)


def texts(row: Field) -> Iterator[tuple[Any, int]]:
    """Strings at their limit and one byte (one character) over it."""
    free = not row.choices and row.pattern is None
    if row.max_bytes is not None and free:
        for char in ("x", TEA, CUP):
            full = longest(row.max_bytes, char)
            if row.max_chars is None or len(full) <= row.max_chars:
                yield full, 0
            yield full + "x", row.over
    if row.max_bytes is not None and not free:
        yield longest(row.max_bytes, "x") + "x", row.over if not row.choices else row.bad
    if row.max_chars is not None and free:
        yield CUP * (row.max_chars + 1), row.over
        if row.max_bytes is None:
            yield CUP * row.max_chars, 0
    if row.pattern is not None:
        yield "!" * 3, row.bad
    if row.choices:
        yield "no such choice", row.bad


def numbers(row: Field) -> Iterator[tuple[Any, int]]:
    """Numbers at their bounds and just beyond them; digits in a string count as a number."""
    step = 1 if row.kind == "int" else 0.01
    if row.choices:
        yield max(row.choices) + 1, row.bad
        yield str(row.choices[0]), 0
        return
    if row.high is not None:
        yield row.high, 0
        yield row.high + step, row.over
    if row.low is not None:
        yield str(int(row.low)) if row.kind == "int" else row.low, 0
        yield row.low - step, row.over


def lists(row: Field) -> Iterator[tuple[Any, int]]:
    """Lists at their length and one longer."""
    assert row.item is not None
    if row.max_items is not None and row.max_items <= 10_000:
        one = sample(row.item)
        yield [one] * row.max_items, 0
        yield [one] * (row.max_items + 1), row.over


EDGES = {"str": texts, "int": numbers, "num": numbers, "list": lists}
WRONG: dict[str, tuple[Any, ...]] = {
    "str": ({"a": 1}, ["a"], True),
    "int": ("x", {"a": 1}, [1], True, 1.5),
    "num": ("x", {"a": 1}, [1], True),
    "bool": ("maybe", {"a": 1}, [1], 7),
    "list": ("x", {"a": 1}, 7),
    "obj": ("x", [1], 7),
    "any": (),
}


def cases(row: Field) -> Iterator[tuple[Any, int]]:
    """Values for one field, and the code each must get (0 = accepted)."""
    yield from ((value, row.bad) for value in WRONG[row.kind])
    if row.required:
        yield from ((value, row.missing) for value in (None, ""))
    yield from EDGES.get(row.kind, lambda row: iter(()))(row)


def verdict(fields: Mapping[str, Field], body: Any) -> int:
    try:
        check(fields, body)
    except ApiError as error:
        return error.errcode
    return 0


@pytest.mark.parametrize("name", SCHEMAS)
def test_tables(name: str) -> None:
    fields = SCHEMAS[name]
    body = {key: sample(row) for key, row in fields.items()}
    assert verdict(fields, body) == 0
    for at, row in walk(fields):
        if row.required and isinstance(at[-1], str) and len(at) == 1:
            gone = {key: value for key, value in body.items() if key != at[0]}
            assert verdict(fields, gone) == row.missing, at
        for value, code in cases(row):
            in_list = isinstance(at[-1], int)
            if in_list and value in (None, ""):
                continue
            assert verdict(fields, put(body, at, value)) == code, (at, str(value)[:40])


def test_every_code_has_a_meaning() -> None:
    rows = [row for fields in SCHEMAS.values() for _, row in walk(fields)]
    used = {code for row in rows for code in (row.missing, row.bad, row.over)}
    assert used <= set(MEANING)


QUERY_ONLY = ("access_token",)


async def refusals(home: House, path: str) -> list[str]:
    """Every wrong value of one endpoint that was not refused with the code of its table."""
    point = TABLE[path]
    body = {key: sample(row) for key, row in point.fields.items()}
    bad = []
    for at, row in walk(point.fields):
        if at[0] in QUERY_ONLY:
            continue
        for value, code in cases(row):
            in_list = isinstance(at[-1], int) and value in (None, "")
            if code == 0 or in_list or not sayable(path, value):
                continue
            got = await ask(home, path, put(body, at, value))
            if got != code:
                bad.append(f"{path} {at} {str(value)[:30]!r}: {got}, not {code}")
    return bad


def sayable(path: str, value: Any) -> bool:
    """A query string knows no lists, objects or booleans."""
    return "POST" in TABLE[path].methods or isinstance(value, str) or type(value) is int


async def ask(home: House, path: str, body: dict[str, Any]) -> int:
    if "POST" in TABLE[path].methods:
        return await home.code(path, body)
    return int((await home.get(path, **body))["errcode"])


ALL_APPS = """
permissions = ["contact", "kf", "message", "directory", "archive", "contacts_sync"]
"""


@pytest.mark.parametrize("part", range(4))
def test_over_http(play, tmp_path, part: int) -> None:
    from sandbox.world import load

    world = tmp_path / "w.toml"
    text = load.DEFAULT.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith("permissions")]
    made = "\n".join(kept).replace("\nreceives", ALL_APPS + "receives", 1)
    world.write_text(made, encoding="utf-8")

    async def story(home: House) -> None:
        bad = []
        for path in sorted(TABLE)[part::4]:
            bad += await refusals(home, path)
        assert not bad, "\n".join(bad[:20])

    play(story, world=world)


def test_what_the_wild_does_is_accepted(play) -> None:
    async def story(home: House) -> None:
        assert await home.code("kf/sync_msg", {"cursor": "", "limit": "10"}) == 0
        assert (await home.get("kf/account/list"))["errcode"] == 0
        assert await home.code("kf/account/list", {}) == 0
        note = {"touser": "lin.xi", "agentid": "1000002", "msgtype": "text"}
        note["text"] = {"content": "你好🍵", "unknown": [1]}
        for escaped in (True, False):
            raw = json.dumps(note, ensure_ascii=escaped).encode()
            url = f"{home.box.urls()['api']}/message/send?access_token={home.token}"
            for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
                head = {"Content-Type": kind}
                async with home.http.post(url, data=raw, headers=head) as answer:
                    assert (await answer.json())["errcode"] == 0
        rows = await home.see("/chats/lin.xi/messages")
        assert {row["text"] for row in rows} == {"你好🍵"} and len(rows) == 6
        wanted = {"msgtype": "text", "text": {"content": 7}, "key": "wh-BANZHAN-01"}
        assert await home.code("webhook/send", wanted) == 0

    play(story)


def test_tables_are_not_empty() -> None:
    assert len(TABLE) > 150
    assert sum(1 for fields in SCHEMAS.values() for _ in walk(fields)) > 700
    assert verdict({"x": obj()}, {"x": {}}) == 0
