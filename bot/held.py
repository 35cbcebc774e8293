"""One ``run`` a data folder."""

from __future__ import annotations

import contextlib
import fcntl
from pathlib import Path
from typing import IO, Any

from bot.core.errors import OneVoiceError


class AlreadyRunning(OneVoiceError):
    """Another ``run`` holds this data folder; stop it, or name another with --data."""


@contextlib.contextmanager
def hold(folder: Path) -> Any:
    """The one ``run`` of a data folder. The kernel lets go when the process ends, however.

    Raises AlreadyRunning.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock: IO[str] = (folder / "onevoice.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise AlreadyRunning(
            f"another 'onevoice run' holds {folder}; stop it, or name another folder with --data"
        ) from None
    with lock:
        yield
