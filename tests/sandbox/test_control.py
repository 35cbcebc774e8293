"""The control plane: shapes that scripts rely on, paging, the clock, and repeatability."""

from __future__ import annotations

import asyncio

import pytest

from tests.sandbox.conftest import AT, house

KF = "wkBANZHAN01"


def test_state_has_the_promised_shapes(play) -> None:
    async def story(home) -> None:
        found = await home.see("/state")
        assert found["staff"][0] == {
            "userid": "lin.xi",
            "name": "小盏·林溪",
            "can_add": True,
            "active": True,
        }
        assert found["customers"][0]["friends"] == ["lin.xi"]
        assert {"chat_id", "kind", "owner", "members"} <= set(found["groups"][0])
        assert found["kf"][0]["open_kfid"] == KF and found["robots"][0]["bot_id"] == "aibBANZHAN01"
        assert found["tasks"] == [] and found["clock"] == {"now_ms": AT, "offset_ms": 0}
        assert found["counters"]["customers"] == 5
        status, told = await home.control("GET", "/state?part=weather")
        assert status == 400 and "customers" in told["error"]

    play(story)


def test_lists_page(play) -> None:
    async def story(home) -> None:
        page = await home.see("/state?part=customers&limit=3")
        assert len(page["customers"]) == 3 and page["next_cursor"] == "3"
        page = await home.see("/state?part=customers&limit=3&cursor=3")
        assert len(page["customers"]) == 2 and page["next_cursor"] == ""
        made = await home.friend()
        for text in "abc":
            await home.do("/staff/lin.xi/sidebar/send", {"customer": made, "text": text})
        rows = await home.see(f"/customers/{made}/messages?limit=2&cursor=1")
        assert [row["text"] for row in rows] == ["b", "c"]
        status, _ = await home.control("GET", f"/customers/{made}/messages?limit=x")
        assert status == 400

    play(story)


def test_clock_only_goes_forward(play) -> None:
    async def story(home) -> None:
        assert await home.see("/clock") == {"now_ms": AT, "offset_ms": 0}
        assert await home.do("/clock", {"advance_s": 1.5}) == {
            "now_ms": AT + 1500,
            "offset_ms": 1500,
        }
        for wrong in (-1, "soon", None, True):
            status, told = await home.control("POST", "/clock", {"advance_s": wrong})
            assert status == 400 and "advance_s" in told["error"]

    play(story)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/customers/wmNO/messages", None, 404),
        ("POST", "/customers/wmNO/add", {"userid": "lin.xi"}, 404),
        ("POST", "/customers", {"n": 0}, 400),
        ("POST", "/customers", [1], 400),
        ("POST", "/customers/wmBANZHAN0001/add", {}, 400),
        ("POST", "/customers/wmBANZHAN0001/kf", {"open_kfid": KF}, 400),
        ("POST", "/customers/wmBANZHAN0001/kf", {"open_kfid": "wkNO", "text": "x"}, 400),
        ("POST", "/customers/wmBANZHAN0001/kf", {"open_kfid": KF, "event": "dance"}, 400),
        ("POST", "/customers/wmBANZHAN0001/open", {"url": "https://a.example"}, 400),
        ("GET", "/staff/nobody/tasks", None, 404),
        ("POST", "/staff/lin.xi/tasks/none/confirm", {}, 404),
        ("GET", "/chats/none/messages", None, 404),
        ("POST", "/apps/9/say", {"userid": "lin.xi", "text": "x"}, 404),
        ("POST", "/apps/1000002/say", {"userid": "lin.xi"}, 400),
        ("POST", "/weather", {}, 404),
        ("GET", "/customers", None, 404),
    ],
)
def test_wrong_requests_say_why(play, method, path, body, status) -> None:
    async def story(home) -> None:
        found, told = await home.control(method, path, body)
        assert found == status and told["error"]

    play(story)


def test_every_msgtype_of_a_customer(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        for kind in ("image", "voice", "video", "file"):
            await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "msgtype": kind})
        place = {"latitude": 23.1, "longitude": 113.3, "name": "门店"}
        await home.do(
            f"/customers/{made}/kf", {"open_kfid": KF, "msgtype": "location", "location": place}
        )
        sent = await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": "错了"})
        await home.do(
            f"/customers/{made}/kf", {"open_kfid": KF, "event": "recall", "msgid": sent["msgid"]}
        )
        rows = (await home.post("kf/sync_msg", {"open_kfid": KF}))["msg_list"]
        assert [row["msgtype"] for row in rows] == [
            "image",
            "voice",
            "video",
            "file",
            "location",
            "text",
            "event",
        ]
        assert rows[4]["location"]["name"] == "门店"
        assert rows[6]["event"]["recall_msgid"] == sent["msgid"]
        media = rows[0]["image"]["media_id"]
        url = f"{home.box.urls()['api']}/media/get?access_token={home.token}&media_id={media}"
        async with home.http.get(url) as found:
            assert (await found.read()).startswith(b"\x89PNG")

    play(story)


def test_app_events(play) -> None:
    async def story(home) -> None:
        say = "/apps/1000002/say"
        await home.do(say, {"userid": "lin.xi", "event": "enter_agent"})
        await home.do(
            say,
            {
                "userid": "lin.xi",
                "event": "template_card_event",
                "key": "send_now",
                "task_id": "t-42",
                "selected": {"tone": ["friendly"]},
            },
        )
        first, second = await home.receiver.wait(2)
        assert (first["Event"], first["EventKey"]) == ("enter_agent", "")
        assert (second["TaskId"], second["EventKey"]) == ("t-42", "send_now")
        assert "<OptionId><![CDATA[friendly]]></OptionId>" in home.receiver.texts[1]
        change = {
            "agentid": 1000002,
            "response_code": second["ResponseCode"],
            "button": {"replace_name": "好"},
        }
        assert await home.code("message/update_template_card", change) == 0

    play(story)


def test_archive_consent(play) -> None:
    async def story(home) -> None:
        made = await home.friend()
        await home.do(f"/customers/{made}/archive-consent", {"agree": True})
        events = await home.receiver.wait(3)
        (event,) = [e for e in events if e.get("ChangeType") == "msg_audit_approved"]
        assert event["WelcomeCode"]
        assert "msgaudit_notify" in {e["Event"] for e in events}

    play(story)


def test_same_calls_same_answers() -> None:
    async def once() -> list:
        async with house() as home:
            made = await home.friend("gu.song")
            await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": "x"})
            await home.post(
                "externalcontact/add_msg_template", {"sender": "gu.song", "text": {"content": "y"}}
            )
            await home.receiver.wait(2)
            texts = home.receiver.texts
            return [texts, await home.see("/state?part=bulks"), home.token]

    assert asyncio.run(once()) == asyncio.run(once())
