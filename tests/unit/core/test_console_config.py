"""``[console]`` of config.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.config import load_config
from bot.core.errors import BadInput
from tests.scenario.house import brand


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('session_idle = "soon"', "console.session_idle: is no length of time"),
        ('session_max = "0s"', "console.session_max: is no length of time"),
        ("proxies = -1", "console.proxies: wants 0 to 8"),
    ],
)
def test_a_setting_that_cannot_be_names_its_line(tmp_path: Path, line: str, said: str) -> None:
    config = brand(tmp_path)
    config.write_text(f"{config.read_text('utf-8')}\n[console]\n{line}\n", "utf-8")
    with pytest.raises(BadInput, match=r"config\.toml") as caught:
        load_config(config)
    assert said in str(caught.value)
