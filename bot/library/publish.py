"""From the folders to versions: only what changed there since the last look acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.findings import ERROR, WARNING, Finding
from bot.library import consents, heldup
from bot.library.disk import Disk, Source
from bot.library.heldup import CONSENT, HeldUp
from bot.library.places import own, shown
from bot.store import review, ugc, versions, wanted
from bot.store.engine import Tx
from bot.store.versions import DISK, Folder, Key
from bot.store.wanted import Wanted

GONE = "it is not in the folders any more"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    """What was known before, at one look."""

    now: int
    live: bool
    folders: Mapping[Key, Folder]
    serving: Mapping[Key, str]
    own: Mapping[Key, str]
    wanted: Mapping[Key, Wanted]
    held: HeldUp


def publish_disk(tx: Tx, disk: Disk, now: int, *, live: bool) -> int:
    """Makes versions of what changed on disk; how many new ones. Not ``live``: as drafts.

    What is gone from the disk is withdrawn, unless its file is only broken. Files that are as they
    were at the last look change nothing: what a person put into service since then serves on; a
    template that was held up and is clean now goes to review. Where a file is to be written, an
    edit of it is kept as a draft.
    """
    review.mend(tx, now)
    look = _look(tx, now, live=live)
    made, lacking = 0, list[Finding]()
    for source in disk.sources:
        if (source.kind, source.name) in look.wanted:
            continue
        named = _named(disk, source)
        without = _without_consent(tx, source, look, named)
        lacking += without
        made += _take(tx, source, look, named, live=live and not without)
    for source in disk.broken:
        if (key := (source.kind, source.name)) not in look.wanted:
            heldup.note(tx, source, look.own.get(key), now)
    made += sum(_meet(tx, source, look) for source in _awaited(disk, look))
    if live and not disk.absent:
        for kind, name in sorted(look.folders.keys() - disk.seen - look.wanted.keys()):
            versions.withdraw(tx, kind, name, DISK, now, GONE)
            versions.gone(tx, kind, name)
    wanted.keep(tx, [*disk.findings, *lacking, *_planned_without(tx, disk)])
    return made


def _look(tx: Tx, now: int, *, live: bool) -> _Look:
    published, folders = versions.published(tx), versions.folders(tx)
    return _Look(
        now=now, live=live, folders=folders,
        serving={(e.kind, e.name): e.digest for e in published},
        own={(e.kind, e.name): heldup.mark_of(e) for e in published if e.kind == "template"},
        wanted={(one.kind, one.name): one for one in wanted.standing(tx)},
        held=HeldUp(folders, wanted.findings(tx)),
    )  # fmt: skip


def _named(disk: Disk, source: Source) -> Sequence[str]:
    """Consents that a source says it stands on."""
    template = disk.templates.get(source.name) if source.kind == "template" else None
    return template.consent if template is not None else ()


def _take(tx: Tx, source: Source, look: _Look, named: Sequence[str], *, live: bool) -> int:
    kind, name, mark = source.kind, source.name, versions.digest(source.files)
    last, serving = look.folders.get((kind, name)), look.serving.get((kind, name))
    if last is not None and last.digest == mark and not (live and last.waiting):
        return 0
    if mark == serving:
        versions.saw(tx, kind, name, mark, look.now, waiting=False)
        return 0
    if live and (why := look.held.why(source)):
        return heldup.hand_in(tx, source, why, look.now)
    number, new = versions.draft(tx, kind, name, source.files, DISK, look.now)
    versions.saw(tx, kind, name, mark, look.now, waiting=not live)
    if live:
        ugc.use(tx, name, number, named)
        versions.serve(tx, kind, name, number, DISK, look.now)
    return int(new)


def _without_consent(
    tx: Tx, source: Source, look: _Look, named: Sequence[str]
) -> Sequence[Finding]:  # fmt: skip
    """A text that names a consent which is not there waits as a draft, whatever the settings. An
    error where it serves: it is used no more."""
    serves = look.serving.get((source.kind, source.name)) == versions.digest(source.files)
    severity, fix = (ERROR, "另登记一份授权，换上它的编号") if serves else (
        WARNING, "登记之后会自动送审，有人通过才启用")  # fmt: skip
    file = shown(source.kind, source.name)
    return [Finding(file=file, line=1, rule=CONSENT, severity=severity, message=why, fix=fix)
            for why in consents.lacking(tx, named).values()]  # fmt: skip


def _planned_without(tx: Tx, disk: Disk) -> Iterator[Finding]:
    """Plans that will be left out when their time comes."""
    withheld = ugc.withheld(tx)
    for file, what, template in _planned(disk):
        if template in withheld:
            yield Finding(file=file, line=1, rule="consent", severity=WARNING,
                          message=f"{what} wants {template}: {withheld[template]}",
                          fix="it is left out until a consent is recorded")  # fmt: skip


def _planned(disk: Disk) -> Iterator[tuple[str, str, str]]:
    """(file, entry or step, template) of everything that is to be sent by plan."""
    for entry in disk.calendar.entry:
        yield shown("calendar", ""), entry.id, entry.template
    for flow in disk.flows.values():
        for step in flow.file.step:
            yield shown("flow", flow.id), step.id, step.template
    for campaign in disk.campaigns.values():
        for template in campaign.templates:
            yield shown("campaign", campaign.id), campaign.id, template
    for one in disk.activities.values():
        for template in one.named_templates:
            yield shown("activity", one.id), one.id, template
    for job in disk.missions.values():
        for template in job.material:
            yield shown("mission", job.id), job.id, template


def _awaited(disk: Disk, look: _Look) -> Iterator[Source]:
    for source in (*disk.sources, *disk.broken):
        if (source.kind, source.name) in look.wanted:
            yield source


def _meet(tx: Tx, source: Source, look: _Look) -> int:
    """A file that somebody wants to hold another version: it does by now, or what it holds is kept
    before it is replaced; how many new versions that made."""
    kind, name, mark = source.kind, source.name, versions.digest(source.files)
    want = look.wanted[kind, name]
    edition = versions.get(tx, kind, name, want.version)
    if edition is not None and own(kind, edition.files) == own(kind, source.files):
        versions.saw(tx, kind, name, mark, look.now, waiting=False)
        wanted.done(tx, want)
        return 0
    if versions.known(tx, kind, name, mark):
        return 0
    versions.draft(tx, kind, name, source.files, DISK, look.now)
    return 1
