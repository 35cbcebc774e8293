"""Bulk messages and moments: nothing reaches a group or a feed without a member's tap."""

from __future__ import annotations

import pytest

ADD = "externalcontact/add_msg_template"
GROUP = "wrBANZHAN01"
DAY = 86_400


def text(words: str, **more) -> dict:
    return {"text": {"content": words}} | more


async def tap(home, userid: str, **body) -> list:
    """Confirm everything that waits; the confirmed tasks."""
    found = await home.see(f"/staff/{userid}/tasks")
    return [await home.do(f"/staff/{userid}/tasks/{each['id']}/confirm", body) for each in found]


async def results(home, msgid: str, userid: str) -> dict:
    asked = {"msgid": msgid, "userid": userid}
    found = await home.post("externalcontact/get_groupmsg_send_result", asked)
    return {
        row.get("external_userid") or row["chat_id"]: row["status"] for row in found["send_list"]
    }


def test_nothing_is_sent_by_the_call(play) -> None:
    async def story(home) -> None:
        made = await home.post(ADD, text("早", chat_type="group", sender="lin.xi"))
        await home.post("externalcontact/add_moment_task", text("新品"))
        await home.advance(2)
        for customer in ("wmBANZHAN0001", "wmBANZHAN0002"):
            assert await home.texts(customer) == []
        assert await home.see(f"/chats/{GROUP}/messages") == []
        waiting = await home.see("/staff/lin.xi/tasks")
        assert [each["kind"] for each in waiting] == ["bulk_group", "moment"]
        assert waiting[0]["targets"] == [GROUP] and waiting[0]["status"] == "waiting"
        tasks = await home.post("externalcontact/get_groupmsg_task", {"msgid": made["msgid"]})
        assert tasks["task_list"] == [{"userid": "lin.xi", "status": 0}]

    play(story)


def test_group_task_after_the_tap(play) -> None:
    async def story(home) -> None:
        link = {"msgtype": "link", "link": {"title": "晒茶席", "url": "https://a.example"}}
        made = await home.post(
            ADD,
            text(
                "早", chat_type="group", sender="lin.xi", chat_id_list=[GROUP], attachments=[link]
            ),
        )
        assert (
            await home.post(
                ADD, text("x", chat_type="group", sender="lin.xi", chat_id_list=["wrBANZHAN02"])
            )
        )["errcode"] == 41048
        asked = {"msgid": made["msgid"]}
        assert await home.code("externalcontact/get_groupmsg_task", asked) == 41063
        await home.advance(1)
        assert await results(home, made["msgid"], "lin.xi") == {GROUP: 0}
        done = await tap(home, "lin.xi")
        assert done[0]["status"] == "sent" and done[0]["results"] == {GROUP: 1}
        expected = [("group", "text", "早"), ("group", "link", "晒茶席")]
        assert await home.texts("wmBANZHAN0001") == expected
        assert await home.texts("wmBANZHAN0004") == []
        tasks = await home.post("externalcontact/get_groupmsg_task", asked)
        assert tasks["task_list"][0]["status"] == 2
        assert await results(home, made["msgid"], "lin.xi") == {GROUP: 1}
        await tap(home, "lin.xi")
        again = await home.do(f"/staff/lin.xi/tasks/{done[0]['id']}/confirm")
        assert again["status"] == "sent" and len(await home.texts("wmBANZHAN0001")) == 2

    play(story)


def test_single_results_per_receiver(play) -> None:
    async def story(home) -> None:
        good, gone, lost = [await home.friend("su.he") for _ in range(3)]
        await home.do("/staff/su.he/delete", {"customer": lost})
        stranger = await home.customer()
        made = await home.post(
            ADD, text("周末", sender="su.he", external_userid=[good, gone, lost, stranger])
        )
        assert made["fail_list"] == [lost, stranger]
        await home.do(f"/customers/{gone}/delete", {"userid": "su.he"})
        await home.advance(1)
        assert await results(home, made["msgid"], "su.he") == {good: 0, gone: 0}
        await tap(home, "su.he")
        assert await results(home, made["msgid"], "su.he") == {good: 1, gone: 2}
        assert await home.texts(good) == [("contact", "text", "周末")]
        assert await home.texts(gone) == []

    play(story)


def test_cap_is_as_many_as_the_month_has_days(play) -> None:
    async def story(home) -> None:
        made = await home.friend("su.he")
        for place in range(30):  # September 2026
            await home.do("/staff/su.he/bulk", {"text": str(place), "customers": [made]})
        task = await home.post(ADD, text("one too many", external_userid=[made]))
        await home.advance(1)
        await tap(home, "su.he")
        assert await results(home, task["msgid"], "su.he") == {made: 3}
        assert len(await home.texts(made)) == 30
        await home.advance(31 * DAY)
        own = await home.do("/staff/su.he/bulk", {"text": "next month", "customers": [made]})
        assert own["results"] == {made: 1}

    play(story)


@pytest.mark.parametrize(("cap", "sent"), [("day1", [1, 3, 1]), ("week7", [1, 1, 1])])
def test_other_caps(play, cap, sent) -> None:
    async def story(home) -> None:
        made = await home.friend("su.he")
        found = []
        for wait in (0, DAY, 0):
            own = await home.do("/staff/su.he/bulk", {"text": "x", "customers": [made]})
            found.append(own["results"][made])
            await home.advance(wait)
        assert found == sent

    play(story, f'bulk.cap = "{cap}"')


def test_a_shared_customer_goes_to_the_last_who_interacted(play) -> None:
    async def story(home) -> None:
        made = await home.friend("lin.xi")
        await home.advance(10)
        await home.do(f"/customers/{made}/add", {"userid": "su.he"})
        await home.advance(10)
        await home.do(f"/customers/{made}/say", {"userid": "lin.xi", "text": "hi"})
        await home.post(ADD, text("x", external_userid=[made]))
        assert len(await home.see("/staff/lin.xi/tasks")) == 1
        assert await home.see("/staff/su.he/tasks") == []

    play(story)


def test_tag_filter_is_or_within_and_between(play) -> None:
    async def story(home) -> None:
        people = [await home.friend("su.he") for _ in range(3)]
        marks = (["绿茶", "熟客"], ["乌龙", "熟客"], ["绿茶", "新朋友"])
        for person, names in zip(people, marks, strict=True):
            await home.do("/staff/su.he/tag", {"customer": person, "add": names})
        listed = await home.post("externalcontact/get_corp_tag_list")
        ids = {tag["name"]: tag["id"] for group in listed["tag_group"] for tag in group["tag"]}
        groups = [{"tag_list": [ids["绿茶"], ids["乌龙"]]}, {"tag_list": [ids["熟客"]]}]
        await home.post(ADD, text("x", sender="su.he", tag_filter={"group_list": groups}))
        assert (await home.see("/staff/su.he/tasks"))[0]["targets"] == people[:2]

    play(story)


def test_remind_cancel_refuse(play) -> None:
    async def story(home) -> None:
        made = await home.post(ADD, text("x", sender="lin.xi"))
        asked = {"msgid": made["msgid"]}
        codes = [await home.code("externalcontact/remind_groupmsg_send", asked) for _ in range(4)]
        assert codes == [0, 0, 0, 41094]
        task = (await home.see("/staff/lin.xi/tasks"))[0]["id"]
        refused = await home.do(f"/staff/lin.xi/tasks/{task}/refuse")
        assert refused["status"] == "refused" and await home.see("/staff/lin.xi/tasks") == []
        assert await home.code("externalcontact/cancel_groupmsg_send", asked) == 0
        assert await home.code("externalcontact/cancel_groupmsg_send", asked) == 41093
        status, _ = await home.control("POST", f"/staff/lin.xi/tasks/{task}/confirm")
        assert status == 409
        assert await home.code("externalcontact/remind_groupmsg_send", {"msgid": "no"}) == 41047
        assert await home.code("externalcontact/remind_groupmsg_send", {}) == 41046

    play(story)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (text("x"), 40063),
        (text("x", chat_type="group"), 40063),
        (text("x", chat_type="feed"), 40035),
        (text("x", external_userid=["wmNO"]), 41048),
        (text("x", sender="he.qing"), 84074),
        (text("x", sender="nobody"), 60111),
        ({"sender": "lin.xi"}, 40063),
        (text("茶" * 1333 + "x", sender="lin.xi"), 0),
        (text("茶" * 1333 + "xx", sender="lin.xi"), 45002),
        (text("x", sender="lin.xi", attachments=[{}] * 10), 40058),
        (text("x", external_userid=["w"] * 10_001), 40058),
        (text("x", chat_type="group", sender="lin.xi", chat_id_list=["w"] * 2001), 40058),
    ],
)
def test_bulk_is_checked(play, body, code) -> None:
    async def story(home) -> None:
        assert await home.code(ADD, body) == code

    play(story)


def test_bulk_lists(play) -> None:
    async def story(home) -> None:
        now = home.box.world.now_s()
        await home.post(ADD, text("corp", sender="lin.xi"))
        await home.do("/staff/lin.xi/bulk", {"text": "own"})
        span = {"chat_type": "single", "start_time": now - 10, "end_time": now + 10}
        path = "externalcontact/get_groupmsg_list_v2"
        found = await home.post(path, span)
        assert [row["text"]["content"] for row in found["group_msg_list"]] == ["corp", "own"]
        found = await home.post(path, span | {"filter_type": 1})
        assert [row["creator"] for row in found["group_msg_list"]] == ["lin.xi"]
        page = await home.post(path, span | {"limit": 1})
        page = await home.post(path, span | {"limit": 1, "cursor": page["next_cursor"]})
        assert page["group_msg_list"][0]["text"]["content"] == "own" and not page["next_cursor"]
        assert await home.code(path, span | {"end_time": now + 32 * DAY}) == 40058

    play(story)


# -- moments --------------------------------------------------------------------------------------


def test_a_moment_from_job_to_feed(play) -> None:
    async def story(home) -> None:
        users = {"sender_list": {"user_list": ["lin.xi", "chen.mo", "he.qing"]}}
        made = await home.post("externalcontact/add_moment_task", text("春分", visible_range=users))
        path, seen = "externalcontact/get_moment_task_result", []
        for _ in range(3):
            job = await home.get(path, jobid=made["jobid"])
            seen.append(job["status"])
            await home.advance(0.5)
        assert seen == [1, 2, 3]
        assert job["result"]["invalid_sender_list"]["user_list"] == ["he.qing"]
        moment = {"moment_id": job["result"]["moment_id"]}
        ask = moment | {"userid": "lin.xi"}
        assert await home.code("externalcontact/get_moment_send_result", ask) == 41062
        await tap(home, "lin.xi")
        assert await home.texts("wmBANZHAN0001") == [("moment", "text", "春分")]
        assert await home.texts("wmBANZHAN0004") == [], "chen.mo has not tapped"
        tasks = await home.post("externalcontact/get_moment_task", moment)
        assert {row["userid"]: row["publish_status"] for row in tasks["task_list"]} == {
            "lin.xi": 1,
            "chen.mo": 0,
        }
        sent = await home.post("externalcontact/get_moment_send_result", ask)
        assert len(sent["customer_list"]) == 3
        await home.do(
            f"/customers/wmBANZHAN0001/moments/{moment['moment_id']}",
            {"like": True, "comment": "想喝"},
        )
        found = await home.post("externalcontact/get_moment_comments", ask)
        assert [row["external_userid"] for row in found["like_list"]] == ["wmBANZHAN0001"]
        assert len(found["comment_list"]) == 1
        status, _ = await home.control(
            "POST", f"/customers/wmBANZHAN0004/moments/{moment['moment_id']}", {"like": True}
        )
        assert status == 409
        assert await home.code("externalcontact/cancel_moment_task", moment) == 0
        assert await home.see("/staff/chen.mo/tasks") == []

    play(story)


def test_one_person_two_accounts_one_moment_each(play) -> None:
    async def story(home) -> None:
        made = await home.friend("lin.xi")
        await home.do(f"/customers/{made}/add", {"userid": "chen.mo"})
        await home.post("externalcontact/add_moment_task", text("x"))
        for userid in ("lin.xi", "chen.mo", "lin.xi"):
            await tap(home, userid)
        rows = await home.see(f"/customers/{made}/messages")
        assert [(row["channel"], row["from"]) for row in rows] == [
            ("moment", "lin.xi"),
            ("moment", "chen.mo"),
        ]

    play(story)


def test_moment_limits(play) -> None:
    async def story(home) -> None:
        path = "externalcontact/add_moment_task"
        assert await home.code(path, {}) == 41088
        assert await home.code(path, text("茶" * 1334)) == 45002
        assert await home.code(path, text("x" * 2001)) == 45002
        temp = await home.upload("media/upload", "a.png", b"\x89PNG 12345", type="image")
        image = {"msgtype": "image", "image": {"media_id": temp["media_id"]}}
        assert await home.code(path, text("x", attachments=[image])) == 40007, "wrong kind of id"
        right = await home.upload(
            "media/upload_attachment",
            "a.png",
            b"\x89PNG 12345",
            media_type="image",
            attachment_type=1,
        )
        image = {"msgtype": "image", "image": {"media_id": right["media_id"]}}
        assert await home.code(path, text("x", attachments=[image] * 9)) == 0
        video = {"msgtype": "video", "video": {"media_id": right["media_id"]}}
        assert await home.code(path, text("x", attachments=[image, video])) == 40058
        codes = [await home.code(path, text("x")) for _ in range(10)]
        assert codes == [0] * 9 + [45009]
        ask = {"moment_id": "no", "userid": "lin.xi"}
        assert await home.code("externalcontact/get_moment_comments", ask) == 41060
        assert await home.code("externalcontact/get_moment_comments", {"userid": "a"}) == 41059

    play(story)


def test_own_moment_of_a_member(play) -> None:
    async def story(home) -> None:
        await home.do("/staff/lin.xi/moment", {"text": "午后"})
        assert await home.texts("wmBANZHAN0001") == [("moment", "text", "午后")]
        now = home.box.world.now_s()
        found = await home.post(
            "externalcontact/get_moment_list",
            {"start_time": now - 5, "end_time": now + 5, "filter_type": 1},
        )
        assert [row["creator"] for row in found["moment_list"]] == ["lin.xi"]

    play(story)
