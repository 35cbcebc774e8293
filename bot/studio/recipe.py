"""A template made ready to render: its code, its variables, and what need not be checked twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jinja2

from bot.studio.env import ENV
from bot.studio.template import Template
from bot.studio.values import Group, Plain, Slot, plan, tidy

OUTPUT_MAX = 20_000  # characters; every channel's own limit is far below
# Where the context has what is known of one member.
OF_MEMBER = (("member",), ("fact",))
FEW = 64  # outputs of a text that is joined before it is measured: about 300,000 characters


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is known about a template before anybody's facts are.

    ``ends``: what a line with loose white space can end in; None where only a search tells.
    ``flat``: no loop and few outputs, so that the text is bounded by the bounds of its values.
    """

    code: jinja2.Template
    groups: tuple[Group, ...]
    ends: tuple[str, ...] | None
    flat: bool
    numbers: tuple[str, ...] = ()

    @classmethod
    def of(cls, template: Template) -> Recipe:
        """Compiles ``template``, which has passed ``syntax.check``."""
        text = template.text
        short = text.count("{{") <= FEW and not any(v.type == "list" for v in template.vars)
        return cls(_compile(text), plan(template.vars), _loose_ends(text),
                   short and "for" not in text,
                   tuple(v.name for v in template.vars if v.type == "number"))  # fmt: skip

    def values(self, context: Mapping[str, Any]) -> dict[str, Plain]:
        """The value of every variable. Raises Missing."""
        found: dict[str, Plain] = {}
        for group in self.groups:
            group.fill(found, context)
        return found

    def amounts(self, values: Mapping[str, Plain]) -> tuple[str, ...]:
        """The numbers among the values, as decimal texts, each once."""
        return tuple(dict.fromkeys(str(values[name]) for name in self.numbers))

    def split(self, context: Mapping[str, Any]) -> tuple[dict[str, Plain], tuple[Slot, ...]]:
        """What all members have in common, and the slots for what each has of his own."""
        values: dict[str, Plain] = {}
        own: tuple[Slot, ...] = ()
        for group in self.groups:
            if group.path in OF_MEMBER:
                own += group.slots
            else:
                group.fill(values, context)
        return values, own

    def render(self, values: dict[str, Plain]) -> str:
        """The text with every variable's value."""
        code = self.code
        parts = code.root_render_func(code.new_context(values, shared=True))
        text = "".join(parts) if self.flat else _bounded(parts)
        if len(text) > OUTPUT_MAX:
            raise ValueError(f"文字超过 {OUTPUT_MAX} 字")
        if self.ends is None:
            return tidy(text)
        for end in self.ends:
            if end in text:
                return tidy(text)
        return text.strip()


# Code is kept by its text: an edit of one file does not compile the other hundreds again.
@lru_cache(maxsize=4096)
def _compile(text: str) -> jinja2.Template:
    return ENV.from_string(text)


def _loose_ends(text: str) -> tuple[str, ...] | None:
    """Values come without loose ends, so those of a text are of its template's own white space."""
    if "\\" in text:  # an escape in a literal may stand for any character
        return None
    return tuple(f"{char}\n" for char in sorted(set(text)) if char.isspace() and char != "\n")


def _bounded(parts: Iterable[str]) -> str:
    kept, size = [], 0
    for part in parts:
        size += len(part)
        if size > OUTPUT_MAX:
            break
        kept.append(part)
    else:
        return "".join(kept)
    raise ValueError(f"文字超过 {OUTPUT_MAX} 字")
