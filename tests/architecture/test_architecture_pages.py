"""What the pages on architecture, lifecycles, tables and the store say is so, in both languages; and
files that any page names are there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from bot.core.lifecycle import MACHINES
from bot.store.projections import ROOMS as DERIVING
from bot.store.sql import migrations
from bot.store.tables import LEDGER, LEFT_OUT
from tests.architecture.source import ROOT
from tests.architecture.test_guides import PAGES
from tests.architecture.test_imports import LIBRARIES, ROOMS
from tests.architecture.test_states import LIFECYCLES

LANGUAGES = ("", ".zh-CN")
OURS = ("architecture", "lifecycles", "tables", "store")
BOTH = "; the page stands in two languages, and each wants it: {name}.md and {name}.zh-CN.md"
PLACES = (ROOT, ROOT / "bot", ROOT / "tests", ROOT / "tests/architecture", ROOT / "bot/store")
# Where workers are made: by name, by kind (a table of pairs), or one for each pool.
WORKERS = ("bot/workers.py", "bot/fetching.py", "bot/leaving.py")
_WORKER = re.compile(r'Worker\("([\w-]+)"')
_KINDS = re.compile(r"^CONTACT_WORKERS = (.*?)\n\n", re.M | re.S)

in_both = pytest.mark.parametrize("language", LANGUAGES, ids=("en", "zh"))


def _short(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@cache
def _page(name: str, language: str) -> str:
    return (ROOT / f"docs/{name}{language}.md").read_text(encoding="utf-8")


@cache
def _parts(name: str, language: str) -> tuple[str, ...]:
    """What stands under each heading of the second level, in order."""
    return tuple(re.split(r"^## ", _page(name, language), flags=re.M)[1:])


def _part(name: str, language: str, heading: str) -> str:
    """The part with this English heading; twins have the same parts in the same order."""
    titles = [part.partition("\n")[0] for part in _parts(name, "")]
    return _parts(name, language)[titles.index(heading)]


def _quoted(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def _first_cells(text: str) -> list[str]:
    """Names in the first column of every table, in order."""
    rows = re.findall(r"^\| (`[^|]*) \|", text, flags=re.M)
    return [name for row in rows for name in _quoted(row)]


def _made() -> set[str]:
    text = "\n".join(sql for _, _, sql in migrations())
    gone = re.findall(r"DROP TABLE (\w+)", text)
    return set(re.findall(r"CREATE TABLE (\w+)", text)) - set(gone)


@in_both
@pytest.mark.parametrize("machine", sorted(MACHINES))
def test_a_lifecycle_is_shown_as_it_is(machine: str, language: str) -> None:
    part = _part("lifecycles", language, machine)
    cells = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| .+ \|$", part, flags=re.M)
    told = {cell for cell in cells if cell[0] in {state for state, _ in MACHINES[machine]}}
    drawn = {(before, event, after) for before, after, event
             in re.findall(r"^ +(\w+) --> (\w+) : (\w+)$", part, flags=re.M)}  # fmt: skip
    real = {(state, event, after) for (state, event), after in MACHINES[machine].items()}
    hint = BOTH.format(name="docs/lifecycles")
    assert told == real, f"{machine}: rows that are missing or wrong {told ^ real}{hint}"
    assert drawn == real, f"{machine}: arrows that are missing or wrong {drawn ^ real}{hint}"


@in_both
def test_every_lifecycle_is_named_with_its_column(language: str) -> None:
    top = _page("lifecycles", language).partition("\n## ")[0]
    said = re.findall(r"^\| \[(\w+)\]\(#\1\) \| `(\w+)\.(\w+)` \|", top, flags=re.M)
    real = {(machine, *column) for machine, column in LIFECYCLES.items()}
    assert set(said) == real, BOTH.format(name="docs/lifecycles")


@in_both
def test_every_table_has_a_line_and_every_line_a_table(language: str) -> None:
    lines = _first_cells(_page("tables", language))
    assert len(lines) == len(set(lines)), "a table stands there twice"
    wrong = set(lines) ^ (_made() | set(LEDGER))
    hint = BOTH.format(name="docs/tables")
    assert not wrong, f"tables without a line, or lines without a table: {sorted(wrong)}{hint}"


@in_both
def test_the_page_on_tables_says_which_are_derived_and_which_no_backup_carries(
    language: str,
) -> None:
    top = _page("tables", language).partition("\n## ")[0]
    derived, left = re.findall(r"^\*\*.*?(?=\n\n|\Z)", top, flags=re.M | re.S)
    named = {name for name in _quoted(derived) if name in _made()}
    assert named == {table for room in DERIVING for table in room.TABLES}
    assert set(_quoted(left)) == LEFT_OUT.keys() & _made()


@in_both
def test_every_room_stands_in_the_floor_plan(language: str) -> None:
    plan = _part("architecture", language, "Floor plan")
    who = _part("architecture", language, "Who may import whom")
    said = {re.sub(r"\.py$|/$", "", name).replace("/", ".") for name in _quoted(plan + who)}
    homeless = {room for room in ROOMS if room not in said and room.rpartition(".")[2] not in said}
    assert homeless <= {"bot", "bot.__main__"}, (
        f"no floor is named for {sorted(homeless)}{BOTH.format(name='docs/architecture')}"
    )


@in_both
def test_every_library_stands_beside_who_may_use_it(language: str) -> None:
    who = _part("architecture", language, "Who may import whom").replace("-", "_").lower()
    words = set(re.findall(r"[a-z_0-9]+", who))
    missing = LIBRARIES.keys() - words
    assert not missing, f"{sorted(missing)}{BOTH.format(name='docs/architecture')}"


@in_both
def test_the_tests_of_the_house_rules_are_all_named(language: str) -> None:
    said = set(_quoted(_part("architecture", language, "Who may import whom")))
    there = {file.name for file in (ROOT / "tests/architecture").glob("test_*.py")}
    missing = there - {name.rpartition("/")[2] for name in said}
    assert not missing, f"{sorted(missing)}{BOTH.format(name='docs/architecture')}"


def _workers() -> set[str]:
    text = "\n".join((ROOT / file).read_text(encoding="utf-8") for file in WORKERS)
    kinds = _KINDS.search(text)
    pools = re.search(r"^POOLS = \((.*)\)$", text, flags=re.M)
    assert kinds and pools
    senders = (*re.findall(r'"(\w+)"', pools[1]), "robot", "linked")
    return {*_WORKER.findall(text), *re.findall(r'\("(\w+)"', kinds[1]),
            *(f"deliver-{name}" for name in senders)}  # fmt: skip


@in_both
def test_every_worker_stands_with_its_role(language: str) -> None:
    rows = re.findall(r"^\|.*\| (.*) \|$", _part("architecture", language, "Roles and workers"),
                      flags=re.M)  # fmt: skip
    said = {name for row in rows for name in re.findall(r"`([\w-]+)`", row)}
    no_workers = {"intake", "inbox"}  # which `sort` moves between
    wrong = (said - no_workers) ^ _workers()
    assert not wrong, f"{sorted(wrong)}{BOTH.format(name='docs/architecture')}"


_FILE = re.compile(
    r"(?:bot|scheduler|tests|unit|contract|scenario|sandbox|architecture)/[\w./-]*|\w+\.py"
)
_MODULE = re.compile(r"(?:bot|scheduler|sandbox)(?:\.\w+)+")


def _is_there(name: str) -> bool:
    """A file or folder, or a module with what a page says it holds."""
    if _FILE.fullmatch(name):
        return any((place / file).exists() for place in PLACES for file in (name, f"{name}.py"))
    parts = name.split(".")
    depth = next(n for n in range(len(parts), 0, -1)
                 if any((ROOT / f"{'/'.join(parts[:n])}{end}").exists() for end in ("", ".py")))  # fmt: skip
    source = (ROOT / "/".join(parts[:depth])).with_suffix(".py")
    held = source.read_text(encoding="utf-8") if source.exists() else ""
    return depth == len(parts) or re.search(rf"\b{parts[depth]}\b", held) is not None


@pytest.mark.parametrize("page", [_short(page) for page in PAGES if page.name != "CHANGELOG.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    words = set(_quoted((ROOT / page).read_text(encoding="utf-8")))
    bare = Path(page).name.partition(".")[0] in OURS  # names of files without their folder
    said = [word for word in words
            if _MODULE.fullmatch(word) or (_FILE.fullmatch(word) and ("/" in word or bare))]  # fmt: skip
    lost = sorted(word for word in said if not _is_there(word))
    assert not lost, f"{page} names what is not there (any more): {', '.join(lost)}"


@in_both
def test_every_type_is_where_the_page_says(language: str) -> None:
    rows = re.findall(r"^\| (`[^|]+) \| `([\w/]+\.py)` \|",
                      _part("architecture", language, "Central types"), flags=re.M)  # fmt: skip
    assert len(rows) > 15
    lost = [f"{kind} in {file}" for kinds, file in rows for kind in _quoted(kinds)
            if not re.search(rf"^(?:class |type )?{kind}\b", _source(file), flags=re.M)]  # fmt: skip
    assert not lost, lost


def _source(file: str) -> str:
    return next(place / file for place in PLACES if (place / file).exists()).read_text("utf-8")


def test_the_workers_are_found_in_the_source() -> None:
    assert {"library", "sort", "wishes", "deliver-welcome", "deliver-linked", "pay"} <= _workers()
    makers = {f"bot/{file.name}" for file in (ROOT / "bot").glob("*.py")
              if "Worker(" in file.read_text(encoding="utf-8")}  # fmt: skip
    assert makers == {*WORKERS, "bot/parts.py"}, "where workers are made is read above"
