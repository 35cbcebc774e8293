"""Imports into the folders that people edit; the watcher makes a version of what it finds there."""

from __future__ import annotations

from pathlib import Path

from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.textfile import read_text
from bot.library import places
from bot.library.imports.goods import import_catalogue
from bot.library.imports.questions import import_faq
from bot.library.imports.read import bytes_of
from bot.library.imports.report import Report
from bot.library.review import Judge, judge_of
from bot.persona.brand import Brand, parse_brand
from bot.persona.load import FILE_MAX, read_persona_folder, understand
from bot.studio.catalogue import parse_catalogue

FAQ, CATALOGUE = "faq.csv", "catalogue.csv"


def faq_into(config: Config, persona: str, path: Path, *, dry: bool = False) -> Report:
    """Imports questions into a persona's folder; with ``dry`` nothing is written.

    Raises BadInput, and Moved when somebody saved the folder's file at the same moment.
    """
    if not (config.personas_dir / persona / "persona.toml").is_file():
        known = ", ".join(sorted(p.parent.name for p in config.personas_dir.glob("*/persona.toml")))
        raise BadInput(f"no persona {persona!r} in {config.personas_dir}",
                       fix=f"known: {known or 'none'}")  # fmt: skip
    current = _current(config, "persona", persona, FAQ)
    templates = {p.relative_to(config.content_dir).as_posix().removesuffix(".j2")
                 for p in config.content_dir.rglob("*.j2")}  # fmt: skip
    report = import_faq(bytes_of(path), path.name, current or "", templates,
                        places.shown("persona", persona, FAQ), _judge(config, persona))  # fmt: skip
    _keep(config, "persona", persona, FAQ, report, current, dry=dry)
    return report


def _judge(config: Config, persona: str) -> Judge:
    """The guard by brand, persona and catalogue as the folders hold them. Raises BadInput where
    brand or catalogue cannot be read; a persona that cannot leaves the brand's rules."""
    brand = _current(config, "brand", "brand", "brand.toml")
    goods = _current(config, "catalogue", "catalogue", CATALOGUE)
    folder = config.personas_dir / persona
    files = read_persona_folder(folder)
    return judge_of(
        parse_brand(brand, places.shown("brand", "brand")) if brand else Brand(name=""),
        understand(files, places.shown("persona", persona)).persona,
        parse_catalogue(goods, places.shown("catalogue", "catalogue")) if goods else (),
        config.guard,
    )


def catalogue_into(config: Config, path: Path, *, dry: bool = False) -> Report:
    """Imports goods into the catalogue; with ``dry`` nothing is written. Raises as ``faq_into``."""
    current = _current(config, "catalogue", "catalogue", CATALOGUE)
    report = import_catalogue(bytes_of(path), path.name, current or "")
    _keep(config, "catalogue", "catalogue", CATALOGUE, report, current, dry=dry)
    return report


def _current(config: Config, kind: str, name: str, file: str) -> str | None:
    path = places.path_of(config, kind, name, file)
    return read_text(path, places.shown(kind, name, file), FILE_MAX) if path.exists() else None


def _keep(
    config: Config, kind: str, name: str, file: str, report: Report, current: str | None, *,
    dry: bool,
) -> None:  # fmt: skip
    if report.changes and not dry:
        seen = {} if current is None else {file: current}
        places.put(config, kind, name, {file: report.text}, seen)
