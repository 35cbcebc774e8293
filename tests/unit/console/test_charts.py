"""Pictures: words in them keep the size of the page's words, however wide the picture gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.console import page
from bot.console.charts.bars import Point, bars
from bot.console.charts.curve import WIDTH, curve
from bot.console.charts.two import two
from bot.rehearsal.drawing import columns

HOME = Path(page.__file__).parent
PICTURE = re.compile(r"<svg (?P<head>[^>]*)>(?P<inner>.*?)</svg>", re.DOTALL)
# These scale, and their stylesheets keep them below so many pixels.
SCALED = {"lift": "campaign.css", "pairs-chart": "desk.css"}


def test_a_picture_with_words_never_scales_without_end() -> None:
    scaling = [
        f"{path.name}: {found['head'][:60]}"
        for path in sorted((HOME / "templates").rglob("*.html"))
        for found in PICTURE.finditer(path.read_text())
        if "<text" in found["inner"] and "viewBox" in found["head"]
        and path.name not in ("campaign.html", "mix.html")
    ]  # fmt: skip
    assert scaling == [], "words in it grow with the screen: places across in percent, no viewBox"
    for name, sheet in SCALED.items():
        rules = (HOME / "static" / sheet).read_text()
        assert re.search(rf"\.{name}[^{{]*{{[^}}]*max-width: 420px", rules), name


def test_a_report_draws_its_days_as_wide_as_there_is_room() -> None:
    drawn = columns([Point("11-01", 1, "1"), Point("11-02", 3, "3")])
    assert 'width="100%" height="112"' in drawn and "viewBox" not in drawn
    assert re.findall(r'x="([\d.]+)%"', drawn)[:2] == ["5.0", "55.0"]


@pytest.mark.parametrize("shares", [[0.1, 0.0, None, 0.4], [None, None], [0.0]])
def test_a_curve_goes_from_dot_to_dot_and_stays_inside(shares: list[float | None]) -> None:
    made = curve([(f"{n} 天", share, str(share)) for n, share in enumerate(shares)])
    known = [share for share in shares if share is not None]
    assert len(made.dots) == len(known) and len(made.lines) == max(len(known) - 1, 0)
    assert [pair[0] for pair in made.lines] == list(made.dots[:-1])
    assert all(0 < note.x < WIDTH and 0 < note.y < made.height for note in made.notes)


def test_before_and_after_share_one_scale() -> None:
    made = two(Point("前", 2.0, "2"), Point("后", 4.0, "4"))
    assert made.bars[1].height == 2 * made.bars[0].height
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH for bar in made.bars)
    assert bars([Point("后", None, "–")]).bars == ()
