"""The sandbox as a process: ready line, signals, the watch over its parent."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path

from sandbox.server import Sandbox
from sandbox.tls import write_ca
from sandbox.world.load import BadWorld
from sandbox.world.snapshot import BadSnapshot

DEFAULT_CALLBACK = "http://127.0.0.1:8080/callback"
BAD_USAGE = 2
log = logging.getLogger("sandbox")


def run(
    port: int = 8090,
    tls_port: int | None = None,
    ca_out: str | None = None,
    world: str | None = None,
    callback: str | None = None,
    state: str | None = None,
    parent_fd: int | None = None,
) -> int:
    """Serve until SIGTERM, SIGINT or the end of `parent_fd`. 0, or 2 for unusable arguments.

    Prints one line `ready {"sandbox","api","ws","phone"}` on stdout; logs go to stderr.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    if (tls_port is None) != (ca_out is None):
        return complain("--tls-port and --ca-out go together")
    try:
        house = Sandbox(
            world=Path(world) if world else None,
            callback=callback or DEFAULT_CALLBACK,
            pinned=callback is not None,
            state=Path(state) if state else None,
        )
        gc.freeze()  # a big world lives as long as the process: never walk it for garbage
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve(house, port, tls_port, ca_out, parent_fd))
    except (BadWorld, BadSnapshot) as error:
        return complain(str(error))
    except OSError as error:
        return complain(f"port {port}: {error.strerror or error}; choose another with --port")
    return 0


def complain(sentence: str) -> int:
    """One line on stderr, and the exit code of bad usage."""
    sys.stderr.write(f"sandbox: {sentence}\n")
    return BAD_USAGE


def loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    """uvloop when it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    factory: type[asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


async def serve(
    house: Sandbox, port: int, tls_port: int | None, ca_out: str | None, parent_fd: int | None
) -> None:
    """Start, say so, wait for the end, stop."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    await house.start(port, tls_port)
    if ca_out is not None and house.authority is not None:
        write_ca(house.authority, Path(ca_out))
    if parent_fd is not None:
        watch(parent_fd, loop, over)
    sys.stdout.write("ready " + json.dumps(house.urls()) + "\n")
    sys.stdout.flush()
    try:
        await over.wait()
    finally:
        await house.stop()


def watch(fd: int, loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    """End when the other end of `fd` closes (a thread: epoll refuses files and /dev/null)."""

    def read_to_end() -> None:
        try:
            while os.read(fd, 4096):
                pass
        except OSError:
            log.info("stdin is unreadable, ending")
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=read_to_end, name="watch-parent", daemon=True).start()
