"""What pages of personas and of the brand are about: its versions, and who stands where."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.console.deciders import deciders
from bot.console.page import BASE
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.library.desk import writers
from bot.library.places import shown
from bot.library.usage import Work, work_of
from bot.store import review, versions, wanted
from bot.store.engine import Tx
from bot.store.review import APPROVED, DRAFT, RETIRED, REVIEW, Standing
from bot.store.versions import Edition, Serving
from bot.store.wanted import Wanted

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
BRAND, CATALOGUE = "brand", "catalogue"


@dataclass(frozen=True, slots=True)
class Subject:
    """A persona by its id, the brand, or the catalogue."""

    kind: str
    name: str

    @property
    def path(self) -> str:
        """Where its pages begin."""
        return f"/personas/{self.name}" if self.kind == "persona" else f"/{self.kind}"

    @property
    def main(self) -> str:
        """Its first file."""
        return shown(self.kind, self.name, f"{self.kind}.toml").rpartition("/")[2]

    @property
    def shown(self) -> str:
        """How people name that file."""
        return shown(self.kind, self.name, self.main)


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One read: the newest version, what serves, all versions newest first, and whether the one who
    looks wrote some of the newest since the last approved one; ``hands``: whoever did."""

    subject: Subject
    newest: Edition
    standing: Standing
    serving: Serving | None
    versions: Sequence[Standing]
    wrote: bool
    file: Wanted | None
    hands: frozenset[str] = frozenset()

    @property
    def serves(self) -> bool:
        """True when the newest version is the one that serves."""
        return self.serving is not None and self.serving.version == self.newest.version

    @property
    def waits(self) -> bool:
        """True when somebody may publish the newest version."""
        waits = self.standing.state in (DRAFT, REVIEW) and self.newest.version > 0
        return waits and not self.serves

    @property
    def rests(self) -> Standing | None:
        """The version that would serve again, where nothing does."""
        back = [one for one in self.versions if self.serving is None and self.goes_back(one)]
        return max(back, key=lambda one: one.at, default=None)

    def goes_back(self, one: Standing) -> bool:
        """True when that version may serve again."""
        return one.state in (APPROVED, RETIRED) and (
            self.serving is None or self.serving.version != one.version)  # fmt: skip


def subject_of(visit: Visit) -> Subject:
    """What the address is about. Raises Refused."""
    name = visit.request.match_info.get("id")
    if name is None:
        single = CATALOGUE if visit.request.path.startswith(f"{BASE}/{CATALOGUE}") else BRAND
        return Subject(single, single)
    if not _ID.fullmatch(name):
        raise Refused(404, "personas.gone")
    return Subject("persona", name)


async def view_of(visit: Visit) -> View:
    """Everything that its pages show above the rest. Raises Refused."""
    found = await visit.read(_view, subject_of(visit), visit.who.login)
    if found is None:
        raise Refused(404, "personas.gone")
    return found


def _view(tx: Tx, subject: Subject, login: str) -> View | None:
    kind, name = subject.kind, subject.name
    newest = versions.newest(tx, kind, name)
    if newest is None:
        return _nothing(subject) if kind == CATALOGUE else None
    known = review.of(tx, kind, name)
    standing = next((one for one in known if one.version == newest.version), None)
    if standing is None:  # an older process made it a moment ago
        return None
    hands = frozenset(writers(tx, kind, name, newest.version))
    waits = (one for one in wanted.standing(tx) if (one.kind, one.name) == (kind, name))
    return View(
        subject=subject, newest=newest, standing=standing,
        serving=versions.serving(tx, kind, name), versions=known[::-1],
        wrote=login in hands, hands=hands, file=next(waits, None),
    )  # fmt: skip


def _nothing(subject: Subject) -> View:
    """There need not be a catalogue; its first version is made here."""
    kind, name = subject.kind, subject.name
    none = Standing(kind=kind, name=name, version=0, author="", made_at=0, state=DRAFT, base=0,
                    note="", actor="", at=0)  # fmt: skip
    empty = Edition(kind=kind, name=name, version=0, digest="", files={})
    return View(subject=subject, newest=empty, standing=none, serving=None, versions=(),
                wrote=False, file=None)  # fmt: skip


def name_of(visit: Visit, subject: Subject) -> str:
    """The name that members read; the id where nothing serves."""
    script = visit.cast.scripts.get(subject.name) if visit.cast is not None else None
    if subject.kind != "persona":
        return visit.t(f"personas.{subject.kind}")
    return script.persona.name if script is not None else subject.name


Shows = Callable[[Visit, View], Awaitable[Mapping[str, Any]]]


def tab(name: str, shows: Shows) -> Callable[[Visit], Awaitable[web.Response]]:
    """A page of the subject; ``shows`` gives what stands in its middle."""

    async def handle(visit: Visit) -> web.Response:
        view = await view_of(visit)
        return await page(visit, view, name, **await shows(visit, view))

    return handle


async def page(
    visit: Visit, view: View, name: str, status: int = 200, **values: Any
) -> web.Response:  # fmt: skip
    """The page of a tab, with values of its own."""
    right = Right.CONTENT_EDIT if view.subject.kind == CATALOGUE else Right.PERSONA_EDIT
    four_eyes = visit.console.config.content.four_eyes
    others = await visit.read(deciders, right, view.hands, four_eyes) if view.waits else ()
    given = {"fault": "", "now_text": "", "typed": visit.typed} | values
    return await visit.page(
        "persona.html", status=status, view=view, tab=name, called=name_of(visit, view.subject),
        four_eyes=four_eyes, deciders=others, work=work(visit, view),
        **given,
    )  # fmt: skip


def work(visit: Visit, view: View) -> Work:
    """What the persona that serves does, for who would change or stop it."""
    cast = visit.cast
    return work_of(cast, view.subject.name) if cast and view.subject.kind == "persona" else Work()
