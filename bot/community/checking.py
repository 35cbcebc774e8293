"""What may stand in a file of content/community, beyond that its keys have the right types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.community import seeds_check
from bot.community.matching import WHEN, Match
from bot.core.decode import fail, nearest
from bot.core.faults import Faults
from bot.core.span import parse_span
from bot.core.tomlfile import KeyPath, TomlDoc

if TYPE_CHECKING:
    from bot.community.rules import Community

ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
ICON_MAX, NAME_MAX, POINTS_MAX = 8, 12, 100_000
_FORGOTTEN = frozenset({"inbound", "outbound"})


def check(doc: TomlDoc, made: Community, name: str) -> None:
    """Raises BadInput with everything that is wrong."""
    faults = Faults()
    for at, message, fix in _wrong(made, name):
        faults.add((fail(doc, at, message, fix),))
    faults.check()


def lines(doc: TomlDoc, made: Community) -> Mapping[str, int]:
    """Where that stands which other files may contradict: ``badge/ID``, ``right/ID``, keys."""
    found = {key: doc.line_of((key,)) for key in ("circle", "zone", "persona", "seeds")}
    found |= {f"badge/{one.id}": doc.line_of(("badges", i)) for i, one in enumerate(made.badges)}
    found |= {f"right/{one.id}": doc.line_of(("rights", i)) for i, one in enumerate(made.rights)}
    found |= {f"rule/{one.id}": doc.line_of(("points", "rules", i))
              for i, one in enumerate(made.points.rules)}  # fmt: skip
    return found


Wrong = Iterator[tuple[KeyPath, str, str]]


def _wrong(made: Community, name: str) -> Wrong:
    if made.circle != name:
        yield ("circle",), f"{made.circle!r}, but the file is {name!r}", "make them equal"
    yield from _zone(made.zone)
    yield from _ids(("points", "rules"), made.points.rules)
    for section in ("levels", "badges", "rights"):
        yield from _ids((section,), getattr(made, section))
    yield from _points(made)
    yield from _levels(made)
    yield from _decay(made)
    yield from _badges(made)
    yield from _codenames(made)
    yield from _rights(made)
    yield from seeds_check.wrong(made.seeds)


def _zone(zone: str) -> Wrong:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        yield ("zone",), f"{zone!r} is no time zone", 'write it as "Asia/Shanghai"'


def _ids(at: KeyPath, listed: Sequence[Any]) -> Wrong:
    seen: set[str] = set()
    for i, one in enumerate(listed):
        if not ID.fullmatch(one.id):
            yield (*at, i, "id"), f"{one.id!r} is no id", "small letters, digits, - and _"
        if one.id in seen:
            yield (*at, i, "id"), f"{one.id!r} is there twice", "give it another id"
        if not one.title.strip():
            yield (*at, i, "title"), "is empty", "write what members read"
        seen.add(one.id)


def _match(at: KeyPath, one: Match) -> Wrong:
    if one.when in _FORGOTTEN:
        yield (*at, "when"), "what was merely said is not kept for good", "count a check-in instead"
    elif one.when not in WHEN:
        yield (*at, "when"), f"{one.when!r} is nothing that counts", nearest(one.when, WHEN)
    elif WHEN[one.when][1] and one.which:
        yield (*at, "which"), f"means nothing for when = {one.when!r}", "remove it"


def _points(made: Community) -> Wrong:
    if made.points.per_day < 0:
        yield ("points", "per_day"), "is below 0", "0 is without a limit"
    for i, one in enumerate(made.points.rules):
        at: KeyPath = ("points", "rules", i)
        yield from _match(at, one)
        if not 0 < one.points <= POINTS_MAX:
            yield (*at, "points"), f"is not within 1 and {POINTS_MAX}", "points = 2"
        for key in ("per", "per_day", "per_week", "streak"):
            if getattr(one, key) < 0:
                yield (*at, key), "is below 0", "remove it"
        if one.per and one.when != "ordered":
            yield (*at, "per"), "is for orders", 'remove it, or write when = "ordered"'
        if one.per and one.streak:
            yield (*at, "streak"), "does not go with per", "make it a rule of its own"
        if one.streak == 1:
            yield (*at, "streak"), "one day is no row", "2 or more"


def _levels(made: Community) -> Wrong:
    before = -1
    for i, one in enumerate(made.levels):
        if one.start <= before:
            yield ("levels", i, "from"), "is not above the level before", "order them by points"
        before = one.start


def _decay(made: Community) -> Wrong:
    if made.decay is None:
        return
    for key in ("idle", "every"):
        try:
            if parse_span(getattr(made.decay, key)) < 1:
                yield ("decay", key), "is no time", 'write it as "90d"'
        except ValueError as exc:
            yield ("decay", key), str(exc), 'write it as "90d"'
    if not 0 < made.decay.percent <= 100:
        yield ("decay", "percent"), "is not within 1 and 100", "percent = 10"
    if made.decay.floor < 0:
        yield ("decay", "floor"), "is below 0", "floor = 0"


def _badges(made: Community) -> Wrong:
    for i, one in enumerate(made.badges):
        at: KeyPath = ("badges", i)
        if one.by == "rule":
            yield from _match(at, one)
        elif one.when:
            yield (*at, "when"), 'means nothing for by = "staff"', "remove it"
        if one.n < 1 or (one.rule == "first" and one.n != 1):
            yield (*at, "n"), f"{one.n} does not fit rule = {one.rule!r}", 'rule = "count", n = 3'
        if one.rule == "streak" and one.by == "rule" and one.n < 2:
            yield (*at, "n"), "one day is no row", "n = 7"
        if not 0 < len(one.icon) <= ICON_MAX:
            yield (*at, "icon"), f"1 to {ICON_MAX} characters", "one character, or one emoji"


def _codenames(made: Community) -> Wrong:
    for i, name in enumerate(made.codenames.pool):
        if not 0 < len(name.strip()) <= NAME_MAX or name != name.strip() or "·" in name:
            yield ("codenames", "pool", i), f"{name!r} is no name", f"1 to {NAME_MAX} characters"
        if name in made.codenames.pool[:i]:
            yield ("codenames", "pool", i), f"{name!r} is there twice", "leave one"
    if made.codenames.chosen == "given" and not made.codenames.pool:
        yield ("codenames", "pool"), "is empty, so nothing can be given", "write some names"
    if made.codenames.change_every:
        try:
            parse_span(made.codenames.change_every)
        except ValueError as exc:
            yield ("codenames", "change_every"), str(exc), 'write it as "90d"'


def _rights(made: Community) -> Wrong:
    for i, one in enumerate(made.rights):
        at: KeyPath = ("rights", i)
        for key, known in (("level", made.levels), ("badge", made.badges)):
            wanted = getattr(one, key)
            if wanted and wanted not in {each.id for each in known}:
                fix = (
                    nearest(wanted, (each.id for each in known)) if known else f"write a [[{key}s]]"
                )
                yield (*at, key), f"there is no {key} {wanted!r}", fix
        if one.stock < 0 or one.cost < 0:
            yield (*at, "stock" if one.stock < 0 else "cost"), "is below 0", "0, or remove it"
        if one.each < 1:
            yield (*at, "each"), "nobody could take any", "each = 1"
        if one.start and one.until and one.until < one.start:
            yield (*at, "until"), "is before from", "exchange them"
