"""Somebody is erased: what would be removed in numbers, a confirmation that is typed, and the
certificate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from aiohttp import web

from bot.console.page import BASE, Page, Route
from bot.console.pages.member_one import at, person_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit, whole
from bot.library.leaving import certificate
from bot.store import erasing, foretold, lookups, people
from bot.store.engine import Tx
from bot.store.erasing import Erasure
from bot.store.foretold import Leaving

PROOF, SHOWN = 6, 50  # characters that are typed; rows of the journal
WHYS = ("asked", "mistake", "law")
# What staff call the rows of tables; of those that are not here: the rest.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "talks": ("inbox", "intake", "replies", "outbox", "conversation", "unmatched", "talk_join",
              "desk_note", "mention", "appeal", "alarm", "rating", "rating_refused", "block",
              "allowance"),
    "known": ("member", "member_no", "fact", "need", "feedback", "memory", "member_consent",
              "consent_record", "merging", "not_double"),
    "ways": ("friend", "friend_tag", "friend_wish", "chat_member", "archive_consent", "own_bulk",
             "own_tag", "member_tag"),
    "bought": ("purchase", "worth", "buys_for", "journey", "commission", "commission_act"),
    "circles": ("stay", "application", "leadership", "holding", "invite_code", "invite_claim",
                "invite_edge", "out_link"),
    "plans": ("due", "flow_run", "pooled", "recipient", "happening", "tap"),
    "trail": ("event", "audit", "looked_up", "figure_event", "pace"),
}  # fmt: skip
_GROUP_OF = {table: group for group, tables in GROUPS.items() for table in tables}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Who is to be erased, as the page shows him. ``proof``: what is typed to confirm it."""

    name: str
    what: Leaving

    @property
    def id(self) -> str:
        """The id by which he goes."""
        return self.what.ids[0]

    @property
    def proof(self) -> str:
        """The end of his id."""
        return self.id[-PROOF:]


def grouped(rows: Mapping[str, int]) -> dict[str, int]:
    """Rows by what staff call them, in the order of ``GROUPS``, what is elsewhere last."""
    found: Counter[str] = Counter()
    for table, n in rows.items():
        found[_GROUP_OF.get(table, "rest")] += n
    return {group: found[group] for group in (*GROUPS, "rest") if found[group]}


def fates(counts: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """What became of them: by what staff call the rows, and by fate."""
    found: dict[str, Counter[str]] = {}
    for table, one in counts.items():
        found.setdefault(_GROUP_OF.get(table, "rest"), Counter()).update(one)
    return {group: {fate: n for fate, n in found[group].items() if n}
            for group in (*GROUPS, "rest") if any(found.get(group, {}).values())}  # fmt: skip


async def ask(visit: Visit) -> web.Response:
    """What would be removed, and the form."""
    return await _ask(visit, visit.query("m"))


async def _ask(visit: Visit, member: str, status: int = 200, fault: str = "") -> web.Response:
    found = await visit.write(_asked, visit, member) if member else None
    if found is None:
        raise Refused(404, "members.gone")
    return await visit.page(
        "member_erase.html", status=status, it=found, groups=grouped(found.what.rows), whys=WHYS,
        backups=await visit.console.leaving.backups(), fault=fault, link=lambda id: BASE + at(id),
    )  # fmt: skip


def _asked(tx: Tx, visit: Visit, member: str) -> Asked | None:
    found = foretold.erase(tx, member)
    if found is None:
        return None
    lookups.note(tx, visit.who.login, found.ids[0], "erase", visit.now,
                 visit.console.config.timezone)  # fmt: skip
    row = people.known(tx, found.ids[0])
    return Asked(name=row["name"] if row else "", what=found)


async def erase(visit: Visit) -> web.Response:
    """He is erased; the rest follows in the background."""
    person = await visit.read(person_of, visit.typed.get("m", ""))
    if visit.typed.get("proof", "").strip() != person[-PROOF:]:
        return await _ask(visit, person, 422, visit.t("erase.not_typed", proof=person[-PROOF:]))
    why = visit.typed.get("why", "")
    begun = await visit.console.leaving.begin(person, visit.who.login,
                                              why if why in WHYS else WHYS[0])  # fmt: skip
    if begun is None:
        raise Refused(404, "members.gone")
    visit.console.bells.ring("taps")
    return visit.go(f"/members/erased/{begun.id}")


async def journal(visit: Visit) -> web.Response:
    """All certificates, the latest first."""
    before = whole(visit.query("before")) or 1 << 62
    found = await visit.read(erasing.latest, before, SHOWN + 1)
    older = f"{BASE}/members/erased?before={found[SHOWN - 1].id}" if len(found) > SHOWN else ""
    return await visit.page("member_erasures.html", rows=found[:SHOWN], older=older,
                            later=bool(visit.query("before")), total=_total)  # fmt: skip


def _total(one: Erasure) -> int:
    return sum(n for fates in one.counts.values() for n in fates.values())


async def one(visit: Visit) -> web.Response:
    """One certificate; until it is done, how far it has come."""
    found = await visit.read(_one, visit.number())
    return await visit.page("member_erased.html", it=found, fates=fates(found.counts),
                            fault=visit.console.leaving.fault, total=_total(found))  # fmt: skip


async def file(visit: Visit) -> web.Response:
    """The same for machines."""
    found = await visit.read(_one, visit.number())
    text = orjson.dumps(certificate(found, visit.console.config.timezone),
                        option=orjson.OPT_INDENT_2)  # fmt: skip
    headers = {"Content-Disposition": f'attachment; filename="certificate-{found.id}.json"'}
    return web.Response(body=text, content_type="application/json", headers=headers)


def _one(tx: Tx, number: int) -> Erasure:
    found = erasing.latest(tx, number + 1, 1)
    if not found or found[0].id != number:
        raise Refused(404, "erase.no_certificate")
    return found[0]


NEEDS = Right.MEMBERS_ERASE
PAGE = Page(routes=(
    Route(method="GET", path="/members/erase", handler=ask, needs=NEEDS),
    Route(method="POST", path="/members/erase", handler=erase, needs=NEEDS),
    Route(method="GET", path="/members/erased", handler=journal, needs=NEEDS),
    Route(method="GET", path="/members/erased/{id}", handler=one, needs=NEEDS),
    Route(method="GET", path="/members/erased/{id}/file", handler=file, needs=NEEDS),
))  # fmt: skip
