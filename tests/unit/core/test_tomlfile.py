"""TOML files: the line of every key, and faults with their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core import tomlfile
from bot.core.errors import BadInput

NESTED = """\
top = 1
[a]
x = 1

[a.b]          # a comment
"quoted key" = 2
dotted.key = 3
[[list]]
name = "first"
[[list]]
name = "second"
[list.inner]
deep = 1
[[list.rows]]
n = 1
[[list.rows]]
n = 2
[[list]]
name = "third"
[[list.rows]]
n = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("a",), 2),
        (("a", "x"), 3),
        (("a", "b"), 5),
        (("a", "b", "quoted key"), 6),
        (("a", "b", "dotted", "key"), 7),
        (("list", 0), 8),
        (("list", 0, "name"), 9),
        (("list", 1, "name"), 11),
        (("list", 1, "inner", "deep"), 13),
        (("list", 1, "rows", 0, "n"), 15),
        (("list", 1, "rows", 1, "n"), 17),
        (("list", 2), 18),
        (("list", 2, "rows", 0, "n"), 21),
    ],
)
def test_every_key_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert tomlfile.parse(NESTED, "a.toml").line_of(path) == line


def test_an_unknown_path_has_the_line_of_its_nearest_parent() -> None:
    doc = tomlfile.parse(NESTED, "a.toml")
    assert doc.line_of(("list", 1, "inner", "deep", "er", 3)) == 13
    assert doc.line_of(("list", 1, "missing")) == 10
    assert doc.line_of(("nowhere",)) == 1
    assert doc.line_of(()) == 1


@pytest.mark.parametrize("quote", ['"""', "'''"])
def test_what_stands_in_a_multi_line_string_is_no_key(quote: str) -> None:
    text = f"a = {quote}\n[fake]\nb = 1\n{quote}\nb = 2\nc = {quote}one line{quote}\nd = 4\n"
    doc = tomlfile.parse(text, "a.toml")
    assert [doc.line_of((key,)) for key in "abcd"] == [1, 5, 6, 7]
    assert ("fake",) not in doc.lines


def test_lists_over_several_lines_do_not_shift_what_follows() -> None:
    text = '[[rule]]\nid = "a"\nsay = [\n  ["x", "y"],\n  ["z"]\n]\nafter = 1\n[[rule]]\nid = "b"\n'
    doc = tomlfile.parse(text, "a.toml")
    assert doc.line_of(("rule", 0, "say")) == 3
    assert doc.line_of(("rule", 0, "after")) == 7
    assert doc.line_of(("rule", 1, "id")) == 9


def test_a_multi_line_string_inside_a_list_hides_its_lines() -> None:
    text = 'say = [\n"""\n[[rule]]\nid = 1\n""",\n]\n[[rule]]\nid = "x"\n'
    doc = tomlfile.parse(text, "a.toml")
    assert doc.line_of(("rule", 0, "id")) == 8


@pytest.mark.parametrize("odd", ["\u2028", "\x85", "\u2029"])
def test_only_line_feeds_count_as_lines(odd: str) -> None:
    doc = tomlfile.parse(f'a = "one{odd}two"\nb = 2\n', "a.toml")
    assert doc.line_of(("b",)) == 2


def test_windows_line_ends_count_once() -> None:
    doc = tomlfile.parse("[a]\r\nx = 1\r\n[b]\r\ny = 2\r\n", "a.toml")
    assert doc.line_of(("b", "y")) == 4


def test_a_part_of_a_file_counts_from_where_it_begins() -> None:
    doc = tomlfile.parse("a = 1\nb = 2\n", "x.j2", first_line=10)
    assert doc.line_of(("b",)) == 11
    with pytest.raises(BadInput) as caught:
        tomlfile.parse("a = 1\nb = \n", "x.j2", first_line=10)
    assert caught.value.line == 11


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb 2\n", 2),
        ("a = 1\na = 2\n", 2),
        ("[a]\n[a]\n", 2),
        ('a = "x\n', 1),
        ("a = [1,\n", 2),
    ],
)
def test_a_fault_has_its_line_and_no_traceback_words(text: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        tomlfile.parse(text, "a.toml")
    assert str(caught.value).startswith(f"a.toml:{line}: not valid TOML: ")
    assert "at line" not in str(caught.value)


def test_loading_allows_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes(b"\xef\xbb\xbfa = 1\n")
    assert tomlfile.load(file).data == {"a": 1}


def test_a_missing_file_and_a_foreign_encoding_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"x\.toml:1: no such file"):
        tomlfile.load(tmp_path / "x.toml", "x.toml")
    file = tmp_path / "g.toml"
    file.write_bytes('a = "茶"\n'.encode("gbk"))
    with pytest.raises(BadInput, match=r"g\.toml:1: not UTF-8 .*; save as UTF-8"):
        tomlfile.load(file, "g.toml")
