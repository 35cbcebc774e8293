"""The documents hold together: links lead somewhere, each guide has its twin in the other language,
what stands in 「」 is what the console says, and each picture is taken by the browser test."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.cli import COMMANDS
from bot.console.words import catalogue
from bot.core.event import Happened
from bot.web.member.words import catalogue as members_catalogue
from tests.architecture.pages import anchors, name, prose
from tests.architecture.source import ROOT

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
GUIDES = sorted((DOCS / "guide").glob("*.md"))
PAGES = sorted((*DOCS.glob("*.md"), *GUIDES, *ROOT.glob("*.md")))
# Chinese whose English stands elsewhere.
TWINS = {"docs/guide/persona.zh-CN.md": "docs/persona.md"}
QUOTING = (*GUIDES, DOCS / "connect.md", *sorted(DOCS.glob("*.zh-CN.md")))
DAILY = ("service", "content", "lead")
LARGEST, WIDEST, MOST = 80 * 1024, 1280, 25


def _links(page: Path) -> Iterator[str]:
    words = re.sub(r"`[^`\n]*`", "", prose(page))
    for target in re.findall(r"\]\(([^()\s]+)\)", words):
        if not re.match(r"[a-z]+:", target):
            yield target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in _links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert not lost, f"{name(page)}: {', '.join(lost)}"


@pytest.mark.parametrize("index", ["README.md", "README.zh-CN.md"])
def test_the_index_leads_to_every_document(index: str) -> None:
    led = {(DOCS / target.partition("#")[0]).resolve() for target in _links(DOCS / index)}
    chinese = ".zh-CN" in index
    mine = [page for page in (*DOCS.glob("*.md"), *GUIDES) if (".zh-CN" in page.name) == chinese]
    assert not [name(page) for page in mine if page not in led and page.name != index]


def _headings(page: Path) -> list[int]:
    return [len(marks) for marks in re.findall(r"^(#+) ", prose(page), flags=re.M)]


def _twin(page: Path) -> Path:
    name = page.name
    other = (
        name.replace(".zh-CN.md", ".md") if ".zh-CN" in name else name.replace(".md", ".zh-CN.md")
    )
    return page.parent / other


@pytest.mark.parametrize(
    "page", [*GUIDES, DOCS / "connect.md", DOCS / "README.md", ROOT / "README.md"], ids=name
)
def test_every_guide_has_a_twin_of_the_same_parts(page: Path) -> None:
    named = TWINS.get(name(page))
    twin = ROOT / named if named else _twin(page)
    assert twin.exists(), f"{name(page)} has no twin {name(twin)}"
    assert _headings(page) == _headings(twin)


@cache
def _labels() -> tuple[frozenset[str], re.Pattern[str]]:
    """Everything that pages for staff and members say in Chinese, and what has blanks: {…} stands for
    anything, beside words of its own, and # for a number."""
    said = {one["zh"] for one in (*catalogue().values(), *members_catalogue().values())}
    blank = {text for text in said if re.search(r"{\w+}|^#", text)
             and re.search(r"[\u4e00-\u9fff]", re.sub(r"{\w+}", "", text))}  # fmt: skip
    patterns = [re.sub(r"\\{\w+\\}", ".+?", re.escape(text)) for text in sorted(blank)]
    patterns = [re.sub(r"^\\#", r"[#\\d]+", pattern) for pattern in patterns]
    return frozenset(said), re.compile("|".join(patterns))


def test_what_the_guides_quote_is_what_the_console_says() -> None:
    said, blanks = _labels()
    missing = [f"{name(page)}: {quoted}" for page in QUOTING
               for quoted in re.findall(r"「([^」]+)」", prose(page))
               if quoted not in said and not blanks.fullmatch(quoted)]  # fmt: skip
    assert not missing, "\n".join(missing)


def test_the_english_behind_a_quote_is_that_of_the_console() -> None:
    english: dict[str, set[str]] = {}
    for said in (*catalogue().values(), *members_catalogue().values()):
        english.setdefault(said["zh"], set()).add(said["en"].lower())
    wrong = [f"{name(page)}: {quoted} ({words})" for page in QUOTING if ".zh-CN" not in page.name
             for quoted, words in re.findall(r"「([^」]+)」\s*\(([^()]+)\)", prose(page))
             if quoted in english and not _begins(words, english[quoted])]  # fmt: skip
    assert not wrong, "\n".join(wrong)


def _begins(words: str, labels: set[str]) -> bool:
    """A long one may be given by its beginning."""
    said = " ".join(words.split()).rstrip(".…").lower()
    return any(label.startswith(said) for label in labels)


def test_the_guides_quote_much_of_it() -> None:
    for page in GUIDES:
        if page.stem.partition(".")[0] in DAILY:
            assert len(set(re.findall(r"「([^」]+)」", prose(page)))) > 30, name(page)


def _codes(page: str) -> set[str]:
    return set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", (DOCS / page).read_text("utf-8")))


def test_connecting_a_corp_names_faults_that_the_doctor_knows() -> None:
    assert _codes("connect.md") == _codes("connect.zh-CN.md")
    assert len(_codes("connect.md")) > 30 and _codes("connect.md") <= _codes("doctor.md")


def _shown() -> set[str]:
    return {Path(target).name for page in PAGES for target in _links(page) if "pictures/" in target}


def test_every_picture_is_shown_and_taken_by_the_browser_test() -> None:
    kept = {file.name for file in PICTURES.iterdir()}
    text = (ROOT / "tests/browser/test_guide_pictures.py").read_text("utf-8")
    taken = {
        f"{name}.png" for name in re.findall(r'"((?:service|content|lead|member|phone)-\w+)"', text)
    }
    assert kept == _shown()
    assert kept == taken


def test_pictures_are_few_and_small() -> None:
    files = sorted(PICTURES.iterdir())
    assert len(files) <= MOST
    for file in files:
        data = file.read_bytes()
        width, _ = struct.unpack(">II", data[16:24])
        assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR", file.name
        assert len(data) <= LARGEST and width <= WIDEST, f"{file.name}: {len(data)} B, {width} px"


def test_every_kind_of_event_is_documented() -> None:
    words = (DOCS / "events.md").read_text("utf-8")
    assert not [kind for kind in Happened if f"`{kind}`" not in words]


def test_the_chinese_readme_names_every_command() -> None:
    words = (ROOT / "README.zh-CN.md").read_text("utf-8")
    assert not [name for name in COMMANDS if not re.search(rf"`{name}\b", words)]
