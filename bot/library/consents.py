"""On whose consent a template says that it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from bot.library.places import own

FENCE = "+++"


def named(kind: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the consents that a version's head names; none for what is no template, or is
    broken."""
    if kind != "template":
        return ()
    text = next(iter(own(kind, files).values()), "")
    try:
        head = tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n").split(FENCE, 2)[1])
    except (IndexError, ValueError, RecursionError):
        return ()
    found = head.get("consent", ())
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
