"""What an editor would say about what goes with a text: how many, which together, how long."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.body import Link, Media
from bot.core.findings import ERROR, Finding
from bot.studio import limits, wording
from bot.studio.template import Template

_FIELDS = {"title": "标题", "url": "网址", "desc": "说明", "picture": "图片地址", "page": "页面"}


def attached(template: Template) -> Iterator[Finding]:
    """Findings about the attachments of ``template``, each at its own lines."""
    parts = template.attachments
    if len(parts) > limits.ATTACHMENTS_MAX:
        yield _say(template, limits.ATTACHMENTS_MAX, "attachments", f"附件有 {len(parts)} 个",
                   f"最多 {limits.ATTACHMENTS_MAX} 个，删掉多的")  # fmt: skip
    if template.kind == "moment" and not _moment_set(template):
        yield _say(template, 0, "attachments", "朋友圈只能带图片（最多九张）、一段视频或一个链接",
                   "只留其中一样")  # fmt: skip
    for number, part in enumerate(parts):
        for name, size, most in limits.attachment_excess(part, template.kind):
            yield _say(template, number, "attachment-size",
                       f"{_FIELDS[name]}有 {size} 字节，最多 {most}",
                       f"删掉 {size - most} 字节")  # fmt: skip
        if isinstance(part, Link):
            for remark in wording.links(part.url):
                yield _say(template, number, remark.rule, remark.message, remark.fix,
                           remark.severity)  # fmt: skip


def _moment_set(template: Template) -> bool:
    parts = template.attachments
    images = all(isinstance(p, Media) and p.kind == "image" for p in parts)
    single = len(parts) == 1 and (
        isinstance(parts[0], Link) or (isinstance(parts[0], Media) and parts[0].kind == "video")
    )
    return images or single


def _say(
    template: Template, number: int, rule: str, message: str, fix: str, severity: str = ERROR
) -> Finding:
    line = template.heads.get(f"attachment.{number}", 1)
    return Finding(file=template.file, line=line, rule=f"template.{rule}", severity=severity,
                   message=message, fix=fix)  # fmt: skip
