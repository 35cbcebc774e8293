"""What is done with a segment: another name, out of sight and back, a file of its members."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages import segment_read
from bot.console.pages.segment_read import cast_of, one_of
from bot.console.rights import Right
from bot.console.told import told
from bot.console.visit import Refused, Visit
from bot.core.audience import Audience
from bot.core.errors import BadInput
from bot.library import segments as meant
from bot.store import audience, audit, segments
from bot.store.engine import Tx

KINDS = {"csv": "text/csv", "jsonl": "application/x-ndjson"}


async def rename(visit: Visit) -> web.Response:
    """Gives it another name."""
    old, new = visit.typed.get("s", ""), visit.typed.get("name", "").strip()
    try:
        await visit.write(segments.rename, old, new, visit.who.login, visit.now)
    except BadInput as exc:
        said = " · ".join(told(visit.lang, part) for part in (exc.message, exc.fix) if part)
        return visit.go(segment_read.at(old), "bad", "segments.refused", why=said)
    return visit.go(segment_read.at(new), "good", "segments.renamed", name=new)


async def archive(visit: Visit) -> web.Response:
    """Puts it out of sight, or back."""
    name, back = visit.typed.get("s", ""), visit.typed.get("back") == "1"
    one = await visit.read(one_of, name)
    await visit.write(segments.archive, one.name, visit.who.login, visit.now, back=back)
    done = "segments.unarchived_done" if back else "segments.archived_done"
    return visit.go(segment_read.at(name) if back else "/segments", "good", done, name=name)


async def export_csv(visit: Visit) -> web.StreamResponse:
    """Everybody in it, as a table."""
    return await _export(visit, "csv")


async def export_jsonl(visit: Visit) -> web.StreamResponse:
    """Everybody in it, a JSON object a line."""
    return await _export(visit, "jsonl")


async def _export(visit: Visit, kind: str) -> web.StreamResponse:
    """A page of members at a time, each read on its own, so that no size takes memory. Who asked
    and how many he was given is noted, also where he broke off."""
    name = visit.query("s")
    one = await visit.read(one_of, name)
    try:
        wanted = await visit.read(meant.of, cast_of(visit), one.name)
    except BadInput as exc:
        raise Refused(422, "segments.refused", why=told(visit.lang, exc.message)) from None
    response = web.StreamResponse(headers={
        "Content-Type": f"{KINDS[kind]}; charset=utf-8",
        "Content-Disposition": f'attachment; filename="segment.{kind}"',
    })  # fmt: skip
    await response.prepare(visit.request)
    given = 0
    try:
        if kind == "csv":
            await response.write((BOM + lines([meant.HEAD])).encode())
        after = ""
        while found := await visit.read(_page, visit, wanted, after):
            after, rows = found
            visit.console.keep(visit.request)
            await response.write(_text(kind, rows).encode())
            given += len(rows)
    finally:
        await asyncio.shield(visit.write(_noted, visit, one.name, kind, given))
    await response.write_eof()
    return response


Rows = Sequence[dict[str, object]]


def _page(tx: Tx, visit: Visit, wanted: Audience, after: str) -> tuple[str, Rows] | None:
    ids = audience.page(tx, wanted, visit.now, after, sets=visit.console.sets)
    zone = visit.console.config.timezone
    return (ids[-1], list(meant.rows_of(tx, ids, zone))) if ids else None


def _text(kind: str, rows: Rows) -> str:
    if kind == "csv":
        return lines([meant.cell(row[name]) for name in meant.HEAD] for row in rows)
    return "".join(_objects(rows))


def _objects(rows: Rows) -> Iterator[str]:
    for row in rows:
        yield json.dumps({name: row[name] for name in meant.HEAD}, ensure_ascii=False) + "\n"


def _noted(tx: Tx, visit: Visit, name: str, kind: str, given: int) -> None:
    audit.record(tx, [audit.note("segment", name, "export", at=visit.now, actor=visit.who.login,
                                 after=str(given), reason=kind)])  # fmt: skip


EDIT, EXPORT = Right.SEGMENTS_EDIT, Right.MEMBERS_EXPORT
PAGE = Page(routes=(
    Route(method="POST", path="/segments/rename", handler=rename, needs=EDIT),
    Route(method="POST", path="/segments/archive", handler=archive, needs=EDIT),
    Route(method="GET", path="/segments/members.csv", handler=export_csv, needs=EXPORT),
    Route(method="GET", path="/segments/members.jsonl", handler=export_jsonl, needs=EXPORT),
))  # fmt: skip
