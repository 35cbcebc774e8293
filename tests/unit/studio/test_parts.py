"""Shared parts: put in place as text, bounded, and every fault at its own file and line."""

from __future__ import annotations

import pytest

from bot.core.errors import BadInput
from bot.studio.lint import Rules, lint_template
from bot.studio.parse import files_of, parse_files, parse_template
from bot.studio.parts import SIZE_MAX
from bot.studio.render import Shelf

HEAD = '+++\ntitle = "x"\ngenre = "story"\norigin = "BGC"\n+++\n'
VAR = '+++\n[vars.who]\nsource = "persona.name"\nsample = "小盏"\n+++\n'


def said(body: str, **parts: str) -> str:
    named = {name.replace("_", "-"): text for name, text in parts.items()}
    return Shelf.of([parse_template("care/a", HEAD + body, "a.j2", named)]).render(
        "care/a", {"persona": {"name": "小盏"}}
    ).text  # fmt: skip


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('早。\n{% include "sign-off" %}\n再说。', "早。\n半盏就好。\n再说。"),
        ('早。{% include "sign-off" %}再说。', "早。半盏就好。再说。"),
        ("{%include 'sign-off'%}", "半盏就好。"),
        ('{# {% include "gone" %} #}早。', "早。"),
        ('{% raw %}{% include "gone" %}{% endraw %}', '{% include "gone" %}'),
    ],
)
def test_a_part_stands_where_it_is_included(body: str, wanted: str) -> None:
    assert said(body, sign_off="半盏就好。\n") == wanted


def test_a_part_brings_its_variables_and_parts_of_its_own() -> None:
    inner = VAR + "{{ who }}"
    assert said('{% include "outer" %}！', outer='我是{% include "inner" %}', inner=inner) == (
        "我是小盏！"
    )


FAULTS = {
    "unknown": ('好\n{% include "sing-off" %}', {"sign-off": "x"}, "a.j2", 7, "sign-off"),
    "none at all": ('{% include "b" %}', {}, "a.j2", 6, "content/parts/b.j2"),
    "a name only": ("{% include name %}", {"name": "x"}, "a.j2", 6, "一个片段的名字"),
    "no way out": ('{% include "../x" %}', {}, "a.j2", 6, "一个片段的名字"),
    "itself": ('{% include "b" %}', {"b": '好\n{% include "b" %}'}, "content/parts/b.j2", 2, "b > b"),
    "a circle": (
        '{% include "b" %}',
        {"b": '{% include "c" %}', "c": '\n\n{% include "b" %}'},
        "content/parts/c.j2",
        3,
        "b > c > b",
    ),
    "too deep": (
        '{% include "b" %}',
        {"b": '{% include "c" %}', "c": '{% include "d" %}', "d": '{% include "e" %}', "e": "x"},
        "content/parts/d.j2",
        1,
        "最多套 3 层",
    ),
    "not declared": (
        '好\n{% include "b" %}',
        {"b": VAR + "好\n{{ whom }}"},
        "content/parts/b.j2",
        7,
        "'who'",
    ),
    "after a part": ('{% include "b" %}\n{{ gone }}', {"b": "一\n二\n三"}, "a.j2", 7, "'gone'"),
    "unclosed": ('{% include "b" %}', {"b": "一\n{% if %}"}, "content/parts/b.j2", 2, "写法不对"),
    "its head": ('{% include "b" %}', {"b": "+++\nx = 1\n+++\n"}, "content/parts/b.j2", 2, "unknown key"),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_names_its_file_and_line(case: str) -> None:
    body, parts, file, line, words = FAULTS[case]
    with pytest.raises(BadInput) as caught:
        parse_template("care/a", HEAD + body, "a.j2", parts)
    assert (caught.value.file, caught.value.line) == (file, line)
    assert words in str(caught.value)


def test_a_variable_means_the_same_everywhere() -> None:
    own = HEAD.replace("\n+++\n", '\n[vars.who]\nsource = "brand.name"\n+++\n')
    with pytest.raises(BadInput, match="不是一回事"):
        parse_template("care/a", own + '{% include "b" %}', "a.j2", {"b": VAR + "{{ who }}"})


def test_the_whole_is_bounded_however_it_is_put_together() -> None:
    parts = {"a": "茶" * (SIZE_MAX // 3), "b": "", "c": '{% include "b" %}' * 400}
    with pytest.raises(BadInput, match="超过"):
        parse_template("care/a", HEAD + '{% include "a" %}', "a.j2", parts)
    with pytest.raises(BadInput, match="超过"):
        parse_template("care/a", HEAD + '{% include "c" %}' * 400, "a.j2", parts)


def test_a_finding_names_the_part_it_is_in() -> None:
    unused = VAR + "一\n最佳的茶"
    made = parse_template("care/a", HEAD + '{% include "b" %}', "a.j2", {"b": unused})
    found = {f.rule: (f.file, f.line) for f in lint_template(made, Rules(taboo=("最佳",)))}
    part = "content/parts/b.j2"
    assert found == {"template.unused": (part, 2), "template.taboo": (part, 7)}


def test_a_version_holds_the_parts_it_uses() -> None:
    parts = {"b": VAR + "{{ who }}", "other": "x"}
    source = HEAD + '{% include "b" %}'
    made = parse_template("care/z", source, "content/care/z.j2", parts)
    files = files_of(made, source, parts)
    assert sorted(files) == ["parts/b.j2", "z.j2"]
    assert parse_files("care/z", dict(sorted(files.items()))) == made
