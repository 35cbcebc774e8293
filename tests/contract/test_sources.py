"""Sources read by cursor: each page is kept together with its cursor, once."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bot.core.errors import StaleLease
from bot.core.whereabouts import NOWHERE, Whereabouts
from bot.store import sources
from bot.store.engine import Row, Store
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.making import AT_ONCE, said

ONE, TWO = "kf:wk1", "kf:wk2"


def known(db: Bench, *those: str) -> None:
    """Sources of which there were no news yet."""
    for source in those:
        db.write(
            lambda tx, one=source: tx.run(Composed(f"INSERT INTO source (id) VALUES ('{one}')"))
        )  # type: ignore[misc]


def page(db: Bench, before: str, after: str, *numbers: int, source: str = ONE) -> int:
    messages = [said(n) for n in numbers]
    return db.write(sources.store_page, source, before, after, messages, AT_ONCE)


def due(db: Bench, read_before: int = 0, prefix: str = "kf:") -> list[str]:
    return [row["id"] for row in db.read(sources.due, prefix, read_before)]


def row_of(db: Bench, source: str = ONE) -> Row:
    [row] = db.look("SELECT * FROM source WHERE id = ?", source)
    return row


def test_a_page_and_its_cursor_are_kept_together(db: Bench) -> None:
    known(db, ONE)
    assert page(db, "", "C1", 1, 2) == 2
    assert row_of(db)["cursor"] == "C1"
    assert page(db, "C1", "C2", 2, 3) == 1
    assert row_of(db)["cursor"] == "C2"
    assert len(db.look("SELECT * FROM inbox")) == 3


def test_of_two_pullers_one_keeps_the_page(db: Bench) -> None:
    known(db, ONE)
    page(db, "", "C1", 1)
    with pytest.raises(StaleLease, match=ONE):
        page(db, "", "X1", 7)
    assert row_of(db)["cursor"] == "C1"
    assert [r["text"] for r in db.look("SELECT text FROM inbox")] == ["t1"]


def test_a_page_that_moves_nothing_needs_no_fence(db: Bench) -> None:
    known(db, ONE)
    page(db, "", "C1", 1)
    assert page(db, "C1", "C1") == 0
    assert page(db, "C1", "C1", 1, 2) == 1


def test_an_unknown_source_cannot_be_advanced(db: Bench) -> None:
    with pytest.raises(StaleLease):
        page(db, "", "C1", 1)
    assert db.look("SELECT * FROM inbox") == []


def test_news_make_a_source_due_until_they_are_served(db: Bench) -> None:
    known(db, ONE, TWO)
    for source in (ONE, TWO):
        db.write(sources.served, source, 0, NOW)
    assert due(db, NOW - 1) == []
    db.write(sources.want, ONE, "T1", NOW)
    assert due(db, NOW - 1) == [ONE]
    db.write(sources.served, ONE, row_of(db)["wanted"], NOW)
    assert due(db, NOW - 1) == []


def test_news_during_a_pull_are_not_forgotten(db: Bench) -> None:
    db.write(sources.want, ONE, "T1", NOW)
    began_at = row_of(db)["wanted"]
    db.write(sources.want, ONE, "T2", NOW + 1)
    db.write(sources.served, ONE, began_at, NOW + 2)
    assert due(db) == [ONE]
    assert row_of(db)["token"] == "T2"


def test_a_late_report_of_an_older_pull_takes_nothing_back(db: Bench) -> None:
    for _ in range(2):
        db.write(sources.want, ONE, "", NOW)
    db.write(sources.served, ONE, 2, NOW + 9)
    db.write(sources.served, ONE, 1, NOW + 10)
    assert (row_of(db)["served"], row_of(db)["read_at"]) == (2, NOW + 9)


def test_a_source_that_was_not_read_for_long_is_due_without_news(db: Bench) -> None:
    known(db, ONE)
    db.write(sources.served, ONE, 0, NOW)
    assert due(db, NOW) == [ONE]
    assert due(db, NOW - 1) == []
    assert db.read(sources.next_read, "kf:", 300) == NOW + 300
    assert db.read(sources.next_read, "groups:", 300) is None


def test_sources_of_another_kind_are_left_alone(db: Bench) -> None:
    known(db, ONE, "groups:customer")
    assert due(db) == [ONE]
    assert due(db, prefix="groups:") == ["groups:customer"]


def test_news_without_a_token_keep_the_old_one(db: Bench) -> None:
    db.write(sources.want, ONE, "T1", NOW)
    db.write(sources.want, ONE, "", NOW + 1)
    assert row_of(db)["token"] == "T1"


def test_a_dead_token_goes_unless_a_newer_one_came(db: Bench) -> None:
    db.write(sources.want, ONE, "T1", NOW)
    db.write(sources.want, ONE, "T2", NOW + 1)
    db.write(sources.drop_token, ONE, "T1")
    assert row_of(db)["token"] == "T2"
    db.write(sources.drop_token, ONE, "T2")
    assert row_of(db)["token"] == ""


def told(db: Bench, *news: tuple[str, str, int]) -> None:
    db.write(sources.leave_news, news)


def test_what_the_door_was_told_counts_once_it_is_gathered(db: Bench) -> None:
    known(db, ONE, TWO)
    for source in (ONE, TWO):
        db.write(sources.served, source, 0, NOW)
    assert not db.read(sources.is_news)
    told(db, (TWO, "U1", NOW), (ONE, "T1", NOW), (ONE, "T2", NOW + 1), (ONE, "", NOW + 2))
    told(db, (ONE, "T3", NOW + 3))
    assert db.read(sources.is_news) and due(db, NOW - 1) == []
    assert db.write(sources.gather_news, 2) is True
    assert db.write(sources.gather_news, 2) is False
    assert not db.read(sources.is_news)
    assert due(db, NOW - 1) == [ONE, TWO]
    assert (row_of(db)["token"], row_of(db)["token_at"]) == ("T3", NOW + 3)


def test_a_note_of_during_a_pull_is_not_forgotten(db: Bench) -> None:
    told(db, (ONE, "T1", NOW))
    db.write(sources.gather_news, 9)
    began_at = row_of(db)["wanted"]
    told(db, (ONE, "T2", NOW + 1))
    db.write(sources.served, ONE, began_at, NOW + 2)
    assert due(db) == []
    db.write(sources.gather_news, 9)
    assert due(db) == [ONE]


def test_a_note_does_not_wait_for_a_row_that_a_long_read_holds(
    pg: PostgresBench, other: Store
) -> None:
    from bot.store.pgline import connect

    known(pg, ONE)
    with contextlib.closing(connect(pg.url)) as reader, reader.transaction():
        reader.execute("UPDATE source SET cursor = 'C1'")
        asyncio.run(other.write(sources.leave_news, [(ONE, "T1", NOW)]))
        assert pg.look("SELECT source FROM news") == [{"source": ONE}]
    pg.write(sources.gather_news, 9)
    assert row_of(pg)["token"] == "T1"


def test_links_are_kept_by_account(db: Bench) -> None:
    assert db.read(sources.links) == NOWHERE
    db.write(sources.put_link, "wk1", "https://a.example/1", NOW)
    db.write(sources.put_link, "wk2", "https://a.example/2", NOW)
    db.write(sources.put_link, "wk1", "https://a.example/3", NOW + 1)
    db.write(sources.put_contact, "wk1", "https://a.example/qr", NOW)
    for _ in range(2):
        db.write(sources.put_here, "http://127.0.0.1:8080", NOW)
    assert db.read(sources.links) == Whereabouts(
        kf={"wk1": "https://a.example/3", "wk2": "https://a.example/2"},
        contact={"wk1": "https://a.example/qr"}, here="http://127.0.0.1:8080")  # fmt: skip
