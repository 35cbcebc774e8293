"""A room: what persons did in runs of activities, as far as it counts, and who won
(``entries``, ``helping``, ``streaks`` of ``bot/community``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.community import entries as pure
from bot.community.activity import activity_of
from bot.community.helping import helps
from bot.community.streaks import streak
from bot.core.event import Event, Happened
from bot.store import history, runs
from bot.store.engine import Row, Tx
from bot.store.parts import listed, parts
from bot.store.persons import all_of, person_of

KINDS = pure.ENTRIES | pure.VERDICTS | {Happened.VOTED, Happened.HELPED, Happened.WON}
TABLES = ("entry", "ballot", "helping", "streak", "winner")
_MINE = KINDS - {Happened.HELPED}
PAGE = 200  # persons
Said = Mapping[tuple[Happened, str], str]


def follow(tx: Tx, events: Sequence[Event]) -> None:
    """New events of its kinds; see store/projections.py."""
    about = _about(tx, events)
    touched = {one.place for one in [*events, *about]}
    members = {one.member for one in events if one.member}
    _derive(tx, members, touched)
    helped = {one.other for one in [*events, *about] if one.kind is Happened.HELPED}
    _helped(tx, (helped | members if helped or _begun(events) else helped) - {""}, touched)


def again(tx: Tx, members: Sequence[str]) -> None:
    """Derives these ids anew; see store/projections.py."""
    ids = [member for member in members if member]
    helped = {row["member"] for row in listed(tx, "helpings_by", "members", ids)}
    for part in parts(ids):
        for query in ("entries_drop", "ballots_drop", "helpings_drop", "streaks_drop",
                      "winners_drop"):  # fmt: skip
            tx.run(query, members=part)
    _derive(tx, ids, None)
    others = {event.other for part in parts(ids)
              for event in history.of(tx, part, [Happened.HELPED])}  # fmt: skip
    _helped(tx, {*ids, *helped, *others} - {""}, None)


def clear(tx: Tx) -> None:
    """Empties its tables."""
    for query in ("winners_clear", "streaks_clear", "helpings_clear", "ballots_clear",
                  "entries_clear"):  # fmt: skip
        tx.run(query)


def _about(tx: Tx, events: Iterable[Event]) -> list[Event]:
    """What these verdicts are about."""
    wanted = sorted({one.place for one in events if one.kind in pure.VERDICTS})
    return [history.event_of(row) for row in listed(tx, "events_named", "dedupes", wanted)]


def _begun(events: Iterable[Event]) -> bool:
    return any(one.kind is Happened.SIGNED for one in events)


def _derive(tx: Tx, members: Iterable[str], touched: Collection[str] | None) -> None:
    """``touched``: the runs that may have changed; None: all."""
    for part in parts(sorted(set(members)), PAGE):
        ids = all_of(tx, part)
        person = {id: who for who, mine in ids.items() for id in mine}
        told: defaultdict[str, list[Event]] = defaultdict(list)
        for event in history.of(tx, list(person), _MINE):
            told[person[event.member]].append(event)
        places = {one.place for mine in told.values() for one in mine if one.kind not in
                  pure.VERDICTS and (touched is None or one.place in touched)}  # fmt: skip
        known = runs.by_id(tx, sorted(places))
        _parts(tx, told, known)
        _streaks(tx, told, None if touched is None else {activity_of(one) for one in touched})
        _winners(tx, told)


def _parts(tx: Tx, told: Mapping[str, list[Event]], known: Mapping[str, Row]) -> None:
    entries: list[Row] = []
    ballots: list[Row] = []
    for run, row in known.items():
        rules = runs.rules_of(tx, row)
        if rules is None:
            continue
        for person, events in told.items():
            mine = [one for one in events if one.place == run and one.kind not in pure.VERDICTS]
            made = pure.fold(mine, runs.plan_of(row), rules, row["salt"], pure.verdicts(events))
            key = {"run": run, "member": person}
            entries += [asdict(one) | key for one in made.entries]
            ballots += [asdict(one) | key for one in made.ballots]
    who, ids = list(told), list(known)
    _write(tx, ("entries_of", "entry_put", "entry_drop"), entries, runs=ids, members=who)
    _write(tx, ("ballots_of", "ballot_put", "ballot_drop"), ballots, runs=ids, members=who)


def _write(tx: Tx, names: tuple[str, str, str], made: Iterable[Row], **of: list[str]) -> None:
    """Only what differs is written."""
    if not all(of.values()):
        return
    look, put, drop = names
    old = {row["event"]: row for row in tx.rows(look, **of)}
    new = {row["event"]: row for row in made}
    tx.many(drop, [{"event": one} for one in sorted(old.keys() - new.keys())])
    tx.many(put, [row for event, row in new.items() if old.get(event) != row])


def _streaks(
    tx: Tx, told: Mapping[str, list[Event]], touched: Collection[str] | None
) -> None:  # fmt: skip
    for person, events in told.items():
        said = pure.verdicts(events)
        days: defaultdict[str, list[Event]] = defaultdict(list)
        for one in events:
            if one.kind is Happened.CHECKED and "@" in one.place:
                days[activity_of(one.place)].append(one)
        for activity, mine in days.items():
            if touched is None or activity in touched:
                _streak(tx, person, activity, pure.checked_days(mine, said))


def _streak(tx: Tx, person: str, activity: str, days: Iterable[date]) -> None:
    found = streak(days)
    key = {"member": person, "activity": activity}
    if found is None:
        tx.run("streak_drop", **key)
        return
    tx.run("streak_put", **key, days=found.days, streak=found.row, best=found.best,
           last_day=found.last.isoformat())  # fmt: skip


def _winners(tx: Tx, told: Mapping[str, list[Event]]) -> None:
    rows = [_winner(person, one) for person, events in told.items() for one in events
            if one.kind is Happened.WON and _stands(one, pure.verdicts(events))]  # fmt: skip
    tx.run("winners_drop", members=list(told) or [""])
    tx.many("winner_put", rows)


def _stands(won: Event, said: Said) -> bool:
    """A win goes with the entry that it rests on, and by a word about itself."""
    return not pure.said_of(won, said) and (
        said.get((Happened.STRUCK, str(won.data.get("cause", "")))) != "out"
    )


def _winner(person: str, one: Event) -> dict[str, Any]:
    return {"event": one.dedupe, "run": one.place, "rank_of": one.which, "place": one.amount,
            "member": person, "at": one.at, "cause": str(one.data.get("cause", "")),
            "why": str(one.data.get("why", ""))}  # fmt: skip


def _helped(tx: Tx, members: Iterable[str], touched: Collection[str] | None) -> None:
    """The help that these persons got."""
    for part in parts(sorted(set(members)), PAGE):
        ids = all_of(tx, part)
        every = [id for mine in ids.values() for id in mine]
        got = list(_got(tx, every))
        person = person_of(tx, sorted({*every, *(one.member for one in got)}))
        said = pure.verdicts(history.of(tx, sorted(person), pure.VERDICTS))
        asked = [one for one in history.of(tx, every, [Happened.SIGNED])
                 if touched is None or one.place in touched]  # fmt: skip
        known = runs.by_id(tx, [one.place for one in asked])
        _write(tx, ("helpings_of", "helping_put", "helping_drop"),
               list(_rows(tx, asked, got, known, person, said)), runs=list(known),
               members=list(ids))  # fmt: skip


def _got(tx: Tx, ids: Sequence[str]) -> Iterator[Event]:
    rows = listed(tx, "events_with", "members", ids, kinds=[Happened.HELPED])
    yield from (history.event_of(row) for row in rows)


def _rows(
    tx: Tx, asked: Sequence[Event], got: Sequence[Event], known: Mapping[str, Row],
    person: Mapping[str, str], said: Said,
) -> Iterator[Row]:  # fmt: skip
    first: dict[tuple[str, str], Event] = {}
    for one in sorted(asked, key=lambda one: one.order):
        if not pure.said_of(one, said):
            first.setdefault((one.place, person[one.member]), one)
    for (run, owner), begun in first.items():
        rules = runs.rules_of(tx, known[run]) if run in known else None
        if rules is None:
            continue
        mine = [one for one in got if one.place == run and person[one.other] == owner]
        yield from (asdict(one) | {"run": run, "member": owner}
                    for one in helps(mine, begun, rules, person, said))  # fmt: skip
