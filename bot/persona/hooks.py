"""What a script cannot say: functions of your own, called by name from an answer.

    from bot.persona.hooks import Asked, Reply, hook

    @hook("order-status")
    def order_status(asked: Asked) -> Reply:
        return Reply(say=(f"{asked.facts['order_no']} 这一单在路上。",))

``config.toml`` names the module under ``[hooks]``; dialogue.toml calls it with
``say = ["hook:order-status"]``. A hook runs while an answer is decided: it is synchronous, quick
(milliseconds) and without side effects. It may run again for the same message, and in ``ask`` and
``test``. When it raises, or returns anything else than a Reply, a person is called.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core import decode
from bot.core.errors import BadInput
from bot.core.member import Bought

BUBBLES_MAX = 3
OURS = "bot.persona.parcels"
LEARN_NOTHING = frozenset({"parcel"})  # ours, which bring no facts


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a hook sees. ``facts`` are those that this conversation may see; ``orders`` the member's
    latest ones, the newest first; ``now`` UTC ms."""

    text: str
    member: str
    name: str
    facts: Mapping[str, str]
    tags: frozenset[str]
    persona: str
    channel: str
    account: str
    now: int
    orders: tuple[Bought, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a hook answers: at most three bubbles, facts to remember, a reason to call a person."""

    say: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    handoff: str = ""
    tags: tuple[str, ...] = ()


Hook = Callable[[Asked], Reply]
_F = TypeVar("_F", bound=Hook)
_REGISTERED: dict[str, Hook] = {}


def hook(name: str) -> Callable[[_F], _F]:
    """Registers a function under ``name``. Raises ValueError when another one has it."""

    def register(function: _F) -> _F:
        known = _REGISTERED.get(name)
        if known is not None and known.__qualname__ != function.__qualname__:
            raise ValueError(f"there is a hook {name!r} already: {known.__qualname__}")
        _REGISTERED[name] = function
        return function

    return register


def registered() -> Mapping[str, Hook]:
    """Every hook that was loaded, by name."""
    return dict(_REGISTERED)


def load(module: str) -> Mapping[str, Hook]:
    """Imports our own hooks and the module that config names; none for an empty name. Raises
    BadInput."""
    importlib.import_module(OURS)
    if module:
        try:
            importlib.import_module(module)
        except Exception as exc:
            raise BadInput(f"[hooks] module = {module!r}: {type(exc).__name__}: {exc}",
                           file="config.toml", fix="install it beside onevoice, or correct it",
                           ) from exc  # fmt: skip
    return registered()


def call(name: str, asked: Asked) -> Reply:
    """What a hook answers. Raises LookupError, or TypeError for what is no answer."""
    known = registered()
    if name not in known:
        raise LookupError(f"there is no hook {name!r}; {decode.nearest(name, known)}")
    reply = known[name](asked)
    texts = getattr(reply, "say", None)
    if not isinstance(reply, Reply) or not isinstance(texts, tuple):
        raise TypeError(f"hook {name!r} returned no Reply with a tuple of texts")
    if len(texts) > BUBBLES_MAX or not all(isinstance(t, str) and t.strip() for t in texts):
        raise TypeError(f"hook {name!r}: say wants at most {BUBBLES_MAX} texts")
    return reply
