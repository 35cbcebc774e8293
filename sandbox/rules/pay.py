"""WeChat Pay as far as red packets go (现金红包, API v2): the merchant's balance, packets by their
number, what becomes of those that nobody opens.

From the merchant documentation: a number that was paid before is answered with the same packet; the
same number with other values is FATAL_ERROR; a packet that nobody opens for 24 hours goes back.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.rules import oa
from sandbox.world.config import Merchant
from sandbox.world.model import Json
from sandbox.world.world import World

DAY_MS = 24 * 3_600_000
SHELF = "redpackets"
SAME = ("re_openid", "total_amount", "mch_id", "wxappid")
NUMBER, LETTERS = 28, frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Refused(Exception):
    """The business part of an answer says FAIL."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(code)
        self.code, self.words = code, words or code


def books(world: World) -> Json:
    """Packets by their number, what was spent, and the trouble that is ordered."""
    fresh: Json = {"packets": {}, "spent": 0, "added": 0, "trouble": []}
    return world.store.shelf.setdefault(SHELF, fresh)


def balance(world: World, merchant: Merchant) -> int:
    """Cents that are left."""
    told = books(world)
    return int(merchant.balance + told["added"] - told["spent"])


def trouble(world: World, on: str) -> Json | None:
    """What was ordered for this call, used up by it."""
    rows = books(world)["trouble"]
    found = next((row for row in rows if row["on"] in ("", on)), None)
    if found is not None:
        found["n"] -= 1
        books(world)["trouble"] = [row for row in rows if row["n"] > 0]
    return found


def pay(world: World, merchant: Merchant, asked: Mapping[str, str]) -> Json:
    """One packet, paid or paid before. Raises Refused."""
    number = asked.get("mch_billno", "")
    if not 0 < len(number) <= NUMBER or not LETTERS.issuperset(number):
        raise Refused("PARAM_ERROR", "mch_billno")
    wanted = {name: asked.get(name, "") for name in SAME}
    known = books(world)["packets"].get(number)
    if known is not None:
        if any(known[name] != value for name, value in wanted.items()):
            raise Refused("FATAL_ERROR", "更换了openid、金额等参数")
        return dict(known)
    cents = _cents(merchant, asked)
    if balance(world, merchant) < cents:
        raise Refused("NOTENOUGH", "账号余额不足，请到商户平台充值后再重试")
    if openid_unknown(world, wanted["re_openid"]):
        raise Refused("OPENID_ERROR", "openid和appid不匹配")
    made = wanted | {"at": world.now(), "list_id": world.secret_id("10000", 23), "opened": None,
                     "number": number, "act_name": asked.get("act_name", "")}  # fmt: skip
    books(world)["packets"][number] = made
    books(world)["spent"] += cents
    _arrive(world, made, asked)
    return made


def openid_unknown(world: World, openid: str) -> bool:
    return openid not in world.store.shelf.get(oa.FOLLOWERS, {})


def _cents(merchant: Merchant, asked: Mapping[str, str]) -> int:
    text = asked.get("total_amount", "")
    if not text.isdigit() or asked.get("total_num") != "1":
        raise Refused("PARAM_ERROR", "total_amount")
    if not merchant.least <= int(text) <= merchant.most and not asked.get("scene_id"):
        raise Refused("MONEY_LIMIT", "红包金额发放限制")
    return int(text)


def _arrive(world: World, made: Json, asked: Mapping[str, str]) -> None:
    text = f"{asked.get('send_name', '')}：{asked.get('wishing', '')}"
    raw = {"msgtype": "redpacket", "redpacket": {"number": made["number"],
           "cents": int(made["total_amount"])}}  # fmt: skip
    oa.deliver(world, oa.account(world), made["re_openid"], "redpacket", text, raw)
    world.mark()


def find(world: World, number: str) -> Json:
    """What became of a packet. Raises Refused."""
    found = books(world)["packets"].get(number)
    if found is None:
        raise Refused("NOT_FOUND", "指定单号数据不存在")
    return dict(found) | {"status": status(world, found)}


def status(world: World, packet: Json) -> str:
    if packet["opened"] is not None:
        return "RECEIVED"
    return "REFUND" if world.now() >= packet["at"] + DAY_MS else "SENT"


def open_one(world: World, number: str) -> bool:
    """The receiver opens it; False when it is not there, or went back."""
    found = books(world)["packets"].get(number)
    if found is None or status(world, found) != "SENT":
        return False
    found["opened"] = world.now()
    world.mark()
    return True
