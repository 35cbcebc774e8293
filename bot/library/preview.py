"""A template as it would be said: by whom, to whom, and what lint and guard make of each text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.core.findings import WARNING, Finding
from bot.core.guarding import Guarding
from bot.library.cast import surroundings
from bot.library.disk import Disk
from bot.library.review import review_rendered
from bot.persona.persona import Persona
from bot.persona.rule import TEMPLATE
from bot.studio.lint import say
from bot.studio.matrix import Cell, matrix
from bot.studio.samples import SAMPLES, Sample
from bot.studio.template import BULK, Template


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a bulk text costs one persona, were the samples its receivers: different texts, and
    tasks of the platform, each of which wants one tap of an account's owner."""

    persona: str
    texts: int
    tasks: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """Every cell of the matrix, and all findings of the template: its own and those of cells."""

    template: Template
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    costs: tuple[Cost, ...] = ()


def preview(
    disk: Disk, template: Template, personas: Sequence[Persona], policy: Guarding, day: date,
    samples: Iterable[Sample] = SAMPLES,
) -> Preview:  # fmt: skip
    """``template`` in the voice of ``personas`` on a local day, for the members of ``samples``."""
    voices = {one.id: surroundings(disk.brand, one, day) for one in personas}
    judge = _Judge(disk, template, {one.id: one for one in personas}, policy)
    cells = tuple(judge.judged(cell) for cell in matrix(template, voices, samples))
    costs = tuple(_costs(template, personas, cells))
    own = [f for f in disk.findings if f.file in files_of(template)]
    own += _spread(template, costs)
    every = dict.fromkeys([*own, *(f for cell in cells for f in cell.findings)])
    return Preview(template=template, cells=cells, findings=tuple(every), costs=costs)


@dataclass(slots=True)
class _Judge:
    """What the guard says about each cell; of equal texts of a persona once.

    What the first member does not bring about comes of another member's own name: that is no
    fault of the template, but a text that may be held back.
    """

    disk: Disk
    template: Template
    personas: Mapping[str, Persona]
    policy: Guarding
    looks: dict[tuple[str, str], tuple[Finding, ...]] = field(default_factory=dict)
    usual: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    def judged(self, cell: Cell) -> Cell:
        found = self._look(cell)
        usual = self.usual.setdefault(cell.persona, found)
        return replace(cell, findings=tuple(
            f if f in usual else replace(f, severity=WARNING, message=_of(cell) + f.message)
            for f in found))  # fmt: skip

    def _look(self, cell: Cell) -> tuple[Finding, ...]:
        if cell.made is None:
            return ()
        key = (cell.persona, cell.text)
        if key not in self.looks:
            self.looks[key] = tuple(review_rendered(
                self.template, cell.made, self.disk.brand, self.personas[cell.persona],
                self.disk.goods, self.policy))  # fmt: skip
        return self.looks[key]


def _of(cell: Cell) -> str:
    return f"遇到“{cell.sample.label}”的会员时，"


def _costs(
    template: Template, personas: Iterable[Persona], cells: Sequence[Cell]
) -> Iterator[Cost]:  # fmt: skip
    for one in personas if template.kind in BULK else ():
        texts = {cell.text for cell in cells if cell.persona == one.id and cell.made is not None}
        yield Cost(persona=one.id, texts=len(texts), tasks=len(texts) * len(one.accounts.contact))


def _spread(template: Template, costs: Iterable[Cost]) -> Iterator[Finding]:
    """A bulk text of which the samples alone would read more versions than are allowed."""
    texts = max((cost.texts for cost in costs), default=0)
    if template.split_max is not None and texts > template.split_max:
        found = f"光是样例会员就有 {texts} 段不同的文字，最多 {template.split_max} 段"
        fix = "昵称这样人人不同的信息不适合群发，换成城市之类的"
        yield say(template, "split", found, fix, WARNING, template.at(1))


def files_of(template: Template) -> frozenset[str]:
    """The files that findings about a template may name: its own and those of its parts."""
    return frozenset({template.file, *(file for file, _ in template.origins)})


def speakers(disk: Disk, template: str) -> tuple[Persona, ...]:
    """The personas that say a template, by calendar, flows and answers; all, if nobody does yet."""
    named = set(_speakers(disk, template))
    found = tuple(one for name, one in disk.personas.items() if name in named)
    return found or tuple(disk.personas.values())


def _speakers(disk: Disk, template: str) -> Iterator[str]:
    yield from (entry.persona for entry in disk.calendar.entry if entry.template == template)
    for flow in disk.flows.values():
        if any(step.template == template for step in flow.file.step):
            yield from flow.file.persona or disk.personas
    wanted = TEMPLATE + template
    for persona in disk.personas.values():
        said = [row.answer for row in persona.faq]
        said += [text for rule in persona.rules for variant in rule.say for text in variant]
        if any(text.replace(" ", "") == wanted for text in said):
            yield persona.id
