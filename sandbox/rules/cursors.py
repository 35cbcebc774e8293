"""Opaque page cursors: an offset, sealed with the name of the list it belongs to."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from typing import TypeVar

from sandbox.errors import ApiError

T = TypeVar("T")


def seal(scope: str, position: str) -> str:
    """An opaque cursor; readable only with the same scope."""
    check = zlib.crc32(f"{scope}|{position}".encode()) & 0xFFFFFFFF
    return base64.urlsafe_b64encode(f"{position}~{check:08x}".encode()).decode().rstrip("=")


def unseal(scope: str, cursor: str) -> str:
    """The position inside; 50100 for a cursor of another list or an invented one."""
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        raise ApiError(50100) from None
    position, _, check = plain.rpartition("~")
    if check != f"{zlib.crc32(f'{scope}|{position}'.encode()) & 0xFFFFFFFF:08x}":
        raise ApiError(50100)
    return position


def page(rows: Sequence[T], scope: str, cursor: str, limit: int) -> tuple[list[T], str]:
    """One page and the next cursor ("" = end)."""
    start = int(unseal(scope, cursor)) if cursor else 0
    found = list(rows[start : start + limit])
    more = start + limit < len(rows)
    return found, seal(scope, str(start + limit)) if more else ""
