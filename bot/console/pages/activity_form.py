"""An activity is written, by fields or as text, with what would be said when beside it; what is
kept is a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.community.activity import FOLDER, KINDS
from bot.console import activity_file
from bot.console.activity_file import HOWS, JUDGES, MEDIA, NAME, read, typed_of, written
from bot.console.page import Page, Route
from bot.console.pages.activity_one import name_of
from bot.console.pages.activity_read import KIND, at
from bot.console.pages.campaign_read import names_of, setting_of, text_of
from bot.console.pages.circle_asked import titles
from bot.console.pages.content_words import refused
from bot.console.recurring import Unclear
from bot.console.rights import Right
from bot.console.told import told
from bot.console.visit import Refused, Visit
from bot.core.clock import local
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.store import review, versions
from bot.store.engine import Tx
from bot.store.versions import Edition
from scheduler.foreseen import Foreseen, foresee

FIELDS, TEXT = "fields", "text"
BODY = 200_000  # bytes of a form
TAKEN = frozenset({"new", "look", "run", "entries", "winners", "questions", "judge", "pick",
                   "answer", "cancel", "proof", "board"})  # fmt: skip
POSTS = ("groups", "activities")
TOLD = ("activities", "replies", "care")


async def new(visit: Visit) -> web.Response:
    """An empty form."""
    zone = visit.console.config.timezone
    day = f"{local(visit.now, zone):%Y-%m-%d}"
    circle = next(iter(titles(visit)), "")
    source = (f'id = ""\ntitle = ""\ncircle = "{circle}"\nkind = "topic"\n[when]\n'
              f'announce = "{day} 18:00"\nclose = "1d"\n')  # fmt: skip
    return await _form(visit, source, "", 0, slug=f"a{local(visit.now, zone):%m%d}")


async def edit(visit: Visit) -> web.Response:
    """The newest version in the editor."""
    name = name_of(visit)
    newest = await visit.read(versions.newest, KIND, name)
    if newest is None:
        raise Refused(404, "activities.gone")
    return await _form(visit, text_of(newest), name, newest.version, view=visit.query("view"))


async def make(visit: Visit) -> web.Response:
    """Keeps the first draft."""
    slug = visit.typed.get("slug", "").strip().lower()
    if not NAME.fullmatch(slug) or slug in TAKEN:
        return await _again(visit, "", 0, visit.t("activity_fault.name"))
    return await _kept(visit, slug, "", 0)


async def save(visit: Visit) -> web.Response:
    """Keeps another draft."""
    name = name_of(visit)
    return await _kept(visit, name, name, visit.typed_number("base") or 0)


def source_of(visit: Visit, name: str) -> str:
    """The text that was typed. Raises BadInput, or Unclear with a key of the words."""
    source = visit.typed.get("source", "").replace("\r\n", "\n")
    if visit.typed.get("view") != FIELDS:
        return source
    return written(source if visit.typed.get("was") else "", name, visit.typed)


async def _kept(visit: Visit, name: str, known: str, base: int) -> web.Response:
    """The page of what was kept; or the editor again with what was typed and what is wrong."""
    verb, _, view = visit.typed.get("do", "").partition(":")
    try:
        source = source_of(visit, name)
    except Unclear as exc:
        return await _again(visit, known, base, visit.t(str(exc)))
    except BadInput as exc:
        return await _again(visit, known, base, _told(visit, exc), view=TEXT)
    if verb == "view":
        return await _form(visit, source, known, base, view=view,
                           slug=visit.typed.get("slug", ""))  # fmt: skip
    desk, login = visit.console.studio.desk, visit.who.login
    try:
        version = await desk.save(KIND, name, {f"{name}.toml": source}, base=base, author=login)
        visit.console.bells.ring("library")
        if verb == "submit":
            await desk.submit(KIND, name, version, login)
    except ContentRefused as exc:
        if exc.code in ("faulty", "consent"):
            key, facts = refused(visit, exc)
            return visit.go(at(name), "bad", key, **facts)
        return await _stale(visit, source, name, known, base, exc)
    return visit.go(at(name), "good", f"activity_done.{verb or 'save'}", n=version)


async def _stale(
    visit: Visit, source: str, name: str, known: str, base: int, exc: ContentRefused
) -> web.Response:  # fmt: skip
    """Somebody was faster: what was typed stays, and saving once more replaces his."""
    key, facts = refused(visit, exc)
    fault, newest = visit.t(key, **facts), base
    if exc.code == "stale" and not known:
        fault = visit.t("activity_fault.taken")
    elif exc.code == "stale":
        newest = int(exc.facts["newest"])
        standing = await visit.read(review.get, KIND, name, newest)
        who = standing.author if standing is not None else ""
        fault = visit.t("activity_fault.stale", who=who, n=newest)
    return await _form(visit, source, known, newest, 409, fault,
                       view=visit.typed.get("view", ""),
                       slug=visit.typed.get("slug", ""))  # fmt: skip


async def _again(
    visit: Visit, known: str, base: int, fault: str, view: str = ""
) -> web.Response:  # fmt: skip
    source = visit.typed.get("source", "").replace("\r\n", "\n")
    return await _form(visit, source, known, base, 422, fault, typed=visit.typed,
                       view=view or visit.typed.get("view", ""),
                       slug=visit.typed.get("slug", ""))  # fmt: skip


async def _form(
    visit: Visit, source: str, name: str, base: int, status: int = 200, fault: str = "", *,
    view: str = "", slug: str = "", typed: Mapping[str, str] | None = None,
) -> web.Response:  # fmt: skip
    fields: Mapping[str, str] = {}
    try:
        fields = typed or typed_of(source, name or "draft")
        shown = view if view in (FIELDS, TEXT) else FIELDS
    except BadInput as exc:
        shown, fault = TEXT, fault or _told(visit, exc)
    values: Mapping[str, Any] = {key: fields.get(key, "") for key in fields}
    return await visit.page(
        "activity_edit.html", status=status, source=source, typed=values, name=name, slug=slug,
        base_version=base, fault=fault, view=shown, kinds=list(KINDS), medias=MEDIA, judges=JUDGES,
        hows=HOWS, names=names_of(visit.cast), circles=titles(visit), only=activity_file.ONLY,
        templates=_templates(visit, values), levels=_levels(visit, values.get("circle", "")),
        file=f"{FOLDER}/{name or 'NAME'}.toml",
    )  # fmt: skip


def _templates(visit: Visit, typed: Mapping[str, str]) -> Mapping[str, Sequence[tuple[str, str]]]:
    """By what is said: templates that may say it; one that is named and does not serve stays."""
    serving = visit.cast.shelf.templates if visit.cast is not None else {}
    found: dict[str, list[tuple[str, str]]] = {}
    for key in ("announce", "remind", "thanks", "winners"):
        folders = POSTS if key in ("announce", "winners") else (*TOLD, "groups")
        rows = [(name, one.title or name) for name, one in sorted(serving.items())
                if name.partition("/")[0] in folders]  # fmt: skip
        named = typed.get(f"templates_{key}", "")
        odd = [(named, named)] if named and named not in dict(rows) else []
        found[key] = [*rows, *odd]
    return found


def _levels(visit: Visit, circle: str) -> Sequence[tuple[str, str]]:
    rules = visit.cast.communities.get(circle) if visit.cast is not None else None
    return [(one.id, one.title) for one in rules.levels] if rules is not None else ()


def _told(visit: Visit, exc: BadInput) -> str:
    said = told(visit.lang, exc.message)
    line = visit.t("activity_fault.line", n=exc.line) if exc.line else ""
    return f"{line}{said}" + (f" · {told(visit.lang, exc.fix)}" if exc.fix else "")


async def look(visit: Visit) -> web.Response:
    """What is wrong with it, and what it would do, while it is written."""
    name = visit.typed.get("name", "") or visit.typed.get("slug", "") or "draft"
    if not NAME.fullmatch(name):
        return _looked(visit, "", visit.t("activity_fault.name"))
    try:
        source = source_of(visit, name)
    except Unclear as exc:
        return _looked(visit, "", visit.t(str(exc)))
    except BadInput as exc:
        return _looked(visit, "", _told(visit, exc))
    found = await visit.console.studio.newest_turn(
        f"{visit.who.login}/activity", lambda: _examined(visit, name, source)
    )
    if found is None:
        return web.Response(status=204)
    return _looked(visit, source, "", *found)


async def _examined(
    visit: Visit, name: str, source: str
) -> tuple[Sequence[Finding], Foreseen | None]:  # fmt: skip
    edition = Edition(kind=KIND, name=name, version=0, digest="", files={f"{name}.toml": source})
    findings = await visit.console.studio.desk.examine(edition)

    def ahead(tx: Tx) -> Foreseen | None:
        setting = setting_of(visit, tx)
        try:
            made = read(source, name, visit.console.config.timezone)
            return foresee(tx, setting, made) if setting is not None else None
        except (BadInput, ValueError):
            return None  # the findings say why

    return findings, await visit.read(ahead)


def _looked(
    visit: Visit, source: str, fault: str, findings: Sequence[Finding] = (),
    foreseen: Foreseen | None = None,
) -> web.Response:  # fmt: skip
    return visit.part(
        "activity_look.html", fault=fault, findings=list(findings)[:20], foreseen=foreseen,
        errors=sum(one.severity == ERROR for one in findings), names=names_of(visit.cast),
        as_text=visit.typed.get("view") != FIELDS,
    )  # fmt: skip


EDIT = Right.CONTENT_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/activities/new", handler=new, needs=EDIT),
    Route(method="POST", path="/activities/new", handler=make, needs=EDIT, body=BODY),
    Route(method="POST", path="/activities/look", handler=look, needs=EDIT, body=BODY),
    Route(method="GET", path="/activities/{id}/edit", handler=edit, needs=EDIT),
    Route(method="POST", path="/activities/{id}/edit", handler=save, needs=EDIT, body=BODY),
))  # fmt: skip
