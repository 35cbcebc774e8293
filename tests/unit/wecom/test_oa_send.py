"""Customer-service messages: shapes, the account's own errors, a token of its own."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.core.body import Body, Card, Link, Markdown, Media, Menu, MenuItem, MiniProgram, Rich, Text
from bot.core.clock import ManualClock
from bot.core.config import load_config, oa_secrets
from bot.core.errors import BadInput
from bot.core.model import Later, Never, Outbound, Outcome, Sent, Unsure
from bot.wecom.oa import wire
from bot.wecom.oa.accounts import OfficialAccounts
from bot.wecom.wire import BadBody
from tests.unit.wecom.stub import Answer, Call, Stub, drop, platform

BRAND = Path(__file__).parents[2] / "fixtures" / "brand"
LINK = Link("T", "https://a.example", "D", "https://a.example/p.png")
ARTICLE = {"title": "T", "url": "https://a.example", "description": "D",
           "picurl": "https://a.example/p.png"}  # fmt: skip
SHAPES: list[tuple[Body, str, dict[str, Any]]] = [
    (Text("hi"), "text", {"content": "hi"}),
    (Rich("hi"), "text", {"content": "hi"}),
    (Media("image", "", "M"), "image", {"media_id": "M"}),
    (LINK, "news", {"articles": [ARTICLE]}),
    (Rich("words", (Link("T", "https://a.example"),)), "news",
     {"articles": [{"title": "T", "url": "https://a.example", "description": "words",
                    "picurl": ""}]}),
    (Menu("H", (MenuItem("click", "满意", "1"),), "T"), "msgmenu",
     {"head_content": "H", "tail_content": "T", "list": [{"id": "1", "content": "满意"}]}),
    (MiniProgram("wx1", "p", "T", "M"), "miniprogrampage",
     {"title": "T", "appid": "wx1", "pagepath": "p", "thumb_media_id": "M"}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "value"), SHAPES)
def test_a_body_has_the_platforms_shape(body: Body, kind: str, value: dict[str, Any]) -> None:
    assert wire.message("oU", body) == {"touser": "oU", "msgtype": kind, kind: value}


@pytest.mark.parametrize(
    "body",
    [Text(""), Text("茶" * 683), Markdown("x"), Card({}), Rich("x", (LINK, LINK)),
     Media("file", "", "M"), Media("image"), Menu("H", (MenuItem("view", "x", url="https://a"),)),
     Menu("H", ()), Menu("H", (MenuItem("click", "x", "1"),) * 11), MiniProgram("wx1", "p", "T")],
)  # fmt: skip
def test_what_an_account_cannot_say_does_not_leave(body: Body) -> None:
    with pytest.raises(BadBody):
        wire.message("oU", body)


def row(body: Body = Text("hi"), account: str = "oa") -> Outbound:  # noqa: B008
    return Outbound(
        lane="l", pool="reply", channel="oa", account=account, peer="oU", kind="reply", body=body,
        origin="reply:1:0", persona="p", persona_version=1, dedupe="d", send_at=0,
    )  # fmt: skip


def sent(*answers: Answer, out: Outbound | None = None) -> tuple[Outcome, Stub, int]:
    """What became of one row; ``answers`` are given in turn, tokens aside."""
    waiting, tokens = list(answers), 0

    def answer(call: Call) -> Answer:
        nonlocal tokens
        if call.path == "stable_token":
            tokens += 1
            asked = json.loads(call.body)
            assert (asked["appid"], asked["secret"]) == ("wxSANDBOX00000001", "sandbox-secret-oa")
            return {"access_token": f"T{tokens}", "expires_in": 7200}
        found = waiting.pop(0)
        return drop(call) if found == "drop" else found  # type: ignore[comparison-overlap]

    async def scenario() -> tuple[Outcome, Stub]:
        async with platform(Stub(answer=answer)) as stub, aiohttp.ClientSession() as http:
            config = load_config(BRAND / "config.toml")
            accounts = OfficialAccounts(config, stub.url, ManualClock(), http)
            return await accounts.send(out or row()), stub

    outcome, stub = asyncio.run(scenario())
    return outcome, stub, tokens


OK: Answer = {"errcode": 0, "errmsg": "ok"}


def test_an_answer_goes_out_with_the_accounts_own_token() -> None:
    outcome, stub, tokens = sent(OK)
    assert (outcome, tokens) == (Sent(), 1)
    call = stub.calls[-1]
    assert (call.path, call.query["access_token"]) == ("message/custom/send", "T1")
    assert json.loads(call.body)["touser"] == "oU"


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_dead_token_is_replaced_once(code: int) -> None:
    outcome, stub, tokens = sent({"errcode": code, "errmsg": "x"}, OK)
    assert (outcome, tokens, stub.calls[-1].query["access_token"]) == (Sent(), 2, "T2")
    dead: Answer = {"errcode": code, "errmsg": "x"}
    outcome, _, tokens = sent(dead, dead)
    assert isinstance(outcome, Later) and tokens == 2


@pytest.mark.parametrize("code", [45015, 45047, 40003, 48001, 99999])
def test_refusals_are_final_and_say_why(code: int) -> None:
    outcome, _, _ = sent({"errcode": code, "errmsg": "words of the platform"})
    assert isinstance(outcome, Never) and outcome.code == str(code) and outcome.why


@pytest.mark.parametrize("code", [-1, 45009, 40164])
def test_what_may_get_better_is_tried_later(code: int) -> None:
    outcome, _, _ = sent({"errcode": code, "errmsg": "x"})
    assert isinstance(outcome, Later) and outcome.after > 0


def test_a_cut_call_is_of_unknown_fate() -> None:
    outcome, _, _ = sent("drop")  # type: ignore[arg-type]
    assert isinstance(outcome, Unsure)


def test_an_unknown_account_or_body_makes_no_call() -> None:
    outcome, stub, tokens = sent(out=row(account="nobody"))
    assert isinstance(outcome, Never) and not stub.calls and not tokens
    outcome, stub, _ = sent(out=row(Markdown("x")))
    assert outcome == Never("bad_body", "an official account cannot send Markdown")


def config(tmp_path: Path, **changes: str) -> Path:
    text = (BRAND / "config.toml").read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "config.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_name_is_one_door_only(tmp_path: Path) -> None:
    path = config(tmp_path, **{"official_accounts.oa": "official_accounts.assistant"})
    with pytest.raises(BadInput, match="something else has this name too"):
        load_config(path)


def test_the_archives_span_is_a_length_of_time(tmp_path: Path) -> None:
    path = config(tmp_path, **{'every = "1m"': 'every = "soon"'})
    with pytest.raises(BadInput, match=r"wecom\.archive\.every"):
        load_config(path)


def test_in_live_mode_every_secret_must_be_given_but_a_plain_door_needs_no_key(
    tmp_path: Path,
) -> None:
    live = {'mode = "sandbox"': 'mode = "live"', "[wecom.official_accounts.oa]":
            '[wecom.official_accounts.oa]\nsecret_env = "S"\ntoken_env = "T"\naes_key_env = "K"'}  # fmt: skip
    found = load_config(config(tmp_path, **live))
    with pytest.raises(BadInput, match="aes_key"):
        oa_secrets(found, "oa", {"S": "s", "T": "t"})
    plain = load_config(config(tmp_path, **live, **{'mode = "safe"': 'mode = "plain"'}))
    made = oa_secrets(plain, "oa", {"S": "s", "T": "t"})
    assert (made.secret, made.token, made.aes_key) == ("s", "t", "")
