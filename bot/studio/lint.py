"""What a careful editor would say about one template. Never raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.core.findings import ERROR, INFO, WARNING, Finding
from bot.core.guarding import Label, is_label
from bot.core.words import occurrences
from bot.studio import limits, syntax, values, wording
from bot.studio.attached import attached
from bot.studio.near import near
from bot.studio.render import CannotRender, Shelf
from bot.studio.samples import SAMPLES, for_sample
from bot.studio.template import BULK, GENRES, ORIGINS, SPLITTING, Template, Var
from bot.studio.twins import Post, twins
from bot.studio.wording import Remark

_ALL_SOURCES = tuple(f"{root}.{name}" for root, names in values.SOURCES.items() for name in names)
EMOJI_MAX = 3
# Kinds that come unasked: a text that only shows goods puts people off there.
_UNASKED = BULK | {"care", "welcome", "activity"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What a brand asks of its texts: words that it never says, the names of its goods, how it
    labels what a model wrote, and how many emoji one text may have."""

    taboo: Sequence[str] = ()
    goods: Sequence[str] = ()
    label: Label = field(default_factory=Label)
    emoji_max: int = EMOJI_MAX


def lint_template(template: Template, rules: Rules | None = None) -> list[Finding]:
    """All findings for ``template`` by itself."""
    rules = rules or Rules()
    found = [*_head(template), *_rights(template), *_variables(template), *attached(template)]
    found += _words(template, rules)
    found += _label(template, rules.label)
    found += _lengths(template)
    return found


def lint_twins(templates: Iterable[Template], sent: Iterable[Post] = ()) -> Iterator[Finding]:
    """Templates whose sample reads nearly the same as another's, or as what was ``sent`` lately."""
    by_name = {template.name: template for template in templates}
    posts = [Post(name, text) for name, one in by_name.items() if (text := sample_text(one))]
    for twin in twins(posts, sent):
        template = by_name[twin.name]
        yield say(template, "twin", f"和 {twin.other} 有 {twin.share:.0%} 一样",
                  "换个说法，或者只留一篇", WARNING, template.at(1))  # fmt: skip


def lint_edit(template: Template, serving: int, same: bool) -> Iterator[Finding]:
    """What to know about a file that differs from version ``serving``, which is approved."""
    if not same:
        yield say(template, "edited", f"第 {serving} 版已经通过审核，这次改动不会动它",
                  "改动会成为新的草稿，通过之后才换上", INFO)  # fmt: skip


def say(
    template: Template, rule: str, message: str, fix: str = "", severity: str = ERROR,
    at: tuple[str, int] | None = None,
) -> Finding:  # fmt: skip
    """A finding about ``template``; without ``at`` it stands at the head."""
    file, line = at or (template.file, 1)
    return Finding(file=file, line=line, rule=f"template.{rule}", severity=severity,
                   message=message, fix=fix)  # fmt: skip


def sample_text(template: Template) -> str:
    """The text with the samples of the head; empty where they do not do."""
    try:
        return Shelf.of([template]).render_sample(template.name).text
    except CannotRender:
        return ""


def _head(template: Template) -> Iterator[Finding]:
    for key, what, known in (("genre", "体裁", GENRES), ("origin", "来源", ORIGINS)):
        if not getattr(template, key):
            yield say(template, key, f"没有写{what} {key}",
                      f'头部加一行 {key} = "…"，可选：{"、".join(known)}', WARNING)  # fmt: skip
    if template.kind == "welcome" and template.personal and not template.fallback:
        yield say(template, "welcome-fallback", "欢迎语里有会员的信息，却没有备用的一版",
                  '头部加 fallback = "…"，信息来不及查到时就发它', WARNING)  # fmt: skip


def _rights(template: Template) -> Iterator[Finding]:
    """What a member made is used with his name, under terms, and with his recorded consent."""
    if template.origin != "UGC":
        return
    wanted = (
        ("author", template.author, "没有写作者", '头部加 author = "…"，写他希望的署名'),
        ("licence", template.licence, "没有写授权范围",
         '头部加 licence = "…"，写清能用在哪里、用多久'),
        ("consent", template.consent, "没有本人同意的登记，不能排期",
         '先在授权台登记他的同意，再把编号写进 consent = ["…"]'),
    )  # fmt: skip
    for key, value, message, fix in wanted:
        if not value:
            yield say(template, key, f"会员投稿（UGC）{message}", fix, ERROR,
                      (template.file, template.heads.get("origin", 1)))  # fmt: skip


def _variables(template: Template) -> Iterator[Finding]:
    used = syntax.check(template.text, {v.name: v.type for v in template.vars}, template.at)
    for var in template.vars:
        at = (var.file or template.file, var.line)
        for rule, message, fix, severity in _variable(template, var, used):
            yield say(template, rule, message, fix, severity, at)


def _variable(
    template: Template, var: Var, used: Iterable[str]
) -> Iterator[tuple[str, str, str, str]]:
    bulk = template.kind in BULK
    split = template.kind in SPLITTING and template.split_max is not None
    if not values.known_source(var.source):
        yield ("source", f"没有 {var.source!r} 这个来源", near(var.source, _ALL_SOURCES), ERROR)
    if var.personal and bulk and not split:
        more = "；确实要分开发，就在头部写 split_max" if template.kind in SPLITTING else ""
        yield ("personal", f"{var.source} 因人而异，可这一类发给所有人的是同一段文字",
               f"换成对谁都一样的说法{more}", ERROR)  # fmt: skip
    elif var.personal and var.fallback is None:
        yield ("no-fallback", f"{var.name} 没有备用值，查不到它的会员会被跳过",
               "加上 fallback = …", WARNING)  # fmt: skip
    yield from _typed(var)
    if var.sample is None:
        yield ("sample", f"{var.name} 没有样例，没法预览", "加上 sample = …", WARNING)
    if var.name not in used:
        yield ("unused", f"{var.name} 声明了却没有用到", "用上它，或者删掉这一段声明", WARNING)


def _typed(var: Var) -> Iterator[tuple[str, str, str, str]]:
    wanted = values.TYPE_OF.get(var.source, var.type)
    if wanted != var.type:
        yield ("type", f"{var.source} 是 {wanted}，{var.name} 声明的却是 {var.type}",
               f'写 type = "{wanted}"', ERROR)  # fmt: skip
        return
    for key, value in (("sample", var.sample), ("fallback", var.fallback)):
        if value is not None and not values.fits(var.type, value):
            yield ("type", f"{var.name} 的 {key} 不合 {var.type} 这个类型",
                   f"改 {key}，或者改 type（{_TYPES[var.type]}）", ERROR)  # fmt: skip


_TYPES = {"text": "文字，写在引号里", "number": "数", "date": "日期，像 2026-12-07",
          "list": "列表，写在方括号里", "flag": "true 或 false"}  # fmt: skip


def _words(template: Template, rules: Rules) -> Iterator[Finding]:
    for place, remark in _remarks(template, rules):
        yield say(template, remark.rule, remark.message, remark.fix, remark.severity, place)
    for remark in _taboo(template.fallback, rules.taboo):
        at = (template.file, template.heads.get("fallback", 1))
        yield say(template, remark.rule, remark.message, remark.fix, remark.severity, at)


def _remarks(template: Template, rules: Rules) -> Iterator[tuple[tuple[str, int], Remark]]:
    text = wording.flat(template.text)
    found = [*_taboo(text, rules.taboo), *wording.links(text),
             *wording.crowded(text, rules.emoji_max)]  # fmt: skip
    if template.kind in _UNASKED:
        found += wording.goods_only(text, rules.goods)
    for remark in found:
        yield template.at(text.count("\n", 0, remark.place) + 1), remark


def _taboo(text: str, taboo: Sequence[str]) -> Iterator[Remark]:
    for word, start, _ in occurrences(text, taboo):
        yield Remark("taboo", start, f"用了禁用词“{word}”", "改用平常的话说", ERROR)


def _label(template: Template, label: Label) -> Iterator[Finding]:
    """Measures for labelling AI-generated content (see bot.core.guarding)."""
    if template.ai and label.mode == "explicit" and not is_label(template.text):
        yield say(template, "label", "写着 ai = true，正文里却没有 AI 生成的标识",
                  f"在开头或结尾加上“{label.text}”", ERROR, template.at(1))  # fmt: skip


def _lengths(template: Template) -> Iterator[Finding]:
    """Of the fallback, of the text with its samples, and of what the edges make of it."""
    at = (template.file, template.heads.get("fallback", 1))
    yield from _too_long(template, template.fallback, "备用的一版", ERROR, at)
    if any(var.sample is None and var.fallback is None for var in template.vars):
        return
    shelf = Shelf.of([template])
    try:
        text = shelf.render_sample(template.name).text
    except CannotRender as exc:
        if not template.text.strip():
            yield say(template, "empty", "正文是空的", "写上要说的话", ERROR, template.at(1))
            return
        yield say(template, "render", f"用样例填不出来：{exc.reason}",
                  "让样例合上它的类型，别留空", ERROR, template.at(1))  # fmt: skip
        return
    found = list(_too_long(template, text, "用样例填好之后", ERROR, template.at(1)))
    yield from found
    if template.personal and not found:
        yield from _edges(template, shelf)


def _edges(template: Template, shelf: Shelf) -> Iterator[Finding]:
    for sample in SAMPLES:
        try:
            text = shelf.render(template.name, for_sample(template, sample)).text
        except CannotRender:
            continue  # skipped with a reason, and said at its variable
        yield from _too_long(template, text, f"遇到“{sample.label}”的会员时", WARNING,
                             template.at(1))  # fmt: skip


def _too_long(
    template: Template, text: str, what: str, severity: str, at: tuple[str, int]
) -> Iterator[Finding]:
    for size, most, unit in limits.text_excess(text, template.kind):
        yield say(template, "size", f"{what}有 {size} {_UNITS[unit]}，最多 {most}",
                  f"删掉 {size - most} {_UNITS[unit]}", severity, at)  # fmt: skip


_UNITS = {"bytes": "字节", "characters": "字"}
