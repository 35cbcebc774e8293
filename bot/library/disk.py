"""The folders people edit, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.community.activity import Activity, parse_activity
from bot.community.atmosphere import Atmosphere, parse_atmosphere
from bot.community.mission import Mission, parse_mission
from bot.community.moderating import Moderation, parse_moderation
from bot.community.rules import Community, parse_community
from bot.core.carrying import Shortening
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.findings import ERROR, Finding, of_faults
from bot.core.goods import Good
from bot.core.guarding import Guarding
from bot.core.textfile import read_text
from bot.library import assets
from bot.library.assets import review_assets
from bot.library.campaigns import review_campaign
from bot.library.caring import review_care
from bot.library.carriers import review_carriers
from bot.library.dear import Shop, review_dear
from bot.library.once import told_once
from bot.library.places import FOLDERS
from bot.library.references import dangling
from bot.library.review import Judges, review_audience, review_persona, review_template
from bot.library.usage import said_by, voices
from bot.members.circle import Circle, parse_circle
from bot.persona import hooks
from bot.persona.brand import Brand, parse_brand
from bot.persona.lint import examine
from bot.persona.load import read_persona_folder, understand
from bot.persona.persona import Persona
from bot.studio import parts
from bot.studio.catalogue import parse_catalogue
from bot.studio.lint import Rules, lint_template, lint_twins
from bot.studio.parse import files_of, parse_template
from bot.studio.template import Template
from scheduler.calendar import Calendar, parse_calendar
from scheduler.campaigns import Campaign, parse_campaign
from scheduler.flows import Flow, parse_flow

SIZE_MAX = 4 * 1024 * 1024
Signature = tuple[tuple[str, int, int, int], ...]
T = TypeVar("T")
Check = Callable[["Disk", str, str], Iterable[Finding]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One thing that gets versions of its own: its kind, name and files."""

    kind: str
    name: str
    files: Mapping[str, str]


@dataclass(slots=True)
class Disk:
    """Everything that was found; ``sources`` holds only what is clean enough to serve.

    ``absent``: one of the two folders was not there at all, so nothing may be concluded from what
    is missing. ``broken``: what stands there and could be read, but not served.
    """

    sources: list[Source] = field(default_factory=list)
    broken: list[Source] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    personas: dict[str, Persona] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    circles: dict[str, Circle] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)
    missions: dict[str, Mission] = field(default_factory=dict)
    atmospheres: dict[str, Atmosphere] = field(default_factory=dict)
    moderation: Moderation | None = None
    calendar: Calendar = field(default_factory=Calendar)
    brand: Brand = field(default_factory=lambda: Brand(name=""))
    goods: tuple[Good, ...] = ()
    absent: bool = False


def signature(config: Config) -> Signature:
    """Changes whenever a file in the two folders changes, its time of change included: a copy may
    keep the older time of modification."""
    seen = []
    for folder in (config.personas_dir, config.content_dir):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".toml", ".csv", ".j2") or assets.FOLDER in path.parts:
                with suppress(FileNotFoundError):  # it went away after it was listed
                    stat = path.stat()
                    seen.append((str(path), stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size))
    return tuple(seen)


def read_disk(config: Config) -> Disk:
    """Reads and checks both folders. Faults are findings; a broken file gives no source."""
    hooks.load(config.hooks.module)
    disk = Disk(absent=not (config.personas_dir.is_dir() and config.content_dir.is_dir()))
    _single(disk, config.personas_dir / "brand.toml", "brand", "brand", _brand)
    _single(disk, config.content_dir / "catalogue.csv", "catalogue", "catalogue", _catalogue)
    _parts(disk, config.content_dir / parts.FOLDER)
    for path in sorted(config.content_dir.rglob("*.j2")):
        name = path.relative_to(config.content_dir).as_posix().removesuffix(".j2")
        if not name.startswith(f"{parts.FOLDER}/"):
            _single(disk, path, "template", name,
                    lambda d, s, f: _template(d, s, f, config))  # fmt: skip
    for folder in sorted(p for p in _subfolders(config.personas_dir)):
        _persona(disk, folder)
    for kind, check in _checks(config.timezone).items():
        for path in sorted((config.content_dir / FOLDERS[kind]).glob("*.toml")):
            _single(disk, path, kind, path.stem, check)
    _single(disk, config.content_dir / "moderation.toml", "moderation", "moderation", _moderation)
    _single(disk, config.content_dir / "calendar.toml", "calendar", "calendar",
            lambda d, s, f: _calendar(d, s, f, config.timezone))  # fmt: skip
    _cross_check(disk, config.timezone)
    disk.findings += _reviewed(disk, config.guard, config.timezone)
    shop = Shop(categories=config.orders.named, templates=disk.templates, goods=disk.goods)
    short = Shortening.of(config.carriers, config.web.public_url)
    disk.findings += review_care(disk.templates.values(), disk.goods, short)
    disk.findings += review_dear(disk.flows.values(), disk.campaigns.values(), shop)
    disk.findings = told_once(disk.findings)  # many texts may share one faulty part
    return disk


def _parts(disk: Disk, folder: Path) -> None:
    for path in sorted(folder.glob("*.j2")):
        try:
            disk.parts[path.stem] = read_text(path, parts.shown(path.stem), parts.FILE_MAX)
        except BadInput as exc:
            disk.findings += of_faults(exc, "template")


def _reviewed(disk: Disk, policy: Guarding, zone: str) -> Iterator[Finding]:
    """What the guard would say about it all."""
    files = {s.name: s.files for s in disk.sources if s.kind == "persona"}
    for persona in disk.personas.values():
        yield from review_persona(
            persona, files.get(persona.id, {}), disk.brand, disk.goods, policy
        )
    campaigns = disk.campaigns.values()
    found = voices(disk.calendar.entry, disk.flows.values(), disk.personas, campaigns)
    judges = Judges(disk.brand, disk.goods, policy)
    for template in disk.templates.values():
        yield from review_template(template, judges, said_by(found, template.name))
        yield from review_audience(template, disk.personas, zone)
    for campaign in campaigns:
        yield from review_campaign(campaign, disk.templates, disk.personas)
    yield from lint_twins(disk.templates.values())
    yield from review_carriers(disk.calendar.entry, disk.templates)


def _subfolders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in folder.iterdir() if (p / "persona.toml").exists())


def _single(disk: Disk, path: Path, kind: str, name: str, check: Check) -> None:
    if not path.exists():
        return
    disk.seen.add((kind, name))
    shown = f"{path.parent.name}/{path.name}" if kind != "template" else f"content/{name}.j2"
    if kind in FOLDERS:
        shown = f"content/{path.parent.name}/{path.name}"
    source = None
    try:
        source = read_text(path, shown, SIZE_MAX)
        found = list(check(disk, source, shown))
    except BadInput as exc:
        found = of_faults(exc, kind)
    disk.findings += found
    if source is None:
        return
    clean = not any(f.severity == ERROR for f in found)
    files = {path.name: source}
    if kind == "template" and clean:
        files = files_of(disk.templates[name], source, disk.parts)
    (disk.sources if clean else disk.broken).append(Source(kind=kind, name=name, files=files))


def _checks(zone: str) -> Mapping[str, Check]:
    """What is looked at by kind, of those that have a folder with a file each."""
    return {
        "flow": _kept(parse_flow, lambda disk: disk.flows, lambda made: made.id),
        "campaign": _kept(partial(parse_campaign, zone=zone), lambda disk: disk.campaigns,
                          lambda made: made.id),
        "circle": _kept(parse_circle, lambda disk: disk.circles, lambda made: made.id),
        "community": _kept(parse_community, lambda disk: disk.communities,
                           lambda made: made.circle),
        "activity": _kept(partial(parse_activity, zone=zone), lambda disk: disk.activities,
                          lambda made: made.id),
        "mission": _kept(parse_mission, lambda disk: disk.missions, lambda made: made.id),
        "atmosphere": _kept(parse_atmosphere, lambda disk: disk.atmospheres,
                            lambda made: made.circle),
    }  # fmt: skip


def _brand(disk: Disk, source: str, file: str) -> Iterable[Finding]:
    disk.brand = parse_brand(source, file)
    return ()


def _catalogue(disk: Disk, source: str, file: str) -> Iterable[Finding]:
    disk.goods = parse_catalogue(source, file)
    return ()


def _template(disk: Disk, source: str, file: str, config: Config) -> Iterable[Finding]:
    name = file.removeprefix("content/").removesuffix(".j2")
    disk.templates[name] = template = parse_template(name, source, file, disk.parts)
    return [*lint_template(template, rules_of(disk.brand, disk.goods, config)),
            *review_assets(template, config.content_dir / assets.FOLDER)]  # fmt: skip


def rules_of(brand: Brand, goods: Iterable[Good], config: Config) -> Rules:
    """What this brand asks of its texts."""
    return Rules(taboo=brand.taboo, goods=[good.name.partition(" ")[0] for good in goods],
                 label=config.guard.label, emoji_max=config.content.emoji_max)  # fmt: skip


def _kept(
    parse: Callable[[str, str], T], shelf: Callable[[Disk], dict[str, T]],
    name: Callable[[T], str],
) -> Check:  # fmt: skip
    """A file of this kind is read and put on its shelf."""

    def check(disk: Disk, source: str, file: str) -> Iterable[Finding]:
        made = parse(source, file)
        shelf(disk)[name(made)] = made
        return ()

    return check


def _moderation(disk: Disk, source: str, file: str) -> Iterable[Finding]:
    disk.moderation = parse_moderation(source, file)
    return ()


def _calendar(disk: Disk, source: str, file: str, zone: str) -> Iterable[Finding]:
    disk.calendar = parse_calendar(source, file, zone)
    return ()


def _persona(disk: Disk, folder: Path) -> None:
    disk.seen.add(("persona", folder.name))
    try:
        files = read_persona_folder(folder)
    except BadInput as exc:
        disk.findings += of_faults(exc, "persona")
        return
    parsed = understand(files, f"personas/{folder.name}")
    # one that stands there and is broken has its own finding
    there = {name for kind, name in disk.seen if kind == "template"}
    found = [*parsed.findings, *examine(parsed, f"personas/{folder.name}", disk.brand, there)]
    disk.findings += found
    source = Source(kind="persona", name=folder.name, files=files)
    if parsed.persona is not None and not any(f.severity == ERROR for f in found):
        disk.personas[parsed.persona.id] = parsed.persona
        disk.sources.append(source)
    else:
        disk.broken.append(source)


def _cross_check(disk: Disk, zone: str) -> None:
    """References between files; what points nowhere is not clean enough to serve."""
    faulty = list(dangling(disk, zone))
    disk.findings += [finding for _, finding in faulty]
    lost = {key for key, _ in faulty}
    disk.broken += [s for s in disk.sources if (s.kind, s.name) in lost]
    disk.sources = [s for s in disk.sources if (s.kind, s.name) not in lost]
