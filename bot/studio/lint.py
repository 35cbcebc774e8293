"""What a careful editor would say about one template. Never raises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.core.body import Link, Media
from bot.core.decode import nearest
from bot.core.findings import ERROR, WARNING, Finding
from bot.core.words import occurrences
from bot.studio import limits, syntax, values
from bot.studio.render import CannotRender, Shelf
from bot.studio.template import BULK, Template, Var

_ALL_SOURCES = tuple(f"{root}.{name}" for root, names in values.SOURCES.items() for name in names)
ATTACHMENTS_MAX = 9


def lint_template(template: Template, taboo: Sequence[str] = ()) -> list[Finding]:
    """All findings for ``template``; ``taboo`` holds the words that the brand never says."""
    found = [*_head(template), *_variables(template), *_attachments(template)]
    found += _words(template, taboo)
    found += _sample(template)
    return found


def lint_templates(templates: Iterable[Template], taboo: Sequence[str] = ()) -> list[Finding]:
    """The findings of all, in the order given."""
    return [finding for template in templates for finding in lint_template(template, taboo)]


def _say(
    template: Template, line: int, rule: str, message: str, fix: str = "", severity: str = ERROR
) -> Finding:
    return Finding(
        file=template.file,
        line=line,
        rule=f"template.{rule}",
        severity=severity,
        message=message,
        fix=fix,
    )


def _head(template: Template) -> Iterator[Finding]:
    for key, value in (("genre", template.genre), ("origin", template.origin)):
        if not value:
            yield _say(template, 1, key, f"{key} is missing", f"add {key} to the head", WARNING)
    if template.kind == "welcome" and template.personal and not template.fallback:
        yield _say(
            template,
            1,
            "welcome-fallback",
            "a welcome with member facts has no fallback",
            "add fallback = the wording for when the facts come too late",
            WARNING,
        )


def _variables(template: Template) -> Iterator[Finding]:
    used = syntax.check(
        template.text, {v.name: v.type for v in template.vars}, template.file, template.body_line
    )
    for var in template.vars:
        yield from _variable(template, var)
        if var.name not in used:
            yield _say(
                template,
                var.line,
                "unused",
                f"variable {var.name!r} is not used",
                "use it or remove it",
                WARNING,
            )


def _variable(template: Template, var: Var) -> Iterator[Finding]:
    if not values.known_source(var.source):
        yield _say(
            template,
            var.line,
            "source",
            f"unknown source {var.source!r}",
            nearest(var.source, _ALL_SOURCES),
        )
    if var.personal and template.kind in BULK:
        yield _say(
            template,
            var.line,
            "personal",
            f"{var.source} in a {template.kind}: one text goes to all receivers",
            "use what is the same for everyone",
        )
    elif var.personal and var.fallback is None:
        yield _say(
            template,
            var.line,
            "no-fallback",
            f"{var.name!r} has no fallback: members without it are skipped",
            "add fallback = …",
            WARNING,
        )
    if var.sample is None:
        yield _say(
            template,
            var.line,
            "sample",
            f"variable {var.name!r} has no sample",
            "add sample = … so that it can be previewed",
            WARNING,
        )


def _attachments(template: Template) -> Iterator[Finding]:
    parts = template.attachments
    if len(parts) > ATTACHMENTS_MAX:
        yield _say(
            template, 1, "attachments", f"{len(parts)} attachments", f"at most {ATTACHMENTS_MAX}"
        )
    if template.kind == "moment" and not _moment_set(template):
        yield _say(
            template,
            1,
            "attachments",
            "a moment carries images only, or one video, or one link",
            "remove the others",
        )
    for part in parts:
        for what, size, most in limits.attachment_excess(part, template.kind):
            yield _say(
                template, 1, "attachment-size", f"{what} has {size} bytes, {most} fit", "shorten it"
            )


def _moment_set(template: Template) -> bool:
    parts = template.attachments
    images = all(isinstance(p, Media) and p.kind == "image" for p in parts)
    single = len(parts) == 1 and (
        isinstance(parts[0], Link) or (isinstance(parts[0], Media) and parts[0].kind == "video")
    )
    return images or single


def _words(template: Template, taboo: Sequence[str]) -> Iterator[Finding]:
    lines = [*enumerate(template.text.split("\n"), template.body_line), (1, template.fallback)]
    for number, line in lines:
        for word, _, _ in occurrences(line, taboo):
            yield _say(template, number, "taboo", f"taboo word {word!r}", "say it differently")


def _sample(template: Template) -> Iterator[Finding]:
    yield from _too_long(template, template.fallback, 1, "the fallback")
    if any(var.sample is None and var.fallback is None for var in template.vars):
        return
    try:
        text = Shelf.of([template]).render_sample(template.name).text
    except CannotRender as exc:
        yield _say(
            template,
            template.body_line,
            "render",
            f"the sample: {exc.reason}",
            "make the samples fit the types",
        )
        return
    yield from _too_long(template, text, template.body_line, "the text with its samples")


def _too_long(template: Template, text: str, line: int, what: str) -> Iterator[Finding]:
    for size, most, unit in limits.text_excess(text, template.kind):
        yield _say(template, line, "size", f"{what} has {size} {unit}, {most} fit", "shorten it")
