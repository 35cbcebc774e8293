"""What a module of ``bot/console/pages`` hangs into the frame: routes, a place in the navigation,
and what may ring for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.console.rights import Access, Right
from bot.store.engine import Tx

if TYPE_CHECKING:
    from bot.console.visit import Visit
    from bot.store.staff import Account

Handler = Callable[["Visit"], Awaitable[web.StreamResponse]]
BASE = "/console"
CSP = "; ".join((
    "default-src 'self'", "base-uri 'none'", "object-src 'none'", "form-action 'self'",
    "frame-ancestors 'none'",
))  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One address. ``path`` stands behind ``/console``; every POST changes something and is checked
    for its form's token. ``csp`` only where a page may stand in a frame, or is a stranger's file.
    ``body``: the most bytes of a form with files; 0 is what the web server takes."""

    method: str
    path: str
    handler: Handler
    needs: Right | Access
    csp: str = CSP
    body: int = 0


# Parts of the navigation, and below which order each ends.
GROUPS = (("work", 20), ("people", 36), ("plan", 40), ("content", 60), ("rule", 1_000))


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A line of the navigation. ``name`` is a key of the words; ``key`` is pressed after ``g``.

    ``count`` says how much needs somebody; it is asked again when one of ``topics`` rings.
    ``waits``: the page on which that stands, if it is another. ``also``: other addresses at which
    one is still there.
    """

    path: str
    name: str
    needs: Right | Access
    order: int
    key: str
    count: Callable[[Tx, Account, int], int] | None = None
    topics: tuple[str, ...] = ()
    waits: str = ""
    also: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """Which part of the navigation it stands in, by its order."""
        return next(name for name, before in GROUPS if self.order < before)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Everything one module adds. ``topics``: what its pages may listen to, and who may; a topic is
    the name of a bell up to its first dot."""

    routes: tuple[Route, ...]
    entry: Entry | None = None
    topics: Mapping[str, Right | Access] = field(default_factory=dict)
