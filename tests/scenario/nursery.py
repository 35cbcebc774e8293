"""A process that has imported the product once and bears processes of it: ``python -m`` this.

Each of them is a process of its own, with its own memory, files, signals and exit code, which runs
``onevoice ARGUMENTS`` from the first line of the command on and ends as every interpreter ends. Only
a second of imports is saved, and reading what ships with the product and never changes. It is born
before any loop, thread or connection exists.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from tests import compiled

# What a start imports anyway; nothing else, or a child would find what it forgot to import.
MODULES = ("bot.cli", "bot.commands.run", "bot.commands.sandbox")
# Files of the product that a process reads once and keeps: words, queries, what the guard weighs with.
# None of them takes anything from a config, a folder or the time.
SHIPPED = (
    ("bot.persona.claims", "load"), ("bot.persona.judge", "load"), ("bot.persona.learned", "_weights"),
    ("bot.store.sql", "queries"), ("bot.store.sql", "pieces"), ("bot.store.sql", "migrations"),
    ("bot.store.schema", "schema"), ("bot.console.words", "catalogue"),
    ("bot.web.member.words", "catalogue"), ("bot.web.member.statics", "assets"),
)  # fmt: skip
MOST = 1 << 20


def main(number: int) -> list[str] | None:
    """Bears children until nobody has a line to it any more: None. In a child: its arguments."""
    _prepare()
    # what all children have is looked through once, and its pages stay shared
    gc.collect()
    gc.freeze()
    door = socket.socket(fileno=number)
    ears, mouth = os.pipe()
    for end in (ears, mouth):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the tests ends it by the lines
    signal.set_wakeup_fd(mouth)
    lines: dict[socket.socket, Ends] = {}
    with selectors.DefaultSelector() as ready:
        ready.register(door, selectors.EVENT_READ)
        ready.register(ears, selectors.EVENT_READ)
        while True:
            for key, _ in ready.select():
                if key.fileobj is ears:
                    os.read(ears, MOST)
                    _bury(lines)
                elif key.fileobj is door:
                    line, _ = door.accept()
                    lines[line] = {}
                    ready.register(line, selectors.EVENT_READ)
                else:
                    assert isinstance(key.fileobj, socket.socket)
                    wish, files, _, _ = socket.recv_fds(key.fileobj, MOST, 4)
                    if wish:
                        arguments = _bear(wish, files, lines[key.fileobj])
                        if arguments is not None:
                            return arguments
                        continue
                    ready.unregister(key.fileobj)
                    key.fileobj.close()
                    _abandon(lines.pop(key.fileobj))
                    if not lines:
                        return None


Ends = dict[int, int]  # who lives, and where to tell how he ended


def _bear(wish: bytes, files: list[int], ends: Ends) -> list[str] | None:
    """In a child its arguments."""
    given = json.loads(wish)
    pid = os.fork()
    if not pid:
        _become(given, files)
        return list(given["arguments"])
    for file in files[:3]:
        os.close(file)
    ends[pid] = files[3]
    _tell(files[3], pid)
    return None


def _tell(who: int, number: int) -> None:
    """A worker that is gone has left its line, too, and the others need their mother."""
    with contextlib.suppress(BrokenPipeError):
        os.write(who, f"{number}\n".encode())


def _abandon(ends: Ends) -> None:
    """Those of a test that failed before it ended them: nobody waits for them any more."""
    for pid, told in ends.items():
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(told)


def _prepare() -> None:
    for name in MODULES:
        importlib.import_module(name)
    for name, read in SHIPPED:
        getattr(importlib.import_module(name), read)()
    compiled.share()


def _bury(lines: Mapping[socket.socket, Ends]) -> None:
    """Tells of everybody who has ended how he did."""
    whose = {pid: ends for ends in lines.values() for pid in ends}
    while whose:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        told = whose.pop(pid).pop(pid)
        _tell(told, os.waitstatus_to_exitcode(status))
        os.close(told)


def _become(given: dict[str, Any], files: list[int]) -> None:
    """From here on it is the child, with nothing of its mother but the modules."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
    os.closerange(3, 4096)
    os.chdir(given["folder"])
    os.environ.clear()
    os.environ.update(given["environ"])
    time.tzset()


def _run(arguments: list[str]) -> NoReturn:
    from bot.cli import main as onevoice

    sys.argv = ["onevoice", *arguments]
    onevoice(arguments)


if __name__ == "__main__":
    wanted = main(int(sys.argv[1]))
    if wanted is not None:
        _run(wanted)
