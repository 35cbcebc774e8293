"""Before and after: two bars side by side that stand on zero, each with its number and its name.
Across in percent, down in pixels, as ``bars``."""

from __future__ import annotations

from bot.console.charts.bars import FOOT, HEIGHT, TOP, WIDTH, Bar, Chart, Note, Point

EDGE, BAR = 11, 28


def two(before: Point, now: Point) -> Chart:
    """``before`` is drawn pale; what has no value has no bar and says so in words."""
    most = max(before.value or 0, now.value or 0)
    room = HEIGHT - TOP - FOOT
    bars, notes = list[Bar](), list[Note]()
    for place, point in enumerate((before, now)):
        x = EDGE if place == 0 else WIDTH - EDGE - BAR
        high = round(room * (point.value or 0) / most, 2) if most else 0.0
        y, middle = round(HEIGHT - FOOT - high, 2), x + BAR / 2
        told = f"{point.label} {point.words}"
        if point.value is not None:
            bars.append(Bar(x, y, BAR, high, told, pale=place == 0))
        notes.append(Note(middle, y - 6, point.words, "middle"))
        notes.append(Note(middle, HEIGHT - 5, point.label, "middle"))
    told = ", ".join(f"{point.label} {point.words}" for point in (before, now))
    return Chart(tuple(bars), tuple(notes), told)
