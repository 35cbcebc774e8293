"""Away: what can be answered is answered at any hour; the rest is promised, and kept once."""

from __future__ import annotations

from bot.core.body import plain
from bot.persona.decide import decide
from bot.persona.talk import Said, Talker
from tests.unit.persona.scripts import HOURS, LATE, NIGHT, NOON, event, script, turn, words

OFFICE = HOURS.rstrip("\n") + '\nback = ["早，昨晚的话我看了。", "又是一早，先看你的。"]\n'
OPENING = NOON - 3 * 3_600_000 + 24 * 3_600_000  # 09:00 the day after


def test_the_faq_answers_at_any_hour_and_promises_nothing() -> None:
    made = decide(script(OFFICE), turn("几天能到", now=NIGHT))
    assert (words(made), made.promised) == (["一般三天。"], None)


def test_what_needs_a_person_is_promised_for_the_opening() -> None:
    for said in ("呃呃呃呃", "太气人", "转人工"):
        made = decide(script(OFFICE), turn(said, now=NIGHT))
        assert "打烊了，明早回你。" in words(made) and made.promised == OPENING
    late = decide(script(OFFICE), turn("呃呃呃呃", now=LATE))
    assert late.promised == OPENING, "after midnight it is the same morning"
    assert decide(script(OFFICE), turn("呃呃呃呃")).promised is None


def test_one_promise_a_night_kept_with_the_next_variant() -> None:
    talk, seen = Talker(script(OFFICE)), []
    for night in range(3):
        at = NIGHT + night * 24 * 3_600_000
        first = talk.say("呃呃呃呃", "m", at)
        assert first.promised and talk.say("呃呃呃呃呃", "m", at + 1).promised is None
        assert talk.back("m", first.promised - 1, "ask").drafts == ()
        back = talk.back("m", first.promised, "ask")
        assert back.handoff and talk.back("m", first.promised, "ask").drafts == ()
        seen.append(plain(back.drafts[0].body))
    assert seen == ["早，昨晚的话我看了。", "又是一早，先看你的。", "早，昨晚的话我看了。"]


def test_who_was_taken_over_is_not_greeted_again() -> None:
    talk = Talker(script(OFFICE))
    made = talk.say("转人工", "m", NIGHT)
    talk.switch("staff", "m", "ask")
    assert made.promised and talk.back("m", made.promised, "ask").drafts == ()


def test_a_picture_beside_a_complaint_is_welcome() -> None:
    talk = Talker(script())
    talk.say("太气人", "m", NOON)
    made = talk.hear((Said(kind="image"),), "m", NOON)
    assert "照片收到了" in words(made)[0]
    together = Talker(script()).hear((Said(text="太气人"), Said(kind="image")), "m", NOON)
    assert "照片收到了" in words(together)[-1]


def test_every_kind_that_is_not_text_has_an_answer_and_events_have_none() -> None:
    kinds = ("image", "voice", "video", "file", "location", "link", "miniprogram", "business_card",
             "merged_msg", "channels", "channels_shop_product", "meeting", "unknown")  # fmt: skip
    for kind in kinds:
        made = Talker(script()).hear((Said(kind=kind),), "m", NOON)
        assert len(made.drafts) == 1 and made.matched, kind
    assert decide(script(), turn(event("kf.user_recall_msg"))).drafts == ()
