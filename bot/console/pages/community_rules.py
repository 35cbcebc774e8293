"""The rules of a circle's community are written as text; what another version would change is shown
before it serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from bot.community.rules import FOLDER, Community, parse_community, shown
from bot.console.communitied import Change, changes
from bot.console.page import Page, Route
from bot.console.pages.activity_form import BODY
from bot.console.pages.campaign_read import text_of
from bot.console.pages.circle_asked import titles
from bot.console.pages.community_read import TOPIC, activity_titles, at, communities_of, link
from bot.console.pages.content_words import differences, refused
from bot.console.pages.deciding import Decided, decisions
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.core.content import ContentRefused
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.library.desk import writers
from bot.store import communitydesk, honours, review, versions
from bot.store.engine import Tx
from bot.store.review import DRAFT, REVIEW, Standing
from bot.store.versions import Edition

KIND = "community"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A level of new rules: how many are there now, and how many have points for it."""

    title: str
    start: int
    now: int
    would: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What rules would change, in words, and of levels in numbers."""

    changes: Sequence[Change]
    steps: Sequence[Step]


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """The newest version, its standing, and what serves."""

    newest: Edition | None
    standing: Standing | None
    serving: int | None
    served: Edition | None
    wrote: bool

    @property
    def drafted(self) -> bool:
        """True when a newer version than the one that serves waits."""
        found = self.standing
        return found is not None and found.state in (DRAFT, REVIEW) and (
            found.version != self.serving)  # fmt: skip


def _circle(visit: Visit) -> str:
    """The circle that an address or a form names. Raises Refused."""
    found = visit.typed.get("c") or visit.query("c")
    if found not in titles(visit):
        raise Refused(404, "circles.gone")
    return found


def effect(tx: Tx, visit: Visit, circle: str, new: Community) -> Effect:
    """What these rules would change against those that serve. What somebody has he keeps; he
    reaches what he has the points for with the next thing that he does."""
    old = communities_of(visit).get(circle)
    starts = [one.start for one in new.levels]
    have, (now, _) = communitydesk.reaching(tx, circle, starts), honours.counts(tx, circle)
    above = [*starts[1:], None]
    steps = [Step(title=one.title, start=one.start, now=now.get(one.id, 0),
                  would=have[one.start] - (have[up] if up is not None else 0))
             for one, up in zip(new.levels, above, strict=True)]  # fmt: skip
    return Effect(changes=changes(visit.lang, old, new, activity_titles(visit)), steps=steps)


async def show(visit: Visit) -> web.Response:
    """The text, with what is wrong with it and what it would change."""
    return await _page(visit, _circle(visit))


async def _page(
    visit: Visit, circle: str, status: int = 200, fault: str = "", source: str | None = None
) -> web.Response:  # fmt: skip
    held = await visit.read(_held, visit, circle)
    text = text_of(held.newest) if source is None else source
    findings, made = await _examined(visit, circle, text)
    return await visit.page(
        "community_rules.html", status=status, circle=circle, title=titles(visit)[circle],
        held=held, source=text, fault=fault, findings=findings, effect=made, link=link,
        errors=sum(one.severity == ERROR for one in findings), file=f"{FOLDER}/{circle}.toml",
        differs=differences(held.served, held.newest)
        if held.drafted and held.served and held.newest else (),
        own=held.wrote and visit.console.config.content.four_eyes,
        edits=visit.may(Right.CONTENT_EDIT), approves=visit.may(Right.CONTENT_APPROVE),
    )  # fmt: skip


def _held(tx: Tx, visit: Visit, circle: str) -> Held:
    newest, held = versions.newest(tx, KIND, circle), versions.serving(tx, KIND, circle)
    number = newest.version if newest is not None else 0
    served = versions.get(tx, KIND, circle, held.version) if held is not None else None
    return Held(newest=newest, standing=review.get(tx, KIND, circle, number),
                serving=held.version if held is not None else None, served=served,
                wrote=visit.who.login in writers(tx, KIND, circle, number))  # fmt: skip


async def _examined(
    visit: Visit, circle: str, text: str
) -> tuple[Sequence[Finding], Effect | None]:  # fmt: skip
    edition = Edition(kind=KIND, name=circle, version=0, digest="",
                      files={f"{circle}.toml": text})  # fmt: skip
    findings = await visit.console.studio.desk.examine(edition) if text.strip() else []
    try:
        made = parse_community(text, shown(circle))
    except BadInput:
        return findings, None
    return findings, await visit.read(effect, visit, circle, made)


async def look(visit: Visit) -> web.Response:
    """The same while it is written."""
    circle = _circle(visit)
    text = visit.typed.get("source", "").replace("\r\n", "\n")
    found = await visit.console.studio.newest_turn(
        f"{visit.who.login}/community", lambda: _examined(visit, circle, text)
    )
    if found is None:
        return web.Response(status=204)
    return visit.part("community_look.html", findings=found[0], effect=found[1],
                      errors=sum(one.severity == ERROR for one in found[0]))  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """Keeps a draft, and hands it in when that was asked for."""
    circle, text = _circle(visit), visit.typed.get("source", "").replace("\r\n", "\n")
    base, desk, login = (visit.typed_number("base") or 0, visit.console.studio.desk,
                         visit.who.login)  # fmt: skip
    try:
        version = await desk.save(KIND, circle, {f"{circle}.toml": text}, base=base, author=login)
        visit.console.bells.ring("library")
        if visit.typed.get("do") == "submit":
            await desk.submit(KIND, circle, version, login)
    except ContentRefused as exc:
        key, facts = refused(visit, exc)
        if exc.code == "faulty":  # the draft is kept
            return visit.go(at("/rules", c=circle), "bad", key, **facts)
        return await _page(visit, circle, 409, visit.t(key, **facts), text)
    visit.console.bells.ring(TOPIC)
    done = "submit" if visit.typed.get("do") == "submit" else "save"
    return visit.go(at("/rules", c=circle), "good", f"activity_done.{done}", n=version)


DECIDED = Decided(kind=KIND, name_of=_circle, back=lambda circle: at("/rules", c=circle),
                  gone="communities.gone", done="community_done", rings=(TOPIC,),
                  verbs=("submit", "reject", "publish"))  # fmt: skip
SEE, EDIT = Right.CONTENT_SEE, Right.CONTENT_EDIT
PAGE = Page(routes=(
    Route(method="GET", path="/community/rules", handler=show, needs=SEE),
    Route(method="POST", path="/community/rules", handler=save, needs=EDIT, body=BODY),
    Route(method="POST", path="/community/look", handler=look, needs=EDIT, body=BODY),
    *decisions(DECIDED, "/community/rules"),
))  # fmt: skip
