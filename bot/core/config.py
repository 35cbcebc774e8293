"""config.toml as frozen values. Relative paths resolve against the folder of the file.

Secrets never stand in the file: a key ending in ``_env`` names an environment variable, one
ending in ``_file`` a file. In sandbox mode an absent secret falls back to the sandbox's
published one, which protects nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core import tomlfile
from bot.core.decode import decode, fail
from bot.core.errors import BadInput
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

SANDBOX_TOKEN = "SandboxToken42"
SANDBOX_AES_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
PLATFORM = "https://qyapi.weixin.qq.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class App:
    """One self-built application: its API secret and its callback door."""

    agent_id: int
    secret_env: str = ""
    secret_file: str = ""
    token_env: str = ""
    token_file: str = ""
    aes_key_env: str = ""
    aes_key_file: str = ""
    contact: bool = True
    kf: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """A message-push robot in an internal group. Its key is the credential."""

    chat: str
    key_env: str = ""
    key_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Numbers of the platform; the page of each stands beside it in config.toml."""

    welcome_seconds: int = 20
    kf_messages: int = 5
    kf_hours: int = 48
    webhook_per_minute: int = 20
    bulk_receivers: int = 10_000
    kf_text_bytes: int = 2048
    rich_text_bytes: int = 4000
    markdown_bytes: int = 4096
    kf_duplicate_errcodes: tuple[int, ...] = (40058,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wecom:
    """Which platform, which corp, with which applications."""

    mode: Literal["sandbox", "live"] = "sandbox"
    corp_id: str
    api: str = PLATFORM
    apps: dict[str, App] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Web:
    """The callback server."""

    host: str = "127.0.0.1"
    port: int = 8080
    body_limit: int = 65_536
    queue_limit: int = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreConfig:
    """Where the data lives. An empty url is the SQLite file under data/."""

    data: str = "data"
    url: str = ""
    readers: int = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Converse:
    """How a burst of messages becomes one turn."""

    settle: str = "1.2s"
    settle_max: str = "6s"
    slots: int = 512
    lease: str = "60s"
    tries: int = 5
    name_deadline: str = "3s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deliver:
    """How many calls may be under way at once, by pool."""

    welcome_slots: int = 256
    reply_slots: int = 50
    bulk_slots: int = 8
    lease: str = "60s"
    call_timeout: str = "15s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pull:
    """What is fetched rather than pushed."""

    kf_every: str = "5m"
    tasks_every: str = "1m"
    groups_every: str = "6h"


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """Where scripts and templates are and how edits go live."""

    personas: str = "personas"
    templates: str = "content"
    auto_publish: bool = True
    watch_every: str = "1s"


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The whole file."""

    timezone: str = "Asia/Shanghai"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    wecom: Wecom
    web: Web = field(default_factory=Web)
    store: StoreConfig = field(default_factory=StoreConfig)
    converse: Converse = field(default_factory=Converse)
    deliver: Deliver = field(default_factory=Deliver)
    pull: Pull = field(default_factory=Pull)
    content: Content = field(default_factory=Content)
    home: Path = field(default=Path(), metadata={"key": ""})

    @property
    def personas_dir(self) -> Path:
        """Folder of the persona scripts."""
        return self.home / self.content.personas

    @property
    def content_dir(self) -> Path:
        """Folder of the templates."""
        return self.home / self.content.templates

    @property
    def data_dir(self) -> Path:
        """Folder of the database and the sandbox's world."""
        return self.home / self.store.data

    @property
    def sandbox(self) -> bool:
        """True when the bundled platform is used."""
        return self.wecom.mode == "sandbox"


def load_config(path: Path) -> Config:
    """Reads and validates config.toml. Raises BadInput with file, line, key and fix."""
    doc = tomlfile.load(path)
    config = decode(Config, doc)
    object.__setattr__(config, "home", path.resolve().parent)
    _check(config, doc)
    return config


def _check(config: Config, doc: TomlDoc) -> None:
    try:
        ZoneInfo(config.timezone)
    except Exception:
        raise fail(doc, ("timezone",), f"no such time zone {config.timezone!r}",
                   'for China: "Asia/Shanghai"') from None  # fmt: skip
    for section in ("converse", "deliver", "pull", "content"):
        part = getattr(config, section)
        for key in part.__slots__:
            value = getattr(part, key)
            if isinstance(value, str) and key in _SPANS:
                try:
                    parse_span(value)
                except ValueError as exc:
                    raise fail(doc, (section, key), str(exc), 'write "90s", "5m" or "2h"') from None
    if not config.wecom.apps:
        raise fail(doc, ("wecom",), "no application", "add a [wecom.apps.NAME] table")


_SPANS = frozenset({"settle", "settle_max", "lease", "name_deadline", "call_timeout", "kf_every",
                    "tasks_every", "groups_every", "watch_every"})  # fmt: skip


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


def webhook_key(config: Config, name: str, env: Mapping[str, str] | None = None) -> str:
    """Key of a message-push robot. Raises BadInput naming the key."""
    hook, env = config.wecom.webhooks[name], os.environ if env is None else env
    return _secret(
        config, f"wecom.webhooks.{name}.key", hook.key_env, hook.key_file, "wh-BANZHAN-01", env
    )


def _read_secret(path: Path, key: str) -> str:
    try:
        found = path.read_text(encoding="utf-8-sig").strip()
    except OSError as exc:
        raise BadInput(f"{key}_file: {exc.strerror}: {path.name}", file="config.toml") from None
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
    wanted = f"set the environment variable {variable}" if variable else f"add {key}_env or _file"
    raise BadInput(f"{key}: no secret", file="config.toml", fix=wanted)
