"""The official account's door, held to wechatpy's as the oracle; what is read from its letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from bot.wecom.codec import BadCallback, Door, parse_xml
from bot.wecom.oa.codec import OaDoor, echo, open_letter, signature
from bot.wecom.oa.inbound import from_oa

TOKEN, AES, APPID = (
    "SandboxOa42",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
    "wxSANDBOX00000001",
)
SAFE = OaDoor(TOKEN, Door(TOKEN, AES, APPID))
PLAIN = OaDoor(TOKEN)
STAMP, NONCE, NOW = "1790000000", "nonce1", 1_790_000_000_500
HELLO = ("<xml><ToUserName><![CDATA[gh_SBX01]]></ToUserName><FromUserName><![CDATA[oUSER1]]>"
         "</FromUserName><CreateTime>1790000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
         "<Content><![CDATA[你好 🍵]]></Content><MsgId>600</MsgId></xml>")  # fmt: skip


def signed(**more: str) -> dict[str, str]:
    return {"signature": signature(TOKEN, STAMP, NONCE), "timestamp": STAMP, "nonce": NONCE, **more}


def sealed(xml: str, appid: str = APPID) -> tuple[dict[str, str], bytes]:
    """Query and body as wechatpy would send them."""
    body = WeChatCrypto(TOKEN, AES, appid).encrypt_message(xml, NONCE, STAMP)
    tree = parse_xml(body.encode())
    return signed(encrypt_type="aes", msg_signature=str(tree["MsgSignature"])), body.encode()


def test_our_signature_is_the_one_that_wechatpy_checks() -> None:
    check_signature(TOKEN, signature(TOKEN, STAMP, NONCE), STAMP, NONCE)


def test_the_url_check_answers_the_plain_echo() -> None:
    assert echo(SAFE, signed(echostr="5577006791947779410")) == "5577006791947779410"
    for query in ({**signed(echostr="1"), "signature": "0" * 40}, signed(), {"echostr": "1"},
                  signed(echostr="x" * 4097)):  # fmt: skip
        with pytest.raises(BadCallback):
            echo(SAFE, query)


def test_a_letter_sealed_by_wechatpy_is_opened() -> None:
    assert open_letter(SAFE, *sealed(HELLO)) == parse_xml(HELLO.encode())


@settings(max_examples=60)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Cs")), max_size=80))
def test_any_words_survive_the_envelope(words: str) -> None:
    cdata = words.replace("]]>", "]]]]><![CDATA[>")
    xml = f"<xml><MsgType>text</MsgType><Content><![CDATA[{cdata}]]></Content></xml>"
    found = open_letter(SAFE, *sealed(xml))
    assert found["Content"] == words


def test_the_compatible_mode_is_read_by_its_encrypted_part() -> None:
    query, body = sealed(HELLO)
    encrypted = parse_xml(body)["Encrypt"]
    fake = HELLO.replace("你好", "假的").replace("</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>")
    assert open_letter(SAFE, query, fake.encode())["Content"] == "你好 🍵"


def test_a_plain_door_reads_plain_letters_and_leaves_the_rest() -> None:
    body = HELLO.replace("</xml>", "<Encrypt>junk</Encrypt></xml>")
    assert open_letter(PLAIN, signed(), body.encode()) == parse_xml(HELLO.encode())


def hostile() -> Mapping[str, tuple[OaDoor, dict[str, str], bytes]]:
    query, body = sealed(HELLO)
    return {
        "no signature": (PLAIN, {"timestamp": STAMP, "nonce": NONCE}, HELLO.encode()),
        "wrong signature": (PLAIN, {**signed(), "signature": "0" * 40}, HELLO.encode()),
        "other time": (PLAIN, {**signed(), "timestamp": "1"}, HELLO.encode()),
        "safe door, plain letter": (SAFE, signed(), HELLO.encode()),
        "safe door, plain letter that says aes": (SAFE, {**query}, HELLO.encode()),
        "wrong msg_signature": (SAFE, {**query, "msg_signature": "0" * 40}, body),
        "three-part signature only": (SAFE, signed(encrypt_type="aes"), body),
        "another account": (SAFE, *sealed(HELLO, "wxOTHER")),
        "no xml": (PLAIN, signed(), b"{}"),
        "a DTD": (PLAIN, signed(), b'<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>'),
    }


@pytest.mark.parametrize("case", hostile())
def test_a_hostile_letter_is_a_bad_callback(case: str) -> None:
    with pytest.raises(BadCallback):
        open_letter(*hostile()[case])


def event(inner: str) -> str:
    head = "<ToUserName>gh_SBX01</ToUserName><FromUserName>oUSER1</FromUserName>"
    return f"<xml>{head}<CreateTime>1790000000</CreateTime><MsgType>event</MsgType>{inner}</xml>"


EVENTS = {
    "oa.subscribe": "<Event>subscribe</Event>",
    "oa.unsubscribe": "<Event>unsubscribe</Event><EventKey></EventKey>",
    "oa.scan": "<Event>SCAN</Event><EventKey>poster-a</EventKey><Ticket>TK</Ticket>",
    "oa.click:tea": "<Event>CLICK</Event><EventKey>tea</EventKey><MenuId>1</MenuId>",
    "oa.view": "<Event>VIEW</Event><EventKey>https://a.example</EventKey>",
    "oa.location": "<Event>LOCATION</Event><Latitude>23.1</Latitude><Longitude>113.3</Longitude>",
    "oa.templatesendjobfinish": "<Event>TEMPLATESENDJOBFINISH</Event><Status>success</Status>",
}


@pytest.mark.parametrize("name", EVENTS)
def test_events_get_our_names_and_every_field_counts_for_identity(name: str) -> None:
    made = from_oa("oa", parse_xml(event(EVENTS[name]).encode()), NOW)
    assert (made.channel, made.account, made.peer) == ("oa", "oa", "oUSER1")
    assert (made.kind, made.event, made.sent_at) == ("event", name, 1_790_000_000_000)
    other = parse_xml(event(EVENTS[name]).replace("oUSER1", "oUSER2").encode())
    assert from_oa("oa", other, NOW).dedupe != made.dedupe


def test_the_scene_of_a_qr_code_is_the_same_for_new_and_old_followers() -> None:
    key = "<EventKey>qrscene_poster-a</EventKey><Ticket>TK</Ticket>"
    follow = from_oa("oa", parse_xml(event(f"<Event>subscribe</Event>{key}").encode()), NOW)
    scan = from_oa("oa", parse_xml(event(EVENTS["oa.scan"]).encode()), NOW)
    assert follow.data["scene"] == scan.data["scene"] == "poster-a"


MESSAGES = {
    "text": "<Content>hi</Content>",
    "image": "<PicUrl>https://a</PicUrl><MediaId>M</MediaId>",
    "voice": "<MediaId>M</MediaId><Format>amr</Format><Recognition>多少钱</Recognition>",
    "video": "<MediaId>M</MediaId><ThumbMediaId>T</ThumbMediaId>",
    "shortvideo": "<MediaId>M</MediaId><ThumbMediaId>T</ThumbMediaId>",
    "location": "<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y><Scale>15</Scale>"
    "<Label>门口</Label>",
    "link": "<Title>T</Title><Description>D</Description><Url>https://a</Url>",
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_messages_agree_with_what_wechatpy_reads(kind: str) -> None:
    xml = event(MESSAGES[kind] + "<MsgId>600</MsgId>").replace(">event<", f">{kind}<")
    made, oracle = from_oa("oa", parse_xml(xml.encode()), NOW), parse_message(xml)
    assert (made.kind, made.peer) == (oracle.type, oracle.source)
    assert made.dedupe == f"oa:oa:{oracle.id}"
    assert made.sent_at == 1_790_000_000_000
    assert oracle.create_time.timestamp() == made.sent_at / 1000
    assert made.text == {"text": "hi", "voice": "多少钱"}.get(kind, "")


def test_a_tapped_menu_line_is_the_menus_click() -> None:
    xml = event("<Content>满意</Content><bizmsgmenuid>101</bizmsgmenuid><MsgId>1</MsgId>")
    made = from_oa("oa", parse_xml(xml.replace(">event<", ">text<").encode()), NOW)
    assert (made.data["menu_id"], made.text) == ("101", "满意")


@pytest.mark.parametrize("gone", ["FromUserName", "MsgType", "MsgId"])
def test_what_names_nobody_or_nothing_is_refused(gone: str) -> None:
    tree: dict[str, Any] = parse_xml(HELLO.encode())
    del tree[gone]
    with pytest.raises(ValueError, match=gone):
        from_oa("oa", tree, NOW)
