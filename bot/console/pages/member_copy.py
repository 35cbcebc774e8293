"""What is held of one person, for himself: a file for machines and a page that he can read."""

from __future__ import annotations

from typing import Any

import orjson
from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.member_one import at
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.library.personpage import page
from bot.store import dossier, lookups, people, persons
from bot.store.engine import Tx
from bot.store.lookups import Lookup

LOOKS = 30
# The page brings its own style and loads nothing.
CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"


async def show(visit: Visit) -> web.Response:
    """The two forms of it, and who has looked at him."""
    found = await visit.read(_who, visit.query("m"))
    if found is None:
        raise Refused(404, "members.gone")
    person, name, looks = found
    link = f"{BASE}{at(person, '/members/copy/file')}"
    return await visit.page("member_copy.html", person=person, name=name, looks=looks,
                            json=f"{link}&as=json", html=f"{link}&as=html",
                            link=lambda id: BASE + at(id))  # fmt: skip


def _who(tx: Tx, member: str) -> tuple[str, str, list[Lookup]] | None:
    person = persons.person_of(tx, [member])[member] if member else ""
    row = people.known(tx, person)
    return (person, row["name"], lookups.of_member(tx, person, n=LOOKS)) if row else None


async def file(visit: Visit) -> web.Response:
    """All of it; that it was made is noted."""
    found = await visit.write(_dossier, visit, visit.query("m"))
    if found is None:
        raise Refused(404, "members.gone")
    kind = "html" if visit.query("as") == "html" else "json"
    headers = {"Cache-Control": "no-store"}
    if visit.query("save") or kind == "json":
        headers["Content-Disposition"] = f'attachment; filename="person.{kind}"'
    if kind == "html":
        text = page(found, visit.console.config.timezone)
        return web.Response(text=text, content_type="text/html", headers=headers)
    return web.Response(body=orjson.dumps(found, option=orjson.OPT_INDENT_2),
                        content_type="application/json", headers=headers)  # fmt: skip


def _dossier(tx: Tx, visit: Visit, member: str) -> dict[str, Any] | None:
    found = dossier.of(tx, member, visit.now) if member else None
    if found is not None:
        lookups.note(tx, visit.who.login, found["ids"][0], "export", visit.now,
                     visit.console.config.timezone)  # fmt: skip
    return found


NEEDS = Right.MEMBERS_COPY
PAGE = Page(routes=(
    Route(method="GET", path="/members/copy", handler=show, needs=NEEDS),
    Route(method="GET", path="/members/copy/file", handler=file, needs=NEEDS, csp=CSP),
))  # fmt: skip
