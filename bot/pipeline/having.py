"""What somebody has in circles and may take, told in a chat; and what he takes or is called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.community.checking import NAME_MAX
from bot.community.rules import Community
from bot.core.clock import MINUTE
from bot.core.taking import Do, Took
from bot.pipeline.ground import Ground
from bot.store import claiming, codenames, honouring, honours, persons
from bot.store.honouring import CommunityRefused
from scheduler import entitling

NAMES_SHOWN = 8
# Why a right cannot be taken, to whoever wants it.
WHY: Mapping[str, str] = {
    "taken": "你已经领过了", "early": "还没到时候", "over": "时间过了", "level": "要再高一级",
    "badge": "要先有那枚徽章", "audience": "这一样不是给你准备的", "points": "分还不够",
    "gone": "已经领完了",
}  # fmt: skip


def points(on: Ground) -> Took:
    """His points, in the circle where he has the most."""
    found = _first(on)
    if found is None:
        return Took(line="no_points")
    return Took(line="points", facts=_standing(on, found))


def level(on: Ground) -> Took:
    """His level."""
    found = _first(on)
    if found is None or not found["level"]:
        return Took(line="no_points")
    return Took(line="level", facts=_standing(on, found))


def badges(on: Ground) -> Took:
    """His badges in all circles."""
    names = [badge["title"] for one in honours.of(on.tx, on.member) for badge in one["badges"]]
    if not names:
        return Took(line="no_badges")
    return Took(line="badges", facts={"badges": "、".join(names), "count": str(len(names))})


def codename(on: Ground) -> Took:
    """What he is called."""
    mine = honours.codenames(on.tx, on.member)
    if mine:
        return Took(line="codename", facts={"codename": next(iter(mine.values()))})
    rules = _named(on)
    pool = rules.codenames.pool if rules else ()
    free = codenames.unused(on.tx, rules.circle, pool) if rules else []
    return Took(line="no_codename", facts={"example": free[0]} if free else {})


def rename(on: Ground) -> Took:
    """He wants to be called so."""
    rules, wish = _named(on), on.wish.words
    if rules is None:
        return Took(line="name_no", facts={"most": str(NAME_MAX)})
    person = _person(on)
    try:
        name = honouring.name(on.tx, rules, on.member, wish, on.now, actor=person)
    except CommunityRefused:
        return _not_so(on, rules, wish)
    return Took(line="named", facts={"codename": name})


def _not_so(on: Ground, rules: Community, wish: str) -> Took:
    names = rules.codenames
    if names.pool and wish not in names.pool:
        shown = codenames.unused(on.tx, rules.circle, names.pool)[:NAMES_SHOWN]
        return Took(line="name_pool", facts={"names": "、".join(shown)})
    if len(wish) > NAME_MAX or "·" in wish:
        return Took(line="name_no", facts={"most": str(NAME_MAX)})
    return Took(line="name_wait", facts={"every": _days(names.change_every)})


def rights(on: Ground) -> Took:
    """What he may take, and what he took."""
    found = entitling.offers(on.tx, on.setting, on.member)
    open_ = "\n".join(f"{one.right.title}{_price(one)}" for one in found if one.state == "open")
    taken = "、".join(one.right.title for one in found if one.taken)
    if not open_:
        return Took(line="rights_had", facts={"taken": taken}) if taken else Took(line="no_rights")
    return Took(line="rights", facts={"open": open_} | ({"taken": taken} if taken else {}))


def claim(on: Ground) -> Took:
    """He takes a right."""
    circle, id = on.wish.activity, on.wish.words
    found = next((one for one in entitling.offers(on.tx, on.setting, on.member)
                  if (one.circle, one.right.id) == (circle, id)), None)  # fmt: skip
    if found is None:
        return Took(line="no_rights")
    facts = {"right": found.right.title}
    if found.state == "open":
        try:
            entitling.claim(on.tx, on.setting, circle, id, on.member)
        except CommunityRefused:  # the last one went this very moment
            return Took(line="claim_no", facts=facts | {"why": WHY["gone"]})
        return Took(line="claimed", facts=facts)
    return Took(line="claim_no", facts=facts | {"why": WHY[found.state]})


def home(on: Ground) -> Took:
    """The link to his own page; anew each time, for it does not last."""
    if on.in_group:  # whoever reads along could open it
        return Took(line="not_here")
    if on.passes is None or on.stranger or not on.member:
        return Took(line="no_home")
    circles = [one["circle"] for one in honours.of(on.tx, on.member)]
    link = on.passes.address(on.member, circles[0] if circles else "", on.now)
    minutes = str(on.passes.link // MINUTE)
    return Took(line="home", facts={"link": link, "minutes": minutes}) if link else Took(
        line="no_home")  # fmt: skip


LOOKED: Mapping[Do, Callable[[Ground], Took]] = {
    "points": points, "level": level, "badges": badges, "codename": codename, "rights": rights,
    "home": home,
}  # fmt: skip


def _first(on: Ground) -> dict[str, Any] | None:
    return next(iter(honours.of(on.tx, on.member)), None)


def _standing(on: Ground, found: Mapping[str, Any]) -> dict[str, str]:
    circle = on.setting.cast.circles.get(found["circle"])
    facts = {"circle": circle.title if circle else "", "points": str(found["points"]),
             "balance": str(found["balance"]) if found["balance"] != found["points"] else "",
             "level": found["level"], "next": found["next"]}  # fmt: skip
    if found["next_at"] is not None:
        facts["missing"] = str(found["next_at"] - found["points"])
    return {key: text for key, text in facts.items() if text}


def _person(on: Ground) -> str:
    return persons.person_of(on.tx, [on.member])[on.member]


def _named(on: Ground) -> Community | None:
    """The circle whose names he means: where he has one, else the first that gives some."""
    there = on.setting.cast.communities
    mine = next((there[one] for one in honours.codenames(on.tx, on.member) if one in there), None)
    if mine is not None:
        return mine
    own = [there[one["circle"]] for one in honours.of(on.tx, on.member) if one["circle"] in there]
    return next((one for one in (*own, *there.values()) if one.codenames.pool), None) or next(
        iter(there.values()), None)  # fmt: skip


def _price(one: claiming.Offer) -> str:
    cost = f"（{one.right.cost} 分）" if one.right.cost else ""
    return f"{cost}，剩 {one.left} 份" if one.left is not None else cost


def _days(span: str) -> str:
    units = {"d": "天", "h": "小时", "m": "分钟", "w": "周"}
    return span[:-1] + " " + units[span[-1]] if span and span[-1] in units else span
