"""What surrounds a word before it is said: the cast at one moment, its context, its guard. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from bot.core.body import Body, Menu, plain
from bot.core.clock import local
from bot.core.config import Limits
from bot.library.cast import Cast
from bot.persona import guard
from bot.persona.brand import Brand
from bot.studio.render import CannotRender, Rendered

# Links are kept by account: a kf account's own, and under this prefix the QR code of a contact
# way that adds a staff account (联系我, page 92228).
CONTACT_QR = "contact:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One snapshot of the cast, the kf links by account, the platform's limits, and the time."""

    cast: Cast
    now: int
    links: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


def context_of(setting: Setting, persona: str, name: str = "") -> dict[str, Any]:
    """What a template of this persona sees; ``name`` is the member's, if he has one here."""
    accounts = setting.cast.accounts_of(persona, "kf")
    link = next((setting.links[a] for a in accounts if a in setting.links), "")
    context = setting.cast.context(persona, setting.now, member={"name": name})
    ways = (
        setting.links.get(CONTACT_QR + a, "") for a in setting.cast.accounts_of(persona, "contact")
    )
    own = {"kf_link": link, "contact_qr": next(filter(None, ways), "")}
    return {**context, "persona": {**context["persona"], **own}}


def prepare(setting: Setting, persona: str, template: str, name: str = "") -> Rendered:
    """A template's text, ready to leave. Raises CannotRender: out of its dates, or guarded."""
    found = setting.cast.shelf.get(template)
    today = local(setting.now, setting.cast.zone).date()
    if found is not None and not found.valid_on(today):
        raise CannotRender(template, f"not valid on {today.isoformat()}")
    made = setting.cast.shelf.render(template, context_of(setting, persona, name))
    codes = stopped(setting, persona, made.text)
    if codes:
        raise CannotRender(template, f"guard: {codes}")
    return made


def stopped(setting: Setting, persona: str, text: str) -> str:
    """Reason codes of what must not be said, or empty. Nothing leaves unguarded."""
    script = setting.cast.scripts[persona]
    brand = _with_own_links(script.brand, setting.links)
    problems = guard.inspect(text, brand, script.persona, script.goods, setting.now)
    return ", ".join(sorted({problem.code for problem in guard.blocking(problems)}))


def own_words(body: Body) -> str:
    """The words that the brand says; the lines of a menu are questions as customers put them."""
    return "\n".join((body.head, body.tail)) if isinstance(body, Menu) else plain(body)


def _with_own_links(brand: Brand, links: Mapping[str, str]) -> Brand:
    """The platform made these links for our own accounts, so their hosts are the brand's too."""
    hosts = {urlsplit(url).hostname or "" for url in links.values()} - {""}
    return replace(brand, link_domains=(*brand.link_domains, *sorted(hosts)))
