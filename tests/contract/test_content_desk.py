"""Writers and reviewers: who may do what to which version, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from bot.core.body import Text
from bot.core.clock import DAY, ManualClock
from bot.core.config import Config, load_config
from bot.core.content import ContentRefused
from bot.library.compare import changed
from bot.library.desk import ContentDesk
from bot.library.disk import Disk, read_disk
from bot.library.publish import publish_disk
from bot.store import consenting, outbox, review, ugc, versions, wanted
from bot.store.ugc import Consent
from bot.store.versions import Edition
from tests.contract import publishing
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer

R = TypeVar("R")
BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
CONFIG = load_config(BRAND / "config.toml")
KIND, NAME = "template", "care/day1"
GOOD = '+++\ntitle = "第一天"\ngenre = "story"\norigin = "BGC"\n+++\n今天喝水了吗？{}\n'
Refused = pytest.raises(ContentRefused)


def do(call: Awaitable[R]) -> R:
    async def run() -> R:
        return await call

    return asyncio.run(run())


def files(more: str = "", text: str = GOOD) -> dict[str, str]:
    return {"day1.j2": text.format(more)}


@cache
def sample() -> Disk:
    """The folders of the sample brand."""
    return read_disk(CONFIG)


class Desk:
    """The sample brand serves; everybody works at one desk."""

    def __init__(self, db: Bench, config: Config = CONFIG) -> None:
        self.db, self.clock = db, ManualClock(NOW)
        self.desk = ContentDesk(db.store, config, self.clock)
        db.write(publish_disk, sample(), NOW, live=True)

    def save(self, more: str = "", *, base: int = 1, author: str = "wu") -> int:
        return do(self.desk.save(KIND, NAME, files(more), base=base, author=author))

    def submit(self, version: int, actor: str = "wu") -> None:
        do(self.desk.submit(KIND, NAME, version, actor))

    def approve(self, version: int, actor: str = "li") -> None:
        do(self.desk.approve(KIND, NAME, version, actor, "good"))

    def refused(self, call: Awaitable[object]) -> str:
        with Refused as refused:
            do(call)
        return refused.value.code

    def state(self, version: int) -> str:
        found = self.db.read(review.get, KIND, NAME, version)
        assert found is not None
        return found.state

    @property
    def serving(self) -> int | None:
        found = self.db.read(versions.serving, KIND, NAME)
        return found.version if found else None

    @property
    def wanted(self) -> list[tuple[str, int]]:
        return [(w.name, w.version) for w in self.db.read(wanted.standing)]


@pytest.fixture
def desk(db: Bench) -> Desk:
    return Desk(db)


def test_a_writer_drafts_submits_and_another_approves(desk: Desk) -> None:
    assert desk.save("多喝点。") == 2
    assert (desk.state(2), desk.serving, desk.wanted) == ("draft", 1, [])
    desk.submit(2)
    desk.approve(2)
    assert (desk.state(2), desk.serving, desk.wanted) == ("approved", 2, [(NAME, 2)])
    trail = desk.db.read(review.trail, KIND, NAME)
    assert [(r["event"], r["actor"]) for r in trail][-3:] == [
        ("submit", "wu"), ("approve", "li"), ("publish", "li")]  # fmt: skip


def test_of_two_who_write_from_the_same_version_the_second_is_told(desk: Desk) -> None:
    desk.save("吴。")
    with Refused as refused:
        desk.save("李。", author="li")
    assert (refused.value.code, refused.value.facts["who"]) == ("stale", "wu")
    assert desk.save("李。", base=2, author="li") == 3
    assert desk.save("李。", base=3, author="wang") == 3, "the same text is no new version"
    assert desk.refused(desk.desk.save(KIND, "care/new", {"new.j2": "x"}, base=4, author="wu")) == (
        "unknown")  # fmt: skip


def test_nobody_approves_what_he_had_a_hand_in(desk: Desk) -> None:
    desk.save("吴。")
    desk.save("吴，李。", base=2, author="li")
    desk.submit(3)
    for actor in ("wu", "li"):
        assert desk.refused(desk.desk.approve(KIND, NAME, 3, actor)) == "own"
    assert (desk.state(3), desk.serving) == ("review", 1)
    desk.approve(3, "wang")
    desk.save("又一次。", base=3, author="chen")
    desk.submit(4, "chen")
    desk.approve(4, "wu")
    assert desk.serving == 4, "what he wrote was approved before this one"


def test_with_four_eyes_off_a_writer_may_approve_his_own(db: Bench) -> None:
    desk = Desk(db, replace(CONFIG, content=replace(CONFIG.content, four_eyes=False)))
    desk.save("吴。")
    desk.submit(2)
    desk.approve(2, "wu")
    assert desk.serving == 2


def test_what_is_handed_in_anew_takes_the_place_of_what_waited(desk: Desk) -> None:
    for base, text in ((1, "一。"), (2, "二。"), (3, "三。")):
        desk.save(text, base=base)
    desk.submit(2)
    desk.submit(4)
    assert [desk.state(n) for n in (1, 2, 3, 4)] == ["approved", "draft", "draft", "review"]
    waited = desk.db.read(review.get, KIND, NAME, 2)
    assert waited is not None and "第 4 版" in waited.note
    withdraw = desk.desk.withdraw
    assert desk.refused(withdraw(KIND, NAME, 4, "li", "")) == "not_yours"
    do(withdraw(KIND, NAME, 4, "wu", ""))
    assert desk.refused(withdraw(KIND, NAME, 4, "wu", "")) == "state"
    trail = desk.db.read(review.trail, KIND, NAME)
    assert [r["event"] for r in trail][-4:] == ["submit", "submit", "withdraw", "withdraw"]


def test_what_is_sent_back_is_a_draft_again_with_a_note(desk: Desk) -> None:
    desk.save("吴。")
    desk.submit(2)
    do(desk.desk.send_back(KIND, NAME, 2, "li", "太短"))
    found = desk.db.read(review.get, KIND, NAME, 2)
    assert found is not None and (found.state, found.note, found.actor) == ("draft", "太短", "li")
    assert desk.refused(desk.desk.approve(KIND, NAME, 2, "li")) == "state"


BROKEN = (
    GOOD.replace("{}", "{{{{ nobody }}}}"),  # an undefined variable
    GOOD.replace("{}", "{{{{ 1 +"),
    GOOD.replace("喝水", "最最好的水"),  # the brand never says that
    "no head",
)


def test_what_has_errors_can_be_kept_and_neither_submitted_nor_approved(desk: Desk) -> None:
    for base, text in enumerate(BROKEN, 1):
        number = do(desk.desk.save(KIND, NAME, files(text=text), base=base, author="wu"))
        assert desk.refused(desk.desk.submit(KIND, NAME, number, "wu")) == "faulty"
        desk.db.write(review.move, KIND, NAME, number, "submit", "wu", NOW)
        with Refused as refused:
            desk.approve(number)
        first = refused.value.findings[0]
        assert (refused.value.code, first.file) == ("faulty", "content/care/day1.j2")
        assert (desk.state(number), desk.serving, desk.wanted) == ("review", 1, [])


def test_a_file_that_is_not_there_keeps_a_text_from_approval(desk: Desk) -> None:
    head = 'genre = "story"\norigin = "BGC"\n'
    picture = f'{head}[[attachment]]\ntype = "image"\nasset = "nowhere.png"\n'
    text = {"morning.j2": f'+++\ntitle = "早"\n{picture}+++\n早上好，水开了。\n'}
    number = do(desk.desk.save(KIND, "moments/morning", text, base=1, author="wu"))
    with Refused as refused:
        do(desk.desk.submit(KIND, "moments/morning", number, "wu"))
    assert refused.value.findings[0].rule.startswith("template.asset-")


def test_what_members_read_of_late_is_not_said_again_by_another_text(desk: Desk) -> None:
    said = "今天喝水了吗？水开了以后把盖子掀一会儿，等半分钟再倒。"
    post = answer(7, kind="moment", origin="campaign:morning:1", content="moments/morning",
                  body=Text(said), conversation="", member=None)  # fmt: skip
    desk.db.write(outbox.enqueue, post, NOW - DAY)
    rules = [one.rule for one in do(desk.desk.examine(edition(GOOD.format(said[7:]))))]
    assert "template.twin" in rules
    desk.clock.advance(28 * DAY)
    rules = [one.rule for one in do(desk.desk.examine(edition(GOOD.format(said[7:]))))]
    assert "template.twin" not in rules


def edition(text: str) -> Edition:
    return Edition(kind=KIND, name=NAME, version=0, digest="", files={"day1.j2": text})


def test_an_older_text_does_not_undo_what_came_into_service_since(desk: Desk) -> None:
    desk.save("吴。")
    desk.submit(2)
    desk.db.write(publishing.publish, KIND, NAME, files("盘上。"), "disk", NOW)
    with Refused as refused:
        desk.approve(2)
    assert (refused.value.code, refused.value.facts["serving"]) == ("overtaken", 3)


def test_going_back_serves_an_approved_version_and_wants_its_file(desk: Desk) -> None:
    desk.save("吴。")
    assert desk.refused(desk.desk.roll_back(KIND, NAME, "li")) == "nothing"
    assert desk.refused(desk.desk.roll_back(KIND, NAME, "li", 2)) == "not_served"
    desk.submit(2)
    desk.approve(2)
    do(desk.desk.retire(KIND, NAME, 1, "li"))
    assert desk.serving == 2, "another one served"
    assert do(desk.desk.roll_back(KIND, NAME, "li", note="太吵")) == 1
    assert (desk.serving, desk.state(1), desk.wanted) == (1, "approved", [(NAME, 1)])
    assert desk.db.read(versions.history, KIND, NAME)[-1]["reason"] == "太吵"


def test_what_is_retired_serves_nobody_until_somebody_goes_back_to_it(desk: Desk) -> None:
    do(desk.desk.retire(KIND, NAME, 1, "li", "过时"))
    assert (desk.serving, desk.state(1), desk.wanted) == (None, "retired", [])
    desk.db.write(publish_disk, sample(), NOW, live=True)
    assert desk.serving is None, "the file is as it was"
    do(desk.desk.roll_back(KIND, NAME, "li", 1))
    assert desk.serving == 1


def test_two_versions_are_compared_file_by_file(desk: Desk) -> None:
    desk.save("多喝点。")
    old, new = (desk.db.read(versions.get, KIND, NAME, n) for n in (1, 2))
    assert old is not None and new is not None
    shown = changed(NAME, old, new)
    assert list(shown) == ["day1.j2"]
    assert "+今天喝水了吗？多喝点。" in shown["day1.j2"]
    assert changed(NAME, new, new) == {}


def test_flows_calendar_and_persona_are_checked_beside_what_serves(desk: Desk) -> None:
    flow = (BRAND / "content/flows/welcome.toml").read_text("utf-8").replace("care/day3", "care/x")
    save = desk.desk.save
    do(save("flow", "welcome", {"welcome.toml": flow}, base=1, author="wu"))
    with Refused as refused:
        do(desk.desk.submit("flow", "welcome", 2, "wu"))
    assert "no template 'care/x' serves now" in str(refused.value)
    entry = '[[entry]]\nid = "a"\nwhen = "mon 9:00"\ndo = "moment"\npersona = "nobody"\n'
    text = entry + 'template = "moments/morning"\n'
    do(save("calendar", "calendar", {"calendar.toml": text}, base=1, author="wu"))
    assert desk.refused(desk.desk.submit("calendar", "calendar", 2, "wu")) == "faulty"
    persona = {"persona.toml": 'id = "new"\nname = "新"\ntype = "koc"\n', "faq.csv": "oops"}
    do(save("persona", "new", persona, base=0, author="wu"))
    assert desk.refused(desk.desk.submit("persona", "new", 1, "wu")) == "faulty"


def consent(number: str = "ugc-1", **more: object) -> Consent:
    own = {"who": "wm1", "what": "晒单照片", "licence": "brand use", "how": "聊天里同意",
           "given_at": NOW, "recorded_by": "chen", "recorded_at": NOW}  # fmt: skip
    return Consent(id=number, **(own | more))  # type: ignore[arg-type]


def test_a_consent_is_kept_once_revoked_once_and_both_have_their_trail(db: Bench) -> None:
    db.write(consenting.record, consent())
    for given, code in ((consent(), "taken"), (consent("X y"), "id"),
                        (consent("ugc-2", licence=" "), "empty")):  # fmt: skip
        with Refused as refused:
            db.write(consenting.record, given)
        assert refused.value.code == code
    assert db.read(ugc.problems, ["ugc-1", "ugc-9"]) == {"ugc-9": "consent ugc-9 is not recorded"}
    db.write(consenting.revoke, "ugc-1", "li", NOW + 5, "他说不要了")
    assert db.read(ugc.problems, ["ugc-1"]) == {"ugc-1": "consent ugc-1 was revoked"}
    for number, code in (("ugc-1", "revoked"), ("ugc-9", "no_consent")):
        with Refused as refused:
            db.write(consenting.revoke, number, "li", NOW + 9)
        assert refused.value.code == code
    kept = db.read(ugc.get, "ugc-1")
    assert kept == consent(revoked_by="li", revoked_at=NOW + 5, why="他说不要了")
    assert db.read(ugc.everybody, "wm1") == [kept] and db.read(ugc.everybody, "wm2") == []
    events = db.look("SELECT event, actor FROM audit WHERE subject = 'consent:ugc-1' ORDER BY id")
    assert [(r["event"], r["actor"]) for r in events] == [("given", "chen"), ("revoke", "li")]
