"""The official account's door: three-part signatures, a plain echostr, three modes of encryption.

Mode ``plain``: the body is the message, and nothing but the query is signed. Mode ``safe`` (which
also fits the compatible one): only ``Encrypt`` counts, receive id is the appid.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.wecom.codec import BadCallback, Door, Tree, parse_xml
from bot.wecom.codec import open_letter as open_sealed

PARAM_MAX = 4096
AES = "aes"


@dataclass(frozen=True, slots=True)
class OaDoor:
    """One account's callback credentials; without ``sealed`` messages come in plain text."""

    token: str = field(repr=False)
    sealed: Door | None = None


def signature(token: str, timestamp: str, nonce: str) -> str:
    """Hex SHA-1 over the three strings in byte order."""
    joined = "".join(sorted((token, timestamp, nonce)))
    return hashlib.sha1(joined.encode("utf-8", "replace")).hexdigest()  # noqa: S324 - the platform's rule


def echo(door: OaDoor, query: Mapping[str, str]) -> str:
    """The answer to the URL check: the plain echostr. Raises BadCallback."""
    _signed(door, query)
    return _param(query, "echostr")


def open_letter(door: OaDoor, query: Mapping[str, str], body: bytes) -> Tree:
    """The message in a POST. Raises BadCallback, also when a safe door gets a plain body."""
    _signed(door, query)
    tree = parse_xml(body)
    if door.sealed is None:
        return {name: value for name, value in tree.items() if name != "Encrypt"}
    encrypted = tree.get("Encrypt")
    if query.get("encrypt_type") != AES or not isinstance(encrypted, str) or not encrypted:
        raise BadCallback("not encrypted")
    return parse_xml(open_sealed(door.sealed, _param(query, "msg_signature"),
                                 _param(query, "timestamp"), _param(query, "nonce"),
                                 encrypted))  # fmt: skip


def _signed(door: OaDoor, query: Mapping[str, str]) -> None:
    given = _param(query, "signature")
    expected = signature(door.token, _param(query, "timestamp"), _param(query, "nonce"))
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise BadCallback("signature")


def _param(query: Mapping[str, str], name: str) -> str:
    value = query.get(name, "")
    if not value or len(value) > PARAM_MAX:
        raise BadCallback("query")
    return value
