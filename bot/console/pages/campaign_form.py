"""A campaign is written, with whom it would reach beside it; what is kept is a draft."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.console.campaign_file import HOWS, KINDS, typed_of, written
from bot.console.campaigning import code_words, span_words
from bot.console.page import Page, Route
from bot.console.pages import campaign_one
from bot.console.pages.campaign_one import Looked, at, name_of
from bot.console.pages.campaign_read import KIND, names_of, parsed, text_of
from bot.console.pages.content_words import refused
from bot.console.recurring import Unclear
from bot.console.rights import Right
from bot.console.told import told
from bot.console.visit import Refused, Visit
from bot.core.clock import local
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.core.findings import Finding
from bot.store import review, versions
from bot.store.versions import Edition
from scheduler.campaigns import CampaignFile, parse_campaign, shown
from scheduler.conditions import FIELDS

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
TAKEN = frozenset({"new", "look"})
FOLDERS = ("promos", "care", "activities", "moments", "groups")
UNTILS = ("10h", "1d", "2d", "3d", "7d")
Folder = tuple[str, Sequence[tuple[str, str]]]


async def new(visit: Visit) -> web.Response:
    """An empty form; ``t`` names a template, ``a`` has the words of an audience."""
    usual = CampaignFile(id="", do="promo", persona="", template=visit.query("t"), until="2d",
                         audience=visit.request.query.get("a", "")[:1_000])  # fmt: skip
    zone = visit.console.config.timezone
    typed = typed_of(usual, zone) | {"how": "hand", "slug": f"{local(visit.now, zone):%m%d-%H%M}"}
    return await _form(visit, typed, "", 0)


async def edit(visit: Visit) -> web.Response:
    """The newest version in its form."""
    name, zone = name_of(visit), visit.console.config.timezone
    newest = await visit.read(versions.newest, KIND, name)
    campaign = parsed(newest, zone)
    if newest is None:
        raise Refused(404, "campaigns.gone")
    if campaign is None:
        raise Refused(404, "campaigns.unreadable")
    return await _form(visit, typed_of(campaign.file, zone), name, newest.version)


async def make(visit: Visit) -> web.Response:
    """Keeps the first draft."""
    slug = visit.typed.get("slug", "").strip().lower()
    if not _NAME.fullmatch(slug) or slug in TAKEN:
        return await _form(visit, visit.typed, "", 0, 422, visit.t("campaign_fault.name"))
    return await _keep(visit, slug, "", 0)


async def save(visit: Visit) -> web.Response:
    """Keeps another draft."""
    name = name_of(visit)
    return await _keep(visit, name, name, visit.typed_number("base") or 0)


async def _keep(visit: Visit, name: str, known: str, base: int) -> web.Response:
    """The page of what was kept; or the form again with what was typed and what is wrong."""
    before = await visit.read(versions.get, KIND, name, base) if base else None
    try:
        text = written(text_of(before), name, visit.typed, visit.console.config.timezone)
        version = await visit.console.studio.desk.save(
            KIND, name, {f"{name}.toml": text}, base=base, author=visit.who.login)  # fmt: skip
    except Unclear as exc:
        return await _form(visit, visit.typed, known, base, 422, visit.t(str(exc)))
    except BadInput as exc:
        fault = visit.t("campaign_fault.unreadable", why=_told(visit, exc))
        return await _form(visit, visit.typed, known, base, 422, fault)
    except ContentRefused as exc:
        return await _again(visit, name, known, base, exc)
    visit.console.bells.ring("library")
    if version == base:
        return visit.go(at(name), "wait", "campaigns.unchanged")
    return visit.go(at(name), "good", "campaign_done.save", n=version)


async def _again(
    visit: Visit, name: str, known: str, base: int, exc: ContentRefused
) -> web.Response:  # fmt: skip
    """Somebody was faster: what was typed stays, and saving once more replaces his."""
    if exc.code != "stale":
        key, facts = refused(visit, exc)
        return await _form(visit, visit.typed, known, base, 409, visit.t(key, **facts))
    if not known:
        return await _form(visit, visit.typed, "", 0, 422, visit.t("campaign_fault.taken"))
    newest = int(exc.facts["newest"])
    standing = await visit.read(review.get, KIND, name, newest)
    who = standing.author if standing is not None else ""
    fault = visit.t("campaign_fault.stale", who=who, n=newest)
    return await _form(visit, visit.typed, known, newest, 409, fault)


async def _form(
    visit: Visit, typed: Mapping[str, str], name: str, base: int, status: int = 200, fault: str = ""
) -> web.Response:  # fmt: skip
    values: Mapping[str, Any] = {key: typed.get(key, "") for key in typed}
    return await visit.page(
        "campaign_edit.html", status=status, typed=values, name=name, base_version=base,
        fault=fault, hows=HOWS, kinds=KINDS, names=names_of(visit.cast), untils=UNTILS,
        templates=_templates(visit, (typed.get("template", ""), typed.get("remind", ""))),
        span=lambda text: span_words(visit.lang, text),
        words=[(row.names[-1], row.means) for row in FIELDS.values()],
    )  # fmt: skip


def _templates(visit: Visit, named: Sequence[str]) -> Sequence[Folder]:
    """Templates that a campaign can say, by folder; one that is named and does not serve stays."""
    serving = visit.cast.shelf.templates if visit.cast is not None else {}
    found = [(folder, [(key, one.title or key) for key, one in sorted(serving.items())
                       if key.partition("/")[0] == folder]) for folder in FOLDERS]  # fmt: skip
    there = {key for _, rows in found for key, _ in rows}
    odd = [(key, key) for key in dict.fromkeys(named) if key and key not in there]
    return [row for row in (*found, ("", odd)) if row[1]]


def _told(visit: Visit, exc: BadInput) -> str:
    said = told(visit.lang, exc.message)
    return f"{said} · {told(visit.lang, exc.fix)}" if exc.fix else said


async def look(visit: Visit) -> web.Response:
    """Whom the form would reach, and what is wrong with it, while it is filled in."""
    name, zone = visit.typed.get("name", "") or "draft", visit.console.config.timezone
    if not _NAME.fullmatch(name):
        raise Refused(404, "campaigns.gone")
    try:
        text = written("", name, visit.typed, zone)
        campaign = parse_campaign(text, shown(name), zone)
    except Unclear as exc:
        early = not (visit.typed.get("template") and visit.typed.get("persona"))
        return _unclear(visit, visit.t(str(exc)), early)
    except BadInput as exc:
        return _unclear(visit, _told(visit, exc))
    edition = Edition(kind=KIND, name=name, version=0, digest="", files={f"{name}.toml": text})
    findings = await visit.console.studio.desk.examine(edition)
    found = await campaign_one.looked(visit, campaign, visit.typed.get("m", "").strip())
    if found is None:
        return web.Response(status=204)
    return _part(visit, found, findings)


def _unclear(visit: Visit, fault: str, early: bool = False) -> web.Response:
    """``early``: what is asked for first has not been chosen yet, which is no fault."""
    return visit.part("campaign_look.html", fault=fault, early=early, findings=(),
                      found=Looked(), preview=None, why=None, name="", words=str)  # fmt: skip


def _part(visit: Visit, found: Looked, findings: Sequence[Finding]) -> web.Response:
    mine = [one for one in findings if one.rule != "campaign.audience" or found.fault is None]
    return visit.part("campaign_look.html", fault="", early=False, findings=mine[:12], found=found,
                      preview=found.preview, why=found.why, name="",
                      words=lambda code: code_words(visit.lang, code))  # fmt: skip


EDIT = Right.CONTENT_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/campaigns/new", handler=new, needs=EDIT),
    Route(method="POST", path="/campaigns/new", handler=make, needs=EDIT),
    Route(method="POST", path="/campaigns/look", handler=look, needs=EDIT),
    Route(method="GET", path="/campaigns/{id}/edit", handler=edit, needs=EDIT),
    Route(method="POST", path="/campaigns/{id}/edit", handler=save, needs=EDIT),
))  # fmt: skip
