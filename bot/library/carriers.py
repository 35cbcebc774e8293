"""What a group post loses on its way into internal groups, where a push robot carries it.

A push robot takes fewer bytes than a bulk task, no pictures among words, and puts the words of a
post with links into the links' descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.core.body import Link
from bot.core.findings import ERROR, WARNING, Finding
from bot.studio import limits
from bot.studio.lint import sample_text, say
from bot.studio.template import Template
from scheduler.calendar import Entry

_ROBOT = limits.CHANNELS["webhook"]


def review_carriers(
    entries: Iterable[Entry], templates: Mapping[str, Template]
) -> Iterator[Finding]:
    """Templates that the calendar posts into internal groups, and that do not fit there."""
    names = dict.fromkeys(e.template for e in entries
                          if e.do == "group_post" and e.groups != "customer")  # fmt: skip
    for name in names:
        if template := templates.get(name):
            yield from _post(template)


def _post(template: Template) -> Iterator[Finding]:
    parts, text = template.attachments, sample_text(template)
    if not all(isinstance(part, Link) for part in parts):
        yield _say(template, "群机器人带不了图片、视频和小程序",
                   '这类附件换成链接，或者日历里写 groups = "customer"')  # fmt: skip
    if len(parts) > limits.ATTACHMENTS["webhook"]:
        yield _say(template, f"群机器人最多带 {limits.ATTACHMENTS['webhook']} 个链接",
                   "删掉多的链接")  # fmt: skip
    if any(isinstance(part, Link) and part.desc for part in parts):
        yield _say(template, "链接有自己的说明，正文就带不上了",
                   "删掉链接的 desc，正文会放到说明里", WARNING)  # fmt: skip
        return
    field = "link.desc" if parts else "text"
    for has, most, _ in limits.excess(text, _ROBOT[field]):
        yield _say(template, f"群机器人{_WHERE[field]}最多 {most} 字节，这里有 {has}",
                   f"删掉 {has - most} 字节，或者日历里写 groups = \"customer\"")  # fmt: skip


_WHERE = {"text": "一段文字", "link.desc": "的链接说明里"}


def _say(template: Template, message: str, fix: str, severity: str = ERROR) -> Finding:
    message = f"日历要把它发进内部群：{message}"
    return say(template, "carrier", message, fix, severity, template.at(1))
