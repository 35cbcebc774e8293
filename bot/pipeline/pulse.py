"""A process among others: it shows that it lives, leads what it can get, and settles what a dead
one has left."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec

from bot.core import clock
from bot.core.clock import Clock
from bot.core.errors import OneVoiceError
from bot.core.watch import BEAT, BELIEF, Seen, Watch
from bot.store import leases
from bot.store.engine import Store, Tx
from bot.store.leases import PROCESS

log = logging.getLogger(__name__)
P = ParamSpec("P")
GOODBYE = 1.0  # seconds


class Pulse:
    """See leases.Lead. ``store`` is for its beats alone: they must not queue behind other writes.

    ``settled`` is called when a dead process's work was freed; ``steady`` is this process's own
    clock in ms.
    """

    def __init__(
        self, store: Store, wall: Clock, settled: Callable[[], None],
        steady: Callable[[], int] = clock.monotonic,
    ) -> None:  # fmt: skip
        self.process = secrets.token_hex(6)
        self._store, self._wall, self._settled, self._steady = store, wall, settled, steady
        self._wanted: dict[str, Callable[[], None]] = {PROCESS + self.process: lambda: None}
        self._held: frozenset[str] = frozenset()
        self._renewed: int | None = None
        self._watch = Watch()
        self._beating = asyncio.Lock()

    @property
    def alive(self) -> bool:
        """True while the others certainly see this process live."""
        return self._renewed is not None and self._steady() - self._renewed < BELIEF

    @property
    def held(self) -> frozenset[str]:
        """The leases this process believes to hold."""
        return self._held if self.alive else frozenset()

    def leads(self, name: str) -> bool:
        """See leases.Lead."""
        return name in self.held

    def holds(self, tx: Tx, name: str) -> bool:
        """See leases.Lead."""
        return leases.holds(tx, name, self.process)

    def mark(self) -> str:
        """See leases.Lead."""
        return leases.mark(self.process)

    def owns(self, mark: str) -> bool:
        """See leases.Lead."""
        return self.alive and mark.startswith(f"{self.process}/")

    async def want(self, wanted: Mapping[str, Callable[[], None]]) -> None:
        """Leads these when it can; each function is called when that changes."""
        self._wanted.update(wanted)
        await self.beat()

    async def run(self) -> None:
        """Beats for ever."""
        while True:
            await asyncio.sleep(BEAT / 1000)
            try:
                await self.beat()
            except OneVoiceError as exc:
                log.warning("no beat: %s", exc)
            except Exception:
                log.exception("no beat")

    async def beat(self) -> None:
        """One beat and one look at all others. Raises StoreFailed."""
        async with self._beating:
            began = self._steady()
            found = await self._store.write(leases.beat, self.process)
            if self._renewed is not None and PROCESS + self.process not in found:
                self._rename()
            gone = self._watch.look(began, self._steady(), found)
            mine = {name for name, seen in found.items() if seen.holder == self.process}
            mine |= await self._take(found, gone)
            self._renewed = began  # not later: the others count from when they saw it
            self._tell(frozenset(mine & self._wanted.keys()))
            await self._bury(gone)

    def _rename(self) -> None:
        """It slept, and was buried: it is another process now, and knows its rows of before."""
        log.warning("process %s was taken for dead; it goes on under another name", self.process)
        self._wanted.pop(PROCESS + self.process, None)
        self.process = secrets.token_hex(6)
        self._wanted[PROCESS + self.process] = lambda: None

    async def _take(self, found: Mapping[str, Seen], gone: Mapping[str, Seen]) -> set[str]:
        free = [name for name in self._wanted if name not in found or name in gone]
        return {
            name for name in free
            if await self._store.write(leases.take, name, self.process, gone.get(name))
        }  # fmt: skip

    def _tell(self, mine: frozenset[str]) -> None:
        changed, self._held = self._held ^ mine, mine
        for name in sorted(changed & self._wanted.keys()):
            if not name.startswith(PROCESS):
                log.info("%s: %s", name, "leads" if name in mine else "leads no more")
            self._wanted[name]()

    async def _bury(self, gone: Mapping[str, Seen]) -> None:
        for name, seen in gone.items():
            dead = name.startswith(PROCESS) and seen.holder != self.process
            if dead and await self._store.write(leases.bury, seen, self._wall.now()):
                log.warning("process %s is gone; its work is taken up", seen.holder)
                self._settled()

    async def resign(self, *names: str) -> None:
        """Leads these no more, at once; the process lives on until ``close``, as its calls do."""
        self._wanted = {k: bell for k, bell in self._wanted.items() if k not in names}
        self._held -= set(names)
        await self._farewell(leases.release, self.process, names)

    async def close(self) -> None:
        """The end in good order: nobody has to wait for this process to be missed."""
        self._wanted, self._held = {}, frozenset()
        await self._farewell(leases.release_all, self.process)

    async def _farewell(self, fn: Callable[Concatenate[Tx, P], None], *args: P.args,
                        **more: P.kwargs) -> None:  # fmt: skip
        """After the beat that may be under way. Without the database the others will find out."""
        try:
            async with asyncio.timeout(GOODBYE), self._beating:
                await self._store.write(fn, *args, **more)
        except (OneVoiceError, TimeoutError) as exc:
            log.warning("no farewell: %s", exc or "the database does not answer")
