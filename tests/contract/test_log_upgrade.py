"""A database of before there was a log: what it knows is told as it would be told now."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.clock import DAY, SECOND
from bot.core.contacts import Chat, Seat
from bot.core.model import Sent
from bot.core.policy import judge
from bot.store import chats, consent, contacts, outbox, people, sql
from bot.store.sql import migrations, statements
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, claim, listen, queue
from tests.contract.test_contacts import ME, person

TIME = NOW // SECOND * SECOND


def a_life(db: Bench) -> None:
    """Of everything the migration knows of, one that stands and one that is over."""
    db.write(contacts.put_customers, [person(1, since=TIME, state="poster", tags=("t1",)),
                                      person(2, since=TIME, tags=())], TIME)  # fmt: skip
    db.write(people.unfriend, "wm2", ME, TIME + DAY, "member")
    for id in ("wr1", "wr2"):
        seats = (Seat(member="wm1", joined_at=TIME, state="grp", invitor="wm2"),
                 Seat(member="wm2", joined_at=0), Seat(member=ME, joined_at=5, staff=True))  # fmt: skip
        db.write(chats.put_chat, Chat(id=id, owner=ME, made_at=1, seats=seats), TIME)
    db.write(chats.left, "wr1", "wm1", TIME + DAY, TIME + DAY, {})
    db.write(people.group_gone, "wr2", TIME + 2 * DAY)
    listen(db)
    queue(db, answer(1, content="care.one"))
    [row] = claim(db)
    db.write(outbox.finish, row, judge(row, Sent("m1"), NOW + 9), NOW + 9)
    db.write(consent.opt_out, "wm1", TIME + DAY)
    db.write(consent.opt_out, "wm2", TIME)
    db.write(consent.opt_in, "wm2", TIME + 1)


def told(db: Bench) -> set[tuple[Any, ...]]:
    rows = db.look("SELECT * FROM event")
    return {tuple(row[name] for name in sorted(row) if name not in ("id", "seen_at"))
            for row in rows}  # fmt: skip


@pytest.fixture
def forget_and_tell(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sentences of the migration, on a log that is empty, as queries that a test may run."""
    [text] = [text for _, name, text in migrations() if name == "0035_log"]
    parts = ["DELETE FROM event", *statements(text)]
    named = {f"log_{n}": part for n, part in enumerate(parts)}
    known = {**sql.queries(), **named}
    monkeypatch.setattr(sql, "queries", lambda: known)
    return list(named)


def test_what_is_known_is_told_under_the_names_of_now(
    db: Bench, forget_and_tell: list[str]
) -> None:
    a_life(db)
    live = told(db)
    kinds = {row["kind"] for row in db.look("SELECT kind FROM event")}
    assert len(live) == 16 and len(kinds) == 9
    db.write(lambda tx: [tx.run(name) for name in forget_and_tell])
    wishes = {event for event in live if "wm2" in event and {"refused", "consented"} & set(event)}
    assert len(wishes) == 2 and told(db) == live - wishes, "of wishes only a no that holds is known"
