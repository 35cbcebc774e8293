"""Voices and videos of members made into words: whether, by whom, and how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.core.decode import fail
from bot.core.modelconfig import in_the_open
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

FILE = "{file}"  # in the command: the path of the file
KINDS = frozenset({"voice", "video"})
_RANGES = {"mb": (1, 20), "tries": (1, 10), "text_max": (20, 4_000)}


@dataclass(frozen=True, kw_only=True, slots=True)
class ListeningConfig:
    """Section ``[listening]`` of config.toml. ``command`` are the words of one, without a shell."""

    mode: Literal["off", "command", "http", "sandbox"] = "off"
    command: tuple[str, ...] = ()
    url: str = ""
    model: str = ""
    key_env: str = ""
    key_file: str = ""
    kinds: tuple[str, ...] = ("voice", "video")
    timeout: str = "30s"
    mb: int = 10
    tries: int = 3
    text_max: int = 1_000

    @property
    def off(self) -> bool:
        """True when nothing is listened to."""
        return self.mode == "off"

    @property
    def listens(self) -> frozenset[str]:
        """Kinds of messages that are."""
        return frozenset() if self.off else frozenset(self.kinds)

    @property
    def span(self) -> int:
        """How long one file may take, in ms."""
        return parse_span(self.timeout)


def check_listening(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    own = config.listening
    try:
        long = own.span
    except ValueError as exc:
        raise fail(doc, ("listening", "timeout"), str(exc), 'write "30s"') from None
    if not 0 < long <= parse_span("10m"):
        raise fail(doc, ("listening", "timeout"), "wants at most 10 minutes", 'write "30s"')
    for key, (least, most) in _RANGES.items():
        if not least <= getattr(own, key) <= most:
            raise fail(doc, ("listening", key), f"wants {least} to {most}")
    if strange := [kind for kind in own.kinds if kind not in KINDS]:
        raise fail(doc, ("listening", "kinds"), f"knows no {strange[0]!r}", "voice, video")
    _check_way(own, config, doc)


def _check_way(own: ListeningConfig, config: Config, doc: TomlDoc) -> None:
    if own.mode == "command" and not any(FILE in word for word in own.command):
        raise fail(doc, ("listening", "command"), "has no place for the file",
                   'write for example ["/usr/local/bin/transcribe", "{file}"]')  # fmt: skip
    if own.mode == "http" and not own.url.lower().startswith(("http://", "https://")):
        raise fail(doc, ("listening", "url"), "is no address",
                   'write "https://…/v1/audio/transcriptions"')  # fmt: skip
    if own.mode == "http" and in_the_open(own.url):
        raise fail(doc, ("listening", "url"), "is not encrypted, and members' voices go there",
                   "https://, or http:// on this machine")  # fmt: skip
    if own.mode == "sandbox" and not config.sandbox:
        raise fail(doc, ("listening", "mode"), "there is no sandbox here", 'write mode = "off"')
