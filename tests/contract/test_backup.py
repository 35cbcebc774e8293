"""Backups: one file from either engine, proved row by row, and put back without a second send."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import BadInput, OneVoiceError
from bot.store import inbox, manifest, people, schedule, tokens
from bot.store.backup import Stamp, back_up
from bot.store.engine import ForeignDatabase, Tx
from bot.store.manifest import Damaged
from bot.store.migrate import migrate_sqlite
from bot.store.shelf import SqliteShelf, digests, opened, silent
from tests.contract.conftest import NOW, Bench, PostgresBench, SqliteBench
from tests.contract.making import AT_ONCE, answer, hear, queue, said

STAMP = Stamp(NOW + 1_000, "test")
HARD_TEXTS = ("几天发货?", "a\"b\\c'd\n\t", "\u2028 \u202e", "𠮷🍵", "")


def place_of(db: Bench) -> Path | str:
    if isinstance(db, SqliteBench):
        return db.path
    assert isinstance(db, PostgresBench)
    return db.url


def fill(db: Bench) -> None:
    """Something in several tables, with all kinds of values."""
    hear(db, *(said(n, text=text, peer=f"wm{n}") for n, text in enumerate(HARD_TEXTS)))
    queue(db, answer(1, peer="wm1"), answer(2, peer="wm2", member=None, expires_at=NOW + 5))
    db.write(people.befriend, "wm1", "lin.xi", NOW)
    db.write(schedule.add_due, "k1", "flow", NOW, {"步": 1})


def save(db: Bench, target: Path, **options: Any) -> manifest.Manifest:
    return back_up(place_of(db), target, STAMP, silent, **options)


def look(path: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_backup_holds_every_row_and_says_so(db: Bench, tmp_path: Path) -> None:
    fill(db)
    target = tmp_path / "b.db"
    made = save(db, target)
    assert manifest.verify(target) == made
    assert (made.made_at, made.product) == (STAMP.now, "test")
    assert made.engine == ("sqlite" if isinstance(db, SqliteBench) else "postgresql")
    assert made.tables["inbox"].rows == len(HARD_TEXTS) and made.tables["replies"].rows == 2
    assert sorted(row[0] for row in look(target, "SELECT text FROM inbox")) == sorted(HARD_TEXTS)
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(p.name for p in tmp_path.iterdir() if "b.db" in p.name) == ["b.db"]


def test_equal_rows_have_equal_fingerprints_on_both_engines(
    migrated: Path, pg: PostgresBench, tmp_path: Path
) -> None:
    lite = SqliteBench(migrated, tmp_path)
    for bench in (lite, pg):
        fill(bench)
    pairs = [save(bench, tmp_path / f"{n}.db").tables for n, bench in enumerate((lite, pg))]
    lite.close()
    assert pairs[0] == pairs[1]


def test_a_file_that_is_there_is_refused_unless_forced(db: Bench, tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    target.write_text("precious")
    with pytest.raises(BadInput, match="exists; name another file, or say --force"):
        save(db, target)
    assert target.read_text() == "precious"
    save(db, target, force=True)
    assert manifest.verify(target).rows == 0


def test_a_folder_that_is_not_there_is_an_error_with_a_cure(db: Bench, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="name a writable folder"):
        save(db, tmp_path / "nowhere" / "b.db")


def test_what_belongs_to_processes_is_left_out_down_to_the_last_byte(
    db: Bench, tmp_path: Path
) -> None:

    def keep(tx: Tx) -> None:
        for n in range(500):
            tokens.keep(tx, f"id{n}", f"very-secret-{n}", NOW + 1, NOW, "holder")

    db.write(keep)
    fill(db)
    target = tmp_path / "b.db"
    assert "token" not in save(db, target).tables
    assert b"very-secret" not in target.read_bytes()


class Writing:
    """Pairs of rows written in the background, each pair in one transaction, until the end."""

    def __init__(self, db: Bench) -> None:
        self._db, self._stop, self.pairs = db, threading.Event(), 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Writing:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(90)

    def _run(self) -> None:
        while not self._stop.is_set() and self.pairs < 50_000:
            self._db.write(_pair, self.pairs)
            self.pairs += 1


def _pair(tx: Tx, n: int) -> None:
    inbox.accept(tx, said(n, peer=f"p{n}"), AT_ONCE)
    people.ensure_member(tx, f"p{n}", NOW)


def _pairs(tx: Tx, numbers: range) -> None:
    for n in numbers:
        _pair(tx, n)


def test_a_backup_under_load_is_of_one_moment_and_holds_nobody_up(
    db: Bench, tmp_path: Path
) -> None:
    db.write(_pairs, range(10_000, 10_500))
    went_on = 0
    with Writing(db) as writing:
        for n in range(20):  # whoever is held up is so each time; a slow machine now and then
            before = writing.pairs
            made = save(db, tmp_path / f"{n}.db")
            assert made.tables["inbox"].rows == made.tables["member"].rows
            assert made.tables["inbox"].rows == made.tables["conversation"].rows
            went_on += writing.pairs > before
            if went_on == 2:
                break
    assert went_on == 2, "writers go on"


def test_a_changed_row_is_found(db: Bench, tmp_path: Path) -> None:
    fill(db)
    target = tmp_path / "b.db"
    save(db, target)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("UPDATE replies SET text = text || ' ' WHERE id = 1")
        connection.commit()
    with pytest.raises(Damaged, match=r"the rows of replies are not those that were saved"):
        manifest.verify(target)


def test_a_file_with_broken_pages_is_found(db: Bench, tmp_path: Path) -> None:
    fill(db)
    target = tmp_path / "b.db"
    save(db, target)
    whole = target.read_bytes()
    target.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(OneVoiceError):
        manifest.verify(target)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda p: p.write_text("hello, not a database" * 100), "file is not a database"),
        (lambda p: sqlite3.connect(p).execute("CREATE TABLE x (a)").close(), "no database of One"),
        (lambda p: migrate_sqlite(p, NOW), "is no backup; 'onevoice backup FILE' makes one"),
    ],
)
def test_another_file_is_refused_with_a_sentence(make: Any, words: str, tmp_path: Path) -> None:
    make(tmp_path / "x.db")
    with pytest.raises(ForeignDatabase, match=words):
        manifest.verify(tmp_path / "x.db")


def test_a_newer_backup_is_refused(db: Bench, tmp_path: Path) -> None:
    target = tmp_path / "b.db"
    save(db, target)
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("INSERT INTO migration VALUES (9999, 'x', 1)")
        connection.commit()
    with pytest.raises(ForeignDatabase, match="written by a newer OneVoice"):
        manifest.verify(target)


def test_a_reader_of_the_file_needs_no_tool_of_ours(db: Bench, tmp_path: Path) -> None:
    fill(db)
    save(db, tmp_path / "b.db")
    (head,) = look(tmp_path / "b.db", "SELECT made_at, product, engine FROM manifest")
    assert head[:2] == (STAMP.now, "test")
    with opened(tmp_path / "b.db") as connection:
        found = {t: (d.rows, d.hash) for t, d in digests(SqliteShelf(connection)).items()}
    listed = look(tmp_path / "b.db", "SELECT name, rows, hash FROM manifest_table")
    assert {name: (rows, hash) for name, rows, hash in listed} == found


def test_an_outbox_row_keeps_every_column(db: Bench, tmp_path: Path) -> None:
    """A column that got lost on the way would not change the number of rows."""
    queue(db, answer(1, data={"code": "c"}, content="faq:ship", content_version=4))
    save(db, tmp_path / "b.db")
    (mine,) = db.look("SELECT * FROM outbox")
    with closing(sqlite3.connect(tmp_path / "b.db")) as connection:
        connection.row_factory = sqlite3.Row
        (saved,) = connection.execute("SELECT * FROM outbox").fetchall()
    assert dict(saved) == mine
