"""The door to the street: published vectors, wechatpy as oracle, and everything malformed."""

from __future__ import annotations

import base64
import struct
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.work.crypto import WeChatCrypto

from bot.wecom.codec import BadCallback, Door, decrypt, encrypt, open_letter, parse_xml, sign

TOKEN, KEY = "SandboxToken42", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
CORP, STAMP, NONCE = "wwSANDBOX00000001", "1790000000", "nonce123"
PREFIX = b"0123456789abcdef"
DOOR, ROBOT = Door(TOKEN, KEY, CORP), Door(TOKEN, KEY, "")

# Self-made vectors: door, message, ciphertext, msg_signature. B pads with 25 bytes, which
# catches whoever unpads blocks of 16.
VECTORS = {
    "A: url check": (
        DOOR, b"5577006791947779410",
        "4j/AuRx71kQlxVlzbpsMWGWt0BdcQGE3VZ6hT+piVai+jYr+4ch+18a4qZWtkMp846TNXNhSlYZkHiJeLoulWQ==",
        "ea86667d1eb453a450fb89832f9b9bc0e5d77c92",
    ),
    "B: robot": (
        ROBOT, b'{"msgtype":"event"}',
        "4j/AuRx71kQlxVlzbpsMWOuvXPOuHN/kxhB+AE7UzNGrbfZNVhOUVq1npwla6eoCzo2evKVynCzgjC0mFmPedQ==",
        "15d4d07cbcb66bf29e8d163289507e5688e74ebb",
    ),
}  # fmt: skip

TEXTS = [
    b"", "你好 🍵👩‍👩‍👧".encode(), b"]]>", b"a\x00b", "茶".encode() * 20_000, b"\xff\xfe not text",
]  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_the_published_vectors(name: str) -> None:
    door, message, cipher, signature = VECTORS[name]
    assert encrypt(door, message, PREFIX) == cipher
    assert sign(TOKEN, STAMP, NONCE, cipher) == signature
    assert open_letter(door, signature, STAMP, NONCE, cipher) == message


@pytest.mark.parametrize("length", range(32))
@pytest.mark.parametrize("door", [DOOR, ROBOT], ids=["corp", "robot"])
def test_every_length_of_padding(door: Door, length: int) -> None:
    message = b"x" * length
    assert decrypt(door, encrypt(door, message, PREFIX)) == message


@pytest.mark.parametrize("message", TEXTS, ids=["empty", "emoji", "cdata", "nul", "60kB", "bytes"])
def test_unusual_messages_come_back_as_they_were(message: bytes) -> None:
    cipher = encrypt(DOOR, message, PREFIX)
    assert open_letter(DOOR, sign(TOKEN, STAMP, NONCE, cipher), STAMP, NONCE, cipher) == message


@pytest.mark.parametrize("message", [t for t in TEXTS if b"\xff" not in t])
def test_what_the_library_encrypts_we_read(message: bytes) -> None:
    oracle = WeChatCrypto(TOKEN, KEY, CORP)
    letter = parse_xml(oracle.encrypt_message(message.decode(), NONCE, STAMP).encode())
    assert letter["TimeStamp"] == STAMP
    assert open_letter(DOOR, letter["MsgSignature"], STAMP, NONCE, letter["Encrypt"]) == message


@pytest.mark.parametrize("length", [*range(33), 1000])
def test_what_we_encrypt_the_library_reads(length: int) -> None:
    message = "é" * length
    cipher = encrypt(DOOR, message.encode(), PREFIX)
    oracle = WeChatCrypto(TOKEN, KEY, CORP)
    xml = f"<xml><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>"
    signature = sign(TOKEN, STAMP, NONCE, cipher)
    assert oracle.decrypt_message(xml, signature, STAMP, NONCE) == message


def sealed(plain: bytes, key: str = KEY) -> str:
    """Ciphertext of exactly these bytes, padding included."""
    raw = base64.b64decode(key + "=")
    cipher = Cipher(AES(raw), CBC(raw[:16])).encryptor()
    return base64.b64encode(cipher.update(plain) + cipher.finalize()).decode()


def framed(message: bytes = b"m", *, receive_id: bytes = CORP.encode(), length: int = -1) -> bytes:
    size = len(message) if length < 0 else length
    return PREFIX + struct.pack(">I", size) + message + receive_id


def padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


def with_last_bytes(*last: int) -> bytes:
    whole = padded(framed())
    return whole[: -len(last)] + bytes(last)


MALFORMED = {
    "empty": ("", "block size"),
    "junk inside base64": ("4j/A*uRx" + "A" * 40, "base64"),
    "base64 of a wrong length": ("A" * 43, "base64"),
    "line break in base64": (sealed(padded(framed())) + "\n", "base64"),
    "not ascii": ("茶" * 8, "base64"),
    "half a block": (base64.b64encode(b"x" * 24).decode(), "block size"),
    "one block of 16": (base64.b64encode(b"x" * 16).decode(), "block size"),
    "padding of 0": (sealed(with_last_bytes(0)), "padding"),
    "padding of 33": (sealed(with_last_bytes(33)), "padding"),
    "padding of 97": (sealed(with_last_bytes(97)), "padding"),
    "inconsistent padding": (sealed(with_last_bytes(7, 9, 9)), "padding"),
    "all padding": (sealed(bytes([32]) * 32), "too short"),
    "too short": (sealed(padded(b"x" * 19)), "too short"),
    "length beyond the end": (sealed(padded(framed(length=60))), "length field"),
    "length of 4 GB": (sealed(padded(framed(length=0xFFFFFFFF))), "length field"),
    "length 0 of a message": (sealed(padded(framed(length=0))), "receive id"),
    "length cut": (sealed(padded(framed(b"mmmm", length=2))), "receive id"),
    "no receive id": (sealed(padded(framed(receive_id=b""))), "receive id"),
    "another corp": (sealed(padded(framed(receive_id=b"wwOTHER"))), "receive id"),
    "a longer corp": (sealed(padded(framed(receive_id=CORP.encode() + b"x"))), "receive id"),
    "receive id no text": (sealed(padded(framed(receive_id=b"\xff\xfe"))), "receive id"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_malformed_is_refused_with_one_short_reason(name: str) -> None:
    cipher, reason = MALFORMED[name]
    signature = sign(TOKEN, STAMP, NONCE, cipher)
    with pytest.raises(BadCallback) as caught:
        open_letter(DOOR, signature, STAMP, NONCE, cipher)
    assert str(caught.value) == reason


def test_the_wrong_key_is_refused() -> None:
    other = "B" * 42 + "A"
    with pytest.raises(BadCallback):
        decrypt(DOOR, sealed(padded(framed()), other))


@pytest.mark.parametrize(
    "signature", ["", "0" * 40, "EA86667D1EB453A450FB89832F9B9BC0E5D77C92", "签名"]
)
def test_a_wrong_signature_is_refused_before_anything_is_decrypted(signature: str) -> None:
    for cipher in (VECTORS["A: url check"][2], "not even base64"):
        with pytest.raises(BadCallback, match=r"^signature$"):
            open_letter(DOOR, signature, STAMP, NONCE, cipher)


@pytest.mark.parametrize("part", range(4))
def test_every_signed_part_counts(part: int) -> None:
    _, _, cipher, signature = VECTORS["A: url check"]
    parts = [TOKEN, STAMP, NONCE, cipher]
    parts[part] += "0"
    with pytest.raises(BadCallback, match=r"^signature$"):
        open_letter(Door(parts[0], KEY, CORP), signature, *parts[1:])


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "*" * 43, "A" * 42 + "=", "茶" * 43])
def test_a_door_with_an_impossible_key_is_refused_when_it_is_made(key: str) -> None:
    with pytest.raises(ValueError, match="43"):
        Door(TOKEN, key, CORP)


def test_a_key_whose_last_character_has_spare_bits_is_fine() -> None:
    assert len(Door(TOKEN, "A" * 42 + "B", CORP).key_bytes()) == 32


def test_a_door_does_not_show_its_secrets() -> None:
    assert TOKEN not in repr(DOOR)
    assert KEY not in repr(DOOR)


ANY = st.one_of(
    st.text(max_size=200), st.binary(max_size=200).map(lambda b: base64.b64encode(b).decode())
)


def only_bad_callback(call: Callable[[], object]) -> None:
    try:
        call()
    except BadCallback as exc:
        assert 0 < len(str(exc)) < 40


@settings(max_examples=200)
@given(ANY)
def test_decrypt_knows_only_one_error(text: str) -> None:
    only_bad_callback(lambda: decrypt(DOOR, text))


@settings(max_examples=150)
@given(st.binary(min_size=1, max_size=8).map(lambda b: b * 32))
def test_decrypt_of_any_plain_bytes_knows_only_one_error(plain: bytes) -> None:
    only_bad_callback(lambda: decrypt(DOOR, sealed(plain)))


@settings(max_examples=150)
@given(ANY, ANY, ANY, ANY, st.booleans())
def test_open_letter_knows_only_one_error(a: str, b: str, c: str, d: str, signed: bool) -> None:
    signature = sign(TOKEN, b, c, d) if signed else a
    only_bad_callback(lambda: open_letter(DOOR, signature, b, c, d))


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_any_message_comes_back(message: bytes) -> None:
    assert decrypt(DOOR, encrypt(DOOR, message, PREFIX)) == message


@pytest.mark.parametrize(
    ("xml", "tree"),
    [
        (b"<xml><a>1</a></xml>", {"a": "1"}),
        (b"<xml><a><![CDATA[  two words ]]></a></xml>", {"a": "  two words "}),
        ("<xml><a><![CDATA[茶 ]]]]><![CDATA[> 🍵]]></a></xml>".encode(), {"a": "茶 ]]> 🍵"}),
        (b"<xml><a>&lt;b&gt; &amp; &#33592;</a></xml>", {"a": "<b> & 茸"}),
        (b"<xml><a/><b></b></xml>", {"a": "", "b": ""}),
        (b"<xml>\n <a>1</a>\n <b>2</b>\n</xml>", {"a": "1", "b": "2"}),
        (b"<xml><i>1</i><i>2</i><i>3</i></xml>", {"i": ["1", "2", "3"]}),
        (b"<xml><l><i>1</i><i>2</i></l></xml>", {"l": {"i": ["1", "2"]}}),
        (b"<xml><l><i><x>1</x></i><i>2</i></l></xml>", {"l": {"i": [{"x": "1"}, "2"]}}),
        (b'<?xml version="1.0" encoding="UTF-8"?><xml><a at="x">1</a></xml>', {"a": "1"}),
        (b"\xef\xbb\xbf<xml><a>1</a></xml>", {"a": "1"}),
    ],
)  # fmt: skip
def test_xml_becomes_a_tree_with_text_as_typed(xml: bytes, tree: object) -> None:
    assert parse_xml(xml) == tree


ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
BOMB = f'<!DOCTYPE x [<!ENTITY e0 "ha">{ENTITIES}]><xml><a>&e12;</a></xml>'.encode()
HOSTILE = {
    "entity bomb": (BOMB, "xml with a DTD"),
    "external entity": (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
        "xml with a DTD"),
    "external DTD": (b'<!DOCTYPE x SYSTEM "http://x.example/d"><x><a>1</a></x>', "xml with a DTD"),
    "undefined entity": (b"<xml><a>&e;</a></xml>", "xml"),
    "too deep": (b"<a>" * 20_000, "xml too deep or too wide"),
    "nine deep": (b"<a>" * 9 + b"</a>" * 9, "xml too deep or too wide"),
    "too wide": (b"<x>" + b"<a/>" * 20_000 + b"</x>", "xml too deep or too wide"),
    "empty": (b"", "xml"),
    "blank": (b"  \n", "xml"),
    "words": (b"hello", "xml"),
    "unclosed": (b"<xml><a>1</a>", "xml"),
    "two roots": (b"<xml><a>1</a></xml><xml/>", "xml"),
    "NUL": (b"<xml><a>\x00</a></xml>", "xml"),
    "not UTF-8": (b"<xml><a>\xff\xfe</a></xml>", "xml"),
    "GBK": ('<?xml version="1.0" encoding="GBK"?><xml><a>茶</a></xml>'.encode("gbk"), "xml"),
    "a lone surrogate": (b"<xml><a>\xed\xa0\xbd</a></xml>", "xml"),
    "no fields": (b"<xml/>", "xml has no fields"),
    "only text": (b"<xml>text</xml>", "xml has no fields"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_at_once(name: str) -> None:
    xml, reason = HOSTILE[name]
    begin = time.process_time()
    with pytest.raises(BadCallback) as caught:
        parse_xml(xml)
    assert str(caught.value) == reason
    assert time.process_time() - begin < 0.5


def test_eight_levels_and_four_thousand_elements_are_allowed() -> None:
    assert parse_xml(b"<a>" * 8 + b"</a>" * 8)
    assert len(parse_xml(b"<x>" + b"<a/>" * 4_095 + b"</x>")["a"]) == 4_095


@settings(max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    )
)
def test_parse_xml_knows_only_one_error(data: bytes) -> None:
    only_bad_callback(lambda: parse_xml(data))
    only_bad_callback(lambda: parse_xml(b"<xml><a>" + data + b"</a></xml>"))


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=100))
def test_any_text_in_cdata_is_kept_as_typed(text: str) -> None:
    inside = text.replace("]]>", "]]]]><![CDATA[>")
    xml = f"<xml><a><![CDATA[{inside}]]></a></xml>".encode()
    try:
        assert parse_xml(xml) == {"a": text}
    except BadCallback:
        assert any(c in text for c in "\ufffe\uffff")
