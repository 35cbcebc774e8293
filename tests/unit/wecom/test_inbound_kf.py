"""Entries of kf/sync_msg in our words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.model import Inbound
from bot.wecom.inbound import from_kf

NOW = 1_790_000_009_000
ENTER = {"msgid": "k1", "send_time": 1790000000, "origin": 4, "msgtype": "event",
         "event": {"event_type": "enter_session", "open_kfid": "wkA1",
                   "external_userid": "wmTEST0001", "scene": "poster", "scene_param": "a",
                   "welcome_code": "KWC1"}}  # fmt: skip
ASK = {
    "msgid": "k2",
    "open_kfid": "wkA1",
    "external_userid": "wmTEST0001",
    "send_time": 1790000005,
    "origin": 3,
    "msgtype": "text",
    "text": {"content": " 有货吗 "},
}


def kf(**changes: Any) -> Inbound:
    return from_kf("wkA1", {**ASK, **changes}, NOW)


def test_the_published_kf_page() -> None:
    enter, ask = from_kf("wkA1", ENTER, NOW), from_kf("wkA1", ASK, NOW)
    assert (enter.channel, enter.account, enter.peer) == ("kf", "wkA1", "wmTEST0001")
    assert (enter.kind, enter.event, enter.text) == ("event", "kf.enter_session", "")
    assert enter.data["welcome_code"] == "KWC1"
    assert (ask.kind, ask.event, ask.text) == ("text", "", " 有货吗 ")
    assert (ask.peer, ask.sent_at, ask.received_at) == ("wmTEST0001", 1790000005000, NOW)
    assert (enter.dedupe, ask.dedupe) == ("kf:wkA1:k1", "kf:wkA1:k2")


@pytest.mark.parametrize(
    "kind",
    ["image", "voice", "video", "file", "location", "link", "merged_msg", "note", "channels"],
)
def test_other_kf_messages_keep_their_kind_and_payload(kind: str) -> None:
    found = from_kf("wkA1", {**ASK, "msgtype": kind, kind: {"media_id": "M"}}, NOW)
    assert (found.kind, found.event, found.text) == (kind, "", "")
    assert found.data == {"media_id": "M"}


def test_a_menu_tap_keeps_its_id() -> None:
    assert kf(text={"content": "价格", "menu_id": "1"}).data["menu_id"] == "1"


def test_what_a_servicer_says_is_an_event_and_no_question() -> None:
    found = kf(origin=5, servicer_userid="li.na")
    assert (found.kind, found.event, found.text) == ("event", "kf.servicer_message", "")


@pytest.mark.parametrize("what", ["msg_send_fail", "session_status_change", "user_recall_msg",
                                  "servicer_status_change", "something_new"])  # fmt: skip
def test_kf_events_have_the_platforms_names(what: str) -> None:
    entry = {"msgid": "k", "send_time": 1, "origin": 4, "msgtype": "event",
             "event": {"event_type": what, "external_userid": "wm1"}}  # fmt: skip
    assert from_kf("wkA1", entry, NOW).event == f"kf.{what}"


def test_the_same_number_on_two_kf_accounts_is_two_messages() -> None:
    assert from_kf("wkA1", ASK, NOW).dedupe != from_kf("wkA2", ASK, NOW).dedupe


def test_an_entry_without_a_number_is_known_by_all_it_says() -> None:
    one = {k: v for k, v in ASK.items() if k != "msgid"}
    other = {**one, "text": {"content": "没有"}}
    assert from_kf("wkA1", one, NOW).dedupe == from_kf("wkA1", dict(one), NOW + 1).dedupe
    assert from_kf("wkA1", one, NOW).dedupe != from_kf("wkA1", other, NOW).dedupe


@pytest.mark.parametrize("entry", [{}, {"msgtype": "text"}, {"msgtype": "event"},
                                   {"msgtype": "text", "text": "no object"},
                                   {"msgtype": "text", "text": None, "send_time": None},
                                   {"msgtype": "text", "send_time": "soon"}])  # fmt: skip
def test_a_poor_entry_is_kept_rather_than_blocking_the_page(entry: dict[str, Any]) -> None:
    found = from_kf("wkA1", entry, NOW)
    assert found.channel == "kf"
    assert found.peer == "sys"
    assert found.sent_at == NOW
