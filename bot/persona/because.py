"""Why a persona said what it said, in the words of its script, kept beside the answer. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.core.model import Decision
from bot.persona import hosting, taking
from bot.persona.faq import PREFIX
from bot.persona.reading import BUILTIN, Hit
from bot.persona.script import Script

NAME_MAX, HEARD_MAX, OTHERS = 60, 40, 3
# From which score on somebody would be surprised if it were another rule.
HIGH = 0.9
_BECAUSE = {
    "event": "事件触发了规则 {key}。",
    "menu": "客人点了菜单里的 {key}。",
    "intent": "认出了内置意图 {key}。",
    "rule": "命中规则 {key}。",
    "opener": "只是打招呼，命中 {key}。",
    "wording": "和 {key} 的问法最接近，得分 {score:.2f}。",
}
# Sentences of a reason (here, decide.py, wording.py) that say no more than the fields here.
_PLAIN = (
    "和 {key} 的问法最接近。",
    "命中规则 {key}。",
    "认出了内置意图 {key}。",
    "没有把握的答案。",
)
_NUMBER = re.compile(r"，(?:得分|最高分) [0-9.]+")
_GUARD = re.compile(r"（(?:用语检查提醒|原话没过用语检查)：([a-z]+(?:, [a-z]+)*)）")


def sentence(hit: Hit) -> str:
    """Why a hit is answered: what its rule says of that, or how it was found."""
    if hit.rule and hit.rule.why:
        return hit.rule.why.rstrip("。") + "。"
    return _BECAUSE[hit.kind].format(key=hit.key, score=hit.score)


def title(script: Script, key: str) -> str:
    """A rule, a row of the FAQ, a step or a form by name: its title, else the question it answers,
    the words it listens to or why it calls a person; ``key`` where there is none of these."""
    rule = script.rules.get(key)
    if rule and rule.title:
        return rule.title[:NAME_MAX]
    if key in script.labels:
        return script.labels[key][:NAME_MAX]
    if named := hosting.title(key, script.doors):
        return named[:NAME_MAX]
    if taken := taking.title(key, script.taker.programme):
        return taken[:NAME_MAX]
    told = ("、".join(rule.keywords[:3]) or rule.handoff) if rule else ""
    return told[:NAME_MAX] or key


def because(script: Script, decision: Decision, texts: Iterable[str]) -> Mapping[str, Any]:
    """What a decision rested on, by name, so that a later version of the script changes nothing in
    it. ``texts`` are what the member had said; of these only the words that a rule listened to are
    kept. JSON values only."""
    key = decision.rule or ""
    score = next((c.score for c in decision.candidates if c.rule == key), decision.score)
    return {
        "rule": key, "name": title(script, key) if key else "", "kind": _kind(key),
        "heard": _heard(script, key, texts), "score": score,
        "sure": _sure(decision, score, script.persona.matching.answer),
        "others": [{"rule": c.rule, "name": title(script, c.rule), "score": c.score}
                   for c in decision.candidates if c.rule != key][:OTHERS],
        "flags": list(decision.flags), "handoff": decision.handoff,
        "guard": [code for found in _GUARD.finditer(decision.why) for code in found[1].split(", ")],
        "text": _told(script, decision), "persona": script.persona.name,
        "version": script.version,
    }  # fmt: skip


def _kind(key: str) -> str:
    if not key:
        return "none"
    return "faq" if key.startswith(PREFIX) else "builtin" if key.startswith(BUILTIN) else "rule"


def _heard(script: Script, key: str, texts: Iterable[str]) -> list[str]:
    trigger = next((one for one in script.triggers if one.rule.id == key), None)
    found = (trigger.heard(text)[:HEARD_MAX] for text in texts) if trigger else ()
    return list(dict.fromkeys(filter(None, found)))


def _sure(decision: Decision, score: float, enough: float) -> str:
    """How sure it was: of what stands word for word in the script, or by likeness."""
    if decision.unsure or not decision.matched or not decision.rule:
        return "unsure"
    if all(c.rule != decision.rule for c in decision.candidates) or score == 1.0:
        return "exact"
    return "high" if score >= HIGH else "fair" if score >= enough else "unsure"


def _told(script: Script, decision: Decision) -> str:
    """What the reason says beyond the rule and its score, with names where it has ids."""
    text = _NUMBER.sub("", _GUARD.sub("", decision.why))
    for plain in _PLAIN:
        text = text.replace(plain.format(key=decision.rule), "")
    keys = {decision.rule or "", *(c.rule for c in decision.candidates)}
    return _named(text, {key: title(script, key) for key in keys})


def named(why: str, kept: Mapping[str, Any]) -> str:
    """A reason with names where it has ids; ``kept`` is what ``because`` made of the decision."""
    return _named(why, {one["rule"]: one["name"] for one in (kept, *kept["others"])})


def _named(text: str, names: Mapping[str, str]) -> str:
    for key, name in names.items():
        if key and name != key and key in text:
            parts = re.split(rf" {re.escape(key)}(?![\w:.-]) ?", text)
            text = f"「{name}」".join(parts)
    return text
