"""Callbacks as the platform posts them, encrypted before the clock starts."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping

from bot.core.credentials import SANDBOX_AES_KEY, SANDBOX_TOKEN
from bot.wecom.codec import Door, encrypt, sign

CORP = "wwBENCHMARK000001"
AGENT = 1000002
APP = "assistant"
DOOR = Door(SANDBOX_TOKEN, SANDBOX_AES_KEY, CORP)
PEOPLE = 1000
STRIDE = 7919  # a prime: neighbours in time are no neighbours in the index
BORN = 1_790_000_000  # seconds: CreateTime of the first one
_INNER = (
    "<xml><ToUserName><![CDATA[{corp}]]></ToUserName>"
    "<FromUserName><![CDATA[staff{person:04}]]></FromUserName>"
    "<CreateTime>{at}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[第{n}个问题：绿茶用多少度的水泡？]]></Content>"
    "<MsgId>{n}</MsgId><AgentID>{agent}</AgentID></xml>"
)
_ENVELOPE = (
    "<xml><ToUserName><![CDATA[{corp}]]></ToUserName><AgentID><![CDATA[{agent}]]></AgentID>"
    "<Encrypt><![CDATA[{letter}]]></Encrypt></xml>"
)
_POST = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n{more}"
    "Content-Length: {length}\r\n\r\n"
)


def letters(path: str, first: int, n: int, repeats: float = 0.0) -> Iterator[bytes]:
    """``n`` requests, numbered from ``first``. A share of ``repeats`` says the same again as one
    of the last hundred, in new ciphertext, as the platform does."""
    chance, number = random.Random(first), first  # noqa: S311 - equal for equal seeds
    for _ in range(n):
        again = number > first and chance.random() < repeats
        yield letter(path, chance.randrange(max(first, number - 100), number) if again else number)
        number += not again


def letter(path: str, n: int) -> bytes:
    """The request of text message ``n`` to the application."""
    text = _INNER.format(
        corp=CORP, person=n * STRIDE % PEOPLE, at=BORN + n // 1000, n=n, agent=AGENT
    )
    nonce, at = str(n), str(BORN)
    prefix = hashlib.md5(nonce.encode(), usedforsecurity=False).digest()
    sealed = encrypt(DOOR, text.encode(), prefix)
    body = _ENVELOPE.format(corp=CORP, agent=AGENT, letter=sealed).encode()
    query = f"?msg_signature={sign(DOOR.token, at, nonce, sealed)}&timestamp={at}&nonce={nonce}"
    return _post(path + query, body, "text/xml")


def plain(path: str, first: int, n: int, repeats: float = 0.0) -> Iterator[bytes]:
    """The same texts as a OneBot v11 webhook gets them: JSON, neither signed nor encrypted."""
    for number in range(first, first + n):
        text = f"第{number}个问题：绿茶用多少度的水泡？"
        body = {"time": BORN, "self_id": AGENT, "post_type": "message", "message_type": "private",
                "sub_type": "friend", "message_id": number, "user_id": number % PEOPLE,
                "message": text, "raw_message": text, "font": 0,
                "sender": {"user_id": number % PEOPLE, "nickname": "staff"}}  # fmt: skip
        yield _post(path, json.dumps(body).encode(), "application/json", f"X-Self-ID: {AGENT}\r\n")


def _post(path: str, body: bytes, kind: str, more: str = "") -> bytes:
    return _POST.format(path=path, kind=kind, more=more, length=len(body)).encode() + body


MAKERS: Mapping[str, Callable[[str, int, int, float], Iterator[bytes]]] = {
    "wecom": letters, "onebot": plain,
}  # fmt: skip
