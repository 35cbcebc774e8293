"""wechatpy's own client, unmodified, over HTTP; and any client over TLS with the sandbox's CA."""

from __future__ import annotations

import asyncio
import io
import ssl

import aiohttp
import pytest
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from sandbox.server import Sandbox
from sandbox.tls import write_ca
from tests.sandbox.conftest import CORP, SECRET, house

ROBOT = {"bot_id": "aibBANZHAN01", "secret": "sandbox-robot-secret"}


def client(api: str) -> WeChatClient:
    """Base and token addresses are set from outside; the installed code stays as it is."""

    class Pointed(WeChatClient):
        API_BASE_URL = api + "/"

        def fetch_access_token(self):  # the original has the platform's address written into it
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=api + "/gettoken", params=query)

    return Pointed(CORP, SECRET)


def walk(api: str, customer: str, code: str) -> None:
    found = client(api)
    contact, groups = found.external_contact, found.external_contact_group_chat
    assert len(contact.get_follow_user_list()["follow_user"]) == 6
    assert customer in contact.list("lin.xi")["external_userid"]
    assert contact.get(customer)["external_contact"]["external_userid"] == customer
    assert len(contact.batch_get_by_user("lin.xi")["external_contact_list"]) == 4
    assert len(found.kf.get_account_list()["account_list"]) == 3
    rows = found.kf.sync_msg("", "", 10)["msg_list"]
    assert rows[0]["text"]["content"] == "你好"
    assert found.kf.batchget_customer([customer])["customer_list"]
    body = {"msgtype": "text", "text": {"content": "在"}}
    assert found.kf_message.send(customer, "wkBANZHAN01", "", body)["msgid"]
    assert "enc_scene" in found.kf.add_contact_way("wkBANZHAN01", "s1")["url"]
    assert found.message.send_text(1000002, "lin.xi", "你好")["errcode"] == 0
    media = found.media.upload("image", ("a.png", io.BytesIO(b"\x89PNG12345")))
    assert found.message.send_image(1000002, "lin.xi", media["media_id"])["errcode"] == 0
    assert found.user.get("lin.xi")["name"] == "小盏·林溪"
    assert len(found.user.list(1)) == 7 and found.department.list()
    assert found.agent.get(1000002)["name"] == "半盏助手"
    assert len(groups.list()["group_chat_list"]) == 2
    assert groups.get("wrBANZHAN01")["group_chat"]["owner"] == "lin.xi"
    assert contact.get_corp_tag_list()["tag_group"]
    assert contact.send_welcome_msg({"welcome_code": code, "text": {"content": "hi"}})
    with pytest.raises(WeChatClientException) as refused:
        contact.get("wmNO")
    assert refused.value.errcode == 40096


def test_wechatpy_unmodified() -> None:
    async def main() -> None:
        async with house() as home:
            made = await home.customer()
            added = await home.do(f"/customers/{made}/add", {"userid": "lin.xi"})
            await home.do(f"/customers/{made}/kf", {"open_kfid": "wkBANZHAN01", "text": "你好"})
            api = home.box.urls()["api"]
            await asyncio.to_thread(walk, api, made, added["welcome_code"])

    asyncio.run(main())


def test_tls_with_the_own_ca(tmp_path) -> None:
    async def main() -> None:
        box = Sandbox()
        await box.start(tls_port=0)
        assert box.authority is not None and box.tls_port
        write_ca(box.authority, tmp_path / "ca.pem")
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
        base = f"https://127.0.0.1:{box.tls_port}"
        async with aiohttp.ClientSession() as http:
            async with http.get(base + "/cgi-bin/getcallbackip", ssl=context) as found:
                assert (await found.json())["errcode"] == 41001
            async with http.ws_connect(base, ssl=context) as socket:
                hello = {"cmd": "aibot_subscribe", "headers": {"req_id": "a"}, "body": ROBOT}
                await socket.send_json(hello)
                assert (await socket.receive_json())["errcode"] == 0
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await http.get(base)
        await box.stop()

    asyncio.run(main())
