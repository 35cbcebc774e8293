"""What a world file fixes for the life of the process: apps, settings. Never part of a snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class App:
    """A self-built app (自建应用): one secret, one agent id, one callback address."""

    name: str
    agent_id: int
    secret: str
    token: str
    encoding_aes_key: str
    title: str = ""
    callback: str | None = None
    permissions: tuple[str, ...] = ("contact", "kf", "message", "directory")
    receives: tuple[str, ...] = ("app", "contact", "kf")
    trusted_ips: tuple[str, ...] = ()
    enabled: bool = True
    forbids: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    trusted_domain: str = "127.0.0.1"
    login_domain: str = "127.0.0.1"
    sidebar: str = ""

    def sees(self, userid: str) -> bool:
        """Whether a member is in the visible scope; an empty one is the whole corp."""
        return not self.scope or userid in self.scope


@dataclass(frozen=True, kw_only=True)
class OfficialAccount:
    """An official account (公众号): another platform with the same envelope; mode plain,
    compatible or safe."""

    name: str
    id: str
    appid: str
    secret: str
    token: str
    encoding_aes_key: str
    title: str = ""
    mode: str = "safe"
    callback: str | None = None
    trusted_ips: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Merchant:
    """Who pays red packets; cents."""

    mch_id: str
    key: str
    balance: int = 1_000_000
    least: int = 100
    most: int = 20_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Numbers of the platform; a world file may change each under `[rules]`."""

    callbacks_spacing_s: tuple[float, ...] = (1, 5, 15)
    callbacks_timeout_s: float = 5
    callbacks_reorder_ms: int = 60
    callbacks_parallel: int = 128
    limits_api_per_minute: int = 10_000
    token_seconds: int = 7200
    welcome_seconds: int = 20
    kf_duplicate_msgid: str = "error"
    kf_empty_pages: bool = False
    kf_messages_per_turn: int = 5
    kf_window_hours: int = 48
    kf_history_days: int = 3
    kf_token_minutes: int = 10
    kf_calls_without_token: int = 10
    kf_sync_parallel: int = 5
    kf_end_from_any_state: bool = True
    bulk_cap: str = "month_days"
    bulk_dispatching_ms: int = 1000
    moments_job_ms: int = 1000
    moments_jobs_per_minute: int = 10
    moments_per_customer_month: int = 0
    webhook_per_minute: int = 20
    app_member_per_minute: int = 30
    app_member_per_hour: int = 1000
    robot_per_minute: int = 30
    robot_per_hour: int = 1000
    robot_idle_seconds: float = 120
    robot_refresh_ms: int = 1000
    media_days: int = 3
    archive_days: int = 5
    groups_capacity: int = 200


@dataclass(frozen=True, kw_only=True)
class Config:
    """One world file, read."""

    corp_id: str
    corp_name: str
    seed: int = 1
    apps: tuple[App, ...] = ()
    oa: tuple[OfficialAccount, ...] = ()
    merchants: tuple[Merchant, ...] = ()
    settings: Settings = field(default_factory=Settings)
    webhooks_off: tuple[str, ...] = ()

    def app(self, name: str) -> App | None:
        return next((app for app in self.apps if app.name == name), None)
