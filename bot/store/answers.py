"""Who takes part through which door, and what he is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.taking import TOO_LOW, WHY_NOT

State = Literal["done", "waiting", "already", "enough", "early", "closed", "cancelled", "none",
                "full", "circle", "level", "audience", "consent", "unknown", "own",
                "empty"]  # fmt: skip
# What the member reads; ``{title}`` and the like stand in `Answer`.
SAID: Mapping[str, str] = {
    **WHY_NOT,
    "done": "收到了，「{title}」算你一份。",
    "circle": "「{title}」是圈里的活动，先进圈再来。",
    "level": TOO_LOW,
    "consent": "交上来的东西会给大家看。愿意的话，回一句“同意”再交一次。",
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
