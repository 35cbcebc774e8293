"""Which wording a member gets: always the same one, in even shares."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.studio.parse import parse_template
from bot.studio.render import Shelf
from bot.studio.variants import base_of, family

DAY = date(2026, 12, 1)
MEMBERS = [f"wm{n}" for n in range(600)]


def shelf(**heads: str) -> Shelf:
    names = {key.replace("__", "/").replace("_", "."): more for key, more in heads.items()}
    return Shelf.of(parse_template(name, f'+++\ntitle = "x"\n{more}+++\nhi', f"content/{name}.j2")
                    for name, more in names.items())  # fmt: skip


def test_a_member_always_gets_the_same_and_the_shares_are_even() -> None:
    two = shelf(welcome__day0="", welcome__day0_b="", welcome__day1="")
    got = {member: two.chosen("welcome/day0", member, DAY) for member in MEMBERS}
    shares = Counter(got.values())
    assert shares.keys() == {"welcome/day0", "welcome/day0.b"}
    assert 240 < shares["welcome/day0.b"] < 360
    assert got == {member: two.chosen("welcome/day0", member, DAY) for member in MEMBERS}
    assert {two.chosen("welcome/day1", member, DAY) for member in MEMBERS} == {"welcome/day1"}
    three = shelf(welcome__day0="", welcome__day0_b="", welcome__day0_c="")
    assert len({three.chosen("welcome/day0", member, DAY) for member in MEMBERS}) == 3


def test_only_what_may_be_sent_to_one_person_is_chosen() -> None:
    over = shelf(welcome__day0="", welcome__day0_b="valid_to = 2026-11-30\n")
    bulk = shelf(promos__tea="", promos__tea_b="")
    for member in MEMBERS[:50]:
        assert over.chosen("welcome/day0", member, DAY) == "welcome/day0"
        assert bulk.chosen("promos/tea", member, DAY) == "promos/tea"
        assert over.chosen("welcome/none", member, DAY) == "welcome/none"
        assert over.chosen("welcome/day0.b", member, DAY) == "welcome/day0.b", "named outright"
    assert (
        shelf(welcome__day0="", welcome__day0_b="").chosen("welcome/day0", "", DAY)
        == "welcome/day0"
    )


def test_a_family_is_a_template_and_its_letters() -> None:
    assert [base_of(one) for one in ("care/a.b", "care/a", "care/a.z", "care/a.d")] == [
        "care/a", "care/a", "care/a.z", "care/a"]  # fmt: skip
    assert family("care/a.c", ["care/a.b", "care/a", "care/b", "care/ab"]) == ("care/a", "care/a.b")
