"""The table of carriers: whose they are, what may be done there, who confirms it, what fits."""

from __future__ import annotations

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import BASE, Page, Route
from bot.console.pages.circle_asked import carrier
from bot.console.pages.value_asked import Sheet
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.members.carriers import CARRIERS, UNKNOWN
from bot.studio import limits

COLUMNS = ("carrier", "sphere", "dm", "mass", "confirms", "room", "links")


def _rows(visit: Visit) -> list[list[str]]:
    return [_row(visit, name) for name in CARRIERS if name != UNKNOWN]


def _row(visit: Visit, name: str) -> list[str]:
    one, t = CARRIERS[name], visit.t
    return [carrier(visit, name), t(f"carrier_sphere.{one.sphere}"), t(f"carrier_dm.{one.dm}"),
            t(f"carrier_mass.{one.mass}"),
            t(f"carrier_confirms.{one.confirms}") if one.confirms else "–", _room(visit, name),
            t("carrier_links.yes" if one.links else "carrier_links.no")]  # fmt: skip


def _room(visit: Visit, name: str) -> str:
    """How much fits, as far as it is known."""
    one, own = CARRIERS[name], visit.console.config.carriers.get(name)
    known = limits.CHANNELS.get(one.channel, {}).get("text")
    said = []
    if one.channel and known is not None:
        said.append(visit.t("carrier_room.bytes", n=f"{known.size:,}"))
        if known.chars:
            said.append(visit.t("carrier_room.text", n=f"{known.chars:,}"))
        if parts := limits.ATTACHMENTS.get(one.channel, 0):
            said.append(visit.t("carrier_room.parts", n=parts))
    if by_hand := (own and own.text) or one.text:
        said.append(visit.t("carrier_room.post", n=f"{by_hand:,}"))
    if pictures := (own and own.pictures) or one.pictures:
        said.append(visit.t("carrier_room.pictures", n=pictures))
    return "\n".join(said) or "–"


async def show(visit: Visit) -> web.Response:
    """All of them."""
    head = [visit.t(f"carrier_col.{name}") for name in COLUMNS]
    sheet = Sheet(head=head, rows=_rows(visit), words=len(COLUMNS))
    return await visit.page("circle_carriers.html", sheet=sheet, tab="/circles/carriers",
                            file=f"{BASE}/circles/carriers.csv")  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file."""
    head = [visit.t(f"carrier_col.{name}") for name in COLUMNS]
    return visit.csv("carriers.csv", BOM + lines([head, *_rows(visit)]))


SEE = Right.MEMBERS_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/circles/carriers", handler=show, needs=SEE),
    Route(method="GET", path="/circles/carriers.csv", handler=save, needs=SEE),
))  # fmt: skip
