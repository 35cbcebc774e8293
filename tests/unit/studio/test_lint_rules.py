"""What the lint asks of heads and words: each rule finds its fault, and lets good texts pass."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.errors import BadInput
from bot.core.findings import Finding
from bot.core.guarding import Label
from bot.studio.lint import Rules, lint_edit, lint_template, lint_twins
from bot.studio.parse import parse_template
from bot.studio.template import Template
from bot.studio.twins import COMMON, Post, twins

CLEAN = 'title = "x"\ngenre = "story"\norigin = "BGC"\n'
NAME = '[vars.n]\nsource = "member.name"\nsample = "小周"\nfallback = "朋友"\n'


def template(name: str, head: str = CLEAN, body: str = "好。") -> Template:
    return parse_template(name, f"+++\n{head}+++\n{body}", "x.j2")


def lint(name: str, head: str = CLEAN, body: str = "好。", **rules: Any) -> list[Finding]:
    return lint_template(template(name, head, body), Rules(**rules))


def codes(found: list[Finding]) -> list[tuple[str, int, str]]:
    return [(f.rule.removeprefix("template."), f.line, f.severity) for f in found]


@pytest.mark.parametrize(
    ("head", "wrong"),
    [
        ('type = "number"\nsample = 3\nfallback = 1.5', 0),
        ('type = "number"\nsample = "三"', 1),
        ('type = "number"\nsample = 3\nfallback = "无"', 1),
        ('type = "date"\nsample = 2026-12-07\nfallback = ""', 1),
        ('type = "date"\nsample = "2026-12-07"', 0),
        ('type = "list"\nsample = ["一"]\nfallback = []', 0),
        ('type = "list"\nsample = "一"', 1),
        ('type = "flag"\nsample = true', 0),
        ('sample = ["一"]', 1),
        ('source = "day.workday"\ntype = "flag"\nsample = true', 0),
        ('source = "day.workday"\nsample = "是"', 1),
    ],
)
def test_samples_and_fallbacks_fit_their_type(head: str, wrong: int) -> None:
    found = lint("care/a", f"{CLEAN}[vars.v]\n{head}\n", "{{ v }}好")
    assert [f.rule for f in found if f.rule == "template.type"] == ["template.type"] * wrong


UGC = 'title = "x"\ngenre = "story"\norigin = "UGC"\n'
RIGHTS = 'author = "阿禾"\nlicence = "群里"\nconsent = ["ugc-1"]\n'


def test_what_a_member_made_needs_author_licence_and_consent() -> None:
    wanted = [("author", 4, "error"), ("licence", 4, "error"), ("consent", 4, "error")]
    assert codes(lint("groups/a", UGC)) == wanted
    assert codes(lint("groups/a", UGC + RIGHTS)) == []
    assert codes(lint("groups/a", UGC + RIGHTS.replace('"ugc-1"', ""))) == [wanted[2]]


def test_a_bulk_text_may_be_personal_only_when_it_may_be_split() -> None:
    assert codes(lint("promos/a", CLEAN + NAME, "{{ n }}好")) == [("personal", 5, "error")]
    assert codes(lint("promos/a", CLEAN + "split_max = 3\n" + NAME, "{{ n }}好")) == []
    fact = NAME.replace("member.name", "fact.taste")
    assert codes(lint("promos/a", CLEAN + fact, "{{ n }}好")) == [("personal", 5, "error")]
    assert codes(lint("care/a", CLEAN + fact, "{{ n }}好")) == []
    for head in ("split_max = 1\n", "split_max = 51\n"):
        with pytest.raises(BadInput, match="2 到 50"):
            template("promos/a", CLEAN + head)
    for name, words in (("care/a", "一人一段"), ("moments/a", "没有单个的收件人")):
        with pytest.raises(BadInput, match=words):
            template(name, CLEAN + "split_max = 3\n")
    with pytest.raises(BadInput, match="授权登记"):
        template("care/a", CLEAN + 'consent = ["a b"]\n')


def test_what_a_model_wrote_says_so() -> None:
    head = CLEAN + "ai = true\n"
    assert codes(lint("care/a", head)) == [("label", 6 + 1, "error")]
    assert codes(lint("care/a", head, "好。（以上内容由 AI 生成）")) == []
    assert codes(lint("care/a", head, label=Label(mode="off"))) == []


LINKS = [
    ("看这里 https://a.example/x。", []),
    ("看 https://{{ n }}.example/x 就好", []),
    ("https://a.example:8443/x?y=1 好", []),
    ("看 https：//a.example", ["error"]),
    ("看 https:/a.example", ["error"]),
    ("看 https:// a.example", ["error"]),
    ("看 https://a_b.example/x", ["error"]),
    ("看 https://localhost/x", ["error"]),
    ("看 https://a.example看看", ["warning"]),
    ("看 https://a.example/x看看", ["warning"]),
    ("看 http://a.example/x 吧", ["warning"]),
    ("看 www.banzhan.example 吧", ["warning"]),
]


@pytest.mark.parametrize(("body", "severities"), LINKS)
def test_links_that_do_not_open_are_found(body: str, severities: list[str]) -> None:
    head = CLEAN + NAME if "{{" in body else CLEAN
    found = lint("care/a", head, "一\n" + body)
    line = 7 + 4 * (head != CLEAN)
    assert codes(found) == [("link", line, severity) for severity in severities]


def test_the_address_of_an_attachment_is_looked_at_too() -> None:
    link = '[[attachment]]\ntype = "link"\ntitle = "a"\nurl = "http://a.example"\n'
    assert codes(lint("groups/a", CLEAN + link)) == [("link", 5, "warning")]


def test_emoji_are_counted_as_people_see_them() -> None:
    assert codes(lint("care/a", CLEAN, "🍵好🌿\n👨\u200d👩\u200d👧")) == []
    assert codes(lint("care/a", CLEAN, "🍵好🌿\n👨\u200d👩\u200d👧✨")) == [("emoji", 7, "warning")]
    assert codes(lint("care/a", CLEAN, "🍵", emoji_max=0)) == [("emoji", 6, "warning")]


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("promos/a", "新品上架：冷泡瓶，600毫升，79元，现货。", True),
        ("moments/a", "冷泡瓶到货。", True),
        ("promos/a", "冷泡瓶是玻璃的。", True),  # by its name in the catalogue
        ("promos/a", "冷泡瓶，79元。早上灌一瓶，你一天都不用再烧水。", False),
        ("promos/a", "冷泡瓶，79元。冬天喝热的还是凉的？", False),
        ("replies/a", "冷泡瓶，600毫升，79元。", False),
        ("moments/a", "雪下了一夜，窗台上的杯子积了一层白。", False),
    ],
)
def test_a_text_that_only_shows_goods_is_told(name: str, body: str, found: bool) -> None:
    wanted = [("goods-only", 6, "warning")] if found else []
    assert codes(lint(name, CLEAN, body, goods=["冷泡瓶"])) == wanted


def test_the_edges_of_the_sample_members_are_measured() -> None:
    body = "{{ n }}，" + "茶" * 660
    found = lint("care/a", CLEAN + NAME, body)
    assert codes(found) == [("size", 10, "warning")]
    assert "昵称特别长" in found[0].message


TEA = "上回说去烧水，烧了没有？想喝得好一点，先换水，再换茶。一瓶低矿的水，比一罐新茶便宜。"


def test_nearly_the_same_text_is_told_with_its_twin() -> None:
    posts = [
        Post("a", TEA),
        Post("b", TEA.replace("便宜", "省钱")),
        Post("c", "今天的窗台有雪。" * 3),
    ]
    assert [(t.name, t.other) for t in twins(posts)] == [("a", "b"), ("b", "a")]
    assert [(t.name, t.other) for t in twins(posts[:1], [Post("11 月 3 日", TEA)])] == [
        ("a", "11 月 3 日")
    ]
    assert twins([Post("a", "早。"), Post("b", "早。")]) == []
    both = [template("care/a", CLEAN, TEA), template("care/b", CLEAN, "好。\n" + TEA)]
    assert [(f.file, f.line, f.rule) for f in lint_twins(both)] == [
        ("x.j2", 6, "template.twin")
    ] * 2


def test_what_everybody_says_makes_no_twins_and_what_went_out_often_does() -> None:
    greeting = "早上好，今天也慢慢来，先喝半盏。"
    posts = [Post(str(i), greeting + chr(0x4E00 + i) * 3) for i in range(COMMON + 1)]
    assert twins(posts) == []
    sent = [Post(f"第 {i} 次", TEA) for i in range(COMMON + 1)]
    assert [t.name for t in twins([Post("a", TEA)], sent)] == ["a"]


def test_an_approved_version_is_not_touched_by_an_edit() -> None:
    made = template("care/a")
    assert list(lint_edit(made, 3, same=True)) == []
    assert codes(list(lint_edit(made, 3, same=False))) == [("edited", 1, "info")]
