"""config.toml as frozen values. Relative paths resolve against the folder of the file.

Secrets never stand in the file: a key ending in ``_env`` names an environment variable, one
ending in ``_file`` a file. In sandbox mode an absent secret falls back to the sandbox's
published one, which protects nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from bot.core import tomlfile
from bot.core.addresses import check_addresses
from bot.core.credentials import SANDBOX_AES_KEY as SANDBOX_AES_KEY
from bot.core.credentials import SANDBOX_ROBOT_SECRET as SANDBOX_ROBOT_SECRET
from bot.core.credentials import SANDBOX_TOKEN as SANDBOX_TOKEN
from bot.core.credentials import AppSecrets as AppSecrets
from bot.core.credentials import app_secrets as app_secrets
from bot.core.credentials import archive_secret as archive_secret
from bot.core.credentials import oa_secrets as oa_secrets
from bot.core.credentials import robot_secret as robot_secret
from bot.core.credentials import webhook_key as webhook_key
from bot.core.decode import decode, fail
from bot.core.modelconfig import ModelConfig, check_model
from bot.core.retention import Retention, check_retention
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

PLATFORM = "https://qyapi.weixin.qq.com"
OA_PLATFORM = "https://api.weixin.qq.com"
ROBOT_SOCKET = "wss://openws.work.weixin.qq.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Where the three secrets of a callback door stand; see core/credentials.py."""

    secret_env: str = ""
    secret_file: str = ""
    token_env: str = ""
    token_file: str = ""
    aes_key_env: str = ""
    aes_key_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class App(Credentials):
    """One self-built application: its API secret and its callback door."""

    agent_id: int
    contact: bool = True
    kf: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """A message-push robot in an internal group. Its key is the credential."""

    chat: str
    key_env: str = ""
    key_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Robot(Credentials):
    """One smart robot: its long connection, or in callback mode its own callback door."""

    bot_id: str
    name: str = ""
    mode: Literal["socket", "callback"] = "socket"
    url: str = ROBOT_SOCKET


@dataclass(frozen=True, kw_only=True, slots=True)
class OfficialAccount(Credentials):
    """An official account (公众号): its API secret and its callback door."""

    appid: str
    mode: Literal["plain", "safe"] = "safe"


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """The message archive (会话内容存档): where it is read from, and what opens its letters."""

    feed: Literal["off", "sandbox", "native"] = "off"
    every: str = "1m"
    page: int = 500
    keys: str = "secrets/archive"
    secret_env: str = ""
    secret_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Numbers of the platform; the page of each stands beside it in config.toml."""

    welcome_seconds: int = 20
    kf_messages: int = 5
    kf_hours: int = 48
    webhook_per_minute: int = 20
    robot_per_minute: int = 30
    robot_per_hour: int = 1000
    robot_text_bytes: int = 20_480
    robot_heartbeat_seconds: int = 30
    robot_ack_seconds: int = 5
    robot_quick_seconds: int = 5
    robot_stream_minutes: int = 6
    robot_response_minutes: int = 60
    robot_reply_hours: int = 24
    app_member_per_minute: int = 30
    app_member_per_hour: int = 1000
    oa_messages: int = 5
    oa_hours: int = 48
    oa_event_messages: int = 3
    oa_event_seconds: int = 60
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
    oa_api: str = OA_PLATFORM
    official_accounts: dict[str, OfficialAccount] = field(default_factory=dict)
    archive: Archive = field(default_factory=Archive)
    robots: dict[str, Robot] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Web:
    """The callback server."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    body_limit: int = 65_536
    connections: int = 2_000
    queue_limit: int = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class StoreConfig:
    """Where the data lives. An empty url is the SQLite file under data/."""

    data: str = "data"
    url: str = field(default="", repr=False)
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
    contacts_every: str = "24h"
    changes_every: str = "1s"
    reactions_every: str = "10m"
    reactions_for: str = "7d"
    unsure_for: str = "1h"


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """Files that go with messages: uploaded once, and again before the platform drops them."""

    margin: str = "6h"
    upload_timeout: str = "60s"
    cover: str = ""


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
    log_format: Literal["text", "json"] = "text"
    wecom: Wecom
    web: Web = field(default_factory=Web)
    store: StoreConfig = field(default_factory=StoreConfig)
    converse: Converse = field(default_factory=Converse)
    deliver: Deliver = field(default_factory=Deliver)
    pull: Pull = field(default_factory=Pull)
    content: Content = field(default_factory=Content)
    media: Media = field(default_factory=Media)
    retention: Retention = field(default_factory=Retention)
    model: ModelConfig = field(default_factory=ModelConfig)
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
    check_addresses(config, doc)
    try:
        ZoneInfo(config.timezone)
    except Exception:
        raise fail(doc, ("timezone",), f"no such time zone {config.timezone!r}",
                   'for China: "Asia/Shanghai"') from None  # fmt: skip
    for section in ("converse", "deliver", "pull", "content", "media"):
        part = getattr(config, section)
        for key in _SPANS.intersection(part.__slots__):
            _check_span(getattr(part, key), doc, (section, key))
    check_retention(config.retention, doc)
    check_model(config, doc)
    _check_span(config.wecom.archive.every, doc, ("wecom", "archive", "every"))
    doors = config.wecom.apps.keys() | config.wecom.robots.keys()
    for name in config.wecom.official_accounts.keys() & doors:
        raise fail(doc, ("wecom", "official_accounts", name), "something else has this name too",
                   "both would be called back at /callback/" + name)  # fmt: skip
    if not config.wecom.apps:
        raise fail(doc, ("wecom",), "no application", "add a [wecom.apps.NAME] table")


def _check_span(value: str, doc: TomlDoc, at: KeyPath) -> None:
    try:
        parse_span(value)
    except ValueError as exc:
        raise fail(doc, at, str(exc), 'write "90s", "5m" or "2h"') from None


_SPANS = frozenset("""settle settle_max lease name_deadline call_timeout kf_every tasks_every
    groups_every watch_every contacts_every changes_every reactions_every reactions_for unsure_for
    margin upload_timeout""".split())
