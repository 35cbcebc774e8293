"""Whoever adds a table says what it holds of a person, and what erasing him does with it."""

from __future__ import annotations

import re

from bot.store.personal import HOLDS, NOTHING
from bot.store.sql import migrations
from tests.architecture.source import ROOT
from tests.contract.test_erasing import columns

# Columns with such a name are about a person wherever they stand.
TELLING = {
    "member",
    "peer",
    "conversation",
    "beneficiary",
    "inviter",
    "nickname",
    "remark",
    "phone",
}


def made() -> set[str]:
    return {name for _, _, sql in migrations() for name in re.findall(r"CREATE TABLE (\w+)", sql)}


def test_every_table_says_what_it_holds_of_a_person() -> None:
    assert made() <= HOLDS.keys() | NOTHING.keys(), "name it in bot/store/personal.py"
    assert not HOLDS.keys() & NOTHING.keys() and all(NOTHING.values())


def test_the_security_page_names_every_table_that_holds_something_of_a_person() -> None:
    page = (ROOT / "docs/security.md").read_text("utf-8")
    told = page.partition("## Data about people")[2].partition("\n## ")[0]
    missing = [table for table in HOLDS if f"`{table}`" not in told]
    assert not missing, f"docs/security.md says nothing about {', '.join(missing)}"


def test_every_column_that_is_named_exists() -> None:
    for table in made() & HOLDS.keys():
        holding = HOLDS[table]
        missing = (holding.columns | set(holding.key)) - columns(table).keys()
        assert not missing, f"{table} has no {sorted(missing)}"


def test_a_column_with_a_telling_name_is_not_overlooked() -> None:
    for table in sorted(made()):
        known = HOLDS[table].columns if table in HOLDS else frozenset[str]()
        overlooked = (TELLING & columns(table).keys()) - known
        assert not overlooked, f"{table}: {sorted(overlooked)}"
