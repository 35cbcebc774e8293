"""Callbacks of an official account (公众号, official-account.md section 1).

Another signature than WeCom's: three strings on every request, and a plain echostr.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sandbox.crypto import BadCipher, Envelope
from sandbox.delivery import Query, freshness, sealed
from sandbox.fields import Json
from sandbox.rules import oa
from sandbox.world.config import OfficialAccount
from sandbox.world.world import World
from sandbox.xmlform import document, read_flat


def plain_signature(token: str, stamp: str, nonce: str) -> str:
    """Hex SHA-1 of the sorted token, time stamp and nonce."""
    return hashlib.sha1("".join(sorted((token, stamp, nonce))).encode()).hexdigest()  # noqa: S324 - the platform's rule


@dataclass
class OaTarget:
    """Where the account's messages go: plain, compatible or safe mode."""

    account: OfficialAccount
    verified: bool = False
    checking: bool = False

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def own_url(self) -> str | None:
        """An address that the world file pins."""
        return self.account.callback

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.account.token, self.account.encoding_aes_key, self.account.appid)

    def check(self, world: World, echo: str) -> Query:
        """The query of the URL check: echostr is not encrypted."""
        stamp, nonce = freshness(world)
        signed = plain_signature(self.account.token, stamp, nonce)
        return {"signature": signed, "timestamp": stamp, "nonce": nonce, "echostr": echo}

    def post(self, world: World, xml: str) -> tuple[Query, str]:
        """Query and body of one delivery."""
        openid = read_flat(xml.encode()).get("FromUserName", "")
        query, encrypted = sealed(world, self.envelope, xml.encode())
        signed = plain_signature(self.account.token, query["timestamp"], query["nonce"])
        query |= {"signature": signed, "openid": openid}
        if self.account.mode == "plain":
            del query["msg_signature"]
            return query, xml
        query["encrypt_type"] = "aes"
        if self.account.mode == "compatible":
            more = document([("Encrypt", encrypted)]).removeprefix("<xml>")
            return query, xml.removesuffix("</xml>") + more
        return query, document([("ToUserName", self.account.id), ("Encrypt", encrypted)])

    def reply(self, world: World, asked: str, answer: bytes) -> str:
        """Take a passive reply, plain or encrypted like the mode."""
        found = read_flat(answer)
        if self.account.mode == "safe" or "Encrypt" in found:
            parts = found.get("TimeStamp", ""), found.get("Nonce", ""), found.get("Encrypt", "")
            if not self.envelope.verify(found.get("MsgSignature", ""), *parts):
                raise BadCipher("wrong signature")
            found = read_flat(self.envelope.decrypt(parts[2]))
        openid = read_flat(asked.encode()).get("FromUserName", "")
        oa.deliver(
            world,
            self.account,
            openid,
            found.get("MsgType", ""),
            found.get("Content", ""),
            {"passive": found},
        )
        return found.get("MsgType", "")

    def view(self, url: str | None, pinned: bool) -> Json:
        """The target as the state shows it."""
        return {
            "name": self.name,
            "appid": self.account.appid,
            "url": url,
            "pinned": pinned or self.own_url is not None,
            "verified": self.verified,
        }
