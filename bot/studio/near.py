"""The fix for a name that is not known, in the words of those who write templates."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.decode import nearest

_CLOSE = "did you mean "


def near(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Names the known word closest to ``name``; else ``otherwise``, else all known words."""
    names = sorted(known)
    hint = nearest(name, names) if names else ""
    if hint.startswith(_CLOSE):
        return f"是不是想写 {hint.removeprefix(_CLOSE).rstrip('?')}？"
    return otherwise or f"可选：{'、'.join(names)}"
