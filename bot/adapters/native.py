"""The archive through the platform's native SDK, by its published Python binding (pywecomarchive).

The binding is an optional extra and runs where its library runs (Linux x86-64). It calls the
network and blocks, so it works in a thread, one call at a time. What it needs of us is the random
key of each message, RSA-encrypted with the public key that the console knows under a version.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import importlib
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.adapters.archive import UNREADABLE, ArchiveMessage, FeedFailed, parse
from bot.core.clock import Clock
from bot.core.errors import BadInput

log = logging.getLogger(__name__)
WRONG_IP = frozenset({301042, 10009})


class Sdk(Protocol):
    """What we use of the binding."""

    def get_chat_data(self, seq: int, limit: int) -> Any:
        """An object whose ``chatdata`` lists encrypted messages."""
        ...

    def decrypt_data(self, encrypt_key: str, encrypt_msg: str, *, adapter: Any) -> Any:
        """The plain message."""
        ...

    def get_media_data(self, sdkfileid: str, indexbuf: str) -> Any:
        """One piece: ``data``, ``indexbuf``, ``is_finish``."""
        ...


class Keys:
    """Private keys by version: ``<version>.pem`` in one folder. Old ones open old messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[int, RSAPrivateKey] = {}

    def open(self, version: int, sealed: str) -> str:
        """The random key inside. Raises FeedFailed without the key, ValueError for junk."""
        key = self._known.get(version) or self._load(version)
        plain = key.decrypt(base64.b64decode(sealed, validate=True), PKCS1v15())
        return plain.decode()

    def _load(self, version: int) -> RSAPrivateKey:
        path = self._folder / f"{version}.pem"
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except OSError:
            raise FeedFailed(
                f"the archive uses public key {version}; put its private key into {path.name}"
                f" under {self._folder.name}/"
            ) from None
        except (ValueError, TypeError):
            raise FeedFailed(f"{path.name} is no private key without password (PEM)") from None
        if not isinstance(key, RSAPrivateKey):
            raise FeedFailed(f"{path.name} is no RSA key")
        self._known[version] = key
        return key


class NativeFeed:
    """See archive.ArchiveFeed. ``adapter`` tells the binding to give plain data, ``error`` is its
    base exception."""

    def __init__(
        self, sdk: Sdk, keys: Keys, clock: Clock, *, adapter: Any = None,
        error: type[Exception] = Exception,
    ) -> None:  # fmt: skip
        self._sdk, self._keys, self._clock = sdk, keys, clock
        self._adapter, self._error = adapter, error
        self._one = asyncio.Lock()

    async def pull(self, seq: int, limit: int) -> Sequence[ArchiveMessage]:
        async with self._one:
            return await asyncio.to_thread(self._pull, seq, limit)

    def _pull(self, seq: int, limit: int) -> Sequence[ArchiveMessage]:
        try:
            page = self._sdk.get_chat_data(seq, limit)
        except self._error as exc:
            raise _translated(exc) from None
        return [self._opened(letter) for letter in page.chatdata]

    def _opened(self, letter: Any) -> ArchiveMessage:
        """A message that cannot be read is kept as such: the ones behind it must not wait."""
        now = self._clock.now()
        try:
            key = self._keys.open(letter.publickey_ver, letter.encrypt_random_key)
            plain = self._sdk.decrypt_data(key, letter.encrypt_chat_msg, adapter=self._adapter)
        except (binascii.Error, ValueError, UnicodeDecodeError) as exc:
            return self._unreadable(letter, exc)
        except self._error as exc:
            if isinstance(exc, FeedFailed):
                raise
            return self._unreadable(letter, exc)
        if not isinstance(plain, Mapping):
            return self._unreadable(letter, TypeError("no object"))
        return parse(letter.seq, {**plain, "msgid": plain.get("msgid") or letter.msgid}, now)

    def _unreadable(self, letter: Any, exc: Exception) -> ArchiveMessage:
        log.warning("archive: message %s cannot be read: %s", letter.seq, type(exc).__name__)
        return ArchiveMessage(
            seq=letter.seq, msgid=letter.msgid, kind=UNREADABLE, sender="", at=self._clock.now(),
            payload={"publickey_ver": letter.publickey_ver, "why": type(exc).__name__},
        )  # fmt: skip

    async def media(self, sdkfileid: str) -> AsyncIterator[bytes]:
        index, finished = "", False
        while not finished:
            async with self._one:
                piece = await asyncio.to_thread(self._piece, sdkfileid, index)
            if not piece.is_finish and piece.indexbuf in ("", index):
                raise FeedFailed("the archive's file does not go on")
            index, finished = piece.indexbuf, piece.is_finish
            yield piece.data

    def _piece(self, sdkfileid: str, index: str) -> Any:
        try:
            return self._sdk.get_media_data(sdkfileid, index)
        except self._error as exc:
            raise _translated(exc) from None


def _translated(exc: Exception) -> FeedFailed:
    code = getattr(exc, "code", None)
    if code in WRONG_IP:
        return FeedFailed(f"{code}: this server's IP is not in the archive's list (可信 IP 地址)")
    return FeedFailed(f"the archive's SDK: {type(exc).__name__} {code or ''}".strip())


def open_native(corp_id: str, secret: str, keys: Path, clock: Clock) -> NativeFeed:
    """The feed of this corp. Raises BadInput when the optional extra is missing or cannot run."""
    try:
        binding = importlib.import_module("pywecomarchive")
        pydantic = importlib.import_module("pydantic")
    except ImportError:
        raise BadInput(
            "wecom.archive.feed: the native SDK's binding is not installed",
            file="config.toml", fix="pip install 'onevoice[archive]'",
        ) from None  # fmt: skip
    error = importlib.import_module("pywecomarchive.errors").SdkError
    try:
        sdk = binding.WecomArchiveSdk(corp_id, secret)
    except error as exc:
        raise BadInput(
            f"wecom.archive.feed: {_translated(exc)}", file="config.toml",
            fix="the native SDK runs on Linux x86-64 with the corp's archive secret",
        ) from None  # fmt: skip
    return NativeFeed(sdk, Keys(keys), clock, adapter=pydantic.TypeAdapter(dict[str, Any]),
                      error=error)  # fmt: skip
