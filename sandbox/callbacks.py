"""Callback delivery (page 90930): encrypted POST, 5 s, first try and up to three more.

Retries carry the same plain text with a fresh nonce and ciphertext. Spacing is in real seconds, not
in platform time. Faults: duplicate, reorder (combinable), slow, drop_before, drop_after, http500,
bad_json, bad_signature.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

import aiohttp

from sandbox.crypto import BadCipher, Envelope
from sandbox.delivery import Record, Target, join
from sandbox.faults import Faults, Trouble
from sandbox.fields import Json
from sandbox.oa_delivery import OaTarget
from sandbox.world.model import Pending
from sandbox.world.world import Event, World

KEEP_RECORDS = 5_000
CHECK_SECONDS = 1.0
SIGNATURES = ("msg_signature", "signature")
AnyTarget = Target | OaTarget
ATTEMPT_KINDS = ("slow", "http500", "drop_before", "drop_after", "bad_json", "bad_signature")


class Dispatcher:
    """Delivers what the world emits; counts and records every attempt."""

    def __init__(self, world: World, faults: Faults, base: str | None, pinned: bool) -> None:
        self._world = world
        self._faults = faults
        self.base = base
        self.pinned = pinned
        self.counters: Counter[str] = Counter()
        # a crowd (crowd.py): how its callbacks are repeated and delayed, and what became of each
        self.spread: Callable[[Event], Sequence[float]] | None = None
        self.heard: Callable[[Event, Json], None] = lambda event, row: None
        self._records: deque[Record] = deque(maxlen=KEEP_RECORDS)
        self._held: list[Record] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._gate = asyncio.Semaphore(world.settings.callbacks_parallel)
        self._targets: dict[str, Target | OaTarget] = {}
        for app in world.config.apps:
            envelope = Envelope(app.token, app.encoding_aes_key, world.store.corp_id)
            self._targets[app.name] = Target(app, envelope)
        for account in world.config.oa:
            self._targets[account.name] = OaTarget(account)

    async def start(self) -> None:
        """Open the connection pool and take up what was pending when the world was saved."""
        limit = self._world.settings.callbacks_parallel
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=limit), auto_decompress=False
        )
        for waiting in list(self._world.store.pending.values()):
            event = Event(waiting.id, waiting.app, waiting.event, waiting.xml, waiting.created_at)
            self._take(event, waiting.tries)

    async def stop(self) -> None:
        """Stop delivering; what was not accepted stays pending in the store."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    # -- addresses ------------------------------------------------------------------------------

    def set_base(self, base: str) -> Json:
        """Replace the base unless it is pinned; the URL check follows lazily."""
        if not self.pinned:
            self.base = self._world.store.callback_base = base.rstrip("/")
            self._world.mark()
            for target in self._targets.values():
                target.verified = False
                self._spawn(self._verify(target))
        return {"url": self.base, "pinned": self.pinned}

    def url(self, target: AnyTarget) -> str | None:
        """The address of one app, if there is any."""
        if target.own_url is not None:
            return target.own_url
        return f"{self.base}/{target.name}" if self.base else None

    async def _verify(self, target: AnyTarget) -> None:
        """GET with an encrypted echostr; the plain text must come back within one second."""
        url = self.url(target)
        if url is None or target.verified or target.checking or self._session is None:
            return
        target.checking = True
        echo = str(self._world.rng.randrange(10**18, 10**19))
        query = target.check(self._world, echo)
        timeout = aiohttp.ClientTimeout(total=CHECK_SECONDS)
        try:
            async with self._session.get(join(url, query), timeout=timeout) as answer:
                target.verified = answer.status == 200 and await answer.read() == echo.encode()
        except (aiohttp.ClientError, TimeoutError, ValueError):
            target.verified = False
        finally:
            target.checking = False

    # -- taking events --------------------------------------------------------------------------

    def submit(self, event: Event) -> None:
        """Take over an event that the world emitted."""
        self._world.store.pending[event.id] = Pending(
            id=event.id, app=event.app, event=event.name, xml=event.xml, created_at=event.at
        )
        self._take(event, 0)

    def _take(self, event: Event, tries: int) -> None:
        shape = self._faults.hit("callback", f"{event.app}/{event.name}", ("duplicate", "reorder"))
        waits = [*(self.spread(event) if self.spread else (0.0,))]
        waits += [0.0] if "duplicate" in shape else []
        record = Record(event, copies=len(waits))
        record.attempts = [{"n": each + 1, "error": "before restart"} for each in range(tries)]
        self._records.append(record)
        self.counters["emitted"] += 1
        if "reorder" in shape:
            if not self._held:
                self._spawn(self._release())
            self._held += [record] * record.copies
            return
        for wait in waits:
            self._spawn(self._deliver(record, tries, wait))

    async def _release(self) -> None:
        """Send what was held back, in an order drawn from the world's seed."""
        await asyncio.sleep(self._world.settings.callbacks_reorder_ms / 1000)
        held, self._held = self._held, []
        self._world.rng.shuffle(held)
        for record in held:
            self._spawn(self._deliver(record, 0))

    def _spawn(self, work: object) -> None:
        task = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- delivery -------------------------------------------------------------------------------

    async def _deliver(self, record: Record, tries: int, first: float = 0.0) -> None:
        spacing = self._world.settings.callbacks_spacing_s
        target = self._targets.get(record.event.app)
        for wait in (first, *spacing)[tries:] or (0.0,):
            if wait:
                await asyncio.sleep(wait)
            if target is not None and await self._attempt(record, target):
                self._finish(record, "acked")
                return
        if record.state == "pending":
            self._finish(record, "failed")

    def _finish(self, record: Record, state: str) -> None:
        if record.state != "acked":
            self.counters[state] += 1
            record.state = state
        self._world.store.pending.pop(record.event.id, None)
        self._world.mark()

    async def _attempt(self, record: Record, target: AnyTarget) -> bool:
        event = record.event
        trouble = self._faults.hit("callback", f"{event.app}/{event.name}", ATTEMPT_KINDS)
        row: Json = {"n": len(record.attempts) + 1, "at": self._world.now(), "status": None}
        record.attempts.append(row)
        waiting = self._world.store.pending.get(event.id)
        if waiting is not None:
            waiting.tries += 1
        if not target.verified:
            self._spawn(self._verify(target))
        if trouble.delay_s:
            await asyncio.sleep(trouble.delay_s)
        started = time.monotonic()
        ok = await self._post_with(event, target, trouble, row)
        row["ms"] = round((time.monotonic() - started) * 1000, 1)
        self.counters["sent"] += 1
        self.counters["attempts_ok" if ok else "attempts_failed"] += 1
        self.heard(event, row)
        return ok

    async def _post_with(
        self, event: Event, target: AnyTarget, trouble: Trouble, row: Json
    ) -> bool:
        url = self.url(target)
        if url is None or "drop_before" in trouble:
            row["error"] = "no callback url" if url is None else "dropped before delivery"
            return False
        async with self._gate:
            if "bad_signature" in trouble or "bad_json" in trouble:
                row["hostile"] = await self._post_hostile(event, target, url, trouble)
            ok = await self._post(event, target, url, row)
        if "drop_after" in trouble or "http500" in trouble:
            row["error"] = "answer lost" if "drop_after" in trouble else "answer read as 500"
            return False
        return ok

    async def _post(self, event: Event, target: AnyTarget, url: str, row: Json) -> bool:
        query, body = target.post(self._world, event.xml)
        status, answer = await self._send(join(url, query), body, row)
        row["status"] = status
        if status == 200 and answer.strip() not in (b"", b"success"):
            row["reply"] = self._read_reply(event, target, answer)
        return status == 200

    async def _send(self, url: str, body: str, row: Json) -> tuple[int | None, bytes]:
        assert self._session is not None
        timeout = aiohttp.ClientTimeout(total=self._world.settings.callbacks_timeout_s)
        head = {"Content-Type": "text/xml"}
        try:
            async with self._session.post(
                url, data=body.encode(), timeout=timeout, headers=head, allow_redirects=False
            ) as answer:
                return answer.status, await answer.content.read(65_536)
        except TimeoutError:
            row["error"] = "timeout"
        except (aiohttp.ClientError, OSError) as error:
            row["error"] = type(error).__name__
        return None, b""

    def _read_reply(self, event: Event, target: AnyTarget, answer: bytes) -> str:
        """An encrypted passive reply reaches the member; anything else is only noted."""
        try:
            return target.reply(self._world, event.xml, answer)
        except (BadCipher, ValueError) as error:
            return f"unreadable: {error}"

    async def _post_hostile(
        self, event: Event, target: AnyTarget, url: str, trouble: Trouble
    ) -> int | None:
        """A copy with a wrong signature, or with a body that is no envelope; never counted."""
        query, body = target.post(self._world, event.xml)
        if "bad_signature" in trouble:
            query |= {key: query[key][::-1] for key in SIGNATURES if key in query}
        else:
            body = body[: len(body) // 2]
        with contextlib.suppress(Exception):
            return (await self._send(join(url, query), body, {}))[0]
        return None

    # -- views ----------------------------------------------------------------------------------

    def view(self) -> list[Json]:
        """Records of the last callbacks, oldest first."""
        return [record.view() for record in self._records]

    def addresses(self) -> list[Json]:
        """Each app's address and whether it passed the URL check."""
        return [each.view(self.url(each), self.pinned) for each in self._targets.values()]
