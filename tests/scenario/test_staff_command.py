"""``onevoice staff``: accounts before anybody can sign in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.staff import staff
from tests.scenario.house import brand, look


def call(config: Path, *words: str, text: str = "") -> Result:
    return CliRunner().invoke(staff, [*words, "--config", str(config)], input=text)


def test_accounts_are_added_listed_and_reset(tmp_path: Path) -> None:
    config = brand(tmp_path)
    assert "onevoice staff add NAME" in call(config, "list").stdout
    made = call(config, "add", "Chen.Yu", "--role", "owner", "--wecom", "chen")
    login, password = made.stdout.split()
    assert (login, len(password), made.exit_code) == ("chen.yu", 19, 0)
    assert "shown only now" in made.stderr
    given = call(config, "add", "lin", "--role", "service", "--password-stdin",
                 text="a long secret\n")  # fmt: skip
    assert (given.stdout, given.exit_code) == ("lin\n", 0)
    people = json.loads(call(config, "list", "--json").stdout)
    assert [(p["login"], p["role"], p["userid"], p["must_change"]) for p in people] == [
        ("chen.yu", "owner", "chen", True), ("lin", "service", None, False)]  # fmt: skip
    assert call(config, "reset", "LIN").stdout.startswith("lin  ")
    assert "lin  service  -  active  seen never" in call(config, "list").stdout
    rows = look(
        tmp_path / "data", "SELECT event FROM audit WHERE subject = 'staff:lin' ORDER BY id"
    )
    assert [row["event"] for row in rows] == ["added", "reset"]
    assert password not in (tmp_path / "data" / "onevoice.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        (("add", "lin", "--role", "cook"), "", "'cook' is not one of"),
        (("add", "lin", "--role", "lead", "--password-stdin"), "short\n", "10 to 128"),
        (("reset", "nobody"), "", "no account 'nobody'; known: none"),
    ],
)
def test_what_cannot_be_is_said(
    tmp_path: Path, words: tuple[str, ...], text: str, said: str
) -> None:
    done = call(brand(tmp_path), *words, text=text)
    assert done.exit_code == 2 and said in done.output
