"""The platform's limits, judged before a call: nothing leaves that it would refuse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from bot.core.clock import DAY
from bot.core.errors import OneVoiceError

T = TypeVar("T", bound=Sequence[Any])
Json = dict[str, Any]


class BadCall(OneVoiceError):
    """The platform would refuse this call; nothing was sent."""


def chars(text: str, most: int, what: str) -> str:
    """The text itself. Raises BadCall when it has more than ``most`` characters."""
    if len(text) > most:
        raise BadCall(f"{what} has {len(text)} characters, {most} are allowed")
    return text


def octets(text: str, most: int, what: str) -> str:
    """The text itself. Raises BadCall when it has more than ``most`` bytes of UTF-8."""
    has = len(text.encode())
    if has > most:
        raise BadCall(f"{what} has {has} bytes, {most} are allowed")
    return text


def count(items: T, least: int, most: int, what: str) -> T:
    """The items themselves. Raises BadCall when there are too few or too many."""
    if not least <= len(items) <= most:
        raise BadCall(f"{len(items)} {what}, {least} to {most} are allowed")
    return items


def number(value: int, least: int, most: int, what: str) -> int:
    """The value itself. Raises BadCall when it is outside."""
    if not least <= value <= most:
        raise BadCall(f"{what} is {value}, {least} to {most} are allowed")
    return value


def span(since: int, until: int, days: int) -> Json:
    """start_time and end_time in seconds. Raises BadCall when they are further apart than ``days``
    days, or the wrong way round."""
    if not 0 <= until - since <= days * DAY:
        raise BadCall(f"from {since} to {until}: at most {days} days, and forward")
    return {"start_time": since // 1000, "end_time": until // 1000}


def given(call: Mapping[str, Any]) -> Json:
    """The call without what is None, empty text or an empty list: absent on the wire."""
    return {k: v for k, v in call.items() if v is not None and v not in ("", [], (), {})}


def ms(seconds: object) -> int:
    """Milliseconds of the platform's seconds, which come as numbers or texts; 0 for none."""
    text = str(seconds or 0)
    return int(text) * 1000 if text.lstrip("-").isdigit() else 0
