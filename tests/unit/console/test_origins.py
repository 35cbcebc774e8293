"""What made something be said: by its title, with its page, and never by a code alone."""

from __future__ import annotations

import pytest

from bot.console.naming import anybodys
from bot.console.origins import Named, named, page_of, titles_of, used
from bot.library.cast import Cast
from bot.library.usage import Use
from bot.persona.brand import Brand
from scheduler.calendar import Calendar, Entry


def _cast() -> Cast:
    entry = Entry(id="kettle", when="daily 09:00", persona="a", zone="Asia/Shanghai", do="moment",
                  template="moments/x", title="早上的水壶")  # fmt: skip
    return Cast(zone="Asia/Shanghai", brand=Brand(name="半盏"), calendar=Calendar(entry=(entry,)))


@pytest.mark.parametrize(("origin", "told"), [
    ("flow:after-order:parcel", Named("流程", "after-order", "/flows/after-order")),
    ("campaign:kettle:20261123T0830", Named("排期", "早上的水壶", "/plan/entry?e=kettle")),
    ("campaign:gone:1", Named("群发", "gone")),
    ("activity:tea-table:1", Named("活动", "tea-table")),
    ("atmosphere", Named("群氛围", "")),
    ("reply:17:0", Named("", "")),
])  # fmt: skip
def test_where_something_came_from(origin: str, told: Named) -> None:
    assert named("zh", titles_of(_cast()), origin) == told


def test_places_that_use_a_template() -> None:
    assert used(_cast(), Use("calendar", "kettle")) == ("早上的水壶", "/plan/entry?e=kettle")
    assert used(_cast(), Use("faq", "personas/a/faq.csv:3")) == ("personas/a/faq.csv:3", "")
    assert page_of("flow:tea set", {}) == "/flows/tea%20set"


def test_an_answer_has_a_name_whoever_gives_it() -> None:
    assert anybodys("zh", _cast(), "builtin:satisfaction") == "请客人评价"
    assert anybodys("zh", _cast(), "faq:unknown") == "faq:unknown"
