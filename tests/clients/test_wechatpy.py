"""wechatpy's own client (wechatpy.work.WeChatClient), unmodified: only addresses come from outside.

Its token address is written into the code, so the override of `fetch_access_token` is part of
setting addresses; nothing else is replaced.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient

from tests.sandbox.conftest import CORP, SECRET, house

KF, AGENT, GROUP, PNG = "wkBANZHAN01", 1000002, "wrBANZHAN01", b"\x89PNG12345"


def pointed(api: str) -> WeChatClient:
    """The client with both addresses set."""

    class Pointed(WeChatClient):
        API_BASE_URL = api + "/"

        def fetch_access_token(self):
            query = {"corpid": self.corp_id, "corpsecret": self.secret}
            return self._fetch_access_token(url=api + "/gettoken", params=query)

    return Pointed(CORP, SECRET)


@dataclass
class Scene:
    """A client, and the customer who added lin.xi and wrote to kf."""

    client: WeChatClient
    customer: str
    code: str


def contacts(scene: Scene) -> None:
    client = scene.client
    assert client.user.get("lin.xi")["name"] == "小盏·林溪"
    assert len(client.user.list(1)) == 7 and client.user.list(1, simple=True)
    assert client.department.list() and client.department.list(1)
    assert client.department.get(1)["id"] == 1
    assert len(client.department.get_users(1)) == 7
    assert client.agent.get(AGENT)["name"] == "半盏助手"
    assert client.agent.list()[0]["agentid"] == AGENT
    assert client.tag.list() == []
    assert client.misc.get_wechat_ips() == ["127.0.0.1"]


def external_contact(scene: Scene) -> None:
    contact, customer = scene.client.external_contact, scene.customer
    assert len(contact.get_follow_user_list()["follow_user"]) == 6
    assert customer in contact.list("lin.xi")["external_userid"]
    assert contact.get(customer)["external_contact"]["external_userid"] == customer
    assert len(contact.batch_get_by_user("lin.xi")["external_contact_list"]) == 4
    way = contact.add_contact_way(2, 2, 0, "海报", True, "poster", ["lin.xi"], [])
    assert contact.get_contact_way(way["config_id"])["contact_way"]["state"] == "poster"
    assert contact.update_contact_way(way["config_id"], "新海报", True, 0, "p2", ["su.he"], [])
    assert contact.del_contact_way(way["config_id"])["errcode"] == 0
    made = contact.add_corp_tag(None, "意向", 1, [{"name": "热"}])["tag_group"]
    tag = made["tag"][0]["id"]
    assert contact.mark_tag("lin.xi", customer, [tag], None)["errcode"] == 0
    assert contact.edit_corp_tag(tag, "很热", 2)["errcode"] == 0
    assert contact.del_corp_tag([tag], None)["errcode"] == 0
    assert contact.get_corp_tag_list()["tag_group"]
    assert contact.send_welcome_msg({"welcome_code": scene.code, "text": {"content": "hi"}})
    task = {"chat_type": "single", "external_userid": [customer], "text": {"content": "周末"}}
    assert contact.add_msg_template(task)["fail_list"] == []


def groups(scene: Scene) -> None:
    found = scene.client.external_contact_group_chat
    assert len(found.list()["group_chat_list"]) == 2
    assert found.get(GROUP)["group_chat"]["owner"] == "lin.xi"
    assert scene.client.external_contact.get_group_chat_info(GROUP)["group_chat"]["name"]


def service(scene: Scene) -> None:
    kf, customer = scene.client.kf, scene.customer
    assert len(kf.get_account_list()["account_list"]) == 3
    assert kf.sync_msg("", "", 10)["msg_list"][0]["text"]["content"] == "你好"
    assert kf.batchget_customer([customer])["customer_list"]
    assert kf.get_service_state(KF, customer)["service_state"] in (0, 1)
    assert "enc_scene" in kf.add_contact_way(KF, "s1")["url"]
    assert kf.get_servicer_list(KF)["servicer_list"]
    assert kf.add_servicer(KF, ["su.he"])["result_list"][0]["errcode"] == 0
    assert kf.del_servicer(KF, ["su.he"])["result_list"][0]["errcode"] == 0
    sender = scene.client.kf_message
    body = {"msgtype": "text", "text": {"content": "在"}}
    assert sender.send(customer, KF, "", body)["msgid"]
    assert sender.send_text(customer, KF, "你好")["msgid"]
    media = scene.client.media.upload("image", ("a.png", io.BytesIO(PNG)))["media_id"]
    assert sender.send_image(customer, KF, media)["msgid"]
    menu = [{"type": "click", "click": {"id": "1", "content": "好"}}]
    assert sender.send_msgmenu(customer, KF, "选一个", menu, "谢谢")["msgid"]


def messages(scene: Scene) -> None:
    client, media = scene.client, scene.client.media
    assert client.message.send_text(AGENT, "lin.xi", "你好")["errcode"] == 0
    assert client.message.send_markdown(AGENT, "lin.xi", "**好**")["errcode"] == 0
    card = client.message.send_text_card
    assert card(AGENT, "lin.xi", "题", "文", "https://x.example")["errcode"] == 0
    article = {"title": "题", "description": "", "url": "https://x.example", "image": ""}
    assert client.message.send_articles(AGENT, "lin.xi", [article])["errcode"] == 0
    made = media.upload("image", ("a.png", io.BytesIO(PNG)))["media_id"]
    assert client.message.send_image(AGENT, "lin.xi", made)["errcode"] == 0
    assert client.get("media/get", params={"media_id": made}).content == PNG
    chat = client.appchat.create("", "茶", "lin.xi", ["lin.xi", "su.he"])["chatid"]
    assert client.appchat.get(chat)["owner"] == "lin.xi"
    assert client.appchat.send(chat, "text", content="早")["errcode"] == 0
    assert client.jsapi.get_jsapi_ticket() and client.jsapi.get_agent_jsapi_ticket()


def refusals(scene: Scene) -> None:
    with pytest.raises(WeChatClientException) as refused:
        scene.client.external_contact.get("wmNO")
    assert refused.value.errcode == 40096


PARTS = (contacts, external_contact, groups, service, messages, refusals)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: str(part.__name__))
def test_wechatpy(part: Callable[[Scene], Any]) -> None:
    async def main() -> None:
        async with house() as home:
            made = await home.customer()
            added = await home.do(f"/customers/{made}/add", {"userid": "lin.xi"})
            await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": "你好"})
            client = pointed(home.box.urls()["api"])
            await asyncio.to_thread(part, Scene(client, made, added["welcome_code"]))

    asyncio.run(main())
