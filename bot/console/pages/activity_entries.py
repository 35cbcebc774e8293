"""What was handed in to a run, with its words; a colleague says what counts, by one press a row."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from aiohttp import web

from bot.community.entries import COUNTED, WAITING
from bot.console.page import BASE, Page, Route
from bot.console.pages.activity_acts import WHY_MAX
from bot.console.pages.activity_read import Held, at, behind, held, older, run_link, sheet
from bot.console.pages.activity_run import member_link
from bot.console.pages.value_asked import FILE_MAX
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.store import activitydesk, judged
from bot.store.activitydesk import FIRST, SHOWN, Entry
from bot.store.engine import Row, Tx

STATES = (WAITING, COUNTED, "rejected", "struck", "over", "late", "own", "again")
COLUMNS = ("ticket", "member", "name", "codename", "kind", "at", "day", "state", "which", "text",
           "media", "answers", "option", "score", "votes")  # fmt: skip
PAGE_OF_FILE = 1_000


async def show(visit: Visit) -> web.Response:
    """A page of them; what waits for a colleague comes first where nothing else is asked for."""
    run = visit.query("r")

    def read(tx: Tx) -> tuple[Held, dict[str, int], str, list[Entry]]:
        it = held(tx, run)
        counts: dict[str, int] = {}
        for row in judged.counts(tx, it.id):
            counts[row["state"]] = counts.get(row["state"], 0) + row["n"]
        wanted = visit.query("state") or (WAITING if counts.get(WAITING) else "all")
        state = wanted if wanted in STATES else ""
        rows = activitydesk.entries(tx, it.row, state, behind(visit), SHOWN + 1)
        return it, counts, state, rows

    it, counts, state, rows = await visit.read(read)
    return await visit.page(
        "activity_entries.html", it=it, rules=it.rules, row=it.row, counts=counts, state=state,
        rows=rows[:SHOWN], states=[one for one in STATES if counts.get(one)], tab="entries",
        total=sum(counts.values()), run_link=run_link, home=BASE + at(it.row["activity"]),
        older=older(run, "entries", [one.row for one in rows], SHOWN, state=state or "all"),
        newest=run_link(run, "entries", state=state or "all") if visit.query("after") else "",
        judges=visit.may(Right.MEMBERS_EDIT), link=member_link, why_most=WHY_MAX,
        file=run_link(run, "entries.csv", state=state),
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """All of them as a file, at most FILE_MAX."""

    def read(tx: Tx) -> list[Entry]:
        it, wanted = held(tx, visit.query("r")), visit.query("state")
        state = wanted if wanted in STATES else ""
        return list(islice(_every(tx, it.row, state), FILE_MAX))

    rows = await visit.read(read)
    return sheet(visit, "entries.csv", COLUMNS, (cells(visit, one) for one in rows))


def _every(tx: Tx, run: Row, state: str) -> Iterator[Entry]:
    place = FIRST
    while rows := activitydesk.entries(tx, run, state, place, PAGE_OF_FILE):
        yield from rows
        place = (rows[-1].row["at"], rows[-1].row["event"])


def cells(visit: Visit, one: Entry) -> list[object]:
    """An entry for a file."""
    row, said, zone = one.row, one.said, visit.console.config.timezone
    return [row["ticket"], row["member"], one.name, one.codename,
            visit.t(f"entry_kind.{row['kind']}"), stamp(row["at"], zone), row["day"],
            visit.t(f"entry_state.{row['state']}"), row["which"],
            said.get("text") or said.get("answer") or "", len(said.get("media", ())),
            " ".join(map(str, said.get("answers", ()))), said.get("option", ""), row["score"],
            one.votes]  # fmt: skip


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/activities/entries", handler=show, needs=SEE),
    Route(method="GET", path="/activities/entries.csv", handler=save, needs=SEE),
))  # fmt: skip
