"""Invitation codes: whose they are and what for, what came of each; made and ended here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from aiohttp import web

from bot.console.cells import BOM, lines
from bot.console.page import Page, Route
from bot.console.pages.value_asked import SHOWN, Asked, Sheet, asked, day, exact, money, person
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.when import day_begins, day_named
from bot.members import codes as letters
from bot.members import terms as wanted
from bot.members.invites import Code
from bot.store import circles, codes, people, persons, terms
from bot.store.codes import Figures, Purpose
from bot.store.engine import Tx

FIGURES = ("named", "came", "refusals", "brought")
HEAD = ("code", "owner", "what_for", "from", "until", *FIGURES)
REASON_MAX, PART = 200, 500
Told = tuple[Code, Figures, str]


def _told(tx: Tx, found: Sequence[Code]) -> list[Told]:
    figures = codes.figures(tx, [one.code for one in found]) if found else {}
    names = people.names_of(tx, sorted({one.owner for one in found} - {""}))
    return [(one, figures[one.code], names.get(one.owner, "")) for one in found]


def _page(tx: Tx, member: str, campaign: str, after: str, n: int) -> list[Told]:
    if member:
        return _told(tx, codes.of(tx, persons.ids_of(tx, member)))
    return _told(tx, codes.page(tx, after, n, campaign or None))


def purpose(visit: Visit, one: Code, titles: Mapping[str, str]) -> str:
    """What a code is for, in words."""
    t, cast = visit.t, visit.cast
    names = {id: s.persona.name for id, s in cast.scripts.items()} if cast is not None else {}
    said = [t("value.for_persona", name=names.get(one.persona, one.persona))] * bool(one.persona)
    said += [t("value.for_circle", name=titles.get(one.circle, one.circle))] * bool(one.circle)
    said += [t("value.for_campaign", name=one.campaign)] * bool(one.campaign)
    return t("value.c_sep").join(said) or t("value.for_all")


def _numbers(one: Figures) -> list[str]:
    return [f"{one.named:,}", f"{one.came:,}", f"{one.refused:,}", money(one.cents)]


def _until(visit: Visit, one: Code) -> str:
    if one.until is None:
        return "–"
    said = day(one.until, visit.console.config.timezone)
    return visit.t("value.code_ended", at=said) if one.until <= visit.now else said


def _sheet(visit: Visit, form: Asked, rows: Sequence[Told], titles: Mapping[str, str]) -> Sheet:
    t, zone, acts = visit.t, visit.console.config.timezone, visit.may(Right.VALUE_ACT)
    ends = [acts and (one.until is None or one.until > visit.now) for one, _, _ in rows]
    cells = [[one.code, person(name, one.owner) or "–", purpose(visit, one, titles),
              day(one.since, zone), _until(visit, one), *_numbers(made),
              t("value.code_end") if may else ""]
             for (one, made, name), may in zip(rows, ends, strict=True)]  # fmt: skip
    links = {
        (n, len(HEAD)): form.link("/value/codes/end", code=one.code)
        for n, ((one, _, _), may) in enumerate(zip(rows, ends, strict=True))
        if may
    }
    links |= {(n, 1): form.link("/value/tree", m=one.owner)
              for n, (one, _, _) in enumerate(rows) if one.owner}  # fmt: skip
    return Sheet(head=[*(t(f"value.c_{name}") for name in HEAD), t("value.c_do")], rows=cells,
                 words=5, links=links)  # fmt: skip


def _campaigns(visit: Visit, form: Asked, found: Mapping[str, Figures]) -> Sheet:
    t = visit.t
    rows = [[name, f"{one.codes:,}", *_numbers(one)] for name, one in found.items()]
    return Sheet(head=[t("value.c_campaign"), t("value.c_codes"),
                       *(t(f"value.c_{name}") for name in FIGURES)], rows=rows,
                 links={(n, 0): form.link("/value/codes", campaign=name)
                        for n, name in enumerate(found)})  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """A page of codes: all, of one campaign or of one member; above it what campaigns brought."""
    form, member, campaign = await asked(visit), visit.query("m"), visit.query("campaign")
    found = await visit.read(_page, member, campaign, visit.query("after"), SHOWN + 1)
    shown = found if member else found[:SHOWN]
    titles = await visit.read(circles.known)
    sums = await visit.read(codes.campaigns)
    only = {"m": member} if member else {"campaign": campaign} if campaign else {}
    more = form.link("/value/codes", **only, after=shown[-1][0].code) \
        if not member and found[SHOWN:] else ""  # fmt: skip
    return await visit.page(
        "value_codes.html", form=form, tab="/value/invites", more=more, only=only,
        sheet=_sheet(visit, form, shown, titles), sums=_campaigns(visit, form, sums),
        first=form.link("/value/codes", **only) if visit.query("after") else "",
        files={"codes": form.link("/value/codes.csv", **only),
               "campaigns": form.link("/value/codes.csv", table="campaigns")},
        acts=visit.may(Right.VALUE_ACT), typed=visit.query("typed"),
        choices=_choices(visit, titles),
    )  # fmt: skip


def _choices(visit: Visit, titles: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """What a code may be for; nothing of it comes first."""
    cast, none = visit.cast, [("", visit.t("value.for_none"))]
    if cast is None:
        return {"persona": none, "circle": none, "campaign": none}
    return {
        "persona": none + [(id, script.persona.name) for id, script in cast.scripts.items()],
        "circle": none + list(titles.items()),
        "campaign": none + sorted({(one.id, one.id) for one in cast.campaigns}),
    }


async def save(visit: Visit) -> web.Response:
    """The codes, or what campaigns brought, as a file."""
    if visit.query("table") == "campaigns":
        return await _file_of_campaigns(visit)
    titles, zone = await visit.read(circles.known), visit.console.config.timezone
    told = await visit.read(_all, visit.query("m"), visit.query("campaign"))
    rows = ([one.code, one.owner, name, purpose(visit, one, titles), day(one.since, zone),
             day(one.until, zone) if one.until is not None else "",
             made.named, made.came, made.refused, exact(made.cents)]
            for one, made, name in told)  # fmt: skip
    head = _head(visit, "code", "owner", "name", "what_for", "from", "until")
    return visit.csv("value-codes.csv", BOM + lines([head, *rows]))


async def _file_of_campaigns(visit: Visit) -> web.Response:
    sums = await visit.read(codes.campaigns)
    rows = ([name, one.codes, one.named, one.came, one.refused, exact(one.cents)]
            for name, one in sums.items())  # fmt: skip
    head = _head(visit, "campaign", "codes")
    return visit.csv("value-campaigns.csv", BOM + lines([head, *rows]))


def _head(visit: Visit, *names: str) -> list[str]:
    return [visit.t(f"value.c_{name}") for name in (*names, *FIGURES)]


def _all(tx: Tx, member: str, campaign: str) -> list[Told]:
    """Every code of a member, or of a campaign, or of all, a part after the other."""
    made: list[Told] = []
    while part := _page(tx, member, campaign, made[-1][0].code if made else "", PART):
        made += part
        if member or len(part) < PART:
            break
    return made


async def make(visit: Visit) -> web.Response:
    """The code for what the form says; the one that stands where there is one."""
    text = {name: visit.typed.get(name, "").replace("\0", "").strip()[:200]
            for name in ("m", "persona", "circle", "campaign", "until")}  # fmt: skip
    last = day_named(text["until"]) if text["until"] else None
    if not any(text[name] for name in ("m", "persona", "circle", "campaign")):
        return visit.go("/value/codes", "bad", "value.code_for_nobody")
    if text["until"] and last is None:
        return visit.go("/value/codes", "bad", "value.code_bad_day")
    until = day_begins((last + timedelta(days=1)).isoformat(), visit.console.config.timezone) \
        if last else None  # fmt: skip
    made = await visit.write(_make, visit, text, until)
    if made is None:
        again = f"/value/codes?{urlencode({'typed': text['m']})}"
        return visit.go(again, "bad", "value.code_nobody", id=text["m"])
    if made.until is not None and made.until <= visit.now:
        return visit.go("/value/codes", "bad", "value.code_over", code=made.code)
    return visit.go("/value/codes", "good", "value.code_stands", code=made.code)


def _make(tx: Tx, visit: Visit, text: Mapping[str, str], until: int | None) -> Code | None:
    owner = persons.person_of(tx, [text["m"]])[text["m"]] if text["m"] else ""
    if owner and people.known(tx, owner) is None:
        return None
    terms.adopt(tx, wanted.of(visit.console.config.invites), visit.now, visit.who.login)
    purpose = Purpose(owner=owner, persona=text["persona"], circle=text["circle"],
                      campaign=text["campaign"])  # fmt: skip
    return codes.make(tx, purpose, visit.now, visit.who.login, until)


def _one(tx: Tx, word: str) -> Told | None:
    found = codes.known(tx, [word])
    return _told(tx, list(found.values()))[0] if found else None


async def ask(visit: Visit) -> web.Response:
    """What ending a code would do, in numbers."""
    found = await visit.read(_one, letters.normal(visit.query("code")))
    if found is None or (found[0].until is not None and found[0].until <= visit.now):
        return visit.go("/value/codes", "bad", "value.code_gone")
    titles = await visit.read(circles.known)
    return await visit.page("value_code_end.html", form=await asked(visit), tab="/value/invites",
                            it=found[0], made=found[1], name=found[2], most=REASON_MAX,
                            what=purpose(visit, found[0], titles))  # fmt: skip


async def end(visit: Visit) -> web.Response:
    """The code counts no more; who came by it stays."""
    word = letters.normal(visit.typed.get("code", ""))
    reason = visit.typed.get("reason", "").replace("\0", "").strip()[:REASON_MAX]
    if not await visit.write(codes.end, word, visit.now, visit.who.login, reason):
        return visit.go("/value/codes", "bad", "value.code_gone")
    return visit.go("/value/codes", "good", "value.code_end_done", code=word)


SEE, ACT = Right.VALUE_SEE, Right.VALUE_ACT
PAGE = Page(routes=(
    Route(method="GET", path="/value/codes", handler=show, needs=SEE),
    Route(method="GET", path="/value/codes.csv", handler=save, needs=SEE),
    Route(method="POST", path="/value/codes/make", handler=make, needs=ACT),
    Route(method="GET", path="/value/codes/end", handler=ask, needs=ACT),
    Route(method="POST", path="/value/codes/end", handler=end, needs=ACT),
))  # fmt: skip
