"""Who may answer a customer: the rules for people who share conversations with a persona. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.clock import HOUR, MINUTE
from bot.core.errors import OneVoiceError

# Words of these operators are the persona's own; any other operator is a person.
AUTOMATIC = ("bot", "model")
# Where words of staff can leave by API. Friend chats of staff accounts cannot be written at all.
ANSWERABLE = frozenset({"kf", "app", "robot", "oa"})
# An answer that could not leave for so long answers nothing any more.
ANSWER_WITHIN = 6 * HOUR
# Why a conversation waits for a person. Codes are stored, the words are for staff.
CAUSES = {
    "rule": "规则要求转人工",
    "low_score": "没有把握的答案",
    "complaint": "客人投诉",
    "mood": "客人不高兴",
    "request": "客人要找真人",
    "hours": "非工作时间",
    "guard": "原话没过用语检查",
    "staff": "同事转回",
    "handed": "转交给同事，等她回应",
    "client": "转企业微信客户端没成",
    "idle": "接手的同事没有回应",
    "rating": "客人评价低",
}
# What the platform says when it does not hand a session to the client (wecom error codes).
_NOT_HANDED = {
    "95013": "会话已经结束",
    "95014": "指定的同事不是这个客服账号的接待人员，或还没开通企业微信",
    "95016": "会话现在的状态不能转接",
    "95017": "这个客服账号没有交给接口管理",
    "95018": "会话已由别人接待，或已结束",
    "95019": "接待人员都停止接待了",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Handoff:
    """Settings of people who answer in the persona's place (config.toml)."""

    idle: str = "30m"


class Conflict(OneVoiceError):
    """Somebody was faster, or the screen was out of date; nothing was changed.

    ``who`` and ``since`` (ms) name whom and when, ``said`` what the staff member has not seen.
    ``str()`` is a sentence for staff: what is the matter; what to do.
    """

    def __init__(
        self, what: str, todo: str, *, who: str = "", since: int | None = None,
        said: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        self.what, self.todo, self.who, self.since, self.said = what, todo, who, since, said
        super().__init__(f"{what}；{todo}")


def ago(since: int | None, now: int) -> str:
    """How long ago, as staff read it."""
    minutes = max(now - (since if since is not None else now), 0) // MINUTE
    if minutes < 1:
        return "刚刚"
    return f"{minutes} 分钟前" if minutes < 60 else f"{minutes // 60} 小时前"


def not_handed(note: str) -> str:
    """Why the client did not get a session, from an outbox row's note (``95014: …``)."""
    code = note.partition(":")[0]
    return f"{_NOT_HANDED[code]}（{code}）" if code in _NOT_HANDED else note


def silent_holder(
    active_at: int, now: int, idle: int, *, waiting: bool
) -> Literal["", "release", "drop"]:
    """What becomes of a conversation whose holder gave no sign of life since ``active_at``.

    ``idle`` in ms, 0 is never. A member who waits for him goes back to the queue (``drop``), not
    to the persona in the middle of his matter.
    """
    if not idle or now - active_at < idle:
        return ""
    return "drop" if waiting else "release"
