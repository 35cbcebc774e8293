"""What pages of templates have in common: a template at a glance, and how a text would read.

Rendering is bounded by ``bot.studio``, for an editor is not trusted; it runs in a thread, one at a
time for each editor, two at a time for all.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.core import tomlfile
from bot.core.clock import Clock, local
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.findings import ERROR, WARNING, Finding
from bot.library import consents
from bot.library.cast import Cast
from bot.library.desk import ContentDesk
from bot.library.places import Files, own, shown
from bot.library.preview import Cost, Preview, Stage, in_others_name, preview, speakers
from bot.persona.persona import Persona
from bot.store import versions
from bot.store.engine import Store, Tx
from bot.store.review import Standing
from bot.store.versions import Edition
from bot.studio import mend
from bot.studio.fence import split
from bot.studio.lint import lint_twins, sample_text
from bot.studio.matrix import Cell
from bot.studio.parse import parse_files
from bot.studio.template import KINDS, Template
from bot.studio.twins import Post

T = TypeVar("T")
KIND = "template"
VOICES = 3  # personas that are shown side by side
BRIEFS = 20_000
AT_ONCE = 2  # previews of all editors
# Whether a finding can be mended is found out by mending it: of a text of usual length, for the
# first findings, or somebody could make that work for seconds.
EASY, MENDS = 8_000, 12
_GRAVITY = {ERROR: 0, WARNING: 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class Brief:
    """A template at a glance; ``folder`` says of what kind it is, ``consents`` what it says that it
    stands on. What cannot be read is empty."""

    name: str
    title: str
    genre: str
    origin: str
    consents: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder, which is the kind."""
        return self.name.partition("/")[0]


def brief_of(name: str, files: Files) -> Brief:
    """What the head says; never raises."""
    try:
        head, _, _ = split(source_of(files), "")
        data = tomlfile.parse(head, "").data
    except BadInput:
        data = {}
    title, genre, origin = (str(data.get(key, ""))[:200] for key in ("title", "genre", "origin"))
    return Brief(name=name, title=title, genre=genre, origin=origin,
                 consents=consents.named(KIND, files))  # fmt: skip


def source_of(files: Files) -> str:
    """The text of a template's own file."""
    return next(iter(own(KIND, files).values()), "")


def file_of(name: str) -> str:
    """How that file is called within a version."""
    return shown(KIND, name).rpartition("/")[2]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One text, or why there is none, with the members who get it."""

    text: str
    reason: str
    labels: tuple[str, ...]
    size: int
    most: int | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """A persona's column of the matrix."""

    persona: str
    name: str
    bubbles: tuple[Bubble, ...]
    cost: Cost | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A finding, where it stands in the writer's own text (0: elsewhere), in which field of the
    form (empty: in the body), and whether one press does away with it."""

    finding: Finding
    line: int
    field: str
    mends: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """A text as it would read. ``template`` is None when it cannot be understood."""

    template: Template | None
    offers: tuple[Offer, ...]
    body_line: int = 1
    voices: tuple[Voice, ...] = ()
    others: tuple[tuple[str, str], ...] = ()

    @property
    def blank(self) -> bool:
        """True when nothing is written yet."""
        return any(one.finding.rule == "template.empty" for one in self.offers)

    @property
    def errors(self) -> int:
        """How many faults keep it from being approved."""
        return sum(one.finding.severity == ERROR for one in self.offers)

    @property
    def warnings(self) -> int:
        """How many remarks there are beside."""
        return sum(one.finding.severity == WARNING for one in self.offers)


class Studio:
    """One for each process."""

    def __init__(self, store: Store, config: Config, clock: Clock) -> None:
        self.desk = ContentDesk(store, config, clock)
        self._config, self._clock, self._store = config, clock, store
        self._briefs: dict[tuple[str, int], Brief] = {}
        self._posts: tuple[Cast, tuple[Post, ...]] | None = None
        self._turns: dict[str, int] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    def briefs(self, tx: Tx, wanted: Iterable[Standing]) -> dict[str, Brief]:
        """Each template at a glance, in this version of it. A version never changes, so each is
        read once."""
        if len(self._briefs) > BRIEFS:
            self._briefs.clear()
        return {one.name: self.brief(tx, one.name, one.version) for one in wanted}

    def brief(self, tx: Tx, name: str, version: int) -> Brief:
        """One version at a glance."""
        found = self._briefs.get((name, version))
        if found is None:
            edition = versions.get(tx, KIND, name, version)
            found = brief_of(name, edition.files if edition else {})
            self._briefs[name, version] = found
        return found

    async def newest_turn(self, login: str, make: Callable[[], Awaitable[T]]) -> T | None:
        """What ``make`` gives, one at a time for each editor; None when he has asked again
        meanwhile."""
        turn = self._turns[login] = self._turns.get(login, 0) + 1
        async with self._locks.setdefault(login, asyncio.Lock()):
            return await make() if turn == self._turns[login] else None

    async def look(
        self, name: str, files: Files, cast: Cast | None, wanted: Sequence[str] = ()
    ) -> Look:  # fmt: skip
        """Everything that is to be said about a text, and how it reads; ``wanted`` names personas,
        by default whoever says it. ``files`` without parts takes those that serve."""
        whole = await self.desk.with_parts(name, files)
        edition = Edition(kind=KIND, name=name, version=0, digest="", files=whole)
        async with self._room:
            found = await self.desk.examine(edition)
            return await asyncio.to_thread(self._looked, edition, found, cast, wanted)

    def _looked(
        self, edition: Edition, found: Sequence[Finding], cast: Cast | None, wanted: Sequence[str]
    ) -> Look:  # fmt: skip
        try:
            template = parse_files(edition.name, edition.files)
        except BadInput:
            return Look(template=None, offers=_offers(edition, found), body_line=_begins(edition))
        if cast is None:
            return Look(template=template, offers=_offers(edition, found),
                        body_line=template.body_line)  # fmt: skip
        stage = Stage(brand=cast.brand, goods=cast.goods, policy=self._config.guard,
                      day=local(self._clock.now(), cast.zone).date())  # fmt: skip
        personas = {key: script.persona for key, script in cast.scripts.items()}
        chosen = _chosen(template, personas, cast, wanted)
        more = [*found, *self._more(template, cast)]
        made = preview(stage, template, chosen, own=more)
        names = {key: one.name for key, one in personas.items()}
        every = [*made.findings, *in_others_name(made, names)]
        return Look(
            template=template, offers=_offers(edition, every),
            body_line=template.body_line, voices=tuple(_voices(made, chosen)),
            others=tuple((key, one.name) for key, one in personas.items()),
        )  # fmt: skip

    def _more(self, template: Template, cast: Cast) -> Iterator[Finding]:
        """What only its company tells: templates that are nearly the same."""
        if self._posts is None or self._posts[0] is not cast:
            kept = tuple(Post(one.name, text) for one in cast.shelf.templates.values()
                         if (text := sample_text(one)))  # fmt: skip
            self._posts = (cast, kept)
        yield from lint_twins([template], [p for p in self._posts[1] if p.name != template.name])


def _chosen(
    template: Template, personas: Mapping[str, Persona], cast: Cast, wanted: Sequence[str]
) -> Sequence[Persona]:  # fmt: skip
    named = [personas[one] for one in wanted if one in personas]
    return named or speakers(template.name, personas, cast.flows, cast.calendar)[:VOICES]


def _voices(made: Preview, personas: Sequence[Persona]) -> Iterator[Voice]:
    costs = {cost.persona: cost for cost in made.costs}
    for one in personas:
        cells = [cell for cell in made.cells if cell.persona == one.id]
        yield Voice(persona=one.id, name=one.name, bubbles=tuple(_bubbles(cells)),
                    cost=costs.get(one.id))  # fmt: skip


def _bubbles(cells: Iterable[Cell]) -> Iterator[Bubble]:
    """Each different text once, with all who get it."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.text, cell.reason), []).append(cell)
    for (text, reason), same in groups.items():
        yield Bubble(text=text, reason=reason, labels=tuple(c.sample.label for c in same),
                     size=same[0].size, most=same[0].most, findings=same[0].findings)  # fmt: skip


def _offers(edition: Edition, found: Iterable[Finding]) -> tuple[Offer, ...]:
    source, file = source_of(edition.files), shown(KIND, edition.name)
    begins, easy = _begins(edition), len(source) <= EASY
    ranked = sorted(dict.fromkeys(found), key=lambda f: (_GRAVITY.get(f.severity, 2), f.line))
    return tuple(
        Offer(finding=one, line=one.line if one.file == file else 0,
              field=_field(source, one, begins),
              mends=easy and n < MENDS and one.file == file
                    and mend.mended(source, one) is not None)
        for n, one in enumerate(ranked)
    )  # fmt: skip


def _begins(edition: Edition) -> int:
    """On which line the body begins; 1 where there is no head."""
    try:
        return split(source_of(edition.files), "")[2]
    except BadInput:
        return 1


_TABLE = re.compile(r"\s*\[(\[?)(?:vars\.([A-Za-z_]\w*)|attachment)\]")
_KEY = re.compile(r"\s*([a-z_]+)\s*=")


def _field(source: str, finding: Finding, begins: int) -> str:
    """The field of the form that a line of the head is; by its rule where the key is missing."""
    missing = finding.rule.removeprefix("template.")
    if missing in _MISSING:
        return _MISSING[missing]
    if finding.line >= begins:
        return ""
    above = source.split("\n")[: finding.line]
    tables = [found for line in above if (found := _TABLE.match(line))]
    if tables:
        rows = sum(bool(found[1]) for found in tables) - 1
        return f"var-{tables[-1][2]}" if tables[-1][2] else f"attachment-{rows}"
    key = _KEY.match(above[-1]) if above else None
    return f"f-{key[1]}" if key else "f-title"


_MISSING = {key: f"f-{key}" for key in ("genre", "origin", "author", "licence", "consent")} | {
    "welcome-fallback": "f-fallback"}  # fmt: skip


def valid_name(name: str) -> bool:
    """Whether it may be the name of a template, as far as an address is concerned."""
    return name.partition("/")[0] in KINDS and len(name) <= 200
