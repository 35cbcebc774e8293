"""WeChat Pay over HTTP: requests and answers are signed XML, and not of /cgi-bin/."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping

from aiohttp import web

from sandbox.api.gate import cut
from sandbox.calls import Calls
from sandbox.faults import Faults
from sandbox.rules import pay
from sandbox.world.config import Merchant
from sandbox.world.model import Json
from sandbox.world.world import World
from sandbox.xmlform import Element, document, read_flat

ROOM = "/mmpaymkttransfers/"


def signature(fields: Mapping[str, str], key: str) -> str:
    """As the merchant documentation says: fields that are not empty, by name, then the key."""
    parts = [f"{name}={fields[name]}" for name in sorted(fields)
             if name != "sign" and fields[name] != ""]  # fmt: skip
    text = "&".join([*parts, f"key={key}"]).encode()
    if fields.get("sign_type") == "HMAC-SHA256":
        return hmac.new(key.encode(), text, hashlib.sha256).hexdigest().upper()
    return hashlib.md5(text, usedforsecurity=False).hexdigest().upper()


class Till:
    """Serves the two calls of red packets."""

    def __init__(self, world: World, faults: Faults, calls: Calls) -> None:
        self._world, self._faults, self._calls = world, faults, calls

    def routes(self) -> list[web.RouteDef]:
        return [web.post(f"{ROOM}sendredpack", self.send), web.post(f"{ROOM}gethbinfo", self.find)]

    async def send(self, request: web.Request) -> web.Response:
        return await self._serve(request, "sendredpack")

    async def find(self, request: web.Request) -> web.Response:
        return await self._serve(request, "gethbinfo")

    async def _serve(self, request: web.Request, name: str) -> web.Response:
        raw = await request.read()
        try:
            asked = read_flat(raw)
        except ValueError:
            return _answer([("return_code", "FAIL"), ("return_msg", "XML_ERROR")])
        row = self._calls.begin({"at": self._world.now(), "path": name, "method": "POST",
                                 "query": {}, "body": dict(asked)})  # fmt: skip
        hit = self._faults.hit("api", name)
        named = sorted(hit.kinds)
        if hit.delay_s:
            await asyncio.sleep(hit.delay_s)
        if "drop_before" in hit or "http500" in hit:
            self._calls.end(row, 0, None, named)
            return cut(request) if "drop_before" in hit else web.Response(status=500)
        told = self._judge(name, asked)
        self._calls.end(row, 0 if "drop_after" in hit else 200, 0, named)
        return cut(request) if "drop_after" in hit else _answer(told)

    def _judge(self, name: str, asked: Mapping[str, str]) -> list[Element]:
        world = self._world
        merchant = next((one for one in world.config.merchants
                         if one.mch_id == asked.get("mch_id")), None)  # fmt: skip
        if merchant is None or asked.get("sign") != signature(asked, merchant.key):
            return [("return_code", "FAIL"), ("return_msg", "签名失败"), ("err_code", "SIGN_ERROR")]
        ordered = pay.trouble(world, name)
        try:
            if ordered is not None and not ordered["done"]:
                raise pay.Refused(ordered["code"], "injected")
            found = _of(world, merchant, name, asked)
            if ordered is not None:
                raise pay.Refused(ordered["code"], "injected, and paid")
        except pay.Refused as refused:
            return [("return_code", "SUCCESS"), ("return_msg", refused.words),
                    ("result_code", "FAIL"), ("err_code", refused.code),
                    ("err_code_des", refused.words)]  # fmt: skip
        return [("return_code", "SUCCESS"), ("return_msg", "发放成功"), ("result_code", "SUCCESS"),
                *found]  # fmt: skip


def _of(world: World, merchant: Merchant, name: str, asked: Mapping[str, str]) -> list[Element]:
    number = asked.get("mch_billno", "")
    if name == "sendredpack":
        made = pay.pay(world, merchant, asked)
        return [("mch_billno", number), ("mch_id", merchant.mch_id), ("wxappid", made["wxappid"]),
                ("re_openid", made["re_openid"]), ("total_amount", int(made["total_amount"])),
                ("send_listid", made["list_id"])]  # fmt: skip
    found: Json = pay.find(world, number)
    return [("mch_billno", number), ("mch_id", merchant.mch_id), ("detail_id", found["list_id"]),
            ("status", found["status"]), ("send_type", "API"), ("hb_type", "NORMAL"),
            ("total_num", 1), ("total_amount", int(found["total_amount"]))]  # fmt: skip


def _answer(elements: list[Element]) -> web.Response:
    return web.Response(text=document(elements), content_type="text/xml")
