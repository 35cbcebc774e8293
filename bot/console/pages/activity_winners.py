"""Who won a run, at which place and why; who was passed over and why; what a stranger checks a draw
by; staff name winners where they judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.activity_acts import WHY_MAX
from bot.console.pages.activity_read import Held, at, behind, held, older, run_link, sheet
from bot.console.pages.activity_run import member_link
from bot.console.pages.value_asked import FILE_MAX
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.console.words import known
from bot.store import activitydesk, honours, judged, people
from bot.store.activitydesk import FIRST, SHOWN, Entry
from bot.store.engine import Row, Tx

MOST = 500  # winners that a page shows
COLUMNS = ("as", "place", "member", "name", "codename", "at", "why", "ticket", "text")
OVER = ("member", "name", "codename", "kind", "at", "state", "why", "ticket", "text")


@dataclass(frozen=True, kw_only=True, slots=True)
class Won:
    """A winner with the entry that won; ``name``, ``codename``: what he is called."""

    row: Mapping[str, object]
    name: str
    codename: str
    entry: Entry | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """``over``: what does not count, ``counts``: how much of it, by why; ``open``: entries among
    which staff choose."""

    it: Held
    won: Sequence[Won]
    over: Sequence[Entry]
    counts: Mapping[str, int]
    open: Sequence[Entry] = field(default=())


def _read(tx: Tx, visit: Visit) -> Found:
    it = held(tx, visit.query("r"))
    picks = it.rules.judge == "staff" and it.row["state"] == "closed"
    return Found(
        it=it, won=won_of(tx, it, [dict(one) for one in judged.board(tx, it.id)][:MOST]),
        over=activitydesk.passed_over(tx, it.row, behind(visit), SHOWN + 1),
        counts=activitydesk.over_counts(tx, it.id),
        open=activitydesk.entries(tx, it.row, "counted", FIRST, SHOWN) if picks else (),
    )  # fmt: skip


def won_of(tx: Tx, it: Held, rows: Sequence[Row]) -> list[Won]:
    """Winners with what they are called and what they handed in."""
    who = sorted({row["member"] for row in rows})
    names, called = people.names_of(tx, who), honours.codenames_in(tx, it.row["circle"], who)
    told = activitydesk.named(tx, it.row["circle"], [row["cause"] for row in rows])
    return [Won(row=row, name=names.get(row["member"], ""), entry=told.get(row["cause"]),
                codename=called.get(row["member"], "")) for row in rows]  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The page; who was passed over is on it, page by page."""
    found = await visit.read(_read, visit)
    it, run = found.it, found.it.id
    over = found.over[:SHOWN]
    return await visit.page(
        "activity_winners.html", it=it, rules=it.rules, row=it.row, found=found, over=over,
        tab="winners", run_link=run_link, home=BASE + at(it.row["activity"]), link=member_link,
        older=older(run, "winners", [one.row for one in found.over], SHOWN),
        newest=run_link(run, "winners") if visit.query("after") else "", most=MOST,
        acts=visit.may(Right.COMMUNITY_ACT), why=lambda text: why_words(visit, text),
        why_most=WHY_MAX,
    )  # fmt: skip


def why_words(visit: Visit, text: str) -> str:
    """Why somebody won, in words: ``votes 12``, ``ticket …``, or what staff said."""
    word, _, what = text.partition(" ")
    if not known(f"won_why.{word}"):
        return text
    if word == "at" and what.isdigit():
        what = stamp(int(what), visit.console.config.timezone)
    return visit.t(f"won_why.{word}", n=what)


async def again(visit: Visit) -> web.Response:
    """The rule applied to what counts now: who would win, or whether it is as it was recorded."""

    def read(tx: Tx) -> tuple[Held, list[Won], bool | None, list[tuple[str, str]]]:
        it = held(tx, visit.query("r"))
        found = judged.find(tx, it.row, it.rules)
        made = [{"rank_of": name, "place": one.rank, "member": one.member, "at": one.at,
                 "cause": one.cause, "why": one.why} for name, one in found.all]  # fmt: skip
        ours = [(one["rank_of"], one["place"], one["member"])
                for one in judged.board(tx, it.id)]  # fmt: skip
        now = [(one["rank_of"], one["place"], one["member"]) for one in made]
        same = sorted(ours) == sorted(now) if ours else None
        names = people.names_of(tx, [who for who, _ in found.refused[:SHOWN]])
        return it, won_of(tx, it, made[:SHOWN]), same, [
            (names.get(who, "") or who, why) for who, why in found.refused[:SHOWN]]  # fmt: skip

    it, rows, same, over = await visit.read(read)
    return visit.part("activity_again.html", it=it, rows=rows, same=same, over=over,
                      link=member_link, why=lambda text: why_words(visit, text),
                      stands=it.judged)  # fmt: skip


async def proof(visit: Visit) -> web.Response:
    """What strangers check a draw by, to save."""
    it = await visit.read(held, visit.query("r"))
    if not it.row["proof"]:
        raise Refused(404, "activities.no_proof")
    headers = {"Content-Disposition": 'attachment; filename="draw.json"'}
    return web.Response(text=it.row["proof"], content_type="application/json", headers=headers)


async def save(visit: Visit) -> web.Response:
    """Winners as a file; ``table=over``: who was passed over."""
    rows = await visit.read(_rows, visit)
    columns = OVER if visit.query("table") == "over" else COLUMNS
    return sheet(visit, "passed-over.csv" if columns is OVER else "winners.csv", columns, rows)


def _rows(tx: Tx, visit: Visit) -> list[list[object]]:
    it, zone = held(tx, visit.query("r")), visit.console.config.timezone
    if visit.query("table") == "over":
        return [_over(visit, one) for one in islice(_every(tx, it), FILE_MAX)]
    return [[visit.t(f"won_as.{one.row['rank_of']}"), one.row["place"], one.row["member"],
             one.name, one.codename, stamp(int(str(one.row["at"])), zone),
             why_words(visit, str(one.row["why"])), one.entry.row["ticket"] if one.entry else "",
             one.entry.said.get("text", "") if one.entry else ""]
            for one in won_of(tx, it, [dict(row) for row in judged.board(tx, it.id)])]  # fmt: skip


def _every(tx: Tx, it: Held) -> Iterator[Entry]:
    place = FIRST
    while rows := activitydesk.passed_over(tx, it.row, place, SHOWN * 10):
        yield from rows
        place = (rows[-1].row["at"], rows[-1].row["event"])


def _over(visit: Visit, one: Entry) -> list[object]:
    row = one.row
    return [row["member"], one.name, one.codename, visit.t(f"entry_kind.{row['kind']}"),
            stamp(row["at"], visit.console.config.timezone), visit.t(f"entry_state.{row['state']}"),
            one.why, row["ticket"], one.said.get("text", "")]  # fmt: skip


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/activities/winners", handler=show, needs=SEE),
    Route(method="GET", path="/activities/winners/again", handler=again, needs=SEE),
    Route(method="GET", path="/activities/proof", handler=proof, needs=SEE),
    Route(method="GET", path="/activities/winners.csv", handler=save, needs=SEE),
))  # fmt: skip
