"""``[orders]`` of config.toml: how orders come in, what a category of goods is, who counts as what
kind of buyer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.core.decode import fail
from bot.core.money import cents
from bot.core.rfm import Thresholds
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config


@dataclass(frozen=True, kw_only=True, slots=True)
class Category:
    """What is known of a category. ``name``: as orders call it; empty: as its table. ``dear`` and
    ``seldom``: who considers it wants to learn, not to be sold to. The lists name what in the log
    speaks of it (bot/members/journey.py)."""

    name: str = ""
    dear: bool = False
    seldom: bool = False
    content: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rfm:
    """Thresholds of the groups of buyers."""

    recent: str = "90d"
    often: int = 2
    much: str = "300.00"

    @property
    def thresholds(self) -> Thresholds:
        """In ms and cents."""
        return Thresholds(recent=parse_span(self.recent), often=self.often, much=cents(self.much))


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordering:
    """``token_env``, ``token_file``: the secret of the door for orders; none: it is shut."""

    token_env: str = ""
    token_file: str = ""
    create_members: bool = False
    rfm: Rfm = field(default_factory=Rfm)
    categories: dict[str, Category] = field(default_factory=dict)

    @property
    def named(self) -> dict[str, Category]:
        """Categories by the names that orders have for them."""
        return {one.name or key: one for key, one in self.categories.items()}


def check_ordering(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    own = config.orders.rfm
    for key, read, fix in (("recent", parse_span, 'write "90d"'),
                           ("much", cents, 'write "300.00"')):  # fmt: skip
        try:
            read(getattr(own, key))
        except ValueError as exc:
            raise fail(doc, ("orders", "rfm", key), str(exc), fix) from None
    if own.often < 1:
        raise fail(doc, ("orders", "rfm", "often"), "is below 1", "2 is usual")
    for name, category in config.orders.categories.items():
        at = ("orders", "categories", name)
        if "/" in (category.name or name):
            raise fail(doc, (*at, "name"), "a category's name has no /")
        for fact in category.facts:
            if not all(fact.partition("=")):
                raise fail(doc, (*at, "facts"), f"{fact!r} is no fact", 'write "taste=绿茶"')
