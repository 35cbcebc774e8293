"""Short links: which there are, how often each was clicked and joined by, and a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import at, carrier, persona_name, titles
from bot.console.pages.value_asked import FILE_MAX, Sheet, person
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.console.when import stamp
from bot.members.carriers import ALONE, CARRIERS, POSTED
from bot.members.outlinks import PATH, URL_MAX, OutLink, allowed
from bot.store import outlinks, people
from bot.store.engine import Row, Tx
from bot.store.outlinks import SHOWN

FIELDS = ("url", "carrier", "posted", "account", "circle", "member")
COLUMNS = ("link", "made_at", "posted", "leads", "content", "handed", "clicks", "joins", "url")


async def show(visit: Visit) -> web.Response:
    """The latest first."""
    return await _page(visit, {})


async def _page(visit: Visit, typed: Mapping[str, str], fault: str = "") -> web.Response:
    moment, _, code = visit.query("after").partition("~")
    number = whole(moment)
    behind = (number, code) if number is not None else None
    found = await visit.read(outlinks.page, behind, SHOWN + 1)
    rows, last = found[:SHOWN], found[SHOWN - 1] if len(found) > SHOWN else None
    domains = visit.cast.brand.link_domains if visit.cast is not None else ()
    return await visit.page(
        "circle_links.html", status=422 if fault else 200, sheet=_sheet(visit, rows), fault=fault,
        typed=typed, makes=visit.may(Right.CONTENT_APPROVE), domains=domains, url_most=URL_MAX,
        tab="/circles/links", reachable=bool(_base(visit)),
        carriers=[(id, carrier(visit, id)) for id in CARRIERS if id != "unknown"],
        posted=[(id, carrier(visit, id)) for id in POSTED],
        circles=[("", visit.t("circles.none_of_them")), *titles(visit).items()],
        accounts=[("", visit.t("circles.none_of_them")), *((one, one) for one in _accounts(visit))],
        more="" if last is None else BASE + at("/circles/links",
                                               after=f"{last['made_at']}~{last['code']}"),
        first=f"{BASE}/circles/links" if behind else "", file=f"{BASE}/circles/links.csv",
    )  # fmt: skip


def _accounts(visit: Visit) -> Sequence[str]:
    return visit.cast.all_accounts("contact") if visit.cast is not None else ()


def _base(visit: Visit) -> str:
    return visit.console.config.web.public_url.rstrip("/")


def _cells(visit: Visit, row: Row) -> list[object]:
    handed = " ".join(filter(None, (persona_name(visit, row["persona"]), row["account"])))
    return [f"{_base(visit)}{PATH}{row['code']}",
            stamp(row["made_at"], visit.console.config.timezone)[:16],
            carrier(visit, row["posted"]), carrier(visit, row["carrier"]), row["content"], handed,
            row["clicks"], row["joins"], row["url"]]  # fmt: skip


def _sheet(visit: Visit, rows: Sequence[Row]) -> Sheet:
    cells = []
    for row in rows:
        link, made, posted, leads, content, handed, clicks, joins, url = _cells(visit, row)
        cells.append([f"{link}\n{url}", f"{posted} → {leads}", f"{content or '–'}\n{handed}",
                      f"{made}\n{row['made_by']}", f"{clicks:,}", f"{joins:,}"])  # fmt: skip
    links = {(n, 4): BASE + at("/circles/links/clicks", code=row["code"])
             for n, row in enumerate(rows) if row["clicks"]}  # fmt: skip
    head = ("link", "way", "text", "made", "clicks", "joins")
    return Sheet(head=[visit.t(f"circles.c_{name}") for name in head], rows=cells, words=4,
                 links=links)  # fmt: skip


async def make(visit: Visit) -> web.Response:
    """A link, or the one that there is for the same."""
    said = {name: visit.typed.get(name, "").replace("\0", "").strip() for name in FIELDS}
    domains = visit.cast.brand.link_domains if visit.cast is not None else ()
    if fault := _fault(visit, said, domains):
        return await _page(visit, said, visit.t(fault, domains="、".join(domains)))

    def write(tx: Tx) -> str:
        if said["member"] and people.known(tx, said["member"]) is None:
            return ""
        return outlinks.make(tx, OutLink(**said), visit.now, visit.who.login)

    code = await visit.write(write)
    if not code:
        return await _page(visit, said, visit.t("circles.no_member"))
    return visit.go("/circles/links", "good", "circles.link_made",
                    link=f"{_base(visit)}{PATH}{code}")  # fmt: skip


def _fault(visit: Visit, said: Mapping[str, str], domains: Sequence[str]) -> str:
    if said["carrier"] not in CARRIERS or said["posted"] not in POSTED:
        return "circles.no_carrier"
    if said["circle"] and said["circle"] not in titles(visit):
        return "circles.gone"
    if said["account"] and said["account"] not in _accounts(visit):
        return "circles.no_account"
    if said["member"] and said["posted"] not in ALONE:
        return "circles.not_alone"
    if not domains:
        return "circles.no_domains"
    return "" if allowed(said["url"], domains) else "circles.bad_url"


async def save(visit: Visit) -> web.Response:
    """All of them as a file."""

    def look(tx: Tx) -> list[Row]:
        rows, behind = list[Row](), None
        while len(rows) < FILE_MAX and (page := outlinks.page(tx, behind, 1_000)):
            rows += page
            behind = (page[-1]["made_at"], page[-1]["code"])
        return rows[:FILE_MAX]

    rows = await visit.read(look)
    head = [visit.t(f"circles.c_{name}") for name in COLUMNS]
    return visit.csv("links.csv", BOM + lines([head, *(_cells(visit, row) for row in rows)]))


async def clicks(visit: Visit) -> web.Response:
    """Who clicked on one of them, as far as it is known, the latest first."""
    code = visit.query("code").replace("\0", "")
    link = await visit.read(outlinks.get, code)
    if link is None:
        raise Refused(404, "circles.link_gone")
    after = whole(visit.query("after"))
    found = await visit.read(outlinks.clicks, code, after or 1 << 62, SHOWN + 1)
    zone, rows = visit.console.config.timezone, found[:SHOWN]
    cells = [[person(row["name"] or "", row["member"]) or visit.t("circles.unknown"),
              stamp(row["at"], zone)] for row in rows]  # fmt: skip
    sheet = Sheet(head=[visit.t("circles.c_who"), visit.t("circles.c_clicked_at")], rows=cells,
                  words=2)  # fmt: skip
    more = at("/circles/links/clicks", code=code, after=str(rows[-1]["id"])) \
        if len(found) > SHOWN else ""  # fmt: skip
    return await visit.page(
        "circle_clicks.html", link=link, path=f"{_base(visit)}{PATH}{code}", sheet=sheet,
        more=BASE + more if more else "", tab="/circles/links",
        first=BASE + at("/circles/links/clicks", code=code) if after else "",
    )  # fmt: skip


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/links", handler=show, needs=SEE),
    Route(method="GET", path="/circles/links.csv", handler=save, needs=SEE),
    Route(method="GET", path="/circles/links/clicks", handler=clicks, needs=SEE),
    Route(method="POST", path="/circles/links", handler=make, needs=Right.CONTENT_APPROVE),
))  # fmt: skip
