"""What lint says, in the words of the form."""

from __future__ import annotations

import pytest

from bot.console.byfield import by_field
from bot.core.findings import Finding


def finding(rule: str, message: str, fix: str = "") -> Finding:
    return Finding(file="content/x.j2", line=1, rule=rule, severity="error", message=message,
                   fix=fix)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "message", "said"),
    [
        ("template.genre", "没有写体裁 genre", "还没选体裁"),
        ("template.no-fallback", "name 没有备用值，查不到它的会员会被跳过", "「查不到时写」"),
        ("template", "attachment.1: image 缺 asset", "第 2 个附件（图片）还没填「文件」"),
        ("template", "attachment.0.url: 不是链接", "第 1 个附件的网址：不是链接"),
        ("guard.taboo", "禁用词“最”", "禁用词“最”"),
    ],
)
def test_a_field_is_named_as_the_form_names_it(rule: str, message: str, said: str) -> None:
    assert said in " ".join(by_field("zh", finding(rule, message)))


def test_in_the_text_the_file_is_spoken_of() -> None:
    one = finding("template.genre", "没有写体裁 genre", '头部加一行 genre = "…"')
    assert by_field("zh", one, fields=False) == (one.message, one.fix)
