"""The few live calls of the platform that the console needs, as promises that ``bot.app`` keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.core.body import Media
from bot.core.errors import OneVoiceError
from bot.core.filetypes import SHOWN


class LoginRefused(OneVoiceError):
    """The platform does not vouch for this person; ``str()`` says why, for the log."""


class PlatformAway(OneVoiceError):
    """The platform does not answer now; the person may try again."""


class MediaRefused(OneVoiceError):
    """The platform would not take this file: it is too ``small``, too ``large``, or it said so."""

    def __init__(self, reason: Literal["small", "large", "refused"], why: str) -> None:
        super().__init__(why)
        self.reason = reason


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffIdentity:
    """A staff member of whom the platform says that it is he."""

    userid: str
    name: str = ""


class StaffLogin(Protocol):
    """Login with a WeCom account (pages 91022, 98152). ``state`` is the caller's to verify."""

    def inside_url(self, redirect: str, state: str) -> str:
        """Where to send a browser inside the WeCom client; it comes back with ``code``."""
        ...

    def qr_url(self, redirect: str, state: str) -> str:
        """Where to send any other browser: a QR code to scan."""
        ...

    async def who(self, code: str) -> StaffIdentity:
        """Who came back with this code (once, 5 minutes). Raises LoginRefused for whoever is no
        active member inside the app's scope, PlatformAway when the platform is away."""
        ...


class MemberLogin(Protocol):
    """The platform says which member opened a page in WeChat (page 91022; 网页授权 of an official
    account). ``state`` is the caller's to verify."""

    def ask(self, redirect: str, state: str) -> str:
        """Where to send a browser; it comes back with ``code``."""
        ...

    async def who(self, code: str) -> str:
        """The member who came back with this code (once, 5 minutes). Raises LoginRefused for
        whoever is none, PlatformAway when the platform is away."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class JsSignature:
    """What a page hands to ``ww.register``; ``timestamp`` in seconds."""

    timestamp: int
    nonce: str
    signature: str


class JsSdk(Protocol):
    """Signatures for pages inside the client (pages 90506, 94313). Raise PlatformAway."""

    corp_id: str
    agent_id: int

    async def corp_signature(self, url: str) -> JsSignature:
        """For ``getConfigSignature``: signs with the corp's ticket."""
        ...

    async def agent_signature(self, url: str) -> JsSignature:
        """For ``getAgentConfigSignature``: signs with the app's ticket."""
        ...


@dataclass(frozen=True, slots=True)
class MediaContent:
    """The bytes of a file that somebody sent. ``type`` is one of a short list, found by looking at
    the bytes (``bot.core.filetypes``); ``name`` is fit for a header."""

    content: bytes
    type: str
    name: str = ""

    @property
    def shown(self) -> bool:
        """True when a page may show or play it in place. A voice (AMR) is offered for download."""
        return self.type in SHOWN


class MediaBytes(Protocol):
    """Files of members and staff, which the platform keeps for three days (page 90254)."""

    async def fetch(self, media_id: str) -> MediaContent | None:
        """The file (at most 20 MB), or None when it is gone. Raises PlatformAway when the platform
        is away."""
        ...


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a machine heard, on one line; never empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Deaf:
    """Nothing was heard, and why. ``again``: another try may go better."""

    why: str
    again: bool = False


class Ear(Protocol):
    """Whoever makes words of a voice or a video: a program here, or a service."""

    async def listen(self, file: MediaContent, kind: str) -> Transcript | Deaf:
        """One file of a member; ``kind`` is ``voice`` or ``video``. It ends within the configured
        time, and does not raise."""
        ...


class MediaShelf(Protocol):
    """Files that staff send (page 90253)."""

    async def put(self, name: str, content: bytes) -> Media:
        """The platform has the file; the body names it for an outbox row, which has a day to leave.
        JPG and PNG are pictures, MP4 a video, AMR a voice, all others files. Repeating it uploads
        nothing. Raises MediaRefused, PlatformAway."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """What a language model is asked: instructions and material, then the words of members as
    data. It holds no ids and no numbers of persons; ``bot.persona.grounding`` makes it."""

    system: str
    user: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a model wrote, not yet looked at. ``model`` is the name that the service gives."""

    text: str
    model: str = ""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why there is no text: a short code for the log and for counting. ``failed`` is true when the
    service itself failed, which counts towards the breaker; a refusal does not."""

    why: str
    failed: bool = False


class Model(Protocol):
    """A language model, somewhere else. It may be slow, away, or talk nonsense."""

    async def write(self, prompt: Prompt) -> Written | NoAnswer:
        """One answer. Never raises, but for cancellation: whoever asks sets the time."""
        ...


class Bellboard(Protocol):
    """The bells of this process and, through it, of all others on the same database. A bell is a
    hint that something may have changed; whoever hears one looks."""

    def ring(self, name: str) -> None:
        """Rings here and elsewhere. Raises KeyError for an unknown bell."""
        ...

    def listen(self, heard: Callable[[str], None]) -> None:
        """``heard`` is called on the event loop with the name of every bell that rings."""
        ...
