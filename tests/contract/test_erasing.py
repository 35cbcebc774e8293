"""Erasing: every column that the registry names loses him, on both engines, also at the second try."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.core.clock import DAY, MINUTE, ManualClock
from bot.core.config import Config, Wecom
from bot.core.contacts import Chat, Customer, Follow, Seat
from bot.core.event import Event, Happened
from bot.pipeline.retention import Retention
from bot.store import (
    chats,
    contacts,
    eraser,
    erasing,
    events,
    foretold,
    grams,
    index,
    lookups,
    outbox,
    people,
    personal,
    saved,
    search,
    traces,
)
from bot.store.engine import Row, Tx
from bot.store.shelf import silent
from bot.store.sql import Composed, migrations, statements
from bot.store.sweeping import without
from tests.contract.conftest import NOW, Bench, SqliteBench
from tests.contract.making import LEASE, WINDOW, answer, hear, said
from tests.contract.test_pullback import made, people_of, take_back

HIM, HER = "wmHIM0001", "wmHER0001"
TALK = f"kf:wk1:{HIM}"
SECRET = "秘密的话"
# What a column holds that is read as JSON, and the ends of lifecycles, so that nothing is waiting.
JSON = {"data", "memory", "drops", "moved", "todo", "counts", "proof"}
ENDS = {"inbox": "done", "outbox": "sent", "due": "done", "flow_run": "done", "tap": "over"}


def columns(table: str) -> dict[str, str]:
    """Names and types of a table, as the migrations make it."""
    found: dict[str, str] = {}
    for _, _, script in migrations():
        for sentence in statements(script):
            if sentence.startswith(f"CREATE TABLE {table} ("):
                found |= dict(part.split()[:2] for part in _parts(sentence))
            elif sentence.startswith(f"ALTER TABLE {table} ADD COLUMN "):
                name, kind = sentence.split()[5:7]
                found[name] = kind
    return found


def _parts(sentence: str) -> list[str]:
    inner = sentence.partition("(")[2].rpartition(")")[0]
    parts = [part.strip() for part in inner.split(",\n")]
    return [part for part in parts if not part.startswith(("PRIMARY KEY", "UNIQUE"))]


def full_row(table: str) -> Row:
    """A row of his, with his id and his words wherever the registry says they may stand."""
    holding = personal.HOLDS[table]
    row: dict[str, Any] = {}
    for name, kind in columns(table).items():
        if kind == "$ID":
            continue
        row[name] = 1 if kind != "TEXT" else _value(name, holding)
    if table in ENDS:
        row["state"] = ENDS[table]
    if table == "member":
        row |= {"id": HIM, "person": None}
    return row


def _value(name: str, holding: personal.Holding) -> str | None:
    if name in holding.member:
        return HIM
    if name in holding.peer:
        return HIM
    if name in holding.talk:
        return TALK
    if name == "body":
        return json.dumps({"text": f"{SECRET} {HIM}", "type": "text"})
    if name in JSON:
        return json.dumps({"x": f"{SECRET} {HIM}"}, ensure_ascii=False)
    if name in holding.inside:
        return f"a/{HIM}/b"
    return SECRET if name in holding.empty else "plain"


def put(tx: Tx, table: str, row: Row) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    tx.run(Composed(f"INSERT INTO {table} ({names}) VALUES ({values})"), **row)


def fill(tx: Tx) -> None:
    for table in traces.tables():
        put(tx, table, full_row(table))


def dump(db: Bench) -> str:
    """Everything that every table holds."""
    return "\n".join(f"{table}: {row}" for table in traces.tables()
                     for row in db.look(f"SELECT * FROM {table}"))  # fmt: skip


def test_no_column_that_the_registry_names_keeps_him(db: Bench) -> None:
    db.write(fill)
    assert HIM in dump(db)
    begun = asyncio.run(eraser.remove(db.store, HIM, "boss", NOW, silent))
    assert begun is not None
    left = [line for line in dump(db).splitlines() if HIM in line or SECRET in line]
    # what people said about a member on a row that is not his own keeps its words
    assert [line for line in left if HIM in line] == []
    spoken = {line.partition(":")[0] for line in left}
    assert spoken <= {"intake", "due", "tap", "platform_item", "replies"}, left


def lived(tx: Tx) -> None:
    """Two friends of one account, one of whom is met by the other's order and in her notes."""
    for who, name in ((HIM, "欧阳听雨"), (HER, "何小满")):
        people.ensure_member(tx, who, NOW, name)
        people.befriend(tx, who, "lin.xi", NOW)
    events.record(tx, [
        Event(kind=Happened.FACT, at=NOW, dedupe=f"fact/{HIM}", member=HIM, which="taste",
              data={"value": SECRET}),
        Event(kind=Happened.ORDERED, at=NOW, dedupe="order/7", member=HIM, place="7", amount=220,
              data={"said": NOW, "status": "paid", "address": SECRET}),
        Event(kind=Happened.INVITED, at=NOW, dedupe=f"invited/{HER}", member=HER, other=HIM),
    ], NOW)  # fmt: skip
    events.record(tx, [
        Event(kind=Happened.ENTERED, at=NOW, dedupe=f"entered/{HIM}", member=HIM, place="tea"),
        Event(kind=Happened.ROLE, at=NOW, dedupe=f"role/{HIM}", member=HIM, which="koc",
              place="tea", data={"until": NOW + DAY}),
    ], NOW)  # fmt: skip
    lookups.note(tx, "boss", HIM, "member", NOW, "Asia/Shanghai")
    lookups.note(tx, "boss", HIM, "member", NOW + 1, "Asia/Shanghai")


def balance(db: Bench) -> int:
    """Who came less who went, of one account."""
    rows = db.look("SELECT kind FROM event WHERE account = 'lin.xi'")
    return sum({"added": 1, "parted": -1}.get(row["kind"], 0) for row in rows)


def test_the_ledgers_close_without_him(db: Bench) -> None:
    db.write(lived)
    assert balance(db) == 2
    begun = asyncio.run(eraser.remove(db.store, HIM, "boss", NOW + 1_000, silent))
    assert begun is not None and begun.erasure.known.friends == ("lin.xi",)
    gone = begun.erasure.gone
    assert balance(db) == 1
    (order,) = db.look("SELECT * FROM event WHERE kind = 'ordered'")
    assert (order["member"], order["amount"], order["place"]) == (gone, 220, "7")
    assert json.loads(order["data"]) == {"said": NOW, "status": "paid"}
    (invited,) = db.look("SELECT * FROM event WHERE kind = 'invited'")
    assert (invited["member"], invited["other"]) == (HER, gone)
    assert SECRET not in dump(db) and HIM not in dump(db) and "欧阳听雨" not in dump(db)
    assert db.look("SELECT name FROM member WHERE id = ?", HER) == [{"name": "何小满"}]
    (seen,) = db.read(lookups.of_member, gone)
    assert (seen.login, seen.times) == ("boss", 2)


def test_what_was_broken_off_is_finished_and_twice_is_once(db: Bench) -> None:
    db.write(lived)
    found = db.write(erasing.begin, HIM, "boss", NOW)
    assert found is not None
    # killed here: the next one finds what is left to do
    (left,) = db.read(erasing.unfinished)
    assert left.id == found.id and HIM in left.todo["needles"]
    asyncio.run(eraser.finish(db.store, left, NOW, silent))
    assert HIM not in dump(db)
    assert db.write(erasing.begin, HIM, "boss", NOW) is None
    db.write(erasing.done, left.id, {}, NOW)
    assert db.read(erasing.unfinished) == []


def test_the_bytes_are_cleared_and_backups_are_told_of(db: Bench, tmp_path: Path) -> None:
    place = db.path if isinstance(db, SqliteBench) else getattr(db, "url", "")
    (tmp_path / "old.db").write_bytes(b"..." + HIM.encode())
    (tmp_path / "other.db").write_bytes(b"nobody")

    def kept(tx: Tx) -> None:
        lived(tx)
        for at, name in enumerate(("old.db", "other.db", "lost.db")):
            saved.note(tx, tmp_path / name, NOW + at)

    async def whole() -> eraser.Certificate:
        begun = await eraser.remove(db.store, HIM, "boss", NOW, silent)
        assert begun is not None
        return await eraser.close(db.store, begun, place, NOW, silent, whole=True)

    db.write(kept)
    foreseen = db.write(foretold.erase, HIM)
    assert foreseen is not None and foreseen.rows["friend"] == 1 and HIM in foreseen.ids
    done = asyncio.run(whole())
    # stays are made anew when he leaves his groups, and nothing of them is left to remove
    assert foreseen.rows.keys() - {"stay"} <= done.erasure.counts.keys()
    assert done.erasure.proof == {
        "friends": ["lin.xi"], "chats": list(foreseen.known.chats),
        "left": None if done.left is None else 0,
        "backups": [{"path": str(tmp_path / "old.db"), "made_at": NOW}],
        "backups_not_found": [{"path": str(tmp_path / "lost.db"), "made_at": NOW + 2}],
    }  # fmt: skip
    assert done.erasure.done_at == NOW and not done.left
    assert [one.path.name for one in done.backups] == ["old.db"]
    assert [one.path.name for one in done.unseen] == ["lost.db"]
    assert (done.left is None) == (not isinstance(place, Path))
    if isinstance(place, Path):
        assert not [
            one for one in place.parent.glob("test.db*") if HIM.encode() in one.read_bytes()
        ]


def test_whoever_starts_again_finishes_what_was_broken_off_before_the_night(
    db: Bench, tmp_path: Path
) -> None:
    """Once killed before the texts of others were looked through, once when only the bytes were
    left: then nobody knows any more which backup holds him, and all older ones are named."""
    place = db.path if isinstance(db, SqliteBench) else getattr(db, "url", "")
    (tmp_path / "old.db").write_bytes(b"...")
    db.write(lived)
    db.write(saved.note, tmp_path / "old.db", NOW - 1)
    db.write(erasing.begin, HIM, "boss", NOW)
    config = Config(wecom=Wecom(corp_id="ww1"))

    async def night() -> None:
        await Retention(db.store, config, ManualClock(NOW), place).step(NOW + MINUTE)

    asyncio.run(night())
    (one,) = db.read(erasing.latest)
    assert one.done_at == NOW + MINUTE and one.todo == {} and one.proof["backups"] == []
    assert HIM not in dump(db)
    db.write(people.ensure_member, HER, NOW)
    begun = db.write(erasing.begin, HER, "boss", NOW)
    assert begun is not None
    db.write(erasing.swept, begun.id, {}, NOW)
    asyncio.run(night())
    assert db.read(erasing.unfinished) == []
    proof = db.read(erasing.latest, n=1)[0].proof
    assert proof["left"] is None and len(proof["backups"]) == 1


def test_the_index_of_words_forgets_his_and_keeps_the_others(
    db: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (grams, index, search):
        monkeypatch.setattr(module, "BLOCK", 8)
    for n in range(1, 21, 2):
        hear(db, said(n, at=NOW + n, text=f"龘靐{n}号茶", peer=HIM),
             said(n + 1, at=NOW + n + 1, text=f"白茶{n}号", peer=HER))  # fmt: skip
    for kind in index.KINDS:
        while db.write(index.fill, kind, NOW + 10 * MINUTE):
            pass
    assert "龘" in {row["head"] for row in db.look("SELECT head FROM gram")}
    asyncio.run(eraser.remove(db.store, HIM, "boss", NOW, silent))
    kept = db.look("SELECT head, tails FROM gram")
    assert not [row for row in kept if set("龘靐") & set(row["head"] + row["tails"])]
    assert not db.read(search.search, "龘靐").hits
    assert len(db.read(search.search, "白茶").hits) == 10


def test_what_waits_for_a_tap_is_made_again_without_him(db: Bench) -> None:
    id = made(db)
    assert set(people_of(db, id)) == {"wm1", "wm2", "wm3"}
    asyncio.run(eraser.remove(db.store, "wm2", "boss", NOW, silent))
    again = take_back(db, id, now=NOW + 5)
    assert again is not None
    assert set(people_of(db, again)) == {"wm1", "wm3"}
    assert {one["status"] for one in db.look("SELECT status FROM replies WHERE member IS NULL")} == {
        "cancelled"}  # fmt: skip


def test_what_was_queued_for_him_never_leaves(db: Bench) -> None:
    hear(db, said(1, peer=HIM))
    out = db.write(outbox.enqueue, answer(1, peer=HIM), NOW)
    asyncio.run(eraser.remove(db.store, HIM, "boss", NOW, silent))
    (row,) = db.look("SELECT id, state, member, peer, body FROM outbox")
    assert (row["id"], row["state"], row["member"], row["peer"]) == (out, "cancelled", None, "")
    assert not db.write(outbox.claim, "reply", NOW, "l", NOW + LEASE, 9, WINDOW).rows
    assert "a1" not in row["body"] and HIM not in dump(db)


def test_who_comes_again_is_somebody_new(db: Bench) -> None:
    db.write(lived)
    asyncio.run(eraser.remove(db.store, HIM, "boss", NOW, silent))
    db.write(people.ensure_member, HIM, NOW + 5, "听雨")
    db.write(people.befriend, HIM, "lin.xi", NOW + 5)
    assert balance(db) == 2
    assert db.look("SELECT promo_ok, name FROM member WHERE id = ?", HIM) == [
        {"promo_ok": 1, "name": "听雨"}]  # fmt: skip


def test_a_listing_alone_does_not_bring_him_back(db: Bench) -> None:
    listed = [Customer(id=one, name=name, follows=(Follow(account="lin.xi", since=NOW),))
              for one, name in ((HIM, "欧阳听雨"), (HER, "何小满"))]  # fmt: skip
    seats = [Seat(member=one, joined_at=NOW, invitor=HIM) for one in (HIM, HER)]
    chat = Chat(id="wr1", owner="lin.xi", name="茶友群", seats=tuple(seats))

    def listing(tx: Tx) -> None:
        contacts.put_customers(tx, listed, NOW + DAY)
        chats.put_chat(tx, chat, NOW + DAY)

    db.write(lived)
    db.write(listing)
    assert HIM in dump(db)
    asyncio.run(eraser.remove(db.store, HIM, "boss", NOW, silent))
    db.write(listing)
    assert HIM not in dump(db) and "欧阳听雨" not in dump(db)
    # he writes: he is a member again, and his friendship is as good as anybody's
    db.write(people.ensure_member, HIM, NOW + DAY, "听雨")
    db.write(listing)
    assert db.look("SELECT 1 AS n FROM friend WHERE member = ?", HIM) == [{"n": 1}]
    assert len(db.look("SELECT member FROM chat_member WHERE chat = 'wr1'")) == 2


@pytest.mark.parametrize(("text", "after"), [
    ("wmHIM0001", "gone"), ("a/wmHIM0001/b", "a/gone/b"), ("wmHIM00012", "wmHIM00012"),
    ('{"x":"wmHIM0001"}', '{"x":"gone"}'), ("XwmHIM0001", "XwmHIM0001"),
])  # fmt: skip
def test_a_longer_id_is_somebody_elses(text: str, after: str) -> None:
    assert without(text, {HIM: "gone"}, []) == after
