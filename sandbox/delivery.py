"""One callback on the wire: who gets it, how it is wrapped and signed, what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

from sandbox.crypto import Envelope
from sandbox.fields import Json
from sandbox.replies import accept_reply
from sandbox.world.config import App
from sandbox.world.world import Event, World
from sandbox.xmlform import document

Query = dict[str, str]


def freshness(world: World) -> tuple[str, str]:
    """Time stamp and nonce of one delivery."""
    return str(world.now_s()), str(world.rng.randrange(10**9, 10**10))


def sealed(world: World, envelope: Envelope, message: bytes) -> tuple[Query, str]:
    """`msg_signature`, `timestamp` and `nonce` for the query, and the fresh ciphertext."""
    stamp, nonce = freshness(world)
    encrypted = envelope.encrypt(message, world.rng.randbytes(16))
    signed = envelope.sign(stamp, nonce, encrypted)
    return {"msg_signature": signed, "timestamp": stamp, "nonce": nonce}, encrypted


@dataclass
class Target:
    """Where one app's callbacks go, and whether its address answered the URL check."""

    app: App
    envelope: Envelope
    verified: bool = False
    checking: bool = False

    @property
    def name(self) -> str:
        return self.app.name

    @property
    def own_url(self) -> str | None:
        """An address that the world file pins."""
        return self.app.callback

    def check(self, world: World, echo: str) -> Query:
        """The query of the URL check."""
        query, encrypted = sealed(world, self.envelope, echo.encode())
        return query | {"echostr": encrypted}

    def post(self, world: World, xml: str) -> tuple[Query, str]:
        """Query and body of one delivery."""
        query, encrypted = sealed(world, self.envelope, xml.encode())
        agent = str(self.app.agent_id)
        to = ("ToUserName", world.store.corp_id)
        return query, document([to, ("AgentID", agent), ("Encrypt", encrypted)])

    def reply(self, world: World, asked: str, answer: bytes) -> str:
        """Take a passive reply; BadCipher or ValueError when it is none."""
        return accept_reply(world, self.app, self.envelope, asked, answer)

    def view(self, url: str | None, pinned: bool) -> Json:
        """The target as the state shows it."""
        return {
            "name": self.name,
            "agent_id": self.app.agent_id,
            "url": url,
            "pinned": pinned or self.own_url is not None,
            "verified": self.verified,
        }


@dataclass
class Record:
    """One callback and what became of it."""

    event: Event
    attempts: list[Json] = field(default_factory=list)
    state: str = "pending"
    copies: int = 1

    def view(self) -> Json:
        return {
            "id": self.event.id,
            "at": self.event.at,
            "app": self.event.app,
            "event": self.event.name,
            "state": self.state,
            "copies": self.copies,
            "attempts": self.attempts,
            "xml": self.event.xml,
        }


def join(url: str, query: dict[str, str]) -> str:
    """The URL with the signature parameters, keeping a query of its own."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"
