"""What [model] in config.toml may say."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.config import load_config
from bot.core.errors import BadInput
from bot.core.guarding import Label, is_label
from bot.core.modelconfig import ModelConfig

BASE = """[wecom]
corp_id = "ww1"
[wecom.apps.assistant]
agent_id = 1
[model]
"""
ON = 'mode = "auto"\nbase_url = "https://model.example/v1"\nname = "m"\n'


def load(folder: Path, text: str) -> ModelConfig:
    (folder / "config.toml").write_text(BASE + text, "utf-8")
    return load_config(folder / "config.toml").model


def test_it_is_off_unless_somebody_asks_for_it(tmp_path: Path) -> None:
    assert load(tmp_path, "").off
    assert load(tmp_path, ON).ms("first_line_after") == 1_500


@pytest.mark.parametrize("url", ["https://a.example/v1", "http://127.0.0.1:11434/v1",
                                 "http://localhost:8000/v1", "http://[::1]:1/v1"])  # fmt: skip
def test_addresses_that_may_be_asked(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'mode = "auto"\nbase_url = "{url}"\nname = "m"\n').base_url == url


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('mode = "draft"\nname = "m"', "base_url"), ('mode = "auto"\nbase_url = "https://a"', "name"),
        ('mode = "auto"\nname = "m"\nbase_url = "http://a.example/v1"', "base_url"),
        ('mode = "auto"\nname = "m"\nbase_url = "a.example"', "base_url"),
        (f'{ON}budget = "31s"', "budget"), (f'{ON}budget = "0s"', "budget"),
        ('budget = "soon"', "budget"), ("retries = 6", "retries"), ("slots = 0", "slots"),
        ("temperature = 2.5", "temperature"),
        ('mode = "on"', "mode"), ('key = "sk-1"', "key"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_an_error_that_names_the_key(
    tmp_path: Path, text: str, key: str
) -> None:
    with pytest.raises(BadInput, match=key) as caught:
        load(tmp_path, text)
    assert caught.value.line


def test_a_label_says_ai_and_generated() -> None:
    assert is_label("（以上由 AI 生成）") and is_label("人工智能合成")
    assert not is_label("AI 小盏") and not is_label("自动生成")
    with pytest.raises(ValueError, match="does not say"):
        Label(text="小盏说")
