"""Templates of the member page: escaped by default, and a name that does not exist is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.core.clock import DAY, HOUR, MINUTE, local
from bot.core.passes import PATH
from bot.web.member import statics
from bot.web.member.words import say

if TYPE_CHECKING:
    from bot.web.member.visit import Visit


class Templates:
    """Renders pages in the language of a visit; ``zone``: the company's."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._env = Environment(
            loader=PackageLoader("bot.web.member"), undefined=StrictUndefined, auto_reload=False,
            autoescape=select_autoescape(("html",)), trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._env.globals |= {
            "base": PATH,
            "levels": lambda it: {one.id: one.title for one in it.rules.levels},
            "asset": lambda name: f"{PATH}/static/{statics.named(name)}",
        }

    def render(self, name: str, /, *, v: Visit, **values: Any) -> str:
        """A page as text."""
        lang = v.lang
        return self._env.get_template(name).render(
            v=v, lang=lang, csrf=v.csrf, t=lambda key, **filled: say(lang, key, **filled),
            day=lambda at: day(at, self._zone), until=lambda at: until(at, v.now, lang, self._zone),
            **values,
        )  # fmt: skip


def day(at: int, zone: str) -> str:
    """``2026-11-23``."""
    found = local(at, zone)
    return f"{found:%Y-%m-%d}"


def until(at: int, now: int, lang: str, zone: str) -> str:
    """How long there still is: minutes and hours, then the day."""
    left = at - now
    if left < HOUR:
        return say(lang, "when.minutes", n=max(left // MINUTE, 1))
    if left < DAY:
        return say(lang, "when.hours", n=left // HOUR)
    found = local(at, zone)
    return say(lang, "when.day", m=found.month, d=found.day, at=f"{found:%H:%M}")
