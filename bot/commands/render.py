"""``onevoice render``: a template as members would get it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
import orjson

from bot.commands.database import read
from bot.commands.options import looking, read_config
from bot.core.body import dump
from bot.core.clock import local
from bot.core.config import Config
from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.core.findings import ERROR, has_errors, report
from bot.library.disk import Disk, read_disk
from bot.library.preview import Preview, Stage, files_of, preview, speakers
from bot.offset import clock_of
from bot.persona.persona import Persona
from bot.store import codes, people
from bot.studio.matrix import Cell
from bot.studio.samples import SAMPLES, Sample
from bot.studio.template import Template

MOST = len(SAMPLES)


@click.command()
@click.argument("name")
@looking
@click.option("--persona", metavar="P", help="In whose voice; default: whoever says it.")
@click.option("--sample", "count", type=click.IntRange(1, MOST), metavar="N", default=MOST,
              help=f"How many made-up members, 1 to {MOST}.")  # fmt: skip
@click.option("--member", metavar="ID", help="For this member of the database instead.")
def render(
    name: str, config_path: Path, data: Path | None, json_out: bool, persona: str | None,
    count: int, member: str | None,
) -> None:  # fmt: skip
    """Preview the template NAME: every text, whom it is skipped for and why, every finding."""
    config = read_config(config_path, data)
    disk = read_disk(config)
    template = _template(disk, name)
    samples = [_member(config, member)] if member else SAMPLES[:count]
    day = local(clock_of(config).now(), config.timezone).date()
    stage = Stage(brand=disk.brand, goods=disk.goods, policy=config.guard, day=day)
    own = [f for f in disk.findings if f.file in files_of(template)]
    found = preview(stage, template, _personas(disk, template.name, persona), samples, own)
    if json_out:
        click.echo(orjson.dumps(_document(found)).decode())
    else:
        _show(found)
    if has_errors(found.findings):
        raise click.exceptions.Exit(1)


def _template(disk: Disk, name: str) -> Template:
    """Raises BadInput with the fault of a template that cannot be read."""
    name = name.removeprefix("content/").removesuffix(".j2")
    if found := disk.templates.get(name):
        return found
    for finding in disk.findings:
        if finding.file == f"content/{name}.j2" and finding.severity == ERROR:
            raise BadInput(finding.message, file=finding.file, line=finding.line, fix=finding.fix)
    if ("template", name) in disk.seen:
        raise BadInput("the template cannot be read; a part of it is broken", fix="onevoice lint")
    raise click.UsageError(f"there is no template {name!r}; {nearest(name, disk.templates)[:400]}")


def _personas(disk: Disk, template: str, persona: str | None) -> Sequence[Persona]:
    if persona is None:
        return speakers(template, disk.personas, disk.flows.values(), disk.calendar)
    if persona not in disk.personas:
        raise click.UsageError(f"no persona {persona!r}; {nearest(persona, disk.personas)}")
    return [disk.personas[persona]]


def _member(config: Config, member: str) -> Sample:
    row, own = read(config, lambda tx: (people.known(tx, member), codes.own(tx, [member])))
    if row is None:
        raise click.UsageError(f"there is no member {member!r}")
    return Sample(id=member, label=row["name"] or member, opted_out=not row["promo_ok"],
                  member=MappingProxyType({"name": row["name"],
                                           "invite_code": own.get(member, "")}))  # fmt: skip


def _document(found: Preview) -> dict[str, Any]:
    template = found.template
    return report(
        found.findings, template=template.name, kind=template.kind, title=template.title,
        attachments=[dump(part) for part in template.attachments],
        cells=[_cell(cell) for cell in found.cells],
        costs=[{**asdict(cost), "taps": cost.tasks} for cost in found.costs],
    )  # fmt: skip


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "persona": cell.persona, "member": cell.sample.id, "label": cell.sample.label,
        "text": cell.text or None, "reason": cell.reason or None, "bytes": cell.size,
        "limit": cell.most, "findings": [f.rule for f in cell.findings],
    }  # fmt: skip


def _show(found: Preview) -> None:
    click.echo(f"{found.template.file} · {found.template.title} ({found.template.kind})")
    for line in _shown(found.cells):
        click.echo(line)
    for cost in found.costs:
        click.echo(f"{cost.persona}: texts {cost.texts}, tasks {cost.tasks}, taps {cost.tasks}")
    for finding in sorted(found.findings, key=lambda f: (f.file, f.line)):
        click.echo(str(finding))


def _shown(cells: Iterable[Cell]) -> Iterator[str]:
    """Each different text once, with all who say it and all who get it."""
    groups: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        groups.setdefault((cell.text, cell.reason), []).append(cell)
    for (text, reason), same in groups.items():
        personas = ", ".join(dict.fromkeys(cell.persona for cell in same))
        labels = dict.fromkeys(cell.sample.label for cell in same)
        who = f"all {MOST} samples" if len(labels) == MOST else "、".join(labels)
        used = f" · {same[0].size}/{same[0].most} bytes" if text and same[0].most else ""
        yield click.style(f"\n{personas} -> {who}{used}", bold=True)
        yield text if text else f"skipped: {reason}"
    yield ""
