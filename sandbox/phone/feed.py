"""`GET /sandbox/events`: what happens, as it happens, as server-sent events.

    world {"version", "offset_ms"}   something changed; read again what you show
    wire  {"key", "kind", "at", …}   a callback, an API call or a decision of the bot; the same key
                                     again replaces what was told before

A new listener gets the last wire rows first. A listener that does not keep up is hung up on; the
browser comes back by itself and reads everything again.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from sandbox.callbacks import Dispatcher
from sandbox.calls import Calls
from sandbox.fields import Json
from sandbox.phone.decisions import Decisions
from sandbox.phone.people import People, cause_of
from sandbox.world.world import Event, World

KEEP = 400
QUEUE = 2_000
BEAT_S = 0.1
QUIET_S = 15.0
Frame = tuple[str, Json]


class HeardCalls(Calls):
    """The call log, with an ear. The very same call again (a poll) counts as one that repeats."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: OrderedDict[str, Json] = OrderedDict()
        self.heard: Callable[[Json], None] = lambda row: None

    def end(self, row: Json, http: int, errcode: int | None, fault: list[str]) -> None:
        super().end(row, http, errcode, fault)
        same = f"{row['path']} {http} {errcode} {row['query']} {row['body']}"
        before = self.answered.pop(same, {"key": f"call{row['seq']}", "times": 0})
        told = {"key": before["key"], "kind": "call", "times": before["times"] + 1} | row
        self.answered[same] = told
        if len(self.answered) > KEEP:
            self.answered.popitem(last=False)
        self.heard(told)


class Feed:
    """Listens to one world; costs next to nothing while nobody listens to it."""

    def __init__(self, world: World, calls: HeardCalls, callbacks: Dispatcher) -> None:
        self._world, self._calls, self._callbacks = world, calls, callbacks
        self._people = People(world)
        self._decisions = Decisions(lambda: callbacks.base)
        self._listeners: set[asyncio.Queue[Frame | None]] = set()
        self._causes: dict[str, Json] = {}
        self._tries: dict[str, int] = {}
        self._version = -1
        self._beat: asyncio.Task[None] | None = None
        submit = world.on_event

        def told(event: Event) -> None:
            submit(event)
            self._emitted(event)

        world.on_event = told
        calls.heard = self._heard

    def install(self, app: web.Application) -> None:
        """Serve the feed; hang up at the end."""
        app.router.add_get("/sandbox/events", self.handle)
        app.on_shutdown.append(self._close)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One listener, until it goes or falls behind."""
        answer = web.StreamResponse()
        answer.content_type = "text/event-stream"
        answer.headers["Cache-Control"] = "no-store"
        await answer.prepare(request)
        queue: asyncio.Queue[Frame | None] = asyncio.Queue(QUEUE)
        self._listeners.add(queue)
        try:
            await self._serve(answer, queue)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._listeners.discard(queue)
        return answer

    async def _serve(self, answer: web.StreamResponse, queue: asyncio.Queue[Frame | None]) -> None:
        self._start_beat()
        await answer.write(b"retry: 1000\n\n")
        for row in self._backlog():
            await answer.write(encode("wire", row))
        await answer.write(encode("world", self._state()))
        while True:
            try:
                frame = await asyncio.wait_for(queue.get(), QUIET_S)
            except TimeoutError:
                await answer.write(b": still here\n\n")
                continue
            if frame is None:
                return
            await answer.write(encode(*frame))

    async def _close(self, app: web.Application) -> None:
        for queue in self._listeners:
            hang_up(queue)
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)

    # -- telling --------------------------------------------------------------------------------

    def _tell(self, name: str, body: Json) -> None:
        for queue in tuple(self._listeners):
            try:
                queue.put_nowait((name, body))
            except asyncio.QueueFull:
                self._listeners.discard(queue)
                hang_up(queue)

    def _state(self) -> Json:
        return {"version": self._world.version, "offset_ms": self._world.clock.offset_ms}

    def _backlog(self) -> list[Json]:
        rows = [self._callback(each) for each in self._callbacks.view()[-KEEP:]]
        rows += [self._call(each) for each in self._calls.answered.values()]
        rows += [self._decision(each) for each in self._decisions.known]
        return sorted(rows, key=lambda row: int(row["at"]))[-KEEP:]

    def _emitted(self, event: Event) -> None:
        cause = cause_of(self._world, event)
        self._people.note(event, cause)
        self._causes[event.id] = cause
        if len(self._causes) > KEEP:
            del self._causes[next(iter(self._causes))]
        if self._listeners:
            self._tries[event.id] = 0

    def _heard(self, row: Json) -> None:
        if self._listeners:
            self._tell("wire", self._call(row))

    # -- rows -----------------------------------------------------------------------------------

    def _callback(self, view: Json) -> Json:
        cause = self._causes.get(view["id"], {})
        about = self._about(self._people.of_xml(view["xml"], cause))
        return {"key": view["id"], "kind": "callback", "cause": cause} | about | view

    def _about(self, people: list[str]) -> Json:
        """Who a row is about, with the names of its customers."""
        return {"people": people, "names": self._people.names(people)}

    def _call(self, row: Json) -> Json:
        people = self._people.of([row["body"], row["query"]])
        query = {key: value for key, value in row["query"].items() if key != "corpsecret"}
        return row | self._about(people) | {"query": query}

    def _decision(self, row: Json) -> Json:
        parts = str(row["conversation"]).split(":")
        key = f"why{row['at']}:{row['conversation']}"
        return {"key": key, "kind": "decision"} | self._about(parts[1:]) | row

    # -- the beat: what has no hook is looked at while somebody listens ---------------------------

    def _start_beat(self) -> None:
        if self._beat is None or self._beat.done():
            self._version = self._world.version
            self._beat = asyncio.ensure_future(self._pulse())

    async def _pulse(self) -> None:
        async with self._decisions:
            while self._listeners:
                if self._world.version != self._version:
                    self._version = self._world.version
                    self._decisions.hurry()
                    self._tell("world", self._state())
                self._look_at_callbacks()
                for row in await self._decisions.fresh():
                    self._tell("wire", self._decision(row))
                await asyncio.sleep(BEAT_S)

    def _look_at_callbacks(self) -> None:
        """Tell of callbacks that are new, were tried again or are over."""
        pending, moved = self._world.store.pending, set()
        for event_id, tries in list(self._tries.items()):
            waiting = pending.get(event_id)
            if waiting is None:
                moved.add(event_id)
                del self._tries[event_id]
            elif waiting.tries != tries:
                moved.add(event_id)
                self._tries[event_id] = waiting.tries
        for view in self._callbacks.view() if moved else ():
            if view["id"] in moved:
                self._tell("wire", self._callback(view))


def hang_up(queue: asyncio.Queue[Frame | None]) -> None:
    """End a listener's stream, even when its queue is full."""
    with contextlib.suppress(asyncio.QueueEmpty):
        while queue.full():
            queue.get_nowait()
    queue.put_nowait(None)


def encode(name: str, body: Json) -> bytes:
    """One frame of the stream."""
    return f"event: {name}\ndata: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
