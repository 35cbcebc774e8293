"""What workers are made of, and what each of them is."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.clock import SECOND, Clock
from bot.core.config import Config
from bot.core.passes import Passes
from bot.library.library import Library
from bot.pipeline.loop import Bells, Drained, Step
from bot.pipeline.model import Author
from bot.pipeline.robots import RobotLinks
from bot.pipeline.trace import Trace
from bot.store.engine import Store
from bot.store.leases import FETCH, Lead
from bot.store.passing import passes_of
from bot.wecom.gateway import Gateway

STAND_BY = 1 * SECOND


class Worker(NamedTuple):
    """A step, what wakes it, and the calls it has under way."""

    name: str
    bell: asyncio.Event
    step: Step
    busy: Drained | None = None


@dataclass(kw_only=True, slots=True)
class Parts:
    """What workers are made of. ``stack`` closes at the end what they opened.

    ``robots`` are there once the role ``pull`` runs, ``author`` where a language model may write.
    ``rings``: whether the calendar rings by the machine's clock, by which no rehearsal lives.
    ``here``: where this process listens.
    """

    config: Config
    clock: Clock
    bells: Bells
    trace: Trace
    store: Store
    gateway: Gateway
    library: Library
    sandbox: str | None
    stack: contextlib.AsyncExitStack
    lead: Lead
    robots: RobotLinks | None = None
    author: Author | None = None
    rings: bool = True
    here: str = ""

    @property
    def passes(self) -> Passes:
        """Links to the member page."""
        return passes_of(self.config, self.here)


def sockets(config: Config) -> tuple[str, ...]:
    """Robots that speak through a connection, by bot_id."""
    return tuple(r.bot_id for r in config.wecom.robots.values() if r.mode == "socket")


def led(parts: Parts, step: Step) -> Step:
    """A step that only the process takes which fetches; the others look again soon."""

    async def only(now: int) -> int | None:
        return await step(now) if parts.lead.leads(FETCH) else now + STAND_BY

    return only
