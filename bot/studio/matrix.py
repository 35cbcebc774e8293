"""The preview matrix: one template as each of many members would get it from each persona."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.findings import Finding
from bot.studio import limits
from bot.studio.render import CannotRender, Rendered, Shelf
from bot.studio.samples import SAMPLES, Sample
from bot.studio.template import Template
from bot.studio.values import sample_context

OPTED_OUT = "他退订了推广，不会发给他"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One member and one persona: what he gets (``made``), or why he gets nothing (``reason``).

    ``size`` of ``most`` bytes are used; ``most`` is None where the kind has no limit of its own.
    """

    persona: str
    sample: Sample
    made: Rendered | None = None
    reason: str = ""
    size: int = 0
    most: int | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """The finished text; empty where there is none."""
        return self.made.text if self.made is not None else ""


def matrix(
    template: Template, voices: Mapping[str, Mapping[str, Any]],
    samples: Iterable[Sample] = SAMPLES,
) -> Iterator[Cell]:  # fmt: skip
    """A cell for each member and persona, member by member within a persona.

    ``voices`` maps the id of each persona to what its texts may name: ``persona``, ``brand``,
    ``day``, ``account``. What is missing there, and what the caller gives by name, is as the
    samples of the template's head say.
    """
    shelf, members = Shelf.of([template]), tuple(samples)
    given = sample_context(template)
    for persona, voice in voices.items():
        context = merged(given, voice)
        for sample in members:
            yield _cell(shelf, template, persona, sample, context)


def merged(given: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` with what ``over`` knows better; an empty value is not known."""
    made = dict(given)
    for root, facts in over.items():
        below = made.get(root)
        if isinstance(below, Mapping) and isinstance(facts, Mapping):
            known = {key: value for key in facts if (value := facts[key]) not in ("", None)}
            facts = {**below, **known}
        made[root] = facts
    return made


def _cell(
    shelf: Shelf, template: Template, persona: str, sample: Sample, context: Mapping[str, Any]
) -> Cell:
    if sample.opted_out and template.kind == "promo":
        return Cell(persona=persona, sample=sample, reason=OPTED_OUT)
    try:
        made = shelf.render(template.name, {**context, "member": sample.member})
    except CannotRender as exc:
        return Cell(persona=persona, sample=sample, reason=exc.reason)
    limit = limits.TEXT.get(template.kind)
    return Cell(persona=persona, sample=sample, made=made, size=limits.size(made.text),
                most=limit.size if limit else None)  # fmt: skip
