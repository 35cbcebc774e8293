"""The member page's address in texts, and what a mission gives its takers: shown, or told why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.community.mission import Mission, parse_mission
from bot.core.carrying import Shortening
from bot.core.clock import DAY
from bot.core.whereabouts import NOWHERE, Whereabouts
from bot.library.cast import build
from bot.library.community import Beside, review_mission
from bot.library.material import pieces
from bot.library.speech import Setting, prepare
from bot.library.titles import review_titles
from bot.persona.brand import Brand
from bot.store.versions import Edition
from bot.studio.parse import parse_files
from bot.studio.render import CannotRender

NOW = 1_796_000_000_000  # 2026-11-30 in Shanghai
KF = "https://work.weixin.qq.com/kfid/kfc1"
PERSONA = (
    'id = "{0}"\nname = "{0}"\ntype = "kol"\nkind = "personified"\n[accounts]\nkf = ["wk{0}"]\n'
)
HEAD = '+++\ntitle = "t"\ngenre = "story"\norigin = "BGC"\n{more}+++\n{text}'
PAGE = '[vars.page]\nsource = "circle.page"\nsample = "https://a.example/m"\nfallback = ""\n'
TEXTS = {
    "groups/page": HEAD.format(more=PAGE, text="打卡{% if page %}：{{ page }}{% endif %}"),
    "groups/strange": HEAD.format(more=PAGE, text="{{ page }} https://evil.example/x"),
    "moments/now": HEAD.format(more='[[attachment]]\ntype = "link"\ntitle = "怎么泡"\n'
                               'url = "https://banzhan.example/how"\n', text="水开了。"),
    "moments/early": HEAD.format(more="valid_from = 2026-12-05\n", text="再等等。"),
    "moments/over": HEAD.format(more="valid_to = 2026-11-29\n", text="过去了。"),
    "moments/bad": HEAD.format(more="", text="加我微信 abc123 领红包。"),
    "replies/hole": HEAD.format(more='[vars.about]\nsample = "x"\n', text="{{ about }}"),
    "moments/held": HEAD.format(more="", text="她说的。"),
}  # fmt: skip
MISSION = """id = "say"
title = "说句实话"
circle = "tea"
brief = "写。"
asks = "那段话。"
proof = ["text"]
{more}
material = [{names}]
"""


def single(kind: str, name: str, text: str) -> Edition:
    return Edition(kind=kind, name=name, version=1, digest="", files={f"{name}.toml": text})


def circle(name: str, leader: str) -> Edition:
    head = f'id = "{name}"\ntitle = "{name}"\nprinciple = "lifestyle"\n'
    return single("circle", name, head + f'[leader]\npersona = "{leader}"\n')


CAST = build(
    [*(Edition(kind="persona", name=one, version=1, digest="",
               files={"persona.toml": PERSONA.format(one)}) for one in ("xiaozhan", "laogu")),
     circle("tea", "xiaozhan"), circle("cup", "laogu"), circle("pot", "laogu"),
     single("brand", "brand", 'name = "半盏"\nlink_domains = ["banzhan.example"]\n'),
     *(Edition(kind="template", name=name, version=1, digest="",
               files={f"{name.rpartition('/')[2]}.j2": text}) for name, text in TEXTS.items())],
    "Asia/Shanghai", withheld={"moments/held": "revoked"},
)  # fmt: skip
LINKS = Whereabouts(kf={"wkxiaozhan": KF, "wklaogu": KF})
SETTING = Setting(cast=CAST, now=NOW, links=LINKS)
PUBLIC = replace(SETTING, short=Shortening("https://bot.example", {}))


@pytest.mark.parametrize(("setting", "persona", "of", "said"), [
    (PUBLIC, "xiaozhan", "", "打卡：https://bot.example/m/c/tea"),
    (PUBLIC, "xiaozhan", "cup", "打卡：https://bot.example/m/c/cup"),
    (PUBLIC, "laogu", "", "打卡：https://bot.example/m"),  # leads two: the page lets him choose
    (replace(SETTING, links=replace(LINKS, here="http://127.0.0.1:8080")), "xiaozhan", "",
     "打卡：http://127.0.0.1:8080/m/c/tea"),
    (SETTING, "xiaozhan", "tea", f"打卡：{KF}"),
    (replace(SETTING, links=NOWHERE), "xiaozhan", "tea", "打卡"),
])  # fmt: skip
def test_a_post_leads_to_the_page_else_to_the_persona(
    setting: Setting, persona: str, of: str, said: str
) -> None:
    assert prepare(setting, persona, "groups/page", circle=of).text == said


def test_the_page_excuses_no_other_address() -> None:
    with pytest.raises(CannotRender, match="link"):
        prepare(PUBLIC, "xiaozhan", "groups/strange")


def mission(*names: str, more: str = "") -> Mission:
    quoted = ", ".join(f'"{name}"' for name in names)
    return parse_mission(MISSION.format(names=quoted, more=more), "say.toml")


def test_each_text_of_a_mission_is_shown_or_says_why_not() -> None:
    made = mission("moments/now", "moments/early", "moments/over", "moments/bad", "moments/held",
                   "replies/hole", "moments/none")  # fmt: skip
    found = [(one.text, one.why, one.day) for one in pieces(PUBLIC, made)]
    assert found == [
        ("水开了。\n怎么泡 https://banzhan.example/how", "", None),
        ("", "early", date(2026, 12, 5)), ("", "over", date(2026, 11, 29)),
        ("", "unfit", None), ("", "held", None), ("", "unfit", None), ("", "gone", None),
    ]  # fmt: skip
    later = replace(PUBLIC, now=NOW + 7 * DAY)
    assert next(pieces(later, mission("moments/early"))).text == "再等等。"
    unled = replace(made, circle="nowhere")
    assert {one.why for one in pieces(PUBLIC, unled)} == {"nobody"}


TEMPLATES = {name: parse_files(name, {"a.j2": text}) for name, text in TEXTS.items()}


@pytest.mark.parametrize(("made", "rules"), [
    (mission("moments/now"), []),
    (mission("moments/now", more='persona = "laogu"'), []),
    (replace(mission("moments/now"), circle="bare"), ["mission.voice"]),
    (mission("replies/hole"), ["mission.material"]),
    (mission("moments/early"), ["mission.dates"]),
    (mission("moments/early", more="from = 2026-12-05"), []),
    (mission("moments/over", more="until = 2026-12-31"), ["mission.dates"]),
])  # fmt: skip
def test_lint_says_what_would_not_be_shown(made: Mission, rules: list[str]) -> None:
    beside = Beside(zone="Asia/Shanghai", templates=TEMPLATES, circles=("tea", "bare"),
                    leaders={"tea": "xiaozhan", "bare": ""})  # fmt: skip
    assert [one.rule for one in review_mission(made, beside)] == rules


def test_a_name_that_nobody_may_say_is_an_error() -> None:
    brand = Brand(name="半盏", taboo=("秒杀",))
    made = replace(mission(), title="今晚秒杀")
    (found,) = review_titles("say.toml", made, brand, ())
    assert (found.rule, found.severity) == ("guard.taboo", "error")
    assert not list(review_titles("say.toml", replace(made, title="买一送一"), brand, ()))
