"""Files of content/community and content/activities: what they may say, and how faults are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.community.activity import KINDS, parse_activity
from bot.community.rules import parse_community
from bot.core.errors import BadInput

ROOT = Path(__file__).parents[3] / "content"
HEAD = 'circle = "tea"\n'
RULE = '[[points.rules]]\nid = "a"\ntitle = "打卡"\nwhen = "checked"\npoints = 2\n'
LEVEL = '[[levels]]\nid = "one"\ntitle = "一"\nfrom = 1\n'
BADGE = '[[badges]]\nid = "b"\ntitle = "头一泡"\nwhen = "checked"\n'
RIGHT = '[[rights]]\nid = "r"\ntitle = "一席"\n'
ONCE = '[when]\nannounce = "2026-12-01 09:00"\n'


def told(source: str, file: str = "content/community/tea.toml") -> str:
    with pytest.raises(BadInput) as raised:
        parse_community(source, file)
    return "\n".join(str(one) for one in raised.value.every)


def activity(kind: str, more: str = "", when: str = ONCE) -> str:
    head = f'id = "x"\ntitle = "试试"\ncircle = "tea"\nkind = "{kind}"\n'
    return f"{head}{more}{when}"


def told_of(source: str) -> str:
    with pytest.raises(BadInput) as raised:
        parse_activity(source, "content/activities/x.toml", "Asia/Shanghai")
    return "\n".join(str(one) for one in raised.value.every)


def test_the_sample_brand_has_what_its_persona_promises() -> None:
    text = (ROOT / "community" / "tea-friends.toml").read_text(encoding="utf-8")
    made = parse_community(text, "content/community/tea-friends.toml", 3)
    assert [one.title for one in made.levels] == ["初盏", "续盏", "满壶", "满席", "满室"]
    assert len(made.badges) >= 12 and made.version == 3
    assert made.level_at(0) is None and made.level_at(399).id == "xuzhan"  # type: ignore[union-attr]
    assert made.level_at(99_999).call == "满室茶友"  # type: ignore[union-attr]
    assert made.badge("fair-cup").rule == "helped" and made.badge("nothing") is None  # type: ignore[union-attr]
    assert {"茶则", "公道", "建水"} <= set(made.codenames.pool)


def test_the_sample_activities_can_be_read() -> None:
    files = sorted((ROOT / "activities").glob("*.toml"))
    made = [parse_activity(one.read_text(encoding="utf-8"), f"content/activities/{one.name}",
                           "Asia/Shanghai") for one in files]  # fmt: skip
    assert {one.kind for one in made} >= {"checkin", "contest", "vote", "cocreate"}
    assert {one.circle for one in made} == {"tea-friends"}
    assert {one.kind for one in made} <= KINDS.keys()


@pytest.mark.parametrize(("text", "line", "words"), [
    ('circle = "milk"\n', 1, "but the file is 'tea'"),
    (HEAD + 'zone = "Asia/Nowhere"\n', 2, "no time zone"),
    (HEAD + RULE.replace("checked", "chekced"), 5, "did you mean 'checked'"),
    (HEAD + RULE.replace("checked", "inbound"), 5, "count a check-in instead"),
    (HEAD + RULE.replace("= 2", "= 0"), 6, "not within 1 and"),
    (HEAD + RULE + "per = 100\n", 7, "is for orders"),
    (HEAD + RULE + "streak = 1\n", 7, "no row"),
    (HEAD + RULE + "pre_day = 2\n", 7, "did you mean 'per_day'"),
    (HEAD + RULE + RULE, 8, "there twice"),
    (HEAD + LEVEL + LEVEL.replace("one", "two"), 9, "not above the level before"),
    (HEAD + '[decay]\nidle = "long"\n', 3, "no length of time"),
    (HEAD + BADGE + "n = 2\n", 6, "does not fit rule = 'first'"),
    (HEAD + BADGE + 'rule = "streak"\n', 2, "one day is no row"),
    (HEAD + BADGE + 'by = "staff"\n', 5, 'means nothing for by = "staff"'),
    (HEAD + BADGE + 'icon = "far too long"\n', 6, "one character"),
    (HEAD + '[codenames]\npool = ["茶则", "茶则"]\n', 3, "there twice"),
    (HEAD + '[codenames]\nchosen = "given"\n', 2, "nothing can be given"),
    (HEAD + LEVEL + RIGHT + 'level = "oen"\n', 9, "did you mean 'one'"),
    (HEAD + RIGHT + "each = 0\n", 5, "nobody could take any"),
    (HEAD + RIGHT + "from = 2026-12-02\nuntil = 2026-12-01\n", 6, "is before from"),
])  # fmt: skip
def test_a_fault_names_its_line_and_what_to_do(text: str, line: int, words: str) -> None:
    said = told(text)
    assert words in said and f"tea.toml:{line}:" in said


def test_all_faults_of_a_file_are_told_at_once() -> None:
    said = told(HEAD + RULE.replace("= 2", "= 0") + BADGE + "n = 2\n" + RIGHT + "each = 0\n")
    assert len(said.splitlines()) == 3


@pytest.mark.parametrize(("text", "words"), [
    (activity("checkin"), "a check-in comes round"),
    (activity("vote"), "fewer than two"),
    (activity("quiz"), "write a [[questions]]"),
    (activity("quiz", when=ONCE + '[[questions]]\nask = "几度？"\noptions = ["一", "二"]\n'
              "right = [3]\n"), "names no option"),
    (activity("draw", 'judge = "votes"\nwinners = 1\n'), "decided by chance"),
    (activity("draw", 'judge = "chance"\n'), "write how many win"),
    (activity("help"), "too small"),
    (activity("topic", "options = ['a', 'b']\n"), "means nothing for kind = 'topic'"),
    (activity("cocreate"), "the three steps"),
    (activity("topic", when=""), "announce and every, or neither"),
    (activity("topic", when='[when]\nannounce = "soon"\n'), "is no time"),
    (activity("topic", when=ONCE + 'close = "2026-11-30 09:00"\n'), "not later"),
    (activity("topic", when=ONCE + 'join = "3d"\n'), "not between"),
    (activity("topic", when='[when]\nevery = "daily 09:00"\nclose = "2026-12-02 09:00"\n'),
     "comes round"),
    (activity("topic", when=ONCE + '[[rewards]]\nid = "r"\ntitle = "红包"\nhow = "redpacket"\n'
              'to = "all"\ncents = 100\n'), "the most that may be paid out"),
    (activity("topic", when=ONCE + '[[rewards]]\nid = "r"\ntitle = "券"\nhow = "coupon"\n'),
     "name the file"),
    (activity("topics"), "did you mean 'topic'"),
])  # fmt: skip
def test_what_an_activity_may_not_say(text: str, words: str) -> None:
    said = told_of(text)
    assert words in said and "content/activities/x.toml:" in said
