"""Links in what we send become short links of ours where the settings say where they lead, so that
every click says what was read where, and handed out by whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.core.body import Body, Link, Markdown, Menu, Rich, Text
from bot.core.model import Outbound
from bot.library.speech import Setting
from bot.members.carriers import OF_CHANNEL
from bot.members.outlinks import PATH, OutLink, allowed
from bot.store import outlinks
from bot.store.engine import Tx

ACTOR = "scheduler"
ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+")
_TAIL = ".,;:!?)'"
Change = Callable[[str], str]


def marked(tx: Tx, setting: Setting, out: Outbound) -> Outbound:
    """The same message with short links. A link for one person stands only in a kf chat, where he
    alone reads it."""
    where = OutLink(url="", carrier="", posted=OF_CHANNEL.get(out.channel, ""), content=out.content,
                    account=out.account, persona=out.persona or "",
                    member=(out.member or "") if out.channel == "kf" else "")  # fmt: skip
    return out.evolve(body=short(tx, setting, out.body, where))


def short(tx: Tx, setting: Setting, body: Body, where: OutLink) -> Body:
    """A body with short links. ``where``: all that is known of them but what they lead to."""
    base = setting.short.base
    domains = setting.cast.brand.link_domains
    # a link to a host that the brand does not allow would be stopped on its way out
    if not (base and setting.short.hosts and where.posted and allowed(base, domains)):
        return body

    def change(url: str) -> str:
        carrier = setting.short.carrier(url)
        if not carrier or url.startswith(base + PATH) or not allowed(url, domains):
            return url
        link = replace(where, url=url, carrier=carrier)
        return f"{base}{PATH}{outlinks.make(tx, link, setting.now, ACTOR)}"

    return changed(body, change)


def changed(body: Body, change: Change) -> Body:
    """The same body with every address in its words and cards changed."""
    match body:
        case Text() | Markdown():
            return replace(body, text=_in_words(body.text, change))
        case Link():
            return replace(body, url=change(body.url))
        case Rich():
            parts = tuple(replace(part, url=change(part.url)) if isinstance(part, Link) else part
                          for part in body.attachments)  # fmt: skip
            return replace(body, text=_in_words(body.text, change), attachments=parts)
        case Menu():
            items = tuple(replace(one, url=change(one.url)) if one.url else one
                          for one in body.items)  # fmt: skip
            return replace(body, items=items)
        case _:
            return body


def _in_words(text: str, change: Change) -> str:
    def one(found: re.Match[str]) -> str:
        url = found[0].rstrip(_TAIL)
        return change(url) + found[0][len(url) :]

    return ADDRESS.sub(one, text)


def addresses(text: str) -> list[str]:
    """Every address in a text, as it is meant: without the full stop behind it."""
    return [found.rstrip(_TAIL) for found in ADDRESS.findall(text)]
