"""A backup put back: what was not final is never sent again by itself, and nothing is lost."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import BadInput, OneVoiceError
from bot.core.model import NeedsHuman, Outbound, Sent, Unsure
from bot.core.policy import judge
from bot.store import audit, intake, manifest, outbox, pgshelf, schedule, turns, unknown
from bot.store.backup import Stamp, back_up
from bot.store.engine import ForeignDatabase, Row
from bot.store.manifest import Damaged
from bot.store.migrate import migrate, migrate_sqlite
from bot.store.moving import to_postgres, to_sqlite
from bot.store.postgres import PostgresStore
from bot.store.restore import Restored, restore
from bot.store.shelf import SqliteShelf, digests, opened, silent
from bot.store.sql import migrations
from bot.store.sqlite import SqliteStore
from tests.contract.conftest import NOW, Bench, PostgresBench, SqliteBench
from tests.contract.making import (
    LEASE,
    WINDOW,
    answer,
    claim_turns,
    hear,
    listen,
    nothing_said,
    queue,
    said,
    task,
)  # fmt: skip
from tests.contract.server import Server
from tests.contract.test_backup import save

LATER = NOW + 3_600_000
STAMP = Stamp(LATER, "test")


class Home:
    """A place to restore into, and its store."""

    def __init__(self, place: Path | str, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.store: SqliteStore | PostgresStore | None = None

    def put(self, backup: Path, **options: Any) -> Restored:
        return restore(backup, self.place, self.folder, STAMP, silent, **options)

    def open(self) -> Bench:
        bench = object.__new__(PostgresBench if isinstance(self.place, str) else SqliteBench)
        if isinstance(self.place, str):
            from bot.store.pgline import connect

            assert isinstance(bench, PostgresBench)
            bench._outside, bench.store = connect(self.place), PostgresStore(self.place, readers=1)
        else:
            assert isinstance(bench, SqliteBench)
            bench.path, bench.store = self.place, SqliteStore(self.place, readers=1)
        return bench


@pytest.fixture
def home(db: Bench, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """An empty place on the engine of ``db``: migrated, on PostgreSQL, unless a test asks for a new one."""
    folder = tmp_path / "home"
    if isinstance(db, SqliteBench):
        yield Home(folder / "onevoice.db", folder)
        return
    server: Server = request.getfixturevalue("pg_server")
    name = server.create(template=getattr(request, "param", "migrated"))
    yield Home(server.url(name), folder)
    server.drop(name)


@pytest.fixture
def restored(db: Bench, home: Home, tmp_path: Path) -> Iterator[Any]:
    """Backs ``db`` up, restores it, and opens what has become of it."""
    benches: list[Bench] = []

    def go() -> tuple[Bench, Restored]:
        save(db, tmp_path / "b.db")
        done = home.put(tmp_path / "b.db")
        benches.append(home.open())
        return benches[-1], done

    yield go
    for bench in benches:
        bench.store.close()
        if isinstance(bench, PostgresBench):
            bench._outside.close()


def send(db: Bench, outcome: Any, *outs: Outbound) -> None:
    """Queues, claims and finishes with an outcome of the platform."""
    queue(db, *outs)
    for pool in {out.pool for out in outs}:
        for row in db.write(outbox.claim, pool, NOW, "S", NOW + LEASE, 20, WINDOW).rows:
            db.write(outbox.finish, row, judge(row, outcome, NOW), NOW)


def in_every_state(db: Bench) -> None:
    """An outbox row in each state in which a backup may find it."""
    for n in range(1, 7):
        listen(db, f"wm{n}")
    send(db, Sent("m1"), answer(1))
    send(db, NeedsHuman("task-1"), task(2))
    send(db, Unsure("cut", True), answer(3, peer="wm3"))
    queue(db, answer(4, peer="wm4", pool="welcome"))
    db.write(outbox.claim, "welcome", NOW, "S", NOW + LEASE, 5, WINDOW)
    queue(db, answer(5, peer="wm5"), task(6, lane="x"), answer(7, peer="wm6", state="draft"))


def by_dedupe(db: Bench) -> dict[str, str]:
    return {r["dedupe"]: r["state"] for r in db.look("SELECT dedupe, state FROM outbox")}


@pytest.mark.parametrize("home", ["template0"], indirect=True)
def test_what_may_have_left_since_is_unsure_and_is_not_sent_again(db: Bench, restored: Any) -> None:
    in_every_state(db)
    assert sorted(by_dedupe(db).values()) == ["draft", "ready", "ready", "sending", "sent",
                                              "unsure", "waiting"]  # fmt: skip
    home, done = restored()
    assert by_dedupe(home) == {
        "reply/wm1/1": "sent", "bulk/lin.xi/2": "waiting", "reply/wm3/3": "unsure",
        "reply/wm4/4": "unsure", "reply/wm5/5": "unsure", "bulk/lin.xi/6": "unsure",
        "reply/wm6/7": "draft",
    }  # fmt: skip
    assert done.settled.unsure == 3
    for pool in ("welcome", "reply", "bulk"):
        assert home.write(outbox.claim, pool, LATER, "S", LATER + 1, 50, WINDOW).rows == []
    assert home.write(outbox.recover, LATER + LEASE, alone=True) == 0


def test_each_doubt_has_its_trail_and_the_reply_log_follows(db: Bench, restored: Any) -> None:
    in_every_state(db)
    home, _ = restored()
    (row,) = home.look("SELECT * FROM outbox WHERE dedupe = 'reply/wm5/5'")
    trail = home.read(audit.history, "outbox", row["id"])
    assert [(r["event"], r["before"], r["after"], r["actor"], r["at"]) for r in trail] == [
        ("restore", "ready", "unsure", "restore", LATER)]  # fmt: skip
    (said_so,) = home.look("SELECT * FROM replies WHERE outbox = ?", row["id"])
    assert said_so["status"] == "unsure" and "backup" in said_so["note"]
    assert row["lease"] is None and row["lease_until"] is None


def test_a_turn_that_was_not_done_is_set_aside_for_staff(db: Bench, restored: Any) -> None:
    hear(db, said(1), said(2, peer="wm2"))
    claim_turns(db, n=1)
    home, done = restored()
    assert done.settled.set_aside == 2
    assert set(home.states("inbox").values()) == {"dead"}
    assert claim_turns(home, LATER + 10 * LEASE) == []
    assert home.read(turns.next_due) is None
    events = home.look("SELECT before, after FROM audit WHERE event = 'restore' ORDER BY id")
    assert [(e["before"], e["after"]) for e in events] == [("working", "dead"), ("new", "dead")]


def test_what_the_door_had_taken_in_is_set_aside_for_staff_even_what_cannot_be_read(
    db: Bench, restored: Any
) -> None:
    db.write(intake.leave, [said(1), said(2)])
    db.write(
        lambda tx: tx.many(
            "intake_add", [{"at": NOW, "body": body} for body in ("{", '{"of": "another release"}')]
        )
    )
    home, done = restored()
    assert done.settled.set_aside == 2
    assert set(home.states("inbox").values()) == {"dead"}
    kept = home.look("SELECT body, note FROM intake ORDER BY id")
    assert [row["body"] for row in kept] == ["{", '{"of": "another release"}']
    assert all(row["note"] for row in kept)


def test_who_writes_after_the_restoration_is_answered(db: Bench, restored: Any) -> None:
    hear(db, said(1))
    claim_turns(db)
    home, _ = restored()
    hear(home, said(2, at=LATER + 1))
    [held] = claim_turns(home, LATER + 1)
    assert [m.text for m in held.messages] == ["t2"]
    home.write(turns.finish, held, nothing_said(outbounds=[answer(9, at=LATER + 1)]), LATER + 1)
    assert home.look("SELECT state FROM outbox WHERE dedupe = 'reply/wm1/9'") == [
        {"state": "ready"}]  # fmt: skip


def test_plans_whose_time_has_come_are_left_out_and_later_ones_stay(
    db: Bench, restored: Any
) -> None:
    for key, at in (("past", NOW), ("since", LATER - 1), ("future", LATER + 1)):
        db.write(schedule.add_due, key, "flow", at, {})
    home, done = restored()
    states = {r["key"]: r["state"] for r in home.look("SELECT key, state FROM due")}
    assert states == {"past": "skipped", "since": "skipped", "future": "waiting"}
    assert done.settled.skipped == 2


def test_steps_that_were_pooled_do_not_become_a_task(db: Bench, restored: Any) -> None:
    db.write(lambda tx: schedule.pool(
        tx, key="k", account="lin.xi", persona="p", persona_version=1, member="wm1", kind="care",
        origin="flow:w:1", content="", content_version=None, digest="d", body="{}", due_at=NOW,
    ))  # fmt: skip
    home, _ = restored()
    assert home.read(schedule.open_pool, "lin.xi", "d", 10) == []


def test_a_bulk_task_is_looked_up_on_the_platform(db: Bench, restored: Any) -> None:
    """It may have been made since, and then somebody's client waits for a tap."""
    queue(db, task(1))
    home, _ = restored()
    [row] = home.write(unknown.due, LATER, 1_000)
    assert home.read(unknown.since, row.id) == (NOW, LATER)
    assert home.write(unknown.found, row.id, "task-9", LATER)
    assert by_dedupe(home) == {"bulk/lin.xi/1": "waiting"}


def test_the_next_ids_come_after_the_old_ones(db: Bench, restored: Any) -> None:
    hear(db, *(said(n, peer=f"wm{n}") for n in range(5)))
    home, _ = restored()
    hear(home, said(99, at=LATER + 1))
    assert max(home.states("inbox")) == 6


def test_a_sandbox_clock_that_is_ahead_moves_the_moment(db: Bench, restored: Any) -> None:
    ahead = LATER + 86_400_000
    db.write(lambda tx: audit.record(tx, [audit.entry("inbox", 1, "new", "claim", at=ahead,
                                                      actor="x")]))  # fmt: skip
    home, _ = restored()
    assert home.look("SELECT at, taken_at FROM restored") == [
        {"at": ahead, "taken_at": NOW + 1_000}]  # fmt: skip


def test_an_older_backup_is_brought_up_to_date(tmp_path: Path) -> None:
    old, target = tmp_path / "old.db", tmp_path / "b.db"
    migrate_sqlite(old, NOW, {1, 2})
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("INSERT INTO member (id, created_at) VALUES ('wm1', 1)")
        connection.commit()
    made = back_up(old, target, STAMP, silent)
    assert made.migration == 2 and "restored" not in made.tables
    home = Home(tmp_path / "home" / "onevoice.db", tmp_path / "home")
    home.put(target)
    with closing(sqlite3.connect(home.place)) as connection:
        assert connection.execute("SELECT id FROM member").fetchall() == [("wm1",)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert migrate(home.place, NOW) == []


def test_a_backup_that_is_not_whole_touches_nothing(db: Bench, tmp_path: Path) -> None:
    save(db, tmp_path / "b.db")
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        connection.execute("INSERT INTO member (id, created_at) VALUES ('x', 1)")
        connection.commit()
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "onevoice.db").write_text("the former one")
    with pytest.raises(Damaged, match="the rows of member"):
        restore(tmp_path / "b.db", folder / "onevoice.db", folder, STAMP, silent)
    assert [p.name for p in folder.iterdir()] == ["onevoice.db"]
    assert (folder / "onevoice.db").read_text() == "the former one"


@pytest.mark.parametrize("whole", [True, False])
def test_the_former_file_is_put_aside_even_a_broken_one(
    migrated: Path, tmp_path: Path, whole: bool
) -> None:
    bench = SqliteBench(migrated, tmp_path)
    hear(bench, said(1))
    save(bench, tmp_path / "b.db")
    bench.close()
    folder = tmp_path / "home"
    folder.mkdir()
    place = folder / "onevoice.db"
    shutil.copy(migrated, place) if whole else place.write_bytes(b"broken" * 1000)
    before = place.read_bytes()
    done = restore(tmp_path / "b.db", place, folder, STAMP, silent)
    assert done.former is not None and done.former.name.startswith("onevoice.db.before-2026")
    assert whole or done.former.read_bytes() == before
    again = restore(tmp_path / "b.db", place, folder, STAMP, silent)
    assert again.former not in (None, done.former), "two in one second have two names"
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM inbox").fetchone() == (1,)


def test_a_database_that_holds_something_is_replaced_only_by_force_and_saved_first(
    pg: PostgresBench, pg_server: Server, tmp_path: Path
) -> None:
    hear(pg, said(1))
    save(pg, tmp_path / "b.db")
    name = pg_server.create()
    url, folder = pg_server.url(name), tmp_path / "home"
    home = Home(url, folder)
    home.put(tmp_path / "b.db")
    with pytest.raises(BadInput, match="not empty; say --force"):
        home.put(tmp_path / "b.db")
    done = home.put(tmp_path / "b.db", force=True)
    assert done.former is not None
    assert manifest.verify(done.former).tables["inbox"].rows == 1
    pg_server.drop(name)


def test_a_database_that_somebody_uses_is_left_alone(pg: PostgresBench, tmp_path: Path) -> None:
    hear(pg, said(1))
    save(pg, tmp_path / "b.db")
    with pytest.raises(BadInput, match="connections of a running OneVoice use this database"):
        restore(tmp_path / "b.db", pg.url, tmp_path, STAMP, silent, force=True)
    assert pg.states("inbox") == {1: "new"}


def test_an_installation_moves_to_the_server_and_back(
    migrated: Path, pg_server: Server, tmp_path: Path
) -> None:
    bench = SqliteBench(migrated, tmp_path)
    in_every_state(bench)
    hear(bench, said(8, text="nul \0 here"))
    bench.close()
    name = pg_server.create()
    url = pg_server.url(name)
    moved = to_postgres(bench.path, url, LATER, silent)
    assert moved["outbox"].rows == 7
    home = Home(url, tmp_path).open()
    assert isinstance(home, PostgresBench)
    assert sorted(by_dedupe(home).values()) == ["draft", "ready", "ready", "sending", "sent",
                                                "unsure", "waiting"], "nothing becomes unsure"  # fmt: skip
    [known] = home.look("SELECT reltuples AS n FROM pg_class WHERE relname = 'outbox'")
    assert known["n"] == 7, "without its numbers the server would plan badly"
    hear(home, said(9, at=LATER))
    assert max(home.states("inbox")) == home.look("SELECT COUNT(*) AS n FROM inbox")[0]["n"]
    home.store.close()
    home._outside.close()
    with pytest.raises(BadInput, match="not empty; name an empty one"):
        to_postgres(bench.path, url, LATER, silent)
    back = tmp_path / "back" / "onevoice.db"
    rows = to_sqlite(url, back, LATER, silent)
    with opened(back) as connection:
        assert digests(SqliteShelf(connection)) == rows
    with pytest.raises(BadInput, match="exists"):
        to_sqlite(url, back, LATER, silent)
    pg_server.drop(name)


def test_a_copy_that_arrives_changed_is_undone(
    migrated: Path, pg_server: Server, tmp_path: Path
) -> None:
    """The far side alters a row (a trigger, say): the comparison finds it, and nothing stays."""
    import psycopg

    bench = SqliteBench(migrated, tmp_path)
    hear(bench, said(1))
    bench.close()
    name = pg_server.create(template="migrated")
    with psycopg.connect(pg_server.url(name), autocommit=True) as connection:
        connection.execute("CREATE FUNCTION twist() RETURNS trigger LANGUAGE plpgsql AS"
                           " $$ BEGIN NEW.text := NEW.text || '!'; RETURN NEW; END $$")  # fmt: skip
        connection.execute("CREATE TRIGGER t BEFORE INSERT ON inbox"
                           " FOR EACH ROW EXECUTE FUNCTION twist()")  # fmt: skip
    with pytest.raises(OneVoiceError, match="inbox did not arrive as they were"):
        to_postgres(bench.path, pg_server.url(name), LATER, silent)
    assert pgshelf.fresh(pg_server.url(name))
    pg_server.drop(name)


def test_another_programs_database_is_not_filled(
    migrated: Path, pg_server: Server, tmp_path: Path
) -> None:
    name = pg_server.create()
    import psycopg

    with psycopg.connect(pg_server.url(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (a INTEGER)")
    bench = SqliteBench(migrated, tmp_path)
    with pytest.raises(ForeignDatabase, match="belongs to another program"):
        to_postgres(bench.path, pg_server.url(name), LATER, silent)
    bench.close()
    pg_server.drop(name)


def test_all_migrations_are_known_to_the_ledger_of_a_restored_database(
    db: Bench, restored: Any
) -> None:
    home, _ = restored()
    rows: list[Row] = home.look("SELECT number FROM migration ORDER BY number")
    assert [row["number"] for row in rows] == [number for number, _, _ in migrations()]
