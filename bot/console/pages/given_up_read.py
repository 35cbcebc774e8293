"""What was given up on, as the page and the file tell it: why, what to do, what may be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bot.console.origins import Named, named, titles_of
from bot.console.page import BASE
from bot.console.unsent import code_of, fix, title, unsent
from bot.console.visit import Visit
from bot.console.when import day_begins, stamp
from bot.console.words import said_or
from bot.core.body import plain
from bot.core.clock import DAY
from bot.store import codec, givenup
from bot.store.engine import Row, Tx
from bot.store.givenup import LAST, Count, Within

TABS: Mapping[str, str] = {"out": "dead", "unsure": "unsure", "in": ""}
ROWS = 30
TURN, DOOR = "i", "d"  # before the number of a turn, and of what lies at the door


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """The form as it was filled in. ``fault``: a key of the words for a day that is none."""

    tab: str
    account: str
    code: str
    since: str
    until: str
    within: Within
    after: str = ""
    fault: str = ""

    def link(self, path: str = "/given-up", **more: str) -> str:
        """An address with the same choice; a page of it only where ``after`` is named."""
        own = {"s": self.tab, "a": self.account, "why": self.code, "since": self.since,
               "until": self.until}  # fmt: skip
        return f"{BASE}{path}?{urlencode({k: v for k, v in (own | more).items() if v})}"

    @property
    def narrowed(self) -> bool:
        """True when the form leaves something out."""
        return any((self.account, self.code, self.since, self.until))


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One message. ``id`` names it in a form; ``why`` and ``do`` are words; ``bar``: why it cannot
    be sent anew, or empty; ``ended_at`` when it was given up; ``origin``: the plan behind it."""

    id: str
    channel: str
    account: str
    member: str
    name: str
    text: str
    kind: str
    at: int
    note: str
    code: str
    why: str
    do: str
    talk: str = ""
    held_by: str = ""
    since_then: bool = False
    people: int = 0
    attempts: int = 0
    ended_at: int | None = None
    bar: str = ""
    origin: Named | None = None
    campaign: str = ""
    task: int = 0
    looked_up: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One page, and how many of each account and reason there are within the rest of the choice."""

    counts: Count
    lines: Sequence[Line]
    n: int
    full: bool
    accounts: Sequence[tuple[str, int]]
    codes: Sequence[tuple[str, str, int]]
    older: str = ""


def asked(visit: Visit) -> Asked:
    """What the address means. A day that is none filters nothing."""
    zone, fault, begin, end = visit.console.config.timezone, "", 0, LAST
    since, until = visit.query("since"), visit.query("until")
    try:
        begin = day_begins(since, zone) if since else 0
        end = day_begins(until, zone) + DAY if until else LAST
    except (ValueError, OverflowError):
        fault = "given_up.no_day"
    tab = visit.query("s")
    return Asked(tab=tab if tab in TABS else "out", account=visit.query("a"),
                 code=visit.query("why"), since=since, until=until, after=visit.query("after"),
                 within=Within(account=visit.query("a"), since=begin, until=end),
                 fault=fault)  # fmt: skip


def read(tx: Tx, visit: Visit, wanted: Asked, n: int = ROWS) -> Found:
    """One page of ``n``."""
    state = TABS[wanted.tab]
    rows = _short_of(tx, state, wanted) if state else [_short(one) for one in _stuck(tx, wanted)]
    counts = givenup.counts(tx)
    chosen = [row for row in rows if wanted.code in ("", row["code"])]
    places = [f"{row['at']}-{row['id']}" for row in chosen]
    first = places.index(wanted.after) + 1 if wanted.after in places else 0
    here = chosen[first : first + n]
    more = len(chosen) > first + n
    lines = _outgoing(tx, visit, here) if state else [_incoming(visit, row["row"]) for row in here]
    return Found(
        counts=counts, lines=lines, n=len(chosen), full=len(rows) >= givenup.MOST,
        accounts=Counter(f"{row['channel']}:{row['account']}" for row in rows).most_common(),
        codes=[(code, title(visit.lang, code), times)
               for code, times in Counter(row["code"] for row in rows).most_common()],
        older=places[first + n - 1] if more else "",
    )  # fmt: skip


def _short_of(tx: Tx, state: str, wanted: Asked) -> list[Row]:
    rows = givenup.latest(tx, "dead" if state == "dead" else "unsure", wanted.within)
    return [row | {"at": row["send_at"], "code": code_of(row["note"])} for row in rows]


def _outgoing(tx: Tx, visit: Visit, short: Sequence[Row]) -> list[Line]:
    rows = givenup.whole(tx, [row["id"] for row in short])
    names = givenup.campaigns(tx, {row["origin"] for row in rows})
    titles = titles_of(visit.cast)
    return [_out(visit, row, names, titles) for row in rows]


def _out(
    visit: Visit, row: Row, campaigns: Mapping[str, str], titles: Mapping[str, str]
) -> Line:  # fmt: skip
    out, code = codec.outbound(row), code_of(row["note"])
    bar = givenup.in_the_way(out, visit.now, campaigns) if out.state == "dead" else ""
    return Line(
        id=str(out.id), channel=out.channel, account=out.account, member=row["member"] or "",
        name=row["name"] or "", text=plain(out.body), kind=out.kind, at=out.send_at,
        note=out.note, code=code, why=unsent(visit.lang, out.note),
        do=fix(visit.lang, out.channel, code), talk=out.conversation, held_by=row["held_by"] or "",
        since_then=(row["last_in_at"] or 0) > out.send_at, people=row["people"],
        attempts=out.attempts, ended_at=row["ended_at"], bar=bar,
        origin=named(visit.lang, titles, out.origin),
        campaign=campaigns.get(out.origin, ""), task=out.id if out.pool == "bulk" else 0,
        looked_up=out.state == "unsure" and out.pool == "bulk" and out.retry_at > 0,
    )  # fmt: skip


def _stuck(tx: Tx, wanted: Asked) -> list[Row]:
    """Turns and callbacks, the latest first; all of them fit into one list."""
    turns, door = givenup.stuck(tx)
    rows = [row | {"id": f"{TURN}{row['id']}", "at": row["received_at"]} for row in turns]
    rows += [_at_the_door(row) for row in door]
    within = wanted.within
    return sorted((row for row in rows if within.since <= row["at"] < within.until
                   and within.account in ("", f"{row['channel']}:{row['account']}")),
                  key=lambda row: (-row["at"], row["id"]))  # fmt: skip


def _at_the_door(row: Row) -> Row:
    """A callback as it came; whatever cannot be read of it is empty."""
    try:
        body: Any = codec.from_json(row["body"])
    except ValueError:
        body = {}
    told = body if isinstance(body, dict) else {}
    names = ("channel", "account", "peer", "kind", "text")
    return {name: str(told.get(name) or "") for name in names} | {
        "id": f"{DOOR}{row['id']}", "at": row["at"], "note": row["note"], "member": "",
        "name": "", "conversation": "", "held_by": "", "last_in_at": 0}  # fmt: skip


def _short(row: Row) -> Row:
    return {"id": row["id"], "at": row["at"], "channel": row["channel"], "row": row,
            "account": row["account"], "code": code_of(row["note"])}  # fmt: skip


def _incoming(visit: Visit, row: Row) -> Line:
    code = code_of(row["note"])
    return Line(
        id=row["id"], channel=row["channel"], account=row["account"], member=row["member"] or "",
        name=row["name"] or "", text=row["text"], kind=row["kind"], at=row["at"],
        note=row["note"], code=code, why=unsent(visit.lang, row["note"]),
        do=fix(visit.lang, row["channel"], code), talk=row["conversation"],
        held_by=row["held_by"] or "", since_then=(row["last_in_at"] or 0) > row["at"],
    )  # fmt: skip


def kind_of(visit: Visit, tab: str, kind: str) -> str:
    """What sort of message it is: of ours, or of the customer's."""
    return said_or(visit.lang, f"{'kind' if tab == 'in' else 'given_kind'}.{kind}", kind)


def cells(visit: Visit, tab: str, lines: Iterable[Line]) -> Iterator[list[object]]:
    """The same as rows of a file."""
    zone = visit.console.config.timezone
    for one in lines:
        where = visit.place(one.channel, one.account)
        yield [one.id, one.name, one.member, where, one.text, kind_of(visit, tab, one.kind),
               stamp(one.at, zone), one.why, one.do, one.note]  # fmt: skip
