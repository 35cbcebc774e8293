"""What can be said about config.toml alone: secrets, numbers that stand twice, accounts."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bot.core import config as conf
from bot.core.addresses import holds_password
from bot.core.credentials import AppSecrets
from bot.core.errors import BadInput
from bot.core.findings import Finding
from bot.wecom.codec import Door
from bot.wecom.doctor.case import Binding, Case, find

SANDBOX_CORP = "wwSANDBOX"
FOR_OTHERS = 0o077
SDK = "pywecomarchive"
# What a persona's account must be in config.toml: its channel -> the table, and what is compared.
TABLES: Mapping[str, str] = {
    "app": "apps", "webhook": "webhooks", "oa": "official_accounts", "robot": "robots",
}  # fmt: skip


class Held(NamedTuple):
    """One secret and the table that it belongs to."""

    table: str
    name: str
    part: str
    value: str


def examine(case: Case) -> list[Finding]:
    """Every finding; nothing outside this machine is asked."""
    found = list(_missing(case))
    if not found:
        secrets = list(held(case.config))
        found += [*_aes_keys(case, secrets), *_shared(case, secrets)]
    for look in _LOOKS:
        found += look(case)
    return found


def _readers(config: conf.Config) -> Iterator[tuple[str, str, Callable[[], AppSecrets]]]:
    """(table, name, how to read its secrets) of everything that has some."""
    wecom = config.wecom
    for name in wecom.apps:
        yield "apps", name, partial(conf.app_secrets, config, name)
    for name in wecom.robots:
        yield "robots", name, partial(_robot, config, name)
    for name in wecom.webhooks:
        yield "webhooks", name, partial(_webhook, config, name)
    for name in wecom.official_accounts:
        yield "official_accounts", name, partial(conf.oa_secrets, config, name)
    if wecom.archive.feed == "native":
        yield "archive", "", partial(_archived, config)


def _robot(config: conf.Config, name: str) -> AppSecrets:
    read = partial(conf.robot_secret, config, name)
    if config.wecom.robots[name].mode == "socket":
        return AppSecrets(read("secret"), "", "")
    return AppSecrets("", read("token"), read("aes_key"))


def _webhook(config: conf.Config, name: str) -> AppSecrets:
    return AppSecrets(conf.webhook_key(config, name), "", "")


def _archived(config: conf.Config) -> AppSecrets:
    return AppSecrets(conf.archive_secret(config), "", "")


def held(config: conf.Config) -> Iterator[Held]:
    """Every secret that is there. Raises BadInput."""
    for table, name, read in _readers(config):
        secrets = read()
        for part in ("secret", "token", "aes_key"):
            if value := getattr(secrets, part):
                yield Held(table, name, part, value)


def _missing(case: Case) -> Iterator[Finding]:
    for table, name, read in _readers(case.config):
        try:
            read()
        except BadInput as exc:
            key = tuple(exc.message.partition(":")[0].split("."))
            spot = case.secret_spot(*key[:-1], key[-1].removesuffix("_file"))
            yield find("secret-missing", spot, " ".join((table, name)).strip(), exc.message)


def _aes_keys(case: Case, secrets: list[Held]) -> Iterator[Finding]:
    for each in secrets:
        if each.part != "aes_key":
            continue
        try:
            Door("", each.value, "")
        except ValueError:
            table = ("wecom", each.table, each.name)
            spot = case.secret_spot(*table, "aes_key")
            yield find("aes-key-length", spot, f"{each.table} {each.name}",
                       f"it has {len(each.value)} characters")  # fmt: skip


def _shared(case: Case, secrets: list[Held]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    for each in secrets:
        if each.table != "apps" or each.part != "secret":
            continue
        if (first := owners.setdefault(each.value, each.name)) != each.name:
            table = ("wecom", "apps", each.name)
            spot = case.secret_spot(*table, "secret")
            yield find("secret-shared", spot, f"apps {first} and {each.name}")


def _readable(case: Case) -> Iterator[Finding]:
    wecom = case.config.wecom
    for table in ("apps", "robots", "webhooks", "official_accounts"):
        for name, entry in getattr(wecom, table).items():
            yield from _open_files(case, ("wecom", table, name), entry)
    yield from _open_files(case, ("wecom", "archive"), wecom.archive)


def _open_files(case: Case, table: tuple[str, ...], entry: Any) -> Iterator[Finding]:
    for key in (spec.name for spec in fields(entry) if spec.name.endswith("_file")):
        name: str = getattr(entry, key)
        path = case.config.home / name
        if name and path.is_file() and path.stat().st_mode & FOR_OTHERS:
            yield find("secret-readable", case.spot(*table, key), name, file=name)


def _agents(case: Case) -> Iterator[Finding]:
    owners: dict[int, str] = {}
    for name, app in case.config.wecom.apps.items():
        if (first := owners.setdefault(app.agent_id, name)) != name:
            spot = case.spot("wecom", "apps", name, "agent_id")
            yield find("agent-shared", spot, f"apps {first} and {name}", str(app.agent_id))


def _console(case: Case) -> Iterator[Finding]:
    for name, app in case.config.wecom.apps.items():
        if app.console and app.agent_id <= 0:
            spot = case.spot("wecom", "apps", name, "agent_id")
            yield find("sidebar-no-agent", spot, f"app {name}", str(app.agent_id))


def _corp(case: Case) -> Iterator[Finding]:
    corp = case.config.wecom.corp_id
    if not case.config.sandbox and corp.startswith(SANDBOX_CORP):
        yield find("corp-sandbox", case.spot("wecom", "corp_id"), corp)


def _public_url(case: Case) -> Iterator[Finding]:
    url = case.config.web.public_url
    parts = urlsplit(url)
    schemes = ("http", "https") if case.config.sandbox else ("https",)
    good = parts.scheme in schemes and parts.netloc and not parts.query
    if url and (not good or parts.path.rstrip("/").endswith("/callback")):
        yield find("public-url", case.spot("web", "public_url"), url)


def _database(case: Case) -> Iterator[Finding]:
    if holds_password(case.config.store.url):
        yield find("database-password", case.spot("store", "url"), "[store] url")


def _accounts(case: Case) -> Iterator[Finding]:
    wecom = case.config.wecom
    robots = {robot.bot_id for robot in wecom.robots.values()}
    known = {"app": set(wecom.apps), "webhook": set(wecom.webhooks), "robot": robots,
             "oa": set(wecom.official_accounts)}  # fmt: skip
    for binding in case.bindings:
        if binding.channel in known and binding.account not in known[binding.channel]:
            yield find("account-not-configured", binding, _who(binding),
                       table=f"[wecom.{TABLES[binding.channel]}.…]")  # fmt: skip


def _modules(case: Case) -> Iterator[Finding]:
    for module in ("contact", "kf"):
        first = next(case.of(module), None)
        if first is not None and case.first_app(module) is None:
            spot = case.spot("wecom", "apps", next(iter(case.config.wecom.apps)), module)
            yield find("module-without-app", spot, _who(first),
                       module=module)  # fmt: skip


def _who(binding: Binding) -> str:
    return f"persona {binding.persona}, {binding.channel} {binding.account}"


def _cover(case: Case) -> Iterator[Finding]:
    cover = case.config.media.cover
    if cover and not (case.config.content_dir / "assets" / cover).is_file():
        yield find("cover-missing", case.spot("media", "cover"), f"content/assets/{cover}")


def _archive(case: Case) -> Iterator[Finding]:
    archive = case.config.wecom.archive
    if archive.feed != "native":
        return
    if importlib.util.find_spec(SDK) is None:
        yield find("archive-sdk", case.spot("wecom", "archive", "feed"), SDK)
    if not _has_key(case.config.home / archive.keys):
        yield find("archive-keys", case.spot("wecom", "archive", "keys"), archive.keys)


def _has_key(folder: Path) -> bool:
    return any(path.stem.isdigit() for path in folder.glob("*.pem"))


_LOOKS: tuple[Callable[[Case], Iterable[Finding]], ...] = (
    _readable, _agents, _console, _corp, _public_url, _database, _accounts, _modules, _cover,
    _archive,
)  # fmt: skip
