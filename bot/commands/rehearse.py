"""``onevoice rehearse``: a month of the product with simulated members, on a virtual clock."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import click
import orjson
from tabulate import tabulate

from bot.commands.options import as_json, read_config, with_config
from bot.core import logs
from bot.core.clock import SystemClock, local, to_ms
from bot.core.config import Config
from bot.rehearsal.page import page
from bot.rehearsal.play import Plan
from bot.rehearsal.play import rehearse as play
from bot.rehearsal.rates import FILE, Rates, load_rates
from bot.rehearsal.report import DAY, Report
from bot.rehearsal.telling import tell
from bot.rehearsal.words import COLUMNS, feed, genre, quota, reason

REASONS, WORST = 15, 5


@click.command()
@with_config
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@click.option("--members", type=click.IntRange(1, 100_000), default=1_000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**31), default=1, show_default=True,
              help="Equal seeds, equal days.")  # fmt: skip
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD",
              help="First day; by default today.")  # fmt: skip
@click.option("--rates", "rates_path", metavar="FILE", type=click.Path(path_type=Path),
              help=f"What people do; by default {FILE} beside the configuration.")  # fmt: skip
@click.option("--html", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Also write a report with pictures.")  # fmt: skip
@click.option("--keep", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
              help="Keep the rehearsed database there, for `onevoice log --data DIR`.")  # fmt: skip
@click.option(
    "--attended",
    is_flag=True,
    help="For a program that watches: a line a day, and an end when its input ends.",
)
@as_json
def rehearse(
    config_path: Path, days: int, members: int, seed: int, first: datetime | None,
    rates_path: Path | None, html: Path | None, keep: Path | None, attended: bool,
    json_out: bool,
) -> None:  # fmt: skip
    """Who would receive what, when, and every rule that held something back."""
    if attended:
        _end_with_input()
    config = read_config(config_path)
    rates = _rates(config, rates_path)
    folder = _empty(keep) if keep else None
    logs.set_up("error", config.log_format)
    plan = Plan(start=_start(config, first.date() if first else None), days=days,
                members=members, seed=seed)  # fmt: skip
    report = play(config, rates, plan, tell, folder, _progress(days, attended))
    if html is not None:
        _write(html, page(report))
    if json_out:
        click.echo(orjson.dumps(report.as_json()))
    else:
        _show(report)


def _rates(config: Config, path: Path | None) -> Rates:
    """The named file, the one beside the configuration, or what stands in the code."""
    beside = config.home / FILE
    if path is None and not beside.is_file():
        return Rates()
    return load_rates(path or beside)


def _start(config: Config, first: date | None) -> int:
    zone = ZoneInfo(config.timezone)
    day = first or local(SystemClock().now(), config.timezone).date()
    return to_ms(datetime(day.year, day.month, day.day, tzinfo=zone))


def _empty(folder: Path) -> Path:
    """A folder of which nothing is overwritten."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"--keep {folder}: the folder is not empty; name a new one")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise click.UsageError(f"--html {path}: {exc.strerror}; name a file that can be written"
                               ) from None  # fmt: skip


def _end_with_input() -> None:
    """Whoever started us holds the other end of our input. When he ends, however, so do we."""

    def watch() -> None:
        # not sys.stdin: its lock would be held when the interpreter shuts down
        while os.read(0, 4_096):
            pass
        os._exit(1)

    Thread(target=watch, daemon=True).start()


def _progress(days: int, attended: bool) -> Callable[[int], None]:
    """A line on a terminal, or one for each day to whoever watches; nothing when piped."""
    if attended:
        return lambda day: click.echo(f"day {day + 1}/{days}", err=True)
    if not sys.stderr.isatty():
        return lambda day: None

    def tell_day(day: int) -> None:
        done = round(30 * (day + 1) / days)
        end = "\n" if day + 1 == days else ""
        bar = "█" * done + "·" * (30 - done)
        click.echo(f"\r\033[K{bar} {day + 1}/{days}{end}", err=True, nl=False)

    return tell_day


def _show(report: Report) -> None:
    spread, unasked = report.per_member, report.unasked
    click.echo(
        f"{report.start} 起 {report.days} 天，{report.members} 位模拟客人，种子 {report.seed}"
    )
    click.echo(
        f"来信 {report.inbound}，一对一发出 {report.outbound}，群和朋友圈看到 {report.feeds}"
    )
    most = f"一半不超过 {spread.p50}，95% 不超过 {spread.p95}，最多 {spread.max}"
    click.echo(f"每人收到 {spread.mean:g}（{most}）")
    click.echo(f"没问就发的：95% 不超过 {unasked.p95}，最多 {unasked.max}\n")
    rows = [[n + 1, *(row[name] for name in DAY)] for n, row in enumerate(report.daily)]
    click.echo(tabulate(rows, headers=["天", *(COLUMNS[name] for name in DAY)]))
    _list("被拦下", [(reason(code), n) for code, n in list(report.refusals.items())[:REASONS]])
    _list("各账号要点", list(report.taps.items()))
    _list("额度", [(quota(q.name), f"{q.used} / {q.most}") for q in report.quotas])
    for name, genres in report.mix.items():
        _list(feed(name), [(genre(kind), n) for kind, n in genres.items()])
    _list("参加活动", [(f"{one.title} {one.people} 人", f"{one.runs} 场 {one.acts} 次")
                   for one in report.activities])  # fmt: skip
    _list("收到最多", [(w.member, f"{w.messages}，其中没问就发 {w.unasked}")
                   for w in report.worst[:WORST]])  # fmt: skip
    click.echo(f"\n摘要 {report.digest}")


def _list(title: str, rows: Iterable[tuple[str, object]]) -> None:
    told = " · ".join(f"{name} {value}" for name, value in rows)
    click.echo(f"\n{title}：{told or '没有'}")
