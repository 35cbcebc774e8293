"""The whole page: the list, and beside it the conversation that is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.console.pages.inbox_list import Choice, chosen, listing
from bot.console.pages.inbox_list import context as of_list
from bot.console.visit import Visit
from bot.store.engine import Row


def here(visit: Visit) -> Choice:
    """The list from which a form was sent."""
    return chosen(dict(parse_qsl(visit.typed.get("here", "")[:600])))


def labels(visit: Visit, rows: Sequence[Row]) -> Mapping[str, str]:
    """The account of each conversation, where several are shown as one."""
    if len(rows) < 2:
        return {}
    return {row["id"]: visit.place(row["channel"], row["account"])
            for row in rows}  # fmt: skip


async def whole(
    visit: Visit, choice: Choice, talk: dict[str, Any], status: int = 200
) -> web.Response:  # fmt: skip
    """List and conversation; ``talk`` is empty while none is open."""
    rows = await visit.read(lambda tx: listing(visit, tx, choice))
    given = of_list(visit, choice, rows) | {"found": None, "view": ""} | talk
    if talk:
        given["here"] = talk["talk"]["id"]
    return await visit.page("inbox.html", status=status, **given)
