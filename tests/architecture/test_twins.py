"""Pages that exist in both languages say the same: the same headings, code, tables, commands,
settings and figures. Every ``X.zh-CN.md`` beside an ``X.md`` is found by itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.console.words import catalogue
from bot.core.findings import ERROR, WARNING
from bot.wecom.doctor.rules import RULES
from tests.architecture.pages import FENCE, anchors, name, prose
from tests.architecture.source import ROOT

MARK = ".zh-CN"
FOLDERS = (ROOT, ROOT / "docs", ROOT / "docs/guide")
# Chinese whose English stands elsewhere.
ELSEWHERE = {"docs/guide/persona.zh-CN.md": "docs/persona.md"}
# Each tells its own readers where to begin: they agree in headings, and lead to each other.
FREE = frozenset({"README.zh-CN.md", "docs/README.zh-CN.md"})
# Words that stand for others, which a Chinese page has in Chinese.
STANDS_FOR = re.compile(r"YOUR\.DOMAIN|^@login$|^fact\.NAME$|\.CHAPTER$|include \"name\"")
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def _english(page: Path) -> Path:
    elsewhere = ELSEWHERE.get(name(page))
    return ROOT / elsewhere if elsewhere else page.with_name(page.name.replace(MARK, ""))


PAIRS = [page for folder in FOLDERS for page in sorted(folder.glob(f"*{MARK}.md"))]
CLOSE = [page for page in PAIRS if name(page) not in FREE]
each_pair = pytest.mark.parametrize("page", PAIRS, ids=name)
each_close_pair = pytest.mark.parametrize("page", CLOSE, ids=name)


@cache
def _text(page: Path) -> str:
    return page.read_text("utf-8")


class Part(NamedTuple):
    """What stands below a heading, to the next one."""

    heading: str
    text: str


@cache
def _parts(page: Path) -> list[Part]:
    """The page from heading to heading; the first begins with the page."""
    pieces = re.split(r"^(#+ .*)$", f"# \n{prose(page)}", flags=re.M)[1:]
    return [Part(*pieces[i : i + 2]) for i in range(0, len(pieces), 2)]


def _agree(page: Path, count: Callable[[str], list[str]]) -> None:
    """Fails with what one of the two has more of, and below which heading."""
    told = []
    for ours, theirs in zip(_parts(page), _parts(_english(page)), strict=True):
        one, other = Counter(count(ours.text)), Counter(count(theirs.text))
        told += [f"{name(page)}, {ours.heading}: without {it}" for it in (other - one).elements()]
        told += [f"{name(_english(page))}, {theirs.heading}: without {it}"
                 for it in (one - other).elements()]  # fmt: skip
    assert not told, "\n".join(("What one of the two has, the other wants, too:", *told))


def test_the_pages_for_whoever_runs_and_changes_it_are_there_in_both_languages() -> None:
    named = {name(page) for page in CLOSE}
    assert {"docs/operations.zh-CN.md", "docs/security.zh-CN.md", "CONTRIBUTING.zh-CN.md"} <= named


@each_pair
def test_each_leads_to_the_other_at_its_top(page: Path) -> None:
    for one, other in ((page, _english(page)), (_english(page), page)):
        top = "\n".join(_text(one).splitlines()[:4])
        assert f"{other.name})" in top, f"{name(one)} does not lead to {other.name}"


@each_pair
def test_headings_are_the_same(page: Path) -> None:
    def levels(text: str) -> list[int]:
        return [len(marks) for marks in re.findall(r"^(#+) ", text, re.M)]

    assert levels(prose(page)) == levels(prose(_english(page)))


def _code(text: str) -> list[tuple[str, list[str]]]:
    """Language and lines of each fence, without comments."""
    return [(language, [re.sub(r"(^|\s+)#( .*)?$", "", line).rstrip() for line in code.splitlines()])
            for _, language, code in FENCE.findall(text)]  # fmt: skip


def _same_code(ours: list[str], theirs: list[str]) -> bool:
    """A line with Chinese (a diagram, a sample) stands for any line."""
    pairs = zip_longest(ours, theirs, fillvalue=None)
    return all(one is not None and other is not None and (one == other or CHINESE.search(one))
               for one, other in pairs)  # fmt: skip


@each_close_pair
def test_code_is_the_same(page: Path) -> None:
    ours, theirs = _code(_text(page)), _code(_text(_english(page)))
    assert [language for language, _ in ours] == [language for language, _ in theirs]
    for (_, one), (_, other) in zip(ours, theirs, strict=True):
        assert _same_code(one, other), "\n".join(one)


@each_close_pair
def test_tables_have_the_same_rows(page: Path) -> None:
    def rows(text: str) -> list[str]:
        bare = re.sub(r"`[^`\n]*`", "", text)
        return [
            f"a row of {line.count('|') - 1} cells" for line in re.findall(r"^ *\|.*", bare, re.M)
        ]

    _agree(page, rows)


@each_close_pair
def test_lists_are_equally_long(page: Path) -> None:
    def points(text: str) -> list[str]:
        marks = re.findall(r"^ *([*-]|\d+\.) ", text, re.M)
        return ["a numbered point" if mark[0].isdigit() else "a point of a list" for mark in marks]

    _agree(page, points)


@each_close_pair
def test_what_stands_in_backquotes_is_the_same(page: Path) -> None:
    def spans(text: str) -> list[str]:
        found = re.findall(r"(?<!`)`([^`]+)`(?!`)", text)
        return sorted({f"`{' '.join(it.split())}`" for it in found
                       if not CHINESE.search(it) and not STANDS_FOR.search(it)})  # fmt: skip

    _agree(page, spans)


@each_close_pair
def test_figures_are_the_same(page: Path) -> None:
    """Those below ten may be words."""

    def figures(text: str) -> list[str]:
        bare = re.sub(r"`[^`]*`|\]\([^)]*\)|\d+ 月", " ", text)
        return sorted(set(re.findall(r"\d[\d.,]*\d", bare)))

    _agree(page, figures)


def test_what_differs_is_seen() -> None:
    page = ROOT / "docs/operations.zh-CN.md"
    with pytest.raises(AssertionError, match=r"operations\.md, ## Backup: without 备份"):
        _agree(page, lambda text: re.findall("备份", text)[:1])
    ((language, lines),) = _code("```sh\nmake lock        # needs uv\n```\n")
    assert (language, lines) == ("sh", ["make lock"])
    assert _same_code(["make lock", "员工 --> bot.web"], ["make lock", "staff --> bot.web"])
    assert not _same_code(["make lock"], ["make locks"])
    assert not _same_code(["make lock"], ["make lock", "make test"])


def test_the_two_readmes_name_the_same_options_of_each_command() -> None:
    def options(page: Path) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for command, row in re.findall(r"^\| `([a-z]+)\b(.*)$", _text(page), re.M):
            found.setdefault(command, set()).update(re.findall(r"--[a-z-]+", row))
        return found

    assert options(ROOT / "README.zh-CN.md") == options(ROOT / "README.md")


def test_the_doctors_page_says_what_the_console_says() -> None:
    said, weight = catalogue(), {ERROR: "错误", WARNING: "警告"}
    for rule in RULES.values():
        what = said[f"doctor_what.{rule.id}"]["zh"]
        fix = said.get(f"doctor_fix.{rule.id}", {"zh": rule.fix})["zh"]
        row = f"| `{rule.id}` | {weight[rule.severity]} | {what} | {fix} |"
        assert row in _text(ROOT / "docs/doctor.zh-CN.md"), row


def _led(page: Path) -> list[tuple[Path, str]]:
    """The files to which its links lead, and the place there."""
    targets = re.findall(r"\]\(([^()\s#]*)(?:#([^()\s]*))?\)", prose(page))
    return [((page.parent / target).resolve() if target else page, anchor)
            for target, anchor in targets if not re.match(r"[a-z]+:", target)]  # fmt: skip


def _place(to: Path, anchor: str) -> str:
    """The same for both languages: the English page, and which of its headings."""
    english = name(_english(to)) if to.suffix == ".md" else to.name
    if not anchor:
        return english
    known = anchors(to)
    return (
        f"{english}, heading {known.index(anchor)}" if anchor in known else f"{english}, {anchor}"
    )


@each_close_pair
def test_links_lead_to_the_same_places(page: Path) -> None:
    one, other = (Counter(_place(*led) for led in _led(each)) for each in (page, _english(page)))
    more = [*(f"{name(page)}: {it}" for it in (one - other).elements()),
            *(f"{name(_english(page))}: {it}" for it in (other - one).elements())]  # fmt: skip
    assert not more, "\n".join(("Links that the other page has not:", *more))


@each_pair
def test_a_chinese_page_leads_to_chinese_pages_where_there_are_some(page: Path) -> None:
    chinese = {_english(each) for each in PAIRS} - {_english(page)}
    assert not [name(to) for to, _ in _led(page) if to in chinese]
