"""What a finding offers is done by one press, and the finding is gone."""

from __future__ import annotations

import pytest

from bot.core.errors import BadInput
from bot.core.findings import Finding, of_error
from bot.core.guarding import Label
from bot.studio.lint import Rules, lint_template
from bot.studio.mend import KNOWN, mended
from bot.studio.parse import parse_template
from bot.studio.values import TYPE_OF, known_source

FILE = "content/welcome/day0.j2"
HEAD = 'title = "x"\ngenre = "story"\norigin = "BGC"\nfallback = "你好"\n'


def findings(source: str) -> list[Finding]:
    try:
        template = parse_template("welcome/day0", source, FILE)
    except BadInput as exc:
        return [of_error(exc, "template")]
    return lint_template(template, Rules(label=Label(mode="explicit")))


def var(name: str, **more: str) -> str:
    return f"[vars.{name}]\n" + "".join(f"{key} = {value}\n" for key, value in more.items())


def source(body: str, *tables: str, head: str = HEAD) -> str:
    return f"+++\n{head}{''.join(tables)}+++\n{body}\n"


NAME = var("name", source='"member.name"', sample='"小周"', fallback='"朋友"')


@pytest.mark.parametrize(
    ("rule", "text", "holds"),
    [
        ("template", source("早，{{ nam }}", NAME), "{{ name }}"),
        ("template", source("早，{{ city }}"), 'source = "member.city"'),
        ("template", source("早，{{ extra }}"), "[vars.extra]"),
        ("template.unused", source("早", NAME), "早"),
        ("template.no-fallback", source("{{ a }}", var("a", source='"member.name"', sample='"b"')),
         'fallback = "朋友"'),
        ("template.sample", source("{{ a }}", var("a", source='"member.name"', fallback='"b"')),
         'sample = "小周"'),
        ("template.type", source("{% if w %}x{% endif %}", var("w", source='"day.workday"')),
         'type = "flag"'),
        ("template.source", source("{{ a }}", var("a", source='"member.nam"', sample='"b"')),
         'source = "member.name"'),
        ("template.link", source("看 www.a.com 吧"), "看 https://www.a.com 吧"),
        ("template.link", source("看 http://a.com 吧"), "看 https://a.com 吧"),
        ("template.link", source("看https://a.com/x吧"), "https://a.com/x 吧"),
        ("template.link", source("看 https：//a.com 吧"), "看 https://a.com 吧"),
        ("template.emoji", source("🍵🍵🍵 好 🍵👩‍👩‍👧 茶"), "🍵🍵🍵 好  茶"),
        ("template.label", source("早", head=HEAD + "ai = true\n"), "早\n\n"),
    ],
)  # fmt: skip
def test_one_press_does_what_the_finding_says(rule: str, text: str, holds: str) -> None:
    finding = next(one for one in findings(text) if one.rule == rule)
    made = mended(text, finding)
    assert made is not None and holds in made
    left = [(one.rule, one.message) for one in findings(made)]
    assert (finding.rule, finding.message) not in left


@pytest.mark.parametrize(
    "text", [source("全网第一名的茶"), source("早", head='title = "x"\n'), source("{{ x.y.z }}"), "no head"]
)  # fmt: skip
def test_what_needs_thought_is_left_to_people(text: str) -> None:
    for finding in findings(text):
        assert mended(text, finding) is None


def test_every_source_that_is_offered_is_one_and_fits_its_type() -> None:
    for name, row in KNOWN.items():
        assert known_source(name) and TYPE_OF.get(name, row.type) == row.type


@pytest.mark.parametrize(
    ("line", "word", "left"),
    [
        ("家人们，今天到了新茶。", "家人们", "今天到了新茶。"),
        ("宝子们！！今天早点开门", "宝子们", "今天早点开门"),
        ("茶到了，绝绝子！", "绝绝子", "茶到了！"),
        ("全网最好的白茶到了。", "全网最好", "白茶到了。"),
        ("顶级白茶到店了", "顶级", "白茶到店了"),
        ("全网最好喝的白茶到了", "全网最", "白茶到了"),
        ("全网最好喝", "全网最", None),
        ("这是最好的{{ tea }}，来尝尝", "最好", "这是{{ tea }}，来尝尝"),
        # what is left would say nothing, or not that
        ("这是最好的。", "最好", None),
        ("最好的都在这里", "最好", None),
        ("把最好的给你留着", "最好", None),
        ("更顶级的白茶来了", "顶级", None),
        ("我们是第一", "第一", None),
        ("亲，好", "亲", None),
    ],
)
def test_a_word_is_struck_out_where_the_sentence_goes_on(
    line: str, word: str, left: str | None
) -> None:
    fault = Finding(file=FILE, line=2, rule="guard.superlative", severity="error",
                    message=f"遇到“小周”的会员时，绝对化用语：“{word}”")  # fmt: skip
    assert mended(f"好\n{line}\n尾", fault) == (None if left is None else f"好\n{left}\n尾")


@pytest.mark.parametrize(
    ("rule", "message", "text", "made"),
    [
        ("guard.marks", "标点叠用“！！！”", "来了！！！", "来了！"),
        ("guard.marks", "感叹号超过 1 个", "来了！好！", "来了！好。"),
        ("guard.address", "称呼用“你”，这里是“您”", "您好，您看", "你好，你看"),
        ("guard.emoji", "不用表情 🔥", "好🔥茶", "好茶"),
        ("guard.price", "今天的价目里没有 9 元", "9 元", None),
    ],
)
def test_what_the_guard_marks_is_mended_where_no_thought_is_needed(
    rule: str, message: str, text: str, made: str | None
) -> None:
    fault = Finding(file=FILE, line=1, rule=rule, severity="warning", message=message)
    assert mended(text, fault) == made
