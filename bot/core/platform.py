"""The part of config.toml that speaks of the platform: applications, robots, limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
    console: bool = False


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
    world: str = ""  # file of the world that the bundled sandbox plays; '' = the sample brand's
    corp_id: str
    api: str = PLATFORM
    apps: dict[str, App] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    oa_api: str = OA_PLATFORM
    official_accounts: dict[str, OfficialAccount] = field(default_factory=dict)
    archive: Archive = field(default_factory=Archive)
    robots: dict[str, Robot] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    @property
    def telling_app(self) -> str:
        """Agent id of the application through which staff are told: the console's, else the
        first."""
        apps = list(self.apps.values())
        return str(next((app for app in apps if app.console), apps[0]).agent_id)
