"""A large installation is saved and moved in bounded memory."""

from __future__ import annotations

import resource
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path

import pytest

from bot.store import manifest
from bot.store.backup import Stamp, back_up
from bot.store.migrate import migrate_sqlite
from bot.store.moving import to_postgres
from bot.store.shelf import silent
from tests.contract.conftest import NOW
from tests.contract.server import Server

STAMP = Stamp(NOW, "test")


def crowd(path: Path, messages: int) -> None:
    """So many messages that came in, each with an answer, its reply row and its trail."""
    migrate_sqlite(path, NOW)
    with closing(sqlite3.connect(path)) as connection:
        numbers = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)"
        connection.execute(
            f"""{numbers} INSERT INTO inbox (conversation, dedupe, channel, account,
            peer, kind, text, sent_at, received_at, state) SELECT 'kf:wk1:wm' || n, 'd' || n, 'kf',
            'wk1', 'wm' || n, 'text', '几天发货？' || n, n, n, 'done' FROM c""",
            [messages],
        )
        connection.execute(
            f"""{numbers} INSERT INTO replies (at, persona, persona_version, account,
            channel, kind, origin, operator, text, status, outbox) SELECT n, 'tester', 3, 'wk1',
            'kf', 'reply', 'reply:' || n || ':0', 'bot', '下单后两天内发出。', 'sent', n
            FROM c""",
            [messages],
        )
        connection.execute(f"""{numbers} INSERT INTO audit (at, actor, subject, event, before, after)
            SELECT n, 'deliver', 'outbox:' || n, 'sent', 'sending', 'sent' FROM c""",
            [messages])  # fmt: skip
        connection.commit()


@pytest.mark.soak
def test_memory_does_not_grow_with_the_rows(tmp_path: Path, pg_server: Server) -> None:
    peaks = []
    for n in (1_000, 3_000):
        path, name = tmp_path / f"{n}.db", pg_server.create()
        crowd(path, n)
        tracemalloc.start()
        back_up(path, tmp_path / f"b{n}.db", STAMP, silent)
        to_postgres(path, pg_server.url(name), NOW, silent)
        back_up(pg_server.url(name), tmp_path / f"c{n}.db", STAMP, silent)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        pg_server.drop(name)
    assert peaks[1] < 2 * peaks[0] + 1_000_000, peaks


@pytest.mark.soak
def test_a_million_rows_move_to_the_server_and_are_equal(tmp_path: Path, pg_server: Server) -> None:
    path, name = tmp_path / "onevoice.db", pg_server.create()
    crowd(path, 334_000)
    rows = to_postgres(path, pg_server.url(name), NOW, silent)
    made = back_up(pg_server.url(name), tmp_path / "b.db", STAMP, silent)
    assert sum(table.rows for table in rows.values()) == made.rows == 1_002_000
    assert made.tables == dict(rows) == dict(manifest.verify(tmp_path / "b.db").tables)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert most < 300, f"{most:.0f} MB"
    pg_server.drop(name)
