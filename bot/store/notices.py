"""Bells that ring in all processes on one PostgreSQL database: LISTEN and NOTIFY.

A connection of its own on a thread of its own. A notice is a hint, never the news itself: whoever
hears one looks into the tables. So nothing is lost when the connection breaks; until it is back,
everybody looks once a second.
"""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable, Collection

import psycopg

from bot.core.clock import monotonic
from bot.store.pgline import Connection, connect

log = logging.getLogger(__name__)
CHANNEL = b"onevoice"
EVERY = 20  # ms; what rings meanwhile becomes one notice
AGAIN = 1.0  # seconds between two tries to connect
END = 5.0  # seconds


class Notices:
    """``heard`` is called on the thread with the names that rang elsewhere; None: any may have."""

    def __init__(self, url: str, heard: Callable[[Collection[str] | None], None]) -> None:
        self._url, self._heard = url, heard
        self._lock = threading.Lock()
        self._pending: set[str] = set()
        self._sent = 0
        self._closing = threading.Event()
        self._woken, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._thread.start()

    def tell(self, name: str) -> None:
        """Rings in the other processes, soon. Any thread; never waits."""
        with self._lock:
            first = not self._pending
            self._pending.add(name)
            if first and not self._closing.is_set():
                os.write(self._waker, b"!")

    def close(self) -> None:
        """The end. Safe to call twice."""
        with self._lock:
            if self._closing.is_set():
                return
            self._closing.set()
            os.write(self._waker, b"!")
        self._thread.join(END)
        os.close(self._waker)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with connect(self._url) as connection:
                    self._serve(connection)
            except (psycopg.Error, OSError) as exc:
                log.warning("no bells of other processes: %s", type(exc).__name__)
                self._heard(None)
                self._closing.wait(AGAIN)
        os.close(self._woken)

    def _serve(self, connection: Connection) -> None:
        connection.execute(b"LISTEN " + CHANNEL)
        self._heard(None)  # what rang before this moment was not heard
        own = connection.info.backend_pid
        while not self._closing.is_set():
            self._wait(connection)
            self._send(connection)
            found = {name for notice in connection.notifies(timeout=0) if notice.pid != own
                     for name in notice.payload.split()}  # fmt: skip
            if found:
                self._heard(found)

    def _wait(self, connection: Connection) -> None:
        with self._lock:
            waiting = bool(self._pending)
        pause = max(self._sent + EVERY - monotonic(), 0) / 1000 if waiting else None
        ready, _, _ = select.select([connection.fileno(), self._woken], [], [], pause)
        if self._woken in ready:
            os.read(self._woken, 4096)

    def _send(self, connection: Connection) -> None:
        if monotonic() < self._sent + EVERY:
            return
        with self._lock:
            names, self._pending = sorted(self._pending), set()
        if names:
            connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL.decode(), " ".join(names)])
            self._sent = monotonic()
