"""Template cards: what each type needs, each part's own code, and what each sender may use."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from sandbox.errors import ApiError
from sandbox.rules import cards

GO = {"type": 1, "url": "https://x.example"}
OPTION = {"id": "a", "text": "甲"}
CARDS: dict[str, dict[str, Any]] = {
    "text_notice": {"main_title": {"title": "题"}, "card_action": GO},
    "news_notice": {"card_image": {"url": "https://x.example/a.png"}, "card_action": GO},
    "button_interaction": {"task_id": "t1", "button_list": [{"text": "好", "key": "k"}]},
    "vote_interaction": {
        "task_id": "t1",
        "checkbox": {"question_key": "q", "mode": 1, "option_list": [OPTION]},
        "submit_button": {"text": "交", "key": "s"},
    },
    "multiple_interaction": {
        "select_list": [{"question_key": "q", "option_list": [OPTION]}],
        "submit_button": {"text": "交", "key": "s"},
    },
}
PARTS: dict[str, Any] = {
    "source": {"icon_url": "https://x.example", "desc": "半盏", "desc_color": 3},
    "action_menu": {"desc": "更多", "action_list": [{"text": "静音", "key": "mute"}]},
    "quote_area": {"type": 2, "appid": "wx1", "title": "引", "quote_text": "文"},
    "horizontal_content_list": [{"keyname": "门店", "value": "一店", "type": 3, "userid": "u"}],
    "jump_list": [{"type": 1, "title": "看", "url": "https://x.example"}],
    "vertical_content_list": [{"title": "题", "desc": "文"}],
    "button_selection": {"question_key": "q2", "option_list": [OPTION]},
    "image_text_area": {"image_url": "https://x.example/b.png", "title": "题"},
    "emphasis_content": {"title": "99"},
    "sub_title_text": "副题",
    "feedback": {"id": "F"},
    "task_id": "t-1_@",
}


def card(kind: str = "text_notice", **more: Any) -> dict[str, Any]:
    found = {"card_type": kind} | copy.deepcopy(CARDS.get(kind, {})) | more
    return {key: value for key, value in found.items() if value is not None}


def code(given: dict[str, Any], sender: cards.Sender = cards.APP, update: bool = False) -> int:
    try:
        cards.check_card(sender, given, update)
    except ApiError as error:
        return error.errcode
    return 0


@pytest.mark.parametrize("kind", CARDS)
def test_every_type_and_every_part(kind: str) -> None:
    assert code(card(kind)) == 0
    assert code(card(kind), cards.ROBOT) == 0
    assert code(card(kind), cards.WEBHOOK) == (0 if kind in cards.NOTICES else 42031)
    assert code(card(kind) | PARTS) == 0


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, 42031),
        (card("odd"), 42031),
        (card(card_action=None), 42045),
        (card(card_action={"type": 0}), 42045),
        (card(card_action={"type": 1}), 42028),
        (card(card_action={"type": 2}), 42030),
        (card(main_title=None), 42033),
        (card(main_title=None, sub_title_text="好"), 0),
        (card("news_notice", card_image=None), 42044),
        (card("news_notice", card_image={}), 42044),
        (card("news_notice", card_image={"url": "u", "aspect_ratio": 2.26}), 40058),
        (card("news_notice", card_image={"url": "u", "aspect_ratio": 2.25}), 0),
        (card("button_interaction", button_list=None), 42038),
        (card("button_interaction", button_list=[]), 42038),
        (card("button_interaction", button_list=[{"key": "k"}]), 42038),
        (card("button_interaction", button_list=[{"text": "好"}]), 42039),
        (card("button_interaction", button_list=[{"text": "好", "key": "k" * 1025}]), 42039),
        (card("button_interaction", button_list=[{"text": "好", "key": "k"}] * 2), 42051),
        (card("button_interaction", task_id=None), 42014),
        (card("button_interaction", task_id="任务"), 42014),
        (card("button_interaction", task_id="t" * 129), 42014),
        (card("vote_interaction", checkbox=None), 42043),
        (card("vote_interaction", checkbox={"option_list": [OPTION]}), 42043),
        (card("vote_interaction", checkbox={"question_key": "q"}), 42037),
        (
            card("vote_interaction", checkbox={"question_key": "q", "option_list": [OPTION] * 21}),
            42037,
        ),
        (card("vote_interaction", submit_button=None), 42046),
        (card("vote_interaction", submit_button={"key": "s"}), 42049),
        (card("vote_interaction", submit_button={"text": "交"}), 42046),
        (card("multiple_interaction", select_list=None), 42047),
        (
            card(
                "multiple_interaction", select_list=CARDS["multiple_interaction"]["select_list"] * 4
            ),
            42047,
        ),
        (
            card(
                "multiple_interaction",
                select_list=[{"question_key": "q", "option_list": [{"id": "a"}]}],
            ),
            42041,
        ),
        (
            card(
                "multiple_interaction",
                select_list=[{"question_key": "q", "option_list": [{"text": "a"}]}],
            ),
            42040,
        ),
        (card(horizontal_content_list=[{"value": "v"}]), 42027),
        (card(horizontal_content_list=[{"keyname": "k"}] * 7), 42035),
        (card(horizontal_content_list=[{"keyname": "k", "type": 1}]), 42028),
        (card(horizontal_content_list=[{"keyname": "k", "type": 2}]), 42029),
        (card(horizontal_content_list=[{"keyname": "k", "type": 3}]), 42050),
        (card(vertical_content_list=[{"title": "t"}] * 5), 42036),
        (card(vertical_content_list=[{"desc": "t"}]), 42033),
        (card(jump_list=[{"title": "t"}] * 4), 42042),
        (card(jump_list=[{"type": 1, "url": "u"}]), 42033),
        (card(jump_list=[{"type": 1, "title": "t"}]), 42028),
        (card(action_menu=PARTS["action_menu"]), 42014),
        (
            card(
                "vote_interaction",
                checkbox=CARDS["vote_interaction"]["checkbox"] | {"disable": True},
            ),
            40058,
        ),
    ],
)
def test_what_is_wrong(given: dict[str, Any], wanted: int) -> None:
    assert code(given) == wanted


def test_each_sender_has_its_own_parts() -> None:
    asks = card(jump_list=[{"type": 3, "title": "问", "question": "几度"}])
    assert (code(asks), code(asks, cards.ROBOT), code(asks, cards.WEBHOOK)) == (40058, 0, 40058)
    long = card(jump_list=[{"type": 3, "title": "问", "question": "茶" * 66 + "xxx"}])
    assert code(long, cards.ROBOT) == 40058
    file = card(horizontal_content_list=[{"keyname": "k", "type": 2, "media_id": "m"}])
    assert (code(file), code(file, cards.ROBOT)) == (0, 40058)


def test_an_update_needs_no_task_and_may_disable() -> None:
    done = card("button_interaction", task_id=None)
    assert (code(done), code(done, update=True)) == (42014, 0)
    checkbox = CARDS["vote_interaction"]["checkbox"] | {"disable": True}
    assert code(card("vote_interaction", checkbox=checkbox), update=True) == 0


def test_codes_over_http(play) -> None:
    async def story(home) -> None:
        note = {"touser": "lin.xi", "agentid": 1000002, "msgtype": "template_card"}
        wrong = note | {"template_card": card("vote_interaction", submit_button=None)}
        assert await home.code("message/send", wrong) == 42046
        hook = {"key": "wh-BANZHAN-01", "msgtype": "template_card"}
        assert (
            await home.code("webhook/send", hook | {"template_card": card(card_action=None)})
            == 42045
        )
        sent = await home.post("message/send", note | {"template_card": card("button_interaction")})
        change = {"agentid": 1000002, "response_code": sent["response_code"]}
        new = card("text_notice", main_title={"title": "已排"})
        assert (
            await home.code("message/update_template_card", change | {"template_card": {}}) == 42031
        )
        odd = {"template_card": card("text_notice", main_title=None)}
        assert await home.code("message/update_template_card", change | odd) == 42033
        assert await home.code("message/update_template_card", change | {"template_card": new}) == 0
        shown = (await home.see("/chats/lin.xi/messages"))[-1]["raw"]["template_card"]
        assert shown["main_title"] == {"title": "已排"} and shown["task_id"] == "t1"

    play(story)


def test_a_button_is_greyed_out_for_those_who_are_named(play) -> None:
    async def story(home) -> None:
        note = {"touser": "lin.xi|su.he", "agentid": 1000002, "msgtype": "template_card"}
        sent = await home.post("message/send", note | {"template_card": card("button_interaction")})
        change = {"agentid": 1000002, "response_code": sent["response_code"], "userids": ["su.he"]}
        change["button"] = {"replace_name": "已处理"}
        assert await home.code("message/update_template_card", change) == 0
        mine = (await home.see("/chats/lin.xi/messages"))[-1]["raw"]
        other = (await home.see("/chats/su.he/messages"))[-1]["raw"]
        assert "replaced_button" not in mine and other["replaced_button"] == "已处理"

    play(story)
