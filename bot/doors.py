"""What a process serves over HTTP besides the console: callbacks, health, the page of a member."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from aiohttp import web

from bot.core.clock import SystemClock
from bot.core.config import Config
from bot.core.credentials import orders_token
from bot.pipeline.ingest import Ingest
from bot.pipeline.loop import Bells
from bot.pipeline.robots import Desk
from bot.pipeline.trace import Trace
from bot.store.engine import Store
from bot.store.leases import Lead
from bot.web import health, outlinks
from bot.web.callback import Callbacks, stray
from bot.web.health import Vitals
from bot.web.member.pages import MemberPages
from bot.web.oa import OaCallbacks
from bot.web.orders import OrderDoors
from bot.web.robot import RobotCallbacks
from bot.wecom.gateway import doors as app_doors
from bot.wecom.oa.accounts import doors as oa_doors
from bot.wecom.robot.account import robot_doors


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """What stands behind the doors. Callbacks are kept in ``street``, all else is in ``store``."""

    store: Store
    street: Store
    clock: SystemClock
    bells: Bells
    trace: Trace
    tasks: Mapping[str, asyncio.Task[None]]
    lead: Lead


class Doors(NamedTuple):
    """The server's table, and what is furnished once the platform is open."""

    app: web.Application
    vitals: Vitals
    members: MemberPages | None


def doors(config: Config, roles: Collection[str], behind: Behind) -> Doors:
    """All doors of these roles."""
    app = web.Application(client_max_size=config.web.body_limit)
    vitals = Vitals(behind.store, behind.clock, behind.tasks, behind.lead)
    app.add_routes(health.routes(vitals))
    if config.sandbox:
        app.router.add_get("/trace", health.traced(behind.trace.since))
    members = _street(app, config, behind) if "web" in roles else None
    return Doors(app, vitals, members)


def _street(app: web.Application, config: Config, behind: Behind) -> MemberPages:
    """Where the platforms, members and shops come in."""
    store, street, clock, bells = behind.store, behind.street, behind.clock, behind.bells
    limit = config.web.body_limit
    app.add_routes(outlinks.routes(config, street, clock))
    ingest = Ingest(street, config, clock, bells)
    desk = Desk(config, store, clock)
    app.add_routes(RobotCallbacks(robot_doors(config), ingest, limit, desk, clock).routes())
    app.add_routes(OaCallbacks(oa_doors(config), ingest, limit).routes())
    app.add_routes(Callbacks(app_doors(config), ingest, limit).routes())
    app.add_routes(stray())
    members = MemberPages(config, store, clock, ring=bells.ring)
    members.hang_in(app)
    app.add_routes(OrderDoors(config, orders_token(config), store, clock, bells.due.set).routes())
    return members
