"""The floor of ``ingest``: the same web server with its limits, the same codec and event loop, and
nothing is kept.

What separates the product from it is the price of durability: the rows, the commit, the order.
"""

from __future__ import annotations

import asyncio
import signal

import uvloop
from aiohttp import web

from bot.bench.child import say_ready
from bot.bench.letters import APP, DOOR
from bot.core import heap
from bot.web.listen import Listener, Waiting, runner
from bot.wecom.codec import open_letter, parse_xml


async def receive(request: web.Request) -> web.Response:
    """Verifies, decrypts, parses, answers."""
    query = request.query
    letter = parse_xml(await request.read())["Encrypt"]
    plain = open_letter(DOOR, query["msg_signature"], query["timestamp"], query["nonce"], letter)
    parse_xml(plain)
    return web.Response(text="")


async def serve() -> None:
    """Serves until it is told to stop."""
    app = web.Application()
    app.router.add_post(f"/callback/{APP}", receive)
    waiting = Waiting(1024)
    server = runner(app, waiting)
    await server.setup()
    await Listener(server, waiting, "127.0.0.1", 0).start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    heap.settle()  # as the product does
    say_ready(port=server.addresses[0][1])
    await stop.wait()
    await server.cleanup()


if __name__ == "__main__":
    uvloop.run(serve())
