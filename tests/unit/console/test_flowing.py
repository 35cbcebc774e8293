"""Flows in words: what begins one, for whom a step is, why it was left out."""

from __future__ import annotations

import pytest

from bot.console import flowing
from bot.console.words import known
from bot.core.lifecycle import MACHINES
from bot.store.flowdesk import RUN_STATES
from scheduler.flows import Step, parse_flow
from scheduler.sentences import CODES
from scheduler.steps import ENDED, GONE
from scheduler.triggers import TRIGGERS, parse_trigger
from scheduler.unless import CONDITIONS

WHICH = {"festival": "春节-3d", "silent": "60d", "weather": "寒潮"}


def test_every_trigger_condition_and_state_has_words() -> None:
    for name, one in TRIGGERS.items():
        for with_one in {"must": (True,), "may": (True, False), "no": (False,)}[one.wants]:
            trigger = parse_trigger(f"{name}:{WHICH.get(name, '常客')}" if with_one else name)
            assert flowing.begins("zh", trigger)
    keys = {f"flow_if.{name}" for name in CONDITIONS} | {f"flow_state.{s}" for s in RUN_STATES}
    keys |= {f"flow_stage.{state}" for state in ("waiting", *MACHINES["due"].values())}
    keys |= {f"ruling_do.{code}" for code in CODES} | {f"why_way.{w}" for w in ("kf", "bulk")}
    assert not {key for key in keys if not known(key)}


@pytest.mark.parametrize(("text", "said"), [
    ("festival:春节-3d", "到了春节前 3 天"), ("silent:60d", "60 天没说话"),
    ("tag_added:常客", "打上标签「常客」"), ("contact.added", "加为好友"),
])  # fmt: skip
def test_what_begins_a_flow(text: str, said: str) -> None:
    assert flowing.begins("zh", parse_trigger(text)) == said


def test_when_a_step_comes_and_for_whom() -> None:
    def step(**more: object) -> Step:
        return Step(**({"id": "a", "template": "care/a", "via": ("bulk",)} | more))  # type: ignore[arg-type]

    assert flowing.comes("zh", step(at="2h")) == "2 小时后"
    assert flowing.comes("zh", step(at="10:00")) == "当天 10:00"
    assert flowing.comes("zh", step(at="19:30", day=3)) == "3 天后的 19:30"
    assert flowing.comes("zh", step(via=("welcome",))) == "加好友时当场"
    lines = flowing.for_whom(
        "zh", step(unless=("bought", "wrote:苦|涩"), answer="淡", when="标签:常客")
    )
    assert lines == ["他又买了就不发", "他说过苦、涩就不发", "他说过淡才发", "只发给：标签:常客"]


@pytest.mark.parametrize(("note", "said"), [
    ("", ""), ("trust", "刚认识，先不推广"), ("goal: replied", "到了目标：他回了话"),
    ("unless: tag:常客", "他有标签「常客」"), ("answer: nothing like 苦|涩", "没有说过苦、涩"),
    ("when: not of 标签:常客", "不属于：标签:常客"), ("late: more than 3d", "晚了 3 天以上"),
    ("unreachable: no kf window is open; not a friend of any account of the persona",
     "没有开着的客服会话、不是任何账号的好友"),
    ("care/a: not valid on 2026-01-01", "素材不在有效期（2026-01-01）"),
    ("not in v3", "第 3 版里没有这一步"), (ENDED, "流程已经结束"), (GONE, "流程里没有这一步了"),
    ("persona_dates: until 2026-01-01", "人设不在服务期"), ("改版了", "改版了"),
    ("unless: nonsense", "nonsense"),
])  # fmt: skip
def test_why_a_step_was_left_out(note: str, said: str) -> None:
    assert flowing.why("zh", note) == said
    assert flowing.why("en", note) or not note


def test_steps_of_older_versions_stand_behind_those_of_the_file() -> None:
    flow = parse_flow('id="a"\ntrigger="order"\n[[step]]\nid="x"\ntemplate="care/a"\nvia=["kf"]',
                      "content/flows/a.toml")  # fmt: skip
    counts = {"old": {("dropped", "not in v2"): 2, ("skipped", ""): 1},
              "x": {("waiting", ""): 3, ("waiting", "trust"): 1, ("done", ""): 5}}  # fmt: skip
    x, old = flowing.stops(flow, counts)
    assert (x.name, x.waiting, x.done, x.skipped, dict(x.waits)) == ("x", 4, 5, 0, {"trust": 1})
    assert (old.name, old.step, old.skipped) == ("old", None, 3)
    assert list(old.left_out.items()) == [("not in v2", 2), ("", 1)]
    assert x.step is not None and flowing.comes("en", x.step) == "at once"
