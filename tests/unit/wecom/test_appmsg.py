"""Messages of applications and push robots: shapes and limits before the call, fates after it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.core.body import Body, Card, Link, Markdown, Media, MiniProgram, Rich, Text
from bot.core.config import Limits
from bot.core.model import Never, Outbound, Outcome, Sent
from bot.wecom import appmsg, push
from bot.wecom.errors import ApiError
from bot.wecom.media import assets_in
from bot.wecom.sending import Parcel
from bot.wecom.wire import BadBody
from tests.unit.wecom.stub import Answer, Stub, client, platform

LINK = Link("T", "https://a.example", "D")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


def parcel(body: Body, channel: str = "app", **more: Any) -> Parcel:
    data, peer = more.pop("data", {}), more.pop("peer", "li.na")
    row = Outbound(
        lane="l", pool="reply", channel=channel, account="assistant", peer=peer,
        kind="notice", body=body, origin="staff:1:1", persona="p", persona_version=1, dedupe="d",
        send_at=0, data=data,
    )  # fmt: skip
    return Parcel(row=row, limits=Limits(), seconds=90, agent_id=7, webhook_key="K", **more)


def app(body: Body, **data: Any) -> dict[str, Any]:
    return appmsg.message_of(parcel(body, data=data))


def hook(body: Body, **more: Any) -> dict[str, Any]:
    return asyncio.run(push.message_of(parcel(body, "webhook", **more)))


APP: list[tuple[Body, dict[str, Any], str, dict[str, Any]]] = [
    (Text("hi"), {}, "text", {"content": "hi"}),
    (Markdown("# a"), {}, "markdown", {"content": "# a"}),
    (Media("voice", "", "M"), {}, "voice", {"media_id": "M"}),
    (Media("video", "", "M"), {"title": "T", "description": "D"}, "video",
     {"media_id": "M", "title": "T", "description": "D"}),
    (LINK, {"btntxt": "看看"}, "textcard",
     {"title": "T", "description": "D", "url": "https://a.example", "btntxt": "看看"}),
    (Link("T", "https://a.example"), {}, "textcard",
     {"title": "T", "description": "T", "url": "https://a.example"}),
    (MiniProgram("wx1", "p", "今日订单"), {"content_item": [{"key": "k", "value": "v"}]},
     "miniprogram_notice", {"appid": "wx1", "page": "p", "title": "今日订单",
                            "content_item": [{"key": "k", "value": "v"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "more", "kind", "value"), APP)
def test_every_kind_of_app_message_has_its_shape(
    body: Body, more: Mapping[str, Any], kind: str, value: dict[str, Any]
) -> None:
    made = app(body, more=more)
    assert made["msgtype"] == kind and made[kind] == value
    assert (made["touser"], made["agentid"]) == ("li.na", 7)
    assert "enable_duplicate_check" not in made


def test_links_with_pictures_are_articles_up_to_eight() -> None:
    links = tuple(Link(f"T{i}", "https://a.example", "", "https://a.example/p") for i in range(9))
    assert len(app(Rich("", links[:8]))["news"]["articles"]) == 8
    assert app(links[0])["news"]["articles"][0]["picurl"] == "https://a.example/p"
    for body in (Rich("", links), Rich("words too", links[:1])):
        with pytest.raises(BadBody):
            app(body)


TOO_MUCH: list[tuple[Body, dict[str, Any]]] = [
    (Text("茶" * 683), {}), (Markdown("x" * 2049), {}), (Link("茶" * 43, "https://a"), {}),
    (Link("t", "https://a", "x" * 513), {}), (Link("t", "https://a/" + "x" * 2048), {}),
    (LINK, {"btntxt": "五个字太多"}), (Media("file"), {}), (Card({"card_type": "text_notice"}), {}),
    (MiniProgram("wx1", "p", "三个字"), {}), (MiniProgram("wx1", "p", "字" * 13), {}),
    (MiniProgram("wx1", "p", "今日订单"), {"content_item": [{"key": "k", "value": "v"}] * 11}),
    (MiniProgram("wx1", "p", "今日订单"), {"content_item": [{"key": "k" * 11, "value": "v"}]}),
    (MiniProgram("wx1", "p", "今日订单"), {"content_item": [{"key": "k", "value": "v" * 31}]}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "more"), TOO_MUCH)
def test_what_the_platform_would_cut_off_or_refuse_does_not_leave(
    body: Body, more: dict[str, Any]
) -> None:
    with pytest.raises(BadBody):
        app(body, more=more)


def test_everybody_gets_no_mini_program_notice_and_nobody_more_than_a_thousand() -> None:
    with pytest.raises(BadBody, match="@all"):
        appmsg.message_of(parcel(MiniProgram("wx1", "p", "今日订单"), peer="@all"))
    assert appmsg.message_of(parcel(Text("x"), receivers=["u"] * 1000))
    with pytest.raises(BadBody, match="1001 receivers"):
        appmsg.message_of(parcel(Text("x"), receivers=["u"] * 1001))


def test_a_push_robot_mentions_people_in_a_text_only() -> None:
    data = {"mention": ["li.na", "@all"], "mention_mobile": ["13800000000"]}
    assert hook(Text("x"), data=data)["text"] == {
        "content": "x", "mentioned_list": ["li.na", "@all"],
        "mentioned_mobile_list": ["13800000000"],
    }  # fmt: skip
    with pytest.raises(BadBody, match="only a text"):
        hook(Markdown("x"), data=data)


def test_a_push_robot_sends_a_picture_as_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "cup.png").write_bytes(PNG)
    made = hook(Media("image", "cup.png"), assets=assets_in(tmp_path))
    assert base64.b64decode(made["image"]["base64"]) == PNG
    assert made["image"]["md5"] == hashlib.md5(PNG).hexdigest()
    for assets, name in ((None, "cup.png"), (assets_in(tmp_path), "gone.png")):
        with pytest.raises(BadBody):
            hook(Media("image", name), assets=assets)


def test_a_picture_has_at_most_two_megabytes_and_is_jpg_or_png() -> None:
    whole = PNG + b"0" * (2 * 1024 * 1024 - len(PNG))
    assert push.picture(whole)
    for raw in (whole + b"0", b"GIF89a" + b"0" * 20, b""):
        with pytest.raises(BadBody):
            push.picture(raw)


def test_a_push_robot_posts_one_to_eight_articles_and_no_interactive_card() -> None:
    assert hook(Rich("text", (LINK,) * 8))
    interactive = {"card_type": "button_interaction", "task_id": "t",
                   "button_list": [{"text": "x", "key": "k"}]}  # fmt: skip
    for body in (Rich("text", (LINK,) * 9), Card(interactive), Card({"card_type": "text_notice"})):
        with pytest.raises(BadBody):
            hook(body)
    assert hook(Media("file", "", "M"))["file"] == {"media_id": "M"}


def sent(answer: Answer, out: Parcel) -> tuple[Outcome, Stub]:
    async def scenario() -> tuple[Outcome, Stub]:
        async with platform(Stub(answer=lambda _: answer)) as stub, client(stub.url) as api:
            return await appmsg.send(api, out), stub

    return asyncio.run(scenario())


def test_whom_the_platform_could_not_reach_is_reported() -> None:
    answer = {"errcode": 0, "msgid": "M1", "invaliduser": "wang.wu|LI.NA",
              "unlicenseduser": "zhao"}  # fmt: skip
    outcome, _ = sent(answer, parcel(Text("x"), receivers=["Li.Na", "he", "zhao"]))
    assert outcome == Sent("M1", "not reached: Li.Na, zhao", ("Li.Na", "zhao"))


def test_nobody_reached_is_a_refusal_though_the_platform_says_ok() -> None:
    outcome, _ = sent({"errcode": 0, "msgid": "M1", "invaliduser": "li.na"}, parcel(Text("x")))
    assert isinstance(outcome, Never) and outcome.code == "invaliduser"


def test_a_response_code_is_handed_on() -> None:
    outcome, _ = sent({"errcode": 0, "msgid": "M1", "response_code": "RC"}, parcel(Text("x")))
    assert outcome == Sent("M1", "", (), "RC")


NEW_CARD = {"card_type": "text_notice", "main_title": {"title": "好了"},
            "card_action": {"type": 1, "url": "https://a.example"}}  # fmt: skip


@pytest.mark.parametrize(
    "change", [{"button": {"replace_name": "已发"}}, {"template_card": NEW_CARD}]
)
def test_a_card_is_changed_for_everybody_who_has_it(change: dict[str, Any]) -> None:
    data = {"update": {"response_code": "RC", **change}}
    outcome, stub = sent({"errcode": 0}, parcel(Text(""), data=data))
    assert outcome == Sent()
    (call,) = stub.calls
    assert call.path == "message/update_template_card"
    assert json.loads(call.body) == {"agentid": 7, "response_code": "RC", "atall": 1, **change}


@pytest.mark.parametrize("change", [{}, {"button": {}}, {"template_card": {"card_type": "x"}}])
def test_a_change_without_anything_new_does_not_leave(change: dict[str, Any]) -> None:
    with pytest.raises(BadBody):
        sent({"errcode": 0}, parcel(Text(""), data={"update": {"response_code": "RC", **change}}))


def test_a_recall_names_the_message() -> None:
    outcome, stub = sent({"errcode": 0}, parcel(Text(""), data={"recall": "M1"}))
    assert outcome == Sent("M1")
    assert (stub.calls[0].path, json.loads(stub.calls[0].body)) == (
        "message/recall",
        {"msgid": "M1"},
    )


def test_a_used_code_is_an_error_of_the_platform() -> None:
    data = {"update": {"response_code": "RC", "button": {"replace_name": "x"}}}
    with pytest.raises(ApiError, match="42014"):
        sent({"errcode": 42014, "errmsg": "x"}, parcel(Text(""), data=data))
