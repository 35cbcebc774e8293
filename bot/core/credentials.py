"""Secrets from the environment or from files; config.toml only says where they are.

In sandbox mode an absent secret falls back to the sandbox's published one, which protects nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.core.errors import BadInput

if TYPE_CHECKING:
    from bot.core.config import Config

# What a variable is usually called. Anything else may be a secret in the wrong place.
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
SANDBOX_TOKEN = "SandboxToken42"
SANDBOX_OA_TOKEN = "SandboxOa42"
SANDBOX_AES_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
SANDBOX_ROBOT_SECRET = "sandbox-robot-secret"
SANDBOX_PAY_KEY = "sandbox-pay-key-0000000000000000"


@dataclass(frozen=True, slots=True)
class AppSecrets:
    """The three secrets of one application. ``repr`` hides them."""

    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)


def app_secrets(config: Config, name: str, env: Mapping[str, str] | None = None) -> AppSecrets:
    """Secrets of an application from environment or files. Raises BadInput naming the key."""
    app, env = config.wecom.apps[name], os.environ if env is None else env
    fallback = {"secret": f"sandbox-secret-{name}", "token": SANDBOX_TOKEN,
                "aes_key": SANDBOX_AES_KEY}  # fmt: skip
    found = {}
    for part in ("secret", "token", "aes_key"):
        found[part] = _secret(config, f"wecom.apps.{name}.{part}", getattr(app, f"{part}_env"),
                              getattr(app, f"{part}_file"), fallback[part], env)  # fmt: skip
    return AppSecrets(**found)


def oa_secrets(config: Config, name: str, env: Mapping[str, str] | None = None) -> AppSecrets:
    """Secrets of an official account, as those of an application. Raises BadInput."""
    account, env = config.wecom.official_accounts[name], os.environ if env is None else env
    fallback = {"secret": f"sandbox-secret-{name}", "token": SANDBOX_OA_TOKEN,
                "aes_key": SANDBOX_AES_KEY}  # fmt: skip
    wanted = ("secret", "token", "aes_key") if account.mode == "safe" else ("secret", "token")
    found = {
        part: _secret(config, f"wecom.official_accounts.{name}.{part}",
                      getattr(account, f"{part}_env"), getattr(account, f"{part}_file"),
                      fallback[part], env)
        for part in wanted
    }  # fmt: skip
    return AppSecrets(**{"aes_key": "", **found})


def pay_key(config: Config, env: Mapping[str, str] | None = None) -> str:
    """Key that requests to WeChat Pay are signed with. Raises BadInput naming the key."""
    pay, env = config.pay, os.environ if env is None else env
    return _secret(config, "pay.key", pay.key_env, pay.key_file, SANDBOX_PAY_KEY, env)


def archive_secret(config: Config, env: Mapping[str, str] | None = None) -> str:
    """Secret of the message archive. Raises BadInput naming the key."""
    archive, env = config.wecom.archive, os.environ if env is None else env
    return _secret(config, "wecom.archive.secret", archive.secret_env, archive.secret_file,
                   "sandbox-secret-archive", env)  # fmt: skip


def webhook_key(config: Config, name: str, env: Mapping[str, str] | None = None) -> str:
    """Key of a message-push robot. Raises BadInput naming the key."""
    hook, env = config.wecom.webhooks[name], os.environ if env is None else env
    return _secret(
        config, f"wecom.webhooks.{name}.key", hook.key_env, hook.key_file, "wh-BANZHAN-01", env
    )


def robot_secret(config: Config, name: str, part: str, env: Mapping[str, str] | None = None) -> str:
    """``secret``, ``token`` or ``aes_key`` of a smart robot. Raises BadInput naming the key."""
    robot, env = config.wecom.robots[name], os.environ if env is None else env
    fallback = {"token": SANDBOX_TOKEN, "aes_key": SANDBOX_AES_KEY}.get(part, SANDBOX_ROBOT_SECRET)
    return _secret(config, f"wecom.robots.{name}.{part}", getattr(robot, f"{part}_env"),
                   getattr(robot, f"{part}_file"), fallback, env)  # fmt: skip


def embeddings_key(config: Config, env: Mapping[str, str] | None = None) -> str:
    """Key of the embeddings' endpoint, empty when it wants none. Raises BadInput naming it."""
    wanted, env = config.embeddings, os.environ if env is None else env
    if not (wanted.key_env or wanted.key_file):
        return ""
    return _secret(config, "embeddings.key", wanted.key_env, wanted.key_file, "", env)


def _read_secret(path: Path, key: str) -> str:
    try:
        found = path.read_text(encoding="utf-8-sig").strip()
    except OSError as exc:
        # Some paste the secret itself where its place should stand: what was written is not shown.
        raise BadInput(f"{key}_file: {exc.strerror}", file="config.toml",
                       fix="name a file that the service may read") from None  # fmt: skip
    except UnicodeDecodeError:
        found = ""
    if not found:
        raise BadInput(f"{key}_file: {path.name} holds no text", file="config.toml",
                       fix="write the secret into it, nothing else")  # fmt: skip
    return found


def _secret(
    config: Config, key: str, variable: str, file: str, fallback: str, env: Mapping[str, str]
) -> str:
    if variable and env.get(variable):
        return env[variable]
    if file:
        return _read_secret(config.home / file, key)
    if config.sandbox:
        return fallback
    raise BadInput(f"{key}: no secret", file="config.toml", fix=_wanted(key, variable))


def _wanted(key: str, variable: str) -> str:
    if not variable:
        return f"add {key}_env or _file"
    if _VARIABLE.fullmatch(variable):
        return f"set the environment variable {variable}"
    return f"{key}_env wants the NAME of a variable; if it holds the secret, make a new secret"


def model_key(config: Config, env: Mapping[str, str] | None = None) -> str:
    """Key of the language model's service; empty where none is named. Raises BadInput."""
    return _service_key(config, "model", config.model.key_env, config.model.key_file, env)


def listening_key(config: Config, env: Mapping[str, str] | None = None) -> str:
    """Key of the service that listens; empty where none is named. Raises BadInput."""
    own = config.listening
    return _service_key(config, "listening", own.key_env, own.key_file, env)


def _service_key(
    config: Config, name: str, variable: str, file: str, env: Mapping[str, str] | None
) -> str:
    if not (variable or file):
        return ""
    found = (os.environ if env is None else env).get(variable)
    if found or file:
        return found or _read_secret(config.home / file, f"{name}.key")
    raise BadInput(f"{name}.key: no secret", file="config.toml",
                   fix=_wanted(f"{name}.key", variable))  # fmt: skip


def orders_token(config: Config, env: Mapping[str, str] | None = None) -> str:
    """The secret of the door for orders; empty: there is none, and the door is shut."""
    orders = config.orders
    found = (os.environ if env is None else env).get(orders.token_env)
    if found or not orders.token_file:
        return found or ""
    return _read_secret(config.home / orders.token_file, "orders.token")


LEAST_KEY = 32  # characters


def store_keys(config: Config, env: Mapping[str, str] | None = None) -> list[str]:
    """The secret under which the database is sealed, and behind it the former one; none where none
    is set. Raises BadInput."""
    store, env = config.store, os.environ if env is None else env
    found = [
        _store_key(env.get(variable, ""), config.home / file if file else None, key)
        for key, variable, file in (("store.key", store.key_env, store.key_file),
                                    ("store.old_key", store.old_key_env, store.old_key_file))
    ]  # fmt: skip
    return [secret for secret in found if secret] if found[0] else []


def _store_key(value: str, file: Path | None, key: str) -> str:
    found = value.strip() or (_read_secret(file, key) if file else "")
    if found and len(found) < LEAST_KEY:
        raise BadInput(f"{key}: a key has {LEAST_KEY} characters or more",
                       fix="make one with: openssl rand -base64 32")  # fmt: skip
    return found


def known_secrets(config: Config, env: Mapping[str, str] | None = None) -> list[str]:
    """Every secret that can be read, for whoever must keep them out of a text. Never raises."""
    wecom = config.wecom
    readers: list[Callable[[], str | AppSecrets]] = [partial(archive_secret, config, env),
                                                    partial(model_key, config, env),
                                                    partial(listening_key, config, env),
                                                    partial(orders_token, config, env)]  # fmt: skip
    readers += [partial(app_secrets, config, name, env) for name in wecom.apps]
    readers += [partial(oa_secrets, config, name, env) for name in wecom.official_accounts]
    readers += [partial(webhook_key, config, name, env) for name in wecom.webhooks]
    readers += [partial(robot_secret, config, name, part, env)
                for name in wecom.robots for part in ("secret", "token", "aes_key")]  # fmt: skip
    found: list[str] = []
    with contextlib.suppress(BadInput):
        found += store_keys(config, env)
    for read in readers:
        with contextlib.suppress(BadInput):
            one = read()
            found += [one] if isinstance(one, str) else [one.secret, one.token, one.aes_key]
    return [value for value in found if value]
