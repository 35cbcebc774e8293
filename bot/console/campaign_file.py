"""A file of content/campaigns as the fields of a form, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from bot.console.recurring import Unclear
from bot.core import tomlfile
from bot.core.daytime import moment
from bot.library.writing import Value, with_values
from scheduler.campaigns import POSTS, CampaignFile, parse_campaign, shown

HOWS = ("hand", "once", "other")  # begun by hand, at one time, or as text (it comes round)
KINDS = ("promo", "care", "activity", "live", "group_post", "internal_post", "moment")
TEXTS = ("title", "do", "persona", "template", "audience", "groups", "until", "late", "pace",
         "goal", "within", "remind", "before", "after")  # fmt: skip
MEMBERS_ONLY = ("audience", "via", "holdout", "pace", "ceiling", "goal", "within")
LIVE_ONLY = ("remind", "before", "after")
WAYS = ("kf", "bulk")
_DEFAULTS: Mapping[str, Any] = {spec.name: spec.default for spec in fields(CampaignFile)
                                if spec.default is not MISSING}  # fmt: skip


def typed_of(file: CampaignFile, zone: str) -> dict[str, str]:
    """A file as the fields of its form."""
    found = {key: str(getattr(file, key)) for key in TEXTS}
    found |= {"holdout": f"{file.holdout * 100:g}", "error_budget": f"{file.error_budget * 100:g}",
              "ceiling": str(file.ceiling or "")}  # fmt: skip
    found |= {f"via_{way}": "1" for way in file.via}
    return found | _when(file.at, zone)


def _when(at: str, zone: str) -> dict[str, str]:
    if not at:
        return {"how": "hand"}
    if moment(at, zone) is None:
        return {"how": "other", "when": at}
    day, _, time = at.strip().partition(" ")
    return {"how": "once", "date": day, "time": time.strip()}


def written(text: str, name: str, typed: Mapping[str, str], zone: str) -> str:
    """The file with what the form says; comments and what the form leaves as it is stay. Raises
    Unclear with a key of the words, or BadInput."""
    values = _values(typed)
    there = tomlfile.parse(text, shown(name)).data
    if not there:
        values = {"id": name, **values}
    for key in _foreign(typed.get("do", "")):
        values[key] = None
    for key, usual in _DEFAULTS.items():
        if key not in there and values.get(key) == usual:
            values[key] = None
    made = with_values(text, shown(name), values)
    parse_campaign(made, shown(name), zone)
    return made


def _foreign(do: str) -> tuple[str, ...]:
    """What this kind of campaign has no use for."""
    other = MEMBERS_ONLY if do in POSTS else ()
    groups = () if do == "group_post" else ("groups",)
    return (*other, *groups, *(() if do == "live" else LIVE_ONLY))


def _values(typed: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {key: typed.get(key, "").strip() or None for key in TEXTS}
    if not (found["do"] and found["persona"] and found["template"]):
        raise Unclear("campaign_fault.needs")
    found["at"] = _at(typed) or None
    found["via"] = tuple(way for way in WAYS if typed.get(f"via_{way}"))
    found["holdout"] = _share(typed, "holdout")
    found["error_budget"] = _share(typed, "error_budget")
    ceiling = typed.get("ceiling", "").strip() or "0"
    if not (ceiling.isascii() and ceiling.isdigit() and len(ceiling) < 10):
        raise Unclear("campaign_fault.ceiling")
    return found | {"ceiling": int(ceiling)}


def _at(typed: Mapping[str, str]) -> str:
    how = typed.get("how", "hand")
    if how == "once":
        day, time = typed.get("date", "").strip(), typed.get("time", "").strip()
        if not day or not time:
            raise Unclear("campaign_fault.time")
        return f"{day} {time}"
    return typed.get("when", "").strip() if how == "other" else ""


def _share(typed: Mapping[str, str], key: str) -> float | None:
    text = typed.get(key, "").strip().rstrip("%")
    if not text:
        return None
    try:
        return round(float(text) / 100, 6)
    except ValueError:
        raise Unclear("campaign_fault.share") from None
