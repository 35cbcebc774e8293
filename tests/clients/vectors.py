"""The published vectors and the texts that break careless codecs (callbacks.md section 1)."""

from __future__ import annotations

from dataclasses import dataclass

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
CORP, TOKEN, STAMP, NONCE = "wwSANDBOX00000001", "SandboxToken42", "1790000000", "nonce123"
RANDOM = b"0123456789abcdef"


@dataclass(frozen=True)
class Vector:
    """One published vector."""

    message: str
    receiver: str
    encrypted: str
    signature: str


PUBLISHED = (
    Vector(
        "5577006791947779410",
        CORP,
        "4j/AuRx71kQlxVlzbpsMWGWt0BdcQGE3VZ6hT+piVai+jYr+4ch+18a4qZWtkMp846TNXNhSlYZkHiJeLoulWQ==",
        "ea86667d1eb453a450fb89832f9b9bc0e5d77c92",
    ),
    Vector(
        '{"msgtype":"event"}',
        "",
        "4j/AuRx71kQlxVlzbpsMWOuvXPOuHN/kxhB+AE7UzNGrbfZNVhOUVq1npwla6eoCzo2evKVynCzgjC0mFmPedQ==",
        "15d4d07cbcb66bf29e8d163289507e5688e74ebb",
    ),
)

SPECIAL = {
    "empty": "",
    "chinese": "你好，半盏",
    "emoji": "🍵" * 9 + "👨‍👩‍👧",
    "cdata end": "a]]>b]]>",
    "nul": "nul\0in\0",
    "64 KB": "x" * 65_536,
    "64 KB chinese": "茶" * 21_845 + "x",
    "xml": "<xml><Content><![CDATA[hi]]></Content></xml>",
    "lines": "a\r\nb\n\tc",
}


def padded(receiver: str) -> dict[str, str]:
    """A text for every pad byte from 1 to 32, by its name."""
    found = {}
    for length in range(32):
        pad = 32 - (16 + 4 + length + len(receiver)) % 32
        found[f"pad {pad}"] = "y" * length
    assert len(found) == 32
    return found


def texts(receiver: str) -> dict[str, str]:
    """Every generated text."""
    return padded(receiver) | SPECIAL
