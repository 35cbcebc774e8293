"""config.toml as values: defaults, paths, spans and where secrets come from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.config import (
    SANDBOX_AES_KEY,
    SANDBOX_TOKEN,
    AppSecrets,
    Config,
    app_secrets,
    load_config,
    webhook_key,
)  # fmt: skip
from bot.core.errors import BadInput

LEAST = '[wecom]\ncorp_id = "ww1"\n[wecom.apps.one]\nagent_id = 1\n'
LIVE = '[wecom]\ncorp_id = "ww1"\nmode = "live"\n[wecom.apps.one]\nagent_id = 1\n'
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def refused(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        load_config(path)
    return str(caught.value).replace(str(path), "config.toml")


def test_the_smallest_file_is_a_sandbox_with_defaults(write: Write) -> None:
    config = load_config(write(LEAST))
    assert config.sandbox
    assert config.timezone == "Asia/Shanghai"
    assert config.web.host == "127.0.0.1"
    assert (config.wecom.limits.kf_messages, config.wecom.limits.kf_hours) == (5, 48)
    assert config.deliver.welcome_slots >= 256
    assert config.wecom.api == "https://qyapi.weixin.qq.com"


def test_folders_resolve_against_the_file(write: Write, tmp_path: Path) -> None:
    config = load_config(
        write(LEAST + '[content]\npersonas = "people"\n[store]\ndata = "/var/x"\n')
    )
    assert config.personas_dir == tmp_path / "people"
    assert config.content_dir == tmp_path / "content"
    assert config.data_dir == Path("/var/x")


def test_the_folder_itself_cannot_be_set_from_the_file(write: Write) -> None:
    assert "home: unknown key" in refused(write('home = "x"\n' + LEAST))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('timezone = "Asia/Pekin"\n' + LEAST,
         "config.toml:1: timezone: no such time zone 'Asia/Pekin'; for China: \"Asia/Shanghai\""),
        ('timezone = "../../etc"\n' + LEAST, "config.toml:1: timezone: no such time zone"),
        (LEAST + '[converse]\nsettle = "soon"\n',
         "config.toml:6: converse.settle: 'soon' is no length of time; write \"90s\""),
        (LEAST + '[deliver]\nlease = "60"\n', "config.toml:6: deliver.lease: '60' is no length"),
        (LEAST + '[pull]\ntasks_every = "1 week"\n', "config.toml:6: pull.tasks_every:"),
        (LEAST + '[content]\nwatch_every = "-1s"\n', "config.toml:6: content.watch_every:"),
        ('[wecom]\ncorp_id = "ww1"\n', "config.toml:1: wecom: no application; add a [wecom.apps"),
        ('[wecom]\n[wecom.apps.a]\nagent_id = 1\n', "config.toml:1: wecom: corp_id is missing"),
        ("", "config.toml:1: wecom is missing"),
        (LEAST + '[retention]\nservice = "14d"\n[service]\nask_again = "30d"\n',
         "config.toml:8: service.ask_again: is longer than [retention] service keeps it"),
        (LEAST + '[taps]\nwatch_every = "1m"\n', "config.toml:6: taps.watch_every: wants 1 ms to 20"),
        (LEAST + '[taps]\ndeadline = "1m"\n', "config.toml:6: taps.deadline: is too short"),
        (LEAST + '[taps]\nremind_after = ["2h", "soon"]\n',
         "config.toml:6: taps.remind_after: 'soon' is no length of time; write \"2h\""),
        (LEAST + '[retention]\nservice = "1d"\n', "config.toml:6: retention.service: too short"),
        (LEAST + "[web]\nprot = 1\n", "config.toml:6: web.prot: unknown key; did you mean 'port'?"),
        (LEAST.replace('"ww1"', '"ww1"\nmode = "test"'), "wecom.mode: 'test' is not possible"),
        (LEAST + 'secret = "s3cret"\n', "wecom.apps.one.secret: unknown key"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_key_and_fix(write: Write, text: str, message: str) -> None:
    assert message in refused(write(text))


def test_in_the_sandbox_absent_secrets_are_the_published_ones(write: Write) -> None:
    secrets = app_secrets(load_config(write(LEAST)), "one", {})
    assert secrets == AppSecrets("sandbox-secret-one", SANDBOX_TOKEN, SANDBOX_AES_KEY)


NAMED = LIVE + "".join(
    f'{part}_env = "V_{part.upper()}"\n{part}_file = "{part}.txt"\n'
    for part in ("secret", "token", "aes_key")
)


def test_the_environment_comes_before_the_file(write: Write, tmp_path: Path) -> None:
    for part in ("secret", "token", "aes_key"):
        (tmp_path / f"{part}.txt").write_text(f"  file-{part}\n")
    config = load_config(write(NAMED))
    env = {"V_SECRET": "env-secret", "V_TOKEN": ""}
    assert app_secrets(config, "one", env) == AppSecrets("env-secret", "file-token", "file-aes_key")


def test_the_sandbox_also_prefers_a_secret_that_is_there(write: Write) -> None:
    config = load_config(write(NAMED.replace('"live"', '"sandbox"').replace("_file", "_file")))
    env = {"V_SECRET": "a", "V_TOKEN": "b", "V_AES_KEY": "c"}
    assert app_secrets(config, "one", env) == AppSecrets("a", "b", "c")


def _no_secret(config: Config, env: dict[str, str]) -> str:
    with pytest.raises(BadInput) as caught:
        app_secrets(config, "one", env)
    return str(caught.value)


def test_live_without_a_secret_names_the_variable(write: Write) -> None:
    config = load_config(write(LIVE + 'secret_env = "ONE_SECRET"\n'))
    said = _no_secret(config, {})
    assert "wecom.apps.one.secret: no secret" in said
    assert "set the environment variable ONE_SECRET" in said


def test_live_without_any_place_for_a_secret_says_which_key_to_add(write: Write) -> None:
    assert "add wecom.apps.one.secret_env or _file" in _no_secret(load_config(write(LIVE)), {})


def test_a_secret_file_that_is_missing_is_said_so_even_in_the_sandbox(write: Write) -> None:
    config = load_config(write(LEAST + 'secret_file = "nowhere.txt"\n'))
    assert "wecom.apps.one.secret_file" in _no_secret(config, {})


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe\x00"])
def test_a_secret_file_without_a_usable_secret_is_refused(
    write: Write, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "s.txt").write_bytes(content)
    config = load_config(write(LIVE + 'secret_file = "s.txt"\n'))
    assert "wecom.apps.one.secret" in _no_secret(config, {})


def test_a_webhook_key_follows_the_same_rules(write: Write) -> None:
    hook = '[wecom.webhooks.room]\nchat = "wr1"\nkey_env = "ROOM_KEY"\n'
    assert webhook_key(load_config(write(LEAST + hook)), "room", {"ROOM_KEY": "k"}) == "k"
    assert webhook_key(load_config(write(LEAST + hook)), "room", {})
    with pytest.raises(BadInput, match="set the environment variable ROOM_KEY"):
        webhook_key(load_config(write(LIVE + hook)), "room", {})


def test_printing_secrets_shows_nothing(write: Write) -> None:
    secrets = AppSecrets("s3cret", "t0ken", "k3y")
    assert repr(secrets) == str(secrets) == "AppSecrets()"
