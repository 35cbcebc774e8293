"""A shelf of compiled templates, and rendering one of them for one receiver or for many."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from types import MappingProxyType
from typing import Any

from jinja2 import TemplateError

from bot.core.body import Rich
from bot.core.errors import OneVoiceError
from bot.studio import values
from bot.studio.recipe import OUTPUT_MAX, Recipe
from bot.studio.template import BULK, Attachment, Template
from bot.studio.variants import base_of, family

__all__ = ["OUTPUT_MAX", "CannotRender", "Rendered", "Shelf"]

# All that rendering plain data with bounded filters can raise; anything else is a bug.
_FAULTS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


class CannotRender(OneVoiceError):
    """A template gave no text for this receiver. Nothing was sent; ``reason`` is for staff."""

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"template {name}: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """The finished text, what goes with it, and the version it is of.

    ``amounts`` are the numbers that its data named, as decimal texts.
    """

    text: str
    attachments: tuple[Attachment, ...] = ()
    version: int | None = None
    amounts: tuple[str, ...] = ()

    @property
    def body(self) -> Rich:
        """The text with its attachments."""
        return Rich(self.text, self.attachments)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """An immutable set of templates, ready to render. Cheap to make again after an edit."""

    templates: Mapping[str, Template] = field(default_factory=dict)
    versions: Mapping[str, int] = field(default_factory=dict)
    _recipes: Mapping[str, Recipe] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, templates: Iterable[Template], versions: Mapping[str, int] | None = None) -> Shelf:
        """Compiles ``templates``; ``versions`` says which version of each this is."""
        by_name = {template.name: template for template in templates}
        recipes = {name: Recipe.of(template) for name, template in by_name.items()}
        return cls(templates=MappingProxyType(by_name),
                   versions=MappingProxyType(dict(versions or {})),
                   _recipes=MappingProxyType(recipes))  # fmt: skip

    def get(self, name: str) -> Template | None:
        """The template of that name, or None."""
        return self.templates.get(name)

    def chosen(self, name: str, member: str, day: date) -> str:
        """The variant that this member gets of a template that somebody names.

        Only variants that serve, on a day on which they may be sent. It depends on the member and
        the name alone, so the shares are even and nobody changes sides until a variant comes or
        goes.
        """
        template = self.templates.get(name)
        if template is None or template.kind in BULK or not member or base_of(name) != name:
            return name
        those = [one for one in family(name, self.templates)
                 if one == name or self.templates[one].valid_on(day)]  # fmt: skip
        if len(those) < 2:
            return name
        mark = hashlib.sha256(f"{name}\0{member}".encode()).digest()
        return those[int.from_bytes(mark[:8], "big") % len(those)]

    def render(self, name: str, context: Mapping[str, Any]) -> Rendered:
        """The text for one receiver.

        ``context`` is nested plain data: ``member``, ``persona``, ``brand``, ``day``, ``account``
        and whatever the caller gives by name. Raises CannotRender, never sends half a text.
        """
        recipe = self._recipe(name)
        try:
            given = recipe.values(context)
            text = recipe.render(given)
        except _FAULTS as exc:
            raise _refusal(name, exc) from None
        return self._rendered(name, text, recipe.amounts(given))

    def render_many(
        self, name: str, members: Iterable[Mapping[str, Any]], common: Mapping[str, Any]
    ) -> Iterator[Rendered | CannotRender]:
        """One result for each member, in their order, made as it is asked for.

        ``members`` are the members' facts, ``common`` is the rest of the context, read once. Whom
        it cannot be rendered for gets the reason as his result. Raises CannotRender when there is
        no such template.
        """
        recipe = self._recipe(name)
        try:
            known, slots = recipe.split(common)
        except _FAULTS as exc:
            return _for_each(_refusal(name, exc), members)
        if not slots:
            return _for_each(self._result(name, recipe, known), members)
        return self._stream(name, recipe, known, slots, members)

    def render_sample(self, name: str) -> Rendered:
        """The text with the samples of its head. Raises CannotRender."""
        template = self.templates.get(name)
        return self.render(name, values.sample_context(template) if template else {})

    def _recipe(self, name: str) -> Recipe:
        recipe = self._recipes.get(name)
        if recipe is None:
            raise CannotRender(name, "没有这篇模板")
        return recipe

    def _rendered(self, name: str, text: str, amounts: tuple[str, ...]) -> Rendered:
        attachments = self.templates[name].attachments
        if not text and not attachments:
            raise CannotRender(name, "填出来是空的")
        return Rendered(text=text, attachments=attachments, version=self.versions.get(name),
                        amounts=amounts)  # fmt: skip

    def _result(
        self, name: str, recipe: Recipe, known: dict[str, values.Plain]
    ) -> Rendered | CannotRender:
        try:
            return self._rendered(name, recipe.render(known), recipe.amounts(known))
        except CannotRender as refusal:
            return refusal
        except _FAULTS as exc:
            return _refusal(name, exc)

    def _stream(
        self, name: str, recipe: Recipe, known: dict[str, values.Plain],
        slots: tuple[values.Slot, ...], members: Iterable[Mapping[str, Any]],
    ) -> Iterator[Rendered | CannotRender]:  # fmt: skip
        for member in members:
            own = known.copy()
            try:
                values.fill(own, slots, member)
            except values.Missing as exc:
                yield _refusal(name, exc)
            else:
                yield self._result(name, recipe, own)


def _refusal(name: str, exc: Exception) -> CannotRender:
    said = str(exc) or type(exc).__name__
    known = isinstance(exc, values.Missing) or not said.isascii()
    return CannotRender(name, said if known else f"有一处填不出来：{said}")


def _for_each(
    result: Rendered | CannotRender, members: Iterable[Mapping[str, Any]]
) -> Iterator[Rendered | CannotRender]:
    return (one for _, one in zip(members, repeat(result), strict=False))
