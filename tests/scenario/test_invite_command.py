"""``onevoice invite``, ``koc`` and ``formula`` beside a database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.core.clock import DAY, SystemClock
from bot.core.config import load_config
from bot.core.event import Event, Happened
from bot.library.library import Library
from bot.members import terms as wanted
from bot.store import codes, events, people, terms
from bot.store.engine import Tx
from bot.store.opening import migrate_store, open_store
from tests.scenario.house import brand


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A brand whose KOC brought a friend, who ordered 20 days ago."""
    path = brand(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write('\n[invites]\nrate = "10%"\n')
    loaded, clock = load_config(path), SystemClock()
    migrate_store(loaded, clock.now())

    def happened(tx: Tx) -> None:
        then = clock.now() - 20 * DAY
        terms.adopt(tx, wanted.of(loaded.invites), then)
        for member in ("wm1", "wm2"):
            people.ensure_member(tx, member, then, f"名{member}")
        role = Event(kind=Happened.ROLE, at=then, dedupe="r", member="wm1", which="koc")
        events.record(tx, [role, added("wm1", then - DAY)], then)
        code = codes.of(tx, ["wm1"])[0].code
        order = Event(kind=Happened.ORDERED, at=then + 9, dedupe="o", member="wm2", place="o1",
                      amount=12_345, which="茶叶")  # fmt: skip
        events.record(tx, [added("wm2", then + 1, code), order], then)

    async def fill() -> None:
        store = open_store(loaded, readers=1)
        await Library(store, loaded, clock).open()
        await store.write(happened)
        store.close()

    asyncio.run(fill())
    return path


def added(member: str, at: int, code: str = "") -> Event:
    return Event(kind=Happened.ADDED, at=at, dedupe=f"a{member}", member=member, which=code,
                 account="lin.xi")  # fmt: skip


def call(config: Path, *words: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main([*words, "--config", str(config)])
    assert isinstance(caught.value.code, int)
    return caught.value.code


def test_from_code_to_settlement(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def document(*words: str) -> Any:
        assert call(config, *words, "--json") == 0
        return json.loads(capsys.readouterr().out)

    assert call(config, "invite", "code", "wm2", "--circle", "tea") == 0
    code = capsys.readouterr().out.strip()
    assert call(config, "invite", "code", "wm2", "--circle", "tea", "--link", "https://a.b/") == 0
    assert capsys.readouterr().out == f"https://a.b/?invite={code}\n"
    assert [one["code"] for one in document("invite", "codes", "wm2")["codes"]] == [code]
    assert len(document("invite", "codes")["codes"]) == 2
    found = document("invite", "tree", "wm1")
    assert (found["size"]["direct"], found["below"][0]["member"]) == (1, "wm2")
    assert document("invite", "top")["top"] == [{"member": "wm1", "name": "名wm1", "invited": 1}]
    assert document("invite", "refused") == {"refused": []}
    assert document("invite", "advocates")["advocates"][0]["invited"] == 1
    (one,) = document("koc", "list")["kocs"]
    assert (one["member"], one["base"], one["open"]) == ("wm1", "123.45", "12.35")
    (order,) = document("koc", "show", "wm1")["lines"]
    assert (order["order"], order["standing"]) == ("o1", "open")
    (paid,) = document("koc", "settle", "--all")["settled"]
    assert (paid["cents"], paid["orders"]) == ("12.35", 1)
    worth = document("formula", "--persona", "tester", "--rows", "members")
    assert (worth["members"], worth["own"], worth["invited"]) == (2, 1, 1)
    assert (worth["ltv"], worth["coefficient"], worth["product"]) == ("61.73", "2.0000", "246.90")
    assert [(row["member"], row["ltv"]) for row in worth["rows"]] == [
        ("wm1", "0.00"), ("wm2", "123.45")]  # fmt: skip
    for words in (["invite", "codes"], ["invite", "tree", "wm2"], ["invite", "top"],
                  ["invite", "refused"], ["invite", "advocates"], ["koc", "list"],
                  ["koc", "show", "wm1"], ["koc", "settle", "wm1"],
                  ["koc", "void", "o1", "--reason", "自买"], ["formula", "--rows", "invited"],
                  ["invite", "end", code.lower()]):  # fmt: skip
        assert call(config, *words) == 0, words
    said = capsys.readouterr().out
    assert "2 位会员 × 人均贡献 61.73 × 裂变系数 2.0000 = 246.90" in said
    assert "12.35 are taken back from wm1" in said and f"{code}: ended" in said


REFUSED = [
    (["invite", "code"], "name a MEMBER"),
    (["invite", "code", "wm9"], "there is no member 'wm9'"),
    (["invite", "code", "wm1", "--link", "https://[x"], "--link https://[x"),
    (["invite", "end", "ABCDEF"], "no code that is in force"),
    (["invite", "tree", "wm9"], "there is no member 'wm9'"),
    (["koc", "settle"], "name a MEMBER, or --all"),
    (["koc", "void", "o9", "--reason", "x"], "counts for nobody"),
    (["formula", "--persona", "testr"], "did you mean 'tester'?"),
    (["formula", "--account", "a", "--circle", "b"], "name one of"),
    (["formula", "--since", "2026-11-02", "--until", "2026-11-01"], "does not lie before"),
]


def test_what_cannot_be_done_is_one_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    for words, said in REFUSED:
        assert call(config, *words) == 2
        out, err = capsys.readouterr()
        assert said in err
        assert (out, err.count("\n")) == ("", 1)
