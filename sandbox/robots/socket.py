"""The long connection itself: JSON text frames over WebSocket at `/` and `/aibot`."""

from __future__ import annotations

import asyncio
import contextlib
import json

from aiohttp import WSMsgType, web

from sandbox.api.gate import dumps
from sandbox.errors import ApiError
from sandbox.faults import Faults
from sandbox.fields import Json
from sandbox.robots.commands import COMMANDS, NOT_SUBSCRIBED, Said
from sandbox.robots.hub import Hub, Link, Seat

MAX_FRAME = 4 * 1024 * 1024
REORDER_S = 0.06


class Wire:
    """One WebSocket: reads frames in order, writes acknowledgements and callbacks."""

    def __init__(self, hub: Hub, faults: Faults, socket: web.WebSocketResponse) -> None:
        self._hub = hub
        self._faults = faults
        self._socket = socket
        self._out: asyncio.Queue[Json | None] = asyncio.Queue(maxsize=10_000)
        self._seat: Seat | None = None
        self._link = Link(self._offer, self._end)

    def _offer(self, frame: Json) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._out.put_nowait(frame)

    def _end(self) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._out.put_nowait(None)

    async def run(self) -> None:
        """Serve until either side closes or nothing was heard for too long."""
        writer = asyncio.ensure_future(self._write())
        try:
            while not self._socket.closed and await self._read_one():
                pass
        finally:
            if self._seat is not None:
                self._hub.leave(self._seat, self._link)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            await self._socket.close()

    async def _read_one(self) -> bool:
        try:
            idle = self._hub.world.settings.robot_idle_seconds
            heard = await self._socket.receive(timeout=idle)
        except TimeoutError:
            return False
        if heard.type is not WSMsgType.TEXT:
            return heard.type in (WSMsgType.BINARY, WSMsgType.PING, WSMsgType.PONG)
        return await self._answer(heard.data)

    async def _answer(self, raw: str) -> bool:
        try:
            frame = json.loads(raw)
            cmd, req_id = str(frame["cmd"]), str(frame["headers"]["req_id"])
            body = frame.get("body") or {}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return False
        trouble = self._faults.hit(
            "ws", cmd, ("slow", "drop_before", "drop_after", "rate_limit", "bad_json")
        )
        if "drop_before" in trouble:
            return False
        ack = self._obey(cmd, req_id, body, 45009 if "rate_limit" in trouble else None)
        if trouble.errcode is not None and "rate_limit" in trouble:
            ack["errcode"] = trouble.errcode
        await asyncio.sleep(trouble.delay_s)
        if "drop_after" in trouble:
            return False
        text = dumps(ack)
        await self._socket.send_str(text[: len(text) // 2] if "bad_json" in trouble else text)
        return True

    def _obey(self, cmd: str, req_id: str, body: Json, refuse: int | None) -> Json:
        """Do what a frame says; the acknowledgement carries no cmd."""
        ack: Json = {"headers": {"req_id": req_id}, "errcode": 0, "errmsg": "ok"}
        try:
            if refuse is not None:
                raise ApiError(refuse, "injected")
            if not isinstance(body, dict):
                raise ApiError(40058, "body")
            answer = (
                self._subscribe(body) if cmd == "aibot_subscribe" else self._do(cmd, req_id, body)
            )
        except ApiError as error:
            return ack | {"errcode": error.errcode, "errmsg": error.errmsg}
        return ack | ({"body": answer} if answer else {})

    def _subscribe(self, body: Json) -> Json:
        seat = self._hub.login(str(body.get("bot_id", "")), str(body.get("secret", "")))
        if seat is None:
            raise ApiError(40001, "bot_id or secret")
        if seat.robot.mode != "socket":
            raise ApiError(48002, "this robot is in URL mode")
        if self._seat is not None:
            raise ApiError(45009, "already subscribed")
        self._seat = seat
        self._hub.take(seat, self._link)
        return {}

    def _do(self, cmd: str, req_id: str, body: Json) -> Json:
        if cmd not in COMMANDS:
            raise ApiError(40058, f"cmd {cmd}")
        if self._seat is None or self._seat.link is not self._link:
            raise ApiError(NOT_SUBSCRIBED, "subscribe first")
        return COMMANDS[cmd](Said(self._hub, self._seat, req_id, body))

    async def _write(self) -> None:
        """Send callbacks; None ends the connection."""
        while True:
            frames = [await self._out.get()]
            cmd = frames[0]["cmd"] if frames[0] is not None else ""
            trouble = self._faults.hit("ws", cmd, ("slow", "drop_before", "duplicate", "reorder"))
            await asyncio.sleep(trouble.delay_s + (REORDER_S if "reorder" in trouble else 0))
            if "reorder" in trouble:
                while not self._out.empty():
                    frames.append(self._out.get_nowait())
            if "duplicate" in trouble:
                frames += [each for each in frames if each is not None]
            if "reorder" in trouble:
                self._hub.world.rng.shuffle(frames)
                frames.sort(key=lambda each: each is None)
            if not await self._send_all([] if "drop_before" in trouble else frames):
                return

    async def _send_all(self, frames: list[Json | None]) -> bool:
        for frame in frames:
            if frame is None:
                await self._socket.close()
                return False
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(dumps(frame))
        return True


class Door:
    """The HTTP side: upgrades to a WebSocket, or says in a sentence what this address is."""

    def __init__(self, hub: Hub, faults: Faults) -> None:
        self._hub = hub
        self._faults = faults

    async def handle(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(max_msg_size=MAX_FRAME, autoping=True)
        if not socket.can_prepare(request):
            return web.json_response(
                {"sandbox": self._hub.world.base, "phone": self._hub.world.base + "/phone"}
            )
        await socket.prepare(request)
        await Wire(self._hub, self._faults, socket).run()
        return socket
