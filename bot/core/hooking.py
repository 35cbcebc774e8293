"""``[hooks]`` of config.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Hooks:
    """The module whose functions scripts may call (bot/persona/hooks.py); empty: none."""

    module: str = ""
