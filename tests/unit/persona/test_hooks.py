"""Hooks: functions of an installed module, called from an answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import BadInput
from bot.persona import hooks
from bot.persona.hooks import Asked, Reply
from tests.unit.persona.looking import lint_persona
from tests.unit.persona.scripts import PERSONA, words
from tests.unit.persona.talks import chat, last, talker

FIXTURES = Path(__file__).parents[2] / "fixtures" / "hooks"
ORDER = r"""
[[rule]]
id = "order"
pattern = '单号(?P<order_no>\d{8})'
say = ["hook:order-status"]
[[rule]]
id = "again"
keywords = ["上一单"]
say = ["{last_order} 那一单？"]
[[rule]]
id = "broken"
keywords = ["坏的", "空的"]
say = ["hook:test-broken", "好的。"]
"""


@pytest.fixture(autouse=True)
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The brand's module, registered for this test alone."""
    monkeypatch.setattr(hooks, "_REGISTERED", {})
    monkeypatch.syspath_prepend(FIXTURES)
    sys.modules.pop("brand_hooks", None)
    hooks.load("brand_hooks")
    yield
    sys.modules.pop("brand_hooks", None)


def test_a_hook_answers_and_remembers() -> None:
    talk = talker(ORDER)
    assert last(talk, "单号12345678") == ["12345678 今天上午从杭州发出。"]
    assert last(talk, "上一单") == ["12345678 那一单？"]


def test_a_hook_can_call_a_person() -> None:
    made = chat(talker(ORDER), "单号11111111")
    assert (made.handoff, words(made)) == ("查不到的订单", ["11111111 我这里查不到，请同事来看。"])


def _raises(asked: Asked) -> Reply:
    raise RuntimeError("the order system is away")


@pytest.mark.parametrize(
    "function", [_raises, lambda asked: "text", lambda asked: Reply(say="abc")]
)
def test_a_hook_that_fails_becomes_a_promise(function: hooks.Hook) -> None:
    hooks.hook("test-broken")(function)
    made = chat(talker(ORDER), "坏的")
    assert len(made.drafts) == 1 and made.handoff == "钩子 test-broken 出错"
    assert "test-broken" in made.why


def test_braces_of_data_never_reach_a_member() -> None:
    hooks.hook("test-broken")(lambda asked: Reply(say=("库存 {3}。",)))
    assert last(talker(ORDER), "坏的") == ["库存 ｛3｝。"]


def test_an_unknown_hook_is_an_error_with_the_nearest_name() -> None:
    files = {"persona.toml": PERSONA, "dialogue.toml": ORDER.replace("order-status", "order-state")}
    found = {
        f.line: f for f in lint_persona(files, "personas/xiaozhan") if f.rule == "persona.hook"
    }
    assert found[2].severity == "error" and "order-status" in found[2].fix


def test_names_are_taken_once_and_a_missing_module_is_named() -> None:
    with pytest.raises(ValueError, match="already"):
        hooks.hook("order-status")(_raises)
    with pytest.raises(BadInput, match="no_such_module"):
        hooks.load("no_such_module")
