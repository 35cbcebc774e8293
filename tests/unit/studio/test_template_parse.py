"""Reading .j2 files: what is accepted, and where a fault is said to be."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core.body import Link, Media
from bot.core.errors import BadInput
from bot.studio.parse import parse_template

HEAD = '+++\ntitle = "第一天"\n'
NAME_VAR = '[vars.name]\nsource = "member.name"\nsample = "小周"\nfallback = "朋友"\n'


def source(head: str = "", body: str = "你好呀。\n") -> str:
    return f"{HEAD}{head}+++\n{body}"


def test_a_whole_template() -> None:
    text = source(
        'genre = "story"\norigin = "BGC"\nvalid_to = 2027-12-31\nfallback = "你好。"\n'
        + NAME_VAR
        + '[[attachment]]\ntype = "link"\ntitle = "怎么泡"\nurl = "https://banzhan.example/how"\n',
        "{{ name }}，你好。\n",
    )
    made = parse_template("welcome/day0", text, "content/welcome/day0.j2")
    assert (made.kind, made.title, made.genre, made.origin) == ("welcome", "第一天", "story", "BGC")
    assert made.attachments == (Link("怎么泡", "https://banzhan.example/how"),)
    assert made.vars[0].fallback == "朋友"
    assert made.personal
    assert made.valid_on(date(2027, 12, 31))
    assert not made.valid_on(date(2028, 1, 1))
    assert made.body_line == text.split("\n").index("{{ name }}，你好。") + 1


def test_a_byte_order_mark_and_windows_line_ends_are_allowed() -> None:
    text = "\ufeff" + source(NAME_VAR, "{{ name }}").replace("\n", "\r\n")
    assert parse_template("care/a", text, "f").text == "{{ name }}"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("moments/a", "moment"),
        ("groups/a", "group_post"),
        ("promos/a/b", "promo"),
        ("replies/a", "reply"),
        ("activities/a", "activity"),
    ],
)
def test_the_folder_gives_the_kind(name: str, kind: str) -> None:
    assert parse_template(name, source(), "f").kind == kind


def test_images_are_named_by_asset() -> None:
    head = '[[attachment]]\ntype = "image"\nasset = "tea.png"\n'
    assert parse_template("moments/a", source(head), "f").attachments == (
        Media("image", "tea.png"),
    )


FAULTS = {
    "unknown folder": ("letters/a", source(), 1, "里不放模板"),
    "name with capitals": ("care/A", source(), 1, "不能当模板名"),
    "no head": ("care/a", "你好", 1, "+++"),
    "head without end": ("care/a", "+++\ntitle='a'\n", 1, "没有收尾"),
    "broken toml": ("care/a", '+++\ntitle = "a"\ngenre = \n+++\n', 3, "TOML"),
    "unknown key": ("care/a", source("gerne = 'story'\n"), 3, "genre"),
    "unknown genre": ("care/a", source("genre = 'storry'\n"), 3, "story"),
    "other kind": ("care/a", source("kind = 'moment'\n"), 3, "所在的文件夹"),
    "fallback of a moment": ("moments/a", source("fallback = 'x'\n"), 3, "欢迎语"),
    "variable in a fallback": (
        "welcome/a",
        source("fallback = '{{ name }}，你好'\n"),
        3,
        "照原样发出",
    ),
    "attachment of a reply": (
        "replies/a",
        source("[[attachment]]\ntype = 'image'\nasset = 'a'\n"),
        3,
        "不能带附件",
    ),
    "link without url": (
        "moments/a",
        source("[[attachment]]\ntype = 'link'\ntitle = 'a'\n"),
        3,
        "缺 url",
    ),
    "field of another kind": (
        "moments/a",
        source("[[attachment]]\ntype = 'image'\nasset = 'a'\nurl = 'https://a.example'\n"),
        6,
        "用不到 url",
    ),
    "reserved name": ("care/a", source("[vars.member]\n"), 3, "另有用处"),
    "not declared": ("care/a", source(NAME_VAR, "好。\n{{ nmae }}"), 9, "'name'"),
    "unclosed block": ("care/a", source("", "好\n{% if a %}"), 5, "写法不对"),
    "unknown tag": ("care/a", source("", "{% bogus %}"), 4, "写法不对"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_names_its_line(case: str) -> None:
    name, text, line, words = FAULTS[case]
    with pytest.raises(BadInput) as caught:
        parse_template(name, text, "content/x.j2")
    assert (caught.value.file, caught.value.line or 1) == ("content/x.j2", line)
    assert words in str(caught.value)
    last = text.count("\n") + 1
    assert all(one.file == "content/x.j2" and 1 <= (one.line or 1) <= last
               for one in caught.value.every)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "message", "fix"),
    [
        ("{{ f() }}", "模板里不能用函数调用", "{% include %}"),
        ("{{ 1 + 1 }}", "模板里不能用加减乘除", "{{ 变量 }}"),
        ("{{ nmae }}", "'nmae' 没有声明", "是不是想写 'name'？"),
        ("{{ weather }}", "'weather' 没有声明", "[vars.weather]"),
        ("{{ name | uper }}", "没有 'uper' 这个过滤器", "是不是想写 'upper'？"),
    ],
)
def test_a_refusal_is_in_the_words_of_who_writes(body: str, message: str, fix: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_template("care/a", source(NAME_VAR, body), "f")
    assert caught.value.message == message
    assert fix in caught.value.fix


def faults(text: str, name: str = "care/a") -> list[tuple[int, str]]:
    """Every fault: its line, and the beginning of what is said."""
    with pytest.raises(BadInput) as caught:
        parse_template(name, text, "f")
    assert all(one.file in ("f", "content/parts/b.j2") for one in caught.value.every)
    return [(one.line or 0, one.message) for one in caught.value.every]


def test_all_faults_of_the_head_are_told_at_once() -> None:
    text = (
        '+++\ngerne = "story"\ngenre = "storry"\norigin = 3\nsplit_max = 4\n'
        '[vars.for]\nsample = "a"\n[vars.n]\ntype = "numbr"\n'
        '[[attachment]]\ntype = "link"\nurl = "x"\n+++\n{{ n }}\n'
    )
    found = faults(text)
    assert sorted(line for line, _ in found) == [1, 2, 3, 4, 5, 6, 9, 10, 10, 12]
    assert any("title" in said for line, said in found if line == 1)
    assert not any("'n' 没有声明" in said for _, said in found)  # it is, though badly


def test_faults_of_the_head_and_of_the_body_are_told_together() -> None:
    assert [line for line, _ in faults(source('genre = "x"\n', "好\n{% if a %}\n"))] == [3, 6]
    # where the head cannot be read nobody knows which names are declared
    assert [line for line, _ in faults('+++\ntitle = "a\n+++\n{{ x }}{{ f() }}\n')] == [2, 4]


def test_everything_in_the_body_that_is_refused_has_its_line() -> None:
    body = (
        "{{ a }}\n{% set b = 1 %}\n{{ c|uper }}\n{{ d() }}\n"
        "{% for e in f %}{{ e }}{{ g }}{% endfor %}\n{{ a }}\n{% if h == 2 ** 3 %}{{ i }}{% endif %}\n"
    )
    said = faults(source(body=body))
    assert [(line, message[:8]) for line, message in said] == [
        (4, "'a' 没有声明"), (5, "模板里不能用赋值"), (6, "没有 'uper"), (6, "'c' 没有声明"),
        (7, "模板里不能用函数"), (8, "for 只能用在"), (8, "'g' 没有声明"), (9, "'a' 没有声明"),
        (10, "'h' 没有声明"), (10, "模板里不能用乘方"), (10, "'i' 没有声明"),
    ]  # fmt: skip


def test_unknown_parts_and_what_is_wrong_inside_of_known_ones() -> None:
    text = source(body='{% include "a" %}\n{% include "b" %}\n{{ x }}{% include "c" %}\n')
    with pytest.raises(BadInput) as caught:
        parse_template("care/a", text, "f", {"b": "好\n{{ y }}\n"})
    assert [(one.file, one.line) for one in caught.value.every] == [
        ("f", 4), ("f", 6), ("content/parts/b.j2", 2), ("f", 6)]  # fmt: skip


def test_a_file_that_is_wrong_throughout_is_refused_in_bounded_work() -> None:
    assert len(faults(source(body="{{ a }}\n" * 1_000))) == 50
    assert len(faults(source("".join(f"x{n} = 1\n" for n in range(4_000))))) == 50
