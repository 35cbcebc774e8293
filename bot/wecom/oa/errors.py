"""What an errcode of the official-account platform means for a send. It has a list of its own."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.clock import HOUR, MINUTE, SECOND
from bot.core.model import Later, Never, Outcome
from bot.wecom import errors
from bot.wecom.errors import ApiError, CallFailed

LATER: Mapping[int, tuple[int, str]] = {
    -1: (2 * SECOND, "the platform is busy"),
    40001: (30 * SECOND, "the access token is not accepted"),
    40014: (1 * SECOND, "the access token is invalid"),
    42001: (1 * SECOND, "the access token is expired"),
    40125: (5 * MINUTE, "the AppSecret is wrong"),
    40164: (5 * MINUTE, "this server's IP is not in the account's IP list (IP 白名单)"),
    45009: (1 * HOUR, "the account's quota of the day is used"),
    45011: (1 * MINUTE, "too many calls in this minute"),
}
NEVER: Mapping[int, str] = {
    40003: "no such follower of this account",
    40008: "no such kind of message",
    45015: "the follower did nothing within the window, or has left",
    45047: "the messages of the follower's window are used",
    48001: "this API is not granted to the account: it must be verified",
    48004: "the platform has taken this API away from the account",
    50002: "the account is frozen",
}


def outcome_of(error: ApiError | CallFailed) -> Outcome:
    """The fate of a send that ended in this error. What no table lists is final."""
    if isinstance(error, CallFailed):
        return errors.outcome_of(error)
    if error.errcode in LATER:
        after, why = LATER[error.errcode]
        return Later(after, f"{error.errcode}: {why}")
    return Never(str(error.errcode), NEVER.get(error.errcode, error.errmsg[:200]))
