"""The archive's port: shapes of messages, keys by version, a binding that misbehaves."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters import native
from bot.adapters.archive import ArchiveMessage, FeedFailed, parse
from bot.adapters.choose import archive_feed
from bot.adapters.native import Keys, NativeFeed, open_native
from bot.adapters.sandbox import SandboxFeed
from bot.core.clock import ManualClock
from bot.core.config import load_config
from bot.core.errors import BadInput
from tests.unit.wecom.stub import Stub, platform

AT = 1_790_000_000_000
BRAND = Path(__file__).parents[2] / "fixtures" / "brand"
HEAD = {"msgid": "m1_external", "action": "send", "from": "li.na", "tolist": ["wm1"], "roomid": "",
        "msgtime": AT}  # fmt: skip
SHAPES: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "text": ({"msgtype": "text", "text": {"content": "hi"}}, "text", {"content": "hi"}),
    "image": ({"msgtype": "image", "image": {"sdkfileid": "F", "md5sum": "0", "filesize": 1}},
              "image", {"sdkfileid": "F", "md5sum": "0", "filesize": 1}),
    "markdown": ({"msgtype": "markdown", "info": {"content": "# a"}}, "markdown",
                 {"content": "# a"}),
    "news": ({"msgtype": "news", "info": {"item": []}}, "news", {"item": []}),
    "document": ({"msgtype": "docmsg", "doc": {"title": "T"}}, "docmsg", {"title": "T"}),
    "revoke": ({"msgtype": "revoke", "action": "recall", "revoke": {"pre_msgid": "m0"}}, "revoke",
               {"pre_msgid": "m0"}),
    "agree": ({"msgtype": "agree", "agree": {"userid": "wm1", "agree_time": AT}}, "agree",
              {"userid": "wm1", "agree_time": AT}),
    "of tomorrow": ({"msgtype": "hologram", "beam": {"x": 1}, "also": 2}, "hologram",
                    {"beam": {"x": 1}, "also": 2}),
    "of no type": ({"note": "?"}, "unknown", {"note": "?"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_a_message_of_any_type_is_read(name: str) -> None:
    more, kind, payload = SHAPES[name]
    found = parse(7, {**HEAD, **more}, 0)
    assert (found.kind, found.payload, found.seq, found.at) == (kind, payload, 7, AT)
    assert (found.sender, found.to, found.msgid) == ("li.na", ("wm1",), "m1_external")


def test_a_change_of_the_corp_has_a_shape_of_its_own() -> None:
    found = parse(8, {"msgid": "s1", "action": "switch", "time": AT, "user": "li.na"}, 0)
    assert (found.kind, found.sender, found.at, found.payload) == ("switch", "li.na", AT, {})


NAMES = ["msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype", "text"]
JUNK = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_junk_is_read_too(plain: dict[str, Any]) -> None:
    assert parse(1, plain, AT).seq == 1


@dataclass(frozen=True)
class Letter:
    seq: int
    msgid: str
    publickey_ver: int
    encrypt_random_key: str
    encrypt_chat_msg: str


@dataclass(frozen=True)
class Page:
    chatdata: list[Letter]


@dataclass(frozen=True)
class Piece:
    data: bytes
    indexbuf: str
    is_finish: bool


class SdkError(Exception):
    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__("the SDK's words")


@dataclass
class FakeSdk:
    """Stands where the native library would: the key must be right for a letter to open."""

    letters: list[Letter] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    fault: int = 0
    asked: list[tuple[int, int]] = field(default_factory=list)

    def get_chat_data(self, seq: int, limit: int) -> Page:
        self.asked.append((seq, limit))
        if self.fault:
            raise SdkError(self.fault)
        return Page([letter for letter in self.letters if letter.seq > seq][:limit])

    def decrypt_data(self, encrypt_key: str, encrypt_msg: str, *, adapter: Any) -> Any:
        key, _, text = encrypt_msg.partition("|")
        if key != encrypt_key:
            raise SdkError(10008)
        return json.loads(text)

    def get_media_data(self, sdkfileid: str, indexbuf: str) -> Piece:
        if sdkfileid != "F":
            raise SdkError(10005)
        return self.pieces[int(indexbuf or 0)]


KEYS = {version: rsa.generate_private_key(65537, 2048) for version in (1, 2)}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    for version, key in KEYS.items():
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / f"{version}.pem").write_bytes(pem)
    return tmp_path


def letter(seq: int, version: int = 1, *, key: str = "random-key", plain: Any = None) -> Letter:
    """A letter as the platform closes it: its random key under the public key of a version."""
    public = KEYS.get(version, KEYS[1]).public_key()
    sealed = base64.b64encode(public.encrypt(b"random-key", PKCS1v15())).decode()
    body = {**HEAD, "msgid": f"m{seq}", "msgtype": "text", "text": {"content": f"{seq}"}}
    return Letter(seq, f"m{seq}", version, sealed, f"{key}|{json.dumps(plain or body)}")


def feed(sdk: FakeSdk, keys: Path) -> NativeFeed:
    return NativeFeed(sdk, Keys(keys), ManualClock(), error=SdkError)


def pull(sdk: FakeSdk, keys: Path, seq: int = 0) -> list[ArchiveMessage]:
    return list(asyncio.run(feed(sdk, keys).pull(seq, 100)))


def test_letters_open_with_the_key_of_their_version(keys: Path) -> None:
    sdk = FakeSdk([letter(5, 1), letter(6, 2), letter(7, 1)])
    found = pull(sdk, keys, 5)
    assert [(m.seq, m.payload["content"]) for m in found] == [(6, "6"), (7, "7")]
    assert sdk.asked == [(5, 100)]


def test_a_missing_key_stops_the_reading_and_says_which(keys: Path) -> None:
    """Skipping the letter would lose it for good: the platform keeps it for days only."""
    with pytest.raises(FeedFailed, match=r"public key 3; put its private key into 3\.pem"):
        pull(FakeSdk([letter(1), letter(2, 3)]), keys)


def test_a_file_that_is_no_rsa_key_is_named(keys: Path) -> None:
    (keys / "4.pem").write_text("no key")
    with pytest.raises(FeedFailed, match=r"4\.pem is no private key"):
        pull(FakeSdk([letter(1, 4)]), keys)
    curve = ec.generate_private_key(ec.SECP256R1())
    (keys / "5.pem").write_bytes(
        curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    with pytest.raises(FeedFailed, match=r"5\.pem is no RSA key"):
        pull(FakeSdk([letter(1, 5)]), keys)


def test_one_spoilt_letter_does_not_hold_up_the_others(keys: Path) -> None:
    junk = Letter(2, "m2", 1, "!!!", "random-key|{}")
    short = Letter(3, "m3", 1, base64.b64encode(b"x").decode(), "random-key|{}")
    sdk = FakeSdk([letter(1), junk, short, letter(4, key="other"), letter(5, plain=[1]), letter(6)])
    found = pull(sdk, keys)
    assert [m.kind for m in found] == ["text", *["unreadable"] * 4, "text"]
    assert [m.msgid for m in found] == [f"m{i}" for i in range(1, 7)]


@pytest.mark.parametrize("code", [301042, 10009])
def test_a_foreign_address_is_told_what_to_do(code: int, keys: Path) -> None:
    with pytest.raises(FeedFailed, match="可信 IP"):
        pull(FakeSdk(fault=code), keys)


def test_other_faults_name_the_code_but_not_the_words(keys: Path) -> None:
    with pytest.raises(FeedFailed, match="SdkError 10001") as caught:
        pull(FakeSdk(fault=10001), keys)
    assert "words" not in str(caught.value)


def media(sdk: FakeSdk, keys: Path, name: str = "F") -> list[bytes]:
    async def read() -> list[bytes]:
        return [piece async for piece in feed(sdk, keys).media(name)]

    return asyncio.run(read())


def test_a_file_comes_piece_by_piece(keys: Path) -> None:
    sdk = FakeSdk(pieces=[Piece(b"a", "1", False), Piece(b"b", "2", False), Piece(b"c", "", True)])
    assert media(sdk, keys) == [b"a", b"b", b"c"]
    with pytest.raises(FeedFailed, match="10005"):
        media(sdk, keys, "other")
    with pytest.raises(FeedFailed, match="does not go on"):
        media(FakeSdk(pieces=[Piece(b"a", "", False)]), keys)


def test_without_the_optional_extra_the_config_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def gone(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(native.importlib, "import_module", gone)
    with pytest.raises(BadInput, match=r"pip install 'onevoice\[archive\]'"):
        open_native("wwC", "s", tmp_path, ManualClock())


def test_the_binding_is_opened_with_the_corps_secret_or_says_why_not(
    monkeypatch: pytest.MonkeyPatch, keys: Path
) -> None:
    opened: list[tuple[str, str]] = []

    def open_sdk(corp_id: str, secret: str) -> FakeSdk:
        opened.append((corp_id, secret))
        if secret == "wrong":
            raise SdkError(10001)
        return FakeSdk([letter(1)])

    modules = {
        "pywecomarchive": SimpleNamespace(WecomArchiveSdk=open_sdk),
        "pywecomarchive.errors": SimpleNamespace(SdkError=SdkError),
        "pydantic": SimpleNamespace(TypeAdapter=lambda kind: kind),
    }
    monkeypatch.setattr(native.importlib, "import_module", modules.__getitem__)
    found = open_native("wwC", "s", keys, ManualClock())
    assert [m.kind for m in asyncio.run(found.pull(0, 10))] == ["text"]
    with pytest.raises(BadInput, match="SdkError 10001"):
        open_native("wwC", "wrong", keys, ManualClock())
    assert opened == [("wwC", "s"), ("wwC", "wrong")]


def test_the_sandbox_feed_reads_a_list_and_files() -> None:
    rows = [{"seq": 3, **HEAD, "msgtype": "text", "text": {"content": "hi"}}]

    def answer(call: Any) -> Any:
        if call.path == "/sandbox/archive":
            assert (call.query["seq"], call.query["limit"]) == ("2", "10")
            return web.json_response(rows)
        return web.Response(body=b"bytes") if call.path.endswith("/F") else web.Response(status=404)

    async def scenario() -> None:
        async with platform(Stub(answer=answer)) as stub, aiohttp.ClientSession() as http:
            found = SandboxFeed(http, stub.url, ManualClock())
            assert [m.payload for m in await found.pull(2, 10)] == [{"content": "hi"}]
            assert b"".join([piece async for piece in found.media("F")]) == b"bytes"
            with pytest.raises(FeedFailed, match="404"):
                [piece async for piece in found.media("G")]
        async with aiohttp.ClientSession() as http:
            with pytest.raises(FeedFailed, match="Connector"):
                await SandboxFeed(http, stub.url, ManualClock()).pull(0, 1)

    asyncio.run(scenario())


def test_an_archive_that_is_off_has_no_feed() -> None:
    async def scenario() -> None:
        config = load_config(BRAND / "config.toml")
        async with archive_feed(config, "http://127.0.0.1:1", ManualClock()) as found:
            assert found is None

    asyncio.run(scenario())
