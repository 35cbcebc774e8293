"""A template as it would be said: by whom, to whom, and what lint and guard make of each text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.core.findings import ERROR, WARNING, Finding
from bot.core.goods import Good
from bot.core.guarding import Guarding
from bot.library.cast import surroundings
from bot.library.once import told_once
from bot.library.review import Judge, judge_of, review_rendered
from bot.library.usage import said_by, voices
from bot.persona.brand import Brand
from bot.persona.persona import Persona
from bot.studio.lint import say
from bot.studio.matrix import Cell, matrix
from bot.studio.render import Rendered
from bot.studio.samples import SAMPLES, Sample
from bot.studio.template import BULK, Template
from bot.studio.values import one_line
from scheduler.calendar import Calendar
from scheduler.flows import Flow


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What a template is judged by: as it serves, or as the folders hold it. ``day`` is local."""

    brand: Brand
    goods: Sequence[Good]
    policy: Guarding
    day: date


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
    stage: Stage, template: Template, personas: Sequence[Persona],
    samples: Iterable[Sample] = SAMPLES, own: Iterable[Finding] = (),
) -> Preview:  # fmt: skip
    """``template`` in the voice of ``personas`` for the members of ``samples``; ``own`` are its
    findings that are known already."""
    voices = {one.id: surroundings(stage.brand, one, stage.day) for one in personas}
    judge = _Judge(stage, template, {one.id: one for one in personas})
    cells = tuple(judge.judged(cell) for cell in matrix(template, voices, samples))
    costs = tuple(_costs(template, personas, cells))
    every = told_once([*own, *_spread(template, costs),
                           *(f for cell in cells for f in cell.findings)])  # fmt: skip
    return Preview(template=template, cells=cells, findings=tuple(every), costs=costs)


@dataclass(slots=True)
class _Judge:
    """What the guard says about each cell; of equal texts of a persona once.

    What only another member brings about is a warning, for the text may be held back. What comes of
    nothing but his own name is no fault of the template: unless it holds the text back, nobody is
    told.
    """

    stage: Stage
    template: Template
    personas: Mapping[str, Persona]
    looks: dict[tuple[str, str], tuple[Finding, ...]] = field(default_factory=dict)
    usual: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    judges: dict[str, Judge] = field(default_factory=dict)

    def judged(self, cell: Cell) -> Cell:
        if cell.made is None:
            return cell
        found = self._look(cell.persona, cell.made)
        usual = self.usual.setdefault(cell.persona, found)
        nameless = self._look(cell.persona, _unnamed(cell.made, cell.sample))
        return replace(cell, findings=tuple(
            f if f in usual else replace(f, severity=WARNING, message=_of(cell) + f.message)
            for f in found if f in usual or f in nameless or f.severity == ERROR))  # fmt: skip

    def _look(self, persona: str, made: Rendered) -> tuple[Finding, ...]:
        key = (persona, made.text)
        if key not in self.looks:
            self.looks[key] = tuple(review_rendered(self.template, made, self._judge(persona)))
        return self.looks[key]

    def _judge(self, persona: str) -> Judge:
        if persona not in self.judges:
            stage = self.stage
            self.judges[persona] = judge_of(stage.brand, self.personas[persona], stage.goods,
                                            stage.policy)  # fmt: skip
        return self.judges[persona]


def _unnamed(made: Rendered, sample: Sample) -> Rendered:
    """The same with the facts of an ordinary member in place of this one's."""
    text = made.text
    for key, value in sample.member.items():
        text = text.replace(one_line(value), SAMPLES[0].member[key]) if value else text
    return replace(made, text=text)


def in_others_name(made: Preview, names: Mapping[str, str]) -> Iterator[Finding]:
    """Texts in which a persona would call itself by another's name; ``names`` of all, by id."""
    told = set[tuple[str, str]]()
    for cell in made.cells:
        for persona, name in names.items():
            itself = f"我是{name}" if f"我是{name}" in cell.text else f"我叫{name}"
            key = (cell.persona, persona)
            if persona == cell.persona or key in told or itself not in cell.text:
                continue
            told.add(key)
            yield say(made.template, "self", f"换{names[cell.persona]}来发，也会说“{itself}”",
                      "把名字换成变量「人设名字」，或者只排给该说这话的人设", WARNING,
                      made.template.at(1))  # fmt: skip


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


def speakers(
    template: str, personas: Mapping[str, Persona], flows: Iterable[Flow], calendar: Calendar
) -> tuple[Persona, ...]:
    """The personas that say a template, by calendar, flows and answers; all, if nobody does yet."""
    mine = said_by(voices(calendar.entry, flows, personas), template)
    return tuple(one for one in personas.values() if one in mine) or tuple(personas.values())
