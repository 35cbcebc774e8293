"""Of several findings about one taboo word, one."""

from __future__ import annotations

from bot.core.findings import ERROR, Finding
from bot.library.once import told_once


def found(rule: str, word: str, line: int = 3) -> Finding:
    return Finding(file="content/a/b.j2", line=line, rule=rule, severity=ERROR,
                   message=f"遇到“小周”的会员时，不能说“{word}”")  # fmt: skip


def test_the_same_words_of_a_line_are_told_by_lint_alone() -> None:
    lint = found("template.taboo", "最最好")
    others = [found("guard.taboo", "最最好"), found("guard.superlative", "最最")]
    assert told_once([*others, lint, lint]) == [lint]


def test_other_words_other_lines_and_other_rules_are_told_beside_it() -> None:
    every = [found("template.taboo", "亲"), found("guard.taboo", "宝子"), found("guard.taboo", "亲", 4),
             found("guard.medical", "亲"), found("guard.superlative", "顶级")]  # fmt: skip
    assert told_once(every) == every
    assert told_once(every[1:]) == every[1:]
