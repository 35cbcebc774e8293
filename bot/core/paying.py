"""``[rewards]`` and ``[pay]`` of config.toml, and what it is to pay: a packet, what became of it,
and the promise that an adapter keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

if TYPE_CHECKING:
    from bot.core.config import Config

SPANS = ("every", "timeout", "unsure_for", "waits", "later")
SANDBOX_MERCHANT = "1900000109"
_MERCHANT = re.compile(r"[0-9]{8,10}")
_SCENE = re.compile(r"(PRODUCT_[1-8])?")
_TEXTS: Mapping[str, int] = {"send_name": 32, "wishing": 128, "remark": 256}  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewarding:
    """``settle``: how long after it was handed over a reward may still be taken back."""

    settle: str = "7d"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pay:
    """Red packets of WeChat Pay. ``account``: the official account by whose ids members are paid.
    Cents: ``least`` and ``most`` of one packet. Lengths of time: docs/rewards.md."""

    enabled: bool = False
    account: str = ""
    mch_id: str = SANDBOX_MERCHANT
    key_env: str = "ONEVOICE_PAY_KEY"
    key_file: str = ""
    cert_file: str = ""
    cert_key_file: str = ""
    api: str = "https://api.mch.weixin.qq.com"
    sign: Literal["MD5", "HMAC-SHA256"] = "MD5"
    send_name: str = ""
    wishing: str = "谢谢你来"
    remark: str = "活动奖励"
    client_ip: str = "127.0.0.1"
    scene: str = ""
    least: int = 100
    most: int = 20_000
    every: str = "1m"
    later: str = "1h"
    timeout: str = "15s"
    unsure_for: str = "3d"
    waits: str = "30d"

    def ms(self, key: str) -> int:
        """A length of time in ms."""
        return parse_span(getattr(self, key))


def check_paying(config: Config, doc: TomlDoc) -> None:
    """Raises BadInput that names the key and the fix."""
    spans = [("pay", key, getattr(config.pay, key)) for key in SPANS]
    for section, key, text in (*spans, ("rewards", "settle", config.rewards.settle)):
        try:
            parse_span(text)
        except ValueError as exc:
            raise fail(doc, (section, key), str(exc), 'write "7d" or "1h"') from None
    if config.pay.enabled:
        _check_pay(config, config.pay, doc)


def _check_pay(config: Config, pay: Pay, doc: TomlDoc) -> None:
    if pay.account not in config.wecom.official_accounts:
        raise fail(doc, ("pay", "account"), "is no official account of this file",
                   "the name of a [wecom.official_accounts.NAME] table")  # fmt: skip
    if not _MERCHANT.fullmatch(pay.mch_id):
        raise fail(doc, ("pay", "mch_id"), "is no merchant id", "8 to 10 digits")
    if not config.sandbox and not (pay.cert_file and pay.cert_key_file):
        raise fail(doc, ("pay", "cert_file"), "is missing: payments are signed by a certificate",
                   "apiclient_cert.pem and apiclient_key.pem of the merchant")  # fmt: skip
    if not pay.api.startswith("https://"):
        raise fail(doc, ("pay", "api"), "is not encrypted", "https://…")
    if not _SCENE.fullmatch(pay.scene):
        raise fail(doc, ("pay", "scene"), "is no scene", "PRODUCT_1 to PRODUCT_8, or nothing")
    for key, most in _TEXTS.items():
        n = len(getattr(pay, key).encode())
        if not 0 < n <= most:
            raise fail(doc, ("pay", key), f"has {n} bytes", f"1 to {most} bytes")
    if not 0 < pay.least <= pay.most:
        raise fail(doc, ("pay", "least"), "is not between 1 and most")


@dataclass(frozen=True, kw_only=True, slots=True)
class Packet:
    """One red packet: its number for ever, the receiver's id at the official account, cents, and
    what it is for."""

    number: str
    openid: str
    cents: int
    title: str


# sent: paid, taken: and opened; back: nobody opened it, the money is back; later, never: nothing
# was paid; absent: there is no payment of that number; unsure: nobody knows.
Fate = Literal["sent", "taken", "back", "later", "never", "absent", "unsure"]


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of a packet; ``why`` in the service's own words and code."""

    fate: Fate
    why: str = ""


class Payments(Protocol):
    """Somebody who pays. Neither raises, but for cancellation: what is not known is ``unsure``."""

    async def send(self, packet: Packet) -> Paid:
        """Pays a packet. Twice under one number pays once."""
        ...

    async def find(self, number: str) -> Paid:
        """What became of a packet."""
        ...
