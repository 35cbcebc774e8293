"""The language model: whether it may write, where it is asked, and how much."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

_OPEN_WIRE = re.compile(r"http://(?!(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?:[:/]|$))", re.I)
SPANS = ("first_line_after", "budget", "break_for", "draft_for")
# A number of each setting that is no length of time: the least and the most that make sense.
_RANGES = {
    "retries": (0, 5), "tokens": (16, 4_096), "text_max": (20, 600), "turns": (0, 20),
    "sources": (1, 20), "slots": (1, 256), "queue": (0, 2_000), "per_day": (0, 10_000_000),
    "break_after": (1, 1_000), "temperature": (0, 2),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """Section ``[model]`` of config.toml. Lengths of time as text; ``per_day`` counts requests."""

    mode: Literal["off", "draft", "auto"] = "off"
    base_url: str = ""
    name: str = ""
    key_env: str = ""
    key_file: str = ""
    stream: bool = True
    temperature: float = 0.3
    tokens: int = 400
    retries: int = 1
    first_line_after: str = "1500ms"
    budget: str = "8s"
    slots: int = 8
    queue: int = 24
    per_day: int = 2_000
    break_after: int = 5
    break_for: str = "1m"
    text_max: int = 300
    turns: int = 6
    sources: int = 6
    facts: tuple[str, ...] = ()
    draft_for: str = "2h"

    @property
    def off(self) -> bool:
        """True when no model is ever asked."""
        return self.mode == "off"

    def ms(self, key: str) -> int:
        """A length of time in ms."""
        return parse_span(getattr(self, key))


def in_the_open(url: str) -> bool:
    """True for an address of another machine whose wire is not encrypted."""
    return bool(_OPEN_WIRE.match(url))


def check_model(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    model = config.model
    for key in SPANS:
        try:
            model.ms(key)
        except ValueError as exc:
            raise fail(doc, ("model", key), str(exc), 'write "1500ms", "8s" or "2h"') from None
    for key, (least, most) in _RANGES.items():
        if not least <= getattr(model, key) <= most:
            raise fail(doc, ("model", key), f"wants {least} to {most}")
    if not model.off:
        _check_address(model, doc)
        _check_times(config, doc)


def _check_address(model: ModelConfig, doc: TomlDoc) -> None:
    for key in ("base_url", "name"):
        if not getattr(model, key):
            raise fail(doc, ("model",), f"{key} is missing, and mode is {model.mode!r}",
                       f'add {key} = "…", or write mode = "off"')  # fmt: skip
    if not model.base_url.lower().startswith(("http://", "https://")):
        raise fail(doc, ("model", "base_url"), "is no address", 'write "https://…/v1"')
    if in_the_open(model.base_url):
        raise fail(doc, ("model", "base_url"), "is not encrypted, and members' words go there",
                   "https://, or http:// on this machine")  # fmt: skip


def _check_times(config: Config, doc: TomlDoc) -> None:
    """A turn that waits for the model must end well within its lease."""
    model = config.model
    if not 0 < model.ms("budget") <= parse_span(config.converse.lease) // 2:
        raise fail(doc, ("model", "budget"), "must be at most half of [converse] lease",
                   f"shorten it, or raise lease ({config.converse.lease})")  # fmt: skip
