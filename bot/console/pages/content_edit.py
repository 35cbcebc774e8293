"""Writing a template: fields or text, and beside them how it reads and what is wrong with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import web

from bot.console.byfield import by_field
from bot.console.page import Page, Route
from bot.console.pages import content_form
from bot.console.pages.content import at
from bot.console.pages.content_form import ASKED, Sheet, sheet, typed_source
from bot.console.pages.content_words import differences, refused
from bot.console.pages.inbox_list import cast_of
from bot.console.rights import Right
from bot.console.studio import KIND, Look, brief_of, file_of, source_of, valid_name
from bot.console.visit import Refused, Visit
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.library.media import scan
from bot.store import review, versions
from bot.store.engine import Tx
from bot.store.review import Standing
from bot.store.versions import Edition
from bot.studio.form import ATTACHMENTS_MAX, VARS_MAX
from bot.studio.mend import KNOWN, mended
from bot.studio.template import GENRES, KINDS, ORIGINS, SPLITTING, WITH_ATTACHMENTS

BODY = 400_000  # bytes of a form: the text twice, as browsers encode it
TYPES = ("text", "number", "date", "list", "flag")


def name_of(visit: Visit) -> str:
    """The template that an address or a form names. Raises Refused."""
    name = visit.typed.get("t") or visit.query("t")
    if not valid_name(name):
        raise Refused(404, "content.gone")
    return name


async def newest_of(visit: Visit, name: str) -> tuple[Edition, Standing]:
    """The newest version of a template. Raises Refused."""

    def read(tx: Tx) -> tuple[Edition | None, Standing | None]:
        found = versions.newest(tx, KIND, name)
        return found, review.get(tx, KIND, name, found.version) if found else None

    edition, standing = await visit.read(read)
    if edition is None or standing is None:
        raise Refused(404, "content.gone")
    return edition, standing


async def show(visit: Visit) -> web.Response:
    """The editor over the newest version, or over the text of an older one (``v``)."""
    name = name_of(visit)
    edition, standing = await newest_of(visit, name)
    source, wanted = source_of(edition.files), visit.query("v")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 9:
        older = await visit.read(versions.get, KIND, name, int(wanted))
        if older is None:
            raise Refused(404, "content.gone")
        source = source_of(older.files)
    return await _page(visit, name, sheet(source, visit.query("view")), standing,
                       restored=wanted if source != source_of(edition.files) else "")  # fmt: skip


async def _page(
    visit: Visit, name: str, given: Sheet, standing: Standing, status: int = 200, **more: Any
) -> web.Response:  # fmt: skip
    cast = cast_of(visit)
    voices = [(key, script.persona.name) for key, script in cast.scripts.items()] if cast else []
    values = {"fault": "", "conflict": (), "restored": "", "base_version": standing.version} | more
    return await visit.page(
        "content_edit.html", status=status, standing=standing, voices=voices, at=at,
        voice=visit.typed.get("voice", visit.query("voice")),
        **await _parts(visit, name, given), **values,
    )  # fmt: skip


async def _parts(visit: Visit, name: str, given: Sheet, why: str = "") -> dict[str, Any]:
    kind = KINDS[name.partition("/")[0]]
    return {
        "name": name, "title": brief_of(name, {file_of(name): given.source}).title or name,
        "sheet": given, "why": why or given.why, "types": TYPES,
        "genres": GENRES, "origins": ORIGINS,
        "known": KNOWN, "asked": ASKED, "carries": kind in WITH_ATTACHMENTS,
        "splits": kind in SPLITTING, "welcomes": kind == "welcome", "vars_max": VARS_MAX,
        "attachments_max": ATTACHMENTS_MAX, "choice": await _choice(visit, given),
    }  # fmt: skip


async def _choice(visit: Visit, given: Sheet) -> Mapping[str, Sequence[str]]:
    """Files of the library that an attachment may name, by what they are; read where one asks."""
    found: dict[str, list[str]] = {"image": [], "video": [], "file": []}
    if given.form is None or not given.form.attachments:
        return found
    for item in await asyncio.to_thread(scan, visit.console.config):
        found[item.facts.kind].append(item.name)
    return found


async def typed(visit: Visit) -> str:
    """The text that was typed. A head may be made to keep a reader busy, so it waits elsewhere."""
    return await asyncio.to_thread(typed_source, visit.typed)


async def write(visit: Visit) -> web.Response:
    """One step of writing that the server does: the other view, a row more or less, a fix. A
    variable that was added is named, for the page puts it into the text where the cursor is."""
    name, source = name_of(visit), await typed(visit)
    verb, _, what = visit.typed.get("do", "").partition(":")
    view, why = visit.typed.get("view", ""), ""
    before = sheet(source).names if verb == "var" else frozenset[str]()
    try:
        if verb == "view":
            view = what
        elif verb == "fix":
            source = await _mended(visit, name, source, what)
        elif verb in _STEPS:
            source = await asyncio.to_thread(_STEPS[verb], source, what)
    except BadInput as exc:
        why = exc.message
    given = sheet(source, view)
    answer = visit.part("content_writing.html", **await _parts(visit, name, given, why))
    put = "".join(given.names - before) if verb == "var" else ""
    answer.headers["HX-Trigger-After-Swap"] = json.dumps({"wrote": {"put": put}})
    return answer


_STEPS: Mapping[str, Callable[[str, str], str]] = {
    "var": content_form.with_var, "drop": content_form.without_var,
    "attach": content_form.with_attachment, "detach": content_form.without_attachment,
}  # fmt: skip


async def _mended(visit: Visit, name: str, source: str, what: str) -> str:
    """The text without the fault that is meant: ``rule:line``, as it is found now."""
    rule, _, line = what.rpartition(":")
    look = await look_at(visit, name, source)
    for offer in look.offers:
        if (offer.finding.rule, str(offer.line)) == (rule, line) and offer.mends:
            return mended(source, offer.finding) or source
    return source


async def look_at(visit: Visit, name: str, source: str) -> Look:
    """How a text reads, in the voices that were chosen."""
    wanted = [one for one in (visit.typed.get("voice", ""),) if one]
    return await visit.console.studio.look(name, {file_of(name): source}, cast_of(visit), wanted)


async def preview(visit: Visit) -> web.Response:
    """How the text reads while it is typed. What was asked before something newer is not made."""
    name, source = name_of(visit), await typed(visit)
    look = await visit.console.studio.newest_turn(
        visit.who.login, lambda: look_at(visit, name, source)
    )
    if look is None:
        return web.Response(status=204)
    fields = visit.typed.get("view") == content_form.FIELDS
    return visit.part("content_preview.html", look=look, writes=True, by_fields=fields,
                      said_of=partial(by_field, visit.lang, fields=fields))  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """Keeps a draft, and hands it in when that was asked for."""
    name, source = name_of(visit), await typed(visit)
    base, login, desk = visit.typed_number("base") or 0, visit.who.login, visit.console.studio.desk
    try:
        version = await desk.save(KIND, name, {file_of(name): source}, base=base, author=login)
    except ContentRefused as exc:
        return await _kept(visit, name, source, base, exc)
    visit.console.bells.ring("library")
    if visit.typed.get("go") != "submit":
        return visit.go(_again(visit, name), "good", "content.saved", version=version)
    try:
        await desk.submit(KIND, name, version, login, visit.typed.get("note", "").strip()[:500])
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        return visit.go(_again(visit, name), "bad", key, **facts)
    visit.console.bells.ring("library")
    return visit.go(at(name), "good", "content.submitted", version=version)


def _again(visit: Visit, name: str) -> str:
    """The editor as it was: the same view, the same voice."""
    chosen = {key: visit.typed.get(key, "") for key in ("view", "voice")}
    return at(name, "/content/edit", **{key: text for key, text in chosen.items() if text})


async def _kept(
    visit: Visit, name: str, source: str, base: int, exc: ContentRefused
) -> web.Response:  # fmt: skip
    """The editor again, with what was typed; both texts where somebody saved meanwhile."""
    edition, standing = await newest_of(visit, name)
    key, facts = refused(visit, exc)
    given = sheet(source, visit.typed.get("view", ""))
    if exc.code != "stale":
        return await _page(visit, name, given, standing, 422, fault=visit.t(key, **facts),
                           base_version=base)  # fmt: skip
    mine = Edition(kind=KIND, name=name, version=0, digest="", files={file_of(name): source})
    own = Edition(kind=KIND, name=name, version=edition.version, digest="",
                  files={file_of(name): source_of(edition.files)})  # fmt: skip
    return await _page(visit, name, given, standing, 409, fault=visit.t(key, **facts),
                       conflict=differences(own, mine))  # fmt: skip


EDIT = Right.CONTENT_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/content/edit", handler=show, needs=EDIT),
    Route(method="POST", path="/content/write", handler=write, needs=EDIT, body=BODY),
    Route(method="POST", path="/content/preview", handler=preview, needs=EDIT, body=BODY),
    Route(method="POST", path="/content/save", handler=save, needs=EDIT, body=BODY),
))  # fmt: skip
