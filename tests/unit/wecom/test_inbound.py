"""Callbacks in our words, and the identity by which a repeat is known."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.model import Inbound
from bot.wecom.codec import Tree, parse_xml
from bot.wecom.inbound import ArchiveNews, KfNews, from_callback
from tests.unit.wecom.examples import EXAMPLES

NOW, AT = 1_790_000_009_000, 1_790_000_000_000
IDENTITY = ("UserID", "ExternalUserID", "ChatId", "CurMemVer", "EventKey", "Id", "MsgId",
            "CreateTime", "WelcomeCode", "ChangeType")  # fmt: skip


def made(name: str, now: int = NOW) -> Inbound:
    found = from_callback("assistant", EXAMPLES[name][0], now)
    assert isinstance(found, Inbound)
    return found


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_published_example_is_understood(name: str) -> None:
    _, where, kind, what = EXAMPLES[name]
    found = made(name)
    assert (found.channel, found.account, found.peer) == where
    assert (found.kind, found.event) == (kind, what)
    assert (found.sent_at, found.received_at) == (AT, NOW)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_repeat_in_fresh_ciphertext_is_known_by_its_dedupe(name: str) -> None:
    """Only the plaintext counts; when it arrives and in which order its elements stand do not."""
    tree = dict(reversed(EXAMPLES[name][0].items()))
    again = from_callback("assistant", tree, NOW + 5_000)
    assert isinstance(again, Inbound)
    assert again.dedupe == made(name).dedupe


def test_no_two_examples_of_the_same_second_share_a_dedupe() -> None:
    assert len({made(name).dedupe for name in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("field", IDENTITY)
def test_events_that_differ_in_one_field_are_two_events(name: str, field: str) -> None:
    tree = EXAMPLES[name][0]
    if field not in tree or (field == "CreateTime" and "MsgId" in tree):
        return
    other = from_callback("assistant", {**tree, field: f"{tree[field]}7"}, NOW)
    assert isinstance(other, Inbound)
    assert other.dedupe != made(name).dedupe


def test_the_same_customer_event_through_two_apps_is_one_event() -> None:
    tree = EXAMPLES["add"][0]
    one, two = (from_callback(app, tree, NOW) for app in ("assistant", "second"))
    assert isinstance(one, Inbound)
    assert isinstance(two, Inbound)
    assert one.dedupe == two.dedupe


def test_the_same_message_number_in_two_apps_is_two_messages() -> None:
    tree = EXAMPLES["text"][0]
    one, two = (from_callback(app, tree, NOW) for app in ("assistant", "second"))
    assert isinstance(one, Inbound)
    assert isinstance(two, Inbound)
    assert one.dedupe != two.dedupe


def test_details_are_kept() -> None:
    assert made("text").text == "hi"
    assert made("add").data["WelcomeCode"] == "WC-1"
    assert made("add").data["State"] == "poster-a"
    assert made("chat_join").data["MemChangeList"] == {"Item": "wmTEST0001"}
    assert made("card_event").data["ResponseCode"] == "RC-9"
    assert made("card_event").data["selected"] == {"tone": ["friendly"]}


def test_kf_news_name_the_account_and_the_token() -> None:
    tree = parse_xml(
        b"<xml><ToUserName><![CDATA[wwCORP]]></ToUserName><CreateTime>1790000000</CreateTime>"
        b"<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[kf_msg_or_event]]></Event>"
        b"<Token><![CDATA[ENC-abc]]></Token><OpenKfId><![CDATA[wkA1]]></OpenKfId></xml>"
    )
    assert from_callback("assistant", tree, NOW) == KfNews("wkA1", "ENC-abc")


def test_news_of_the_archive_say_no_more_than_that() -> None:
    tree = {"MsgType": "event", "Event": "msgaudit_notify", "AgentID": "2000004"}
    assert from_callback("assistant", tree, NOW) == ArchiveNews()


@pytest.mark.parametrize(
    ("tree", "missing"),
    [
        ({}, "MsgType"),
        ({"MsgType": {"x": "1"}}, "MsgType"),
        ({"MsgType": "event"}, "Event"),
        ({"MsgType": "event", "Event": ["a", "b"]}, "Event"),
        ({"MsgType": "text", "Content": "x", "MsgId": "1"}, "FromUserName"),
        ({"MsgType": "text", "Content": "x", "FromUserName": "a"}, "MsgId"),
        ({"MsgType": "event", "Event": "kf_msg_or_event"}, "OpenKfId"),
        ({"MsgType": "event", "Event": "change_external_contact", "UserID": "a"}, "ExternalUserID"),
        ({"MsgType": "event", "Event": "change_external_contact", "ExternalUserID": "a"}, "UserID"),
        ({"MsgType": "event", "Event": "change_external_chat"}, "ChatId"),
    ],
)
def test_what_names_nothing_is_refused(tree: Tree, missing: str) -> None:
    with pytest.raises(ValueError, match=f"no {missing}"):
        from_callback("assistant", tree, NOW)


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "１２３", "9" * 400, "1e9", ["1", "2"]])
def test_a_senseless_time_becomes_the_time_of_arrival(stamp: Any) -> None:
    tree = {**EXAMPLES["text"][0], "CreateTime": stamp}
    found = from_callback("assistant", tree, NOW)
    assert isinstance(found, Inbound)
    assert found.sent_at == NOW
