"""The small parts: cells, times, tokens, passwords, devices, own addresses."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from bot.console import statics, tokens
from bot.console.agents import device
from bot.console.cells import DANGEROUS, lines, safe
from bot.console.passwords import LEAST, MOST, Passwords, fault, spelled
from bot.console.statics import Statics
from bot.console.visit import own_path
from bot.console.when import ago, day_begins, stamp
from bot.core.clock import DAY, HOUR, MINUTE

NOW, ZONE = 1_790_000_000_000, "Asia/Shanghai"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@given(st.text())
def test_no_cell_begins_like_a_formula_and_none_is_lost(text: str) -> None:
    made = safe(text)
    assert not made.lstrip(" ").startswith(DANGEROUS)
    assert made.removeprefix("'").endswith(text.replace("\0", "").removeprefix("'"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =cmd|' /C calc'!A0"])
def test_a_formula_becomes_text(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert next(csv.reader(io.StringIO(lines([[text, -3, None]]), newline=""))) == [
        f"'{text}", "-3", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("passed", "words"),
    [(0, "刚刚"), (59_999, "刚刚"), (MINUTE, "1 分钟前"), (3 * HOUR + 5, "3 小时前"), (2 * DAY, "2 天前"),
     (40 * DAY, "2026-08-12"), (-2 * DAY, "2026-09-23")],
)  # fmt: skip
def test_how_long_ago(passed: int, words: str) -> None:
    assert ago(NOW - passed, NOW, "zh", ZONE) == words


def test_a_day_begins_at_midnight_in_the_corps_zone() -> None:
    assert stamp(day_begins("2026-11-22", ZONE), ZONE) == "2026-11-22 00:00:00"
    with pytest.raises(ValueError):
        day_begins("22.11.", ZONE)


def test_a_forms_token_belongs_to_one_browser_and_does_not_tell_the_cookie() -> None:
    one, other = tokens.new(), tokens.new()
    assert tokens.well_formed(one) and not tokens.well_formed(one + "\n")
    assert tokens.csrf_is_right(one, tokens.csrf(one))
    for wrong in ("", tokens.csrf(other), one, tokens.csrf(one)[:-1], "é"):
        assert not tokens.csrf_is_right(one, wrong)
    assert one not in tokens.csrf(one)


@pytest.mark.parametrize(
    ("headers", "elsewhere"),
    [
        ({}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Origin": "http://here:1"}, False),
        ({"Origin": "https://bot.example.com"}, False),
        ({"Origin": "https://evil.example"}, True),
        ({"Origin": "null"}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
    ],
)
def test_what_another_site_sends_is_known(headers: dict[str, str], elsewhere: bool) -> None:
    assert tokens.from_elsewhere(headers, "here:1", "https://bot.example.com/") is elsewhere


def test_a_password_is_long_enough_and_not_the_login() -> None:
    assert fault("x" * (LEAST - 1), "a") == fault("x" * (MOST + 1), "a") == "password.length"
    assert fault("Lin.Xi.2026", "lin.xi.2026") == "password.login"
    assert fault("x" * LEAST, "a") == fault("清" * MOST, "a") == ""


async def _checks() -> None:
    kept = await QUICK.hash("correct horse ①")
    assert kept.startswith("$argon2id$")
    assert await QUICK.right(kept, "correct horse 1")  # one keyboard's ① is the other's 1
    assert not await QUICK.right(kept, "correct horse 2")
    for nothing in ("", "no hash"):
        assert not await QUICK.right(nothing, "")
    assert Passwords().outdated(kept) and not QUICK.outdated(kept)


def test_a_password_is_right_or_not() -> None:
    import asyncio

    asyncio.run(_checks())


def test_whoever_has_no_password_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways verify one argon2 hash of equal parameters."""
    from argon2 import extract_parameters

    seen = []
    hasher = PasswordHasher()
    made = Passwords(hasher)
    real = PasswordHasher.verify

    def spy(self: PasswordHasher, kept: str | bytes, password: str | bytes) -> bool:
        seen.append(extract_parameters(str(kept)))
        return real(self, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", spy)
    assert not made._check("", "x")
    assert not made._check(hasher.hash("y"), "x")
    assert seen[0] == seen[1]


def test_a_made_password_can_be_read_aloud() -> None:
    made = {spelled() for _ in range(50)}
    assert len(made) == 50
    assert all(len(word) == 19 and not set(word) & set("ilou") for word in made)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) wxwork/4.1", "WeCom · iPhone"),
        ("curl/8", "curl/8"),
        ("", ""),
    ],
)
def test_a_device_in_two_words(agent: str, words: str) -> None:
    assert device(agent) == words


@pytest.mark.parametrize(
    ("path", "ours"),
    [("/console/staff", "/staff"), ("/console", ""), ("//evil", ""), ("/console//evil.example", ""),
     ("/console/\\evil", ""), ("/callback/x", ""), ("/console/" + "x" * 600, "")],
)  # fmt: skip
def test_only_our_own_addresses_are_followed(path: str, ours: str) -> None:
    assert own_path(path) == ours


def test_a_files_name_changes_with_its_content() -> None:
    names = {plain: Statics().name(plain) for plain in ("base.css", "htmx.js", "sse.js", "live.js")}
    assert all(name.count(".") == 2 and len(name.split(".")[1]) == 12 for name in names.values())
    with pytest.raises(KeyError):
        Statics().name("nothing.css")


def test_a_rule_of_a_stylesheet_has_one_home() -> None:
    home: dict[str, str] = {}
    sheets = sorted((Path(statics.__file__).parent / "static").glob("*.css"))
    assert {sheet.name for sheet in sheets} > {"parts.css", "written.css", "studio.css", "desk.css"}
    for sheet in sheets:
        for line in sheet.read_text("utf-8").split("\n"):
            if line.endswith("}") and len(line) > 30 and not line.startswith((" ", "@")):
                assert home.setdefault(line, sheet.name) == sheet.name, line
