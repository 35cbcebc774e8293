"""Who takes part through which door, and what he is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["done", "waiting", "already", "enough", "early", "closed", "cancelled", "none",
                "full", "circle", "level", "audience", "consent", "unknown", "own",
                "empty"]  # fmt: skip
# What the member reads; ``{title}`` and the like stand in `Answer`.
SAID: Mapping[str, str] = {
    "done": "收到了，「{title}」算你一份。",
    "waiting": "收到了。同事看过以后就算数，不用再交一遍。",
    "already": "「{title}」这一份已经记下了，不用再来一遍。",
    "enough": "「{title}」你能交的都交了，心意够了。",
    "early": "「{title}」还没开始，到点再来。",
    "closed": "「{title}」已经收摊了，下一回再来。",
    "cancelled": "「{title}」这一回取消了，抱歉让你白跑一趟。",
    "none": "「{title}」现在没有在办的。",
    "full": "「{title}」的位置已经满了。",
    "circle": "「{title}」是圈里的活动，先进圈再来。",
    "level": "「{title}」要再高一级才能参加。",
    "audience": "「{title}」这一回不是给你准备的，别往心里去。",
    "consent": "交上来的东西会给大家看。愿意的话，回一句“同意”再交一次。",
    "unknown": "没对上号，看看选项再说一遍？",
    "own": "自己的不算，帮别人吧。",
    "empty": "还没看到内容，写一句或发一张图就行。",
}  # fmt: skip
ROW = "连着第 {streak} 天了。"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What became of it. ``event``: the dedupe of what counts now, of an earlier time, too;
    ``streak``: days in a row with a check-in; ``ticket``: what the entry is called in public;
    ``earned``: what he reads of each reward that hangs on it."""

    state: State
    title: str
    run: str = ""
    event: str = ""
    ticket: str = ""
    streak: int = 0
    earned: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """True when it is recorded, now or before."""
        return self.state in ("done", "waiting", "already")

    @property
    def words(self) -> str:
        """What he reads."""
        said = SAID[self.state].format(title=self.title)
        row = ROW.format(streak=self.streak) if self.streak > 1 else ""
        return "".join((said, row, *self.earned))


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Whoever takes part, and through what. ``fits``: he is of the activity's audience; ``zone``:
    the company's; ``device``: a digest of what a link was opened on; ``agrees``: he has just said
    that what he hands in may be shown."""

    member: str
    zone: str
    fits: bool = True
    channel: str = ""
    account: str = ""
    persona: str = ""
    device: str = ""
    agrees: bool = False
