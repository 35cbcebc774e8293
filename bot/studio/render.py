"""A shelf of compiled templates, and rendering one of them for one receiver."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import TemplateError

from bot.core.body import Rich
from bot.core.errors import OneVoiceError
from bot.studio import values
from bot.studio.env import ENV
from bot.studio.template import Template

OUTPUT_MAX = 20_000  # characters; every channel's own limit is far below

_LOOSE = re.compile(r"[^\S\n]\n")

# All that rendering plain data with bounded filters can raise; anything else is a bug.
_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


class CannotRender(OneVoiceError):
    """A template gave no text for this receiver. Nothing was sent; ``reason`` is for staff."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"template {name}: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """The finished text, the same as a body with its attachments, and the version it is of.

    ``amounts`` are the numbers that its data named, as decimal texts.
    """

    text: str
    body: Rich
    version: int | None = None
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """An immutable set of templates, ready to render. Cheap to make again after an edit."""

    templates: Mapping[str, Template] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    _compiled: Mapping[str, jinja2.Template] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, templates: Iterable[Template], versions: Mapping[str, int] | None = None) -> Shelf:
        """Compiles ``templates``; ``versions`` says which version of each this is."""
        by_name = {template.name: template for template in templates}
        compiled = {name: _compile(template.text) for name, template in by_name.items()}
        return cls(templates=MappingProxyType(by_name),
                   versions=MappingProxyType(dict(versions or {})),
                   _compiled=MappingProxyType(compiled))  # fmt: skip

    def get(self, name: str) -> Template | None:
        """The template of that name, or None."""
        return self.templates.get(name)

    def render(self, name: str, context: Mapping[str, Any]) -> Rendered:
        """The text for one receiver.

        ``context`` is nested plain data: ``member``, ``persona``, ``brand``, ``day``, ``account``
        and whatever the caller gives by name. Raises CannotRender, never sends half a text.
        """
        template = self.templates.get(name)
        if template is None:
            raise CannotRender(name, "there is no such template")
        text = _render(template, self._compiled[name], context)
        if not text and not template.attachments:
            raise CannotRender(name, "the text came out empty")
        return Rendered(text=text, body=Rich(text, template.attachments),
                        version=self.versions.get(name),
                        amounts=values.numbers(template, context))  # fmt: skip

    def render_sample(self, name: str) -> Rendered:
        """The text with the samples of its head. Raises CannotRender."""
        template = self.templates.get(name)
        return self.render(name, values.sample_context(template) if template else {})


# Code is kept by its text: an edit of one file does not compile the other hundreds again.
@lru_cache(maxsize=4096)
def _compile(text: str) -> jinja2.Template:
    return ENV.from_string(text)


def _render(template: Template, code: jinja2.Template, context: Mapping[str, Any]) -> str:
    try:
        parts = code.generate(values.resolve(template, context))
        return tidy(_bounded(parts))
    except _FAULTS as exc:
        raise CannotRender(template.name, str(exc) or type(exc).__name__) from None


def _bounded(parts: Iterable[str]) -> str:
    kept, size = [], 0
    for part in parts:
        size += len(part)
        if size > OUTPUT_MAX:
            raise ValueError(f"the text grew over {OUTPUT_MAX} characters")
        kept.append(part)
    return "".join(kept)


def tidy(text: str) -> str:
    """Without white space at the ends of lines and of the whole."""
    if _LOOSE.search(text):
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    return text.strip()
