"""The content mix of one week: what is planned, what went out, what is wrong with it, and what to
add. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.clock import DAY, local, to_ms
from bot.core.errors import BadInput
from bot.core.mixing import Mix
from bot.library.cast import Cast
from bot.library.selling import sells_with as sells_with
from bot.library.speech import Setting, prepare
from bot.library.usage import voices
from bot.store.mix import Sent
from bot.studio.mix import GENRE_NAMES, Feed, Post, Share, Warned, over, shares, warn
from bot.studio.render import CannotRender
from bot.studio.template import Template
from scheduler.calendar import occurrences

SUGGESTED = 5
_WEEK = re.compile(r"(\d{4})-?W(\d{1,2})", re.I)
_FEED_OF: Mapping[str, Feed] = {"moment": "moment", "group_post": "group"}
_I_AM = ("我是", "我叫")
_HALF_DAY = DAY // 2
# Why a template is suggested, by code.
REASONS = {
    "unseen": "补上缺少的{genre}类", "rare": "{genre}类近来发得少", "new": "还没有发过",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday to Sunday in the corp's zone; ``start`` and ``end`` in UTC ms."""

    name: str
    start: int
    end: int

    @classmethod
    def of(cls, day: date, zone: str) -> Week:
        """The week in which a local day is."""
        monday = day - timedelta(days=day.weekday())
        year, number, _ = monday.isocalendar()
        start, end = (to_ms(datetime(d.year, d.month, d.day, tzinfo=ZoneInfo(zone)))
                      for d in (monday, monday + timedelta(days=7)))  # fmt: skip
        return cls(f"{year}-W{number:02}", start, end)

    @classmethod
    def parse(cls, text: str, zone: str) -> Week:
        """``2026-W48``. Raises BadInput."""
        found = _WEEK.fullmatch(text.strip())
        try:
            if found is None:
                raise ValueError(text)
            return cls.of(date.fromisocalendar(int(found[1]), int(found[2]), 1), zone)
        except (ValueError, OverflowError):
            raise BadInput(f"{text!r} is no week", fix="write it like 2026-W48") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A template that could go out in the week and does not; ``reasons`` are codes of REASONS."""

    template: str
    title: str
    genre: str
    origin: str
    sells: bool
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons, in Chinese."""
        genre = GENRE_NAMES.get(self.genre, self.genre)
        return "，".join(REASONS[code].format(genre=genre) for code in self.reasons)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedMix:
    """One persona's week in one feed. Planned is what the calendar says of the whole week, sent
    what went out so far."""

    persona: str
    feed: Feed
    planned: tuple[Post, ...]
    sent: tuple[Post, ...]
    warned: tuple[Warned, ...]
    suggested: tuple[Suggestion, ...]

    def genres(self, *, sent: bool = False) -> tuple[Share, ...]:
        """Genres, the commonest first."""
        return shares(post.genre for post in (self.sent if sent else self.planned))

    def origins(self, *, sent: bool = False) -> tuple[Share, ...]:
        """Origins, the commonest first."""
        return shares(post.origin for post in (self.sent if sent else self.planned))

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "persona": self.persona, "feed": self.feed,
            **{name: {"posts": [_shown(post) for post in posts],
                      "selling": sum(post.sells for post in posts),
                      "genres": {s.name: s.number for s in self.genres(sent=name == "sent")},
                      "origins": {s.name: s.number for s in self.origins(sent=name == "sent")}}
               for name, posts in (("planned", self.planned), ("sent", self.sent))},
            "warnings": [{"code": one.code, "message": one.message, "fix": one.fix,
                          **{k: v for k, v in one.facts.items() if k == "template"}}
                         for one in self.warned],
            "suggestions": [{"template": one.template, "title": one.title, "genre": one.genre,
                             "origin": one.origin, "reasons": list(one.reasons), "why": one.why}
                            for one in self.suggested],
        }  # fmt: skip


def reach(mix: Mix, week: Week, now: int) -> tuple[int, int]:
    """From when to when one has to know what was sent, for ``mixes``."""
    back = max(mix.ms("window"), mix.ms("unseen"))
    return min(week.start - back, now - mix.ms("rest")), max(week.end, now)


def mixes(
    setting: Setting, rows: Sequence[Sent], mix: Mix, week: Week, persona: str | None = None
) -> tuple[FeedMix, ...]:
    """A mix for each persona and feed that the calendar or the log knows, in this order."""
    whole = _Whole(setting, rows, mix, week)
    known = dict.fromkeys((*((e.persona, _FEED_OF[e.do]) for e in setting.cast.calendar.entry),
                           *((post.persona, post.feed) for post in whole.sent)))  # fmt: skip
    return tuple(whole.of(who, feed) for who, feed in sorted(known)
                 if who in setting.cast.scripts and persona in (None, who))  # fmt: skip


class _Whole:
    """All that the mixes of one week have in common."""

    def __init__(self, setting: Setting, rows: Sequence[Sent], mix: Mix, week: Week) -> None:
        self._setting, self._mix, self._week = setting, mix, week
        self._cast: Cast = setting.cast
        self._selling = {name: sells_with(self._cast, name)
                         for name in self._cast.shelf.templates}  # fmt: skip
        self.sent = [self._post(row) for row in rows if row.kind in _FEED_OF]
        self._said_by = self._speakers()
        since = week.start - max(mix.ms("window"), mix.ms("unseen"))
        self._plan = sorted(self._planned(min(since, week.start), week.end),
                            key=lambda post: (post.at, post.entry))  # fmt: skip

    def of(self, persona: str, feed: Feed) -> FeedMix:
        """The mix of one persona in one feed."""
        week, now = self._week, self._setting.now
        sent = [post for post in self.sent if (post.persona, post.feed) == (persona, feed)]
        plan = [post for post in self._plan if (post.persona, post.feed) == (persona, feed)]
        ahead = [post for post in plan if post.at > now]
        since = week.start - max(self._mix.ms("window"), self._mix.ms("unseen"))
        line = [post for post in (*sent, *ahead) if since <= post.at < week.end]
        planned = tuple(post for post in plan if post.at >= week.start)
        return FeedMix(
            persona=persona, feed=feed, planned=planned,
            sent=tuple(post for post in sent if week.start <= post.at < week.end),
            warned=self._warned(persona, feed, line, len(planned)),
            suggested=tuple(self._suggested(persona, feed, line, plan)) if week.end > now else (),
        )  # fmt: skip

    def _warned(
        self, persona: str, feed: Feed, line: Sequence[Post], planned: int
    ) -> tuple[Warned, ...]:
        week = [post for post in line if post.at >= self._week.start]
        if planned and not week:
            return (Warned(code="unsent", persona=persona, feed=feed, facts={"number": planned}),)
        days = {post.at: local(post.at, self._cast.zone).strftime("%m-%d") for post in week}
        return warn(week, line, self._mix, persona, feed, self._week.end, days)

    def _planned(self, start: int, end: int) -> Iterator[Post]:
        calendar, zone = self._cast.calendar, self._cast.zone
        for entry in calendar.entry:
            script, template = self._cast.scripts.get(entry.persona), self._get(entry.template)
            if script is None or template is None:
                continue
            for at in occurrences(calendar, entry, start, end):
                day = local(at, zone).date()
                if template.valid_on(day) and script.persona.valid_on(day):
                    yield self._of(template, at, entry.persona, _FEED_OF[entry.do], entry.id,
                                   entry.title)  # fmt: skip

    def _post(self, row: Sent) -> Post:
        template = self._get(row.content)
        feed = _FEED_OF[row.kind]
        if template is None:
            return Post(at=row.at, persona=row.persona, feed=feed, template=row.content,
                        title=row.text[:20], entry=row.entry, sent=True)  # fmt: skip
        return replace(self._of(template, row.at, row.persona, feed, row.entry), sent=True)

    def _of(
        self, template: Template, at: int, persona: str, feed: Feed, entry: str, title: str = ""
    ) -> Post:
        return Post(at=at, persona=persona, feed=feed, template=template.name,
                    title=template.title or title, genre=template.genre, origin=template.origin,
                    sells=self._selling[template.name], entry=entry)  # fmt: skip

    def _get(self, name: str) -> Template | None:
        return self._cast.shelf.get(name)

    def _suggested(
        self, persona: str, feed: Feed, line: Sequence[Post], plan: Sequence[Post]
    ) -> Iterator[Suggestion]:
        """Of the rarest genre first; each that is taken makes its genre less rare."""
        genres = Counter(post.genre for post in line)
        origins = Counter(post.origin for post in line)
        busy = {post.template for post in (*line, *plan)}
        left = [t for t in self._fitting(persona, feed, line) if t.name not in busy]
        gone = {post.template for post in self.sent}
        for _ in range(min(SUGGESTED, len(left))):
            best = min(left, key=lambda one: (
                one.genre not in self._mix.wished or genres[one.genre] > 0, genres[one.genre],
                origins[one.origin], one.name in gone, one.name))  # fmt: skip
            left.remove(best)
            yield Suggestion(template=best.name, title=best.title, genre=best.genre,
                             origin=best.origin, sells=self._selling[best.name],
                             reasons=tuple(self._reasons(best, genres, gone)))  # fmt: skip
            genres[best.genre] += 1
            origins[best.origin] += 1

    def _reasons(
        self, template: Template, genres: Counter[str], gone: Iterable[str]
    ) -> Iterator[str]:
        if not genres[template.genre]:
            yield "unseen"
        elif genres[template.genre] <= min(genres.values()):
            yield "rare"
        if template.name not in gone:
            yield "new"

    def _speakers(self) -> dict[str, set[str]]:
        """Who says a template already: by calendar, flows and answers, or as the log has it."""
        personas = {name: script.persona for name, script in self._cast.scripts.items()}
        found = {name: {one.id for one in said_by} for name, said_by in
                 voices(self._cast.calendar.entry, self._cast.flows, personas).items()}  # fmt: skip
        for post in self.sent:
            found.setdefault(post.template, set()).add(post.persona)
        return found

    def _speaks_for(self, persona: str, template: Template) -> bool:
        """False for what others say, or what tells in the first person that it is another."""
        said_by = self._said_by.get(template.name)
        names = (s.persona.name for who, s in self._cast.scripts.items() if who != persona)
        return (not said_by or persona in said_by) and not any(
            f"{i_am}{name}" in template.text for name in names for i_am in _I_AM)  # fmt: skip

    def _fitting(self, persona: str, feed: Feed, line: Sequence[Post]) -> Iterator[Template]:
        rested = self._setting.now - self._mix.ms("rest")
        busy = {post.template for post in self.sent if post.at >= rested}
        busy |= {e.template for e in self._cast.calendar.entry if e.persona != persona}
        others = tuple(f"{who}-" for who in self._cast.scripts if who != persona)
        full = self._full(line, persona, feed)
        for name, template in self._cast.shelf.templates.items():
            fits = _FEED_OF.get(template.kind) == feed and template.genre and template.origin
            taken = name in busy or name.rpartition("/")[2].startswith(others)
            wanted = fits and not taken and not (full and self._selling[name])
            if wanted and self._speaks_for(persona, template) and self._can(persona, template):
                yield template

    def _full(self, line: Sequence[Post], persona: str, feed: Feed) -> bool:
        """True when one more that sells would be too many or too soon."""
        recent = [post for post in line if post.at >= self._week.end - self._mix.ms("window")]
        selling = sum(post.sells for post in recent) + 1
        soon = any(post.sells for post in line[max(0, len(line) - self._mix.promo_gap) :])
        return soon or over(selling, len(recent) + 1, self._mix.cap(persona, feed))

    def _can(self, persona: str, template: Template) -> bool:
        """True when it can be said on some day of the week that is still to come."""
        day = max(self._week.start, self._setting.now)
        while day < self._week.end:
            if template.valid_on(local(day, self._cast.zone).date()):
                try:
                    prepare(replace(self._setting, now=day), persona, template.name)
                except CannotRender:
                    return False
                return True
            day += _HALF_DAY
        return False


def _shown(post: Post) -> dict[str, Any]:
    return {"at": post.at, "template": post.template, "title": post.title, "genre": post.genre,
            "origin": post.origin, "sells": post.sells, "entry": post.entry}  # fmt: skip
