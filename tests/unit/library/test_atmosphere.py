"""What lint says of a shift plan: who is not declared, where nobody is, who is in two places."""

from __future__ import annotations

import pytest

from bot.community.atmosphere import parse_atmosphere
from bot.community.moderating import parse_moderation
from bot.core.clock import DAY, HOUR
from bot.core.errors import BadInput
from bot.core.findings import ERROR
from bot.core.rota import Span
from bot.library.atmosphere import Beside, gaps, review_atmosphere, review_moderation, turns
from bot.members.circle import parse_circle
from scheduler.activities import moment
from scheduler.flows import parse_flow

ZONE, FILE = "Asia/Shanghai", "content/atmosphere/tea.toml"
TEAM = 'circle = "tea"\n' + "".join(
    f'[[team]]\nuserid = "{one}"\nname = "{name}"\n' for one, name in (("lin.xi", "林溪"), ("a", "阿"))
)  # fmt: skip
CIRCLE = parse_circle('id = "tea"\ntitle = "茶友"\nprinciple = "lifestyle"\ngroups = ["一群"]\n'
                      'accounts = ["lin.xi"]\n', "content/circles/tea.toml")  # fmt: skip
BESIDE = Beside(zone=ZONE, accounts=("gu.song",), circles={"tea": CIRCLE})


def shift(id: str, when: str, who: str = "lin.xi", lasts: str = "2h", more: str = "") -> str:
    return (f'[[shifts]]\nid = "{id}"\ntitle = "{id}"\nwhen = "{when}"\nlasts = "{lasts}"\n'
            f'who = ["{who}"]\n{more}\n')  # fmt: skip


def found(text: str) -> dict[str, str]:
    made = parse_atmosphere(TEAM + text, FILE)
    return {one.rule: one.message for one in review_atmosphere(made, BESIDE)
            if one.rule != "atmosphere.account"}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), [
    (shift("a", "daily 20:00", "xu.man"), "xu.man 没有在 .* 的 .*team.* 里申报.*林溪（lin.xi）"),
    (shift("a", "daily 20:00", lasts="5m"), "too short"),
    ('[[team]]\nuserid = "wmABC"\nname = "客"\n', "no colleague's userid"),
    ('[[team]]\nuserid = "lin.xi"\nname = "又"\n', "there twice"),
    ("[health]\nspeakers = 0\nanswers = 0\nsilent = 0\npromo = 0\ntaking_part = 0\nstaying = 0\n",
     "not all 0"),
])  # fmt: skip
def test_a_file_with_somebody_undeclared_or_a_shift_that_is_none_is_refused(
    text: str, said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        parse_atmosphere(TEAM + text, FILE)


def test_gaps_and_overlaps_of_a_usual_week_are_warned_of() -> None:
    cover = '[[cover]]\nwhen = "daily 20:00"\nlasts = "1h"\n'
    nobody = shift("eve", "mon,tue,wed,thu,fri,sat 19:30") + cover
    assert found(nobody) == {"atmosphere.gap": "周日 20:00–21:00 要有人在，却没有排班"}
    late = shift("eve", "daily 20:30") + cover
    assert found(late)["atmosphere.gap"] == "周日 20:00–20:30 要有人在，却没有排班"
    twice = shift("a", "daily 19:00") + shift("b", "fri 20:00", more='groups = ["二群"]')
    told = found(twice)
    assert told["atmosphere.overlap"] == "林溪 周五 20:00–22:00 同时排了「a」和「b」"
    assert told["atmosphere.group"] == "「二群」不是这个圈子的群"
    assert found(shift("a", "daily 19:00") + shift("b", "fri 20:00", "a")) == {}


def test_words_of_the_calendar_that_are_none_are_an_error() -> None:
    made = parse_atmosphere(TEAM + shift("a", "everyday 20:00"), FILE)
    assert [(one.rule, one.severity) for one in review_atmosphere(made, BESIDE)
            if one.severity == ERROR] == [("atmosphere.when", ERROR)]  # fmt: skip
    gone = parse_atmosphere(TEAM.replace('"tea"', '"cup"'), "content/atmosphere/cup.toml")
    assert [one.rule for one in review_atmosphere(gone, BESIDE)
            if one.severity == ERROR] == ["missing-reference"]  # fmt: skip


def test_a_week_with_a_festival_has_its_own_shifts_and_a_night_reaches_into_the_next_week() -> None:
    text = shift("moon", "festival:中秋节 19:00", lasts="4h") + shift("night", "sun 23:00") \
        + '[[cover]]\nwhen = "mon 00:00"\nlasts = "2h"\n'  # fmt: skip
    made = parse_atmosphere(TEAM + text, FILE)
    start = moment("2026-09-21 00:00", ZONE) or 0  # 中秋节 is on Friday
    week = Span(start, start + 7 * DAY)
    assert [one.duty.id for one in turns(made, week, ZONE)] == ["moon", "night"]
    assert gaps(made, week, ZONE) == [Span(start + HOUR, start + 2 * HOUR)]


def test_a_rule_that_reminds_wants_a_flow_that_says_it() -> None:
    rules = parse_moderation('[links]\n[flood]\nact = "note"\n')
    flow = parse_flow('id = "q"\ntitle = "q"\ntrigger = "moderated:links"\nonce = "event"\n[[step]]\n'
                      'id = "a"\nat = "now"\nvia = ["kf"]\ntemplate = "care/x"\n', "content/flows/q.toml")  # fmt: skip
    assert [one.message[:6] for one in review_moderation(rules, [])] == ["「外部链接」"]
    assert list(review_moderation(rules, [flow])) == []
