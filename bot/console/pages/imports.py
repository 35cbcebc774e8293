"""Questions and goods from spreadsheets: what each row would do is shown before it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.console.page import Entry, Page, Route
from bot.console.pages import persona, persona_edit
from bot.console.pages.persona_subject import View, page, tab, view_of
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.core.errors import BadInput
from bot.library.imports.goods import import_catalogue
from bot.library.imports.questions import import_faq
from bot.library.imports.read import SIZE_MAX
from bot.library.imports.report import REFUSED, Report
from bot.library.places import shown
from bot.library.review import judge_of
from bot.persona.load import understand
from bot.studio.catalogue import parse_catalogue

BODY = SIZE_MAX + 64_000
SHOWN = 500
FILES = {"persona": "faq.csv", "catalogue": "catalogue.csv"}


async def take_in(visit: Visit) -> web.Response:
    """Reads an upload and shows what it would change. Nothing is kept: the form below carries the
    new text, and the version that it was made from."""
    view = await view_of(visit)
    given = visit.files.get("table")
    if given is None or not given.filename:
        return await _shown(visit, view, 422, visit.t("imports.no_file"))
    content = await asyncio.to_thread(given.file.read, SIZE_MAX + 1)
    try:
        report = await asyncio.to_thread(_report, view, content, given.filename[:100], visit)
    except BadInput as exc:
        return await _shown(visit, view, 422, visit.t("imports.unreadable", why=str(exc)))
    # what needs somebody comes first
    lines = sorted(report.lines, key=lambda one: one.outcome != REFUSED)
    return await _shown(visit, view, report=report, lines=lines[:SHOWN],
                        more=len(lines) - SHOWN)  # fmt: skip


def _report(view: View, content: bytes, name: str, visit: Visit) -> Report:
    current = view.newest.files.get(FILES[view.subject.kind], "")
    if view.subject.kind == "catalogue":
        return import_catalogue(content, name, current)
    cast = visit.cast
    if cast is None:
        return import_faq(content, name, current)
    persona = understand(view.newest.files, shown(view.subject.kind, view.subject.name)).persona
    judge = judge_of(cast.brand, persona, cast.goods, visit.console.config.guard)
    return import_faq(content, name, current, cast.shelf.templates.keys(), judge=judge)


async def _shown(
    visit: Visit, view: View, status: int = 200, fault: str = "", **values: Any
) -> web.Response:  # fmt: skip
    given: dict[str, Any] = {"report": None, "lines": (), "more": 0} | values
    return await page(visit, view, "import", status, fault=fault,
                      file=FILES[view.subject.kind], **given)  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """Where a table is chosen."""
    return await _shown(visit, await view_of(visit))


async def _goods(visit: Visit, view: View) -> Mapping[str, Any]:
    try:
        text = view.newest.files.get(view.subject.main, "")
        goods = parse_catalogue(text, view.subject.shown) if text else ()
        return {"goods": goods, "unread": ""}
    except BadInput as exc:
        return {"goods": (), "unread": str(exc)}


SEE, EDIT = Right.CONTENT_SEE, Right.CONTENT_EDIT
TABS = {"": _goods, "files": persona.TABS["files"], "history": persona.TABS["history"]}
PAGE = Page(
  entry=Entry(path="/catalogue", name="personas.catalogue", needs=SEE, order=56, key="g"),
  routes=(
    Route(method="GET", path="/personas/{id}/import", handler=show, needs=Right.PERSONA_SEE),
    Route(method="POST", path="/personas/{id}/import", handler=take_in, needs=Right.PERSONA_EDIT,
          body=BODY),
    *(Route(method="GET", path=f"/catalogue/{name}".rstrip("/"), handler=tab(name, shows),
            needs=SEE) for name, shows in TABS.items()),
    Route(method="GET", path="/catalogue/import", handler=show, needs=SEE),
    Route(method="GET", path="/catalogue/findings", handler=persona.findings, needs=SEE),
    Route(method="POST", path="/catalogue/import", handler=take_in, needs=EDIT, body=BODY),
    Route(method="POST", path="/catalogue/save", handler=persona_edit.save, needs=EDIT,
          body=persona_edit.BODY),
    Route(method="POST", path="/catalogue/decide", handler=persona_edit.decide,
          needs=Right.CONTENT_APPROVE),
))  # fmt: skip
