"""Changing a persona or the brand: drafts part by part, and what becomes of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages import persona
from bot.console.pages.content_words import refused
from bot.console.pages.persona_parts import Part, part_of
from bot.console.pages.persona_shows import faq_page
from bot.console.pages.persona_subject import CATALOGUE, View, page, subject_of, view_of
from bot.console.rights import Right
from bot.console.told import told
from bot.console.visit import Refused, Visit
from bot.console.words import said_or
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.store import versions
from bot.store.review import DRAFT
from bot.store.versions import Edition

BODY = 2_000_000  # bytes of a form; a whole FAQ
NOTE_MAX = 500
TAB = {"row": "faq", "block": "dialogue", "file": "files"}


async def save(visit: Visit) -> web.Response:
    """A draft with one part changed. Whoever comes second to the same part gets it back with both
    texts."""
    view, subject = await view_of(visit), subject_of(visit)
    base = await _base(visit, view)
    try:
        part = part_of(subject, base.files, visit.typed)
        if view.newest.version != base.version and (
            part.held(view.newest.files) != part.held(base.files)
        ):
            return await _again(visit, view, 409, visit.t(
                "personas.conflict", who=view.standing.author, n=view.newest.version),
                str(part.held(view.newest.files)))  # fmt: skip
        return await _saved(visit, view, part)
    except BadInput as exc:
        return await _again(visit, view, 422, _fault(visit, exc))
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        return await _again(visit, view, 409, visit.t(key, **facts))


async def _base(visit: Visit, view: View) -> Edition:
    """The version that the form was made from. Raises Refused."""
    number, subject = visit.typed_number("base"), view.subject
    if number == view.newest.version:
        return view.newest
    found = await visit.read(versions.get, subject.kind, subject.name, number or 0)
    if found is None:
        raise Refused(409, "personas.no_base")
    return found


async def _saved(visit: Visit, view: View, part: Part) -> web.Response:
    subject, newest = view.subject, view.newest
    files = part.put(newest.files)
    where = f"{subject.path}/{part.tab}".rstrip("/") + part.query
    if files == newest.files:
        return visit.go(where, "wait", "personas.unchanged")
    version = await visit.console.rehearsal.desk.save(
        subject.kind, subject.name, files, base=newest.version, author=visit.who.login
    )
    visit.console.bells.ring("library")
    return visit.go(where, "good", "personas.saved", n=version)


def _fault(visit: Visit, exc: BadInput) -> str:
    """Ours have a word of the catalogue, with the field as the file; a parser's own say where."""
    said = said_or(visit.lang, f"persona_fault.{exc.message}", "")
    if not said:
        return visit.t("personas.unreadable", why=told(visit.lang, str(exc)))
    named = said_or(visit.lang, f"persona_field.{exc.file}", "")
    return f"{named}: {said}" if named else said


async def _again(
    visit: Visit, view: View, status: int, fault: str, now_text: str = ""
) -> web.Response:  # fmt: skip
    """The form again, with what was typed."""
    name = TAB.get(visit.typed.get("what", ""), "")
    if view.subject.kind == CATALOGUE or (name and view.subject.kind != "persona"):
        name = "files"
    shows: Mapping[str, Callable[[], dict[str, Any]]] = {
        "": lambda: persona.fields_shown(view), "faq": lambda: faq_page(visit, view),
        "dialogue": lambda: persona.dialogue_shown(view, visit.typed.get("block", ""), new=True),
        "files": lambda: persona.files_shown(view, visit.typed.get("file", "")),
    }  # fmt: skip
    return await page(visit, view, name, status, fault=fault, now_text=now_text, **shows[name]())


Verb = Callable[[Visit, View, int, str], Awaitable[str]]


async def _submit(visit: Visit, view: View, version: int, note: str) -> str:
    desk, subject = visit.console.rehearsal.desk, view.subject
    await desk.submit(subject.kind, subject.name, version, visit.who.login, note)
    return "personas.submitted"


async def _publish(visit: Visit, view: View, version: int, note: str) -> str:
    """What is still a draft is handed in on the way."""
    desk, subject, login = visit.console.rehearsal.desk, view.subject, visit.who.login
    standing = next((one for one in view.versions if one.version == version), None)
    if standing is None:
        raise Refused(404, "personas.gone")
    if view.wrote and visit.console.config.content.four_eyes:
        raise ContentRefused("own", name=subject.name, version=version, who=login)
    if standing.state == DRAFT:
        await desk.submit(subject.kind, subject.name, version, login, note)
    await desk.approve(subject.kind, subject.name, version, login, note)
    return "personas.published"


async def _withdraw(visit: Visit, view: View, version: int, note: str) -> str:
    desk, subject = visit.console.rehearsal.desk, view.subject
    await desk.withdraw(subject.kind, subject.name, version, visit.who.login)
    return "personas.withdrawn"


async def _reject(visit: Visit, view: View, version: int, note: str) -> str:
    if not note:
        raise Refused(422, "personas.needs_note")
    desk, subject = visit.console.rehearsal.desk, view.subject
    await desk.send_back(subject.kind, subject.name, version, visit.who.login, note)
    return "personas.rejected"


async def _roll_back(visit: Visit, view: View, version: int, note: str) -> str:
    desk, subject = visit.console.rehearsal.desk, view.subject
    await desk.roll_back(subject.kind, subject.name, visit.who.login, version, note)
    return "personas.rolled_back"


async def _retire(visit: Visit, view: View, version: int, note: str) -> str:
    """It speaks no more. The page asked first, and the version that it names must still serve."""
    desk, subject = visit.console.rehearsal.desk, view.subject
    if subject.kind != "persona" or view.serving is None or view.serving.version != version:
        raise Refused(409, "personas.not_serving")
    await desk.retire(subject.kind, subject.name, version, visit.who.login, note)
    return "personas.retired"


VERBS: Mapping[str, Verb] = {
    "submit": _submit, "withdraw": _withdraw, "publish": _publish, "reject": _reject,
    "rollback": _roll_back, "retire": _retire,
}  # fmt: skip


async def decide(visit: Visit) -> web.Response:
    """Hands in, publishes, sends back, or goes back to an older version."""
    view = await view_of(visit)
    verb, version = VERBS.get(visit.typed.get("do", "")), visit.typed_number("version")
    if verb is None or version is None:
        raise Refused(422, "personas.gone")
    where = view.subject.path + ("/history" if visit.typed["do"] == "rollback" else "")
    note = visit.typed.get("note", "").strip()[:NOTE_MAX]
    try:
        key = await verb(visit, view, version, note)
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        return visit.go(where, "bad", key, **facts)
    visit.console.bells.ring("library")
    return visit.go(where, "good", key, n=version)


EDIT = Right.PERSONA_EDIT
PAGE = Page(routes=tuple(
    Route(method="POST", path=f"{at}/{name}", handler=handler, needs=EDIT, body=body)
    for at in ("/personas/{id}", "/brand")
    for name, handler, body in (("save", save, BODY), ("decide", decide, 0))
))  # fmt: skip
