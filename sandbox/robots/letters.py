"""URL mode of a robot (pages 100719, 101027, 101031, 101033): encrypted posts and their answers.

A message is posted again like any callback until somebody answers 200; an event is posted once. An
unfinished stream is asked for its present state until it ends, or six minutes after the message.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from sandbox.crypto import BadCipher, Envelope
from sandbox.delivery import join, sealed
from sandbox.errors import ApiError
from sandbox.faults import Faults, Trouble
from sandbox.fields import Json
from sandbox.robots.commands import STREAM_MS, Said, respond, update, welcome
from sandbox.robots.hub import Context, Hub, Seat
from sandbox.world.model import Robot

CHECK_SECONDS = 1.0
KEEP = 2_000
NEWS = ("msgid", "aibotid", "chatid", "chattype", "from")
KINDS = ("slow", "http500", "drop_before", "drop_after", "duplicate", "bad_signature", "bad_json")

# what may be answered to a callback, by its kind; to anything else only an empty answer
ANSWERS: dict[str, Callable[[Said], Json]] = {
    "message": respond,
    "enter_chat": welcome,
    "template_card_event": update,
}


@dataclass
class Letter:
    """One post: to whom, about what, and what became of it."""

    seat: Seat
    context: Context
    body: Json
    row: Json = field(default_factory=dict)


class Letters:
    """Posts to the robots in URL mode; `base` gives the present callback base."""

    def __init__(self, hub: Hub, faults: Faults, base: Callable[[], str | None]) -> None:
        self._hub = hub
        self._world = hub.world
        self._faults = faults
        self._base = base
        self._verified: dict[str, str] = {}
        self.rows: deque[Json] = deque(maxlen=KEEP)

    # -- addresses ------------------------------------------------------------------------------

    def url(self, robot: Robot) -> str | None:
        """Its own address, or the place below the callback base."""
        if robot.url.startswith(("http://", "https://")):
            return robot.url
        base = self._base()
        return f"{base}/{robot.url or robot.bot_id}" if base else None

    def verified(self, robot: Robot) -> bool:
        """The present address answered the URL check."""
        return self._verified.get(robot.bot_id) == self.url(robot)

    async def _verify(self, http: aiohttp.ClientSession, robot: Robot, url: str) -> None:
        """GET with an encrypted echostr: the plain text must come back within a second."""
        echo = str(self._world.rng.randrange(10**18, 10**19))
        query, encrypted = sealed(self._world, envelope(robot), echo.encode())
        timeout = aiohttp.ClientTimeout(total=CHECK_SECONDS)
        address = join(url, query | {"echostr": encrypted})
        try:
            async with http.get(address, timeout=timeout) as answer:
                if answer.status == 200 and await answer.read() == echo.encode():
                    self._verified[robot.bot_id] = url
        except (aiohttp.ClientError, TimeoutError, ValueError):
            self._verified.pop(robot.bot_id, None)

    # -- posting --------------------------------------------------------------------------------

    def post(self, seat: Seat, context: Context, body: Json) -> bool:
        """Begin a delivery; False when there is no address."""
        if self.url(seat.robot) is None:
            return False
        row = {"id": body["msgid"], "at": self._world.now(), "robot": seat.robot.bot_id}
        letter = Letter(seat, context, body, row | {"kind": context.kind, "state": "pending"})
        letter.row["attempts"] = []
        self.rows.append(letter.row)
        self._world.errands.run(self._deliver(letter))
        return True

    async def _deliver(self, letter: Letter) -> None:
        spacing = self._world.settings.callbacks_spacing_s
        waits = (0.0, *spacing) if letter.context.kind == "message" else (0.0,)
        async with aiohttp.ClientSession() as http:
            for wait in waits:
                await asyncio.sleep(wait)
                if await self._attempt(http, letter, letter.body):
                    letter.row["state"] = "acked"
                    await self._refresh(http, letter)
                    return
        letter.row["state"] = "failed"

    async def _refresh(self, http: aiohttp.ClientSession, letter: Letter) -> None:
        context = letter.context
        while context.stream_id and not context.finished:
            await asyncio.sleep(self._world.settings.robot_refresh_ms / 1000)
            if self._world.now() - context.at > STREAM_MS:
                context.finished = True
                return
            body = {key: letter.body[key] for key in NEWS if key in letter.body}
            stream = {"msgtype": "stream", "stream": {"id": context.stream_id}}
            await self._attempt(http, letter, body | stream)

    async def _attempt(self, http: aiohttp.ClientSession, letter: Letter, body: Json) -> bool:
        robot, row = letter.seat.robot, {"at": self._world.now(), "msgtype": body["msgtype"]}
        url, name = self.url(robot), f"{robot.bot_id}/{letter.context.kind}"
        trouble = self._faults.hit("callback", name, KINDS)
        letter.row["attempts"].append(row)
        await asyncio.sleep(trouble.delay_s)
        if url is None or "drop_before" in trouble:
            row["error"] = "dropped before delivery"
            return False
        if not self.verified(robot):
            await self._verify(http, robot, url)
        await self._hostile(http, robot, body, url, trouble)
        status, answer, nonce = await self._send(http, robot, body, url, row)
        row["status"] = status
        if status != 200 or "drop_after" in trouble or "http500" in trouble:
            return False
        row["reply"] = self._read(letter, answer, nonce)
        if "duplicate" in trouble:
            await self._send(http, robot, body, url, {})
        return True

    async def _send(
        self, http: aiohttp.ClientSession, robot: Robot, body: Json, url: str, row: Json
    ) -> tuple[int | None, bytes, str]:
        plain = json.dumps(body, ensure_ascii=False).encode()
        query, encrypted = sealed(self._world, envelope(robot), plain)
        timeout = aiohttp.ClientTimeout(total=self._world.settings.callbacks_timeout_s)
        address, data = join(url, query), {"encrypt": encrypted}
        try:
            async with http.post(address, json=data, timeout=timeout) as answer:
                return answer.status, await answer.read(), query["nonce"]
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            row["error"] = type(error).__name__
        return None, b"", ""

    async def _hostile(
        self, http: aiohttp.ClientSession, robot: Robot, body: Json, url: str, trouble: Trouble
    ) -> None:
        """A copy that a receiver must refuse: another token's signature, or half a text."""
        if "bad_signature" in trouble:
            stranger = Robot(**(vars(robot) | {"token": robot.token[::-1] + "x"}))
            await self._send(http, stranger, body, url, {})
        if "bad_json" in trouble:
            stranger = Robot(**(vars(robot) | {"aes_key": robot.aes_key[::-1]}))
            await self._send(http, stranger, body, url, {})

    # -- answers --------------------------------------------------------------------------------

    def _read(self, letter: Letter, answer: bytes, nonce: str) -> str:
        """Do what an encrypted answer says; how that went, in a word."""
        if answer.strip() in (b"", b"success"):
            return ""
        try:
            body = opened(letter.seat.robot, answer, nonce)
            obey = ANSWERS.get(letter.context.kind)
            if obey is None:
                return "refused: only an empty answer is allowed"
            obey(Said(self._hub, letter.seat, letter.context.req_id, body))
        except ApiError as error:
            return f"refused: {error.errcode} {error.errmsg}"
        except (BadCipher, ValueError) as error:
            return f"unreadable: {error}"
        return str(body.get("msgtype") or body.get("response_type") or "")


def envelope(robot: Robot) -> Envelope:
    """The robot's envelope; the receive id of a corp's own robot is empty."""
    return Envelope(robot.token, robot.aes_key, "")


def opened(robot: Robot, answer: bytes, nonce: str) -> Json:
    """`{"encrypt","msgsignature","timestamp","nonce"}` verified and decrypted, or ValueError."""
    found, seal = json.loads(answer), envelope(robot)
    if not isinstance(found, dict) or not isinstance(found.get("timestamp"), int):
        raise ValueError("encrypt, msgsignature, timestamp (a number) and nonce are wanted")
    if found.get("nonce") != nonce:
        raise ValueError("nonce is not that of the request")
    signed, encrypted = str(found.get("msgsignature", "")), str(found.get("encrypt", ""))
    if not seal.verify(signed, str(found["timestamp"]), nonce, encrypted):
        raise BadCipher("wrong signature")
    body = json.loads(seal.decrypt(encrypted))
    if not isinstance(body, dict):
        raise ValueError("the answer is no object")
    return body
