"""Consent of those whose words are used: without it nothing is approved, planned or sent."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.config import Config, load_config
from bot.core.content import ContentRefused
from bot.core.policy import UNKNOWN, Verdict
from bot.library import heldup
from bot.library.cast import build
from bot.library.disk import read_disk
from bot.library.publish import publish_disk
from bot.library.speech import Setting, prepare
from bot.store import audit, consenting, outbox, review, schedule, ugc, versions, wanted
from bot.store.consenting import Stopped
from bot.store.outbox import Receiver
from bot.studio.render import CannotRender
from scheduler.posts import run_entry
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, claim, listen, task
from tests.contract.test_content_desk import BRAND, Desk, consent, do

NAME = "moments/guest"
HEAD = '+++\ntitle = "投稿"\ngenre = "story"\norigin = "UGC"\nauthor = "薄荷"\nlicence = "朋友圈"\n'
TEXT = HEAD + 'consent = ["ugc-1"]\n+++\n一位茶友的窗台。\n'
OTHERS = {"content": NAME, "content_version": 1}
WHY = "consent ugc-1 was revoked"


def given(db: Bench) -> None:
    """The consent is there, and version 1 of the template stands on it."""
    db.write(consenting.record, consent())
    db.write(ugc.use, NAME, 1, ["ugc-1"])


def revoke(db: Bench) -> Stopped:
    return db.write(consenting.revoke, "ugc-1", "li", NOW + 5)


def test_revoking_stops_what_waits_and_hurries_what_is_on_the_platform(db: Bench) -> None:
    given(db)
    both = [Receiver("wm1", "wm1"), Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(1, lane="a", **OTHERS), NOW, both)
    [held] = claim(db, pool="bulk")
    db.write(outbox.finish, held, Verdict("human", provider_id="t1", retry_at=NOW + 900), NOW)
    for number, more in ((2, OTHERS), (3, OTHERS | {"content_version": 2}), (4, {})):
        db.write(outbox.enqueue, task(number, lane=str(number), **more), NOW, both)
    pooled = {"account": "lin.xi", "persona": "tester", "persona_version": 1, "member": "wm1",
              "origin": "flow:a:b", "digest": "d", "body": "{}", "due_at": NOW, "kind": "care",
              "content": NAME}  # fmt: skip
    for version in (1, 2):
        db.write(schedule.pool, key=str(version), content_version=version, **pooled)
    assert revoke(db) == Stopped(cancelled=1, dropped=1, tasks=1)
    rows = db.look("SELECT state, note, retry_at FROM outbox ORDER BY id")
    assert [(r["state"], r["note"]) for r in rows] == [
        ("waiting", ""), ("cancelled", WHY), ("ready", ""), ("ready", "")]  # fmt: skip
    assert rows[0]["retry_at"] == NOW + 5
    replies = db.look("SELECT status, note FROM replies WHERE outbox = 2")
    assert [(r["status"], r["note"]) for r in replies] == [("cancelled", WHY)] * 2
    assert [r["content_version"] for r in db.read(schedule.open_pool, "lin.xi", "d", 9)] == [2]
    assert db.look("SELECT note FROM pooled WHERE content_version = 1") == [{"note": WHY}]
    assert [r["event"] for r in db.read(audit.history, "outbox", 2)] == ["cancel"]


def test_what_was_queued_beside_the_revocation_does_not_get_past_the_claim(db: Bench) -> None:
    given(db)
    listen(db)
    revoke(db)
    db.write(outbox.enqueue, answer(1, **OTHERS), NOW)
    db.write(outbox.enqueue, answer(2), NOW)
    assert [row.content for row in claim(db)] == []
    assert [row.content for row in claim(db)] == [""], "the next of its lane may"
    assert db.look("SELECT state, note FROM outbox WHERE content <> ''") == [
        {"state": "cancelled", "note": WHY}]  # fmt: skip


def test_what_may_have_left_already_keeps_that_word(db: Bench) -> None:
    given(db)
    db.write(outbox.enqueue, task(1, **OTHERS), NOW, [Receiver("wm1", "wm1")])
    [row] = claim(db, pool="bulk")
    note = f"{UNKNOWN}: cut"
    db.write(outbox.finish, row, Verdict("later", retry_at=NOW, note=note), NOW)
    assert revoke(db).cancelled == 0
    assert claim(db, pool="bulk") == []
    [found] = db.look("SELECT state, note FROM outbox")
    assert found["state"] == "unsure" and found["note"].startswith(note) and WHY in found["note"]


def test_a_consent_that_was_never_recorded_holds_nothing_up_but_what_stands_on_it(
    db: Bench,
) -> None:
    db.write(ugc.use, NAME, 1, ["ugc-1", "ugc-1", "ugc-2"])
    assert db.read(ugc.lacking) == {(NAME, 1): "consent ugc-1 is not recorded"}
    given(db)
    db.write(consenting.record, consent("ugc-2"))
    assert (db.read(ugc.lacking), db.read(ugc.uses, "ugc-2")) == ({}, [(NAME, 1)])


def brand(folder: Path, text: str = TEXT) -> Config:
    """The sample brand with a moment that somebody else wrote, and a calendar that wants it."""
    shutil.copytree(BRAND, folder, dirs_exist_ok=True)
    (folder / "content" / f"{NAME}.j2").write_text(text, "utf-8")
    return load_config(folder / "config.toml")


def look(db: Bench, config: Config) -> int:
    return db.write(publish_disk, read_disk(config), NOW, live=True)


def serving(db: Bench) -> int | None:
    found = db.read(versions.serving, "template", NAME)
    return found.version if found else None


def test_an_edit_on_disk_waits_until_its_consent_is_recorded_and_then_for_a_person(
    db: Bench, tmp_path: Path
) -> None:
    config = brand(tmp_path)
    look(db, config)
    assert serving(db) is None
    found = [f for f in db.read(wanted.findings) if f.rule == "template.consent"]
    assert [(f.file, f.message) for f in found] == [
        (f"content/{NAME}.j2", "授权 ugc-1 还没有登记")]  # fmt: skip
    db.write(consenting.record, consent())
    look(db, config)
    look(db, config)
    standing = db.read(review.get, "template", NAME, 1)
    assert standing is not None and (serving(db), standing.state) == (None, "review")
    assert (standing.actor, standing.note) == (
        "disk",
        heldup.NOTE.format(was="授权 ugc-1 还没有登记"),
    )
    do(Desk(db).desk.approve("template", NAME, 1, "li"))
    assert (serving(db), db.read(ugc.uses, "ugc-1")) == (1, [(NAME, 1)])
    revoke(db)
    look(db, config)  # the file holds what is wanted
    look(db, config)
    assert [f.severity for f in db.read(wanted.findings) if f.rule == "template.consent"] == [
        "error"]  # fmt: skip


def test_an_edit_beside_a_consent_that_comes_is_published_as_it_is_an_edit(
    db: Bench, tmp_path: Path
) -> None:
    config = brand(tmp_path)
    look(db, config)
    db.write(consenting.record, consent())
    file = config.content_dir / f"{NAME}.j2"
    file.write_text(file.read_text("utf-8") + "谢谢他。\n", "utf-8")
    look(db, config)
    assert serving(db) == 2


def test_nobody_approves_or_goes_back_to_what_has_no_consent(db: Bench) -> None:
    desk = Desk(db)
    files = {"guest.j2": TEXT}
    do(desk.desk.save("template", NAME, files, base=0, author="wu"))
    do(desk.desk.submit("template", NAME, 1, "wu"))
    with pytest.raises(ContentRefused, match="授权 ugc-1 还没有登记"):
        do(desk.desk.approve("template", NAME, 1, "li"))
    db.write(consenting.record, consent())
    do(desk.desk.approve("template", NAME, 1, "li"))
    assert (serving(db), db.read(ugc.uses, "ugc-1")) == (1, [(NAME, 1)])
    revoke(db)
    with pytest.raises(ContentRefused, match="授权 ugc-1 已经撤回"):
        do(desk.desk.roll_back("template", NAME, "li", 1))
    assert db.read(review.trail, "template", NAME)[-1]["event"] == "publish"
    entry = '[[entry]]\nid = "a"\nwhen = "mon 9:00"\ndo = "moment"\npersona = "tester"\n'
    calendar = {"calendar.toml": f'{entry}template = "{NAME}"\n'}
    do(desk.desk.save("calendar", "calendar", calendar, base=1, author="wu"))
    with pytest.raises(ContentRefused, match=f"{NAME}: {WHY}"):
        do(desk.desk.submit("calendar", "calendar", 2, "wu"))


def test_what_is_planned_leaves_out_what_lost_its_consent(db: Bench, tmp_path: Path) -> None:
    config = brand(tmp_path)
    calendar = tmp_path / "content" / "calendar.toml"
    calendar.write_text(calendar.read_text("utf-8").replace("moments/morning", NAME), "utf-8")
    db.write(consenting.record, consent())
    look(db, config)

    def setting() -> Setting:
        lacking = db.read(ugc.lacking)
        withheld = {name: why for (name, version), why in lacking.items() if serving(db) == version}
        editions = db.read(versions.published)
        return Setting(cast=build(editions, config.timezone, withheld=withheld), now=NOW)

    assert prepare(setting(), "tester", NAME).version == 1
    revoke(db)
    with pytest.raises(CannotRender, match=WHY):
        prepare(setting(), "tester", NAME)
    now = setting()
    at = now.cast.calendar.recurrence(now.cast.calendar.entry[1]).after(NOW)
    due = {"id": 1, "kind": "calendar", "at": at, "data": {"entry": "morning", "at": at}}
    assert WHY in db.write(run_entry, replace(now, now=at), due).note
    assert db.look("SELECT 1 FROM outbox") == []
    look(db, config)
    found = {(f.file, f.message) for f in db.read(wanted.findings) if f.rule == "consent"}
    assert found == {("content/calendar.toml", f"morning wants {NAME}: {WHY}")}
