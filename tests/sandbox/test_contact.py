"""Adding, welcoming, deleting: what the platform allows a program to say to a new friend."""

from __future__ import annotations

import asyncio

import pytest

from tests.waiting import until

WELCOME = "externalcontact/send_welcome_msg"


def body(code: str, text: str = "你好") -> dict:
    return {"welcome_code": code, "text": {"content": text}}


def test_add_event_carries_state_and_code(play) -> None:
    async def story(home) -> None:
        made = await home.customer(name="阿青")
        added = await home.do(f"/customers/{made}/add", {"userid": "lin.xi", "state": "poster-a"})
        event = (await home.receiver.wait(1))[0]
        assert event["Event"] == "change_external_contact"
        assert event["ChangeType"] == "add_external_contact"
        assert (event["FromUserName"], event["State"]) == ("sys", "poster-a")
        assert (event["UserID"], event["ExternalUserID"]) == ("lin.xi", made)
        assert event["WelcomeCode"] == added["welcome_code"]
        found = await home.get("externalcontact/get", external_userid=made)
        assert found["external_contact"]["name"] == "阿青"
        assert found["follow_user"][0]["state"] == "poster-a"

    play(story)


def test_welcome_goes_once_and_in_parts(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        code = (await home.do(f"/customers/{made}/add", {"userid": "su.he"}))["welcome_code"]
        link = {"msgtype": "link", "link": {"title": "茶单", "url": "https://a.example/b"}}
        assert await home.code(WELCOME, body(code) | {"attachments": [link]}) == 0
        assert await home.code(WELCOME, body(code)) == 41051
        expected = [("contact", "text", "你好"), ("contact", "link", "茶单")]
        assert await home.texts(made) == expected
        rows = await home.see(f"/customers/{made}/messages")
        assert rows[0]["from"] == "su.he" and rows[0]["at"] == home.box.world.now()

    play(story)


@pytest.mark.parametrize(("seconds", "code"), [(20, 0), (20.001, 41050), (3600, 41050)])
def test_welcome_within_twenty_seconds(play, seconds, code) -> None:
    async def story(home) -> None:
        made = await home.customer()
        found = await home.do(f"/customers/{made}/add", {"userid": "lin.xi"})
        await home.advance(seconds)
        assert await home.code(WELCOME, body(found["welcome_code"])) == code
        assert len(await home.texts(made)) == (code == 0)

    play(story)


def test_unknown_and_missing_codes(play) -> None:
    async def story(home) -> None:
        assert await home.code(WELCOME, body("nope")) == 41050
        assert await home.code(WELCOME, {"text": {"content": "x"}}) == 41049
        assert await home.code(WELCOME, {"welcome_code": "nope"}) == 40063

    play(story)


@pytest.mark.parametrize("side", ["customer", "staff"])
def test_code_dies_when_either_side_writes(play, side) -> None:
    async def story(home) -> None:
        made = await home.customer()
        code = (await home.do(f"/customers/{made}/add", {"userid": "lin.xi"}))["welcome_code"]
        if side == "customer":
            await home.do(f"/customers/{made}/say", {"userid": "lin.xi", "text": "在吗"})
        else:
            await home.do("/staff/lin.xi/sidebar/send", {"customer": made, "text": "在的"})
        assert await home.code(WELCOME, body(code)) == 41051

    play(story)


def test_second_caller_while_the_first_waits_for_its_answer(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        code = (await home.do(f"/customers/{made}/add", {"userid": "lin.xi"}))["welcome_code"]
        fault = {"on": "api", "kind": "slow", "path": "welcome", "n": 1, "delay_ms": 2_000}
        await home.do("/faults", fault)
        first = asyncio.ensure_future(home.code(WELCOME, body(code)))
        await until(lambda: home.see("/calls?path=welcome"), "the first call is there", pause=0.005)
        assert await home.code(WELCOME, body(code)) == 41096
        assert await first == 0
        assert await home.code(WELCOME, body(code)) == 41051
        assert len(await home.texts(made)) == 1

    play(story)


def test_refused_body_does_not_use_up_the_code(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        code = (await home.do(f"/customers/{made}/add", {"userid": "lin.xi"}))["welcome_code"]
        assert await home.code(WELCOME, body(code, "茶" * 1334)) == 45002
        image = {"msgtype": "image", "image": {"media_id": "gone"}}
        assert await home.code(WELCOME, body(code) | {"attachments": [image]}) == 40007
        assert await home.code(WELCOME, body(code, "茶" * 1333)) == 0

    play(story)


def test_no_code_after_a_chat_and_add_again(play) -> None:
    async def story(home) -> None:
        made = await home.friend("lin.xi")
        await home.do(f"/customers/{made}/say", {"userid": "lin.xi", "text": "hi"})
        await home.do(f"/customers/{made}/delete", {"userid": "lin.xi"})
        again = await home.do(f"/customers/{made}/add", {"userid": "lin.xi"})
        assert again["welcome_code"] is None
        events = await home.receiver.wait(3)
        assert [each["ChangeType"] for each in events[-2:]] == [
            "del_follow_user",
            "add_external_contact",
        ]
        assert "WelcomeCode" not in events[-1]

    play(story)


def test_relations_after_deletions(play) -> None:
    async def story(home) -> None:
        made = await home.friend("lin.xi")
        await home.do(f"/customers/{made}/delete", {"userid": "lin.xi"})
        found = await home.get("externalcontact/get", external_userid=made)
        assert found["errcode"] == 0, "a customer who deleted the member still counts as related"
        await home.do("/staff/lin.xi/delete", {"customer": made})
        found = await home.get("externalcontact/get", external_userid=made)
        assert found["errcode"] == 84061
        assert (await home.get("externalcontact/get", external_userid="wmNO"))["errcode"] == 40096
        rows = (await home.see("/state?part=customers"))["customers"]
        assert next(row for row in rows if row["id"] == made)["friends"] == []

    play(story)


def test_who_can_be_added(play) -> None:
    async def story(home) -> None:
        made = await home.friend("lin.xi")
        status, _ = await home.control("POST", f"/customers/{made}/add", {"userid": "he.qing"})
        assert status == 409
        status, _ = await home.control("POST", f"/customers/{made}/add", {"userid": "lin.xi"})
        assert status == 409
        status, told = await home.control("POST", f"/customers/{made}/add", {"userid": "nobody"})
        assert status == 400 and "nobody" in told["error"]
        found = await home.get("externalcontact/get_follow_user_list")
        assert len(found["follow_user"]) == 6 and "he.qing" not in found["follow_user"]

    play(story)


def test_half_added_then_accepted(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        half = await home.do(f"/customers/{made}/add", {"userid": "lin.xi", "half": True})
        found = await home.get("externalcontact/get", external_userid=made)
        assert found["errcode"] == 84061
        assert await home.code(WELCOME, body(half["welcome_code"])) == 0
        full = await home.do("/staff/lin.xi/accept", {"customer": made})
        assert full["welcome_code"] is None
        kinds = [each["ChangeType"] for each in await home.receiver.wait(2)]
        assert kinds == ["add_half_external_contact", "add_external_contact"]

    play(story)


def test_lists_and_batches_page(play) -> None:
    async def story(home) -> None:
        made = [await home.friend("gu.song") for _ in range(5)]
        found = await home.get("externalcontact/list", userid="gu.song")
        assert found["external_userid"] == made
        assert (await home.get("externalcontact/list", userid="xu.man"))["errcode"] == 84061
        asked = {"userid_list": ["gu.song"], "limit": 2, "cursor": ""}
        seen: list[str] = []
        for _ in range(3):
            page = await home.post("externalcontact/batch/get_by_user", asked)
            rows = page["external_contact_list"]
            seen += [row["external_contact"]["external_userid"] for row in rows]
            asked["cursor"] = page["next_cursor"]
        assert seen == made and asked["cursor"] == ""
        asked["cursor"] = "invented"
        assert await home.code("externalcontact/batch/get_by_user", asked) == 50100

    play(story)


def test_remarks_and_tags_by_api_are_silent_by_hand_they_are_not(play) -> None:
    async def story(home) -> None:
        made = await home.friend("lin.xi")
        pair = {"userid": "lin.xi", "external_userid": made}
        assert await home.code("externalcontact/remark", pair | {"remark": "爱喝绿茶"}) == 0
        assert await home.code("externalcontact/remark", pair | {"remark": "长" * 21}) == 40058
        assert await home.code("externalcontact/remark", pair) == 40063
        added = await home.post(
            "externalcontact/add_corp_tag", {"group_name": "意向", "tag": [{"name": "高"}]}
        )
        tag = added["tag_group"]["tag"][0]["id"]
        assert await home.code("externalcontact/mark_tag", pair | {"add_tag": [tag]}) == 0
        assert await home.code("externalcontact/mark_tag", pair | {"add_tag": ["no"]}) == 40068
        assert await home.code("externalcontact/mark_tag", pair) == 40063
        await home.do("/staff/lin.xi/tag", {"customer": made, "add": ["绿茶"]})
        await home.do("/staff/lin.xi/remark", {"customer": made, "remark": "老朋友"})
        kinds = [each["ChangeType"] for each in await home.receiver.wait(3)]
        assert kinds[1:] == ["edit_external_contact"] * 2
        link = (await home.get("externalcontact/get", external_userid=made))["follow_user"][0]
        assert link["remark"] == "老朋友"
        assert {each["tag_name"] for each in link["tags"]} == {"高", "绿茶"}
        listed = await home.post("externalcontact/get_corp_tag_list", {})
        assert {each["group_name"] for each in listed["tag_group"]} >= {"口味", "意向"}

    play(story)


def test_contact_way_adds_one_of_its_members(play) -> None:
    async def story(home) -> None:
        way = {"type": 2, "scene": 2, "state": "store-1", "user": ["su.he", "zhou.yan"]}
        made = await home.post("externalcontact/add_contact_way", way)
        found = await home.post("externalcontact/get_contact_way", {"config_id": made["config_id"]})
        assert found["contact_way"]["state"] == "store-1"
        seen = []
        for _ in range(2):
            person = await home.customer()
            opened = await home.do(f"/customers/{person}/open", {"url": made["qr_code"]})
            seen.append((opened["userid"], opened["state"]))
        assert seen == [("su.he", "store-1"), ("zhou.yan", "store-1")]
        path = "externalcontact/add_contact_way"
        assert await home.code(path, {"scene": 2, "user": ["su.he"]}) == 41037
        assert await home.code(path, {"type": 3, "scene": 2, "user": ["su.he"]}) == 41039
        assert await home.code(path, way | {"user": ["su.he"] * 101}) == 41041
        assert await home.code("externalcontact/get_contact_way", {"config_id": "x"}) == 41044

    play(story)


def test_two_hundred_at_once(play) -> None:
    async def story(home) -> None:
        made = (await home.do("/customers", {"n": 200}))["ids"]
        adds = (home.do(f"/customers/{each}/add", {"userid": "lin.xi"}) for each in made)
        await asyncio.gather(*adds)
        events = await home.receiver.wait(200)
        codes = [each["WelcomeCode"] for each in events]
        answers = await asyncio.gather(*(home.code(WELCOME, body(code)) for code in codes))
        assert set(answers) == {0} and len(set(codes)) == 200

    play(story)
