"""Where a template can go: each carrier with what may be done there, and its text as it would stand
there; what a colleague posts himself to copy or as a file, with its own code and its own links."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.circle_asked import carrier
from bot.console.pages.content import at
from bot.console.pages.content_edit import name_of
from bot.console.pages.inbox_list import cast_of
from bot.console.rights import Right
from bot.console.studio import KIND, Look, brief_of
from bot.console.visit import Refused, Visit
from bot.core.carrying import Shortening
from bot.library.elsewhere import Post, posts
from bot.members.carriers import CARRIERS
from bot.members.outlinks import PATH, OutLink, allowed
from bot.members.reading import PATH as READING
from bot.store import outlinks, readings, review, versions
from bot.store.engine import Tx
from bot.store.readings import Page as Reading
from bot.store.readings import Reads
from bot.store.versions import Edition

OTHER = "website"  # where an address leads of which the settings say nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """``voices``: whose words they may be; ``serves``: this version is in service; ``text``: as
    this ``voice`` says it; ``page``: on which it can be read, and how long it was."""

    edition: Edition
    title: str
    serves: bool
    posts: list[Post]
    voices: list[tuple[str, str]]
    voice: str
    errors: int
    text: str
    topic: str
    page: Reading | None
    reads: Reads

    @property
    def by_hand(self) -> bool:
        """True for words that anybody may read."""
        return any(CARRIERS[one.carrier].by_hand for one in self.posts)


async def written(visit: Visit) -> Written:
    """The version that serves, else the newest, on every carrier. Raises Refused."""
    name = name_of(visit)
    edition, serves = await visit.read(_edition, name)
    wanted = visit.query("by") or visit.typed.get("by", "")
    look = await visit.console.studio.look(name, edition.files, cast_of(visit))
    voice = next((one for one in look.voices if one.persona == wanted), None) or next(
        iter(look.voices), None)  # fmt: skip
    text = next((one.text for one in voice.bubbles if one.text), "") if voice else ""
    made = await visit.read(_posts, visit, name, look, text) if look.template else []
    page, reads = await visit.read(lambda tx: (readings.of(tx, name), readings.reads(tx, name)))
    return Written(
        edition=edition, title=brief_of(name, edition.files).title or name, serves=serves,
        posts=made, voices=[(one.persona, one.name) for one in look.voices],
        voice=voice.persona if voice else "", errors=look.errors, text=text, page=page, reads=reads,
        topic=look.template.genre if look.template else "",
    )  # fmt: skip


def _edition(tx: Tx, name: str) -> tuple[Edition, bool]:
    held = versions.serving(tx, KIND, name)
    known = review.of(tx, KIND, name)
    if not known:
        raise Refused(404, "content.gone")
    found = versions.get(tx, KIND, name, held.version if held else known[-1].version)
    assert found is not None
    return found, held is not None


def _posts(tx: Tx, visit: Visit, name: str, look: Look, text: str) -> list[Post]:
    """With the short links that were made already."""
    assert look.template is not None
    template, settings = look.template, visit.console.config.carriers
    plain = posts(name, template.kind, text, template.attachments, settings, {})
    short = {(one.carrier, url): f"{_base(visit)}{PATH}{code}"
             for one in plain for url in one.links if CARRIERS[one.carrier].by_hand
             if (code := outlinks.known(tx, _link(visit, name, one.carrier, url)))}  # fmt: skip
    return posts(name, template.kind, text, template.attachments, settings, short)


def _base(visit: Visit) -> str:
    return visit.console.config.web.public_url.rstrip("/")


def _link(visit: Visit, name: str, posted: str, url: str) -> OutLink:
    config = visit.console.config
    leads = Shortening.of(config.carriers, config.web.public_url).carrier(url) or OTHER
    return OutLink(url=url, carrier=leads, posted=posted, content=name)


async def show(visit: Visit) -> web.Response:
    """The page."""
    found = await written(visit)
    name = found.edition.name
    return await visit.page(
        "content_posts.html", name=name, found=found, at=at, carriers=CARRIERS,
        called=lambda id: carrier(visit, id), links=bool(_base(visit)),
        reading=f"{_base(visit)}{READING}",
        own=[one for one in found.posts if not CARRIERS[one.carrier].by_hand],
        by_hand=[one for one in found.posts if CARRIERS[one.carrier].by_hand],
    )  # fmt: skip


async def make(visit: Visit) -> web.Response:
    """Short links of its own for what is read on one carrier."""
    found = await written(visit)
    name, to = found.edition.name, visit.typed.get("to", "")
    post = next((one for one in found.posts if one.carrier == to), None)
    back = at(name, "/content/posts", by=found.voice) + f"#{to}"
    if post is None or not (CARRIERS[to].by_hand and CARRIERS[to].links):
        raise Refused(404, "content.gone")
    domains = visit.cast.brand.link_domains if visit.cast is not None else ()
    fine = [url for url in post.links if allowed(url, domains)]
    if not (fine and _base(visit)):
        return visit.go(back, "bad", "posts.no_links")

    def write(tx: Tx) -> None:
        for url in fine:
            outlinks.make(tx, _link(visit, name, to, url), visit.now, visit.who.login)

    await visit.write(write)
    return visit.go(back, "good", "posts.made", n=len(fine))


async def read(visit: Visit) -> web.Response:
    """A page of ours on which these words can be read, and which tells for how long."""
    found = await written(visit)
    name = found.edition.name
    back = at(name, "/content/posts", by=found.voice) + "#reading"
    if not (found.serves and found.text and found.by_hand) or found.errors:
        return visit.go(back, "bad", "posts.no_page")
    await visit.write(readings.make, name, found.edition.version, found.title, found.topic,
                      found.text, visit.who.login, visit.now)  # fmt: skip
    return visit.go(back, "good", "posts.page_made")


async def save(visit: Visit) -> web.Response:
    """The words for one carrier as a file."""
    found = await written(visit)
    to = visit.query("to")
    post = next((one for one in found.posts if one.carrier == to), None)
    if post is None or not CARRIERS[to].by_hand or not found.serves:
        raise Refused(404, "content.gone")
    name = f"{found.edition.name.rpartition('/')[2]}-{to}.txt"
    return web.Response(
        text=post.text + "\n", content_type="text/plain", charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


SEE = Right.CONTENT_SEE
PAGE = Page(routes=(
    Route(method="GET", path="/content/posts", handler=show, needs=SEE),
    Route(method="GET", path="/content/posts.txt", handler=save, needs=SEE),
    Route(method="POST", path="/content/posts", handler=make, needs=Right.CONTENT_APPROVE),
    Route(method="POST", path="/content/posts/page", handler=read, needs=Right.CONTENT_APPROVE),
))  # fmt: skip
