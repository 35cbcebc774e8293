"""With secrets of our own everywhere, none of them is in a log, an answer, a finding or the data."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

from bot.core.config import load_config
from tests.scenario.house import House, brand, opened, platform, run, until
from tests.scenario.test_street import GOOD, letter, post
from tests.unit.core.test_secrets import HUSH

NAMES = {
    "[wecom.apps.assistant]": ("secret_env", "token_env", "aes_key_env"),
    "[wecom.webhooks.store-room]": ("key_env",),
    "[wecom.robots.desk]": ("secret_env",),
    "[wecom.official_accounts.oa]": ("secret_env", "token_env", "aes_key_env"),
}


def secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The test brand with secrets from the environment that the platform does not know."""
    path, made = brand(folder), []
    text = path.read_text("utf-8")
    for table, keys in NAMES.items():
        for key in keys:
            number = len(made)
            made.append(f"{HUSH[:41]}{number:02d}")
            text = text.replace(table, f'{table}\n{key} = "HUSH_{number}"')
            monkeypatch.setenv(f"HUSH_{number}", made[-1])
    path.write_text(text, "utf-8")
    assert load_config(path).sandbox
    return made


async def everything_told(home: House) -> str:
    """What the faces for operators say, after a good deal has gone wrong."""
    http, said = home.phone.http, []
    for query, body in (letter(GOOD), ({}, b""), (letter(GOOD)[0], b"<xml>")):
        said.append((await post(home, http, "assistant", query, body))[1])
    for path in ("healthz", "readyz", "metrics", "trace"):
        async with http.get(home.callback.replace("callback", path)) as answer:
            said.append(await answer.text())
    assert any("40001" in words for words in said), "the false secret was never noticed"
    return "\n".join(said)


def test_no_secret_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hidden = secrets(tmp_path, monkeypatch)
    told = []

    async def scenario() -> None:
        async with platform() as phone, opened(tmp_path, phone) as home:
            await until(lambda: "40001" in caplog.text, "the platform refuses the false secret")
            told.append(await everything_told(home))

    with caplog.at_level(logging.DEBUG):
        run(scenario)
    data = b"".join(p.read_bytes() for p in (tmp_path / "data").rglob("*") if p.is_file())
    assert len(hidden) == 8
    for secret in hidden:
        assert secret not in told[0]
        assert secret not in caplog.text
        assert secret.encode() not in data


def test_check_tells_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    from bot.cli import cli

    hidden = secrets(tmp_path, monkeypatch)
    config = ["--config", str(tmp_path / "config.toml")]
    for more in ([], ["--online", "--platform", "http://127.0.0.1:9"]):
        for form in ([], ["--json"]):
            done = CliRunner().invoke(cli, ["check", *config, *more, *form])
            assert done.exit_code in (0, 1), done.output
            assert not [secret for secret in hidden if secret in done.output]
            assert not form or json.loads(done.stdout)
    assert os.environ["HUSH_0"] == hidden[0]
