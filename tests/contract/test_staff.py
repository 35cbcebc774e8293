"""Accounts, sessions and tries of the console, and the trail as people read it."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.clock import DAY, HOUR, MINUTE
from bot.store import audit, pace, sessions, staff, trail
from bot.store.engine import Tx
from bot.store.sessions import PER_ADDRESS, PER_LOGIN, Door, Span
from bot.store.staff import Account, StaffRefused
from bot.store.trail import Filter, Place
from tests.contract.conftest import NOW, Bench

SPAN = Span(idle=4 * HOUR, most=DAY)
DOOR = Door("password", "10.0.0.1", "Chrome")


def add(db: Bench, login: str, role: str = "service", userid: str = "") -> Account:
    number = db.write(staff.add, login, role, f"hash of {login}", NOW, actor="boss", made=False,
                      userid=userid)  # fmt: skip
    return db.read(staff.get, number)


def refused(db: Bench, fn: object, *a: object, **k: object) -> str:
    with pytest.raises(StaffRefused) as caught:
        db.write(fn, *a, **k)  # type: ignore[arg-type]
    return caught.value.code


def events(db: Bench, login: str) -> list[tuple[str, str, str, str]]:
    rows = db.read(audit.history, "staff", login)
    return [(r["actor"], r["event"], r["before"], r["after"]) for r in rows]


def test_an_account_is_found_by_any_spelling_of_its_login_and_by_its_userid(db: Bench) -> None:
    made = add(db, " Lin.XI ", userid="lin.xi")
    assert made.login == "lin.xi"
    assert db.read(staff.by_login, "ＬＩＮ.xi") == (made, "hash of  Lin.XI ")
    assert db.read(staff.by_userid, "lin.xi") == made
    assert db.read(staff.by_login, "nobody") is None is db.read(staff.by_userid, "x")
    assert events(db, "lin.xi") == [("boss", "added", "", "service")]


@pytest.mark.parametrize(
    ("login", "code"),
    [("a", "login"), ("x" * 65, "login"), ("a b", "login"), ("a:b", "login"), ("LIN", "taken"),
     ("ok", "userid"), *((name, "reserved") for name in ("bot", "Model", "deliver"))],
)  # fmt: skip
def test_a_login_that_cannot_be(db: Bench, login: str, code: str) -> None:
    add(db, "lin", userid="w1")
    found = refused(db, staff.add, login, "service", "", NOW, actor="x", made=True, userid="w1")
    assert found == code
    assert len(db.read(staff.everybody)) == 1


def test_a_change_is_written_down_and_what_changes_nothing_is_not(db: Bench) -> None:
    one = add(db, "lin")
    for _ in range(2):
        db.write(staff.change_role, one.id, "lead", NOW, actor="boss")
        db.write(staff.set_userid, one.id, "w1", NOW, actor="boss")
        db.write(staff.disable, one.id, NOW, actor="boss")
    db.write(staff.enable, one.id, NOW, actor="boss")
    assert events(db, "lin")[1:] == [
        ("boss", "role", "service", "lead"), ("boss", "wecom", "", "w1"),
        ("boss", "disabled", "", ""), ("boss", "enabled", "", ""),
    ]  # fmt: skip
    assert refused(db, staff.disable, 99, NOW, actor="boss") == "unknown"


def test_the_last_owner_stays(db: Bench) -> None:
    one, two = add(db, "one", "owner"), add(db, "two", "owner")
    db.write(staff.disable, two.id, NOW, actor="one")
    assert refused(db, staff.disable, one.id, NOW, actor="one") == "last_owner"
    assert refused(db, staff.change_role, one.id, "lead", NOW, actor="one") == "last_owner"
    db.write(staff.change_role, one.id, "owner", NOW, actor="one")
    db.write(staff.enable, two.id, NOW, actor="one")
    db.write(staff.change_role, one.id, "lead", NOW, actor="one")


def test_two_owners_who_remove_each_other_at_once_leave_one(db: Bench) -> None:
    one, two = add(db, "one", "owner"), add(db, "two", "owner")

    async def race() -> list[object]:
        return await asyncio.gather(
            db.store.write(staff.disable, one.id, NOW, actor="two"),
            db.store.write(staff.disable, two.id, NOW, actor="one"), return_exceptions=True,
        )  # fmt: skip

    ended = asyncio.run(race())
    assert sum(isinstance(end, StaffRefused) for end in ended) == 1
    assert sum(one.disabled_at is None for one in db.read(staff.everybody)) == 1


def begin(db: Bench, who: Account, token: str, now: int = NOW) -> None:
    db.write(sessions.begin, who, token, DOOR, SPAN, now)


def who(db: Bench, token: str, now: int = NOW) -> str | None:
    found = db.read(sessions.find, token, SPAN.idle, now)
    return found.who.login if found else None


def test_a_session_ends_unused_or_after_its_day_and_is_known_by_a_digest_only(db: Bench) -> None:
    lin = add(db, "lin")
    begin(db, lin, "token")
    assert who(db, "token") == "lin" and who(db, "other") is None
    assert who(db, "token", NOW + SPAN.idle - 1) == "lin"
    assert who(db, "token", NOW + SPAN.idle) is None
    for hour in range(1, 24):
        found = db.read(sessions.find, "token", SPAN.idle, NOW + hour * HOUR)
        assert found is not None
        db.write(sessions.touch, found, NOW + hour * HOUR)
    assert who(db, "token", NOW + DAY - 1) == "lin"
    assert who(db, "token", NOW + DAY) is None
    assert "token" not in str(db.look("SELECT * FROM staff_session"))
    begin(db, lin, "next", NOW + 2 * DAY)
    assert len(db.look("SELECT id FROM staff_session")) == 1


def test_a_disabled_account_and_a_new_password_end_sessions(db: Bench) -> None:
    lin, xi = add(db, "lin"), add(db, "xi")
    for token in ("a", "b"):
        begin(db, lin, token)
    begin(db, xi, "c")
    kept = db.read(sessions.find, "a", SPAN.idle, NOW)
    assert kept is not None
    db.write(staff.set_password, lin.id, "new", NOW, actor="lin", made=False, keep=kept.id)
    assert [who(db, token) for token in "abc"] == ["lin", None, "xi"]
    db.write(staff.set_password, lin.id, "newer", NOW, actor="boss", made=True)
    assert db.read(staff.get, lin.id).must_change
    begin(db, lin, "d")
    db.write(staff.disable, lin.id, NOW, actor="boss")
    assert [who(db, token) for token in "abcd"] == [None, None, "xi", None]
    assert [event for _, event, _, _ in events(db, "lin")] == [
        "added", "sign_in", "sign_in", "password", "reset", "sign_in", "disabled",
    ]  # fmt: skip


def test_one_ends_ones_own_sessions_only(db: Bench) -> None:
    lin, xi = add(db, "lin"), add(db, "xi")
    begin(db, lin, "a")
    begin(db, lin, "b", NOW + 1)
    (newest, oldest) = db.read(sessions.of, lin.id, SPAN.idle, NOW + 2)
    assert newest["began_at"] == NOW + 1
    assert not db.write(sessions.end, xi, oldest["id"], NOW)
    assert db.write(sessions.end, lin, oldest["id"], NOW)
    assert [who(db, "a"), who(db, "b")] == [None, "lin"]
    begin(db, lin, "c")
    assert db.write(sessions.end_all, lin, NOW) == 2
    assert who(db, "b") is None is who(db, "c")


def tries(db: Bench, login: str, address: str, now: int = NOW) -> int:
    return db.write(sessions.try_in, login, address, now)


def test_tries_are_counted_for_each_account_and_each_address(db: Bench) -> None:
    for n in range(PER_LOGIN.most):
        assert tries(db, "Lin", f"10.0.0.{n}") == 0
    assert tries(db, "lin ", "10.0.1.1") == PER_LOGIN.period
    assert tries(db, "xi", "10.0.1.1") == 0
    db.write(sessions.forgive, "LIN")
    assert tries(db, "lin", "10.0.1.1") == 0
    for n in range(PER_ADDRESS.most):
        assert tries(db, f"u{n}", "10.9.9.9") == 0
    assert tries(db, "fresh", "10.9.9.9") == PER_ADDRESS.period
    assert tries(db, "fresh", "10.9.9.9", NOW + 15 * MINUTE) == 0
    assert "lin" not in str([row["key"] for row in db.look("SELECT key FROM pace")])
    assert pace.NEVER_USED == -1


def test_the_first_owner_is_made_once_with_a_printed_code(db: Bench) -> None:
    assert db.write(sessions.open_setup, "code-1", NOW) and db.write(sessions.open_setup, "2", NOW)
    assert refused(db, sessions.set_up, "code-0", "lin", "hash", NOW) == "code"
    made = db.write(sessions.set_up, "code-1", "Lin", "hash", NOW)
    assert (made.login, made.role, made.must_change) == ("lin", "owner", False)
    assert refused(db, sessions.set_up, "2", "xi", "hash", NOW) == "settled"
    assert not db.write(sessions.open_setup, "3", NOW)
    assert db.look("SELECT * FROM setup_code") == []


def test_two_who_set_up_at_once_make_one_owner(db: Bench) -> None:
    for code in ("1", "2"):
        db.write(sessions.open_setup, code, NOW)

    async def race() -> list[object]:
        return await asyncio.gather(
            *(db.store.write(sessions.set_up, code, f"owner{code}", "hash", NOW) for code in "12"),
            return_exceptions=True,
        )

    ended = asyncio.run(race())
    assert sum(isinstance(end, StaffRefused) for end in ended) == 1
    assert len(db.read(staff.everybody)) == 1


def _fill(tx: Tx) -> None:
    rows = [audit.note("staff", f"p{n}", "reset", at=NOW + n // 2, actor="boss") for n in range(9)]
    rows += [audit.note("outbox", 7, "sent", at=NOW + n, actor="deliver") for n in range(3)]
    rows += [audit.note("conversation", "kf:a:b", "take", at=NOW + 50, actor="lin")]
    audit.record(tx, rows)


def shown(db: Bench, after: Place = Place(), n: int = 100, **wanted: object) -> list[str]:  # noqa: B008
    rows = db.read(trail.page, Filter(**wanted), after, n)  # type: ignore[arg-type]
    return [row["subject"] for row in rows]


def test_the_trail_shows_what_people_did_newest_first_by_pages(db: Bench) -> None:
    db.write(_fill)
    everything = shown(db)
    assert everything == ["conversation:kf:a:b", *(f"staff:p{n}" for n in range(8, -1, -1))]
    found, after = [], Place()
    while rows := db.read(trail.page, Filter(), after, 3):
        found += [row["subject"] for row in rows]
        after = Place(rows[-1]["at"], rows[-1]["id"])
    assert found == everything


def test_the_trail_is_filtered_by_actor_subject_and_time(db: Bench) -> None:
    db.write(_fill)
    assert shown(db, actor="lin") == shown(db, subject="conversation") == ["conversation:kf:a:b"]
    assert shown(db, actor="lin", subject="staff") == []
    assert shown(db, subject="staff", since=NOW + 1, until=NOW + 2) == ["staff:p3", "staff:p2"]
    assert shown(db, actor="deliver") == []
    assert shown(db, subject="outbox:7") == ["outbox:7"] * 3
    assert shown(db, subject="outbox:7", actor="lin") == []
    assert shown(db, subject="out") == []


def test_no_login_can_be_taken_for_a_part_of_the_product(db: Bench) -> None:
    for name in audit.PARTS:
        found = refused(db, staff.add, name, "service", "", NOW, actor="x", made=True)
        assert found == "reserved"
