"""``onevoice import``: questions and goods from the tables that people keep."""

from __future__ import annotations

from pathlib import Path

import click
import orjson

from bot.commands.options import as_json, read_config, with_config
from bot.library.imports.files import catalogue_into, faq_into
from bot.library.imports.report import ADDED, CHANGED, REFUSED, UNCHANGED, Line, Report

COUNTED = {ADDED: "新增", CHANGED: "更新", UNCHANGED: "未变", REFUSED: "未导入"}
readable = click.Path(path_type=Path, exists=True, dir_okay=False)
dry_run = click.option("--dry-run", "dry", is_flag=True, help="Only say what would be done.")


@click.group("import")
def imports() -> None:
    """Take over questions or goods from .xlsx or CSV (UTF-8, UTF-16, GBK)."""


@imports.command()
@click.argument("persona")
@click.argument("file", type=readable)
@dry_run
@with_config
@as_json
def faq(persona: str, file: Path, dry: bool, config_path: Path, json_out: bool) -> None:
    """Questions and answers into personas/PERSONA/faq.csv."""
    _show(faq_into(read_config(config_path), persona, file, dry=dry), dry, json_out)


@imports.command()
@click.argument("file", type=readable)
@dry_run
@with_config
@as_json
def catalogue(file: Path, dry: bool, config_path: Path, json_out: bool) -> None:
    """Goods and prices into content/catalogue.csv."""
    _show(catalogue_into(read_config(config_path), file, dry=dry), dry, json_out)


def _show(report: Report, dry: bool, json_out: bool) -> None:
    """Prints what became of each row; exits with 1 when one was refused."""
    if json_out:
        click.echo(orjson.dumps({**report.as_dict(), "dry_run": dry}).decode())
    else:
        for line in report.lines:
            click.echo(_said(report.file, line))
        click.echo(_summed(report, dry), err=True)
    if not report.ok:
        raise click.exceptions.Exit(1)


def _said(file: str, line: Line) -> str:
    """``价目.xlsx 商品!C4: BZ-T03 新增``"""
    place = f"{line.column}{line.line}" if line.column else f"第 {line.line} 行"
    where = f"{file} {line.sheet + '!' if line.sheet else ''}{place}"
    fix = f"；{line.fix}" if line.fix else ""
    return f"{where}: {line.key + ' ' if line.key else ''}{line.message}{fix}"


def _summed(report: Report, dry: bool) -> str:
    counts = "，".join(f"{word} {report.counts[key]} 行" for key, word in COUNTED.items())
    ignored = f"；没有用到的列：{'、'.join(report.ignored)}" if report.ignored else ""
    return ("试运行，未写入：" if dry else "") + counts + ignored
