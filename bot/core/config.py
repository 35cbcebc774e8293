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
from bot.core.carrying import OfCarrier
from bot.core.consoleconfig import ConsoleConfig, check_console
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
from bot.core.embeddings import Embeddings
from bot.core.governing import Governing, check_governing
from bot.core.guarding import Guarding
from bot.core.handoff import Handoff
from bot.core.hooking import Hooks
from bot.core.inviting import Inviting, check_inviting
from bot.core.listening import ListeningConfig, check_listening
from bot.core.memberpage import MemberPage, check_member_page
from bot.core.mixing import Mix, check_mix
from bot.core.modelconfig import ModelConfig, check_model
from bot.core.ordering import Ordering, check_ordering
from bot.core.paying import Pay, Rewarding, check_paying
from bot.core.platform import OA_PLATFORM as OA_PLATFORM
from bot.core.platform import PLATFORM as PLATFORM
from bot.core.platform import ROBOT_SOCKET as ROBOT_SOCKET
from bot.core.platform import App as App
from bot.core.platform import Archive as Archive
from bot.core.platform import Credentials as Credentials
from bot.core.platform import Limits as Limits
from bot.core.platform import OfficialAccount as OfficialAccount
from bot.core.platform import Robot as Robot
from bot.core.platform import Webhook as Webhook
from bot.core.platform import Wecom as Wecom
from bot.core.retention import Retention, check_retention
from bot.core.service import Service, check_service
from bot.core.span import parse_span
from bot.core.tapping import Taps, check_taps
from bot.core.tomlfile import KeyPath, TomlDoc


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
    key_env: str = "ONEVOICE_STORE_KEY"
    key_file: str = ""
    old_key_env: str = "ONEVOICE_STORE_OLD_KEY"
    old_key_file: str = ""


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
    fewer: str = "30d"


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
    own_bulk_every: str = "30m"


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
    four_eyes: bool = True
    watch_every: str = "1s"
    emoji_max: int = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Config:
    """The whole file. One that was read is equal to itself alone, so what follows from it can be
    kept by it."""

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
    guard: Guarding = field(default_factory=Guarding)
    governor: Governing = field(default_factory=Governing)
    hooks: Hooks = field(default_factory=Hooks)
    media: Media = field(default_factory=Media)
    handoff: Handoff = field(default_factory=Handoff)
    service: Service = field(default_factory=Service)
    retention: Retention = field(default_factory=Retention)
    embeddings: Embeddings = field(default_factory=Embeddings)
    model: ModelConfig = field(default_factory=ModelConfig)
    listening: ListeningConfig = field(default_factory=ListeningConfig)
    console: ConsoleConfig = field(default_factory=ConsoleConfig)
    mix: Mix = field(default_factory=Mix)
    carriers: dict[str, OfCarrier] = field(default_factory=dict)
    taps: Taps = field(default_factory=Taps)
    invites: Inviting = field(default_factory=Inviting)
    orders: Ordering = field(default_factory=Ordering)
    rewards: Rewarding = field(default_factory=Rewarding)
    pay: Pay = field(default_factory=Pay)
    member_page: MemberPage = field(default_factory=MemberPage)
    home: Path = field(default=Path(), metadata={"key": ""})
    file: Path = field(default=Path(), metadata={"key": ""})

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
    def world_file(self) -> Path | None:
        """What the bundled sandbox plays; None: the sample brand's world."""
        return self.home / self.wecom.world if self.wecom.world else None

    @property
    def sandbox(self) -> bool:
        """True when the bundled platform is used."""
        return self.wecom.mode == "sandbox"


def load_config(path: Path) -> Config:
    """Reads and validates config.toml. Raises BadInput with file, line, key and fix."""
    doc = tomlfile.load(path)
    config = decode(Config, doc)
    object.__setattr__(config, "home", path.resolve().parent)
    object.__setattr__(config, "file", path.resolve())
    object.__setattr__(config.governor, "fewer", config.deliver.fewer)
    _check(config, doc)
    return config


def _check(config: Config, doc: TomlDoc) -> None:
    check_addresses(config, doc)
    try:
        ZoneInfo(config.timezone)
    except Exception:
        raise fail(doc, ("timezone",), f"no such time zone {config.timezone!r}",
                   'for China: "Asia/Shanghai"') from None  # fmt: skip
    for section in ("converse", "deliver", "pull", "content", "media", "handoff", "embeddings"):
        part = getattr(config, section)
        for key in _SPANS.intersection(part.__slots__):
            _check_span(getattr(part, key), doc, (section, key))
    check_retention(config.retention, doc)
    for check in _CHECKS:
        check(config, doc)
    _check_span(config.wecom.archive.every, doc, ("wecom", "archive", "every"))
    _check_names(config, doc)
    if not config.wecom.apps:
        raise fail(doc, ("wecom",), "no application", "add a [wecom.apps.NAME] table")


# Each part looks at its own.
_CHECKS = (check_model, check_listening, check_console, check_service, check_mix, check_taps,
           check_inviting, check_ordering, check_paying, check_governing,
           check_member_page)  # fmt: skip


def _check_names(config: Config, doc: TomlDoc) -> None:
    doors = config.wecom.apps.keys() | config.wecom.robots.keys()
    for name in config.wecom.official_accounts.keys() & doors:
        raise fail(doc, ("wecom", "official_accounts", name), "something else has this name too",
                   "both would be called back at /callback/" + name)  # fmt: skip
    if config.sandbox and config.world_file and not config.world_file.is_file():
        raise fail(doc, ("wecom", "world"), f"there is no file {config.world_file}",
                   'name one, or write "" for the sample brand')  # fmt: skip


def _check_span(value: str, doc: TomlDoc, at: KeyPath) -> None:
    try:
        parse_span(value)
    except ValueError as exc:
        raise fail(doc, at, str(exc), 'write "90s", "5m" or "2h"') from None


_SPANS = frozenset(("settle", "settle_max", "lease", "name_deadline", "call_timeout",
                    "kf_every", "tasks_every", "groups_every", "watch_every", "contacts_every",
                    "changes_every", "own_bulk_every", "reactions_every", "reactions_for",
                    "unsure_for", "margin", "upload_timeout", "timeout", "idle",
                    "fewer"))  # fmt: skip
