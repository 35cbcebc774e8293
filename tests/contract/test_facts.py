"""What a talk tells of a member, what it goes by, and what staff put right."""

from __future__ import annotations

import json

import pytest

from bot.core.body import plain
from bot.core.clock import DAY
from bot.core.contacts import Customer
from bot.core.event import Event, Happened
from bot.library.speech import Setting
from bot.members.portrait import Consent
from bot.pipeline.converse import commit
from bot.pipeline.turn import work_out
from bot.store import contacts, correcting, events, facts, feedback, versions
from bot.store.codec import outbound
from bot.store.engine import Tx
from tests.contract import publishing
from tests.contract.casting import serving
from tests.contract.conftest import NOW, Bench
from tests.contract.making import claim_turns, hear, said
from tests.contract.test_content_desk import CONFIG, Desk

DIALOGUE = """
[[consent]]
id = "birthday"
ask = ["生日只用来当天说一句话，可以记吗？"]

[[form]]
id = "birthday"
say = ["{birthday}那天见。"]
known = ["早就记着，{birthday}。"]
refused = ["好，不记。"]
[[form.field]]
id = "birthday"
kind = "date"
ask = ["是哪一天？"]
consent = "birthday"

[[rule]]
id = "note-birthday"
keywords = ["登记生日"]
form = "birthday"

[[rule]]
id = "where"
keywords = ["我在哪"]
say = ["你在{city}。", "还在{city}。"]

[[rule]]
id = "sleep"
keywords = ["睡不好"]
say = ["那就白天喝。"]
needs = ["担心：睡不好"]

[[rule]]
id = "weak"
keywords = ["太淡"]
mood = "negative"
say = ["多闷十秒。"]
feedback = { theme = "浓淡", product = "岩茶" }

[[rule]]
id = "moved"
pattern = "我搬到(?P<city>..)了"
remember = ["city"]
say = ["{city}好。"]
"""


class Talk:
    """One member talks to the persona of the sample brand, by the store's own way."""

    def __init__(self, db: Bench) -> None:
        self.db, self.now, self.n = db, NOW, 0
        Desk(db)
        found = db.read(versions.newest, "persona", "tester")
        assert found is not None
        mine = dict(found.files) | {"dialogue.toml": DIALOGUE}
        db.write(publishing.publish, "persona", "tester", mine, "disk", NOW)
        self.cast = serving(db, CONFIG.timezone)

    def say(self, text: str, account: str = "wkBANZHAN01") -> str:
        """What the persona answers."""
        self.n, self.now = self.n + 1, self.now + 1_000
        hear(self.db, said(self.n, at=self.now, account=account, text=text))
        before = len(self.db.look("SELECT id FROM outbox"))
        [held] = claim_turns(self.db, self.now, f"L{self.n}")
        result = work_out(held, Setting(cast=self.cast, now=self.now))
        self.db.write(commit, held, result, self.now)
        rows = self.db.look("SELECT * FROM outbox ORDER BY id")[before:]
        return "".join(plain(outbound(row).body) for row in rows)

    def facts(self) -> dict[tuple[str, str], str]:
        return {(one.name, one.source): one.value for one in self.db.read(facts.of, "wm1")}


@pytest.fixture
def talk(db: Bench) -> Talk:
    return Talk(db)


def import_row(db: Bench, **columns: str) -> None:
    row = Event(kind=Happened.IMPORTED, at=NOW, dedupe=f"import/{columns}", member="wm1",
                data={"id": "wm1", **columns})  # fmt: skip
    db.write(lambda tx: events.record(tx, [row], NOW))


def test_what_is_known_is_not_asked_and_what_he_says_goes_before_it(talk: Talk) -> None:
    talk.say("你好")
    import_row(talk.db, birthday="03-05", city="杭州", remark="难缠")
    assert talk.say("登记生日") == "早就记着，3月5日。"
    assert talk.say("我在哪") == "你在杭州。"
    assert talk.say("我搬到成都了") == "成都好。"
    assert talk.facts() == {("birthday", "import"): "03-05", ("city", "said"): "成都",
                            ("city", "import"): "杭州", ("remark", "import"): "难缠"}  # fmt: skip
    assert talk.say("我在哪", "wkBANZHAN02") == "还在成都。"
    [known] = talk.db.read(facts.known, ["wm1", "wm2"]).values()
    assert known.facts == {"birthday": "03-05", "city": "成都"}
    origins = {one.origin for one in talk.db.read(facts.of, "wm1") if one.source == "said"}
    assert origins == {"kf:wk1:wm1:4"}


def test_consent_is_kept_with_its_purpose_and_may_be_taken_back(talk: Talk) -> None:
    assert "可以记吗" in talk.say("登记生日")
    assert talk.say("不可以") == "好，不记。"
    assert talk.db.read(facts.consents, "wm1")["birthday"].given is False
    talk.say("登记生日")
    assert talk.say("可以") == "是哪一天？"
    assert talk.say("3月5日") == "3月5日那天见。"
    [told] = talk.db.read(facts.of, "wm1")
    assert (told.value, told.purpose, told.won, told.held) == ("03-05", "birthday", True, False)
    talk.db.write(correcting.consent, "wm1", "birthday", False, talk.now + 5, "wu")
    [told] = talk.db.read(facts.of, "wm1")
    assert (told.won, told.held) == (False, True)
    said_last = talk.db.read(facts.consents, "wm1")["birthday"]
    assert said_last == Consent(given=False, at=talk.now + 5, origin="staff:wu")
    [kept] = talk.db.look("SELECT data FROM memory WHERE member = 'wm1'")
    assert json.loads(kept["data"]).get("facts") == {}
    talk.now += DAY
    assert "可以记吗" in talk.say("登记生日")


def test_staff_win_over_what_a_persona_remembers(talk: Talk) -> None:
    talk.say("我搬到成都了")
    assert talk.db.write(correcting.correct, "wm1", "城市", "重庆市", talk.now, "wu") == "重庆"
    assert talk.say("我在哪") == "你在重庆。"
    talk.say("我搬到昆明了")
    assert talk.say("我在哪") == "还在重庆。"
    talk.db.write(correcting.strike, "wm1", "city", "staff", talk.now + 1, "wu")
    assert talk.say("我在哪") == "你在昆明。"
    talk.db.write(correcting.strike, "wm1", "city", "", talk.now + 1, "wu")
    assert talk.facts() == {}
    assert "昆明" not in talk.say("我在哪")
    with pytest.raises(ValueError, match="is no birthday"):
        talk.db.write(correcting.correct, "wm1", "birthday", "春天", talk.now, "wu")
    trail = talk.db.look("SELECT event, after FROM audit WHERE subject = 'member:wm1' ORDER BY id")
    assert [(row["event"], row["after"]) for row in trail if row["event"].startswith("fact")] == [
        ("fact_correct", "city"), ("fact_strike", "city staff"),
        ("fact_strike", "city")]  # fmt: skip


def test_needs_and_feedback_keep_the_words_they_showed_in(talk: Talk) -> None:
    talk.say("最近老睡不好")
    talk.say("上次的太淡了")
    [need], [said_of] = talk.db.read(feedback.of_member, "wm1")
    assert (need["kind"], need["word"], need["text"]) == ("worry", "睡不好", "最近老睡不好")
    assert (said_of["product"], said_of["theme"], said_of["mood"], said_of["quote"]) == (
        "岩茶", "浓淡", -1, "上次的太淡了")  # fmt: skip
    assert [row["member"] for row in talk.db.read(feedback.needing, "睡", 0, 9)] == ["wm1"]
    assert talk.db.read(feedback.needing, "%", 0, 9) == []
    talk.db.write(feedback.take_back, "wm1", [need["event"]], talk.now + 9, "wu")
    assert talk.db.read(feedback.of_member, "wm1")[0] == []


def test_feedback_is_grouped_by_product_and_theme(db: Bench) -> None:
    told = [("wm1", "岩茶", "浓淡", -1), ("wm2", "岩茶", "浓淡", 1), ("wm1", "岩茶", "浓淡", -1),
            ("wm1", "岩茶", "包装", 0), ("wm3", "", "客服", 1)]  # fmt: skip
    for n, (member, product, theme, mood) in enumerate(told):
        event = Event(kind=Happened.FEEDBACK, at=NOW + n, member=member, which=theme, place=product,
                      dedupe=f"feedback/{n}", amount=mood, data={"quote": f"话{n}"})  # fmt: skip
        db.write(events.record, [event], NOW + n)
    groups = [(g.product, g.theme, g.n, g.happy, g.sad, g.people, g.last_at)
              for g in db.read(feedback.grouped)]  # fmt: skip
    assert groups == [("", "客服", 1, 1, 0, 1, NOW + 4), ("岩茶", "浓淡", 3, 1, 2, 2, NOW + 2),
                      ("岩茶", "包装", 1, 0, 0, 1, NOW + 3)]  # fmt: skip
    assert [g.theme for g in db.read(feedback.grouped, NOW + 3, NOW + 4)] == ["包装"]
    assert [g.theme for g in db.read(feedback.grouped, product="")] == ["客服"]
    assert [row["quote"] for row in db.read(feedback.every)] == ["话4", "话3", "话0", "话1", "话2"]


def test_a_profile_is_believed_least_and_told_once(db: Bench) -> None:
    def profile(gender: int) -> Customer:
        return Customer(id="wm1", name="周", gender=gender, company="半盏")

    import_row(db, gender="女")
    for now, gender in ((NOW, 1), (NOW + 1, 1), (NOW + 2, 0), (NOW + 3, 2)):
        db.write(contacts.put_customers, [profile(gender)], now)
    found = [(one.name, one.value, one.source, one.won) for one in db.read(facts.of, "wm1")]
    assert found == [("company", "半盏", "platform", True), ("gender", "女", "import", True),
                     ("gender", "女", "platform", False)]  # fmt: skip
    told = db.look("SELECT which FROM event WHERE kind = 'fact'")
    assert [row["which"] for row in told] == ["gender", "company", "gender"]


def test_what_a_persona_remembered_before_comes_into_the_portrait_once(talk: Talk) -> None:
    talk.say("你好")

    def remember(tx: Tx) -> None:
        tx.run("memory_put", persona="tester", member="wm1", scope="persona", now=NOW,
               data='{"facts":{"taste":"绿茶","city":"杭州"},"notes":{"city":{"at":5}}}')  # fmt: skip

    talk.db.write(remember)
    talk.db.write(correcting.correct, "wm1", "taste", "红茶", NOW, "wu")
    for _ in range(3):
        talk.say("你好")
    assert talk.facts() == {("taste", "staff"): "红茶", ("taste", "said"): "绿茶",
                            ("city", "said"): "杭州"}  # fmt: skip
    told = talk.db.look("SELECT at FROM event WHERE kind = 'fact' AND place = 'said'")
    assert len(told) == 2 and 5 in {row["at"] for row in told}
