"""What made something be said: a flow, campaign, entry of the plan or activity, by its title, and
where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.console.flowing import plan_named
from bot.console.words import said_or, say
from bot.library.cast import Cast
from bot.library.usage import Use

_PAGES = {"campaign": "/campaigns/", "activity": "/activities/"}
SHOWN = frozenset({"flow", *_PAGES})  # kinds of an origin that have a page


@dataclass(frozen=True, slots=True)
class Named:
    """``kind`` in words, the title, and the page behind ``/console``, empty where there is none."""

    kind: str
    title: str
    path: str = ""


def titles_of(cast: Cast | None) -> Mapping[str, str]:
    """What staff call plans, by their kind and id: ``flow:ID``, ``campaign:NAME``, ``entry:ID``,
    ``activity:ID``."""
    if cast is None:
        return {}
    return {
        **{f"flow:{one.id}": one.file.title or one.id for one in cast.flows},
        **{f"campaign:{one.id}": one.file.title or one.id for one in cast.campaigns},
        **{f"entry:{one.id}": one.title or one.id for one in cast.calendar.entry},
        **{f"activity:{one.id}": one.title for one in cast.activities.values()},
    }


def page_of(origin: str, titles: Mapping[str, str]) -> str:
    """Where a plan stands, behind ``/console``; empty for one that is not there any more."""
    kind, _, name = origin.partition(":")
    if kind == "flow":
        return f"/flows/{quote(name)}"
    if kind in _PAGES and origin in titles:
        return _PAGES[kind] + quote(name)
    return f"/plan/entry?e={quote(name)}" if f"entry:{name}" in titles else ""


def named(lang: str, titles: Mapping[str, str], origin: str) -> Named:
    """What an outbox row came from: its origin names the plan first, then the step or the day.
    ``titles`` as ``titles_of`` tells them."""
    kind, _, rest = origin.partition(":")
    if kind not in SHOWN:
        return Named(said_or(lang, f"plan_kind.{kind}", ""), "")
    plan = f"{kind}:{rest.partition(':')[0]}"
    path = page_of(plan, titles)
    kind = "entry" if path.startswith("/plan/") else kind
    return Named(say(lang, f"plan_kind.{kind}"), plan_named(lang, plan, titles), path)


def used(cast: Cast, use: Use) -> tuple[str, str]:
    """What a place is called that uses a template, and its page behind ``/console``."""
    first, _, second = use.what.partition("/")
    if use.where in ("calendar", "flow", "campaign", "activity"):
        key = "entry" if use.where == "calendar" else use.where
        plan, titles = f"{key}:{first}", titles_of(cast)
        return titles.get(plan, use.what), page_of(plan, titles)
    if use.where == "community" and first in cast.communities:
        badges = {one.id: one.title for one in cast.communities[first].badges}
        return badges.get(second, second), f"/community?c={quote(first)}"
    if use.where == "mission" and first in cast.missions:
        return cast.missions[first].title, ""
    if use.where == "atmosphere" and first in cast.circles:
        return cast.circles[first].title, ""
    return use.what, ""
