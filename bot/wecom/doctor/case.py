"""What is examined: the configuration with its lines, and which persona uses which account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.clock import Clock
from bot.core.config import App, Config
from bot.core.findings import Finding
from bot.core.tomlfile import TomlDoc
from bot.wecom.doctor.rules import RULES
from bot.wecom.errors import ApiError

SAID_MAX = 160
_IP = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b[0-9a-f]*:[0-9a-f:]+\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Binding:
    """One account in a persona's file. ``to_client``: the persona hands over to the WeCom client;
    ``posts``: the calendar posts into the persona's customer groups."""

    channel: str
    account: str
    persona: str
    file: str
    line: int
    to_client: bool = False
    posts: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A line that is to be changed."""

    file: str
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """``base`` is the platform's URL without /cgi-bin, ``doc`` config.toml with its lines."""

    config: Config
    doc: TomlDoc
    clock: Clock
    base: str = ""
    bindings: Sequence[Binding] = field(default=())

    def spot(self, *key: str) -> Spot:
        """Where a key stands in config.toml, or its nearest parent."""
        return Spot(file=self.doc.file, line=self.doc.line_of(key))

    def secret_spot(self, *key: str) -> Spot:
        """Where a secret's place stands: at ``*_file`` when that is filled in, else ``*_env``."""
        table: Any = self.doc.data
        for name in key[:-1]:
            table = table.get(name, {})
        form = "_file" if table.get(f"{key[-1]}_file") else "_env"
        return self.spot(*key[:-1], key[-1] + form)

    def of(self, channel: str) -> Iterator[Binding]:
        """The bindings of one channel."""
        return (each for each in self.bindings if each.channel == channel)

    def first_app(self, module: str) -> tuple[str, App] | None:
        """The application that the product uses for a module (``contact`` or ``kf``)."""
        apps = self.config.wecom.apps.items()
        return next(((name, app) for name, app in apps if getattr(app, module)), None)


def find(rule: str, spot: Spot | Binding, who: str, said: str = "", **fill: str) -> Finding:
    """A finding. ``who`` has the fault, ``said`` are the platform's words."""
    known = RULES[rule]
    tail = f" ({said})" if said else ""
    fix = known.fix.format(**fill) if fill else known.fix
    return Finding(file=spot.file, line=spot.line, rule=rule, severity=known.severity,
                   message=f"{who}: {known.what}{tail}", fix=fix)  # fmt: skip


def said(error: ApiError) -> str:
    """The platform's words without hint and link, which change with every call."""
    words = re.split(r",? (?:hint|more info)\b", error.errmsg)[0]
    return f"{error.errcode} {words}"[:SAID_MAX]


def ip_in(error: ApiError) -> str:
    """The address that the platform saw, or words for it."""
    found = _IP.search(error.errmsg.partition("from ip")[2]) or _IP.search(error.errmsg)
    return found[0] if found else "the address that the platform names"
