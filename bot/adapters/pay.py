"""Red packets of WeChat Pay (现金红包, API v2: signed XML over a merchant's certificate).

wechatpy knows the fields of each call (``wechatpy.pay``); the call itself is made here, because
its own is synchronous, and writes the key into the debug log. What an answer means stands in two
tables; a code that is in none leaves the outcome open, and an open outcome is asked about.
"""

from __future__ import annotations

import contextlib
import hmac
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Mapping
from hashlib import md5, sha256
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

import aiohttp
from wechatpy.pay import WeChatPay

from bot.core.config import Config
from bot.core.credentials import pay_key
from bot.core.errors import BadInput
from bot.core.paying import Fate, Packet, Paid, Pay, Payments

BYTES_MAX = 65_536
ACT_NAME = 32  # bytes
FAULTS = (aiohttp.ClientError, TimeoutError, OSError)
DEPTH = 2  # a field of the root
# Nothing was paid, and the same number may be tried again when what is missing is there.
LATER = frozenset({
    "NOTENOUGH", "FREQ_LIMIT", "SENDNUM_LIMIT", "SENDAMOUNT_LIMIT", "RCVDAMOUNT_LIMIT",
    "API_METHOD_CLOSED", "CA_ERROR", "SIGN_ERROR", "XML_ERROR", "ILLEGAL_APPID", "MSGAPPID_ERROR",
})  # fmt: skip
# Nothing was paid, and nothing will be.
NEVER = frozenset(
    {"NO_AUTH", "MONEY_LIMIT", "OPENID_ERROR", "PARAM_ERROR", "V2_ACCOUNT_SIMPLE_BAN"}
)
# Of a question: what the service says of a packet.
STATES: Mapping[str, Fate] = {
    "SENDING": "unsure", "SENT": "sent", "RECEIVED": "taken", "FAILED": "never",
    "RFUND_ING": "back", "REFUND": "back",
}  # fmt: skip
ABSENT = frozenset({"NOT_FOUND"})


def sign(fields: Mapping[str, str], key: str, how: str = "MD5") -> str:
    """The signature of a request: its fields that are not empty, in order, and the key."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name])
    told = f"{text}&key={key}".encode()
    if how == "MD5":
        return md5(told, usedforsecurity=False).hexdigest().upper()
    return hmac.new(key.encode(), told, sha256).hexdigest().upper()


def to_xml(fields: Mapping[str, str]) -> bytes:
    """A request as the service reads it."""
    inner = "".join(f"<{name}>{escape(fields[name])}</{name}>" for name in sorted(fields))
    return f"<xml>{inner}</xml>".encode()


def from_xml(body: bytes) -> dict[str, str]:
    """An answer. Raises ValueError for what is none."""
    if len(body) > BYTES_MAX:
        raise ValueError("no answer of the payment service")
    found: dict[str, str] = {}
    path: list[str] = []
    parser = expat.ParserCreate()

    def text(data: str) -> None:
        if len(path) == DEPTH:
            found[path[-1]] = found.get(path[-1], "") + data

    parser.StartDoctypeDeclHandler = _no_doctype
    parser.StartElementHandler = lambda name, _: path.append(name)
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(body, True)
    except expat.ExpatError as exc:
        raise ValueError(f"no XML: {exc}") from None
    return {name: one.strip() for name, one in found.items()}


def _no_doctype(*_: object) -> None:
    raise ValueError("entities have no place in an answer")


class Calls(WeChatPay):  # type: ignore[misc]
    """wechatpy's catalogue over aiohttp."""

    def __init__(self, http: aiohttp.ClientSession, base: str, pay: Pay, appid: str, key: str):
        # not its parent's: that opens a session of its own, for blocking calls
        self.appid, self.sub_appid, self.mch_id, self.sub_mch_id = appid, None, pay.mch_id, None
        self._wire, self._base, self._secret, self._how = http, base, key, pay.sign

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Awaitable[Any]:
        return self._ask(url_or_endpoint, kwargs["data"])

    async def _ask(self, path: str, data: Mapping[str, Any]) -> dict[str, str]:
        fields = {name: str(one) for name, one in data.items() if one not in (None, "")}
        fields |= {"mch_id": self.mch_id, "nonce_str": secrets.token_hex(16)}
        if self._how != "MD5":
            fields["sign_type"] = self._how
        body = to_xml(fields | {"sign": sign(fields, self._secret, self._how)})
        headers = {"Content-Type": "text/xml"}
        async with self._wire.post(f"{self._base}/{path}", data=body, headers=headers) as answer:
            return from_xml(await answer.content.read(BYTES_MAX + 1))


class RedPackets:
    """Keeps ``bot.core.paying.Payments``."""

    def __init__(self, calls: Calls, pay: Pay) -> None:
        self._calls, self._pay = calls, pay

    async def send(self, packet: Packet) -> Paid:
        """See ``Payments``."""
        pay = self._pay
        try:
            told = await self._calls.redpack.send(
                user_id=packet.openid, total_amount=packet.cents, send_name=pay.send_name,
                act_name=_cut(packet.title, ACT_NAME), wishing=pay.wishing, remark=pay.remark,
                client_ip=pay.client_ip, out_trade_no=packet.number,
                scene_id=pay.scene or None)  # fmt: skip
        except (*FAULTS, ValueError) as exc:
            return Paid("unsure", f"no answer: {type(exc).__name__}")
        return _sent(told)

    async def find(self, number: str) -> Paid:
        """See ``Payments``."""
        try:
            told = await self._calls.redpack.query(number)
        except (*FAULTS, ValueError) as exc:
            return Paid("unsure", f"no answer: {type(exc).__name__}")
        return _found(told)


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode(errors="ignore")


def _sent(told: Mapping[str, str]) -> Paid:
    if told.get("result_code") == "SUCCESS" and told.get("return_code") == "SUCCESS":
        return Paid("sent", told.get("send_listid", ""))
    code = told.get("err_code", "")
    fate: Fate = "later" if code in LATER else "never" if code in NEVER else "unsure"
    return Paid(fate, _why(told))


def _found(told: Mapping[str, str]) -> Paid:
    if told.get("result_code") == "SUCCESS" and told.get("return_code") == "SUCCESS":
        state = told.get("status", "")
        return Paid(
            STATES.get(state, "unsure"), " ".join(filter(None, (state, told.get("reason"))))
        )
    absent = told.get("return_code") == "SUCCESS" and told.get("err_code") in ABSENT
    return Paid("absent" if absent else "unsure", _why(told))


def _why(told: Mapping[str, str]) -> str:
    said = (told.get("err_code"), told.get("err_code_des") or told.get("return_msg"))
    return " ".join(filter(None, said))[:200] or "an answer without a reason"


@contextlib.asynccontextmanager
async def open_pay(config: Config, sandbox: str | None) -> AsyncIterator[Payments | None]:
    """Whoever pays while the block runs; None where nothing is paid. ``sandbox``: its address.
    Raises BadInput when key or certificate are missing."""
    pay = config.pay
    if not pay.enabled:
        yield None
        return
    appid = config.wecom.official_accounts[pay.account].appid
    timeout = aiohttp.ClientTimeout(total=pay.ms("timeout") / 1000)
    connector = None if sandbox else aiohttp.TCPConnector(ssl=_certificate(config))
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        base = (sandbox or pay.api).rstrip("/")
        yield RedPackets(Calls(http, base, pay, appid, pay_key(config)), pay)


def _certificate(config: Config) -> ssl.SSLContext:
    made = ssl.create_default_context()
    pay = config.pay
    try:
        made.load_cert_chain(config.home / pay.cert_file, config.home / pay.cert_key_file)
    except (OSError, ssl.SSLError) as exc:
        raise BadInput(f"pay.cert_file: {type(exc).__name__}", file="config.toml", fix="name the "
                       "certificate and the key of the merchant, both PEM") from None  # fmt: skip
    return made
