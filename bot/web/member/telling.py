"""What the brand knows of a member, and what he has to say about it: right, wrong, no more; which
messages he wants; out of a circle; a copy; how all of it is erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from bot.core.knowing import NAME_MAX, VALUE_MAX
from bot.library import personpage
from bot.members.portrait import Consent, Fact
from bot.store import circling, dossier, facts, lookups, optouts, selfservice
from bot.store.engine import Tx
from bot.store.optouts import Wish
from bot.web.member import words
from bot.web.member.gate import Route
from bot.web.member.strangers import Contact, contact_of
from bot.web.member.visit import Refused, Visit

HIMSELF = "himself"
# A file that brings its own style and loads nothing.
COPY_CSP = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """All that his own page says of him. ``more``: purposes beside those that everybody is asked
    for."""

    facts: Sequence[Fact]
    wishes: Sequence[Wish]
    more: Sequence[tuple[str, Consent]]
    circles: Sequence[tuple[str, str]]
    contact: Contact


async def me(visit: Visit) -> web.Response:
    """What is known of him, and what he may change."""
    found = await visit.read(_told, visit)
    return visit.page("me.html", it=found, label=lambda name: label(visit, name),
                      purpose=lambda name: purpose(visit, name),
                      holds=lambda one: holds(visit, one))  # fmt: skip


def _told(tx: Tx, visit: Visit) -> Told:
    me, cast = visit.me(tx), visit.pages.cast
    wishes = [one for one in optouts.of(tx, me.person) or () if one.choices]
    given = facts.consents(tx, me.person)
    return Told(
        facts=selfservice.known(tx, me.person), wishes=wishes,
        more=[(name, one) for name, one in given.items() if name not in optouts.CHOICES],
        circles=[(id, cast.circles[id].title if id in cast.circles else id)
                 for id in sorted(me.circles)],
        contact=contact_of(tx, visit, next(iter(sorted(me.circles)), "")),
    )  # fmt: skip


def label(visit: Visit, name: str) -> str:
    """What a fact is called; of one that nobody but the brand has, its own name."""
    return visit.t(f"fact.{name}") if words.known(f"fact.{name}") else name


def purpose(visit: Visit, name: str) -> str:
    """What his data may be used for, in words."""
    return visit.t(f"purpose.{name}") if words.known(f"purpose.{name}") else name


def holds(visit: Visit, one: Wish) -> str:
    """How it is now."""
    return visit.t(f"holds.{one.holds.replace(' ', '_')}")


async def correct(visit: Visit) -> web.Response:
    """How it really is."""
    name, value = (visit.typed.get(key, "").strip()[:most]
                   for key, most in (("name", NAME_MAX), ("value", VALUE_MAX)))  # fmt: skip
    kept = await visit.write(_correct, visit, name, value)
    if not kept:
        return visit.go("/me", visit.t("me.no_value", name=label(visit, name)), "wait")
    return visit.go("/me", visit.t("me.corrected"))


def _correct(tx: Tx, visit: Visit, name: str, value: str) -> str:
    return selfservice.correct(tx, visit.me(tx).person, name, value, visit.now)


async def strike(visit: Visit) -> web.Response:
    """It is to be known no more."""
    name = visit.typed.get("name", "").strip()[:NAME_MAX]
    if not name:
        raise Refused(422, "error.nothing")
    await visit.write(_strike, visit, name)
    return visit.go("/me", visit.t("me.struck", name=label(visit, name)))


def _strike(tx: Tx, visit: Visit, name: str) -> None:
    selfservice.strike(tx, visit.me(tx).person, name, visit.now)


async def wish(visit: Visit) -> web.Response:
    """Which messages he wants, and what his data may be used for."""
    scope, choice = visit.typed.get("scope", ""), visit.typed.get("choice", "")
    if not await visit.write(_wish, visit, scope, choice):
        raise Refused(422, "error.nothing")
    visit.pages.tell("taps")
    return visit.go("/me", visit.t("me.wished"))


def _wish(tx: Tx, visit: Visit, scope: str, choice: str) -> bool:
    return selfservice.wish(tx, visit.me(tx).person, scope, choice, visit.now)


async def leave(visit: Visit) -> web.Response:
    """Out of a circle; what he earned there stays his."""
    circle = visit.typed.get("circle", "")
    if not await visit.write(_leave, visit, circle):
        raise Refused(422, "error.nothing")
    title = visit.pages.cast.circles[circle].title if circle in visit.pages.cast.circles else circle
    return visit.go("/me", visit.t("me.left", title=title))


def _leave(tx: Tx, visit: Visit, circle: str) -> bool:
    return circling.withdraw(tx, circle, visit.me(tx).person, visit.now, by=HIMSELF, actor="member")


async def copy(visit: Visit) -> web.Response:
    """Everything that is held of him, to read or for machines; that he took it is noted."""
    kind = "json" if visit.typed.get("as") == "json" else "html"
    found = await visit.write(_copy, visit)
    headers = {"Content-Disposition": f'attachment; filename="person.{kind}"',
               "Content-Security-Policy": COPY_CSP}  # fmt: skip
    if kind == "json":
        body = orjson.dumps(found, option=orjson.OPT_INDENT_2)
        return web.Response(body=body, content_type="application/json", headers=headers)
    text = personpage.page(found, visit.pages.config.timezone)
    return web.Response(text=text, content_type="text/html", headers=headers)


def _copy(tx: Tx, visit: Visit) -> dict[str, Any]:
    me, zone = visit.me(tx), visit.pages.config.timezone
    found = dossier.of(tx, me.person, visit.now)
    if found is None:
        raise Refused(404, "error.nothing")
    lookups.note(tx, selfservice.ACTOR, me.person, "export", visit.now, zone)
    return found


async def privacy(visit: Visit) -> web.Response:
    """What is held and why, who sees it, and how to end it; everybody may read it."""
    contact = await visit.read(contact_of, visit, "")
    return visit.page("privacy.html", contact=contact, brand=visit.pages.cast.brand.name)


ROUTES = (
    Route("GET", "/me", me), Route("POST", "/me/correct", correct),
    Route("POST", "/me/strike", strike), Route("POST", "/me/wish", wish),
    Route("POST", "/me/leave", leave), Route("POST", "/me/copy", copy),
    Route("GET", "/privacy", privacy, known=False),
)  # fmt: skip
