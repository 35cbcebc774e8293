"""Makes the report: what the platform knows, what the reply log says, why things were kept back."""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from statistics import median

from bot.community import draw
from bot.community.activity import activity_of
from bot.core.clock import DAY, MINUTE, local
from bot.rehearsal.play import Played
from bot.rehearsal.report import DAY as COLUMNS
from bot.rehearsal.report import Account, Partaking, Quota, Report, Spread, Worst
from bot.rehearsal.stage import Json, Waited
from bot.store import rehearsed
from bot.store.governor import Refused
from bot.store.rehearsed import Held, Said
from scheduler.governor import CODES

ALONE = frozenset({"kf", "contact", "oa"})  # channels of one member
FEEDS = {"moment": "moment", "group": "group", "webhook": "group"}
WORST = 10
BINS = (0, 1, 5, 10, 15, 20, 30, 40, 60, 100)
# Acts that a day's table shows, by the name of their column.
_ACTS = {"added": "added", "delete": "deleted", "inbound": "inbound", "complaints": "complaints",
         "opt_out": "opt_out", "buy": "bought", "took": "took_part"}  # fmt: skip
# Tickets, and the seals of draws, are drawn by chance, so that nobody can guess them.
_TICKET = re.compile(f"[{draw.LETTERS}]{{4,}}")
_MONTH = re.compile(r"\d{4}-\d{2}")
Took = tuple[int, str, str]  # a day since the start, a run, a person
_WENT = frozenset({"sent", "unsure"})
# A task that is made again still leaves, and what begins no flow was no message.
NO_LOSS = frozenset({"again", "no flow begins with it"})
_DETAIL = re.compile(r"template \S+: |\[[^]]*\]|, hint.*|, more info.*|\d{4}-\d{2}-\d{2}")


async def tell(played: Played) -> Report:
    """The report of a play that is over."""
    plan, house = played.plan, played.house
    read, stage, since = house.store.read, house.stage, plan.start
    zone = house.library.cast.zone
    first, last = (local(at, zone).date().isoformat() for at in (since, plan.until))
    said = await read(rehearsed.said, since)
    held = await read(rehearsed.held, since)
    refused = await read(rehearsed.refused, first, last)
    unasked = await read(rehearsed.unasked, since)
    received, tasks = stage.received(), stage.tasks()
    people = [person.id for person in played.crowd.people]
    took = await read(rehearsed.took_part, since)
    alone = {one: _alone(received.get(one, ())) for one in people}
    did = _summed(played.crowd.done)
    return Report(
        start=first, days=plan.days, members=plan.members, seed=plan.seed,
        digest=digest(received, refused, held),
        inbound=did["inbound"], outbound=sum(alone.values()),
        feeds=sum(len(received.get(one, ())) for one in people) - sum(alone.values()),
        per_member=Spread.of(list(alone.values())),
        unasked=Spread.of([unasked.get(one, 0) for one in people]),
        histogram=_histogram(alone.values()), worst=_worst(alone, unasked),
        daily=_daily(played, said, (refused, held), tasks, took),
        refusals=_refusals(refused, held),
        accounts=_accounts(played, tasks), quotas=_quotas(played, said),
        mix=_mix(played, said), did=dict(did),
        activities=_activities(played, took, await read(rehearsed.activities, since)),
    )  # fmt: skip


def digest(
    received: Mapping[str, Sequence[Json]], refused: Iterable[Refused], held: Iterable[Held]
) -> str:
    """SHA-256 over what every member received and when, and over everything that was kept back."""
    made = hashlib.sha256()
    for member in sorted(received):
        for one in received[member]:
            text = _TICKET.sub("#", one["text"])
            line = (member, one["at"], one["channel"], one["from"], one["kind"], text)
            made.update(repr(line).encode())
    made.update(repr([tuple(getattr(one, n) for n in one.__slots__) for one in refused]).encode())
    kept = [(one.day, one.note, one.kind, one.n) for one in held]
    made.update(repr(kept).encode())
    return made.hexdigest()


def _alone(entries: Iterable[Json]) -> int:
    return sum(one["channel"] in ALONE for one in entries)


def _summed(done: Mapping[tuple[int, str], int]) -> Counter[str]:
    made: Counter[str] = Counter()
    for (_, name), n in sorted(done.items()):
        made[name] += n
    return made


def _histogram(values: Iterable[int]) -> list[tuple[str, int]]:
    counts = Counter(max(low for low in BINS if low <= value) for value in values)
    highs = [*(high - 1 for high in BINS[1:]), None]
    return [(_bin(low, high), counts[low]) for low, high in zip(BINS, highs, strict=True)]


def _bin(low: int, high: int | None) -> str:
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low}–{high}"


def _worst(alone: Mapping[str, int], unasked: Mapping[str, int]) -> list[Worst]:
    ranked = sorted(alone, key=lambda one: (-unasked.get(one, 0), -alone[one], one))[:WORST]
    return [Worst(one, alone[one], unasked.get(one, 0)) for one in ranked]


def _daily(
    played: Played,
    said: Iterable[Said],
    back: tuple[Iterable[Refused], Iterable[Held]],
    tasks: Iterable[Waited],
    took: Iterable[Took],
) -> list[dict[str, int]]:
    plan = played.plan
    table: list[dict[str, int]] = [dict.fromkeys(COLUMNS, 0) for _ in range(plan.days)]
    acts = played.crowd.done + Counter((day, "took") for day, _, _ in took if day < plan.days)
    for (day, name), n in acts.items():
        if name in _ACTS:
            table[day][_ACTS[name]] += n
    for one in said:
        if one.status in _WENT and one.kind in COLUMNS and one.day < plan.days:
            table[one.day][one.kind] += one.n
    for day, n in _kept_back(played, *back):
        if 0 <= day < plan.days:
            table[day]["refused"] += n
    for task in tasks:
        table[_day(plan.start, task.created_at)]["tasks"] += 1
        if task.sent_at is not None:
            table[_day(plan.start, task.sent_at)]["taps"] += 1
    return table


def _kept_back(
    played: Played, refused: Iterable[Refused], held: Iterable[Held]
) -> Iterator[tuple[int, int]]:  # fmt: skip
    """(day since the start, how often): what ``_refusals`` tells by reason."""
    first = local(played.plan.start, played.house.library.cast.zone).date()
    for refusal in refused:
        yield (date.fromisoformat(refusal.day) - first).days, refusal.n
    for one, _ in _others(held):
        yield one.day, one.n


def _activities(
    played: Played, took: Iterable[Took], came: Iterable[rehearsed.Came]
) -> list[Partaking]:  # fmt: skip
    """Every activity in which somebody took part, the most joined first."""
    outcome = {one.activity: one for one in came}
    there, days = played.house.library.cast.activities, played.plan.days
    people: defaultdict[str, set[str]] = defaultdict(set)
    daily: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for day, run, member in took:
        people[activity_of(run)].add(member)
        daily[activity_of(run)][day] += 1
    made = [Partaking(activity=id, title=there[id].title if id in there else id, people=len(who),
                      runs=outcome[id].runs, acts=daily[id].total(), entries=outcome[id].entries,
                      winners=outcome[id].winners, daily=[daily[id][day] for day in range(days)])
            for id, who in people.items()]  # fmt: skip
    return sorted(made, key=lambda one: (-one.people, one.activity))


def _day(start: int, at: int) -> int:
    return (at - start) // DAY


def _refusals(refused: Iterable[Refused], held: Iterable[Held]) -> dict[str, int]:
    """By reason: the governor's codes, then whatever else kept something back."""
    made: Counter[str] = Counter()
    for refusal in refused:
        made[refusal.code] += refusal.n
    for one, reason in _others(held):
        made[reason] += one.n
    return dict(sorted(made.items(), key=lambda item: (-item[1], item[0])))


def _others(held: Iterable[Held]) -> Iterator[tuple[Held, str]]:
    """What something else kept back than the governor, whose sums are told, with the reason."""
    for one in held:
        if one.note.partition(":")[0] not in CODES and one.note not in NO_LOSS:
            yield one, _DETAIL.sub("", one.note).strip(" :") or "?"


def _accounts(played: Played, tasks: Iterable[Waited]) -> list[Account]:
    by_owner: defaultdict[str, list[Waited]] = defaultdict(list)
    for task in tasks:
        by_owner[task.account].append(task)
    owners = dict.fromkeys([*(place.account for place in played.house.places), *by_owner])
    return [_account(owner, by_owner[owner]) for owner in owners]


def _account(owner: str, tasks: Sequence[Waited]) -> Account:
    waits = [task.sent_at - task.created_at for task in tasks if task.sent_at is not None]
    off = sum(task.status == "cancelled" for task in tasks)
    minutes = round(median(waits) / MINUTE) if waits else 0
    return Account(owner, len(tasks), len(waits), off, len(tasks) - len(waits) - off, minutes)


def _quotas(played: Played, said: Iterable[Said]) -> list[Quota]:
    """Bulk messages of a calendar month per customer or group; posts of a persona per day and
    month: the most that was used, and what there is."""
    governor, zone = played.house.config.governor, played.house.library.cast.zone
    found = [
        Quota(f"bulk {month}", max(counts.values(), default=0),
              governor.general.platform_month or monthrange(int(month[:4]), int(month[5:]))[1])
        for month, counts in sorted(played.house.stage.bulk_counts().items())
        if _MONTH.fullmatch(month)
    ]  # fmt: skip
    posts = {(FEEDS[one.channel], one.persona, one.day, one.content) for one in said
             if one.channel in FEEDS and one.status in _WENT}  # fmt: skip
    days = Counter((feed, who, day) for feed, who, day, _ in posts)
    months = Counter(
        (feed, who, local(played.plan.start + day * DAY, zone).month) for feed, who, day, _ in posts
    )
    for persona, script in played.house.library.cast.scripts.items():
        rules, name = governor.rules(persona), script.persona.name
        found += [Quota(f"moments a day {name}", _most(days, "moment", persona),
                        rules.moments_day),
                  Quota(f"moments a month {name}", _most(months, "moment", persona),
                        rules.moments_month),
                  Quota(f"posts a day {name}", _most(days, "group", persona),
                        rules.posts_day)]  # fmt: skip
    return found


def _most(counts: Mapping[tuple[str, str, int], int], feed: str, persona: str) -> int:
    return max((n for (of, who, _), n in counts.items() if (of, who) == (feed, persona)), default=0)


def _mix(played: Played, said: Iterable[Said]) -> dict[str, dict[str, int]]:
    """Posts by feed and genre: one for each account of a moment, one for each group."""
    shelf = played.house.library.cast.shelf.templates
    made: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in said:
        if one.status in _WENT and one.channel in FEEDS:
            template = shelf.get(one.content)
            genre = (template.genre if template else "") or "other"
            made[FEEDS[one.channel]][genre] += one.n
    return {feed: dict(genres.most_common()) for feed, genres in sorted(made.items())}
