"""Contacts, apps, served people, group ids, files by URL: the quieter endpoints."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from sandbox.world import load
from tests.sandbox.conftest import House
from tests.waiting import until

EXT = "externalcontact/"


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """The sample world with a second department, a tag of staff and every permission."""
    text = load.DEFAULT.read_text(encoding="utf-8")
    text = text.replace('"directory"]', '"directory", "contacts_sync", "archive"]', 1)
    lead = 'userid = "he.qing"'
    text = text.replace(
        lead, f'department = 2\nmobile = "13800000000"\nemail = "q@x.example"\n{lead}'
    )
    text = text.replace(
        "[rules]", '[[staff_tag]]\nid = 7\nname = "店长"\nmembers = ["he.qing"]\n[rules]'
    )
    path = tmp_path / "world.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_departments_and_members(play, world) -> None:
    async def story(home: House) -> None:
        rows = (await home.get("department/list"))["department"]
        assert [(row["id"], row["parentid"]) for row in rows] == [(1, 0), (2, 1)]
        assert len((await home.get("department/list", id=2))["department"]) == 1
        assert (await home.get("department/get", id=2))["department"]["name"] == "部门2"
        assert (await home.get("department/get", id=9))["errcode"] == 60003
        assert len((await home.get("department/simplelist"))["department_id"]) == 2
        assert [
            row["userid"] for row in (await home.get("user/list", department_id=2))["userlist"]
        ] == ["he.qing"]
        assert len((await home.get("user/simplelist", department_id=1))["userlist"]) == 7
        first = await home.post("user/list_id", {"limit": 5})
        rest = await home.post("user/list_id", {"limit": 5, "cursor": first["next_cursor"]})
        found = first["dept_user"] + rest["dept_user"]
        assert len({row["userid"] for row in found}) == 7 and rest["next_cursor"] == ""
        assert found[-1] == {"userid": "he.qing", "department": 2}
        assert (await home.post("user/getuserid", {"mobile": 13800000000}))["userid"] == "he.qing"
        assert await home.code("user/getuserid", {"mobile": "1"}) == 60111
        mail = {"email": "q@x.example", "email_type": 1}
        assert (await home.post("user/get_userid_by_email", mail))["userid"] == "he.qing"
        assert "mobile" not in await home.get("user/get", userid="he.qing")

    play(story, world=world)


def test_tags_of_staff(play, world) -> None:
    async def story(home: House) -> None:
        assert (await home.get("tag/list"))["taglist"] == [{"tagid": 7, "tagname": "店长"}]
        assert (await home.get("tag/get", tagid=7))["userlist"][0]["userid"] == "he.qing"
        assert (await home.get("tag/get", tagid=8))["errcode"] == 40068
        note = {"totag": "7|8", "agentid": 1000002, "msgtype": "text", "text": {"content": "早"}}
        assert (await home.post("message/send", note))["invalidtag"] == "8"
        assert len(await home.see("/chats/he.qing/messages")) == 1
        note |= {"totag": "", "toparty": "1"}
        assert await home.code("message/send", note) == 0
        assert len(await home.see("/chats/lin.xi/messages")) == 1

    play(story, world=world)


def test_list_id_needs_the_contacts_secret(play) -> None:
    async def story(home: House) -> None:
        assert await home.code("user/list_id", {}) == 48002

    play(story)


def test_the_app_itself(play) -> None:
    async def story(home: House) -> None:
        assert (await home.get("agent/list"))["agentlist"][0]["agentid"] == 1000002
        assert await home.code("agent/set", {"agentid": 1000002}) == 40063
        assert await home.code("agent/set", {"agentid": 1000002, "name": "助手"}) == 0
        assert (await home.get("agent/get", agentid=1000002))["name"] == "助手"
        assert (await home.get("agent/get", agentid=5))["errcode"] == 40056

    play(story)


def test_served_people_page(play) -> None:
    async def story(home: House) -> None:
        stranger = await home.customer(name="路人")
        await home.do("/groups/wrBANZHAN01/join", {"customer": stranger})
        rows, cursor = [], ""
        while True:
            found = await home.post(EXT + "contact_list", {"limit": 2, "cursor": cursor})
            assert len(found["info_list"]) <= 2
            rows += found["info_list"]
            cursor = found["next_cursor"]
            if not cursor:
                break
        assert [row["is_customer"] for row in rows] == [True] * 5 + [False]
        assert rows[0]["external_userid"] == "wmBANZHAN0001" and rows[0]["name"] == "青**"
        assert rows[-1]["chat_id"] == "wrBANZHAN01" and "external_userid" not in rows[-1]
        assert await home.code(EXT + "contact_list", {"cursor": "odd"}) == 50100

    play(story)


def test_group_ids_temp_chats_and_the_old_transfer(play) -> None:
    async def story(home: House) -> None:
        group = (await home.see("/state?part=groups"))["groups"][1]
        found = await home.post(EXT + "opengid_to_chatid", {"opengid": group["opengid"]})
        assert found["chat_id"] == group["chat_id"] == "wrBANZHAN01"
        assert await home.code(EXT + "opengid_to_chatid", {"opengid": "tGx"}) == 90511
        pair = {"userid": "lin.xi", "external_userid": "wmBANZHAN0001"}
        assert await home.code(EXT + "close_temp_chat", pair) == 0
        move = {"external_userid": "wmBANZHAN0001", "takeover_userid": "su.he"}
        move["handover_userid"] = "lin.xi"
        assert await home.code(EXT + "transfer", move) == 40097
        groups = {"chat_id_list": ["wrBANZHAN01", "no"], "new_owner": "gu.song"}
        listed = (await home.post(EXT + "groupchat/transfer", groups))["failed_chat_list"]
        assert [row["errcode"] for row in listed] == [90500, 90501]
        await home.do("/staff/lin.xi/resign")
        assert await home.code(EXT + "transfer", move) == 0
        listed = (await home.post(EXT + "groupchat/transfer", groups))["failed_chat_list"]
        assert [row["errcode"] for row in listed] == [90501]

    play(story)


def test_statistics_by_day_and_acquisition_chats(play) -> None:
    async def story(home: House) -> None:
        owners = {"userid_list": ["lin.xi", "chen.mo"]}
        days = {"day_begin_time": 1789920000, "day_end_time": 1790006400, "owner_filter": owners}
        items = (await home.post(EXT + "groupchat/statistic_group_by_day", days))["items"]
        assert len(items) == 2 and items[0]["data"]["chat_total"] == 2
        users = {"user_list": ["su.he"]}
        made = await home.post(
            EXT + "customer_acquisition/create_link", {"link_name": "x", "range": users}
        )
        person = await home.customer()
        await home.do(
            f"/customers/{person}/open", {"url": made["link"]["url"] + "?customer_channel=c"}
        )
        key = {"chat_key": made["link"]["link_id"] + ".0"}
        found = await home.post(EXT + "customer_acquisition/get_chat_info", key)
        assert found["external_userid"] == person and found["chat_info"]["state"] == "c"
        assert (
            await home.code(EXT + "customer_acquisition/get_chat_info", {"chat_key": "x"}) == 40058
        )

    play(story)


DATA = b"%PDF" + b"x" * 5000


async def serve() -> tuple[web.AppRunner, str]:
    """A place that gives one file."""

    async def give(request: web.Request) -> web.Response:
        return web.Response(body=DATA)

    app = web.Application()
    app.router.add_get("/a.pdf", give)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/"


async def finished(home: House, jobid: str) -> dict[str, Any]:

    async def result() -> dict[str, Any] | None:
        found = await home.post("media/get_upload_by_url_result", {"jobid": jobid})
        return found if found["status"] != 1 else None

    return await until(result, "the upload ends", pause=0.005)


def test_a_file_by_url(play) -> None:
    async def story(home: House) -> None:
        runner, base = await serve()
        md5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()
        job = {"scene": 1, "type": "file", "filename": "a.pdf", "md5": md5}
        made = await home.post("media/upload_by_url", job | {"url": base + "a.pdf"})
        found = await finished(home, made["jobid"])
        assert found["status"] == 2
        assert (await home.receiver.wait(1))[-1]["JobId"] == made["jobid"]
        query = {"access_token": home.token, "media_id": found["detail"]["media_id"]}
        async with home.http.get(home.box.urls()["api"] + "/media/get", params=query) as answer:
            assert await answer.read() == DATA
        for change, code in (({"url": base + "b"}, 830003), ({"md5": "0" * 32}, 301019)):
            made = await home.post("media/upload_by_url", job | {"url": base + "a.pdf"} | change)
            found = await finished(home, made["jobid"])
            assert (found["status"], found["detail"]["errcode"]) == (3, code)
        assert await home.code("media/upload_by_url", job | {"url": "ftp://x"}) == 830001
        assert await home.code("media/get_upload_by_url_result", {"jobid": "no"}) == 40058
        await runner.cleanup()

    play(story)
