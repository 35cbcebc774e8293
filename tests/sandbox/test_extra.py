"""Join ways, welcome material, transfers, acquisition links, statistics."""

from __future__ import annotations

ONE, TWO = "wrBANZHAN01", "wrBANZHAN02"
DAY = 86_400
EXT = "externalcontact/"


def test_join_way_leads_into_a_group_and_opens_the_next(play) -> None:
    async def story(home) -> None:
        way = {
            "scene": 2,
            "chat_id_list": [ONE],
            "state": "grp-a",
            "room_base_name": "三群",
            "room_base_id": 7,
        }
        made = await home.post(EXT + "groupchat/add_join_way", way)
        asked = {"config_id": made["config_id"]}
        found = (await home.post(EXT + "groupchat/get_join_way", asked))["join_way"]
        people = [await home.customer() for _ in range(2)]
        joined = [
            await home.do(f"/customers/{each}/open", {"url": found["qr_code"]}) for each in people
        ]
        assert joined[0]["chat_id"] == ONE and joined[1]["chat_id"] != ONE
        events = await home.receiver.wait(3)
        assert events[0]["JoinScene"] == "3"
        chat = (
            await home.post(
                EXT + "groupchat/get", {"chat_id": joined[1]["chat_id"], "need_name": 1}
            )
        )["group_chat"]
        assert chat["name"] == "三群7" and chat["owner"] == "lin.xi"
        assert chat["member_list"][-1]["state"] == "grp-a"
        add = EXT + "groupchat/add_join_way"
        assert await home.code(add, way | {"chat_id_list": [ONE] * 6}) == 41091
        assert await home.code(add, {"chat_id_list": [ONE]}) == 41038
        assert await home.code(add, way | {"chat_id_list": ["wrINTERNAL01"]}) == 90501
        assert await home.code(EXT + "groupchat/del_join_way", asked) == 0
        assert await home.code(EXT + "groupchat/get_join_way", asked) == 41044

    play(story, "groups.capacity = 6")


def test_transfer_waits_a_day(play) -> None:
    async def story(home) -> None:
        made, other = await home.friend("lin.xi"), await home.friend("lin.xi")
        body = {
            "handover_userid": "lin.xi",
            "takeover_userid": "su.he",
            "external_userid": [made, other, "wmBANZHAN0004"],
        }
        found = await home.post(EXT + "transfer_customer", body)
        assert [row["errcode"] for row in found["customer"]] == [0, 0, 84061]
        again = await home.post(EXT + "transfer_customer", body)
        assert again["customer"][0]["errcode"] == 40129
        await home.do(f"/customers/{other}/refuse-transfer")
        pair = {key: body[key] for key in ("handover_userid", "takeover_userid")}
        rows = (await home.post(EXT + "transfer_result", pair))["customer"]
        assert [row["status"] for row in rows] == [2, 3]
        await home.advance(DAY)
        rows = (await home.post(EXT + "transfer_result", pair))["customer"]
        assert [row["status"] for row in rows] == [1, 3]
        link = (await home.get(EXT + "get", external_userid=made))["follow_user"]
        assert [row["userid"] for row in link] == ["su.he"] and link[0]["add_way"] == 202
        kinds = [each["ChangeType"] for each in await home.receiver.wait(5)]
        assert kinds[2:] == ["transfer_fail", "del_external_contact", "add_external_contact"]
        assert home.receiver.events[3]["Source"] == "DELETE_BY_TRANSFER"

    play(story)


def test_customers_of_a_member_who_left(play) -> None:
    async def story(home) -> None:
        body = {
            "handover_userid": "lin.xi",
            "takeover_userid": "su.he",
            "external_userid": ["wmBANZHAN0001"],
        }
        path = EXT + "resigned/transfer_customer"
        assert await home.code(path, body) == 40097
        await home.do("/staff/lin.xi/resign")
        found = await home.post(EXT + "get_unassigned_list", {"page_size": 2})
        assert len(found["info"]) == 2 and not found["is_last"]
        assert await home.code(path, body) == 0
        moved = await home.post(
            EXT + "groupchat/transfer", {"chat_id_list": [ONE, "wrNO"], "new_owner": "su.he"}
        )
        assert [row["chat_id"] for row in moved["failed_chat_list"]] == ["wrNO"]
        chat = (await home.post(EXT + "groupchat/get", {"chat_id": ONE}))["group_chat"]
        assert chat["owner"] == "su.he"

    play(story)


def test_acquisition_links(play) -> None:
    async def story(home) -> None:
        ca = EXT + "customer_acquisition/"
        made = await home.post(
            ca + "create_link", {"link_name": "小店", "range": {"user_list": ["su.he"]}}
        )
        link = {"link_id": made["link"]["link_id"]}
        person = await home.customer()
        url = made["link"]["url"] + "?customer_channel=poster-a"
        opened = await home.do(f"/customers/{person}/open", {"url": url})
        assert (opened["userid"], opened["state"]) == ("su.he", "poster-a")
        first, second = await home.receiver.wait(2)
        assert first["ChangeType"] == "friend_request" and first["LinkId"] == link["link_id"]
        assert second["State"] == "poster-a"
        rows = (await home.post(ca + "customer", link))["customer_list"]
        assert rows[0]["external_userid"] == person
        quota = await home.get(EXT + "customer_acquisition_quota")
        assert quota["balance"] == quota["total"] - 1
        assert await home.code(ca + "delete_link", link) == 0
        assert await home.code(ca + "get", link) == 40058

    play(story)


def test_welcome_material_is_only_kept(play) -> None:
    async def story(home) -> None:
        path = EXT + "group_welcome_template/"
        made = await home.post(path + "add", {"text": {"content": "欢迎 %NICKNAME%"}})
        asked = {"template_id": made["template_id"]}
        found = await home.post(path + "get", asked)
        assert found["text"] == {"content": "欢迎 %NICKNAME%"}
        assert await home.code(path + "edit", asked | {"text": {"content": "新"}}) == 0
        assert await home.code(path + "add", {}) == 40063
        assert await home.code(path + "del", asked) == 0
        assert await home.code(path + "get", asked) == 40058
        assert await home.texts("wmBANZHAN0001") == []

    play(story)


def test_statistics(play) -> None:
    async def story(home) -> None:
        await home.friend("su.he")
        today = home.box.world.now_s() // DAY * DAY
        span = {"userid": ["su.he"], "start_time": today, "end_time": today}
        rows = (await home.post(EXT + "get_user_behavior_data", span))["behavior_data"]
        assert [row["new_contact_cnt"] for row in rows] == [1]
        long = span | {"end_time": today + 31 * DAY}
        assert await home.code(EXT + "get_user_behavior_data", long) == 40058
        found = await home.post(
            EXT + "groupchat/statistic",
            {"day_begin_time": today, "owner_filter": {"userid_list": ["lin.xi"]}},
        )
        assert found["items"][0]["data"]["chat_total"] == 1

    play(story)


def test_albums_and_word_rules_are_kept(play) -> None:
    async def story(home) -> None:
        upload = {"media_type": "image", "attachment_type": 2}
        image = await home.upload("media/upload_attachment", "a.png", b"\x89PNG12345", **upload)
        picture = {"type": "image", "image": {"media_id": image["media_id"]}}
        goods = {"description": "春茶", "price": 9900, "attachments": [picture]}
        bad = {"type": "image", "image": {"media_id": "none"}}
        assert await home.code(EXT + "add_product_album", goods | {"attachments": [bad]}) == 40007
        made = await home.post(EXT + "add_product_album", goods)
        listed = await home.post(EXT + "get_product_album_list", {"limit": 10})
        assert [row["product_id"] for row in listed["product_list"]] == [made["product_id"]]
        assert await home.code(EXT + "add_product_album", goods | {"price": 5_000_001}) == 40058
        rule = {"rule_name": "广告法", "word_list": ["最好"], "intercept_type": 1}
        rule["applicable_range"] = {"user_list": ["lin.xi", "su.he"]}
        made = await home.post(EXT + "add_intercept_rule", rule | {"semantics_list": [1]})
        found = await home.post(EXT + "get_intercept_rule", {"rule_id": made["rule_id"]})
        assert found["rule"]["extra_rule"] == {"semantics_list": [1]}
        change = {"add_applicable_range": {"user_list": ["gu.song"]}}
        change["remove_applicable_range"] = {"user_list": ["su.he"]}
        assert await home.code(EXT + "update_intercept_rule", made | change) == 0
        found = await home.post(EXT + "get_intercept_rule", {"rule_id": made["rule_id"]})
        assert found["rule"]["applicable_range"]["user_list"] == ["lin.xi", "gu.song"]
        assert await home.code(EXT + "del_intercept_rule", {"rule_id": made["rule_id"]}) == 0
        assert (await home.get(EXT + "get_intercept_rule_list"))["rule_list"] == []

    play(story)


def test_kf_knowledge_upgrade_and_statistics(play) -> None:
    async def story(home) -> None:
        group = await home.post("kf/knowledge/add_group", {"name": "冲泡"})
        asked = {"group_id": group["group_id"]}
        await home.post("kf/knowledge/add_intent", asked | {"question": {"text": "几度水"}})
        listed = await home.post("kf/knowledge/list_intent", asked)
        assert len(listed["intent_list"]) == 1
        person = await home.customer()
        await home.do(f"/customers/{person}/kf", {"open_kfid": "wkBANZHAN01", "text": "x"})
        pair = {"open_kfid": "wkBANZHAN01", "external_userid": person, "type": 1}
        path = "kf/customer/upgrade_service"
        assert await home.code(path, pair | {"member": {"userid": "su.he"}}) == 0
        assert await home.code(path, pair | {"member": {"userid": "he.qing"}}) == 95021
        assert await home.texts(person) == []
        today = home.box.world.now_s() // DAY * DAY
        span = {"open_kfid": "wkBANZHAN01", "start_time": today, "end_time": today}
        rows = (await home.post("kf/get_corp_statistic", span))["statistic_list"]
        assert rows[0]["statistic"]["customer_msg_cnt"] == 1

    play(story)
