"""A new template, or one that begins as another."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.content import at
from bot.console.pages.content_edit import newest_of
from bot.console.pages.content_words import refused
from bot.console.rights import Right
from bot.console.studio import KIND, brief_of, file_of, source_of, valid_name
from bot.console.visit import Refused, Visit
from bot.core.clock import local
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.studio import form
from bot.studio.form import Form
from bot.studio.template import GENRES, KINDS, ORIGINS
from bot.studio.variants import LETTERS, base_of


async def show(visit: Visit) -> web.Response:
    """The form; ``copy`` names a template whose text it begins with."""
    copied = visit.query("copy")
    if copied and not valid_name(copied):
        raise Refused(404, "content.gone")
    if not copied:
        return await _page(visit, {"kind": visit.query("kind"), "slug": _slug(visit)})
    folder, _, own = copied.partition("/")
    edition, _ = await newest_of(visit, copied)
    title = brief_of(copied, edition.files).title or own
    letter = visit.query("as").removeprefix(".")
    behind = f".{letter}" if letter in LETTERS else "-2"
    said = visit.t("content.title_side", title=title, letter=letter.upper()) if (
        letter in LETTERS) else visit.t("content.title_copy", title=title)  # fmt: skip
    return await _page(visit, {"copy": copied, "kind": folder, "slug": own + behind,
                               "title": said})  # fmt: skip


def _letter(typed: Mapping[str, str]) -> str:
    """Of which wording it is, by the name that it gets; empty for a template of its own."""
    name = f"{typed.get('kind', '')}/{typed.get('slug', '')}"
    own = typed.get("copy") and base_of(name) == typed["copy"] != name
    return name[-1].upper() if own else ""


def _slug(visit: Visit) -> str:
    """A name for who does not care for names."""
    return f"{local(visit.now, visit.console.config.timezone):%Y%m%d-%H%M}"


async def _page(
    visit: Visit, typed: Mapping[str, str], status: int = 200, fault: str = ""
) -> web.Response:  # fmt: skip
    scripts = visit.cast.scripts if visit.cast is not None else {}
    voices = [(key, script.persona.name) for key, script in scripts.items()]
    return await visit.page("content_new.html", status=status, typed=typed, fault=fault,
                            voices=voices,
                            letter=_letter(typed), copied=typed.get("copy", ""),
                            kinds=tuple(KINDS), genres=GENRES, origins=ORIGINS)  # fmt: skip


async def make(visit: Visit) -> web.Response:
    """Keeps the first draft and opens it."""
    typed = visit.typed
    folder, slug = typed.get("kind", ""), typed.get("slug", "").strip().lower().strip("/")
    title = typed.get("title", "").strip()
    if folder not in KINDS or not title:
        return await _page(visit, typed, 422, visit.t("content.new_needs"))
    name = f"{folder}/{slug}"
    try:
        source = await _first_text(visit, title)
        await visit.console.studio.desk.save(KIND, name, {file_of(name): source}, base=0,
                                             author=visit.who.login)  # fmt: skip
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        taken = exc.code == "stale"
        return await _page(visit, typed, 422, visit.t("content.taken" if taken else key, **facts))
    visit.console.bells.ring("library")
    voice = {"voice": typed["voice"]} if typed.get("voice") else {}
    return visit.go(at(name, "/content/edit", **voice))


async def _first_text(visit: Visit, title: str) -> str:
    """The head that was filled in; the text of the one that is copied."""
    typed, copied = visit.typed, visit.typed.get("copy", "")
    if not copied:
        return form.write("", Form(title=title, genre=typed.get("genre", ""),
                                   origin=typed.get("origin", "")))  # fmt: skip
    if not valid_name(copied):
        raise Refused(404, "content.gone")
    edition, _ = await newest_of(visit, copied)
    source = source_of(edition.files)
    with suppress(BadInput):  # a head that cannot be read is copied as it stands
        source = form.write(source, replace(form.read(source), title=title))
    return source


EDIT = Right.CONTENT_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/content/new", handler=show, needs=EDIT),
    Route(method="POST", path="/content/new", handler=make, needs=EDIT),
))  # fmt: skip
