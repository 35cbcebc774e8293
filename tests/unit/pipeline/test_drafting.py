"""What a model's answer does to the decision of an unsure script."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.body import Menu, MenuItem, Text
from bot.core.guarding import Label
from bot.core.model import Conversation, Decision, Draft, Outbound
from bot.persona import vetting
from bot.persona.brand import Brand
from bot.persona.label import ends_of, mark_of
from bot.persona.persona import Fallback, Handoff, Hours, Persona
from bot.persona.script import Script
from bot.pipeline import model
from bot.pipeline.drafting import TOLD, UNKNOWN, Answer, first_line, settled

NOON, NIGHT = 1_790_049_600_000, 1_790_006_400_000  # 12:00 and 00:00 in China
TALK = Conversation(id="kf:wk1:wm1", channel="kf", account="wk1", peer="wm1", memory={"facts": {}})
ASKS = Decision(drafts=(Draft(body=Text("没听懂")),), memory={"seen": {"x": 1}}, unsure=True,
                matched=False, why="没有把握。")  # fmt: skip
MENU = Menu(head="哪一个？", items=(MenuItem(kind="click", text="几天发货", id="faq:ship"),))
BASE = Outbound(lane="l", pool="reply", channel="kf", account="wk1", peer="wm1", kind="reply",
                body=Text(""), origin="reply:4:0", persona="p", persona_version=1, dedupe="",
                send_at=0)  # fmt: skip


def script(**more: object) -> Script:
    values = {"id": "p", "name": "小试", "type": "spokesperson",
              "handoff": Handoff(say=("我请同事来看看。",)),
              "hours": Hours(open="09:00", close="21:00")} | more  # fmt: skip
    return Script.of(Persona(**values), Brand(name="半盏"))  # type: ignore[arg-type]


def test_a_text_replaces_what_the_script_would_have_said() -> None:
    made = settled(script(), TALK, replace(ASKS, handoff="连续 2 次没答上", mode="client"),
                   Answer(text="两天。", first=True), NOON)  # fmt: skip
    (draft,) = made.drafts
    assert (draft.body, draft.operator) == (Text("两天。"), "model")
    assert made.matched and not made.handoff and made.mode is None
    assert made.memory == {"facts": {}, "seen": {"builtin:thinking": 1}}


def test_no_text_leaves_the_script_as_it_is_with_the_reason() -> None:
    made = settled(script(), TALK, ASKS, Answer(why="HTTP 500"), NOON)
    assert made == replace(ASKS, why="没有把握。语言模型没帮上：它的服务出错了。")


def test_who_does_not_know_calls_a_person_in_words_that_are_true_for_the_hour() -> None:
    unknown = Answer(why="unknown", unknown=True)
    noon = settled(script(), TALK, ASKS, unknown, NOON)
    assert (noon.drafts[0].body, noon.handoff) == (Text("我请同事来看看。"), UNKNOWN)
    night = settled(script(), TALK, ASKS, unknown, NIGHT)
    assert (night.drafts, night.handoff) == (ASKS.drafts, UNKNOWN)


@pytest.mark.parametrize(("channel", "mode"), [("kf", "client"), ("app", None)])
def test_a_person_in_the_client_is_called_there_if_the_channel_has_one(
    channel: str, mode: str | None
) -> None:
    to_client = script(handoff=Handoff(to="client"))
    made = settled(to_client, replace(TALK, channel=channel), ASKS, Answer(unknown=True), NOON)
    assert made.mode == mode


def test_a_menu_stays_when_the_model_does_not_know() -> None:
    asks = replace(ASKS, drafts=(Draft(body=MENU),))
    made = settled(script(), TALK, asks, Answer(why="unknown", unknown=True), NOON)
    assert made.drafts == asks.drafts and not made.handoff


def test_the_label_is_the_persona_s_own_if_it_says_enough() -> None:
    assert mark_of(Label(), "AI生成") == "AI生成"
    for own in ("", "小盏说", "自动回复"):
        assert mark_of(Label(), own) == Label().text


def test_what_stands_around_a_text_that_a_model_began() -> None:
    mark = Label().text
    assert ends_of(Label()) == ("", mark)
    assert ends_of(Label(place="start"), "小盏说") == (mark, "")
    assert ends_of(Label(place="around"), "AI生成") == ("AI生成", "AI生成")
    assert ends_of(Label(mode="off", text="")) == ("", "")


def test_the_first_line_goes_round_and_is_not_said_where_one_answer_is_all() -> None:
    thinks = script(fallback=Fallback(thinking=("一", "二")))
    seen = replace(TALK, memory={"seen": {"builtin:thinking": 3}})
    line = first_line(thinks, seen, BASE, "d1", {})
    assert line is not None and line.body == Text("二")
    assert (line.origin, line.dedupe, line.operator) == ("reply:4:first", "reply/d1/first", "bot")
    for way in ({"once": True}, {"mute": True}, {"welcome": True}):
        assert first_line(thinks, seen, BASE, "d1", way) is None


def test_every_reason_of_ours_has_words_for_staff() -> None:
    codes = {code for code, _ in vetting._CHECKS} | {"unknown", "empty", "refused"}
    codes |= {model.BUSY, model.RESTING, model.CAPPED, model.LATE, model.NOTHING, model.OUTDATED}
    assert codes == TOLD.keys()
