"""A further peer of ``ingest``: a Python bot framework's webhook with a handler that does nothing.

nonebot2 with its OneBot v11 adapter on FastAPI and uvicorn: no crypto, no storage.
"""

from __future__ import annotations

import sys

import nonebot
import uvicorn
from nonebot.adapters.onebot.v11 import Adapter


def main(fd: int) -> None:
    """Serves on an open socket until it is told to stop."""
    nonebot.init(driver="~fastapi", log_level="ERROR")
    nonebot.get_driver().register_adapter(Adapter)
    nonebot.on_message(handlers=[nothing])
    uvicorn.run(nonebot.get_asgi(), fd=fd, log_level="error", access_log=False)


async def nothing() -> None:
    """What the bot does with a message."""


if __name__ == "__main__":
    main(int(sys.argv[1]))
