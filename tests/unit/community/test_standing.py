"""What a person has in a circle, from his events and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.community.rules import Community, parse_community
from bot.community.standing import InForce, Standing, fold
from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened

T0 = 1_764_547_200_000  # 2025-12-01 08:00 in Shanghai
RULES = """
circle = "tea"
counts = "everybody"
[points]
per_day = 10
[[points.rules]]
id = "checkin"
title = "打卡"
when = "checked"
points = 2
per_day = 2
[[points.rules]]
id = "three"
title = "连三天"
when = "checked"
points = 5
streak = 3
[[points.rules]]
id = "order"
title = "下单"
when = "ordered"
points = 1
per = 100
[[points.rules]]
id = "help"
title = "帮人"
when = "helped"
points = 3
per_week = 7
[[points.rules]]
id = "photo"
title = "收下的照片"
when = "accepted"
points = 5
[[points.rules]]
id = "vote"
title = "投票"
when = "voted"
points = 4
once_per = "place"
[[levels]]
id = "one"
title = "一"
from = 1
[[levels]]
id = "two"
title = "二"
from = 20
[[levels]]
id = "three"
title = "三"
from = 100
[[badges]]
id = "first"
title = "头一泡"
when = "checked"
[[badges]]
id = "row"
title = "三天"
when = "checked"
rule = "streak"
n = 3
[[badges]]
id = "seasons"
title = "两季"
when = "checked"
rule = "season"
n = 2
[[badges]]
id = "helper"
title = "帮两位"
when = "helped"
rule = "helped"
n = 2
[[badges]]
id = "voter"
title = "两回"
when = "voted"
rule = "count"
n = 2
once_per = "place"
[[badges]]
id = "host"
title = "开席"
by = "staff"
"""
DECAY = '[decay]\nidle = "10d"\nevery = "10d"\npercent = 50\nfloor = 3\n'


def rules(text: str = RULES) -> Community:
    return parse_community(text, "content/community/tea.toml")


TEA = InForce([(0, rules())])


def happened(kind: str, at: int = 0, **more: Any) -> Event:
    made = {"dedupe": f"{kind}/{at}/{more.get('place', '')}/{more.get('other', '')}", **more}
    return Event(kind=Happened(kind), at=T0 + at, member="wm1", **made)


def checked(day: int) -> Event:
    return happened("checked", day * DAY, place="half@x")


def stand(*events: Event, force: InForce = TEA, **more: Any) -> Standing:
    return fold(events, "tea", force, **more)


def badges(found: Standing) -> set[str]:
    return {one.badge for one in found.badges if one.until is None}


def level(found: Standing) -> str:
    return found.level.level if found.level else ""


def test_a_check_in_earns_once_a_day_and_the_rest_says_why() -> None:
    burst = [happened("checked", n * HOUR, place=f"half@{n}") for n in range(9)]
    found = stand(*burst)
    assert found.points == 2 and level(found) == "one" and badges(found) == {"first"}
    assert [one.why for one in found.grants] == ["", *["per_day"] * 8]


def test_a_spam_burst_earns_no_more_than_the_day_and_lists_its_reasons() -> None:
    burst = [happened("voted", n, place=f"v{n}") for n in range(50)]
    burst += [happened("helped", n, other=f"wm{n}") for n in range(50)]
    found = stand(*burst)
    assert found.points == 10
    assert {one.why for one in found.grants if not one.amount} == {"day"}
    assert all(one.amount == one.wanted or one.why for one in found.grants)


def test_what_is_paid_for_does_not_fill_the_day() -> None:
    found = stand(happened("ordered", place="o1", amount=30_000), checked(0))
    assert found.points == 302 and level(found) == "three"


def test_a_week_has_its_cap_and_begins_on_monday() -> None:
    found = stand(*(happened("helped", n * DAY, other=f"wm{n}") for n in range(9)))
    assert [one.amount for one in found.grants] == [3, 3, 1, 0, 0, 0, 0, 3, 3]


def test_a_row_of_days_is_rewarded_each_time() -> None:
    found = stand(*(checked(n) for n in (0, 1, 2, 3, 4, 5, 7, 8)))
    assert [one.day for one in found.grants if one.rule == "three"] == ["2025-12-03", "2025-12-06"]
    assert "row" in badges(found)
    [row] = [one for one in found.badges if one.badge == "row"]
    assert row.causes == tuple(checked(n).dedupe for n in range(3)) and row.cause == row.causes[-1]


def test_a_correction_revokes_what_followed() -> None:
    days = [checked(n) for n in range(3)]
    order = happened("ordered", place="o1", amount=1_500)
    before = stand(*days, order)
    assert (before.points, level(before), badges(before)) == (26, "two", {"first", "row"})
    out = happened("struck", 5 * DAY, place=days[1].dedupe, which="out")
    after = stand(*days, order, out)
    assert (after.points, level(after), badges(after)) == (19, "one", {"first"})
    assert [one.why for one in after.grants if one.cause == days[1].dedupe] == ["struck"]
    back = happened("struck", 6 * DAY, place=days[1].dedupe, which="back")
    assert stand(*days, order, out, back) == before


def test_an_entry_counts_by_its_latest_verdict() -> None:
    def verdict(at: int, which: str) -> Event:
        return happened("judged", at, place="entry", which=which)

    assert stand(verdict(1, "accepted")).points == 5
    assert stand(verdict(1, "accepted"), verdict(2, "rejected")).points == 0
    assert stand(verdict(1, "accepted"), verdict(2, "rejected"), verdict(3, "accepted")).points == 5
    struck = happened("struck", 9, place="entry", which="out")
    assert stand(verdict(1, "accepted"), struck).points == 0


def test_staff_put_points_right_and_nobody_falls_below_nothing() -> None:
    found = stand(checked(0), happened("pointed", DAY, place="tea", amount=-50))
    assert found.points == 0 and found.level is None and found.grants[-1].why == "below"
    elsewhere = stand(checked(0), happened("pointed", DAY, place="cups", amount=50))
    assert elsewhere.points == 2


def test_what_staff_took_back_no_rule_gives_again() -> None:
    taken = happened("unhonoured", HOUR, place="tea", which="first", data={"why": "小号"})
    found = stand(checked(0), taken, checked(1))
    assert badges(found) == set()
    assert [(one.badge, one.why) for one in found.badges] == [("first", "小号")]
    given = happened("honoured", 2 * DAY, place="tea", which="first", data={"why": "查清了"})
    assert badges(stand(checked(0), taken, checked(1), given)) == {"first"}


def test_seasons_people_and_places_are_different_ones() -> None:
    assert "seasons" in badges(stand(checked(0), checked(80)))
    assert "seasons" not in badges(stand(checked(0), checked(9)))
    twice = [happened("helped", n, other="wm2", dedupe=f"h{n}") for n in range(4)]
    assert "helper" not in badges(stand(*twice))
    assert "helper" in badges(stand(*twice, happened("helped", 9, other="wm3")))
    same = [happened("voted", n, place="v1", dedupe=f"v{n}") for n in range(3)]
    assert "voter" not in badges(stand(*same)) and stand(*same).points == 4


def test_levels_stay_unless_a_rule_says_that_they_fade() -> None:
    order = happened("ordered", place="o1", amount=2_000)
    marks = [happened("faded", n * DAY, place="tea") for n in (5, 12, 15, 23, 40)]
    assert level(stand(order, *marks)) == "two"
    fading = InForce([(0, rules(RULES + DECAY))])
    found = stand(order, *marks, force=fading)
    assert [one.amount for one in found.grants] == [20, -10, -5, -2]
    assert found.points == 3 and level(found) == "one"
    assert [one.level for one in found.levels] == ["two", "one"]
    assert stand(order, *marks, checked(11), force=fading).grants[1].rule == "checkin"


def test_new_rules_hold_from_their_moment_on() -> None:
    dear = rules(RULES.replace("from = 20", "from = 60").replace("points = 2\n", "points = 9\n"))
    force = InForce([(T0, rules()), (T0 + 2 * DAY, dear)])
    order = happened("ordered", place="o1", amount=2_500)
    found = stand(checked(-1), order, checked(1), checked(3), force=force)
    # what was before the first version does not count; the level of the old rules is kept
    assert [one.amount for one in found.grants] == [25, 2, 2]
    assert level(found) == "two"
    ended = InForce([(T0, rules()), (T0 + 2 * DAY, None)])
    assert stand(order, checked(3), force=ended).points == 25


def test_who_has_enough_for_a_new_level_reaches_it_with_the_next_thing() -> None:
    easy = rules(RULES.replace("from = 20", "from = 3"))
    force = InForce([(0, rules()), (T0 + DAY + 1, easy)])
    days = [checked(0), checked(1)]
    assert level(stand(*days, force=force)) == "one"
    found = stand(*days, checked(4), force=force)
    assert [(one.level, one.cause) for one in found.levels][-1] == ("two", checked(4).dedupe)


def test_only_what_happens_in_the_circle_counts_where_the_file_says_so() -> None:
    mine = InForce([(0, rules(RULES.replace('"everybody"', '"members"')))])
    inside = [(T0, T0 + 2 * DAY)]
    found = stand(checked(-1), checked(1), checked(3), force=mine, inside=inside)
    assert [(one.amount, one.why) for one in found.grants] == [(0, "outside"), (2, ""),
                                                              (0, "outside")]  # fmt: skip
    other = replace(checked(1), data={"circle": "cups"})
    assert stand(other).points == 0


def test_a_right_costs_points_and_no_level() -> None:
    claim = happened("claimed", DAY, place="tea", which="spoon", amount=15)
    order = happened("ordered", place="o1", amount=2_000)
    found = stand(order, claim)
    assert (found.points, found.balance, level(found)) == (20, 5, "two")
    back = stand(order, claim, happened("clawed", 2 * DAY, place=claim.dedupe))
    assert (back.balance, back.claims[0].until) == (20, T0 + 2 * DAY)


def test_the_latest_code_name_is_his() -> None:
    names = [
        happened("named", n, place="tea", which=name) for n, name in enumerate(("茶则", "公道"))
    ]
    assert stand(*names).codename == "公道"


KINDS = ("checked", "helped", "voted", "ordered", "judged", "struck", "pointed", "honoured",
         "unhonoured", "faded", "claimed")  # fmt: skip


def life(rng: Random, n: int) -> list[Event]:
    """Some of everything, with corrections of what may have happened."""
    return [happened(kind, rng.randrange(60 * 24) * HOUR, dedupe=f"{kind}/{i}",
                     place=_place(rng, kind, n), other=f"wm{rng.randrange(4)}",
                     which=_which(rng, kind), amount=rng.randrange(-20, 3_000))
            for i in range(n) for kind in (rng.choice(KINDS),)]  # fmt: skip


def _place(rng: Random, kind: str, n: int) -> str:
    if kind == "struck":
        return f"{rng.choice(KINDS)}/{rng.randrange(n)}"
    return f"{rng.choice('ab')}@1" if kind in ("checked", "helped", "voted", "judged") else "tea"


def _which(rng: Random, kind: str) -> str:
    words = {"struck": ("out", "back"), "judged": ("accepted", "rejected"), "checked": ("",)}
    return rng.choice(words.get(kind, ("first", "host")))


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(0, 40))
def test_however_it_is_told_the_same_comes_out(seed: int, n: int) -> None:
    rng = Random(seed)
    told: Sequence[Event] = life(rng, n)
    force = InForce([(0, rules()), (T0 + 20 * DAY, rules(RULES + DECAY))])
    once = stand(*told, force=force)
    again = [*told, *(rng.choice(told) for _ in range(len(told) // 3))]
    rng.shuffle(again)
    assert stand(*again, force=force) == once
    assert once.points == sum(one.amount for one in once.grants) >= 0
    days: dict[str, int] = {}
    for one in once.grants:
        if one.rule in ("checkin", "three", "help", "photo", "vote"):
            days[one.day] = days.get(one.day, 0) + one.amount
    assert all(points <= 10 for points in days.values())
    assert sum(one.until is None for one in once.levels) == (once.points > 0)


@pytest.mark.parametrize("kind", ["left", "parted"])
def test_what_no_rule_is_about_gives_nothing(kind: str) -> None:
    assert stand(happened(kind, place="tea")) == Standing()
