"""The shapes of the control plane: a request, a route."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sandbox.callbacks import Dispatcher
from sandbox.calls import Calls
from sandbox.crowd import Crowd
from sandbox.errors import ControlError
from sandbox.faults import Faults
from sandbox.fields import Json, Schema
from sandbox.robots.hub import Hub
from sandbox.robots.letters import Letters
from sandbox.world.model import Customer, Staff
from sandbox.world.world import World


@dataclass(frozen=True)
class Rooms:
    """What the control plane may reach."""

    world: World
    faults: Faults
    calls: Calls
    callbacks: Dispatcher
    robots: Hub
    letters: Letters
    crowds: dict[str, Crowd] = field(default_factory=dict)


class Values:
    """The values of a dictionary as rows to cut: a page does not copy them all."""

    def __init__(self, found: Mapping[Any, Any]) -> None:
        self._found = found

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, wanted: slice) -> list[Any]:
        return list(islice(self._found.values(), wanted.start, wanted.stop))


@dataclass(frozen=True)
class Paged:
    """A long list: the face cuts it by ?cursor=&limit= and names the next cursor."""

    rows: Sequence[Any] | Values
    key: str = ""
    each: Callable[[Any], Any] | None = None

    def cut(self, start: int, limit: int) -> list[Any]:
        """One page; only its own rows are put into shape."""
        part = self.rows[start : start + limit]
        return list(part) if self.each is None else [self.each(row) for row in part]


@dataclass(frozen=True)
class Ask:
    """One control request, its body checked against the route's table."""

    rooms: Rooms
    params: Mapping[str, str]
    query: Mapping[str, str]
    args: Json
    body: Json

    @property
    def world(self) -> World:
        return self.rooms.world

    @property
    def customer(self) -> Customer:
        """The customer in the path; 404 when unknown."""
        found = self.world.store.customers.get(self.params["id"])
        if found is None:
            raise ControlError(f"no customer {self.params['id']}", 404)
        return found

    @property
    def staff(self) -> Staff:
        """The member in the path; 404 when unknown."""
        found = self.world.store.staff.get(self.params["userid"])
        if found is None:
            raise ControlError(f"no staff member {self.params['userid']}", 404)
        return found


Handler = Callable[[Ask], "Json | list[Json] | Paged"]


@dataclass(frozen=True)
class Route:
    """One row of the control table; the path is below /sandbox."""

    method: str
    path: str
    handler: Handler
    fields: Schema = field(default_factory=dict)
