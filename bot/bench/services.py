"""The services that ``ingest`` measures: each says where it listens and what it has kept."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.bench.child import PATIENCE, Child
from bot.bench.frame import BenchFailed
from bot.bench.letters import AGENT, APP, CORP, DOOR
from bot.core.config import load_config
from bot.pipeline.sorting import MOST
from bot.store import inbox, intake
from bot.store.engine import Store
from bot.store.inbox import Settle
from bot.store.opening import open_store

BACKLOG = 1024
WORKERS = "2"
CONFIG = f"""log_level = "error"
[wecom]
mode = "live"
corp_id = "{CORP}"
api = "http://127.0.0.1:{{api}}"
[wecom.apps.{APP}]
agent_id = {AGENT}
secret_env = "BENCH_SECRET"
token_env = "BENCH_TOKEN"
aes_key_env = "BENCH_KEY"
"""
SECRETS = {"BENCH_SECRET": "bench-secret", "BENCH_TOKEN": DOOR.token, "BENCH_KEY": DOOR.aes_key,
           "BENCH_CORP": CORP}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Service:
    """One contestant: where it listens, what is posted, and how many messages it has kept."""

    child: Child
    port: int
    path: str
    make: str = "wecom"
    kept: Callable[[], int] | None = None


def brand(folder: Path, api: int = 9) -> Path:
    """A folder for the product with nothing in it but the configuration."""
    for name in ("personas", "content"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    config = folder / "config.toml"
    config.write_text(CONFIG.format(api=api), "utf-8")
    return config


@contextlib.contextmanager
def product(folder: Path, cpu: int, slow_ms: float = 0) -> Iterator[Service]:
    """``onevoice run --roles web``, as a real one, on SQLite with full commits."""
    config = brand(folder)
    start = ["-m", "bot.bench.slow", str(slow_ms)] if slow_ms else ["-m", "bot"]
    command = [*start, "run", "--config", str(config), "--port", "0", "--roles", "web"]
    with Child(command, folder / "log", cpu=cpu, env=SECRETS) as child:
        port = int(child.ready()["callback"].rpartition(":")[2].partition("/")[0])
        yield Service(child, port, f"/callback/{APP}", kept=lambda: _kept(config))


def _kept(config: Path) -> int:
    store = open_store(load_config(config), readers=1)
    try:
        return asyncio.run(_sorted(store))
    finally:
        store.close()


async def _sorted(store: Store) -> int:
    """Does what the role ``converse`` does behind the door, where repeats are found; how many
    events there are."""
    while await store.write(intake.sort, Settle(0, 0), MOST):
        pass
    return (await store.read(inbox.counts)).get("new", 0)


@contextlib.contextmanager
def floor(folder: Path, cpu: int) -> Iterator[Service]:
    """The same server, which decrypts and answers."""
    with Child(["-m", "bot.bench.floor"], folder / "floor.log", cpu=cpu) as child:
        yield Service(child, child.ready()["port"], f"/callback/{APP}")


@contextlib.contextmanager
def usual(folder: Path, slow_ms: float = 0) -> Iterator[Service]:
    """Flask, wechatpy and SQLite under gunicorn with two sync workers, on all CPUs."""
    folder.mkdir(parents=True, exist_ok=True)
    env = SECRETS | {"BENCH_DB": str(folder / "usual.db"), "BENCH_SLOW_MS": str(slow_ms)}
    with _listening() as (fd, port):
        command = ["-m", "gunicorn", "-w", WORKERS, "-b", f"fd://{fd}", "--log-level", "error",
                   "--preload", "bot.bench.usual:app"]  # fmt: skip
        with Child(command, folder / "usual.log", env=env, inherit=[fd]) as child:
            _await(f"http://127.0.0.1:{port}/count")
            yield Service(child, port, "/callback", kept=lambda: int(_get(port, "/count")))


@contextlib.contextmanager
def framework(folder: Path) -> Iterator[Service]:
    """A bot framework's webhook that keeps nothing, on all CPUs."""
    with _listening() as (fd, port):
        command = ["-m", "bot.bench.framework", str(fd)]
        with Child(command, folder / "framework.log", inherit=[fd]) as child:
            _await(f"http://127.0.0.1:{port}/")
            yield Service(child, port, "/onebot/v11/", make="onebot")


def installed(*modules: str) -> bool:
    """True when all of these can be imported."""
    return all(importlib.util.find_spec(name) for name in modules)


@contextlib.contextmanager
def _listening() -> Iterator[tuple[int, int]]:
    """A listening socket for a server that takes one over: its descriptor and port."""
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as server:
        yield server.fileno(), server.getsockname()[1]


def _get(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
        found: bytes = answer.read()
        return found.decode()


def _await(url: str) -> None:
    """Waits until somebody answers. Raises BenchFailed."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError:
            return  # an answer all the same
        except OSError:
            time.sleep(0.1)
    raise BenchFailed(f"a service of the benchmark did not start at {url}")
