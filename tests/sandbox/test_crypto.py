"""The vectors of the platform's documentation, and wechatpy as an oracle."""

from __future__ import annotations

import base64

import pytest
from wechatpy.work.crypto import WeChatCrypto

from sandbox.crypto import BadCipher, Envelope, pad, signature, unpad
from sandbox.xmlform import document

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
CORP, TOKEN, STAMP, NONCE = "wwSANDBOX00000001", "SandboxToken42", "1790000000", "nonce123"
RANDOM = b"0123456789abcdef"
A = "4j/AuRx71kQlxVlzbpsMWGWt0BdcQGE3VZ6hT+piVai+jYr+4ch+18a4qZWtkMp846TNXNhSlYZkHiJeLoulWQ=="
B = "4j/AuRx71kQlxVlzbpsMWOuvXPOuHN/kxhB+AE7UzNGrbfZNVhOUVq1npwla6eoCzo2evKVynCzgjC0mFmPedQ=="


@pytest.mark.parametrize(
    ("message", "receiver", "cipher", "signed"),
    [
        (b"5577006791947779410", CORP, A, "ea86667d1eb453a450fb89832f9b9bc0e5d77c92"),
        (b'{"msgtype":"event"}', "", B, "15d4d07cbcb66bf29e8d163289507e5688e74ebb"),
    ],
)
def test_vectors(message: bytes, receiver: str, cipher: str, signed: str) -> None:
    envelope = Envelope(TOKEN, KEY, receiver)
    assert envelope.encrypt(message, RANDOM) == cipher
    assert envelope.decrypt(cipher) == message
    assert signature(TOKEN, STAMP, NONCE, cipher) == signed
    assert envelope.verify(signed, STAMP, NONCE, cipher)
    assert not envelope.verify(signed[::-1], STAMP, NONCE, cipher)


TEXTS = [
    "",
    "hi",
    "你好",
    "🍵" * 9,
    "a]]>b",
    "nul\0in",
    "x" * 65_536,
    *("y" * n for n in range(33)),
]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: f"{text[:4]!r}-{len(text)}")
def test_wechatpy_reads_what_we_write(text: str) -> None:
    envelope = Envelope(TOKEN, KEY, CORP)
    cipher = envelope.encrypt(text.encode(), RANDOM)
    assert envelope.decrypt(cipher).decode() == text
    signed = envelope.sign(STAMP, NONCE, cipher)
    oracle = WeChatCrypto(TOKEN, KEY, CORP)
    body = document([("ToUserName", CORP), ("AgentID", ""), ("Encrypt", cipher)])
    assert oracle.decrypt_message(body, signed, STAMP, NONCE) == text


def test_every_padding_from_1_to_32_is_written_and_read() -> None:
    seen = {pad(b"z" * length)[-1] for length in range(32)}
    assert seen == set(range(1, 33))
    assert all(unpad(pad(b"z" * length)) == b"z" * length for length in range(70))


@pytest.mark.parametrize(
    "cipher", ["", "!!!!", "AAAA", A[:-4], base64.b64encode(b"0" * 64).decode()]
)
def test_junk_is_one_error(cipher: str) -> None:
    with pytest.raises(BadCipher):
        Envelope(TOKEN, KEY, CORP).decrypt(cipher)


def test_another_receiver_is_refused() -> None:
    with pytest.raises(BadCipher):
        Envelope(TOKEN, KEY, "wwOTHER").decrypt(A)


@pytest.mark.parametrize("key", ["short", "A" * 42, "?" * 43])
def test_a_bad_key_says_so(key: str) -> None:
    with pytest.raises(ValueError, match="43 characters"):
        Envelope(TOKEN, key, CORP)


def test_cdata_cannot_be_escaped_from() -> None:
    text = document([("Content", "a]]><Evil>1</Evil>"), ("MsgId", 7)])
    assert "<Evil>" not in text.replace("]]]]><![CDATA[><Evil>", "")
    assert text.endswith("<MsgId>7</MsgId></xml>")
