"""A secret shows in no ``repr``, no error and no finding, wherever an operator puts it by mistake."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

import bot
import scheduler
from bot.core.addresses import holds_password
from bot.core.config import Config, Wecom, app_secrets, load_config, robot_secret, webhook_key
from bot.core.config import oa_secrets as oa_secrets_of
from bot.core.errors import BadInput

HUSH = "zH7kQ2mW9xR4tB6nY1cV8dL3fS5gJ0pA7uE2iO4wKqZ"
LIVE = '[wecom]\ncorp_id = "ww1"\nmode = "live"\n[wecom.apps.one]\nagent_id = 1\n'
SECRET = re.compile(r"(?:^|_)(?:secret|token|aes_?key|password|pem|webhook_key)$")
# What stands beside "where the secret is", not the secret.
PLACES = ("_env", "_file")


# Not of the product: services that a benchmark starts as processes of their own.
PEERS = ("bot.bench.usual", "bot.bench.framework")


def classes() -> Iterator[type]:
    for package in (bot, scheduler):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__") and found.name not in PEERS:
                module = importlib.import_module(found.name)
                yield from (each for each in vars(module).values() if isinstance(each, type)
                            and each.__module__ == found.name)  # fmt: skip


def test_no_dataclass_shows_a_secret() -> None:
    fields = [(cls, spec) for cls in classes() if dataclasses.is_dataclass(cls)
              for spec in dataclasses.fields(cls) if SECRET.search(spec.name)]  # fmt: skip
    assert len(fields) > 8
    assert not [f"{cls.__module__}.{cls.__name__}.{spec.name}" for cls, spec in fields if spec.repr]


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(call: object) -> str:
    """The error and its whole traceback, as a log would show it."""
    assert callable(call)
    with pytest.raises(BadInput) as caught:
        call()
    return "".join(traceback.format_exception(caught.value))


MISPLACED = {
    "as the name of a variable": f'secret_env = "{HUSH}"',
    "as the name of a file": f'secret_file = "{HUSH}"',
    "as a key of its own": f'secret = "{HUSH}"',
    "as a mode": f'[wecom.official_accounts.oa]\nappid = "wx"\nsecret_file = "{HUSH}"',
    "in a broken line": f'secret_env = "{HUSH}',
}


@pytest.mark.parametrize("name", MISPLACED)
def test_a_secret_in_the_wrong_place_of_the_file_is_not_shown(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, LIVE + MISPLACED[name] + "\n")

    def read() -> None:
        config = load_config(path)
        app_secrets(config, "one", {"ONE_TOKEN": HUSH})
        oa_secrets_of(config, "oa", {})

    said = complaint(read)
    assert HUSH not in said
    assert "config.toml" in said


def test_the_fix_for_a_secret_in_the_wrong_place_is_a_new_secret(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, LIVE + f'secret_env = "{HUSH}"\n'))
    assert "make a new secret" in complaint(lambda: app_secrets(config, "one", {}))


def test_what_was_read_is_not_shown(tmp_path: Path) -> None:
    text = LIVE + 'secret_env = "A_S"\ntoken_env = "A_T"\naes_key_env = "A_K"\n'
    text += '[wecom.webhooks.room]\nchat = "c"\nkey_env = "A_S"\n'
    text += '[wecom.robots.desk]\nbot_id = "b"\nsecret_env = "A_S"\n'
    config = load_config(write(tmp_path, text))
    env = {"A_S": HUSH, "A_T": HUSH, "A_K": HUSH}
    found = app_secrets(config, "one", env)
    assert found.secret == webhook_key(config, "room", env) == HUSH
    assert robot_secret(config, "desk", "secret", env) == HUSH
    assert HUSH not in f"{found!r} {found} {config!r}"


def test_the_address_of_a_database_is_not_shown() -> None:
    store = dataclasses.replace(
        Config(wecom=Wecom(corp_id="-")).store, url=f"postgresql://u:{HUSH}@h/d"
    )
    assert HUSH not in repr(store)


@pytest.mark.parametrize(
    "url", [f"postgresql://me:{HUSH}@host/db", f"postgresql://host/db?password={HUSH}"]
)
def test_a_password_in_an_address_is_noticed_and_not_shown(url: str, tmp_path: Path) -> None:
    config = load_config(write(tmp_path, LIVE + f'[store]\nurl = "{url}"\n'))
    assert holds_password(config.store.url)
    assert HUSH not in repr(config)


@pytest.mark.parametrize(
    "url", ["postgresql://me@host/db", "postgresql://me@/db?host=/run/pg:5", ""]
)
def test_an_address_without_a_password_is_fine(url: str, tmp_path: Path) -> None:
    assert load_config(write(tmp_path, LIVE + f'[store]\nurl = "{url}"\n')).store.url == url
    assert not holds_password(url)


@pytest.mark.parametrize("key", ["api", "oa_api"])
def test_secrets_do_not_travel_in_the_open(key: str, tmp_path: Path) -> None:
    head = '[wecom]\ncorp_id = "ww1"\nmode = "live"\n'
    tail = "\n[wecom.apps.one]\nagent_id = 1\n"
    for url in ("http://proxy.example", "http://127.0.0.1.example", "HTTP://localhost.example:1"):
        said = complaint(lambda u=url: load_config(write(tmp_path, f'{head}{key} = "{u}"{tail}')))
        assert "not encrypted" in said
    for url in ("https://proxy.example", "http://127.0.0.1:9", "http://localhost"):
        assert load_config(write(tmp_path, f'{head}{key} = "{url}"{tail}'))
    robot = f'{LIVE}[wecom.robots.r]\nbot_id = "b"\nurl = "ws://x.example"\n'
    assert "not encrypted" in complaint(lambda: load_config(write(tmp_path, robot)))
