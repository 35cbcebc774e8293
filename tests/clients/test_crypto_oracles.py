"""One encryption, three codecs: the sandbox's, the bot's, wechatpy's. Each reads all others."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest
from wechatpy.work.crypto import WeChatCrypto

from bot.wecom import codec
from sandbox.crypto import Envelope
from sandbox.xmlform import document
from tests.clients.vectors import CORP, KEY, NONCE, PUBLISHED, RANDOM, STAMP, TOKEN, Vector, texts

Write = Callable[[str, str], str]
Read = Callable[[str, str], str]


def wechatpy_write(text: str, receiver: str) -> str:
    made = WeChatCrypto(TOKEN, KEY, receiver).encrypt_message(text, NONCE, STAMP)
    return ET.fromstring(made).findtext("Encrypt") or ""


def wechatpy_read(encrypted: str, receiver: str) -> str:
    body = document([("ToUserName", CORP), ("AgentID", ""), ("Encrypt", encrypted)])
    signed = Envelope(TOKEN, KEY, receiver).sign(STAMP, NONCE, encrypted)
    found: str = WeChatCrypto(TOKEN, KEY, receiver).decrypt_message(body, signed, STAMP, NONCE)
    return found


def door(receiver: str) -> codec.Door:
    return codec.Door(TOKEN, KEY, receiver)


WRITERS: dict[str, Write] = {
    "sandbox": lambda text, to: Envelope(TOKEN, KEY, to).encrypt(text.encode(), RANDOM),
    "bot": lambda text, to: codec.encrypt(door(to), text.encode(), RANDOM),
    "wechatpy": wechatpy_write,
}
READERS: dict[str, Read] = {
    "sandbox": lambda text, to: Envelope(TOKEN, KEY, to).decrypt(text).decode(),
    "bot": lambda text, to: codec.decrypt(door(to), text).decode(),
    "wechatpy": wechatpy_read,
}


@pytest.mark.parametrize("vector", PUBLISHED, ids=("A", "B"))
def test_published_vectors(vector: Vector) -> None:
    for name in ("sandbox", "bot"):
        assert WRITERS[name](vector.message, vector.receiver) == vector.encrypted
    for read in READERS.values():
        assert read(vector.encrypted, vector.receiver) == vector.message
    assert codec.sign(TOKEN, STAMP, NONCE, vector.encrypted) == vector.signature
    envelope = Envelope(TOKEN, KEY, vector.receiver)
    assert envelope.sign(STAMP, NONCE, vector.encrypted) == vector.signature


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("receiver", [CORP, ""], ids=("corp", "robot"))
def test_every_codec_reads_every_other(writer: str, reader: str, receiver: str) -> None:
    write, read = WRITERS[writer], READERS[reader]
    for name, text in texts(receiver).items():
        assert read(write(text, receiver), receiver) == text, name


@pytest.mark.parametrize("receiver", [CORP, ""], ids=("corp", "robot"))
def test_equal_prefix_gives_equal_bytes(receiver: str) -> None:
    for name, text in texts(receiver).items():
        assert WRITERS["sandbox"](text, receiver) == WRITERS["bot"](text, receiver), name


@pytest.mark.parametrize("reader", ["sandbox", "bot"])
def test_another_receiver_or_key_is_refused(reader: str) -> None:
    for name, text in texts(CORP).items():
        made = WRITERS["sandbox"](text, CORP)
        with pytest.raises((ValueError, codec.BadCallback)):
            READERS[reader](made, "wwOTHER")
        with pytest.raises((ValueError, codec.BadCallback)):
            READERS[reader](made[:-24], CORP), name
