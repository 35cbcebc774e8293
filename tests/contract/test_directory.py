"""Looking members up, on both engines."""

from __future__ import annotations

from bot.core.clock import DAY
from bot.store import correcting, directory, merging, people
from tests.contract.conftest import NOW, Bench

NAMES = {"wm1": "安娜", "wm2": "小安娜", "wm3": "Ben_50%", "wm4": "", "kf:1": "Anna"}


def test_names_are_found_by_their_beginning_then_by_what_is_in_them(db: Bench) -> None:
    db.write(people.ensure_members, NAMES, NOW)
    db.write(correcting.correct, "wm4", "phone", "138 0013 8000", NOW, "lin")
    db.write(lambda tx: merging.merge(tx, "kf:1", "wm1", "staff", NOW + DAY, "lin", ""))
    expected = {
        "安娜": ["wm1", "wm2"], "安": ["wm1", "wm2"], "小": ["wm2"], "ben_": ["wm3"], "_": ["wm3"],
        "50%": ["wm3"], "%": ["wm3"], "\\": [], "anna": ["wm1"], "kf:1": ["wm1"], "wm4": ["wm4"],
        "+86 13800138000": ["wm4"], "wm": [],
    }  # fmt: skip
    found = {text: [one.id for one in db.read(directory.search, text)] for text in expected}
    assert found == expected
    (one,) = db.read(directory.search, "Ann")
    assert (one.id, one.name, one.found, one.worth.orders) == ("wm1", "安娜", "Anna", 0)
    assert [one.id for one in db.read(directory.search, "安", 1)] == ["wm1"]


def test_a_person_stands_once_in_a_list(db: Bench) -> None:
    db.write(people.ensure_members, NAMES, NOW)
    db.write(lambda tx: merging.merge(tx, "kf:1", "wm1", "staff", NOW + DAY, "lin", ""))
    listed = db.read(directory.listed, ["wm3", "kf:1", "wm1", "nobody"])
    assert [(one.id, one.found) for one in listed] == [("wm3", ""), ("wm1", "")]
    assert db.read(directory.listed, []) == []
