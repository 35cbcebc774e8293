"""What people said lies sealed on the disk, reads as ever, and is opened with its key alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.body import Text
from bot.core.contacts import Customer, Follow
from bot.core.errors import BadInput
from bot.core.event import Event, Happened
from bot.store import (
    blocks,
    contacts,
    correcting,
    desk,
    directory,
    dossier,
    eraser,
    events,
    facts,
    index,
    keyring,
    notes,
    people,
    replies,
    resealing,
    schedule,
    search,
    turns,
)
from bot.store.cipher import KEPT, SIGN, Cipher, Key, Unreadable
from bot.store.engine import Row, Store, Tx
from bot.store.grams import BLOCK
from bot.store.personal import HOLDS
from bot.store.postgres import PostgresStore
from bot.store.resealing import Resealed, reseal
from bot.store.restore import restore
from bot.store.sealed import SEALED, Seal
from bot.store.shelf import silent
from bot.store.sql import Composed
from bot.store.sqlite import SqliteStore
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, claim_turns, hear, notes_of, nothing_said, queue, said
from tests.contract.test_backup import STAMP, place_of, save
from tests.contract.test_erasing import columns, full_row, put

ONE, TWO, OTHER = (Key(letter * 32) for letter in "abc")
HER = "wmHER0001"
NAME, REMARK, WORDS, ANSWER = "东方听雨", "老街的听雨", "我住文一西路九号", "好的，寄到文一西路"
PHONE, NOTE, WHY, STREET = "13800001234", "她最近睡不好", "她总是骂人", "文三路五号"
SECRETS = (NAME, REMARK, WORDS, ANSWER, PHONE, NOTE, WHY, STREET)


class Sealed(Bench):
    """The database of a bench under keys, as a process that begins now opens it."""

    def __init__(self, db: Bench, *keys: Key) -> None:
        self.look, self.place = db.look, place_of(db)  # type: ignore[method-assign]
        self.store: Store = opened(self.place, *keys)


def opened(place: Path | str, *keys: Key) -> Store:
    cipher = keyring.cipher_for(place, keys, NOW)
    if isinstance(place, Path):
        return SqliteStore(place, readers=1, cipher=cipher)
    return PostgresStore(place, readers=1, cipher=cipher)


@pytest.fixture
def under(db: Bench) -> Iterator[Sealed]:
    """A database that was sealed before anything was in it."""
    bench = Sealed(db, ONE)
    yield bench
    bench.close()


def lived(db: Bench) -> None:
    """A friend writes, is answered, tells where she lives, orders, and is written about."""
    follow = Follow(account="lin.xi", since=NOW, remark=REMARK)
    db.write(contacts.put_customers, [Customer(id=HER, name=NAME, follows=(follow,))], NOW)
    hear(db, said(1, text=WORDS, peer=HER, data={"nick": NAME}))
    for held in claim_turns(db):
        kept = nothing_said(memory={"street": WORDS}, waiting_since=NOW, waiting_for=WORDS)
        db.write(turns.finish, held, kept, NOW)
    queue(db, answer(1, peer=HER, body=Text(ANSWER)))
    key = f"kf:wk1:{HER}"
    db.write(notes.add, key, "lin.xi", NOTE, NOW)
    db.write(correcting.correct, HER, "phone", PHONE, NOW, "lin.xi")
    db.write(events.record, [
        Event(kind=Happened.ORDERED, at=NOW, dedupe="order/7", member=HER, place="7", amount=220,
              data={"said": NOW, "status": "paid", "address": STREET}),
    ], NOW)  # fmt: skip
    db.write(schedule.add_due, "k1", "flow", NOW, {"street": STREET})
    db.write(blocks.block, key, "lin.xi", NOW, WHY)


def plain_in(place: Path | str, db: Bench) -> set[str]:
    """Which of the secrets can be read without a key, in the files or in the rows of a server."""
    if isinstance(place, Path):
        files = place.parent.glob(f"{place.name}*")
        raw = b"".join(file.read_bytes() for file in files)
        return {one for one in SECRETS if one.encode() in raw}
    tables = [row["name"] for row in db.look(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()")]  # fmt: skip
    dump = "\n".join(str(db.look(f'SELECT * FROM "{table}"')) for table in tables)
    return {one for one in SECRETS if one in dump}


def test_nothing_of_her_can_be_read_on_the_disk_and_all_of_it_in_the_house(under: Sealed) -> None:
    lived(under)
    assert plain_in(under.place, under) == set()
    key = f"kf:wk1:{HER}"
    assert [one.id for one in under.read(directory.search, "听雨")] == [HER]
    assert [one.id for one in under.read(directory.search, NAME)] == [HER]
    assert [one.id for one in under.read(directory.search, PHONE)] == [HER]
    assert [fact.value for fact in under.read(facts.of, HER)] == [PHONE]
    assert [row["text"] for row in under.read(notes_of, key)] == [NOTE]
    said = under.read(lambda tx: list(replies.search(tx, text="文一")))
    assert [row["text"] for row in said] == [ANSWER]
    assert WHY in said[0]["note"]
    hits = under.read(search.search, "西路").hits
    assert {hit.snippet[1] for hit in hits} == {"西路"} and len(hits) == 2
    copy = str(under.write(dossier.of, HER, NOW))
    assert all(one in copy for one in (NAME, REMARK, WORDS, ANSWER, PHONE, STREET))


def test_words_are_found_by_a_sealed_index(under: Sealed) -> None:
    texts = {n: f"{WORDS}{n}" if n % 400 == 7 else "谢谢" for n in range(1, 2 * BLOCK)}
    hear(under, *(said(n, text=text, peer=HER) for n, text in texts.items()))
    while under.write(index.fill, index.INBOX, NOW + 10 * index.RIPE):
        pass
    heads = under.look("SELECT head, tails FROM gram")
    assert heads and all(row[name][0] == SIGN for row in heads for name in ("head", "tails"))
    found = under.read(search.search, "文一西路", n=99).hits
    assert len(found) == sum(text != "谢谢" for text in texts.values())


def test_she_is_erased_from_sealed_texts_too(under: Sealed) -> None:
    lived(under)
    under.write(notes.add, "kf:wk1:wmHIM", "lin.xi", f"{NAME} 介绍来的，{HER}", NOW)
    begun = asyncio.run(eraser.remove(under.store, HER, "boss", NOW, silent))
    assert begun is not None
    done = eraser.close(under.store, begun, under.place, NOW, silent, whole=True)
    assert asyncio.run(done).left in (None, ())
    [left] = under.read(notes_of, "kf:wk1:wmHIM")
    assert HER not in left["text"] and NAME not in left["text"] and "介绍来的" in left["text"]
    assert [row for row in under.read(lambda tx: list(replies.search(tx))) if row["member"]] == []
    assert under.read(directory.search, "听雨") == []


def rows_of(tx: Tx, table: str) -> list[Row]:
    return sorted(tx.rows(Composed(f"SELECT * FROM {table}")), key=str)


def everything(db: Bench) -> dict[str, list[Row]]:
    return {table: db.read(rows_of, table) for table in SEALED if table != "gram"}


def spelt(found: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Without numbers that only the database compares."""
    return {table: [{name: value for name, value in row.items()
                     if SEALED[table].get(name) is not Seal.MARK} for row in rows]
            for table, rows in found.items()}  # fmt: skip


def in_all_tables(tx: Tx) -> None:
    """A row of hers in every table that is sealed, with words in each of its sealed columns."""
    for table in SEALED.keys() - {"gram"}:
        row = full_row(table) if table in HOLDS else bare(table)
        put(tx, table, row | {name: row[name] if seal is Seal.MARK else f"{WORDS} {name}"
                              for name, seal in SEALED[table].items()} | known(table, row))  # fmt: skip


def bare(table: str) -> dict[str, Any]:
    """A row of a table that names nobody."""
    return {name: "plain" if kind == "TEXT" else 1 for name, kind in columns(table).items()
            if kind != "$ID"}  # fmt: skip


def known(table: str, row: Row) -> dict[str, Any]:
    if table != "fact":
        return {}
    return {"name": "birthday", "value": "1990-03-05", "day": 305,
            "mark": resealing.mark_of("birthday", "1990-03-05")}  # fmt: skip


def readable(db: Bench) -> set[tuple[str, str]]:
    """Sealed columns that hold something readable."""
    return {(table, name) for table, columns in SEALED.items() if table != "gram"
            for name, seal in columns.items() if seal is not Seal.MARK
            for row in db.look(f"SELECT {name} AS it FROM {table}")
            if row["it"] not in KEPT and row["it"] is not None and row["it"][0] != SIGN}  # fmt: skip


def go(db: Bench, keys: list[Key], goal: Key | None) -> Resealed | None:
    return reseal(place_of(db), keys, goal, NOW, silent)


def test_all_of_it_is_sealed_then_under_another_key_then_open_again(
    db: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PAGE", 1)
    db.write(in_all_tables)
    hear(db, *(said(n, text=text) for n, text in enumerate(("a", WORDS, "", f"{SIGN}aaaa~b"), 2)))
    before = everything(db)
    assert len(readable(db)) > 30
    for keys, goal in (([ONE], ONE), ([TWO, ONE], TWO)):
        done = go(db, keys, goal)
        assert done is not None and done.changed > 30 and go(db, keys, goal) is None
        assert readable(db) == set()
        assert plain_in(place_of(db), db) == set()
        bench = Sealed(db, goal)
        assert spelt(everything(bench)) == spelt(before)
        bench.close()
        assert db.look("SELECT day FROM fact") == [{"day": goal.mark(305)}]
    go(db, [TWO], None)
    assert everything(db) == before and db.look("SELECT * FROM sealing") == []


def test_what_was_broken_off_is_refused_until_it_is_gone_on_with(
    db: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "PAGE", 1)
    hear(db, *(said(n, text=WORDS, peer=f"wm{n}") for n in range(6)))
    before = everything(db)
    for keys, goal in (([ONE], ONE), ([TWO, ONE], TWO)):
        with monkeypatch.context() as patch:
            dies_after(patch, 6)
            with pytest.raises(KeyboardInterrupt):
                go(db, keys, goal)
        with pytest.raises(BadInput, match="broken off"):
            keyring.cipher_for(place_of(db), keys, NOW)
        with pytest.raises(BadInput, match="another key"):
            go(db, [OTHER], OTHER)
        go(db, keys, goal)
        bench = Sealed(db, goal)
        assert everything(bench) == before
        bench.close()


def dies_after(patch: pytest.MonkeyPatch, pages: int) -> None:
    page, left = resealing._Walk._page, [pages]

    def dying(self: Any, *args: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return page(self, *args)

    patch.setattr(resealing._Walk, "_page", dying)


def test_a_database_is_opened_with_its_key_alone(db: Bench) -> None:
    place = place_of(db)
    assert keyring.cipher_for(place, [], NOW) is None
    bench = Sealed(db, ONE)
    lived(bench)
    bench.close()
    for keys, why in (([], "no key is configured"), ([OTHER], "another key"),
                      ([TWO, ONE], "the former key")):  # fmt: skip
        with pytest.raises(BadInput, match=why):
            keyring.cipher_for(place, keys, NOW)
    assert keyring.cipher_for(place, [ONE], NOW) is not None


def test_words_from_before_the_key_are_sealed_first(db: Bench) -> None:
    hear(db, said(1))
    with pytest.raises(BadInput, match=r"is not sealed.*store encrypt"):
        keyring.cipher_for(place_of(db), [ONE], NOW)


def test_a_backup_is_as_sealed_as_its_database(under: Sealed, db: Bench, tmp_path: Path) -> None:
    lived(under)
    backup, home = tmp_path / "b.db", tmp_path / "home"
    save(db, backup)
    assert plain_in(backup, db) == set()
    for keys in ([], [OTHER]):
        with pytest.raises(BadInput, match="sealed"):
            restore(backup, home / "onevoice.db", home, STAMP, silent, keys=keys)
        assert not (home / "onevoice.db").exists()
    restore(backup, home / "onevoice.db", home, STAMP, silent, keys=[TWO, ONE])
    store = opened(home / "onevoice.db", ONE)
    assert asyncio.run(store.read(people.names_of, [HER])) == {HER: NAME}
    store.close()


def test_a_changed_text_is_not_shown() -> None:
    cipher = Cipher([ONE])
    text = cipher.close(Seal.FRESH, WORDS)
    assert cipher.open(text) == WORDS and cipher.close(Seal.FRESH, WORDS) != text
    assert cipher.close(Seal.EQUAL, WORDS) == cipher.close(Seal.EQUAL, WORDS)
    for wrong in (text[:-6] + "AAAA==", text[:20], OTHER.fresh(WORDS)):
        with pytest.raises(Unreadable):
            cipher.open(wrong)


def test_a_glance_of_staff_and_a_reason_keep_their_meaning(under: Sealed) -> None:
    """What the database itself goes by stays: states, and the words of an unknown fate."""
    lived(under)
    queue(under, answer(2, peer=HER, body=Text(ANSWER)))
    assert under.read(desk.glance, f"kf:wk1:{HER}").outbox >= 0
    states = {row["before"] for row in under.look("SELECT before FROM audit")}
    assert "working" in states
