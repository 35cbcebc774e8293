"""The shapes of the API: a call, an endpoint, an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.errors import ApiError
from sandbox.fields import Field, Json, Schema, number, text
from sandbox.rules import cursors
from sandbox.rules.media import Upload
from sandbox.world.config import App
from sandbox.world.world import World

GET, POST = ("GET",), ("POST",)
BOTH = ("GET", "POST")
CURSOR = text(512)


@dataclass
class Call:
    """One request that passed the gate; `after` runs when its answer has left."""

    world: World
    args: Json
    body: Json
    caller: App | None = None
    upload: Upload | None = None
    remote: str = ""
    after: list[Callable[[], None]] = field(default_factory=list)

    @property
    def app(self) -> App:
        """The app behind the token."""
        if self.caller is None:
            raise ApiError(41001)
        return self.caller

    def page(self, rows: list[Json], scope: str, default: int) -> tuple[list[Json], str]:
        """One page of rows by the call's own cursor and limit."""
        limit = self.args.get("limit", default)
        return cursors.page(rows, scope, self.args.get("cursor", ""), limit)


@dataclass(frozen=True)
class Binary:
    """An answer that is not JSON."""

    data: bytes
    filename: str
    content_type: str


Answer = Json | Binary
Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Endpoint:
    """One row of the endpoint table."""

    path: str
    handler: Handler
    methods: tuple[str, ...] = POST
    fields: Schema = field(default_factory=dict)
    permission: str = ""
    token: bool = True
    limited: bool = True


def limit(high: int, required: bool = False) -> Field:
    """A page size from 1 to `high`."""
    return number(1, high, required=required)
