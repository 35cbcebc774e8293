"""Frames of the long connection: what is one, what is none, and how ours look."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.clock import MINUTE, SECOND, ManualClock
from bot.wecom.robot import frames
from bot.wecom.robot.frames import BadFrame, Frame, ReqIds
from bot.wecom.robot.rhythm import BACKOFF, Pause

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
HALF = st.fixed_dictionaries(
    {}, optional={"cmd": JSON, "headers": JSON | st.fixed_dictionaries({"req_id": JSON}),
                  "errcode": JSON, "errmsg": JSON, "body": JSON},
)  # fmt: skip


def test_a_callback_and_an_acknowledgement() -> None:
    told = frames.parse('{"cmd":"aibot_msg_callback","headers":{"req_id":"R7"},"body":{"a":1}}')
    assert told == Frame(cmd="aibot_msg_callback", req_id="R7", body={"a": 1})
    acked = frames.parse(b'{"headers":{"req_id":"R7"},"errcode":0,"errmsg":"ok"}')
    assert acked == Frame(req_id="R7", errcode=0, errmsg="ok")
    assert frames.parse('{"headers":{"req_id":"R7"}}').errcode is None


def test_the_event_of_a_frame() -> None:
    body = {"msgtype": "event", "event": {"eventtype": "disconnected_event"}}
    assert Frame(req_id="R", body=body).event == "disconnected_event"
    assert Frame(req_id="R", body={"event": "x"}).event == ""


@pytest.mark.parametrize(
    "raw",
    ["", "{", "null", "[]", "7", '{"headers":7}', '{"headers":{}}', '{"headers":{"req_id":7}}',
     '{"headers":{"req_id":""}}', '{"headers":{"req_id":"R"},"body":[1]}',
     '{"headers":{"req_id":"R"},"cmd":7}', "[" * 100_000, "\ud800", b"\xff\xfe",
     '{"headers":{"req_id":"' + "R" * 257 + '"}}', " " * (frames.BODY_MAX + 1)],
)  # fmt: skip
def test_what_is_no_frame_has_one_short_reason(raw: str | bytes) -> None:
    with pytest.raises(BadFrame) as found:
        frames.parse(raw)
    assert 0 < len(str(found.value)) < 60


@given(st.text() | st.binary() | HALF.map(json.dumps) | JSON.map(json.dumps))
def test_junk_is_a_frame_or_a_bad_frame(raw: str | bytes) -> None:
    try:
        frame = frames.parse(raw)
    except BadFrame:
        return
    assert isinstance(frame.event, str) and frame.req_id
    assert frame.errcode is None or type(frame.errcode) is int


def test_our_frames_look_as_the_published_clients_make_them() -> None:
    ids = ReqIds(ManualClock(1_790_000_000_000))
    assert [ids.next("ping"), ids.next("aibot_subscribe")] == [
        "ping_1790000000000_0001", "aibot_subscribe_1790000000000_0002"]  # fmt: skip
    assert json.loads(frames.build("ping", "p1")) == {"cmd": "ping", "headers": {"req_id": "p1"}}
    told = json.loads(frames.build("aibot_send_msg", "s1", {"chatid": "茶"}))
    assert told["body"] == {"chatid": "茶"}


def test_failures_in_a_row_wait_longer_and_a_session_that_lived_ends_the_row() -> None:
    pause, waits = Pause(), []
    for _ in range(8):
        pause = pause.after("lost", 10, 0)
        waits.append(pause.until // SECOND)
    assert waits == [*BACKOFF, 30, 30]
    assert pause.after("lost", 30 * SECOND, 1_000).until == 2_000


@pytest.mark.parametrize(("ended", "wait"), [("refused", MINUTE), ("taken", 5 * MINUTE)])
def test_a_refusal_and_a_take_over_are_not_met_at_once(ended: str, wait: int) -> None:
    assert Pause().after(ended, 0, 7).until == 7 + wait  # type: ignore[arg-type]
