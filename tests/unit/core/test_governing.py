"""[governor] of config.toml: what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.clock import DAY, HOUR
from bot.core.config import Config, load_config
from bot.core.errors import BadInput

BASE = '[wecom]\ncorp_id = "ww1"\n[wecom.apps.a]\nagent_id = 1\n'


def read(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(BASE + text, encoding="utf-8")
    return load_config(file)


WRONG = [
    ("[governor]\nday = -1", "governor.day: is below 0"),
    ('[governor]\nquiet_from = "9:30pm"', "governor.quiet_from: '9:30pm' is no time of day"),
    ('[governor]\ntrust_days = "week"', "governor.trust_days: 'week' is no length of time"),
    ("[governor.personas.laogu]\nweek = -3", "governor.personas.laogu.week: is below 0"),
    ("[governor.circles.tea]\npromo_share = 1.2", "governor.circles.tea.promo_share: wants a share"),
    ('[governor]\nfewer = "9d"', "governor.fewer: unknown key"),
    ("[governor]\npromo_wek = 1", "did you mean 'promo_week'?"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, text)
    assert message in str(caught.value) and "config.toml:" in str(caught.value)


def test_words_become_numbers_and_a_circle_goes_before_a_persona(tmp_path: Path) -> None:
    config = read(tmp_path, '[deliver]\nfewer = "10d"\n[governor]\nagain = "1h"\nday = 9\n'
                            '[governor.personas.laogu]\nday = 1\nquiet_to = "09:15"\n'
                            "[governor.circles.tea]\nday = 3\n")  # fmt: skip
    words = config.governor
    assert (words.general.fewer, words.general.again) == (10 * DAY, HOUR)
    assert (words.rules().day, words.rules("laogu").day, words.rules("laogu", "tea").day) == (
        9, 1, 3)  # fmt: skip
    assert (words.rules("laogu").quiet_to, words.rules("laogu").again) == (9 * 60 + 15, HOUR)
    assert words.rules("laogu") is words.rules("laogu"), "made once"
