"""Templates of the console: escaped by default, and a name that does not exist is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.console.agents import device
from bot.console.naming import anybodys
from bot.console.page import BASE
from bot.console.statics import Statics
from bot.console.told import told
from bot.console.when import ago, stamp
from bot.console.words import said_or, say
from bot.core import money

if TYPE_CHECKING:
    from bot.console.visit import Visit


class Templates:
    """Renders pages in the language of a visit."""

    def __init__(self, statics: Statics, zone: str) -> None:
        self._zone = zone
        self._env = Environment(
            loader=PackageLoader("bot.console"), undefined=StrictUndefined, auto_reload=False,
            autoescape=select_autoescape(("html",)), trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._env.globals |= {
            "base": BASE, "asset": lambda name: f"{BASE}/static/{statics.name(name)}",
            "device": device, "amount": money.amount, "stamp": lambda at: stamp(at, zone),
        }  # fmt: skip

    def render(self, name: str, /, *, v: Visit, **values: Any) -> str:
        """A page as text."""
        lang = v.lang
        return self._env.get_template(name).render(
            v=v, lang=lang, csrf=v.csrf,
            t=lambda key, **filled: say(lang, key, **filled),
            t_or=lambda key, other: said_or(lang, key, other),
            told=lambda message: told(lang, message),
            titled=lambda key: anybodys(lang, v.cast, key) if v.cast else key,
            ago=lambda at: ago(at, v.now, lang, self._zone),
            place_of=v.place, owner_of=v.owner, colleague=v.colleague, **values,
        )  # fmt: skip
