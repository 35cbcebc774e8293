"""What a language model's answer does to a decision, and what is said while it thinks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.core.body import Menu, Text
from bot.core.model import AMOUNTS, OWN, Conversation, Decision, Draft, Outbound
from bot.library.speech import Setting, stopped
from bot.persona import hours, memory, phrases
from bot.persona.grounding import Ground
from bot.persona.reading import BUILTIN
from bot.persona.script import Script
from bot.persona.vetting import vet

THINKING = BUILTIN + "thinking"
OPERATOR = "model"
UNKNOWN = "资料里没有答案，请同事来回"
# What staff read about a question that brought no text; anything else is a fault of the service.
TOLD: Mapping[str, str] = {
    "unknown": "它说资料里没有答案", "refused": "它不肯答", "empty": "它什么也没写",
    "too long": "写得太长", "language": "没有用中文", "markup": "带了格式符号",
    "leak": "把给它的要求写了出来", "role words": "写了说话人或资料之类的字样",
    "claims to be human": "自称真人", "amount": "价钱在资料里没有", "figure": "数字在资料里没有",
    "link": "链接在资料里没有", "voice": "不合人设的说法", "too many at once": "同时在问的太多",
    "resting": "它刚连着出错，先歇一会儿", "daily cap": "今天的次数用完了", "too late": "等太久了",
    "no material": "手头没有相关资料", "outdated": "会话已经往前走了",
}  # fmt: skip


def excuses(draft: Draft) -> Mapping[str, Any]:
    """What the last look before the call must know: amounts of data, the member's own words."""
    known = ((AMOUNTS, draft.amounts), (OWN, draft.own))
    return {name: list(values) for name, values in known if values}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of asking a model: a ``text`` that may be said once labelled, or in ``why`` the
    reason why there is none. ``first``: a line was said while it thought. ``outcome`` is for
    counting, where it is another word than ``why``."""

    text: str = ""
    why: str = ""
    unknown: bool = False
    first: bool = False
    outcome: str = ""


def judged(text: str, ground: Ground, setting: Setting, persona: str, text_max: int) -> Answer:
    """What a model wrote after all checks: grounded, in voice, past the guard."""
    script = setting.cast.scripts[persona]
    verdict = vet(text, ground, script.persona, text_max)
    if not verdict.text:
        outcome = "unknown" if verdict.unknown else "rejected"
        return Answer(why=verdict.why, unknown=verdict.unknown, outcome=outcome)
    codes = stopped(setting, persona, verdict.text, operator=OPERATOR)
    if codes:
        return Answer(why=f"guard: {codes}", outcome="rejected")
    return Answer(text=verdict.text, outcome="answered")


def settled(script: Script, before: Conversation, decision: Decision, answer: Answer,
            now: int) -> Decision:  # fmt: skip
    """The decision of an unsure script once the model has answered, or has not."""
    kept: Mapping[str, Any] = before.memory if answer.text else decision.memory
    kept = memory.saw(kept, THINKING) if answer.first else kept
    decision = replace(decision, memory=kept)
    if answer.text:
        draft = Draft(body=Text(answer.text), content=OPERATOR, operator=OPERATOR)
        return replace(decision, drafts=(draft,), handoff="", mode=None, matched=True,
                       why=f"{decision.why}语言模型照资料答了，已标明。")  # fmt: skip
    if answer.unknown:
        decision = _handed(script, before, decision, now)
    reason = f"语言模型没帮上：{told(answer.why)}。" if answer.why else ""
    return replace(decision, why=decision.why + reason)


def told(why: str) -> str:
    """A reason as staff read it."""
    return "没过用语检查" if why.startswith("guard") else TOLD.get(why, "它的服务出错了")


def _handed(script: Script, before: Conversation, decision: Decision, now: int) -> Decision:
    """Neither script nor model knows: a person is called, unless the member has a menu to try."""
    persona = script.persona
    if decision.handoff or any(isinstance(draft.body, Menu) for draft in decision.drafts):
        return decision
    drafts = decision.drafts
    if hours.on_duty(persona.hours, now, script.zone):
        say = next(iter(persona.handoff.say), phrases.LINES["handoff"])
        drafts = (Draft(body=Text(say), content=BUILTIN + "handoff"),)
    client = persona.handoff.to == "client" and before.channel == "kf"
    return replace(decision, drafts=drafts, handoff=UNKNOWN, mode="client" if client else None)


def first_line(script: Script, before: Conversation, base: Outbound, dedupe: str,
               way: Mapping[str, Any]) -> Outbound | None:  # fmt: skip
    """The line that is said while a model thinks; None where only one answer can be given."""
    if way.get("mute") or way.get("once") or way.get("welcome"):
        return None
    say = script.persona.fallback.thinking or (phrases.LINES["thinking"],)
    text = say[memory.times_seen(before.memory, THINKING) % len(say)]
    root = base.origin.rpartition(":")[0]
    return base.evolve(body=Text(text), content=THINKING, origin=f"{root}:first",
                       dedupe=f"reply/{dedupe}/first", data={**base.data, **way})  # fmt: skip
