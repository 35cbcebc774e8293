"""Every call of wechatpy's catalogue either awaits and makes one request, or is refused by name."""

from __future__ import annotations

import asyncio
import inspect
import io
from collections.abc import Iterator
from typing import Any

import pytest
from wechatpy.client.api.base import BaseWeChatAPI
from wechatpy.work import WeChatClient

from bot.wecom.client import REFUSED
from tests.unit.wecom.stub import Stub, client, platform

# They compute something and call nobody.
HELPERS = {("jsapi", "get_jsapi_signature"), ("oauth", "authorize_url")}

# Arguments whose shape or value the methods look into; everything else is the text "1".
SHAPES: dict[str, Any] = {
    "media_file": ("a.png", io.BytesIO(b"x")),
    "image_file": ("a.png", io.BytesIO(b"x")),
    "msg": {"msgtype": "text", "text": {"content": "x"}},
    "msg_content": {"text": {"content": "x"}},
    "article": {"title": "t", "desc": "d", "url": "u", "thumb_media_id": "m"},
    "item_list": [{"card_id": "1", "encrypt_code": "1"}],
    "reimburse_status": "INVOICE_REIMBURSE_INIT",
    "user_ids": ["a"], "userid_list": ["a"], "types": [1], "tag_id": 1, "service_type": 1,
    "data_type": 1, "start_time": 1, "end_time": 2,
    "template": {}, "menu_data": {}, "apply_data": {}, "tags": {}, "approver": [], "articles": [],
    "summary_list": [], "invoice_list": [], "option": [],
}  # fmt: skip
# Beyond what the signature asks for.
EXTRA: dict[tuple[str, str], dict[str, Any]] = {
    ("appchat", "send"): {"msg_type": "text", "content": "x"},
    ("email", "active_email"): {"user_id": "a"},
    ("email", "inactive_email"): {"user_id": "a"},
    ("email", "create_group"): {"email_list": ["a@b.example"]},
    ("invoice", "update_status_batch"): {"invoice_list": [{"card_id": "1", "encrypt_code": "1"}]},
    ("tag", "add_users"): {"user_ids": ["a"]},
    ("tag", "delete_users"): {"user_ids": ["a"]},
}

# Keys that the catalogue's own result processors pick out of an answer.
ANSWER = {
    "errcode": 0, "errmsg": "ok", "jobid": "j", "cal_id": "c", "calendar_list": [], "id": 1,
    "list": [], "count": 0, "option": {"list": []}, "groups": [], "schedule_id": "s",
    "schedule_list": [],
}  # fmt: skip


def catalogue(api: Any) -> Iterator[tuple[str, str, Any]]:
    """(module, method, bound method) of everything public."""
    for module in sorted(n for n, v in vars(WeChatClient).items() if isinstance(v, BaseWeChatAPI)):
        part = getattr(api, module)
        for name, function in inspect.getmembers(type(part), inspect.isfunction):
            if not name.startswith("_") and not hasattr(BaseWeChatAPI, name):
                yield module, name, (getattr(part, name), function)


def arguments(module: str, name: str, function: Any) -> dict[str, Any]:
    wanted = [p for p in list(inspect.signature(function).parameters.values())[1:]
              if p.default is p.empty and p.kind is not p.VAR_KEYWORD]  # fmt: skip
    return {p.name: SHAPES.get(p.name, "1") for p in wanted} | EXTRA.get((module, name), {})


async def walk() -> tuple[Stub, dict[tuple[str, str], str]]:
    """Calls everything once: what each method did."""
    stub, did = Stub(answer=lambda call: ANSWER), {}
    async with platform(stub), client(stub.url) as api:
        for module, name, (method, function) in catalogue(api):
            before = len(stub.calls)
            try:
                made = method(**arguments(module, name, function))
            except NotImplementedError as exc:
                did[module, name] = f"refused: {exc}"
                continue
            if not inspect.isawaitable(made):
                did[module, name] = "computed"
                continue
            await made
            did[module, name] = f"{len(stub.calls) - before} call"
    return stub, did


@pytest.fixture(scope="module")
def walked() -> tuple[Stub, dict[tuple[str, str], str]]:
    return asyncio.run(walk())


Walked = tuple[Stub, dict[tuple[str, str], str]]


def test_the_walk_sees_the_whole_catalogue(walked: Walked) -> None:
    assert len(walked[1]) > 190


def test_every_method_makes_one_call_or_is_refused_or_computes(walked: Walked) -> None:
    refused = {(module, name) for module, names in REFUSED.items() for name in names}
    odd = {key: what for key, what in walked[1].items()
           if key not in refused and key not in HELPERS and what != "1 call"}  # fmt: skip
    assert not odd


def test_exactly_the_listed_methods_are_refused(walked: Walked) -> None:
    refused = {key for key, what in walked[1].items() if what.startswith("refused: ")}
    assert refused == {(module, name) for module, names in REFUSED.items() for name in names}
    assert all("use Api.call" in walked[1][key] for key in refused)


def test_exactly_the_listed_helpers_call_nobody(walked: Walked) -> None:
    assert {key for key, what in walked[1].items() if what == "computed"} == HELPERS


def test_all_calls_share_one_token_and_carry_it(walked: Walked) -> None:
    stub, _ = walked
    assert stub.tokens == 1
    assert all(call.query["access_token"] == "T1" for call in stub.calls)


def test_every_path_is_below_cgi_bin_and_every_body_is_json_or_a_form(walked: Walked) -> None:
    for call in walked[0].calls:
        assert call.path and not call.path.startswith(("/", "http"))
        kind = call.request.headers.get("Content-Type", "")
        uploads = call.path in ("media/upload", "media/uploadimg")
        assert kind.startswith("multipart/form-data") if uploads else call.body[:1] in (b"", b"{")


def test_an_upload_carries_name_and_bytes(walked: Walked) -> None:
    bodies = [c.body for c in walked[0].calls if c.path in ("media/upload", "media/uploadimg")]
    assert len(bodies) == 2
    assert all(b'filename="a.png"' in body for body in bodies)
