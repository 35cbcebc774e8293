"""What ``onevoice members show`` prints for people."""

from __future__ import annotations

from typing import Any

import click

from bot.core.clock import local


def put_member(found: dict[str, Any], zone: str) -> None:
    """One fact a line; what is not known is left out."""
    away = ", ".join(found["ids"][1:])
    lines = [
        ("id", found["id"] + (f" (also {away})" if away else "")), ("name", found["name"]),
        ("ltv", found["ltv"]), ("stage", found["stage"]), ("tags", " | ".join(found["tags"])),
        ("circles", " | ".join(found["circles"])), ("level", found["level"] or ""),
        *((name, str(value)) for name, value in found["facts"].items()),
        ("promotion", _wish(found)),
    ]  # fmt: skip
    lines += [("reachable", _way(way, zone)) for way in found["reachable"]]
    lines += [("merged", _merged(one, zone)) for one in found["merged"]]
    for name, text in lines:
        if text:
            click.echo(f"{name:<12} {text}")
    if not found["reachable"]:
        click.echo(f"{'reachable':<12} nowhere now")


def _wish(found: dict[str, Any]) -> str:
    return ("less" if found["promo_less"] else "as usual") if found["promo"] else "none"


def _way(way: dict[str, Any], zone: str) -> str:
    since = f" since {_day(way['since'], zone)}" if way["since"] else ""
    until = f" until {local(way['until'], zone):%Y-%m-%d %H:%M}" if way["until"] else ""
    return f"{way['channel']} {way['name'] or way['account']}{since}{until}"


def _merged(one: dict[str, Any], zone: str) -> str:
    over = (
        f", parted {_day(one['undone_at'], zone)} by {one['undone_by']}" if one["undone_at"] else ""
    )
    note = f" ({one['note']})" if one["note"] else ""
    return (f"{one['away']} into {one['stays']} {_day(one['at'], zone)} by {one['actor']}: "
            f"{one['evidence']}{note}{over}")  # fmt: skip


def _day(at: int, zone: str) -> str:
    return f"{local(at, zone):%Y-%m-%d}"
