"""Pictures of a report as SVG: bars by day, and rows that begin at zero."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.console.charts.bars import Chart, Point, bars

WIDTH, LABEL, NUMBERS, ROW, BAR = 400, 176, 60, 26, 12
SHOWN = 14  # characters of a label


def columns(points: Sequence[Point]) -> str:
    """A bar a point; see bot.console.charts.bars."""
    return _svg(bars(points))


def _svg(chart: Chart) -> str:
    rects = "".join(
        f'<rect class="{"pale" if bar.pale else "bar"}" x="{bar.x}%" y="{bar.y}"'
        f' width="{bar.width}%" height="{bar.height}" rx="1"><title>{escape(bar.told)}</title>'
        "</rect>"
        for bar in chart.bars
    )
    notes = "".join(f'<text x="{note.x}%" y="{note.y}" text-anchor="{note.anchor}">'
                    f"{escape(note.text)}</text>" for note in chart.notes)  # fmt: skip
    base = f'<line class="base" x1="0" x2="100%" y1="{chart.base}" y2="{chart.base}"/>'
    return _picture(f'width="100%" height="{chart.height}"', chart.told, rects + base + notes)


def rows(lines: Sequence[tuple[str, float, float, str]]) -> str:
    """Rows of a name, a value, how much room there is (0: none is drawn) and the value in words.
    What is over its room is marked."""
    most = max((max(value, room) for _, value, room, _ in lines), default=0) or 1
    parts = [_row(n * ROW, line, most) for n, line in enumerate(lines)]
    told = "，".join(f"{name} {words}" for name, _, _, words in lines)
    size = f'class="rows" viewBox="0 0 {WIDTH} {max(len(lines), 1) * ROW}"'
    return _picture(size, told, "".join(parts))


def _row(y: float, line: tuple[str, float, float, str], most: float) -> str:
    name, value, room, words = line
    wide = (WIDTH - LABEL - NUMBERS) / most
    top, kind = y + (ROW - BAR) / 2, "over" if room and value > room else "bar"
    behind = _rect("room", LABEL, top, room * wide) if room else ""
    short = name if len(name) <= SHOWN else name[: SHOWN - 1] + "…"
    base, end = y + ROW / 2 + 4, round(LABEL + max(value, room) * wide + 6, 1)
    return (
        f'<text class="ink" x="0" y="{base}">{escape(short)}<title>{escape(name)}</title></text>'
        f"{behind}{_rect(kind, LABEL, top, value * wide)}"
        f'<text x="{end}" y="{base}">{escape(words)}</text>'
    )


def _rect(kind: str, x: float, y: float, wide: float) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{round(wide, 1)}" height="{BAR}" rx="2"/>'


def _picture(size: str, told: str, inner: str) -> str:
    return f'<svg {size} role="img" aria-label="{escape(told[:400])}">{inner}</svg>'
