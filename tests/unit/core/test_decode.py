"""Strict decoding: every fault names file, line, key and fix."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import pytest

from bot.core import tomlfile
from bot.core.decode import decode, nearest
from bot.core.errors import BadInput


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    name: str
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size is negative")


@dataclass(frozen=True, kw_only=True, slots=True)
class Whole:
    title: str
    count: int = 0
    weight: float = 0.0
    on: bool = False
    day: date | None = None
    kind: Literal["red", "green"] = "red"
    words: tuple[str, ...] = ()
    part: tuple[Part, ...] = ()
    named: dict[str, Part] = field(default_factory=dict)
    one: Part | None = None
    when: str = field(default="", metadata={"key": "if"})
    hidden: str = field(default="", metadata={"key": ""})
    free: Any = None


def read(text: str) -> Whole:
    return decode(Whole, tomlfile.parse(text, "a.toml"))


def refused(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        read(text)
    return caught.value


def test_every_type_arrives_as_declared() -> None:
    whole = read(
        'title = "t"\ncount = 3\nweight = 2\non = true\nday = 2026-11-21\nkind = "green"\n'
        'words = ["a", "b"]\nif = "x"\nfree = [1, "a"]\n'
        '[one]\nname = "o"\n[[part]]\nname = "p"\nsize = 2\n[named.first]\nname = "n"\n'
    )
    assert whole == Whole(
        title="t", count=3, weight=2.0, on=True, day=date(2026, 11, 21), kind="green",
        words=("a", "b"), when="x", free=[1, "a"], one=Part(name="o"),
        part=(Part(name="p", size=2),), named={"first": Part(name="n")},
    )  # fmt: skip
    assert isinstance(whole.weight, float)


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    error = refused('title = "t"\n\ncuont = 3\n')
    assert str(error) == "a.toml:3: cuont: unknown key; did you mean 'count'?"


def test_an_unknown_key_near_nothing_lists_what_is_known() -> None:
    assert nearest("zzz", ["b", "a"]) == "known: a, b"
    assert refused('title = "t"\n[one]\nname = "x"\nqqqqqq = 1\n').fix == "known: name, size"


def test_a_key_that_is_no_python_name_is_known_by_its_own_name_only() -> None:
    assert refused('title = "t"\nwhen = "x"\n').message == "when: unknown key"


def test_a_field_without_a_key_cannot_be_set_from_the_file() -> None:
    assert refused('title = "t"\nhidden = "x"\n').message == "hidden: unknown key"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title = 3", "title: wants text in quotes, not 3"),
        ('count = "3"', "count: wants a whole number, not '3'"),
        ("count = 3.5", "count: wants a whole number, not 3.5"),
        ("count = true", "count: wants a whole number, not True"),
        ("weight = true", "weight: wants a number, not True"),
        ("on = 1", "on: wants true or false, not 1"),
        ('day = "2026-11-21"', "day: wants a date like 2026-11-21, not '2026-11-21'"),
        ('kind = "blue"', "kind: 'blue' is not possible"),
        ("kind = [1]", "kind: [1] is not possible"),
        ('words = "a"', "words: wants a list in [ ]"),
        ("words = [1]", "words.0: wants text in quotes, not 1"),
        ("named = 1", "named: wants a table"),
        ("named = {a = 1}", "named.a: wants a table"),
        ("one = [1]", "one: wants a table"),
    ],
)
def test_a_wrong_type_says_what_is_wanted(line: str, message: str) -> None:
    text = line + "\n" if line.startswith("title") else f'title = "t"\n{line}\n'
    error = refused(text)
    assert error.message == message
    assert error.line == text.count("\n")


def test_a_date_and_time_is_no_date() -> None:
    assert "wants a date" in refused('title = "t"\nday = 2026-11-21T10:00:00\n').message


def test_a_missing_key_is_named_with_its_table() -> None:
    error = refused('title = "t"\n[[part]]\nname = "a"\n[[part]]\nsize = 2\n')
    assert str(error) == "a.toml:4: part.1: name is missing; add name = …"


def test_a_value_that_the_class_refuses_points_at_its_table() -> None:
    error = refused('title = "t"\n\n[one]\nname = "a"\nsize = -1\n')
    assert (error.message, error.line) == ("one: size is negative", 3)


def test_an_empty_document_lacks_the_first_required_key() -> None:
    assert str(refused("")) == "a.toml:1: title is missing; add title = …"


def test_all_faults_are_told_at_once() -> None:
    found = refused('tilte = 1\ncount = "a"\n[[part]]\nsize = -1\n[named.a]\nsize = "b"\n').every
    assert [(one.line, one.message) for one in found] == [
        (1, "tilte: unknown key"), (1, "title is missing"),
        (2, "count: wants a whole number, not 'a'"), (3, "part.0: name is missing"),
        (5, "named.a: name is missing"), (6, "named.a.size: wants a whole number, not 'b'"),
    ]  # fmt: skip
