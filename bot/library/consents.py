"""On whose consent a template says that it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core import tomlfile
from bot.core.errors import BadInput
from bot.library.places import own
from bot.store import ugc
from bot.store.engine import Tx
from bot.studio.fence import split


def named(kind: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the consents that a version's head names; none for what is no template, or has no
    head that can be read. Only the head is looked at: this is asked about every file of a look."""
    if kind != "template":
        return ()
    try:
        head, _, _ = split(next(iter(own(kind, files).values()), ""), "")
        found = tomlfile.parse(head, "").data.get("consent", [])
    except BadInput:
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def lacking(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """What is wrong with these consents, by id, in the words of lint; those that hold are left
    out."""
    return {one: f"授权 {one} " + ("还没有登记" if why == ugc.reason(one, None) else "已经撤回")
            for one, why in ugc.problems(tx, ids).items()}  # fmt: skip
