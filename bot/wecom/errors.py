"""What an errcode means for a send: sent, later, never, unsure (pages 90313, 94677).

Decide by errcode, never by errmsg. What the table does not list is ``never``: no retry, a note.
"""

from __future__ import annotations

from bot.core.errors import OneVoiceError
from bot.core.model import Later, Never, Outcome, Unsure

MINUTE = 60_000
REFRESH = frozenset({40014, 42001})
# 40001 also means a dead token; a wrong secret shows itself at gettoken.
REFRESH_ONCE = REFRESH | {40001}

LATER: dict[int, tuple[int, str]] = {
    -1: (2_000, "the platform is busy"),
    6000: (2_000, "several writers at once"),
    45009: (MINUTE, "frequency limit; this API is paused until its window ends"),
    45033: (300, "too many calls of this API at once"),
    41063: (MINUTE, "the bulk task is still being dispatched"),
    41079: (MINUTE, "the moment is still being dispatched"),
    40001: (30_000, "the access token is not accepted"),
    40014: (1_000, "the access token is invalid"),
    42001: (1_000, "the access token is expired"),
    60020: (5 * MINUTE, "this server's IP is not in the app's trusted list (企业可信IP)"),
    50003: (5 * MINUTE, "the app is disabled in the admin console"),
}
NEVER: dict[int, str] = {
    40003: "no such user",
    40058: "the platform refused the shape of the request",
    40096: "no such customer",
    40201: "the platform's anti-spam stopped this text; a person should look at it",
    41050: "the welcome code is invalid or older than 20 s",
    41051: "the chat has begun already, or a welcome was sent",
    41053: "the customer has not agreed to archiving",
    41096: "another app is sending the welcome",
    41048: "no customer can be reached by this bulk task",
    48001: "this API is not granted to the app",
    48002: "the app is not in the module's list of callable apps (可调用接口的应用)",
    48007: "the kf account is not granted to this app",
    81013: "no valid receiver",
    84061: "no relation between this account and this customer any more",
    93000: "the robot's key is dead, or the robot was removed",
    93004: "the robot is disabled",
    93008: "the robot is not in the group",
    95000: "bad kf account id",
    95001: "5 messages were sent since the customer's last one",
    95002: "48 hours are over since the customer's last message",
    95004: "no such kf account",
    95013: "the kf session has ended",
    95016: "this change of the kf session is not allowed",
    95017: "the kf account is not managed by API",
    95018: "the kf session is held by a person, or over",
}


class ApiError(OneVoiceError):
    """The platform answered with an errcode that is not 0."""

    def __init__(self, path: str, errcode: int, errmsg: str) -> None:
        self.path, self.errcode, self.errmsg = path, errcode, errmsg
        super().__init__(f"{path}: {errcode} {NEVER.get(errcode) or _later(errcode) or errmsg}")


class CallFailed(OneVoiceError):
    """No answer was understood. ``arrived``: the request may have had its effect."""

    def __init__(self, path: str, why: str, *, arrived: bool) -> None:
        self.path, self.arrived = path, arrived
        super().__init__(f"{path}: {why}")


def _later(errcode: int) -> str:
    return LATER[errcode][1] if errcode in LATER else ""


def outcome_of(error: ApiError | CallFailed) -> Outcome:
    """The fate of a send that ended in this error."""
    if isinstance(error, CallFailed):
        return Unsure(str(error)) if error.arrived else Later(1_000, str(error))
    if error.errcode in LATER:
        after, why = LATER[error.errcode]
        return Later(after, f"{error.errcode}: {why}")
    why = NEVER.get(error.errcode, error.errmsg[:200])
    return Never(str(error.errcode), why)
