"""A template whose file was held up by a fault, and is clean now though nobody touched the file: a
consent was recorded, a price or a shared part changed. Whoever did that did not mean to publish, so
it goes to review, and a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.findings import ERROR, Finding
from bot.library.disk import Source
from bot.library.places import own, shown
from bot.store import review, versions
from bot.store.engine import Tx
from bot.store.review import DRAFT
from bot.store.versions import DISK, Edition, Folder, Key

CONSENT = "template.consent"
NOTE = "之前没启用，是因为{was}。现在没有这个问题了，文件没有改过；看过再启用"


@dataclass(frozen=True, slots=True)
class HeldUp:
    """What the last look held up, and why."""

    folders: Mapping[Key, Folder]
    findings: Sequence[Finding]

    def why(self, source: Source) -> str:
        """What held up the text that the file still holds; empty when nothing did."""
        last = self.folders.get((source.kind, source.name))
        if source.kind != "template" or last is None or not last.waiting:
            return ""
        if last.digest not in (versions.digest(source.files), mark_of(source)):
            return ""
        file = shown(source.kind, source.name)
        return next((one.message for one in self.findings if one.file == file
                     and (one.severity == ERROR or one.rule == CONSENT)), "")  # fmt: skip


def mark_of(source: Source | Edition) -> str:
    """Equal for equal own files, whatever the shared parts say."""
    return versions.digest(own(source.kind, source.files))


def note(tx: Tx, source: Source, served: str | None, now: int) -> None:
    """Remembers the broken file of a template, which is no version. ``served``: the mark of what
    serves; a file that is still that was broken by something else."""
    mark = mark_of(source)
    if source.kind == "template" and mark != served:
        versions.saw(tx, source.kind, source.name, mark, now, waiting=True)


def hand_in(tx: Tx, source: Source, why: str, now: int) -> int:
    """To review, unless somebody has gone on writing; how many new versions that made."""
    kind, name, mark = source.kind, source.name, versions.digest(source.files)
    versions.saw(tx, kind, name, mark, now, waiting=False)
    newest = versions.newest(tx, kind, name)
    if (newest is None or newest.digest != mark) and versions.known(tx, kind, name, mark):
        return 0
    number, new = versions.draft(tx, kind, name, source.files, DISK, now)
    standing = review.get(tx, kind, name, number)
    if standing is not None and standing.state == DRAFT:
        review.move(tx, kind, name, number, "submit", DISK, now, NOTE.format(was=why))
    return int(new)
