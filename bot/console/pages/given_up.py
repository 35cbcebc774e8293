"""Messages that were given up on, of unknown fate, or never worked on: why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages.circle_asked import at
from bot.console.pages.given_up_read import DOOR, TABS, TURN, Asked, Found, asked, cells, read
from bot.console.pages.given_up_read import kind_of as named_kind
from bot.console.pages.inbox_thread import window_of
from bot.console.rights import Right
from bot.console.unsent import unsent
from bot.console.visit import Refused, Visit, own_path, whole
from bot.store import givenup, lookups
from bot.store.engine import Tx
from bot.store.givenup import MOST, GivenUpRefused
from bot.store.staff import Account

WHY_MAX = 200
ACTS = ("again", "dismiss", "arrived", "lost")
# Whoever sends and decides looks again; so do the pages.
BELLS = ("intake", "inbox", "outbox.reply", "outbox.bulk", "outbox.robot", "desk")


async def show(visit: Visit) -> web.Response:
    """One page of them."""
    wanted = asked(visit)
    found = await visit.write(_seen, visit, wanted)
    chosen = wanted.link(after=wanted.after).removeprefix(BASE)
    return await visit.page(
        "given_up.html", wanted=wanted, found=found, tabs=tuple(TABS), most=MOST, here=chosen,
        acts=visit.may(Right.INBOX_REPLY), why_most=WHY_MAX, file=wanted.link("/given-up.csv"),
        sendable=[one.id for one in found.lines if not one.bar],
        ids=[one.id for one in found.lines],
        kind_of=lambda kind: named_kind(visit, wanted.tab, kind),
        bar=lambda code: visit.t(f"given_no.{code}"),
        link=lambda id: BASE + at("/members/one", m=id))  # fmt: skip


def _seen(tx: Tx, visit: Visit, wanted: Asked) -> Found:
    """Reads it, and notes who saw whose words."""
    found = read(tx, visit, wanted)
    for member in {one.member for one in found.lines if one.member}:
        lookups.note(tx, visit.who.login, member, "given_up", visit.now,
                     visit.console.config.timezone)  # fmt: skip
    return found


async def save(visit: Visit) -> web.Response:
    """All of the choice as a file, MOST at the most."""
    wanted = asked(visit)

    def written(tx: Tx) -> Found:
        return read(tx, visit, wanted, MOST)

    found = await visit.read(written)
    names = ("id", "member", "member_id", "account", "text", "kind", "at", "why", "do", "note")
    head = [visit.t(f"given_up.c_{name}") for name in names]
    return visit.csv("given-up.csv", BOM + lines([head, *cells(visit, wanted.tab, found.lines)]))


async def act(visit: Visit) -> web.Response:
    """One or several of them: each is its own write, so one that cannot be takes nobody down."""
    ids = [one for one in visit.typed.get("ids", "").split(",") if one][:MOST]
    do, why = visit.typed.get("do", ""), visit.typed.get("why", "").replace("\0", "").strip()
    if do not in ACTS or not ids:
        raise Refused(400, "error.form")
    back = _back(visit)
    if do == "dismiss" and not why:
        return visit.go(back, "wait", "given_up.no_reason")
    refused = [said for said in [await _one(visit, do, id, why[:WHY_MAX]) for id in ids] if said]
    for bell in BELLS:
        visit.console.bells.ring(bell)
    return _told(visit, back, do, ids, refused)


def _told(
    visit: Visit, back: str, do: str, ids: Sequence[str], refused: Sequence[str]
) -> web.Response:  # fmt: skip
    done = len(ids) - len(refused)
    if refused:
        return visit.go(back, "good" if done else "wait", "given_up.did_some", n=done,
                        left=len(refused), why="；".join(dict.fromkeys(refused)))  # fmt: skip
    if done > 1:
        return visit.go(back, "good", "given_up.did_all", n=done)
    incoming = do == "again" and ids[0][0] in (TURN, DOOR)
    return visit.go(back, "good", f"given_up.did_{do}{'_in' if incoming else ''}")


async def _one(visit: Visit, do: str, id: str, why: str) -> str:
    """Does it; the words of the refusal where it could not be, else nothing."""
    write = _deed(visit, do, id, why)
    try:
        await visit.write(write)
    except GivenUpRefused as refused:
        return visit.t(f"given_no.{refused.code}", detail=_detail(visit, refused))
    return ""


def _detail(visit: Visit, refused: GivenUpRefused) -> str:
    if refused.code == "held":
        return refused.detail or visit.t("by.colleague")
    return unsent(visit.lang, refused.detail)


def _deed(visit: Visit, do: str, id: str, why: str) -> Callable[[Tx], object]:
    """What is to be written. Raises Refused for a form that is none of ours."""
    login, now = visit.who.login, visit.now
    kind = id[0] if id[0] in (TURN, DOOR) else ""
    number = whole(id.removeprefix(kind))
    if number is None or (kind and do not in ("again", "dismiss")):
        raise Refused(400, "error.form")
    deeds: dict[tuple[str, str], Callable[[Tx], object]] = {
        ("", "again"): lambda tx: givenup.again(tx, number, login, now, window_of(visit)),
        ("", "dismiss"): lambda tx: givenup.dismiss(tx, number, login, why, now),
        ("", "arrived"): lambda tx: givenup.settle(tx, number, login, True, now),
        ("", "lost"): lambda tx: givenup.settle(tx, number, login, False, now),
        (TURN, "again"): lambda tx: givenup.turn_again(tx, number, login, now),
        (TURN, "dismiss"): lambda tx: givenup.turn_dismiss(tx, number, login, why, now),
        (DOOR, "again"): lambda tx: givenup.sort_again(tx, number, login, now),
        (DOOR, "dismiss"): lambda tx: givenup.sort_dismiss(tx, number, login, why, now),
    }
    return deeds[kind, do]


def _back(visit: Visit) -> str:
    """The page that he came from, if it is this one, with its choice."""
    parts = urlsplit(BASE + visit.typed.get("here", ""))
    ours = own_path(parts.path) == "/given-up"
    return f"/given-up?{parts.query}" if ours and parts.query else "/given-up"


def waiting(tx: Tx, _: Account, now: int) -> int:
    """How many want somebody."""
    return givenup.counts(tx).all


SEE, ACT = Right.INBOX_SEE, Right.INBOX_REPLY
PAGE = Page(
    routes=(
        Route(method="GET", path="/given-up", handler=show, needs=SEE),
        Route(method="GET", path="/given-up.csv", handler=save, needs=SEE),
        Route(method="POST", path="/given-up/act", handler=act, needs=ACT),
    ),
    entry=Entry(path="/given-up", name="given_up.title", needs=SEE, order=15, key="3",
                count=waiting, topics=("desk",)),
)  # fmt: skip
