"""The governor's rules for what is posted to groups and moments, in a table. Pure.

Posts come at set times of the day, so a day is one of the calendar here, and not 24 hours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.core.clock import DAY
from bot.core.governing import Rules
from scheduler.rules import Found, against, days_of, quiet
from scheduler.ruling import Feed
from scheduler.windows import month, today


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedCase:
    """What is known, whether the new post sells, by what is judged, and when."""

    feed: Feed
    sells: bool
    rules: Rules
    now: int

    def since(self, at: int) -> int:
        """How many posts there were from then on."""
        return sum(1 for post in self.feed.posts if (post.at or 0) >= at)


def _counted(key: str, n: int, most: int, until: int) -> Found:
    return Found(n < most, key, {"n": n, "most": most}, until)


def _posts_day(case: FeedCase) -> Found:
    begins, ends = today(case.now, case.feed.zone)
    return _counted("posts_day", case.since(begins), case.rules.posts_day, ends)


def _posts_quota(case: FeedCase) -> Found:
    """The platform's cap is for each group, and is the same number as for a customer."""
    most = case.rules.platform_month or case.feed.month_days
    return _counted("posts_quota", case.feed.bulk, most, month(case.now, case.feed.zone)[1])


def _moments(case: FeedCase) -> Found:
    begins, ends = today(case.now, case.feed.zone)
    daily = _counted("moments_day", case.since(begins), case.rules.moments_day, ends)
    first, last, _ = month(case.now, case.feed.zone)
    monthly = _counted("moments_month", case.since(first), case.rules.moments_month, last)
    return daily if monthly.holds else monthly


def _share(case: FeedCase) -> Found:
    """One post that sells is never too many, unless none may."""
    feed = case.feed
    recent = [post for post in feed.posts if (post.at or 0) > case.now - feed.window]
    n = sum(post.sells for post in recent)
    fine = n + 1 <= max(1 if feed.share else 0, (len(recent) + 1) * feed.share)
    values = {"days": days_of(feed.window), "total": len(recent), "n": n,
              "most": f"{feed.share:.0%}"}  # fmt: skip
    return Found(fine, "share" if fine else "share_over", values, case.now + DAY)


def _spacing(case: FeedCase) -> Found:
    places = [i for i, post in enumerate(reversed(case.feed.posts)) if post.sells]
    if not places:
        return Found(True, "spacing_free")
    values = {"n": places[0], "most": case.feed.gap}
    return Found(places[0] >= case.feed.gap, "spacing", values, case.now + DAY)


FeedJudge = Callable[[FeedCase], Found | None]


def _of(judge: FeedJudge, *, moment: bool) -> FeedJudge:
    return lambda case: judge(case) if case.feed.moment is moment else None


def _selling(judge: FeedJudge) -> FeedJudge:
    return lambda case: judge(case) if case.sells else None


FEED_RULES: Sequence[tuple[str, FeedJudge]] = (
    ("persona_dates", lambda case: against(case.feed.persona, "persona_in")),
    ("share", _selling(_share)),
    ("spacing", _selling(_spacing)),
    ("moment_quota", _of(_moments, moment=True)),
    ("quota_month", _of(_posts_quota, moment=False)),
    ("cap_day", _of(_posts_day, moment=False)),
    ("blackout", lambda case: against(case.feed.blackout, "no_blackout")),
    ("quiet_hours", _of(lambda case: quiet(case.now, case.feed.zone, case.rules), moment=False)),
)
