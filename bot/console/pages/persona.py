"""Personas and the brand: what serves, what waits, every part of one, and a talk with its draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages import persona_parts as parts
from bot.console.pages.content_words import differences, merged
from bot.console.pages.inbox_thread import setting_of
from bot.console.pages.persona_fields import groups_of
from bot.console.pages.persona_shows import faq_page, found_lines, paged, talk_of
from bot.console.pages.persona_subject import BRAND, View, tab, view_of
from bot.console.rights import RIGHTS, Right
from bot.console.visit import Refused, Visit, whole
from bot.core.clock import local
from bot.core.errors import BadInput
from bot.core.findings import ERROR
from bot.library.cast import outside
from bot.library.roster import SOON
from bot.library.writing import blocks
from bot.persona.load import understand
from bot.persona.normalise import normalise
from bot.persona.persona import Persona
from bot.store import review, versions, wanted
from bot.store.engine import Tx
from bot.store.review import REVIEW, Listed
from bot.store.staff import Account

KINDS = ("persona", BRAND)
SEE, EDIT = Right.PERSONA_SEE, Right.PERSONA_EDIT


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A persona of the list. ``persona`` is as it serves, else as it was written last; ``faults``
    counts errors of its folder. ``over``: on which side of its dates today is."""

    listed: Listed
    persona: Persona | None
    faults: int
    over: str
    left: int | None

    @property
    def soon(self) -> bool:
        """True when its end is near."""
        return self.left is not None and 0 <= self.left <= SOON


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    brand: Listed | None = None
    lines: list[Line] = field(default_factory=list)


async def show(visit: Visit) -> web.Response:
    """The list."""
    today = local(visit.now, visit.console.config.timezone).date()
    found = await visit.read(_found, visit, today)
    return await visit.page("personas.html", found=found)


def _found(tx: Tx, visit: Visit, today: date) -> _Found:
    known = [one for one in review.newest(tx) if one.newest.kind in KINDS]
    faults = [one for one in wanted.findings(tx) if one.severity == ERROR]
    lines = [_line(tx, visit, one, today, sum(
        f.file.startswith(f"personas/{one.newest.name}/") for f in faults))
        for one in known if one.newest.kind == "persona"]  # fmt: skip
    return _Found(brand=next((one for one in known if one.newest.kind == BRAND), None), lines=lines)


def _line(tx: Tx, visit: Visit, one: Listed, today: date, faults: int) -> Line:
    name = one.newest.name
    script = visit.cast.scripts.get(name) if visit.cast is not None else None
    persona = script.persona if script else None
    if persona is None:
        edition = versions.get(tx, "persona", name, one.newest.version)
        files = {"persona.toml": edition.files.get("persona.toml", "")} if edition else {}
        persona = understand(files, f"personas/{name}").persona
    until = persona.valid_to if persona else None
    return Line(listed=one, persona=persona, faults=faults,
                over=outside(persona, today) if persona else "",
                left=(until - today).days if until else None)  # fmt: skip


def _wait(tx: Tx, who: Account, now: int) -> int:
    """Versions that a colleague asks to publish; none for who may not."""
    if Right.PERSONA_EDIT not in RIGHTS.get(who.role, ()):
        return 0
    return sum(one.kind in KINDS and one.author != who.login for one in review.waiting(tx, REVIEW))


async def _fields(visit: Visit, view: View) -> Mapping[str, Any]:
    return fields_shown(view)


def fields_shown(view: View) -> dict[str, Any]:
    """The tab of fields; where the file cannot be read, the reason."""
    subject = view.subject
    try:
        text = view.newest.files.get(subject.main, "")
        return {"groups": groups_of(subject.kind, text, subject.shown), "unread": ""}
    except BadInput as exc:
        return {"groups": [], "unread": str(exc)}


async def _faq(visit: Visit, view: View) -> Mapping[str, Any]:
    return faq_page(visit, view)


async def _dialogue(visit: Visit, view: View) -> Mapping[str, Any]:
    words, first = visit.query("q"), whole(visit.query("from")) or 0
    return dialogue_shown(view, visit.query("block"), words, first, new=bool(visit.query("new")))


def dialogue_shown(
    view: View, key: str, words: str = "", first: int = 0, *, new: bool = False
) -> dict[str, Any]:  # fmt: skip
    """A page of the tables of the dialogue that hold ``words``; with one open where ``key`` names
    one."""
    files = view.newest.files
    try:
        found = blocks(files.get(parts.DIALOGUE, ""), parts.DIALOGUE)
        block = parts.block_of(files, key) if key else None
        unread = ""
    except BadInput as exc:
        found, block, unread = (), None, str(exc)
    said = parts.spoken(block.data) if block is not None else ""
    found = tuple(one for one in found if normalise(words) in normalise(one.text))
    return {"block": block, "new": new, "said": said, "unread": unread, "spoken": parts.spoken,
            "q": words, **paged(found, first, "blocks")}  # fmt: skip


async def _files(visit: Visit, view: View) -> Mapping[str, Any]:
    return files_shown(view, visit.query("file"), whole(visit.query("line")) or 0)


def files_shown(view: View, file: str, line: int = 0) -> dict[str, Any]:
    """The tab of files, with one of them open; ``line``: where to look."""
    names = parts.file_names(view.subject, view.newest.files)
    file = file if file in names else view.subject.main
    return {"names": names, "file": file, "text": view.newest.files.get(file, ""), "line": line}


async def _history(visit: Visit, view: View) -> Mapping[str, Any]:
    kind, name = view.subject.kind, view.subject.name
    after = whole(visit.query("to")) or view.newest.version
    serving = view.serving.version if view.serving else 0
    before = whole(visit.query("from")) or (serving if serving != after else after - 1)

    def read(tx: Tx) -> Sequence[Any]:
        return (versions.get(tx, kind, name, before), versions.get(tx, kind, name, after),
                review.trail(tx, kind, name))  # fmt: skip

    old, new, trail = await visit.read(read)
    if new is None and not view.newest.version:
        return {"before": 0, "after": 0, "trail": (), "differs": ()}
    if new is None:
        raise Refused(404, "personas.gone")
    return {"before": before if old else 0, "after": after, "trail": merged(trail)[::-1][:60],
            "differs": differences(old, new)}  # fmt: skip


async def findings(visit: Visit) -> web.Response:
    """What is to be said about the newest version; a part that the page asks for."""
    view = await view_of(visit)
    found = await visit.console.rehearsal.findings(view.newest) if view.newest.version else []
    return visit.part("persona_findings.html", view=view, found=found_lines(view, found))


async def talk(visit: Visit) -> web.Response:
    """One more thing that is said to the draft, or to what serves."""
    view = await view_of(visit)
    setting = await visit.read(lambda tx: setting_of(visit, tx))
    return visit.part("persona_try.html", view=view, **await talk_of(visit, view, setting))


TABS: Mapping[str, Callable[[Visit, View], Any]] = {
    "": _fields, "faq": _faq, "dialogue": _dialogue, "files": _files, "history": _history,
}  # fmt: skip
OF_BRAND = ("", "files", "history")
PAGE = Page(
    routes=(
        Route(method="GET", path="/personas", handler=show, needs=SEE),
        *(Route(method="GET", path=f"{at}/{name}".rstrip("/"), handler=tab(name, shows), needs=SEE)
          for at, names in (("/personas/{id}", TABS), ("/brand", OF_BRAND)) for name in names
          for shows in (TABS[name],)),
        Route(method="GET", path="/personas/{id}/findings", handler=findings, needs=SEE),
        Route(method="GET", path="/brand/findings", handler=findings, needs=SEE),
        Route(method="POST", path="/personas/{id}/try", handler=talk, needs=SEE),
    ),
    entry=Entry(path="/personas", name="personas.title", needs=SEE, order=42, key="p",
                count=_wait, topics=("library",)),
)  # fmt: skip
