"""Customer service: five messages in 48 hours, states, codes, and the log behind sync_msg."""

from __future__ import annotations

import asyncio

import pytest

KF = "wkBANZHAN01"
HOUR = 3600


async def ask(home, customer: str, text: str = "有货吗", kf: str = KF):
    return await home.do(f"/customers/{customer}/kf", {"open_kfid": kf, "text": text})


async def send(home, customer: str, msgid: str = "", text: str = "有的") -> int:
    body = {"touser": customer, "open_kfid": KF, "msgid": msgid, "msgtype": "text"}
    return await home.code("kf/send_msg", body | {"text": {"content": text}})


async def sync(home, **more):
    return await home.post("kf/sync_msg", {"open_kfid": KF} | more)


async def state(home, customer: str) -> int:
    pair = {"open_kfid": KF, "external_userid": customer}
    return (await home.post("kf/service_state/get", pair))["service_state"]


async def trans(home, customer: str, to: int, servicer: str = "") -> dict:
    pair = {"open_kfid": KF, "external_userid": customer, "service_state": to}
    more = {"servicer_userid": servicer} if servicer else {}
    return await home.post("kf/service_state/trans", pair | more)


def test_callback_token_and_log(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        sent = await ask(home, made, " 有货吗 ")
        event = (await home.receiver.wait(1))[0]
        assert set(event) == {"ToUserName", "CreateTime", "MsgType", "Event", "Token", "OpenKfId"}
        assert (event["Event"], event["OpenKfId"]) == ("kf_msg_or_event", KF)
        page = await sync(home, token=event["Token"], limit=1000)
        assert page["has_more"] == 0
        assert page["msg_list"] == [
            {
                "msgid": sent["msgid"],
                "open_kfid": KF,
                "external_userid": made,
                "origin": 3,
                "send_time": home.box.world.now_s(),
                "msgtype": "text",
                "text": {"content": " 有货吗 "},
            }
        ]
        assert (await sync(home, cursor=page["next_cursor"]))["msg_list"] == []

    play(story)


def test_five_messages_then_a_refill(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        assert await send(home, made) == 95018, "has not written yet"
        await ask(home, made)
        assert [await send(home, made) for _ in range(6)] == [0, 0, 0, 0, 0, 95001]
        await ask(home, made)
        assert await send(home, made) == 0
        assert len(await home.texts(made)) == 6
        page = await sync(home)
        assert {row["origin"] for row in page["msg_list"]} == {3}, "own messages are not returned"

    play(story)


@pytest.mark.parametrize(("hours", "code"), [(48, 0), (48.01, 95002)])
def test_within_48_hours(play, hours, code) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        await home.advance(hours * HOUR)
        assert await send(home, made) == code
        assert await state(home, made) == (0 if code == 0 else 4)

    play(story)


@pytest.mark.parametrize(("rule", "code"), [("error", 40058), ("ok", 0)])
def test_a_repeated_msgid_is_never_delivered_twice(play, rule, code) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        assert await send(home, made, "r-1") == 0
        assert await send(home, made, "r-1") == code
        assert await send(home, made, "r 1") == 40058
        assert await send(home, made, "r" * 33) == 40058
        assert len(await home.texts(made)) == 1

    play(story, f'kf.duplicate_msgid = "{rule}"')


def test_a_repeat_is_recognised_after_the_session_has_moved_on(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        for place in range(5):
            assert await send(home, made, f"r{place}") == 0
        assert await send(home, made, "r0") == 40058, "not 95001: the client must learn it arrived"

    play(story)


def test_states_move_as_the_table_says(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        assert await state(home, made) == 4
        assert (await trans(home, made, 1))["errcode"] == 95016
        await ask(home, made)
        assert await state(home, made) == 0
        assert (await trans(home, made, 1))["errcode"] == 0
        assert await send(home, made) == 0
        queued = await trans(home, made, 2)
        assert queued["msg_code"]
        assert await send(home, made) == 95018
        assert (await trans(home, made, 1))["errcode"] == 95016
        assert (await trans(home, made, 3))["errcode"] == 40063
        assert (await trans(home, made, 3, "gu.song"))["errcode"] == 95014
        assert (await trans(home, made, 3, "lin.xi")).get("msg_code") is None
        assert await send(home, made) == 95018
        ended = await trans(home, made, 4)
        assert ended["msg_code"] and await send(home, made) == 95013
        body = {"code": ended["msg_code"], "msgtype": "text", "text": {"content": "再见"}}
        assert await home.code("kf/send_msg_on_event", body) == 0
        assert await home.code("kf/send_msg_on_event", body) == 41051
        await ask(home, made)
        assert await state(home, made) == 0
        assert len(home.receiver.events) == 2, "changes by API make no callback"

    play(story)


def test_link_scene_and_welcome_code(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        found = await home.post("kf/add_contact_way", {"open_kfid": KF, "scene": "poster"})
        again = await home.post("kf/add_contact_way", {"open_kfid": KF, "scene": "poster"})
        assert found["url"] == again["url"]
        async with home.http.get(found["url"], headers={"Accept": "application/json"}) as page:
            assert await page.json() == {"open_kfid": KF, "scene": "poster"}
        opened = await home.do(
            f"/customers/{made}/open", {"url": found["url"] + "&scene_param=a%26b"}
        )
        event = (await sync(home))["msg_list"][0]["event"]
        assert event["event_type"] == "enter_session"
        assert (event["scene"], event["scene_param"]) == ("poster", "a&b")
        assert event["welcome_code"] == opened["welcome_code"]
        menu = {
            "code": event["welcome_code"],
            "msgtype": "msgmenu",
            "msgmenu": {
                "head_content": "想问什么",
                "list": [{"type": "click", "click": {"id": "brew", "content": "怎么泡"}}],
            },
        }
        assert await home.code("kf/send_msg_on_event", menu) == 0
        assert await home.texts(made) == [("kf", "msgmenu", "想问什么\n怎么泡")]
        again = await home.do(f"/customers/{made}/open", {"url": found["url"]})
        assert again["welcome_code"] is None, "one welcome in 48 hours"
        await home.do(
            f"/customers/{made}/kf", {"open_kfid": KF, "event": "menu_click", "menu_id": "brew"}
        )
        assert (await sync(home))["msg_list"][-1]["text"] == {
            "content": "怎么泡",
            "menu_id": "brew",
        }
        status, _ = await home.control(
            "POST", f"/customers/{made}/open", {"url": found["url"][:-1]}
        )
        assert status == 400

    play(story)


@pytest.mark.parametrize(("seconds", "code"), [(20, 0), (21, 41050)])
def test_welcome_code_lives_twenty_seconds(play, seconds, code) -> None:
    async def story(home) -> None:
        made = await home.customer()
        entered = await home.do(
            f"/customers/{made}/kf", {"open_kfid": KF, "event": "enter_session"}
        )
        await home.advance(seconds)
        body = {"code": entered["welcome_code"], "msgtype": "text", "text": {"content": "hi"}}
        image = {"code": entered["welcome_code"], "msgtype": "image", "image": {"media_id": "x"}}
        assert await home.code("kf/send_msg_on_event", image) == 40008
        assert await home.code("kf/send_msg_on_event", body) == code

    play(story)


def test_no_welcome_code_for_somebody_who_wrote(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        event = {"open_kfid": KF, "event": "enter_session"}
        assert (await home.do(f"/customers/{made}/kf", event))["welcome_code"] is None
        await home.advance(48 * HOUR + 1)
        assert (await home.do(f"/customers/{made}/kf", event))["welcome_code"]

    play(story)


def test_pages_cursors_and_three_days(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        for place in range(5):
            await ask(home, made, str(place))
        page = await sync(home, limit=2)
        assert [row["text"]["content"] for row in page["msg_list"]] == ["0", "1"]
        assert page["has_more"] == 1 and len(page["next_cursor"]) <= 64
        page = await sync(home, limit=1000, cursor=page["next_cursor"])
        assert [row["text"]["content"] for row in page["msg_list"]] == ["2", "3", "4"]
        other = {"open_kfid": "wkBANZHAN02", "cursor": page["next_cursor"]}
        assert await home.code("kf/sync_msg", other) == 50100, "a cursor belongs to its account"
        await home.advance(3 * 24 * HOUR + 1)
        await ask(home, made, "new")
        assert [row["text"]["content"] for row in (await sync(home))["msg_list"]] == ["new"]

    play(story)


def test_without_open_kfid_all_accounts_are_walked(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        for place, kf in enumerate(("wkBANZHAN01", "wkBANZHAN03", "wkBANZHAN01")):
            await ask(home, made, str(place), kf)
        seen, cursor, more = [], "", 1
        while more:
            page = await home.post("kf/sync_msg", {"limit": 1, "cursor": cursor})
            seen += [row["text"]["content"] for row in page["msg_list"]]
            cursor, more = page["next_cursor"], page["has_more"]
        assert sorted(seen) == ["0", "1", "2"]

    play(story)


def test_without_token_ten_calls_a_minute(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        token = (await home.receiver.wait(1))[0]["Token"]
        codes = [(await sync(home))["errcode"] for _ in range(11)]
        assert codes == [0] * 10 + [45009]
        assert (await sync(home, token=token))["errcode"] == 0, "a token lifts the limit"
        await home.advance(60)
        assert (await sync(home))["errcode"] == 0
        assert (await sync(home, token="ENCinvented"))["errcode"] == 95007
        await home.advance(600)
        assert (await sync(home, token=token))["errcode"] == 95007

    play(story)


def test_empty_pages_when_the_world_wants_them(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        page = await sync(home)
        assert (page["msg_list"], page["has_more"]) == ([], 1)
        page = await sync(home, cursor=page["next_cursor"])
        assert len(page["msg_list"]) == 1 and page["has_more"] == 0

    play(story, "kf.empty_pages = true")


def test_too_many_sync_calls_at_once(play) -> None:
    async def story(home) -> None:
        await home.do("/faults", {"on": "api", "kind": "slow", "path": "sync_msg", "delay_ms": 80})
        found = await asyncio.gather(*(sync(home) for _ in range(7)))
        assert sorted(each["errcode"] for each in found) == [0] * 5 + [45033] * 2

    play(story)


def test_a_customer_who_refuses_shows_up_as_msg_send_fail(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "event": "refuse"})
        assert await send(home, made, "r-1") == 0
        event = (await sync(home))["msg_list"][-1]["event"]
        assert event == {
            "event_type": "msg_send_fail",
            "open_kfid": KF,
            "fail_type": 10,
            "external_userid": made,
            "fail_msgid": "r-1",
        }
        assert await home.texts(made) == []

    play(story)


def test_a_servicer_takes_says_and_ends(play) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        await trans(home, made, 2)
        doing = {"open_kfid": KF, "customer": made}
        await home.do("/staff/lin.xi/kf", doing | {"action": "take"})
        assert await state(home, made) == 3
        await home.do("/staff/lin.xi/kf", doing | {"action": "say", "text": "我来"})
        status, _ = await home.control(
            "POST", "/staff/chen.mo/kf", doing | {"action": "say", "text": "x"}
        )
        assert status == 409
        await home.do("/staff/lin.xi/kf", doing | {"action": "end"})
        assert await home.texts(made) == [("kf", "text", "我来")]
        rows = (await sync(home))["msg_list"]
        changes = [row["event"]["change_type"] for row in rows if row["msgtype"] == "event"]
        assert changes == [1, 3]
        said = next(row for row in rows if row["origin"] == 5)
        assert said["servicer_userid"] == "lin.xi" and said["text"] == {"content": "我来"}
        await home.do("/staff/chen.mo/kf", doing | {"action": "say", "text": "还在吗"})
        assert (await sync(home))["msg_list"][-2]["event"]["change_type"] == 4
        assert await state(home, made) == 3

    play(story)


def test_customer_details_need_a_visit(play) -> None:
    async def story(home) -> None:
        made, other = await home.customer(name="阿青"), await home.customer()
        await home.do(
            f"/customers/{made}/kf", {"open_kfid": KF, "event": "enter_session", "scene": "poster"}
        )
        asked = {"external_userid_list": [made, other, "wmNO"], "need_enter_session_context": 1}
        found = await home.post("kf/customer/batchget", asked)
        assert [each["nickname"] for each in found["customer_list"]] == ["阿青"]
        assert found["customer_list"][0]["enter_session_context"]["scene"] == "poster"
        assert found["invalid_external_userid"] == [other, "wmNO"]
        asked["external_userid_list"] = [other]
        assert await home.code("kf/customer/batchget", asked) == 95031

    play(story)


MENU = {"list": [{"type": "click", "click": {"content": "x"}}] * 11}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"msgtype": "text", "text": {"content": "茶" * 682 + "xx"}}, 0),
        ({"msgtype": "text", "text": {"content": "茶" * 683}}, 45002),
        ({"msgtype": "text", "text": {"content": "🍵" * 512}}, 0),
        ({"msgtype": "text", "text": {"content": "🍵" * 512 + "x"}}, 45002),
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text"}, 40063),
        ({"msgtype": "text", "text": "hi"}, 40035),
        ({"msgtype": "text", "text": {"content": 7}}, 0),
        ({"msgtype": "sticker", "sticker": {}}, 40008),
        ({}, 40008),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "image", "image": {}}, 41006),
        ({"msgtype": "msgmenu", "msgmenu": MENU}, 95008),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"type": "poll"}]}}, 95009),
        ({"msgtype": "msgmenu", "msgmenu": {"head_content": "茶" * 341 + "xx"}}, 40058),
        ({"msgtype": "location", "location": {"latitude": 200, "longitude": 1}}, 95022),
        ({"msgtype": "location", "location": {"latitude": 23.1, "longitude": 113.3}}, 0),
    ],
)
def test_messages_are_checked_like_the_platform_does(play, message, code) -> None:
    async def story(home) -> None:
        made = await home.customer()
        await ask(home, made)
        body = {"touser": made, "open_kfid": KF} | message
        assert await home.code("kf/send_msg", body) == code

    play(story)


def test_accounts(play) -> None:
    async def story(home) -> None:
        by_get, by_post = await home.get("kf/account/list"), await home.post("kf/account/list")
        assert by_get == by_post and len(by_get["account_list"]) == 3
        body = {"touser": "wmBANZHAN0001", "msgtype": "text", "text": {"content": "x"}}
        assert await home.code("kf/send_msg", body | {"open_kfid": "wkNO"}) == 95004
        assert await home.code("kf/send_msg", body) == 95000
        assert await home.code("kf/send_msg", body | {"open_kfid": KF, "touser": "wmNO"}) == 40096
        listed = await home.get("kf/servicer/list", open_kfid=KF)
        assert [each["userid"] for each in listed["servicer_list"]] == ["lin.xi", "chen.mo"]

    play(story)


def test_five_hundred_messages_in_a_burst(play) -> None:
    async def story(home) -> None:
        made = (await home.do("/customers", {"n": 50}))["ids"]
        await asyncio.gather(*(ask(home, each, str(n)) for n in range(10) for each in made))
        events = await home.receiver.wait(500)
        page = await sync(home, token=events[-1]["Token"])
        assert len({row["msgid"] for row in page["msg_list"]}) == 500

    play(story)
