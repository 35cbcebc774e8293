"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from pathlib import Path

from bot.console.charts.bars import Point
from bot.rehearsal.drawing import columns, rows
from bot.rehearsal.report import DAY, Report
from bot.rehearsal.words import COLUMNS, feed, genre, quota, reason

CSS = Path(__file__).with_name("page.css")
# Pictures of days: title, the column, and a second one behind it.
PICTURES = (
    ("每天来信", "inbound", ""), ("每天人设回复", "reply", ""), ("没人问就发的", "unasked", ""),
    ("被拦下的", "refused", ""), ("新任务和点发", "taps", "tasks"), ("新好友", "added", ""),
)  # fmt: skip
REASONS = 12
_UNASKED = ("care", "promo", "activity")


def page(report: Report) -> str:
    """The whole document, in Chinese: it is for whoever looks after the content."""
    css = CSS.read_text(encoding="utf-8")
    first, last = _dates(report)[0], _dates(report)[-1]
    title = f"预演 {first} 到 {last}"
    body = "\n".join([
        f"<header><h1>{title}</h1><p class=soft>{report.members} 位模拟客人，{report.days} 天，种子"
        f" {report.seed}。发给谁、什么时候、什么被拦下，都按现在的人设、流程、日历和规则算出来；"
        "没有一条真的发出去。</p></header>",
        _numbers(report),
        f"<div class=charts>{''.join(_days(report))}</div>",
        f"<div class=charts>{''.join(_pictures(report))}</div>",
        _table("一天一行", ["日期", *(COLUMNS[name] for name in DAY)], _day_rows(report)),
        f"<div class=charts>{''.join(_tables(report))}</div>",
        f"<p class=soft>摘要 <code>{report.digest}</code>：同样的内容、规则和种子，摘要相同。</p>",
    ])  # fmt: skip
    return (f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title><style>{css}</style></head><body><main>{body}</main></body>"
            "</html>\n")  # fmt: skip


def _tables(report: Report) -> Iterator[str]:
    yield _table("各账号的任务", ["账号", "任务", "已点", "撤回", "没点", "多久点（分）"],
                 [[a.account, a.tasks, a.tapped, a.cancelled, a.untapped, a.minutes]
                  for a in report.accounts])  # fmt: skip
    yield _table(
        "没问就发得最多的客人",
        ["客人", "一对一", "其中没问就发的"],
        [[w.member, w.messages, w.unasked] for w in report.worst],
    )
    if report.activities:
        days = [day[5:] for day in _dates(report)]
        yield _table("活动", ["活动", "场次", "参加的人", "算数的", "得奖"],
                     [[one.title, one.runs, one.people, one.entries, one.winners]
                      for one in report.activities])  # fmt: skip
        lines: list[list[str | int]] = [[one.title, one.people, *one.daily]
                                        for one in report.activities]  # fmt: skip
        yield _table("每天参加活动的人", ["活动", "人数", *days], lines)
    yield _table(
        "为什么没发出去",
        ["原因", "次数"],
        [[reason(code), n] for code, n in report.refusals.items()],
    )


def _dates(report: Report) -> list[str]:
    first = date.fromisoformat(report.start)
    return [(first + timedelta(days=n)).isoformat() for n in range(report.days)]


def _numbers(report: Report) -> str:
    spread, unasked = report.per_member, report.unasked
    taps = sum(report.taps.values())
    cells = (
        ("来信", f"{report.inbound:,}", f"每人 {report.inbound / max(report.members, 1):.1f}"),
        ("一对一发出", f"{report.outbound:,}", f"每人 {spread.mean:.1f}"),
        ("每人收到", f"{spread.p50}", f"95% 的人不超过 {spread.p95}，最多 {spread.max}"),
        ("没问就发", f"{unasked.p50}", f"95% 的人不超过 {unasked.p95}，最多 {unasked.max}"),
        ("被拦下", f"{sum(report.refusals.values()):,}", f"{len(report.refusals)} 种原因"),
        ("要点发", f"{taps:,}", f"{len(report.accounts)} 个账号"),
    )
    made = "".join(f"<div><dt>{name}</dt><dd>{value}<small>{more}</small></dd></div>"
                   for name, value, more in cells)  # fmt: skip
    return f"<dl class=now>{made}</dl>"


def _days(report: Report) -> Iterator[str]:
    labels = [day[5:].replace("-", "/") for day in _dates(report)]
    for title, name, behind in PICTURES:
        points = [Point(label, value := _value(row, name), f"{value}",
                        _value(row, behind) if behind else None)
                  for label, row in zip(labels, report.daily, strict=True)]  # fmt: skip
        points = [_above(point) for point in points]
        yield _section(title, columns(points))


def _above(point: Point) -> Point:
    """The value behind is never shorter: a tap may come on the day after its task."""
    if point.pale is None:
        return point
    most = max(point.pale, point.value or 0)
    return Point(point.label, point.value, f"{point.words}/{point.pale:g}", most)


def _value(row: Mapping[str, int], name: str) -> int:
    return sum(row[kind] for kind in _UNASKED) if name == "unasked" else row[name]


def _pictures(report: Report) -> Iterator[str]:
    yield _section("每人收到几条（人数）", rows([(f"{label} 条", n, 0, f"{n}")
                                        for label, n in report.histogram]))  # fmt: skip
    top = list(report.refusals.items())[:REASONS]
    yield _section("为什么没发出去", rows([(reason(code), n, 0, f"{n:,}") for code, n in top]))
    yield _section(
        "各账号要点多少次", rows([(one, n, 0, f"{n}") for one, n in report.taps.items()])
    )
    used = [(q, q.used / max(q.most, 1)) for q in report.quotas]
    yield _section("额度还剩多少", rows([(quota(q.name), part, 1, f"{q.used} / {q.most}")
                                   for q, part in used]))  # fmt: skip
    for name, genres in report.mix.items():
        lines = [(genre(kind), float(n), 0.0, f"{n}") for kind, n in genres.items()]
        yield _section(f"{feed(name)}内容的类型", rows(lines))


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{inner}</section>"


def _day_rows(report: Report) -> Iterator[Sequence[str | int]]:
    for day, row in zip(_dates(report), report.daily, strict=True):
        yield [day[5:], *(row[name] for name in DAY)]
    yield ["合计", *(sum(row[name] for row in report.daily) for name in DAY)]


def _table(title: str, heads: Sequence[str], lines: Iterable[Sequence[str | int]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(_line(line) for line in lines)
    return _section(title, f"<div class=wide><table><thead><tr>{head}</tr></thead>"
                           f"<tbody>{body}</tbody></table></div>")  # fmt: skip


def _line(cells: Sequence[str | int]) -> str:
    made = "".join(f"<td{' class=nil' if cell == 0 else ''}>{escape(str(cell))}</td>"
                   for cell in cells)  # fmt: skip
    return f"<tr{' class=sum' if cells[0] == '合计' else ''}>{made}</tr>"
