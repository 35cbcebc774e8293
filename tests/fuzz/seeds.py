"""Where the fuzzers begin: what is good, and what once made the code fall over, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.fuzz.targets import ROOT, TARGETS

CORPUS = Path(__file__).parent / "corpus"
SHOWN = 6_000


def _nested(start: bytes, opened: bytes, inside: bytes, closed: bytes, n: int, end: bytes) -> bytes:
    return start + opened * n + inside + closed * n + end


# Each of these broke something, or is of the kind that does.
CRASHES: Mapping[str, Mapping[str, bytes]] = {
    "kf": {
        "payload_1000_deep": _nested(b'{"msgtype":"a","a":', b'{"a":', b"1", b"}", 1000, b"}"),
        "event_type_1000_deep": _nested(
            b'{"msgtype":"event","event":{"event_type":', b"[", b"", b"]", 1000, b"}}"
        ),
        "msgid_is_a_list": b'{"send_time":true,"msgid":[1],"msgtype":{"a":1}}',
    },
    "robot": {
        "body_1000_deep": _nested(
            b'{"msgtype":"text","from":{"userid":"x"},"z":', b"[", b"", b"]", 1000, b"}"
        ),
        "frame_900_deep": _nested(
            b'{"headers":{"req_id":"a"},"body":{"msgtype":"event","from":{"userid":"x"},'
            b'"event":{"eventtype":"a","a":', b'{"a":', b"1", b"}", 900, b"}}}",
        ),
        "create_time_is_huge": b'{"msgtype":"text","from":{"userid":"x"},"create_time":1e400}',
        "nul_in_a_text": b'{"msgtype":"text","from":{"userid":"x"},"text":{"content":"\\u0000"}}',
    },
    "script": {
        "lists_5000_deep": _nested(b"a=", b"[", b"", b"]", 5000, b""),
        "tables_1000_deep": _nested(b"a=", b"{a=", b"1", b"}", 1000, b""),
        "number_of_5000_digits": b"a=" + b"9" * 5000,
        "text_that_is_a_long_number": b"id=" + b"9" * 4000,
        "spaces_before_a_quoted_bracket": b"[" + b" " * 3000 + b'"a]b"]',
        "key_of_3000_dots": b"a." * 3000 + b"a=1",
        "header_of_3000_dots": b"[" + b"a." * 3000 + b"a]",
        "inline_key_of_3000_dots": b"b={" + b"a." * 3000 + b"a=1}",
        "escaped_quotes_in_a_long_text": b'a="""\\"""' + b'\\"' * 1500 + b'"""',
        "pattern_with_a_repeated_choice": b'[[rule]]\nid="a"\npattern="(a|a)+b"\nsay=["x"]',
        "pattern_with_many_stars": b'[[rule]]\nid="a"\npattern=".*.*.*.*b"\nsay=["x"]',
        "pattern_of_2000_groups": b'[[rule]]\nid="a"\npattern="' + b"(" * 2000 + b'"\nsay=["x"]',
        "day_beyond_the_calendar": b'id="x"\ntrigger="t"\n[[step]]\nid="1"\nday=99999999999999\n'
        b'at="10:00"\ntemplate="x"\nvia=["kf"]',
        "late_of_a_million_years": b'[[entry]]\nid="a"\nwhen="0 9 * * 1"\ndo="moment"\npersona="x"'
        b'\ntemplate="y"\nlate="99999999999999999999999d"',
        "zone_is_a_path": b'timezone="../../etc/passwd"\n[wecom]\ncorp_id="x"\n[wecom.apps.a]\n'
        b"agent_id=1\n",
    },
    "template": {
        "source_below_a_value": b'+++\ntitle="x"\n[vars.a]\nsource="a.b"\nsample=1\n[vars.b]\n'
        b'source="a.b.c"\nsample=2\n+++\nx',
        "sample_is_infinite": b'+++\ntitle="x"\n[vars.a]\ntype="number"\nsample=1e999\n+++\n'
        b"{{ a | money }}{{ a | round }}",
        "truncate_to_a_huge_number": b"{{ name | truncate(99999999999999999999999) }}",
    },
    "table": {
        "cell_of_200_kB": b'1,"' + b"a" * 200_000 + b'",3,4',
        "nul_in_a_cell": b"a,\x00,b,c",
        "never_closed": b'1,"a,b,c\n' * 3,
        "digits_of_another_script": "x,y,٦٨,,".encode(),
        "saved_as_gbk": "1,绿茶几度水,,八十度".encode("gbk"),
        "mark_of_utf_8_twice": b"\xef\xbb\xbf\xef\xbb\xbfid,question,similar,answer\n",
    },
    "ask": {
        "list_100000_deep": b"[" * 100_000,
        "half_a_surrogate": b'"\\ud800"',
        "member_is_half_a_surrogate": b'{"text":"\\udfff","member":"\\ud800"}',
        "number_of_5000_digits": b"1" * 5000,
    },
    "since": {
        "a_span_beyond_64_bits": b"99999999999999999999999999d",
        "the_last_second": b"9999-12-31T23:59:59",
        "before_the_first_day": b"0001-01-01T00:00+23:59",
    },
    "sandbox": {
        "ratio_of_4000_digits": b'{"ratio":' + b"9" * 4000 + b"}",
        "ratio_is_not_a_number": b'{"ratio":NaN}',
        "number_is_infinite": b'{"number":Infinity}',
        "half_a_surrogate": b'{"text":"\\ud800"}',
    },
    "words": {
        "one_character_becomes_eighteen": "ﷺ".encode() * 1000,
        "marks_that_combine": "\u0345\u1fb3\u0308".encode() * 600,
        "emotes_only": "[微笑]".encode() * 500,
        "digits_of_another_script": "٣٤".encode() * 99,
    },
    "guard": {
        "lower_case_is_longer": "İİ最好①".encode() * 50,
        "schemes_only": b"a://" * 800,
        "a_number_of_units": "万千百十万千百十万元".encode() * 40,
        "groups_of_three": b"1,111,111" * 300,
    },
    "codec": {"no_byte": b"", "one_block_of_padding": bytes([32]) * 32, "zeros": bytes(64)},
    "xml": {
        "deep": b"<a>" * 9 + b"</a>" * 9,
        "list_where_a_text_is_wanted": b"<x><MsgType>event</MsgType><MsgType>a</MsgType></x>",
        "items_of_a_card": b"<x><MsgType>event</MsgType><Event>template_card_event</Event>"
        b"<SelectedItems><SelectedItem>a</SelectedItem></SelectedItems></x>",
    },
    "oa": {"nothing": b"", "not_text": b"\xff\n\xfe\naes\n<x>\xff</x>"},
    "media": {"no_key": b"\n", "key_is_text": "茶\n".encode() + bytes(32)},
    "signed": {"nothing": b"", "nearly": b"0" * 11 + b"0123456789abcdef" + b"z" + b"0" * 40},
}  # fmt: skip

GOOD: Mapping[str, tuple[bytes, ...]] = {
    "codec": (b"<xml><MsgType>text</MsgType></xml>", b"\x00\x00\x00\x01awwFUZZ"),
    "xml": (
        b"<xml><ToUserName>ww</ToUserName><FromUserName>a</FromUserName><CreateTime>1</CreateTime>"
        b"<MsgType><![CDATA[text]]></MsgType><Content>hi</Content><MsgId>7</MsgId></xml>",
        b"<xml><MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>"
        b"add_external_contact</ChangeType><UserID>u</UserID><ExternalUserID>w</ExternalUserID>"
        b"<WelcomeCode>c</WelcomeCode><State>s</State></xml>",
        b"<xml><MsgType>event</MsgType><Event>kf_msg_or_event</Event><OpenKfId>k</OpenKfId></xml>",
        b"<xml><MsgType>event</MsgType><Event>SCAN</Event><FromUserName>o</FromUserName>"
        b"<EventKey>qrscene_1</EventKey></xml>",
    ),
    "oa": (b"1\nn\naes\n<xml><MsgType>text</MsgType></xml>",),
    "kf": (
        b'{"msgid":"1","open_kfid":"k","external_userid":"w","send_time":1,"origin":3,'
        b'"msgtype":"text","text":{"content":"hi","menu_id":"1"}}',
        b'{"msgtype":"event","event":{"event_type":"msg_send_fail","fail_msgid":"1","fail_type":4}}',
    ),
    "robot": (
        b'{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":{"msgid":"1","chatid":"c",'
        b'"from":{"userid":"u"},"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":'
        b'{"content":"@a hi"}}]},"quote":{"msgtype":"text","text":{"content":"q"}}}}',
        b'{"msgid":"1","from":{"userid":"u"},"msgtype":"event","event":{"eventtype":'
        b'"template_card_event","template_card_event":{"event_key":"k","selected_items":'
        b'{"selected_item":[{"question_key":"q","option_ids":{"option_id":["a"]}}]}}}}',
    ),
    "media": (b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n" + bytes(32),),
    "template": (b"{% for x in items %}{{ x | upper }}{% endfor %}{{ name | default('a') }}",),
    "table": ("1,绿茶用多少度的水泡,水温|几度,八十度\n".encode(), b"a1,tea,19.90,2026-01-01,\n"),
    "words": ("绿茶用多少度的水泡？".encode(), "转人工".encode(), "你是机器人吗".encode()),
    "guard": ("全网最低价 19块9，点 https://a@evil.example/x".encode(), "最 好 68元".encode()),
    "signed": (b"0001a0c7b8d3e0123456789abcdefz" + b"a" * 40,),
    "sandbox": (b'{"text":"a","number":1,"list":["a"],"obj":{"deep":1},"flag":true,"one":"a"}',),
    "ask": ('"你好"'.encode(), b'{"text":"hi","member":"m1"}'),
    "since": (b"2h", b"2026-11-21", b"2026-11-21T09:00+08:00"),
}


def crashes() -> Iterator[tuple[str, str, bytes]]:
    """(target, name, bytes) of every regression, those in files included."""
    for target, cases in CRASHES.items():
        for name, data in cases.items():
            yield target, name, data
    for path in sorted(CORPUS.glob("*/*")):
        yield path.parent.name, path.name, path.read_bytes()


def good(target: str) -> list[bytes]:
    """Examples of what the target should understand."""
    paths = [path for pattern in TARGETS[target].samples for path in sorted(ROOT.glob(pattern))]
    return [*GOOD.get(target, ()), *(path.read_bytes()[:SHOWN] for path in paths)]
