"""What a robot is told, in our words. Payloads are named ``event__variation``."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.config import Limits
from bot.core.model import Inbound
from bot.store.codec import to_json
from bot.wecom.robot.account import Account
from bot.wecom.robot.inbound import understand

NOW, HOUR = 1_790_000_000_000, 3_600_000
HEAD = {"aibotid": "AIB1", "from": {"userid": "li.na"}}
SINGLE = {**HEAD, "msgid": "M1", "chattype": "single"}
GROUP = {**HEAD, "msgid": "M1", "chattype": "group", "chatid": "wrSBX01"}
CLICK = {"card_type": "vote_interaction", "event_key": "submit", "task_id": "t-1",
         "selected_items": {"selected_item": [
             {"question_key": "q", "option_ids": {"option_id": ["a", "b"]}}]}}  # fmt: skip


def account(called: str = "", socket: bool = True) -> Account:
    return Account(name="desk", bot_id="AIB1", called=called, socket=socket, url="", secret="")


def read(body: dict[str, Any], called: str = "", req_id: str = "R7") -> Inbound:
    return understand(account(called), body, NOW, Limits(), req_id=req_id, epoch=5)


def text(content: str) -> dict[str, Any]:
    return {"msgtype": "text", "text": {"content": content}}


def event(name: str, **payload: Any) -> dict[str, Any]:
    inner = {"eventtype": name, **({name: payload} if payload else {})}
    return {"msgtype": "event", "create_time": 1_789_999_999, "event": inner}


def test_text__single() -> None:
    told = read({**SINGLE, **text(" 多久发货 ")})
    assert (told.channel, told.account, told.peer) == ("robot", "AIB1", "li.na")
    assert (told.kind, told.text, told.event) == ("text", " 多久发货 ", "")
    assert told.dedupe == "robot:AIB1:M1" and told.sent_at == told.received_at == NOW
    assert told.data == {"from": "li.na", "answer": {
        "reply": True, "until": NOW + 24 * HOUR, "req_id": "R7", "epoch": 5}}  # fmt: skip


def test_text__group() -> None:
    told = read({**GROUP, **text("@helper price?")})
    assert (told.peer, told.text) == ("group:wrSBX01", "price?")
    assert (told.data["from"], told.data["chatid"]) == ("li.na", "wrSBX01")
    assert told.conversation == "robot:AIB1:group:wrSBX01"


@pytest.mark.parametrize(
    ("said", "called", "left"),
    [("@小盏 多久发货", "", "多久发货"), ("  @小盏\u2005多久发货", "", "多久发货"),
     ("@小盏多久发货", "小盏", "多久发货"), ("@tea bot 多久", "tea bot", "多久"),
     ("@阿岚 你看", "小盏", "@阿岚 你看"), ("问问 @小盏", "", "问问 @小盏"),
     ("@小盏", "", "@小盏"), ("@小盏 ", "小盏", "@小盏 "), ("多久发货", "", "多久发货"),
     ("@小盏 第一行\n第二行", "", "第一行\n第二行")],
)  # fmt: skip
def test_text__mention(said: str, called: str, left: str) -> None:
    assert read({**GROUP, **text(said)}, called).text == left


def test_text__single_keeps_what_looks_like_a_mention() -> None:
    assert read({**SINGLE, **text("@小盏 在吗")}).text == "@小盏 在吗"


def test_text__quote() -> None:
    quote = {"quote": {"msgtype": "text", "text": {"content": "earlier line"}}}
    told = read({**SINGLE, **text("这个呢"), **quote})
    assert (told.text, told.data["quote"]) == ("这个呢", {"kind": "text", "text": "earlier line"})


def test_mixed__text_and_image() -> None:
    items = [text("@helper see"), {"msgtype": "image", "image": {"url": "u2", "aeskey": "k"}},
             text("第二段")]  # fmt: skip
    told = read({**GROUP, "msgtype": "mixed", "mixed": {"msg_item": items}})
    assert (told.kind, told.text) == ("mixed", "see\n第二段")
    assert told.data["media"] == [{"kind": "image", "url": "u2", "aeskey": "k"}]


def test_voice__comes_with_its_words() -> None:
    told = read({**SINGLE, "msgtype": "voice", "voice": {"content": "transcribed words"}})
    assert (told.kind, told.text) == ("voice", "transcribed words")


@pytest.mark.parametrize("kind", ["image", "file", "video"])
def test_media__address_and_key(kind: str) -> None:
    told = read({**SINGLE, "msgtype": kind, kind: {"url": "u1", "aeskey": "k1"}})
    assert told.text == "" and told.kind == kind
    assert told.data["media"] == [{"kind": kind, "url": "u1", "aeskey": "k1"}]


def test_event__enter_chat() -> None:
    told = read({**SINGLE, **event("enter_chat")})
    assert (told.kind, told.event, told.sent_at) == ("event", "robot.enter", 1_789_999_999_000)
    assert told.data["answer"] == {"welcome": True, "until": NOW + 4_500, "req_id": "R7",
                                   "epoch": 5}  # fmt: skip


def test_event__card_click() -> None:
    told = read({**GROUP, **event("template_card_event", **CLICK)})
    assert told.event == "robot.card:submit"
    assert told.data["selected"] == {"q": ["a", "b"]} and told.data["task_id"] == "t-1"
    assert told.data["answer"]["update"] and told.data["answer"]["until"] == NOW + 4_500


def test_event__feedback() -> None:
    told = read({**SINGLE, **event("feedback_event", id="F1", type=2, content="wrong price")})
    assert (told.event, told.data["id"], told.data["type"]) == ("robot.feedback", "F1", 2)
    assert "answer" not in told.data


def test_event__unknown_is_kept_under_its_name() -> None:
    assert read({**SINGLE, **event("new_thing")}).event == "robot.new_thing"


def test_url_mode__the_address_is_the_way_back() -> None:
    body = {**SINGLE, **text("在吗"), "response_url": "https://x/response?response_code=RC1"}
    assert read(body, req_id="").data["answer"] == {
        "once": True, "response_url": body["response_url"], "until": NOW + HOUR - 500}  # fmt: skip
    assert read({**SINGLE, **event("enter_chat")}, req_id="").data["answer"] == {"mute": True}
    assert "response_url" not in read(body).data["answer"]


def test_the_same_frame_without_an_id_is_recognised_by_its_fields() -> None:
    body = {**HEAD, **event("enter_chat")}
    assert read(body).dedupe == read(dict(body), req_id="R8").dedupe
    assert read(body).dedupe != read({**body, "create_time": 1}).dedupe


@pytest.mark.parametrize(
    "body",
    [{}, {"msgtype": "text"}, {**HEAD}, {**HEAD, "from": "li.na", "msgtype": "text"},
     {"msgtype": 7, "from": {"userid": "x"}}, {"msgtype": "event", "from": {"userid": 7}}],
)  # fmt: skip
def test_what_names_nobody_or_nothing_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no msgtype or no sender"):
        read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KINDS = st.sampled_from(["text", "mixed", "voice", "image", "event", "stream", "else"])
NAMES = ("text", "mixed", "voice", "image", "event", "quote", "chatid", "msgid", "create_time",
         "response_url")  # fmt: skip


@given(KINDS, st.dictionaries(st.sampled_from(NAMES), JSON), st.booleans())
def test_any_shape_of_a_known_sender_can_be_stored(kind: str, more: Any, socket: bool) -> None:
    told = read({**more, "msgtype": kind, "from": {"userid": "li.na"}}, req_id="R" * socket)
    assert told.peer and told.dedupe and isinstance(told.text, str)
    assert json.loads(to_json(told.data))["from"] == "li.na"
