"""What a finding offers, done: the text of a template with one fault less, where no thought is
needed. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.core.errors import BadInput
from bot.core.findings import Finding
from bot.core.words import is_emoji
from bot.studio import form
from bot.studio.fence import FENCE, split
from bot.studio.form import VarRow
from bot.studio.strike import struck

# What belongs to the pictograph before it: joiners, variation selectors, tones of skin.
_TAILS = "\u200d\ufe0e\ufe0f\u20e3"
_MEANT = re.compile(r"是不是想写 '?([\w.]+)'?？")
_UNKNOWN = re.compile(r"'([A-Za-z_]\w*)' 没有声明")
_NAME = re.compile(r"(\w+) (?:声明了|没有备用值|没有样例|的 )")
_TYPE = re.compile(r'写 type = "(\w+)"')
_QUOTED = re.compile(r"“([^”]+)”")
_ROW = re.compile(r"标点叠用“([^”]+)”")
_FORMS = re.compile(r"称呼用“(.)”，这里是“(.)”")
_DISLIKED = re.compile(r"不用表情 (.)")
_MOST = re.compile(r"(?:最多|超过) (\d+) 个")

# Every source that a form offers: how its variable is called, and what stands for it.
KNOWN: Mapping[str, VarRow] = {row.source: row for row in (
    VarRow(name="name", source="member.name", sample="小周", fallback="朋友"),
    VarRow(name="codename", source="member.codename", sample="建水", blank=True),
    VarRow(name="level", source="member.level", sample="续盏", blank=True),
    VarRow(name="title", source="member.title", sample="续盏茶友", blank=True),
    VarRow(name="city", source="member.city", sample="杭州", blank=True),
    VarRow(name="invite_code", source="member.invite_code", sample="E38HW7", blank=True),
    VarRow(name="reward", source="reward.title", sample="十元茶券", blank=True),
    VarRow(name="code", source="reward.code", sample="SPRING-0001", blank=True),
    VarRow(name="persona", source="persona.name", sample="小盏"),
    VarRow(name="kf_link", source="persona.kf_link", sample="https://work.weixin.qq.com/kfid/kfc"),
    VarRow(name="contact_qr", source="persona.contact_qr", sample="https://wework.qpic.cn/qr"),
    VarRow(name="page", source="circle.page", sample="https://work.weixin.qq.com/kfid/kfc",
           blank=True),
    VarRow(name="brand", source="brand.name", sample="半盏"),
    VarRow(name="today", source="day.date", type="date", sample="2026-12-07"),
    VarRow(name="weekday", source="day.weekday", sample="周一"),
    VarRow(name="term", source="day.solar_term", sample="大雪", blank=True),
    VarRow(name="festival", source="day.festival", sample="冬至", blank=True),
    VarRow(name="holiday", source="day.holiday", sample="元旦", blank=True),
    VarRow(name="workday", source="day.workday", type="flag", sample="true"),
)}  # fmt: skip


def mended(source: str, finding: Finding) -> str | None:
    """``source`` without the fault; None where a person must think, or it is no fault of this
    file."""
    act = _MENDS.get(finding.rule)
    if act is None:
        return None
    try:
        made = act(source, finding)
    except BadInput:
        return None
    return made if made != source else None


def declared(name: str) -> VarRow:
    """The variable that somebody means who writes ``{{ name }}``."""
    for row in KNOWN.values():
        if name in (row.name, row.source.partition(".")[2]):
            return replace(row, name=name)
    return VarRow(name=name)


def _template(source: str, finding: Finding) -> str | None:
    """A name that is not declared: spelled as the one that is meant, or declared."""
    found = _UNKNOWN.match(finding.message)
    if found is None:
        return None
    if meant := _MEANT.search(finding.fix):
        return _on_line(source, finding.line, rf"\b{re.escape(found[1])}\b", meant[1])
    held = form.read(source)
    return form.write(source, held.with_var(declared(found[1])))


def _on_line(source: str, line: int, pattern: str, put: str, count: int = 0) -> str:
    lines = source.split("\n")
    if 0 < line <= len(lines):
        lines[line - 1] = re.sub(pattern, lambda _: put, lines[line - 1], count=count)
    return "\n".join(lines)


def _changed(source: str, finding: Finding, change: Callable[[VarRow], VarRow | None]) -> str:
    """With one variable changed, or without it where ``change`` gives None."""
    named, held = _NAME.match(finding.message), form.read(source)
    wanted = named[1] if named else ""
    rows = [change(row) if row.name == wanted or row.source == wanted else row
            for row in held.vars]  # fmt: skip
    return form.write(source, replace(held, vars=tuple(row for row in rows if row is not None)))


def _unused(source: str, finding: Finding) -> str:
    return _changed(source, finding, lambda _: None)


def _no_fallback(source: str, finding: Finding) -> str:
    return _changed(source, finding, lambda row: replace(
        row, fallback=KNOWN[row.source].fallback, blank=KNOWN[row.source].blank,
    ) if row.source in KNOWN else row)  # fmt: skip


def _sample(source: str, finding: Finding) -> str:
    return _changed(source, finding, lambda row: replace(
        row, sample=KNOWN[row.source].sample) if row.source in KNOWN else row)  # fmt: skip


def _type(source: str, finding: Finding) -> str | None:
    wanted, held = _TYPE.search(finding.fix), form.read(source)
    about = finding.message.partition(" 是 ")[0]
    if wanted is None:
        return None
    rows = tuple(replace(row, type=wanted[1]) if row.source == about else row for row in held.vars)
    return form.write(source, replace(held, vars=rows))


def _source(source: str, finding: Finding) -> str | None:
    meant, wrong = _MEANT.search(finding.fix), re.search(r"'([^']+)'", finding.message)
    if meant is None or wrong is None:
        return None
    held = form.read(source)
    rows = tuple(replace(row, source=meant[1]) if row.source == wrong[1] else row
                 for row in held.vars)  # fmt: skip
    return form.write(source, replace(held, vars=rows))


def _link(source: str, finding: Finding) -> str | None:
    quoted = _QUOTED.search(finding.message)
    if quoted is None:
        return None
    link = quoted[1]
    if "前面没有 https://" in finding.message:
        return _on_line(source, finding.line, re.escape(link), f"https://{link}", 1)
    if "紧跟着汉字" in finding.message:
        return _on_line(source, finding.line, re.escape(link), f"{link} ", 1)
    if "不是 https" in finding.message:
        return _on_line(source, finding.line, r"http://", "https://", 1)
    return _on_line(source, finding.line, r"(?:https?|ｈｔｔｐｓ?)：[/／]{2}\s*", "https://", 1)


def _emoji(source: str, finding: Finding) -> str | None:
    if disliked := _DISLIKED.search(finding.message):
        return _on_line(source, finding.line, re.escape(disliked[1]) + f"[{_TAILS}]*", "")
    most = _MOST.search(finding.message)
    if most is None:
        return None
    head, body, _ = split(source, "")
    return f"{FENCE}\n{head}\n{FENCE}\n{_without(body, int(most[1]))}"


def _without(text: str, most: int) -> str:
    """Without the pictographs behind the first ``most``; what is joined into one counts as one."""
    kept, seen = list[str](), 0
    for char, before in zip(text, f" {text}", strict=False):
        joined = before == "\u200d" or char in _TAILS or "\U0001f3fb" <= char <= "\U0001f3ff"
        pictured = is_emoji(char)
        seen += pictured and not joined
        if (pictured or char in _TAILS) and seen > most:
            continue
        kept.append(char)
    return "".join(kept)


def _label(source: str, finding: Finding) -> str | None:
    label = _QUOTED.search(finding.fix)
    return f"{source.rstrip()}\n\n{label[1]}\n" if label else None


def _struck(source: str, finding: Finding) -> str | None:
    quoted, lines = _QUOTED.findall(finding.message), source.split("\n")
    if not quoted or not 0 < finding.line <= len(lines):
        return None
    made = struck(lines[finding.line - 1], quoted[-1])
    if made is None:
        return None
    return "\n".join([*lines[: finding.line - 1], made, *lines[finding.line :]])


def _marks(source: str, finding: Finding) -> str:
    """Of marks in a row the first stays; of exclamation marks too many the line's last one goes."""
    if row := _ROW.search(finding.message):
        return _on_line(source, finding.line, re.escape(row[1]), row[1][0], 1)
    return _on_line(source, finding.line, "[！!](?=[^！!]*$)", "。", 1)


def _address(source: str, finding: Finding) -> str | None:
    """The form that the persona uses; 你们 and 迷你 are no address of one person."""
    forms = _FORMS.search(finding.message)
    if forms is None:
        return None
    return _on_line(source, finding.line, f"(?<!迷){forms[2]}(?!们)", forms[1])


_MENDS: Mapping[str, Callable[[str, Finding], str | None]] = {
    "template": _template, "template.unused": _unused, "template.no-fallback": _no_fallback,
    "template.sample": _sample, "template.type": _type, "template.source": _source,
    "template.link": _link, "template.emoji": _emoji, "template.label": _label,
    "template.taboo": _struck, "guard.taboo": _struck, "guard.superlative": _struck,
    "guard.sensitive": _struck, "guard.marks": _marks, "guard.address": _address,
    "guard.emoji": _emoji,
}  # fmt: skip
