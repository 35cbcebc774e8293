"""All templates: what state each is in, where it is used, what was sent of it lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from aiohttp import web

from bot.console import deciders
from bot.console.cells import BOM, lines
from bot.console.page import BASE, Entry, Page, Route
from bot.console.pages.inbox_list import cast_of
from bot.console.rights import Right
from bot.console.studio import KIND, Brief
from bot.console.visit import Visit
from bot.console.when import stamp
from bot.core.clock import DAY, local
from bot.core.findings import ERROR, WARNING
from bot.library.usage import Use, parts_used, usage
from bot.store import results, review, ugc, wanted
from bot.store.engine import Tx
from bot.store.results import Result
from bot.store.review import DRAFT, REVIEW, Listed
from bot.store.staff import Account
from bot.studio.template import GENRES, KINDS, ORIGINS
from bot.studio.variants import base_of

ROWS = 60
LATELY = 28 * DAY
# What is chosen by state; ``ending`` serves and soon will not, ``withheld`` serves and may not be
# used (any more), ``idle`` was approved or retired, and does not serve.
STATES = ("draft", "review", "serving", "ending", "withheld", "idle")
ENDS = 14  # days


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One template. ``faults`` and ``remarks`` are about its file; ``results`` are of lately;
    ``withheld``: why what serves may not be used."""

    listed: Listed
    brief: Brief
    uses: Sequence[Use]
    results: Sequence[Result]
    faults: int = 0
    remarks: int = 0
    withheld: str = ""
    ends: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        """What it is: being written, being looked at, serving or withheld, or none of these."""
        newest = self.listed.newest.state
        open_ = (newest,) if newest in (DRAFT, REVIEW) else ()
        held = "withheld" if self.withheld else "serving"
        serves = (held, *(("ending",) if self.ends else ()))
        return (*open_, *(serves if self.listed.serving is not None else ())) or ("idle",)

    @property
    def used(self) -> Sequence[tuple[str, int]]:
        """Where it is used, and how often there."""
        return sorted(Counter(use.where for use in self.uses).items())

    def count(self, *states: str) -> int:
        """How many reply rows came to one of these ends."""
        return sum(one.counts.get(state, 0) for one in self.results for state in states)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is looked for. Whatever is not possible filters nothing."""

    folder: str = ""
    state: str = ""
    genre: str = ""
    origin: str = ""
    words: str = ""
    page: int = 1

    def takes(self, line: Line) -> bool:
        """True for a template that is looked for."""
        brief, words = line.brief, self.words.casefold()
        return (
            self.folder in ("", brief.folder) and self.genre in ("", brief.genre)
            and self.origin in ("", brief.origin)
            and (not self.state or self.state in line.states)
            and (words in brief.name.casefold() or words in brief.title.casefold())
        )  # fmt: skip

    def link(self, path: str, **more: str) -> str:
        """An address with the same choice."""
        own = {"kind": self.folder, "state": self.state, "genre": self.genre,
               "origin": self.origin, "q": self.words}  # fmt: skip
        query = urlencode({key: value for key, value in (own | more).items() if value})
        return f"{BASE}{path}?{query}" if query else BASE + path

    @property
    def narrowed(self) -> bool:
        """True when something is chosen."""
        return any((self.folder, self.state, self.genre, self.origin, self.words))


def asked(visit: Visit) -> Asked:
    """The choice in the address."""

    def one(name: str, known: Sequence[str]) -> str:
        value = visit.query(name)
        return value if value in known else ""

    page = visit.query("page")
    return Asked(
        folder=one("kind", tuple(KINDS)), state=one("state", STATES),
        genre=one("genre", GENRES), origin=one("origin", ORIGINS), words=visit.query("q").strip(),
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 5 else 1,
    )  # fmt: skip


def at(name: str, page: str = "/content/one", **more: object) -> str:
    """The address of a page about one template, behind ``/console``."""
    values = urlencode({key: str(value) for key, value in more.items()})
    return f"{page}?t={quote(name, safe='')}{'&' + values if values else ''}"


async def everything(visit: Visit) -> list[Line]:
    """Every template that ever had a version, the latest change first."""
    cast = cast_of(visit)
    uses = usage(cast) if cast is not None else {}
    since, last = visit.now - LATELY, ends(visit)

    def read(tx: Tx) -> list[Line]:
        rows = [one for one in review.newest(tx) if one.newest.kind == KIND]
        briefs = visit.console.studio.briefs(tx, [one.newest for one in rows])
        sent = results.of(tx, list(briefs), since)
        found, withheld = _counted(tx), ugc.withheld(tx)
        return [Line(listed=one, brief=briefs[name], uses=uses.get(base_of(name), ()),
                     results=sent.get(name, ()), faults=found[name, ERROR],
                     remarks=found[name, WARNING], withheld=withheld.get(name, ""),
                     ends=name in last)
                for one in rows for name in (one.newest.name,)]  # fmt: skip

    return sorted(await visit.read(read), key=lambda one: (-one.listed.newest.at, one.brief.name))


def ends(visit: Visit) -> dict[str, date]:
    """Templates that serve and end within ENDS days, by name."""
    cast = visit.cast
    today = local(visit.now, visit.console.config.timezone).date()
    last = today + timedelta(days=ENDS)
    return {name: one.valid_to for name, one in (cast.shelf.templates if cast else {}).items()
            if one.valid_to is not None and today <= one.valid_to <= last}  # fmt: skip


def _counted(tx: Tx) -> Mapping[tuple[str, str], int]:
    """How much is wrong with what the folders hold, by template and severity."""
    return Counter((one.file.removeprefix("content/").removesuffix(".j2"), one.severity)
                   for one in wanted.findings(tx))  # fmt: skip


async def show(visit: Visit) -> web.Response:
    """The list."""
    form, every, cast = asked(visit), await everything(visit), cast_of(visit)
    found = [one for one in every if form.takes(one)]
    first = (form.page - 1) * ROWS
    counts = Counter(state for one in every for state in one.states)
    return await visit.page(
        "content.html", form=form, lines=found[first : first + ROWS], n=len(found), of=len(every),
        kinds=tuple(KINDS), states=STATES, genres=GENRES, origins=ORIGINS, counts=counts,
        older=form.link("/content", page=str(form.page + 1)) if len(found) > first + ROWS else "",
        newest=form.link("/content") if form.page > 1 else "", file=form.link("/content.csv"),
        at=at, shared=parts_used(cast) if cast is not None else {},
    )  # fmt: skip


async def save(visit: Visit) -> web.Response:
    """The same as a file."""
    form = asked(visit)
    names = ("name", "title", "kind", "state", "genre", "origin", "used", "sent", "failed",
             "faults", "remarks", "changed")  # fmt: skip
    head = [visit.t(f"content.{name}") for name in names]
    zone = visit.console.config.timezone
    rows = [
        [one.brief.name, one.brief.title, visit.t(f"content_kind.{one.brief.folder}"),
         " ".join(visit.t(f"content_state.{state}") for state in one.states),
         said(visit, "genre", one.brief.genre), said(visit, "origin", one.brief.origin),
         len(one.uses), one.count("sent"), one.count("dead", "expired"), one.faults, one.remarks,
         stamp(one.listed.newest.at, zone)]
        for one in await everything(visit) if form.takes(one)
    ]  # fmt: skip
    return visit.csv("content.csv", BOM + lines([head, *rows]))


def said(visit: Visit, what: str, value: str) -> str:
    """A genre or an origin in words; what is none stays as it was written."""
    known = {"genre": GENRES, "origin": ORIGINS}[what]
    return visit.t(f"content_{what}.{value}") if value in known else value


def waiting(tx: Tx, who: Account, now: int) -> int:
    """How many templates wait for a look of this person."""
    return deciders.waiting(tx, who, KIND)


SEE = Right.CONTENT_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/content", handler=show, needs=SEE),
        Route(method="GET", path="/content.csv", handler=save, needs=SEE),
    ),
    entry=Entry(path="/content", name="content.title", needs=SEE, order=40, key="t", count=waiting,
                topics=("library",), waits="/content/review"),
    topics={"library": SEE},
)  # fmt: skip
