"""All personas at a glance: what serves, since when and by whom, and what waits or is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding
from bot.library.cast import bindings, outside
from bot.library.disk import Disk
from bot.persona.load import parse_persona
from bot.persona.persona import Persona
from bot.store import versions
from bot.store.engine import Tx
from bot.store.versions import Edition, Folder, Serving

SOON = 14  # days before the end of a persona at which people are warned


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What the database knows about personas; empty where there is none yet."""

    published: Mapping[str, Edition] = field(default_factory=dict)
    serving: Mapping[str, Serving] = field(default_factory=dict)
    newest: Mapping[str, Edition] = field(default_factory=dict)
    folders: Mapping[str, Folder] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """One persona. ``disk``: ``same`` as what serves, ``v3``, ``new``, ``broken`` or ``gone``."""

    id: str
    persona: Persona | None
    serving: Serving | None
    newest: int | None
    disk: str
    state: str
    note: str = ""
    rebind: bool = False
    findings: Sequence[Finding] = ()

    @property
    def accounts(self) -> tuple[str, ...]:
        """``channel:account`` of everything that speaks as the persona."""
        found = bindings([self.persona]) if self.persona else ()
        return tuple(f"{channel}:{account}" for (channel, account), _ in found)


def keep(tx: Tx) -> Kept:
    """Everything about personas in one look at the database."""
    published = {e.name: e for e in versions.published(tx) if e.kind == "persona"}
    serving = {name: versions.serving(tx, "persona", name) for name in published}
    newest = {name: versions.newest(tx, "persona", name) for name in versions.names(tx, "persona")}
    return Kept(
        published=published,
        serving={name: one for name, one in serving.items() if one},
        newest={name: one for name, one in newest.items() if one},
        folders={key[1]: one for key, one in versions.folders(tx).items() if key[0] == "persona"},
    )


def roster(kept: Kept, disk: Disk, today: date) -> list[Listed]:
    """Every persona that stands on disk or ever had a version, by id."""
    on_disk = {name for kind, name in disk.seen if kind == "persona"}
    return [_listed(name, kept, disk, today) for name in sorted({*on_disk, *kept.newest})]


def _listed(name: str, kept: Kept, disk: Disk, today: date) -> Listed:
    persona = _persona(name, kept, disk)
    serving, newest = kept.serving.get(name), kept.newest.get(name)
    held = _held(name, kept, disk)
    over = outside(persona, today) if persona and serving else ""
    state, note = _state(name, kept, held, over)
    findings = tuple(f for f in disk.findings
                     if f.file.startswith(f"personas/{name}/") and f.severity == ERROR)  # fmt: skip
    ended = bool(over and persona and persona.valid_to and persona.valid_to < today)
    return Listed(
        id=name, persona=persona, serving=serving, newest=newest.version if newest else None,
        disk=held, state=state, note=note or _soon(persona, today), rebind=ended,
        findings=findings,
    )  # fmt: skip


def _persona(name: str, kept: Kept, disk: Disk) -> Persona | None:
    """As it serves, else as it stands on disk, else as it was last."""
    edition = kept.published.get(name)
    if edition is None and name in disk.personas:
        return disk.personas[name]
    edition = edition or kept.newest.get(name)
    try:
        return parse_persona(edition.files, f"personas/{name}") if edition else None
    except BadInput:
        return None


def _held(name: str, kept: Kept, disk: Disk) -> str:
    """What the folder holds, in the words of ``Listed.disk``."""
    source = next((s for s in disk.sources if (s.kind, s.name) == ("persona", name)), None)
    if source is None:
        return "broken" if ("persona", name) in disk.seen else "gone"
    mark = versions.digest(source.files)
    published, newest = kept.published.get(name), kept.newest.get(name)
    if published and published.digest == mark:
        return "same"
    return f"v{newest.version}" if newest and newest.digest == mark else "new"


def _state(name: str, kept: Kept, held: str, over: str) -> tuple[str, str]:
    """One word, and a sentence where there is something to know."""
    serving, newest = kept.serving.get(name), kept.newest.get(name)
    waiting = name in kept.folders and kept.folders[name].waiting
    rules = (
        (bool(over), "ended" if "ended" in over else "not valid yet", over),
        (held == "broken", "broken", "the last good version serves" if serving else ""),
        (serving is None and held == "gone", "withdrawn", ""),
        (held == "new", "draft", "the folder holds an edit that is no version yet"),
        (waiting, "draft", f"v{newest.version if newest else 0} waits to be published"),
        (serving is None, "not published", ""),
        (held not in ("same", "gone"), "held", f"the folder holds {held}; a person decided"),
    )
    return next(((state, note) for true, state, note in rules if true), ("serving", ""))


def _soon(persona: Persona | None, today: date) -> str:
    if persona is None or persona.valid_to is None:
        return ""
    left = (persona.valid_to - today).days
    return f"ends on {persona.valid_to.isoformat()}" if 0 <= left <= SOON else ""


def ending(disk: Disk, today: date) -> Iterator[tuple[Persona, int]]:
    """Personas on disk whose end is near or past, with the days that are left."""
    for persona in disk.personas.values():
        if persona.valid_to is not None and (left := (persona.valid_to - today).days) <= SOON:
            yield persona, left
